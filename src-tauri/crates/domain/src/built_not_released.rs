//! Code that was built and never went live.

use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::{Build, Environment};
use crate::humanize::{capital, short, span};
use crate::lineage::queries::contains;
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{PipelineStatus, ReleaseStatus, Severity};
use crate::time::Time;

/// Seconds that a release may take where no usual time is known.
const USUAL: f64 = 1800.0;

/// The alert while what was built last is newer than what is live, and was not released in the time in which that
/// usually happens. A pinned environment stays behind on purpose.
pub(crate) fn built_not_released(service: &ServiceState, environment: &Environment, now: Time) -> Option<Alert> {
    let build = environment.build.as_ref().filter(|build| build.status == ReleaseStatus::Succeeded && build.released == Some(false))?;
    let is_read = service.source(&Source::Environment(environment.name.clone())).is_some_and(|source| source.error.is_none());
    let is_pinned = environment.pin.as_ref().is_some_and(|pin| pin.is_open());
    let is_releasing = environment.releases.first().is_some_and(|release| release.status == ReleaseStatus::Pending);
    if !is_read || is_pinned || is_releasing || !is_newer(service, environment, build)? || is_under_way(service, build) {
        return None;
    }
    let since = build.updated_at.or(build.created_at)?;
    let usual = service.usual.pipeline.as_ref().map(|usual| usual.seconds + environment.usual_release_seconds.unwrap_or(0.0));
    if now.since(since) < usual.unwrap_or(USUAL) {
        return None;
    }
    let commit = build.commit.as_deref().and_then(|sha| service.main.iter().find(|commit| commit.sha == sha));
    let what = match (commit.and_then(|commit| commit.pull_request), &build.commit) {
        (Some(number), _) => format!("#{number}"),
        (None, Some(sha)) => short(sha).to_owned(),
        (None, None) => "what was built last".to_owned(),
    };
    Some(Alert {
        kind: AlertKind::BuiltNotReleased,
        severity: Severity::Info,
        message: format!(
            "{} was built {} ago and not released to {}. Nothing is on its way that would.",
            capital(&what),
            span(now.since(since)),
            environment.name
        ),
        since: Some(since),
        subject: Subject::environment(&environment.name, None),
    })
}

/// None: not known, which is no evidence.
fn is_newer(service: &ServiceState, environment: &Environment, build: &Build) -> Option<bool> {
    let live = environment.current.as_ref()?;
    match (&live.commit, &build.commit) {
        (Some(live), Some(built)) => Some(live != built && contains(&service.main, built, live)?),
        (None, _) | (_, None) => Some(build.created_at? > live.released_at?),
    }
}

/// A pipeline of its commit still runs, waits for an approval, or is not known to have ended.
fn is_under_way(service: &ServiceState, build: &Build) -> bool {
    let moves = |pipeline: &Pipeline| match pipeline.status {
        PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing | PipelineStatus::OnHold | PipelineStatus::Unknown => {
            true
        }
        PipelineStatus::Passed | PipelineStatus::Failed | PipelineStatus::Canceled => false,
    };
    service.pipelines.iter().any(|pipeline| pipeline.commit == build.commit && build.commit.is_some() && moves(pipeline))
}
