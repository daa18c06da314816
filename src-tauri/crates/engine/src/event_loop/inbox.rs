//! What needs a person, followed after each publication and shared by all processes of a data folder.

use super::EventLoop;
use crate::store::intents::Written;
use slipway_domain::diff::Event;
use slipway_domain::inbox::{InboxItem, Known, follow, in_order, is_forgotten};
use slipway_domain::time::Time;
use std::sync::Arc;

/// Seconds between looks at what begins with time alone, such as a reminder.
const LOOK_EVERY: f64 = 10.0;

/// The inbox as this process knows it.
#[derive(Default)]
pub(super) struct Inbox {
    /// As it is stored.
    items: Vec<InboxItem>,
    /// The same in the order in which it is shown.
    ordered: Arc<Vec<InboxItem>>,
    /// What happened since it was last followed.
    events: Vec<Event>,
    /// Something was published since then.
    is_due: bool,
    followed_at: Option<Time>,
}

impl Inbox {
    /// Something is published, with these events.
    pub(super) fn note(&mut self, events: &[Event]) {
        self.is_due = true;
        self.events.extend_from_slice(events);
    }

    pub(super) fn published(&self) -> Arc<Vec<InboxItem>> {
        self.ordered.clone()
    }

    /// Whether these are others than were known.
    fn take(&mut self, items: Vec<InboxItem>) -> bool {
        let is_another = items != self.items;
        if is_another {
            self.ordered = Arc::new(in_order(&items).into_iter().cloned().collect());
            self.items = items;
        }
        is_another
    }
}

impl EventLoop {
    /// Takes over what persons and other processes have done with it.
    pub(super) async fn read_inbox(&mut self) {
        match self.with.intents.kept().await {
            Ok(items) => {
                if self.inbox.take(items) {
                    self.publish(Vec::new(), Vec::new());
                }
            }
            Err(error) => tracing::warn!(%error, "the inbox could not be read"),
        }
    }

    /// Opens and closes items by what is known now. Only a difference is written, by what is stored then: another
    /// process may have written it already.
    pub(super) async fn follow_inbox(&mut self) {
        let now = self.with.clock.now();
        let by_time = self.inbox.followed_at.is_none_or(|at| now.since(at).abs() >= LOOK_EVERY);
        if !self.inbox.is_due && !by_time {
            return;
        }
        (self.inbox.is_due, self.inbox.followed_at) = (false, Some(now));
        let events = std::mem::take(&mut self.inbox.events);
        let accounts = self.with.accounts.states();
        let services = self.services.clone();
        let known = Known { services: &services, accounts: &accounts, journal: &self.journal };
        if written(&self.inbox.items, &known, &events, now).is_nothing() {
            return;
        }
        // By a configuration that is no longer the stored one, a renamed service would count as removed.
        if self.has_other_services().unwrap_or(true) {
            self.inbox.events = events;
            self.inbox.is_due = true;
            return;
        }
        let journal = self.journal.clone();
        let follow = move |items: &[InboxItem]| {
            let known = Known { services: &services, accounts: &accounts, journal: &journal };
            (written(items, &known, &events, now), ())
        };
        match self.with.intents.change_kept(follow).await {
            Ok((items, ())) => {
                if self.inbox.take(items) {
                    self.publish(Vec::new(), Vec::new());
                    // What was just followed is not due again by its own publication.
                    self.inbox.is_due = false;
                }
            }
            Err(error) => tracing::warn!(%error, "the inbox could not be written"),
        }
    }
}

fn written(items: &[InboxItem], known: &Known<'_>, events: &[Event], now: Time) -> Written<InboxItem> {
    let forgotten = items.iter().filter(|item| is_forgotten(item, now)).map(|item| item.id.clone()).collect();
    Written { put: follow(items, known, events, now), forgotten }
}
