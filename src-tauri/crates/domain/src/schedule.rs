//! How often a source is read. Only what moves is read often, and never faster than the
//! account's budget allows.

use crate::pull_request::{MergeState, Mergeable};
use crate::snapshot::{Rate, ServiceState, Source};
use crate::status::{CheckStatus, Health, PipelineStatus, Readiness, ReleaseStatus};
use crate::time::Time;

/// What the reader of a source knows about attention and budget.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    /// The window shows this service.
    pub shown: bool,
    /// The window is closed to the tray, or there is none.
    pub hidden: bool,
}

const MOVING: f64 = 3.0;
const MOVING_HIDDEN: f64 = 5.0;
const SHOWN: f64 = 15.0;
const OPEN: f64 = 45.0;
const HIDDEN: f64 = 90.0;
/// How long a commit may go without a pipeline before it is taken to have none.
const AWAIT_PIPELINE: f64 = 120.0;
/// How long after a pipeline its releases are watched closely.
const WATCH_RELEASE: f64 = 180.0;
/// The share of what remains of a budget that polling may use until it resets.
const SHARE: f64 = 0.5;

/// Seconds until `source` is due again, counted from its last read.
pub fn interval(
    service: &ServiceState,
    source: &Source,
    attention: Attention,
    rate: Option<Rate>,
    sources_on_account: usize,
    now: Time,
) -> f64 {
    let wanted = match (moves(service, source), attention) {
        (true, Attention { hidden: false, .. }) => MOVING,
        (true, Attention { hidden: true, .. }) => MOVING_HIDDEN,
        (false, Attention { hidden: true, .. }) => HIDDEN,
        (false, Attention { shown: true, .. }) => SHOWN,
        (false, Attention { shown: false, .. }) => OPEN,
    };
    wanted.max(floor(rate, requests_per_read(source), sources_on_account, now))
}

/// Whether `source` is expected to change within seconds.
pub fn moves(service: &ServiceState, source: &Source) -> bool {
    let pipeline_moves = service.pipelines.iter().any(|p| p.status.is_moving());
    let acting = service.actions.iter().any(|e| e.state.is_open());
    match source {
        Source::Code => acting || service.pull_requests.iter().any(settles_soon),
        Source::Ci => pipeline_moves || acting || awaits_pipeline(service),
        Source::Environment(name) => {
            let releasing = service.environment(name).is_some_and(|e| {
                matches!(e.health, Health::Releasing | Health::Down) || e.releases.iter().any(|r| r.status == ReleaseStatus::Pending)
            });
            releasing || acting || service.pipelines.iter().any(|p| p.status.is_moving() && p.progress >= 0.5) || just_passed(service)
        }
    }
}

fn settles_soon(pr: &crate::pull_request::PullRequest) -> bool {
    // Checks take minutes; only GitHub's own computing of mergeability is a matter of seconds.
    let computing = pr.mergeable == Mergeable::Unknown || pr.merge_state == MergeState::Unknown;
    computing
        || pr.readiness == Readiness::Unknown && pr.checks_complete
        || pr.queue.is_some()
        || (pr.checks.pending > 0 && pr.check_list.iter().any(|c| c.required && c.status == CheckStatus::Pending && pr.checks.pending <= 1))
}

/// What a pipeline released is not seen by reading the pipeline; nor is a crash soon after.
fn just_passed(service: &ServiceState) -> bool {
    let Some(read) = service.source(&Source::Ci).and_then(|s| s.observed_at) else { return false };
    let passed = service.pipelines.iter().filter(|p| p.status == PipelineStatus::Passed);
    passed.filter_map(|p| p.stopped_at).any(|at| read.since(at) < WATCH_RELEASE)
}

/// Main moved and its pipeline has not appeared yet.
fn awaits_pipeline(service: &ServiceState) -> bool {
    let Some(head) = service.main.first() else { return false };
    let known = service.pipelines.iter().any(|p| p.commit.as_ref() == Some(&head.sha));
    let newest = service.pipelines.iter().filter_map(|p| p.created_at).max();
    let recently = |at: Time| service.source(&Source::Ci).and_then(|s| s.observed_at).is_some_and(|read| read.since(at) < AWAIT_PIPELINE);
    !known && newest.is_some_and(|at| head.committed_at.is_some_and(|c| c > at && recently(c)))
}

fn requests_per_read(source: &Source) -> f64 {
    match source {
        Source::Code => 1.0,
        Source::Ci => 3.0,
        Source::Environment(_) => 2.0,
    }
}

fn floor(rate: Option<Rate>, requests: f64, sources: usize, now: Time) -> f64 {
    let Some(Rate { remaining, reset_at: Some(reset), .. }) = rate else { return 0.0 };
    let left = reset.since(now).clamp(0.0, 3600.0);
    let affordable = remaining as f64 * SHARE / requests / sources.max(1) as f64;
    if affordable < 1.0 { left.max(MOVING) } else { left / affordable }
}
