//! Answers a call: from which world, by which vendor, and what of it is written down.

use std::time::Instant;

use serde_json::json;

use crate::change_observer::{ChangeObserver, Seen};
use crate::http::{Call, Reply, Vendor};
use crate::state::Shared;
use crate::world::World;
use crate::{circleci, github, heroku, log_store};

impl Shared {
    /// Delivers requests that the gateway has held back until now; nobody receives their answers.
    pub fn deliver_late(&self) {
        let now = self.now().now;
        for call in self.late.due(now) {
            self.answer_counted(&call);
        }
    }

    /// Answers from the live world or, for a stale read, from an earlier one.
    fn answer(&self, call: &Call) -> Reply {
        if call.mutations.is_empty()
            && let Some(seconds) = call.lag_seconds
            && let past = &mut *self.past.lock().expect("never poisoned")
            && !past.is_empty()
        {
            let old_enough = past.iter().rposition(|(at, _)| at.elapsed().as_secs_f64() >= seconds);
            if let Some((_, world)) = past.get_mut(old_enough.unwrap_or(0)) {
                return self.vendor(world, call);
            }
        }
        if call.mutations.is_empty()
            && let Some(seconds) = call.stale_seconds
            && let Some((at, world)) = self.before.lock().expect("never poisoned").as_mut()
            && at.elapsed().as_secs_f64() < seconds
        {
            return self.vendor(world, call);
        }
        let mut world = self.now();
        let keeps = !call.mutations.is_empty() && self.faults.lock().expect("never poisoned").snapshots();
        let snapshot = keeps.then(|| world.clone());
        let witnesses: Vec<ChangeObserver> = call.mutations.iter().map(|mutation| ChangeObserver::of(&world, mutation)).collect();
        let reply = self.vendor(&mut world, call);
        self.observer(&world, call, witnesses, &reply);
        if call.mutations.is_empty() {
            self.note_read(call);
        }
        drop(world);
        if let Some(snapshot) = snapshot.filter(|_| !reply.applied.is_empty()) {
            *self.before.lock().expect("never poisoned") = Some((Instant::now(), snapshot));
        }
        reply
    }

    /// The caller holds the lock of the world that was read.
    fn note_read(&self, call: &Call) {
        let token = self.token_of(call).and_then(|token| self.tokens.lock().expect("never poisoned").place(&token));
        if let Some(token) = token {
            self.request_log.lock().expect("the request log's lock is never poisoned").read(call, token);
        }
    }

    fn observer(&self, world: &World, call: &Call, witnesses: Vec<ChangeObserver>, reply: &Reply) {
        let mut request_log = self.request_log.lock().expect("the request log's lock is never poisoned");
        for ((mutation, observer), number) in call.mutations.iter().zip(witnesses).zip(&call.changes) {
            let applied = reply.applied.contains(mutation);
            let seen = observer.seen(world);
            let seen = if applied { seen } else { Seen { made: json!({}), ..seen } };
            request_log.observed(*number, seen, applied.then(|| world.stamp_ms(world.now)));
        }
    }

    /// Answers, and counts the changes that took effect.
    pub fn answer_counted(&self, call: &Call) -> Reply {
        let reply = self.answer(call);
        let mut request_log = self.request_log.lock().expect("the request log's lock is never poisoned");
        if reply.status == 304 {
            request_log.not_modified(call);
        }
        for mutation in &reply.applied {
            request_log.applied(call.vendor, mutation);
        }
        reply
    }

    /// A request to the other host; it must carry no credentials.
    fn elsewhere(&self, call: &Call) -> Reply {
        let credentials = ["authorization", "circle-token", "cookie"].into_iter().find(|h| call.headers.contains_key(*h));
        let brought = credentials.or((!call.body.is_empty()).then_some("a body"));
        if let Some(what) = brought {
            let mut request_log = self.request_log.lock().expect("the request log's lock is never poisoned");
            request_log.violation(Vendor::Elsewhere, &format!("{what} was sent to another host"), call);
        }
        Reply::json(200, &json!([]))
    }

    fn vendor(&self, world: &mut World, call: &Call) -> Reply {
        match call.vendor {
            Vendor::Github => github::answer(self, world, call),
            Vendor::Circleci => circleci::answer(self, world, call),
            Vendor::Logs => log_store::answer(self, world, call),
            Vendor::Heroku => heroku::answer(self, world, call),
            Vendor::Elsewhere => self.elsewhere(call),
            Vendor::Control => Reply::text(500, "the control port does not come this way"),
        }
    }
}
