//! What of a service waits for a person, and the action that most likely ends it.

use super::staging::StagingDifference;
use crate::action::{Action, Code, PinChoice};
use crate::alert::{Alert, AlertKind, Subject};
use crate::evidence::service_mark::alert_mark;
use crate::pending_approvals::pending_approvals;
use crate::pull_request::PullRequest;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{Mark, Readiness, ReleaseStatus};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct WaitingCause {
    /// A sentence without its full stop.
    pub text: String,
    /// What to know beside it.
    pub detail: Option<String>,
    pub since: Option<Time>,
    /// It goes on only when a person acts, and the accounts in use may.
    pub needs_you: bool,
    /// None: it is about a pull request of one's own, or about two environments that differ.
    pub alert: Option<AlertKind>,
    pub subject: Subject,
    /// What most likely ends it; its plan is asked for first. None: it can only be looked at. Where it is `blocked`, it
    /// is what would be done.
    pub action: Option<Action>,
    /// Why the action cannot be taken.
    pub blocked: Option<String>,
}

/// The most urgent first.
pub(super) fn causes(service: &ServiceState, me: Option<&str>, staging: &StagingDifference) -> Vec<WaitingCause> {
    let mut causes: Vec<(Mark, WaitingCause)> = Vec::new();
    for alert in service.alerts.iter().filter(|alert| waits(alert)) {
        causes.push((alert_mark(alert), of_alert(service, alert)));
    }
    let mine = |p: &&PullRequest| me.is_some() && p.author.as_deref() == me;
    let may_merge = |p: &&PullRequest| p.readiness == Readiness::Ready && p.queue.is_none() && p.auto_merge.is_none();
    for pull_request in service.pull_requests.iter().filter(mine).filter(may_merge) {
        causes.push((Mark::Waits, of_own(service, pull_request)));
    }
    causes.extend(split(service, staging).map(|cause| (Mark::Problem, cause)));
    // `Mark` is ordered by urgency, but for what waits for this person, which comes before problems.
    causes.sort_by_key(|(mark, cause)| (*mark != Mark::Hurt, !cause.needs_you, *mark, cause.since));
    causes.into_iter().map(|(_, cause)| cause).collect()
}

/// Whether a person has anything to do about it.
fn waits(alert: &Alert) -> bool {
    match alert.kind {
        AlertKind::NotLearnt | AlertKind::RepositoryArchived | AlertKind::RepositoryRenamed | AlertKind::RolledBack => false,
        AlertKind::PipelineFailed
        | AlertKind::ReleaseFailed
        | AlertKind::ProductionDown
        | AlertKind::EnvironmentDown
        | AlertKind::ApprovalWaiting
        | AlertKind::SourceUnreachable
        | AlertKind::SignInAgain
        | AlertKind::RateLimited
        | AlertKind::OutcomeUnknown
        | AlertKind::BranchRenamed
        | AlertKind::Maintenance
        | AlertKind::NoPipeline
        | AlertKind::LeftQueue
        | AlertKind::AutoMergeOff
        | AlertKind::ProductionNotSaid
        | AlertKind::WatchBad
        | AlertKind::PinViolated
        | AlertKind::BuiltNotReleased
        | AlertKind::ProcessDown => true,
    }
}

pub(crate) fn of_alert(service: &ServiceState, alert: &Alert) -> WaitingCause {
    let (action, blocked) = way_on(service, alert);
    let (text, detail) = match alert.message.split_once(". ") {
        Some((first, rest)) => (first.to_owned(), Some(rest.to_owned())),
        None => (alert.message.trim_end_matches('.').to_owned(), None),
    };
    let needs_you = alert.kind == AlertKind::ApprovalWaiting && why_off(service, &Source::Ci).is_none();
    WaitingCause { text, detail, since: alert.since, needs_you, alert: Some(alert.kind), subject: alert.subject.clone(), action, blocked }
}

