//! What the journal tells: of this process's actions, and of those of others.

use super::EventLoop;
use crate::reducer::{Records, actions_of, apply_records, derive};
use slipway_domain::action::ActionKind;
use slipway_domain::alert::Subject;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::status::Severity;
use slipway_domain::time::Time;
use std::sync::Arc;

impl EventLoop {
    /// Takes over what other processes have written to the journal.
    pub(super) async fn look_at_journal(&mut self) {
        match self.with.intents.file_state().await {
            Ok(state) if state.version == self.journal_version => {}
            Ok(_) => self.on_journal_changed().await,
            Err(error) => tracing::warn!(%error, "the journal could not be looked at"),
        }
    }

    pub(super) async fn on_journal_changed(&mut self) {
        let (before, notices) = (self.journal.clone(), self.notices.clone());
        self.read_journal().await;
        self.read_inbox().await;
        self.on_kept_changed().await;
        let now = self.with.clock.now();
        let mut news = Vec::new();
        for entry in self.journal.iter().filter(|e| !e.is_open() || e.state == EntryState::Unknown) {
            let was = before.iter().find(|b| b.id == entry.id);
            // Entries of an earlier run are history.
            if was.is_some_and(|w| w.state == entry.state) || (was.is_none() && entry.finished_at.is_none_or(|at| now.since(at) > 30.0)) {
                continue;
            }
            news.push(finished(entry, now));
        }
        let mut changed = Vec::new();
        let records = Records { journal: &self.journal, dismissals: &self.dismissals, kept: &self.kept };
        for (at, state) in self.services.iter_mut().enumerate() {
            if actions_of(state, &self.journal, now) != state.actions {
                let state = Arc::make_mut(state);
                apply_records(state, records, now);
                derive(state, now);
                changed.push(at);
                // What was acted on is read at once.
                self.polling.forget_service(&state.name);
            }
        }
        if !changed.is_empty() || !news.is_empty() || notices != self.notices {
            self.publish(changed, news);
        }
    }

    pub(super) async fn read_journal(&mut self) {
        if let Ok(state) = self.with.intents.file_state().await {
            self.journal_version = state.version;
        }
        match self.with.intents.all().await {
            Ok(entries) => self.journal = entries,
            Err(error) => tracing::warn!(%error, "the journal could not be read"),
        }
        match self.with.intents.notices().await {
            Ok(notices) => self.notices = self.newer.iter().cloned().chain(notices).collect(),
            Err(error) => tracing::warn!(%error, "the notices could not be read"),
        }
    }
}

fn finished(entry: &Entry, now: Time) -> Event {
    let kind = if entry.state == EntryState::Unknown { EventKind::OutcomeUnknown } else { EventKind::ActionFinished };
    let severity = match entry.state {
        EntryState::Succeeded => Severity::Info,
        EntryState::Planned | EntryState::Sent | EntryState::Failed | EntryState::Unknown | EntryState::NotSent => Severity::Problem,
    };
    let message = format!(
        "{} of {} {}: {}",
        slipway_domain::humanize::capital(&entry.action.replace('_', " ")),
        entry.target,
        entry.state,
        entry.message
    );
    Event { at: now, service: entry.service.clone(), kind, severity, message, subject: subject_of(entry), ends: None }
}

fn subject_of(entry: &Entry) -> Subject {
    match &entry.request.kind {
        ActionKind::PullRequest(action) => Subject::pull_request(action.number),
        ActionKind::Pipeline(action) => Subject::pipeline(&action.pipeline),
        ActionKind::Release(action) => Subject::environment(&action.environment, None),
    }
}
