//! Records of incidents, from the first sign to their close.

use super::EventLoop;
use crate::store::intents::Written;
use slipway_domain::diff::Event;
use slipway_domain::incident::{Incident, Known, follow};
use slipway_domain::time::Time;

/// Seconds between looks at what begins with time alone: a record that asks whether it is over.
const LOOK_EVERY: f64 = 10.0;

/// What is to be followed.
#[derive(Default)]
pub(super) struct IncidentNews {
    /// What happened since the records were last followed.
    events: Vec<Event>,
    /// Something was published since then.
    is_due: bool,
    followed_at: Option<Time>,
}

impl IncidentNews {
    pub(super) fn note(&mut self, events: &[Event]) {
        self.is_due = true;
        self.events.extend_from_slice(events);
    }
}

impl EventLoop {
    /// Opens, continues and closes records by what is known now. Only a difference is written, by what is stored then:
    /// another process may have written it already.
    pub(super) async fn follow_incidents(&mut self) {
        let now = self.with.clock.now();
        let by_time = self.incident_news.followed_at.is_none_or(|at| now.since(at).abs() >= LOOK_EVERY);
        if !self.incident_news.is_due && !by_time {
            return;
        }
        (self.incident_news.is_due, self.incident_news.followed_at) = (false, Some(now));
        let events = std::mem::take(&mut self.incident_news.events);
        let known = Known { services: &self.services, journal: &self.journal, watches: &self.kept.watches, pins: &self.kept.pins };
        if follow(&self.kept.incidents, known, &events, now).is_empty() {
            return;
        }
        // By a configuration that is no longer the stored one, a renamed service would have its records under its old name.
        if self.has_other_services().unwrap_or(true) {
            (self.incident_news.events, self.incident_news.is_due) = (events, true);
            return;
        }
        let (services, journal) = (self.services.clone(), self.journal.clone());
        let (watches, pins) = (self.kept.watches.clone(), self.kept.pins.clone());
        let change = move |incidents: &[Incident]| {
            let known = Known { services: &services, journal: &journal, watches: &watches, pins: &pins };
            (Written::put(follow(incidents, known, &events, now)), ())
        };
        match self.with.intents.change_kept(change).await {
            Ok((incidents, ())) if incidents != self.kept.incidents => {
                self.kept.incidents = incidents;
                self.publish_all();
                // What was just followed is not due again by its own publication.
                self.incident_news.is_due = false;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the records of incidents could not be written"),
        }
    }
}