/// The action that most likely ends an alert, or why it cannot be taken.
fn way_on(service: &ServiceState, alert: &Alert) -> (Option<Action>, Option<String>) {
    let name = service.name.clone();
    match (alert.kind, &alert.subject) {
        (AlertKind::ProductionDown, Subject { environment: Some(environment), .. }) => roll_back(service, environment),
        (AlertKind::ApprovalWaiting, Subject { pipeline: Some(pipeline), .. }) => {
            let waits_once = service.pipelines.iter().any(|p| p.id == *pipeline && pending_approvals(p).len() == 1);
            let off = why_off(service, &Source::Ci);
            (waits_once.then(|| Action::approve(name, pipeline.clone(), None)), off)
        }
        (AlertKind::PipelineFailed, Subject { pipeline: Some(pipeline), .. }) => {
            let off = why_off(service, &Source::Ci);
            (Some(Action::rerun(name, pipeline.clone())), off)
        }
        (AlertKind::ReleaseFailed | AlertKind::BuiltNotReleased, Subject { environment: Some(environment), .. }) => {
            let off = why_off(service, &Source::Environment(environment.clone()));
            let is_built = service.environment(environment).is_some_and(|e| e.build.is_some() && e.platform.abilities.releases_built_code);
            (is_built.then(|| Action::release(name, environment.clone(), Code::Build)), off)
        }
        _ => (None, None),
    }
}

fn roll_back(service: &ServiceState, name: &str) -> (Option<Action>, Option<String>) {
    let Some(environment) = service.environment(name) else { return (None, None) };
    let off = why_off(service, &Source::Environment(name.to_owned()));
    let none = || environment.rollback_target.is_none().then(|| environment.rollback_blocked.clone()).flatten();
    let pin = environment.production.then(PinChoice::default);
    (Some(Action::roll_back_and_pin(service.name.clone(), name.to_owned(), None, None, pin)), off.or_else(none))
}

fn of_own(service: &ServiceState, pull_request: &PullRequest) -> WaitingCause {
    let (name, number) = (service.name.clone(), pull_request.number);
    let queued = service.rules.merge_queue.is_some();
    let action = if queued { Action::enqueue(name, number) } else { Action::merge(name, number, None) };
    let off = why_off(service, &Source::Code);
    WaitingCause {
        text: format!("#{number} {} is ready", pull_request.title),
        detail: None,
        since: pull_request.updated_at,
        needs_you: off.is_none(),
        alert: None,
        subject: Subject::pull_request(number),
        action: Some(action),
        blocked: off,
    }
}

/// Production was released past staging.
fn split(service: &ServiceState, staging: &StagingDifference) -> Option<WaitingCause> {
    let (StagingDifference::Behind { environment, .. } | StagingDifference::Differ { environment, .. }) = staging else { return None };
    let production = service.production()?;
    let off = why_off(service, &Source::Environment(environment.clone()));
    let action = release_live_code(service, environment);
    Some(WaitingCause {
        text: format!("{} runs code that {environment} does not", crate::humanize::capital(&production.name)),
        detail: None,
        since: production.current.as_ref().and_then(|live| live.released_at),
        needs_you: false,
        alert: None,
        subject: Subject::environment(environment, None),
        blocked: off.filter(|_| action.is_some()),
        action,
    })
}

/// The release of what production runs to the environment beside it, where that is what was built for it last.
pub(crate) fn release_live_code(service: &ServiceState, environment: &str) -> Option<Action> {
    let live = service.production()?.current.as_ref()?.commit.as_ref()?;
    let of_it = service.environment(environment).filter(|of_it| of_it.platform.abilities.releases_built_code)?;
    let is_built =
        of_it.build.as_ref().is_some_and(|build| build.status == ReleaseStatus::Succeeded && build.commit.as_ref() == Some(live));
    is_built.then(|| Action::release(service.name.clone(), environment.to_owned(), Code::Build))
}

fn why_off(service: &ServiceState, source: &Source) -> Option<String> {
    service.off.iter().find(|off| off.source == *source).map(|off| off.why.clone())
}
