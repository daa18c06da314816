//! Step logs: v1.1's builds and steps, and what each step printed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answers::not_found;
use super::{project, views};
use crate::http::{Call, Reply};
use crate::job_output;
use crate::world::World;
use crate::world::pipeline::JobStatus;

const STEPS: [&str; 3] = ["Spin up environment", "Checkout code", "Run"];

pub(crate) fn steps(world: &World, service: usize, number: u64, logs_url: &str) -> Reply {
    let Some((workflow, job)) = project::job(world, service, number) else { return not_found("Build not found") };
    let s = &world.services[service];
    let j = &s.workflows[workflow].jobs[job];
    let started = j.started.is_some();
    let shown = if started { STEPS.len() } else { 0 };
    let step = |(n, name): (usize, &&str)| {
        let last = n + 1 == STEPS.len();
        let status = match j.status {
            JobStatus::Running if last => "running",
            JobStatus::Failed if last => "failed",
            JobStatus::Canceled if last => "canceled",
            _ => "success",
        };
        json!({"name": name, "actions": [{
            "step": n + 100, "index": 0, "name": name, "status": status, "type": "test", "parallel": true,
            "exit_code": match status { "success" => json!(0), "failed" => json!(1), _ => Value::Null },
            "failed": if status == "failed" { json!(true) } else { Value::Null },
            "has_output": true, "bash_command": last.then(|| format!("bin/ci {}", j.name)), "truncated": false, "background": false,
            "start_time": j.started.map(|at| world.stamp_ms(at)), "end_time": j.stopped.map(|at| world.stamp_ms(at)),
            "output_url": format!("{logs_url}/output/{}/{n}?X-Amz-Expires=300&X-Amz-Signature={}", j.id, &j.id[..8]),
        }]})
    };
    let (status, lifecycle) = words(j.status);
    let steps: Vec<Value> = STEPS.iter().enumerate().take(shown).map(step).collect();
    Reply::json(
        200,
        &json!({
            "build_num": number, "status": status, "lifecycle": lifecycle, "steps": steps, "branch": "main",
            "vcs_revision": s.pipelines[s.workflows[workflow].pipeline].revision,
            "workflows": {"job_name": j.name, "job_id": j.id, "workflow_id": s.workflows[workflow].id, "workflow_name": s.workflows[workflow].name},
            "start_time": j.started.map(|at| world.stamp_ms(at)), "stop_time": j.stopped.map(|at| world.stamp_ms(at)),
        }),
    )
}

/// v1.1's status and lifecycle.
fn words(status: JobStatus) -> (&'static str, &'static str) {
    match status {
        JobStatus::Blocked | JobStatus::OnHold => ("not_running", "not_running"),
        JobStatus::Queued => ("queued", "queued"),
        JobStatus::Running => ("running", "running"),
        JobStatus::Success => ("success", "finished"),
        JobStatus::Failed => ("failed", "finished"),
        JobStatus::Canceled => ("canceled", "finished"),
        JobStatus::NotRun => ("not_run", "not_run"),
    }
}

/// v1.1's recent builds by build number, newest first: the jobs of a rerun come before all others.
pub(crate) fn builds(world: &World, call: &Call, service: usize, branch: Option<&str>) -> Reply {
    let s = &world.services[service];
    let limit: usize = call.param("limit").and_then(|n| n.parse().ok()).unwrap_or(30).min(100);
    let offset: usize = call.param("offset").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut jobs: BTreeMap<u64, (usize, usize)> = BTreeMap::new();
    for (w, workflow) in s.workflows.iter().enumerate().filter(|(_, w)| branch.is_none_or(|b| s.pipelines[w.pipeline].branch == b)) {
        for (j, job) in workflow.jobs.iter().enumerate().filter(|(_, j)| j.queued.is_some()) {
            // A job that a rerun kept belongs to the workflow that ran it.
            jobs.entry(job.number.unwrap_or(0)).or_insert((w, j));
        }
    }
    let view = |(number, (w, j)): (&u64, &(usize, usize))| {
        let (workflow, job) = (&s.workflows[*w], &s.workflows[*w].jobs[*j]);
        let (status, lifecycle) = words(job.status);
        let pipeline = &s.pipelines[workflow.pipeline];
        let outcome = (lifecycle == "finished").then_some(status);
        json!({
            "build_num": number, "status": status, "lifecycle": lifecycle, "outcome": outcome, "branch": pipeline.branch,
            "vcs_revision": pipeline.revision, "vcs_type": views::provider(&s.slug).to_lowercase(), "username": s.repo.owner, "reponame": s.repo.name,
            "subject": s.repo.commit(&pipeline.revision).map(|c| c.headline()), "why": "github", "build_url": format!("https://circleci.com/{}/{number}", s.slug),
            "queued_at": job.queued.map(|at| world.stamp_ms(at)), "start_time": job.started.map(|at| world.stamp_ms(at)),
            "stop_time": job.stopped.map(|at| world.stamp_ms(at)),
            "build_time_millis": job.started.zip(job.stopped).map(|(from, to)| to - from),
            "workflows": {"job_name": job.name, "job_id": job.id, "workflow_id": workflow.id, "workflow_name": workflow.name, "workspace_id": workflow.id,
                "upstream_job_ids": job.needs.iter().map(|n| &workflow.jobs[*n].id).collect::<Vec<_>>()},
        })
    };
    Reply::json(200, &jobs.iter().rev().skip(offset).take(limit).map(view).collect())
}

/// What the log store keeps of a step; it has been given no credentials.
pub(crate) fn step_output(world: &World, call: &Call, id: &str, step: &str) -> Reply {
    let mut jobs = world.services.iter().flat_map(|s| &s.workflows).flat_map(|w| &w.jobs);
    let Some(job) = jobs.find(|j| *j.id == *id) else { return Reply::text(404, "<Error><Code>NoSuchKey</Code></Error>") };
    if call.param("X-Amz-Signature") != Some(&job.id[..8]) {
        return Reply::text(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
    }
    let text = match step {
        "0" => "Build-agent version 1.0.310\r\nCreated container on docker executor\r\nStarting container cimg/ruby:3.4-browsers\r\n"
            .to_owned(),
        "1" => "Cloning into '.'...\r\n\u{1b}[32mHEAD is now at the revision of this pipeline\u{1b}[0m\r\n".to_owned(),
        _ => job_output::output(world, job),
    };
    Reply::json(200, &json!([{"type": "out", "time": world.stamp_ms(job.started.unwrap_or(world.now)), "message": text}]))
}
