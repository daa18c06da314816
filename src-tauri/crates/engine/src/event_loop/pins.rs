//! Pins, from the rollback that sets one to the release that ends it.

use super::EventLoop;
use crate::store::intents::Written;
use slipway_domain::alert::Subject;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::environment::Environment;
use slipway_domain::humanize::capital;
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::pin::{Pin, ended, set_by, violation};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::Severity;
use slipway_domain::time::Time;
use std::sync::Arc;

/// What is known when pins are followed.
struct Known {
    services: Vec<Arc<ServiceState>>,
    /// Entries of rollbacks that pin, and of what a person let go over a pin.
    journal: Vec<Entry>,
    now: Time,
}

impl EventLoop {
    /// Sets, violates and ends pins by what is known now. Only a difference is written, by what is stored then:
    /// another process may have written it already.
    pub(super) async fn follow_pins(&mut self) {
        let of_pins = |entry: &&Entry| entry.pin.is_some() || !entry.over_pins.is_empty();
        let journal: Vec<Entry> = self.journal.iter().filter(of_pins).cloned().collect();
        if journal.is_empty() && !self.kept.pins.iter().any(Pin::is_open) {
            return;
        }
        let known = Known { services: self.services.clone(), journal, now: self.with.clock.now() };
        if known.follow(&self.kept.pins).is_empty() {
            return;
        }
        // By a configuration that is no longer the stored one, an event would name another service.
        if self.has_other_services().unwrap_or(true) {
            return;
        }
        let follow = move |pins: &[Pin]| {
            let put = known.follow(pins);
            let events: Vec<Event> = put.iter().filter_map(|pin| known.end_of(pin)).collect();
            (Written::put(put), events)
        };
        match self.with.intents.change_kept(follow).await {
            Ok((pins, events)) => {
                self.kept.pins = pins;
                self.publish_all();
                self.publish(Vec::new(), events);
            }
            Err(error) => tracing::warn!(%error, "the pins could not be written"),
        }
    }
}

impl Known {
    /// Pins that are new or have become others.
    fn follow(&self, pins: &[Pin]) -> Vec<Pin> {
        let mut all: Vec<Pin> = pins.to_vec();
        let mut changed: Vec<String> = Vec::new();
        for entry in &self.journal {
            for pin in set_by(entry, &all, self.now) {
                changed.push(pin.id.clone());
                match all.iter_mut().find(|known| known.id == pin.id) {
                    Some(known) => *known = pin,
                    None => all.push(pin),
                }
            }
        }
        for pin in all.iter_mut().filter(|pin| pin.is_open()) {
            let Some((_, environment)) = self.place(pin) else { continue };
            if let Some(violation) = violation(environment, pin, self.knowingly(environment, pin), self.now) {
                pin.violations.push(violation);
                changed.push(pin.id.clone());
            }
            if let Some(end) = ended(environment, pin, self.now) {
                pin.end = Some(end);
                changed.push(pin.id.clone());
            }
        }
        all.into_iter().filter(|pin| changed.contains(&pin.id)).collect()
    }

    /// Where it is settled. None until the board has it.
    fn place(&self, pin: &Pin) -> Option<(&ServiceState, &Environment)> {
        let of_service = |state: &Arc<ServiceState>| state.environments.iter().any(|e| e.app == pin.app);
        let state = self.services.iter().find(|state| of_service(state))?;
        let is_settled = |e: &&Environment| e.app == pin.app && e.pin.as_ref().is_some_and(|shown| shown.id == pin.id);
        Some((state, state.environments.iter().find(is_settled)?))
    }

    /// Why a person let what is live go over the pin: our own release by its id; else what was merged or approved over
    /// it last, unless an earlier release has come of that.
    fn knowingly(&self, environment: &Environment, pin: &Pin) -> Option<String> {
        let live = environment.current.as_ref()?;
        let over = || self.journal.iter().filter(|entry| entry.over_pins.contains(&pin.id) && entry.sent_at.is_some());
        let was_done = |entry: &&Entry| entry.state == EntryState::Succeeded;
        if let Some(own) = over().find(|entry| entry.expectation.made_release().is_some_and(|made| made.id == live.id)) {
            return own.reason.clone();
        }
        let since = pin.violations.iter().map(|earlier| earlier.at).max();
        let led_to_it = |entry: &&Entry| entry.expectation.after_version().is_none() && since.is_none_or(|since| entry.at > since);
        over().filter(was_done).filter(led_to_it).max_by_key(|entry| entry.at)?.reason.clone()
    }

    fn end_of(&self, pin: &Pin) -> Option<Event> {
        let end = pin.end.as_ref()?;
        let (state, environment) = self.place(pin)?;
        let message = format!("{} is no longer pinned to {}: {}.", capital(&environment.name), pin.target.label, end.reason);
        Some(Event {
            at: self.now,
            service: state.name.clone(),
            kind: EventKind::PinEnded,
            severity: Severity::Info,
            message,
            subject: Subject::environment(&environment.name, environment.current.as_ref().map(|release| release.version)),
            ends: None,
        })
    }
}
