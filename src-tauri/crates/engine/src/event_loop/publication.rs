//! What the loop tells of the board: the whole as a snapshot, and each change of it. Both share the states.

use super::EventLoop;
use crate::reducer::{Records, apply_records, derive};
use slipway_domain::diff::Event;
use slipway_domain::snapshot::{AccountState, Notice, ServiceState, Snapshot};
use slipway_domain::time::Time;
use std::sync::Arc;
use tokio::sync::{broadcast, watch};

/// What a publication changed.
#[derive(Clone, Debug)]
pub struct Change {
    pub rev: u64,
    pub services: Vec<Arc<ServiceState>>,
    pub order: Vec<String>,
    pub accounts: Vec<AccountState>,
    pub notices: Vec<Notice>,
    pub observed_at: Option<Time>,
    pub events: Vec<Event>,
}

/// Where the loop tells what it knows.
pub(crate) struct Publication {
    pub(crate) snapshot: watch::Sender<Arc<Snapshot>>,
    pub(crate) changes: broadcast::Sender<Arc<Change>>,
}

impl EventLoop {
    pub(super) fn published(&self) -> Arc<Snapshot> {
        self.publication.snapshot.borrow().clone()
    }

    pub(super) fn publish_all(&mut self) {
        let now = self.with.clock.now();
        let records = Records { journal: &self.journal, dismissals: &self.dismissals, kept: &self.kept };
        for state in &mut self.services {
            let state = Arc::make_mut(state);
            apply_records(state, records, now);
            derive(state, now);
        }
        self.publish((0..self.services.len()).collect(), Vec::new());
    }

    /// `changed`: the services whose state is another one than in the last publication.
    pub(super) fn publish(&mut self, mut changed: Vec<usize>, events: Vec<Event>) {
        self.rev += 1;
        for (at, state) in self.services.iter_mut().enumerate() {
            let off = self.with.accounts.off(state);
            if off != state.off {
                Arc::make_mut(state).off = off;
                changed.push(at);
            }
        }
        changed.sort_unstable();
        changed.dedup();
        let observed_at = self.services.iter().flat_map(|s| &s.sources).filter_map(|s| s.observed_at).max();
        let (rev, accounts, notices) = (self.rev, self.with.accounts.states(), self.notices.clone());
        let change = Change {
            rev,
            services: changed.into_iter().map(|at| self.services[at].clone()).collect(),
            order: self.services.iter().map(|s| s.name.clone()).collect(),
            accounts: accounts.clone(),
            notices: notices.clone(),
            observed_at,
            events,
        };
        let services = self.services.clone();
        self.inbox.note(&change.events);
        self.incident_news.note(&change.events);
        let inbox = self.inbox.published();
        self.publication.snapshot.send_replace(Arc::new(Snapshot { rev, observed_at, services, accounts, notices, inbox }));
        // No receiver is no loss.
        let _ = self.publication.changes.send(Arc::new(change));
    }
}
