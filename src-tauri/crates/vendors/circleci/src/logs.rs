//! The output of a job, and its failed tests. v1.1 is being retired, but its GETs stay; it is used in this file and
//! in `runs`.

use super::client::{CircleCi, JSON};
use super::slug::Slug;
use super::step_output::LogStream;
use super::wire;
use http::header;
use slipway_domain::status::JobStatus;
use slipway_http::Call;
use slipway_vendor::{Artifact, FailedTest, LogStep, LogText, ReadError};

const MOST_TESTS: usize = 1000;
const MOST_ARTIFACTS: usize = 1000;

/// `GET /api/v1.1/project/{vcs}/{org}/{repo}/{n}`: every step, once for each parallel container.
pub(super) async fn steps(ci: &CircleCi, slug: &Slug, job_number: u64) -> Result<Vec<LogStep>, ReadError> {
    let [vcs, org, project] = slug.long_segments();
    let url = ci.url_v1(&["project", vcs, org, project, &job_number.to_string()]);
    let job: wire::JobLogs = ci.account.read(Call::get(url).header(header::ACCEPT, JSON)).await?.decode()?;
    Ok(job.steps.into_iter().flatten().flatten().flat_map(step).collect())
}

/// The signed link is requested without credentials, on whatever host it names.
pub(super) async fn output(ci: &CircleCi, output_url: &str) -> Result<LogText, ReadError> {
    let mut log = LogStream::default();
    ci.account.fetch(output_url, |piece| log.push(piece)).await?;
    Ok(log.finish())
}

pub(super) async fn failed_tests(ci: &CircleCi, slug: &Slug, job_number: u64) -> Result<Vec<FailedTest>, ReadError> {
    let [vcs, org, project] = slug.segments();
    let tests: Vec<Option<wire::Test>> = ci.pages(&["project", vcs, org, project, &job_number.to_string(), "tests"], &[]).await?;
    let failed = tests.into_iter().flatten().filter(|test| matches!(test.result.as_deref(), Some("failure" | "failed" | "error")));
    Ok(failed.take(MOST_TESTS).map(failed_test).collect())
}

pub(super) async fn artifacts(ci: &CircleCi, slug: &Slug, job_number: u64) -> Result<Vec<Artifact>, ReadError> {
    let [vcs, org, project] = slug.segments();
    let found: Vec<Option<wire::Artifact>> = ci.pages(&["project", vcs, org, project, &job_number.to_string(), "artifacts"], &[]).await?;
    let named = found.into_iter().flatten().filter_map(|a| Some(Artifact { path: a.path?, url: a.url? }));
    Ok(named.take(MOST_ARTIFACTS).collect())
}

fn step(wire: wire::Step) -> Vec<LogStep> {
    let step_name = wire.name.unwrap_or_default();
    let actions: Vec<wire::StepAction> = wire.actions.into_iter().flatten().flatten().collect();
    let several = actions.len() > 1;
    let one = |action: wire::StepAction| {
        let name = action.name.unwrap_or_else(|| step_name.clone());
        LogStep {
            name: if several { format!("{name} [{}]", action.index.unwrap_or(0)) } else { name },
            status: action_status(action.status.as_deref()),
            output_url: action.output_url,
            seconds: action.run_time_millis.map(|ms| ms / 1000.0),
            exit_code: action.exit_code,
        }
    };
    actions.into_iter().map(one).collect()
}

/// The status of one action of a step in v1.1.
fn action_status(word: Option<&str>) -> JobStatus {
    match word {
        Some("success") => JobStatus::Passed,
        Some("failed" | "timedout" | "infrastructure_fail") => JobStatus::Failed,
        Some("running") => JobStatus::Running,
        Some("canceled") => JobStatus::Canceled,
        Some(_) | None => JobStatus::Unknown,
    }
}

fn failed_test(wire: wire::Test) -> FailedTest {
    let class = wire.classname.filter(|class| !class.is_empty());
    let name = wire.name.unwrap_or_default();
    FailedTest {
        name: class.map_or(name.clone(), |class| format!("{class}: {name}")),
        file: wire.file.filter(|file| !file.is_empty()),
        message: wire.message.unwrap_or_default(),
    }
}
