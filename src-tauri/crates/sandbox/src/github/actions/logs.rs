//! A job's log: a signed link on the host of the log store that is valid for a minute, and the log behind it.

use super::super::answers::not_found;
use super::runs::job_id;
use crate::http::{Call, Reply, Vendor};
use crate::job_output;
use crate::state::Shared;
use crate::world::pipeline::{Job, JobStatus};
use crate::world::{Ci, World, wall_ms};

pub(crate) const GOOD_FOR_MS: i64 = 60_000;

/// 302 to the log. There is none before the end of the job, nor for a job that never ran.
pub(crate) fn link(shared: &Shared, world: &World, service: usize, job: &Job) -> Reply {
    let (Some(id), true) = (job_id(service, job), job.started.is_some() && job.stopped.is_some()) else { return not_found() };
    let until = (wall_ms() + GOOD_FOR_MS) / 1000;
    let link = format!("{}/actions-results/{id}?se={until}&sig={}", shared.url(Vendor::Logs), signature(job, until));
    debug_assert_eq!(world.services[service].ci, Ci::Actions);
    Reply { body: Vec::new(), ..Reply::text(302, "") }.with("Location", link)
}

/// The answer of the log store, which must not be sent credentials.
pub(crate) fn answer(world: &World, call: &Call, job: &str) -> Reply {
    let gone = || Reply::text(404, "<?xml version=\"1.0\"?><Error><Code>BlobNotFound</Code></Error>");
    let mut jobs = world.services.iter().enumerate().flat_map(|(n, s)| s.workflows.iter().flat_map(|w| &w.jobs).map(move |j| (n, j)));
    let Some((_, found)) = jobs.find(|(service, j)| job_id(*service, j).is_some_and(|id| id.to_string() == job)) else { return gone() };
    let until: i64 = call.param("se").and_then(|text| text.parse().ok()).unwrap_or_default();
    if call.param("sig") != Some(&signature(found, until)) || wall_ms() > until * 1000 {
        return Reply::text(403, "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code></Error>");
    }
    Reply::text(200, stored(world, found))
}

fn signature(job: &Job, until: i64) -> String {
    format!("{}{until:x}", &job.id[..8])
}

/// The lines with their time stamps and the runner's own commands.
pub(crate) fn stored(world: &World, job: &Job) -> String {
    let at = world.stamp(job.started.unwrap_or(world.now));
    let stamp = |n: usize| format!("{}.{:07}Z ", at.trim_end_matches('Z'), n * 31 % 10_000_000);
    let mut lines = vec![
        "Current runner version: '2.330.0'".to_owned(),
        "##[group]Operating System".into(),
        "Ubuntu".into(),
        "24.04.3".into(),
        "##[endgroup]".into(),
        format!("Complete job name: {}", job.name),
        format!("##[group]Run bin/ci {}", job.name),
        format!("\u{1b}[36;1mbin/ci {}\u{1b}[0m", job.name),
        "shell: /usr/bin/bash -e {0}".into(),
        "##[endgroup]".into(),
    ];
    lines.extend(job_output::output(world, job).lines().map(str::to_owned));
    match job.status {
        JobStatus::Failed => lines.push("##[error]Process completed with exit code 1.".into()),
        JobStatus::Canceled => lines.push("##[error]The operation was canceled.".into()),
        _ => {}
    }
    lines.push("Cleaning up orphan processes".into());
    let text: String = lines.iter().enumerate().map(|(n, line)| format!("{}{line}\n", stamp(n))).collect();
    format!("\u{feff}{text}")
}
