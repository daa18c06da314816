//! What happened between two states of a service.

use crate::alert::{Alert, AlertKind, Subject};
use crate::release::{Release, ReleaseCause};
use crate::snapshot::{ServiceState, Source};
use crate::status::{PipelineStatus, ReleaseStatus, Severity, vocabulary};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(EventKind { PipelineFailed = "pipeline_failed", ReleaseFailed = "release_failed", ProductionDown = "production_down",
    EnvironmentDown = "environment_down", ApprovalWaiting = "approval_waiting", SourceUnreachable = "source_unreachable",
    SignInAgain = "sign_in_again", RateLimited = "rate_limited", OutcomeUnknown = "outcome_unknown",
    Fixed = "fixed", SourceRecovered = "source_recovered", Merged = "merged", PullRequestOpened = "pull_request_opened",
    PipelineStarted = "pipeline_started", PipelinePassed = "pipeline_passed", PipelineCanceled = "pipeline_canceled",
    ReleaseStarted = "release_started", ReleaseLive = "release_live", ActionFinished = "action_finished", Maintenance = "maintenance",
    NoPipeline = "no_pipeline", LeftQueue = "left_queue", AutoMergeOff = "auto_merge_off" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Event {
    pub at: Time,
    pub service: String,
    pub kind: EventKind,
    pub severity: Severity,
    pub message: String,
    pub subject: Subject,
}

/// Transitions from `old` to `new`. A source that was never read before has none: what it
/// shows first is not news.
pub fn events(old: &ServiceState, new: &ServiceState, now: Time) -> Vec<Event> {
    let mut found = Found { service: &new.name, now, events: Vec::new() };
    if was_read(old, &Source::Code) {
        code_events(old, new, &mut found);
    }
    if was_read(old, &Source::Ci) {
        pipeline_events(old, new, &mut found);
    }
    release_events(old, new, &mut found);
    alert_events(old, new, &mut found);
    found.events
}

struct Found<'a> {
    service: &'a str,
    now: Time,
    events: Vec<Event>,
}

impl Found<'_> {
    fn add(&mut self, kind: EventKind, severity: Severity, message: String, subject: Subject) {
        self.events.push(Event { at: self.now, service: self.service.to_owned(), kind, severity, message, subject });
    }
}

fn was_read(state: &ServiceState, source: &Source) -> bool {
    state.source(source).is_some_and(|s| s.observed_at.is_some())
}

fn code_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for commit in new.main.iter().rev() {
        let Some(number) = commit.pull_request else { continue };
        let known = old.main.iter().any(|c| c.sha == commit.sha || c.pull_request == Some(number));
        if !known {
            let title = commit.pull_request_title.as_deref().unwrap_or(&commit.title);
            found.add(EventKind::Merged, Severity::Info, format!("#{number} merged: {title}"), Subject::pull_request(number));
        }
    }
    for pr in &new.pull_requests {
        if old.pull_request(pr.number).is_none() {
            found.add(
                EventKind::PullRequestOpened,
                Severity::Info,
                format!("#{} opened: {}", pr.number, pr.title),
                Subject::pull_request(pr.number),
            );
        }
    }
}

fn pipeline_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for pipeline in new.pipelines.iter().rev() {
        let before = old.pipelines.iter().find(|p| p.id == pipeline.id);
        let subject = Subject { pull_request: pipeline.pull_request, ..Subject::pipeline(&pipeline.id) };
        let newer = old.pipelines.first().is_none_or(|first| pipeline.is_newer_than(first));
        if before.is_none() && newer {
            found.add(EventKind::PipelineStarted, Severity::Info, format!("Pipeline #{} started", pipeline.number), subject.clone());
        }
        let status_before = before.map(|p| p.status);
        if status_before.is_some_and(PipelineStatus::is_over) && pipeline.status.is_moving() {
            found.add(EventKind::PipelineStarted, Severity::Info, format!("Pipeline #{} runs again", pipeline.number), subject.clone());
        }
        // A pipeline whose details were read for the first time is not news.
        if status_before == Some(pipeline.status) || status_before == Some(PipelineStatus::Unknown) || (before.is_none() && !newer) {
            continue;
        }
        match pipeline.status {
            PipelineStatus::Passed => {
                found.add(EventKind::PipelinePassed, Severity::Info, format!("Pipeline #{} passed", pipeline.number), subject)
            }
            PipelineStatus::Canceled => {
                found.add(EventKind::PipelineCanceled, Severity::Info, format!("Pipeline #{} was canceled", pipeline.number), subject)
            }
            // Failures and holds are alerts.
            PipelineStatus::Queued
            | PipelineStatus::Running
            | PipelineStatus::Failing
            | PipelineStatus::OnHold
            | PipelineStatus::Failed
            | PipelineStatus::Unknown => {}
        }
    }
}

fn release_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for environment in &new.environments {
        let Some(before) = old.environment(&environment.name) else { continue };
        if !was_read(old, &Source::Environment(environment.name.clone())) {
            continue;
        }
        let newest_before = before.releases.iter().map(|r| r.version).max().unwrap_or(0);
        for release in environment.releases.iter().rev().filter(|r| r.version > newest_before && r.status == ReleaseStatus::Pending) {
            let subject = Subject::environment(&environment.name, Some(release.version));
            let message = format!("Release v{} of {} started{}", release.version, environment.name, config_names(release));
            found.add(EventKind::ReleaseStarted, Severity::Info, message, subject);
        }
        let (was, is) = (before.current.as_ref(), environment.current.as_ref());
        // With preboot it is live when the old dynos have gone, not when the platform calls it current.
        let switched = before.switching_until.is_some();
        let live = is.filter(|c| environment.switching_until.is_none() && was.is_some_and(|w| switched || w.version != c.version));
        if let Some(current) = live {
            let subject = Subject::environment(&environment.name, Some(current.version));
            let message = format!("v{} is live on {}{}", current.version, environment.name, config_names(current));
            found.add(EventKind::ReleaseLive, Severity::Info, message, subject);
        }
    }
}

