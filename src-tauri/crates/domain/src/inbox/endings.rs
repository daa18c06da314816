//! Whether the cause of an item is read to have ended, and how.

use super::causes::{answered_at, is_releasing, told};
use super::item::{Done, DoneHow, InboxItem, InboxKind};
use super::known::Known;
use crate::action::{Action, ActionKind, PipelineChange};
use crate::journal::{Entry, EntryState, SettledAs};
use crate::overview::{StagingDifference, staging_difference};
use crate::snapshot::ServiceState;
use crate::status::{JobStatus, PipelineStatus};
use crate::time::Time;

/// Seconds before what no configuration names counts as removed: another process may just have added it, and this
/// one not know of it yet.
const NEW: f64 = 10.0;

pub(super) struct Ending {
    pub(super) done: Done,
    /// When the read began that showed it.
    pub(super) seen: Time,
}

/// None while nothing shows that the cause of the item, which is not among those that hold, has ended.
pub(super) fn ending(item: &InboxItem, known: &Known<'_>, now: Time) -> Option<Ending> {
    let end = |how, by: Option<String>, words: &str, seen| Ending { done: Done { at: now, how, by, words: words.to_owned() }, seen };
    let Some(name) = &item.service else { return of_account(item, known, now).map(|(words, seen)| end(DoneHow::Ended, None, words, seen)) };
    if item.kind == InboxKind::OutcomeUnknown {
        return of_unknown(item, known).map(|(how, by, words)| end(how, by, words, now));
    }
    let Some(service) = known.services.iter().find(|service| service.name == *name) else {
        let is_new = now.since(item.opened_at) < NEW;
        return (!is_new).then(|| end(DoneHow::Ended, None, "the service was removed", now));
    };
    if let Some(dismissal) = service.dismissals.iter().find(|dismissal| dismissal.alert == item.cause && dismissal.at > item.seen) {
        return Some(end(DoneHow::Person, Some(dismissal.by.clone()), "dismissed", dismissal.at));
    }
    if is_no_longer_configured(item, service) && now.since(item.opened_at) >= NEW {
        return Some(end(DoneHow::Ended, None, "it is no longer configured", now));
    }
    if still_stands(item, service) {
        return None;
    }
    let (Some(seen), true) = told(service, item.kind, &item.subject) else { return None };
    // Whether it ended by what was sent from here is told once that is settled.
    if seen <= item.seen || known.journal.iter().any(|entry| is_under_way(entry, item)) {
        return None;
    }
    let acted = known.journal.iter().find(|entry| has_acted(entry, item));
    Some(match acted {
        Some(entry) => end(DoneHow::Acting, Some(entry.by.clone()), acted_words(entry), seen),
        None => end(DoneHow::Ended, None, &words(item, service), seen),
    })
}

/// What it is about was taken out of the service, so no read will tell of it again.
fn is_no_longer_configured(item: &InboxItem, service: &ServiceState) -> bool {
    let environment = item
        .subject
        .environment
        .as_ref()
        .is_some_and(|name| !service.config.environments.iter().any(|environment| environment.name == *name));
    let pipeline = service.config.ci.is_none() && matches!(item.kind, InboxKind::Approval | InboxKind::FailedOnBranch);
    environment || pipeline
}

/// The cause is not among those that hold, and yet goes on or is not known to have ended: its alert stands, though this
/// person can do nothing about it now, or how the environments differ is not settled. A failure may end under its
/// alert: while the pipeline runs again nobody has anything to do.
fn still_stands(item: &InboxItem, service: &ServiceState) -> bool {
    match item.kind {
        InboxKind::Split | InboxKind::Drift => {
            let environment = item.subject.environment.as_deref().unwrap_or_default();
            is_releasing(service, environment) || matches!(staging_difference(service), StagingDifference::Unknown { .. })
        }
        InboxKind::FailedOnBranch => false,
        InboxKind::Approval
        | InboxKind::LeftQueue
        | InboxKind::AutoMergeOff
        | InboxKind::ProductionHurt
        | InboxKind::ReleaseFailed
        | InboxKind::ProductionNotSaid
        | InboxKind::OutcomeUnknown
        | InboxKind::SignInAgain
        | InboxKind::Fixed
        | InboxKind::Live => service.alerts.iter().any(|alert| alert.id() == item.cause),
    }
}

fn of_account(item: &InboxItem, known: &Known<'_>, now: Time) -> Option<(&'static str, Time)> {
    let Some(account) = known.accounts.iter().find(|account| account.id == item.cause) else {
        return (now.since(item.opened_at) >= NEW).then_some(("the account was removed", now));
    };
    let answers = account.error.is_none() && account.ok == Some(true);
    let at = answered_at(known.services, known.accounts, account).filter(|at| answers && *at > item.seen)?;
    Some(("it answers again", at))
}

fn of_unknown(item: &InboxItem, known: &Known<'_>) -> Option<(DoneHow, Option<String>, &'static str)> {
    let entry = known.journal.iter().find(|entry| Some(&entry.id) == item.entry.as_ref()).filter(|entry| !entry.is_open())?;
    Some(match (entry.settled_as, entry.state) {
        (Some(SettledAs::Happened), _) => (DoneHow::Acting, entry.settled_by.clone(), "settled as happened"),
        (Some(SettledAs::DidNot), _) => (DoneHow::Acting, entry.settled_by.clone(), "settled as not happened"),
        (None, EntryState::Succeeded) => (DoneHow::Ended, None, "it was seen to have happened"),
        (None, EntryState::Failed) => (DoneHow::Ended, None, "it was seen to have failed"),
        (None, EntryState::NotSent) => (DoneHow::Ended, None, "it was shown that nothing was sent"),
        (None, EntryState::Planned | EntryState::Sent | EntryState::Unknown) => return None,
    })
}

