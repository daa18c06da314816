//! What was asked when, so that what seldom changes is asked for seldom.

use crate::locks::lock;
use crate::ports::Clock;
use crate::store::Store;
use serde::{Deserialize, Serialize};
use slipway_domain::estimate::Estimate;
use slipway_domain::time::Time;
use slipway_http::Urgency;
use slipway_vendor::{PastDurations, ReadError};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Seconds between two questions of a kind.
const STATISTICS_EVERY: f64 = 3600.0;
const RUNS_EVERY: f64 = 15.0;
const CATCH_UP_EVERY: f64 = 120.0;
const OTHERS_EVERY: f64 = 60.0;
/// Seconds before an older pipeline that could not be read is asked for again, and one that is gone.
const RETRIED: f64 = 600.0;
const GONE: f64 = 7.0 * 86_400.0;
/// Seconds before a CI that has no list of what ran lately is asked for it again.
const RUNS_UNSUPPORTED: f64 = 3600.0;

/// Why an older pipeline is not asked for.
#[derive(Serialize, Deserialize)]
struct FailedRead {
    is_gone: bool,
    at: Time,
}

/// Kept, because the reading that asked may be dropped, as one of an earlier configuration is.
#[derive(Serialize, Deserialize)]
struct KeptStatistics {
    at: Time,
    runs: Vec<f64>,
    jobs: Vec<(String, Estimate)>,
}

fn statistics_key(service: &str, project: &str) -> String {
    format!("statistics:{service}:{project}")
}

fn unread_key(pipeline: &str) -> String {
    format!("pipeline-unread:{pipeline}")
}

pub(crate) struct ReadMemory {
    store: Store,
    clock: Arc<dyn Clock>,
    /// The program stays: the window and `watch`.
    polls: bool,
    /// By what was asked.
    asked: Mutex<HashMap<String, Time>>,
    /// When each pipeline was last read in detail, by id.
    pipelines: Mutex<HashMap<String, Time>>,
}

impl ReadMemory {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, polls: bool) -> Self {
        Self { store, clock, polls, asked: Mutex::default(), pipelines: Mutex::default() }
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(super) fn polls(&self) -> bool {
        self.polls
    }

    /// What a refresh may cost is little, so a program that does not stay looks around (what ran
    /// lately, maintenance) and leaves what is unread of the past to those that stay: two calls in a
    /// row then say the same of the same world. A program that stays does each in its own time.
    pub(super) fn looks_around(&self) -> bool {
        !self.polls
    }

    /// A fact that is slow must not make the whole read late, least of all for somebody who waits.
    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(if self.polls { 20 } else { 6 })
    }

    /// Whether `every` seconds have passed since the last time this answered yes.
    pub(super) fn is_due(&self, what: &str, every: f64) -> bool {
        let now = self.now();
        let mut asked = lock(&self.asked);
        if asked.get(what).is_some_and(|at| now.since(*at).abs() < every) {
            return false;
        }
        asked.insert(what.to_owned(), now);
        true
    }

    /// Whether something of the past that is still unread may be asked for now. Of what is shown always; of the rest one
    /// at a time, now and then.
    pub(super) fn may_catch_up(&self, what: &str, urgency: Urgency) -> bool {
        urgency == Urgency::Person || self.is_due(&format!("catch-up:{what}"), CATCH_UP_EVERY)
    }

    pub(super) fn note_asked(&self, what: &str) {
        lock(&self.asked).insert(what.to_owned(), self.now());
    }

    /// Whether it was noted within the last `seconds`.
    pub(super) fn asked_within(&self, what: &str, seconds: f64) -> bool {
        lock(&self.asked).get(what).is_some_and(|at| self.now().since(*at).abs() < seconds)
    }

    pub(super) async fn may_ask_runs(&self, service: &str, project: &str) -> bool {
        let supported = !self.runs_are_unsupported(project).await;
        supported && (self.looks_around() || self.is_due(&format!("runs:{service}:{project}"), RUNS_EVERY))
    }

    /// Whether it is time to ask for what no push started, where that is a list of its own.
    pub(super) fn may_ask_others(&self, service: &str) -> bool {
        self.looks_around() || self.is_due(&format!("other-pipelines:{service}"), OTHERS_EVERY)
    }

    /// Those of older pipelines that are not worth asking for: what the CI has forgotten, and for a while
    /// what could not be read.
    pub(super) async fn not_to_be_read(&self, pipelines: &[&str]) -> HashSet<String> {
        let keys = pipelines.iter().map(|id| unread_key(id)).collect();
        let failed: Vec<Option<FailedRead>> = self.store.get_all(keys).await;
        let rests = |failed: &FailedRead| self.now().since(failed.at).abs() < if failed.is_gone { GONE } else { RETRIED };
        let resting = pipelines.iter().zip(failed).filter(|(_, failed)| failed.as_ref().is_some_and(rests));
        resting.map(|(id, _)| (*id).to_owned()).collect()
    }

    pub(super) fn note_unread(&self, pipeline: &str, error: &ReadError) {
        let is_gone = matches!(error, ReadError::NotFound(_));
        self.store.put(&unread_key(pipeline), &FailedRead { is_gone, at: self.now() });
    }

    /// The CI has no list of what ran lately; asked again after an hour.
    pub(super) async fn runs_are_unsupported(&self, project: &str) -> bool {
        let key = format!("runs-untold:{project}");
        self.store.get::<Time>(&key).await.is_some_and(|at| self.now().since(at).abs() < RUNS_UNSUPPORTED)
    }

    pub(super) fn note_runs_unsupported(&self, project: &str) {
        self.store.put(&format!("runs-untold:{project}"), &self.now());
    }

    pub(super) fn note_pipeline_read(&self, id: &str) {
        lock(&self.pipelines).insert(id.to_owned(), self.now());
    }

    pub(super) fn pipeline_read_at(&self, id: &str) -> Option<Time> {
        lock(&self.pipelines).get(id).copied()
    }

    /// What the CI's statistics said within the last hour, or that they could not be read; None: they may be asked for.
    /// By service: what is learnt of a project is kept with the service that asked.
    pub(super) async fn statistics(&self, service: &str, project: &str) -> Option<PastDurations> {
        let kept: KeptStatistics = self.store.get(&statistics_key(service, project)).await?;
        let is_recent = self.now().since(kept.at).abs() < STATISTICS_EVERY;
        is_recent.then_some(PastDurations { runs: kept.runs, jobs: kept.jobs })
    }

    pub(super) fn note_statistics(&self, service: &str, project: &str, past: &PastDurations) {
        let kept = KeptStatistics { at: self.now(), runs: past.runs.clone(), jobs: past.jobs.clone() };
        self.store.put(&statistics_key(service, project), &kept);
    }
}
