//! The usual durations of runs, from CircleCI's insights (up to a day late; docs "Insights").

use super::client::CircleCi;
use super::slug::Slug;
use super::wire;
use futures::future::join;
use slipway_domain::estimate::{Estimate, MIN_RUNS};
use slipway_vendor::{PastDurations, ReadError};

const WINDOW: &str = "last-30-days";

/// Seconds; a longer duration is taken as an error.
const LONGEST: f64 = 30.0 * 24.0 * 3600.0;

/// Two requests. A project without insights has an empty result; that is no error.
pub(super) async fn past(ci: &CircleCi, slug: &Slug, branch: &str, workflow: &str) -> Result<PastDurations, ReadError> {
    let [vcs, org, project] = slug.segments();
    let path = ["insights", vcs, org, project, "workflows", workflow];
    let jobs_path = [&path[..], &["jobs"]].concat();
    let jobs_query = [("branch", branch), ("reporting-window", WINDOW)];
    let (runs, jobs) = join(ci.get(&path, &[("branch", branch)]), ci.get(&jobs_path, &jobs_query)).await;
    let runs: Vec<wire::Run> = items(runs)?;
    let jobs: Vec<wire::JobStatistics> = items(jobs)?;
    let passed = runs.into_iter().filter(|run| run.status.as_deref() == Some("success"));
    Ok(PastDurations {
        runs: passed.filter_map(|run| run.duration).filter(|s| (0.0..LONGEST).contains(s)).collect(),
        jobs: jobs.into_iter().filter_map(estimate).collect(),
    })
}

fn items<T: serde::de::DeserializeOwned>(answer: Result<slipway_http::Answer, ReadError>) -> Result<Vec<T>, ReadError> {
    match answer {
        Ok(answer) => Ok(answer.decode::<wire::Page<T>>()?.items.unwrap_or_default().into_iter().flatten().collect()),
        Err(ReadError::NotFound(_)) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// None for too few runs.
fn estimate(wire: wire::JobStatistics) -> Option<(String, Estimate)> {
    let metrics = wire.metrics?;
    let runs = metrics.successful_runs.filter(|runs| *runs as usize >= MIN_RUNS)?;
    let durations = metrics.duration_metrics?;
    let sane = |seconds: Option<f64>| seconds.filter(|s| (0.0..LONGEST).contains(s));
    let seconds = sane(durations.median)?;
    let (low, high) = (sane(durations.min).unwrap_or(seconds), sane(durations.max).unwrap_or(seconds));
    Some((wire.name?, Estimate { seconds, low, high, runs }))
}
