//! What happened between two states of a service.

mod alerts;
mod code;
mod pipelines;
mod releases;

use crate::alert::Subject;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{Severity, vocabulary};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

vocabulary!(EventKind { PipelineFailed = "pipeline_failed", ReleaseFailed = "release_failed", ProductionDown = "production_down",
    EnvironmentDown = "environment_down", ApprovalWaiting = "approval_waiting", SourceUnreachable = "source_unreachable",
    SignInAgain = "sign_in_again", RateLimited = "rate_limited", OutcomeUnknown = "outcome_unknown",
    Fixed = "fixed", SourceRecovered = "source_recovered", Merged = "merged", PullRequestOpened = "pull_request_opened",
    PipelineStarted = "pipeline_started", PipelinePassed = "pipeline_passed", PipelineCanceled = "pipeline_canceled",
    OtherPipelineFailed = "other_pipeline_failed",
    ReleaseStarted = "release_started", ReleaseLive = "release_live", ActionFinished = "action_finished", Maintenance = "maintenance",
    NoPipeline = "no_pipeline", LeftQueue = "left_queue", AutoMergeOff = "auto_merge_off",
    ProcessDown = "process_down", BranchReset = "branch_reset", WatchBad = "watch_bad", PinViolated = "pin_violated",
    WatchEnded = "watch_ended", PinEnded = "pin_ended" });

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Event {
    pub at: Time,
    pub service: String,
    pub kind: EventKind,
    pub severity: Severity,
    pub message: String,
    pub subject: Subject,
    /// What is over, for `fixed` and `source_recovered`.
    #[serde(default)]
    pub ends: Option<EventKind>,
}

/// Transitions from `old` to `new`. A source that was never read before has none: what it
/// shows first is not news.
pub fn events(old: &ServiceState, new: &ServiceState, now: Time) -> Vec<Event> {
    let mut found = Found { service: &new.name, now, events: Vec::new() };
    if was_read(old, &Source::Code) {
        code::code_events(old, new, &mut found);
    }
    if was_read(old, &Source::Ci) {
        pipelines::pipeline_events(old, new, &mut found);
    }
    releases::release_events(old, new, &mut found);
    releases::watch_events(old, new, &mut found);
    alerts::alert_events(old, new, &mut found);
    found.events
}

/// Those of them that come of watches, pins and records alone, which are followed between reads.
pub fn kept_events(old: &ServiceState, new: &ServiceState, now: Time) -> Vec<Event> {
    let mut found = Found { service: &new.name, now, events: Vec::new() };
    releases::watch_events(old, new, &mut found);
    alerts::alert_events(old, new, &mut found);
    found.events
}

struct Found<'a> {
    service: &'a str,
    now: Time,
    events: Vec<Event>,
}

impl Found<'_> {
    fn add(&mut self, kind: EventKind, severity: Severity, message: String, subject: Subject) {
        self.events.push(Event { at: self.now, service: self.service.to_owned(), kind, severity, message, subject, ends: None });
    }

    fn add_end(&mut self, kind: EventKind, ends: Option<EventKind>, message: String, subject: Subject) {
        self.add(kind, Severity::Info, message, subject);
        if let Some(event) = self.events.last_mut() {
            event.ends = ends;
        }
    }
}

fn was_read(state: &ServiceState, source: &Source) -> bool {
    state.source(source).is_some_and(|s| s.observed_at.is_some())
}