/// Whether the action came true after the item was opened, and is one that ends such a cause.
fn has_acted(entry: &Entry, item: &InboxItem) -> bool {
    let after = entry.finished_at.is_some_and(|at| at >= item.opened_at);
    entry.state == EntryState::Succeeded && after && Some(&entry.request.service) == item.service.as_ref() && ends(&entry.request, item)
}

fn is_under_way(entry: &Entry, item: &InboxItem) -> bool {
    let moves = entry.is_open() && matches!(entry.state, EntryState::Planned | EntryState::Sent);
    moves && Some(&entry.request.service) == item.service.as_ref() && ends(&entry.request, item)
}

fn ends(action: &Action, item: &InboxItem) -> bool {
    match (&action.kind, item.kind) {
        (ActionKind::Pipeline(action), InboxKind::Approval) => {
            matches!(action.change, PipelineChange::Approve { .. } | PipelineChange::Cancel) && is_of(&action.pipeline, item)
        }
        (ActionKind::Pipeline(action), InboxKind::FailedOnBranch) => {
            action.change == PipelineChange::Rerun && is_of(&action.pipeline, item)
        }
        (ActionKind::PullRequest(action), InboxKind::LeftQueue | InboxKind::AutoMergeOff) => {
            item.subject.pull_request == Some(action.number)
        }
        (ActionKind::Release(action), InboxKind::ProductionHurt | InboxKind::ReleaseFailed) => {
            item.subject.environment.as_ref() == Some(&action.environment)
        }
        (ActionKind::Release(_), InboxKind::Split | InboxKind::Drift) => true,
        (ActionKind::Pipeline(_) | ActionKind::PullRequest(_) | ActionKind::Release(_), _) => false,
    }
}

/// An action may name a pipeline, or one of its workflows.
fn is_of(pipeline: &str, item: &InboxItem) -> bool {
    item.subject.pipeline.as_deref() == Some(pipeline)
}

fn acted_words(entry: &Entry) -> &'static str {
    match entry.action.as_str() {
        "approve" => "approved",
        "cancel" => "canceled",
        "rerun" => "started again",
        "rollback" => "rolled back",
        "release" | "promote" => "released",
        "merge" => "merged",
        "enqueue" => "queued again",
        "enable_auto_merge" => "auto-merge turned on",
        _ => "acted on",
    }
}

fn words(item: &InboxItem, service: &ServiceState) -> String {
    match item.kind {
        InboxKind::Approval => approval(item, service).to_owned(),
        InboxKind::FailedOnBranch => failure(item, service),
        InboxKind::LeftQueue | InboxKind::AutoMergeOff => dropped(item, service),
        InboxKind::ProductionHurt => "it is healthy again".to_owned(),
        InboxKind::ReleaseFailed => "its code, or newer code, is live".to_owned(),
        InboxKind::Split | InboxKind::Drift => "the environments no longer differ so".to_owned(),
        InboxKind::ProductionNotSaid => "it was answered".to_owned(),
        InboxKind::OutcomeUnknown | InboxKind::SignInAgain | InboxKind::Fixed | InboxKind::Live => "it is over".to_owned(),
    }
}

/// The CIs do not tell who approves.
fn approval(item: &InboxItem, service: &ServiceState) -> &'static str {
    let pipeline = service.pipelines.iter().find(|pipeline| Some(&pipeline.id) == item.subject.pipeline.as_ref());
    let Some(pipeline) = pipeline else { return "a newer pipeline took its place" };
    let holds = || pipeline.jobs.iter().filter(|job| job.approval_id.is_some());
    match pipeline.status {
        PipelineStatus::Canceled => "canceled",
        _ if holds().any(|job| job.status == JobStatus::OnHold) => "a newer pipeline took its place",
        _ if holds().any(|job| job.status == JobStatus::Passed) => "approved",
        _ => "it no longer waits",
    }
}

fn failure(item: &InboxItem, service: &ServiceState) -> String {
    let own = service.pipelines.iter().find(|pipeline| Some(&pipeline.id) == item.subject.pipeline.as_ref());
    match own {
        Some(pipeline) if pipeline.status.is_moving() => "it runs again".to_owned(),
        Some(pipeline) if pipeline.status == PipelineStatus::Passed => "it passed when it ran again".to_owned(),
        Some(_) => format!("a newer pipeline of {} decided", service.branch),
        None => "it is no longer listed".to_owned(),
    }
}

fn dropped(item: &InboxItem, service: &ServiceState) -> String {
    let Some(number) = item.subject.pull_request else { return "it is over".to_owned() };
    match service.pull_request(number) {
        Some(pull_request) if pull_request.queue.is_some() || pull_request.auto_merge.is_some() => "it waits to be merged again".to_owned(),
        Some(_) => "it was pushed to".to_owned(),
        None if service.main.iter().any(|commit| commit.pull_request == Some(number)) => "merged".to_owned(),
        None => "it is no longer open".to_owned(),
    }
}
