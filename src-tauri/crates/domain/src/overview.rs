//! A service as one row among others: how urgent it is, what waits for a person, how staging differs from
//! production, and whose changes are on their way.

mod people;
mod staging;
mod waiting;

pub use staging::{CommitSet, StagingDifference, staging_difference};
pub use waiting::WaitingCause;
pub(crate) use waiting::{of_alert, release_live_code};

use crate::account::{AccountState, account_of};
use crate::alert::AlertKind;
use crate::evidence::service_mark::alert_mark;
use crate::pull_request::PullRequest;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{Mark, Readiness, vocabulary};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(
    /// The first that is true of a service; in the order in which the groups are shown.
    OverviewGroup { Hurt = "hurt", WaitsForYou = "waits_for_you", ProblemOrUnknown = "problem_or_unknown", Moving = "moving",
        Quiet = "quiet" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ServiceOverview {
    pub group: OverviewGroup,
    /// Since when it is in its group; None where that is not known, or nothing to wait for.
    pub since: Option<Time>,
    /// The few words under the name: `hurt`, `approve`, `your PR`. Empty when it is quiet.
    pub word: String,
    /// What waits for a person, the most urgent first.
    pub waiting: Vec<WaitingCause>,
    /// Open pull requests that may be merged now.
    pub mergeable: usize,
    /// Open pull requests whose author is the person at this account.
    pub mine: usize,
    pub staging: StagingDifference,
    /// Authors of what is on its way, else of what production runs.
    pub people: Vec<String>,
}

/// `me` is the user of the account through which the code host is read; None where it is not known.
pub fn overview(service: &ServiceState, me: Option<&str>) -> ServiceOverview {
    let is_mine = |pull_request: &&PullRequest| me.is_some() && pull_request.author.as_deref() == me;
    let staging = staging_difference(service);
    let waiting = waiting::causes(service, me, &staging);
    let group = group(service, &waiting, &staging);
    ServiceOverview {
        group,
        since: since(service, group, &waiting),
        word: word(service, &waiting, &staging),
        mergeable: service.pull_requests.iter().filter(|p| p.readiness == Readiness::Ready && p.queue.is_none()).count(),
        mine: service.pull_requests.iter().filter(is_mine).count(),
        people: people::people(service),
        waiting,
        staging,
    }
}

/// The user of the account through which the service's code host is read; None where the vendor did not say.
pub fn user_of<'a>(service: &ServiceState, accounts: &'a [AccountState]) -> Option<&'a str> {
    let host = service.source(&Source::Code)?.provider;
    account_of(&service.config, host, accounts)?.user.as_deref()
}

fn group(service: &ServiceState, waiting: &[WaitingCause], staging: &StagingDifference) -> OverviewGroup {
    let waits = waiting.iter().any(|cause| cause.needs_you);
    match service.mark {
        Mark::Hurt => OverviewGroup::Hurt,
        Mark::Problem | Mark::Waits | Mark::Unknown | Mark::InFlight | Mark::Healthy if waits => OverviewGroup::WaitsForYou,
        Mark::Problem | Mark::Unknown => OverviewGroup::ProblemOrUnknown,
        Mark::Waits | Mark::InFlight | Mark::Healthy if staging.is_split() => OverviewGroup::ProblemOrUnknown,
        // An approval that this account may not give.
        Mark::Waits | Mark::InFlight => OverviewGroup::Moving,
        Mark::Healthy if service.actions.iter().any(crate::journal::Entry::is_open) => OverviewGroup::Moving,
        Mark::Healthy => OverviewGroup::Quiet,
    }
}

fn since(service: &ServiceState, group: OverviewGroup, waiting: &[WaitingCause]) -> Option<Time> {
    let of_alerts = |mark: Mark| service.alerts.iter().filter(|a| alert_mark(a) == mark).filter_map(|a| a.since).min();
    match group {
        OverviewGroup::Hurt => service.productions().filter_map(|e| e.down_since).min().or_else(|| of_alerts(Mark::Hurt)),
        OverviewGroup::WaitsForYou => waiting.iter().filter(|cause| cause.needs_you).filter_map(|cause| cause.since).min(),
        OverviewGroup::ProblemOrUnknown => {
            let of_cause = || waiting.iter().filter_map(|cause| cause.since).min();
            of_alerts(Mark::Problem).or_else(|| of_alerts(Mark::Unknown)).or_else(of_cause)
        }
        OverviewGroup::Moving => crate::headline::moving_pipeline(service).and_then(|p| p.created_at),
        OverviewGroup::Quiet => None,
    }
}

/// What the group alone does not say.
fn word(service: &ServiceState, waiting: &[WaitingCause], staging: &StagingDifference) -> String {
    let first = waiting.first();
    let of_cause = first.filter(|cause| cause.needs_you || cause.alert.is_some()).map(|cause| match cause.alert {
        Some(AlertKind::ProductionDown) => "hurt",
        Some(AlertKind::ApprovalWaiting) if cause.needs_you => "approve",
        Some(AlertKind::ApprovalWaiting) => "waits for approval",
        Some(AlertKind::PipelineFailed) => "failed on main",
        Some(AlertKind::ReleaseFailed) => "release failed",
        Some(AlertKind::EnvironmentDown) => "down",
        Some(AlertKind::ProcessDown) => "degraded",
        Some(AlertKind::WatchBad) => "watch bad",
        Some(AlertKind::PinViolated) => "pin violated",
        Some(AlertKind::Maintenance) => "maintenance",
        Some(AlertKind::NoPipeline) => "no pipeline",
        Some(AlertKind::LeftQueue) => "left the queue",
        Some(AlertKind::AutoMergeOff) => "auto-merge off",
        Some(AlertKind::OutcomeUnknown) => "unknown",
        Some(
            AlertKind::SourceUnreachable
            | AlertKind::SignInAgain
            | AlertKind::RateLimited
            | AlertKind::NotLearnt
            | AlertKind::RepositoryArchived
            | AlertKind::RepositoryRenamed
            | AlertKind::BranchRenamed
            | AlertKind::ProductionNotSaid
            | AlertKind::RolledBack
            | AlertKind::BuiltNotReleased,
        ) => "",
        None => "your PR",
    });
    let of_cause = of_cause.or_else(|| staging.is_split().then_some("split release"));
    match (of_cause, service.mark) {
        (Some(word), _) if !word.is_empty() => word.to_owned(),
        (_, Mark::InFlight) => "in flight".to_owned(),
        (_, Mark::Unknown) if service.stale => "stale".to_owned(),
        (_, Mark::Unknown) => "unknown".to_owned(),
        (_, Mark::Hurt | Mark::Problem | Mark::Waits | Mark::Healthy) => service.sentence.word.clone(),
    }
}