/// Which config vars a release changed, by name.
fn config_names(release: &Release) -> String {
    match release.cause() {
        ReleaseCause::Config { names } => format!(" (config: {})", names.join(", ")),
        ReleaseCause::AddOn { name } => format!(" (add-on: {name})"),
        ReleaseCause::Deploy | ReleaseCause::Rollback { .. } | ReleaseCause::Promotion { .. } | ReleaseCause::Other => String::new(),
    }
}

fn alert_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for alert in &new.alerts {
        let known = old.alerts.iter().any(|a| a.kind == alert.kind && a.subject == alert.subject);
        if let (false, Some(kind)) = (known || !alert_source_was_read(old, alert), event_kind(alert.kind)) {
            found.add(kind, alert.severity, alert.message.clone(), alert.subject.clone());
        }
    }
    for alert in &old.alerts {
        let same_trouble = |a: &&Alert| a.kind == alert.kind && a.subject.environment == alert.subject.environment;
        if new.alerts.iter().any(|a| same_trouble(&a)) {
            continue;
        }
        match alert.kind {
            AlertKind::ProductionDown | AlertKind::EnvironmentDown => {
                let name = alert.subject.environment.as_deref().unwrap_or("production");
                let version =
                    new.environment(name).and_then(|e| e.current.as_ref()).map_or(String::new(), |r| format!(" on v{}", r.version));
                let message = format!("{} is healthy again{version}.", crate::words::capital(name));
                found.add(EventKind::Fixed, Severity::Info, message, alert.subject.clone());
            }
            AlertKind::PipelineFailed => {
                found.add(EventKind::Fixed, Severity::Info, format!("The pipeline of {} passes again.", new.branch), alert.subject.clone());
            }
            AlertKind::ReleaseFailed => {
                let name = alert.subject.environment.as_deref().unwrap_or("the environment");
                found.add(EventKind::Fixed, Severity::Info, format!("Releases of {name} succeed again."), alert.subject.clone());
            }
            AlertKind::SourceUnreachable | AlertKind::SignInAgain | AlertKind::RateLimited => {
                found.add(EventKind::SourceRecovered, Severity::Info, format!("Answers again: {}", alert.message), alert.subject.clone());
            }
            AlertKind::Maintenance => {
                let name = alert.subject.environment.as_deref().unwrap_or("the environment");
                let message = format!("{} left maintenance mode.", crate::words::capital(name));
                found.add(EventKind::Fixed, Severity::Info, message, alert.subject.clone());
            }
            AlertKind::ApprovalWaiting
            | AlertKind::NoPipeline
            | AlertKind::LeftQueue
            | AlertKind::AutoMergeOff
            | AlertKind::OutcomeUnknown
            | AlertKind::NotLearnt
            | AlertKind::RolledBack
            | AlertKind::RepositoryArchived
            | AlertKind::RepositoryRenamed
            | AlertKind::ProductionNotSaid => {}
        }
    }
}

fn alert_source_was_read(old: &ServiceState, alert: &Alert) -> bool {
    match alert.kind {
        AlertKind::PipelineFailed | AlertKind::ApprovalWaiting | AlertKind::NoPipeline => was_read(old, &Source::Ci),
        AlertKind::LeftQueue | AlertKind::AutoMergeOff => was_read(old, &Source::Code),
        AlertKind::ReleaseFailed
        | AlertKind::ProductionDown
        | AlertKind::EnvironmentDown
        | AlertKind::Maintenance
        | AlertKind::RolledBack => alert.subject.environment.as_ref().is_some_and(|name| was_read(old, &Source::Environment(name.clone()))),
        AlertKind::SourceUnreachable
        | AlertKind::SignInAgain
        | AlertKind::RateLimited
        | AlertKind::OutcomeUnknown
        | AlertKind::NotLearnt
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::ProductionNotSaid => true,
    }
}

fn event_kind(kind: AlertKind) -> Option<EventKind> {
    Some(match kind {
        AlertKind::PipelineFailed => EventKind::PipelineFailed,
        AlertKind::ReleaseFailed => EventKind::ReleaseFailed,
        AlertKind::ProductionDown => EventKind::ProductionDown,
        AlertKind::EnvironmentDown => EventKind::EnvironmentDown,
        AlertKind::ApprovalWaiting => EventKind::ApprovalWaiting,
        AlertKind::SourceUnreachable => EventKind::SourceUnreachable,
        AlertKind::SignInAgain => EventKind::SignInAgain,
        AlertKind::RateLimited => EventKind::RateLimited,
        AlertKind::OutcomeUnknown => EventKind::OutcomeUnknown,
        AlertKind::Maintenance => EventKind::Maintenance,
        AlertKind::NoPipeline => EventKind::NoPipeline,
        AlertKind::LeftQueue => EventKind::LeftQueue,
        AlertKind::AutoMergeOff => EventKind::AutoMergeOff,
        AlertKind::NotLearnt
        | AlertKind::RolledBack
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::ProductionNotSaid => return None,
    })
}
