//! Watches, from the platform's word that a release is live to their verdict.
//!
//! Environments are read as always, at least once a minute; the health URL is asked beside that by the plan of the
//! watch. All processes of a data folder share a watch: whoever has a sample first brings it.

mod asks;

use super::EventLoop;
use crate::store::intents::Written;
use slipway_domain::environment::Environment;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_domain::watch::{
    Began, ProbeSample, Slot, Watch, WatchNews, begin, follow, is_forgotten, later_release, probe_sample, process_sample,
};
use std::collections::{HashMap, HashSet};

/// Answers of a health URL are remembered for half an hour, and a while for a release that is seen late, in seconds.
const REMEMBERED: f64 = 2400.0;
/// What comes with time alone, such as the end of a watch, is looked for this often, in seconds.
const LOOK_EVERY: f64 = 1.0;

/// What this process has seen and asks of the apps that are watched.
#[derive(Default)]
pub(super) struct Watching {
    /// The newest answers of each app's health URL, oldest first, whoever asked.
    recent: HashMap<String, Vec<ProbeSample>>,
    /// When what is known of each app was read, as far as it was taken.
    taken: HashMap<String, Time>,
    news: Vec<WatchNews>,
    /// The slot in which the health URL was last asked, by watch.
    asked: HashMap<String, Slot>,
    /// Watches whose health URL is being asked.
    asking: HashSet<String>,
    /// When the platform's log was last asked for, by app.
    logs_asked: HashMap<String, Time>,
    /// Watches whose app's log is being read.
    reading_logs: HashSet<String>,
    looked_at: Option<Time>,
}

impl Watching {
    pub(super) fn is_resting(&self) -> bool {
        self.asking.is_empty() && self.reading_logs.is_empty()
    }

    fn remember(&mut self, app: &str, sample: ProbeSample, now: Time) {
        let recent = self.recent.entry(app.to_owned()).or_default();
        if recent.iter().all(|known| known.at != sample.at) {
            recent.push(sample);
            recent.sort_by_key(|known| known.at);
        }
        recent.retain(|known| now.since(known.at) < REMEMBERED);
    }
}

/// What is kept of what could not be written: more than the samples of ten watches.
const MOST_NEWS: usize = 1000;

impl EventLoop {
    /// Starts, continues and judges watches by what is known now.
    pub(super) async fn follow_watches(&mut self) {
        // One-shot commands read once: they show what others have watched.
        if !self.with.polls {
            return;
        }
        let now = self.with.clock.now();
        self.note_reads(now);
        let by_time = self.watching.looked_at.is_none_or(|at| now.since(at).abs() >= LOOK_EVERY);
        if !self.watching.news.is_empty() || by_time {
            self.watching.looked_at = Some(now);
            self.keep_watches(now).await;
        }
        let running = &self.kept.watches;
        self.watching.asked.retain(|id, _| running.iter().any(|watch| watch.id == *id && watch.is_running()));
        self.ask_health(now);
        self.read_logs(now);
    }

    /// What the reads since the last look are worth to watches.
    fn note_reads(&mut self, now: Time) {
        for state in &self.services {
            for environment in &state.environments {
                let source = state.source(&Source::Environment(environment.name.clone()));
                let Some(read_at) = source.filter(|source| source.error.is_none()).and_then(|source| source.observed_at) else { continue };
                if self.watching.taken.insert(environment.app.clone(), read_at) == Some(read_at) {
                    continue;
                }
                let probe = environment.probe.as_ref().map(probe_sample);
                if let Some(sample) = probe {
                    self.watching.remember(&environment.app, sample, now);
                }
                let recent = self.watching.recent.get(&environment.app).map_or(&[][..], Vec::as_slice);
                let news = news_of(&self.kept.watches, state, environment, Read { at: read_at, probe, recent, now });
                self.watching.news.extend(news);
            }
        }
    }

    /// Writes what has changed of the watches, by what is stored then: another process may have written it already.
    async fn keep_watches(&mut self, now: Time) {
        let news = std::mem::take(&mut self.watching.news);
        if written(&self.kept.watches, &news, now).is_nothing() {
            return;
        }
        let again = news.clone();
        match self.with.intents.change_kept(move |known: &[Watch]| (written(known, &news, now), ())).await {
            Ok((watches, ())) => {
                self.kept.watches = watches;
                self.publish_kept();
            }
            Err(error) => {
                tracing::warn!(%error, "watches could not be written");
                // What cannot be written for long is lost: a watch with fewer samples is inconclusive, never good.
                let first = again.len().saturating_sub(MOST_NEWS);
                self.watching.news = again.into_iter().skip(first).collect();
            }
        }
    }
}

fn written(known: &[Watch], news: &[WatchNews], now: Time) -> Written<Watch> {
    let forgotten = known.iter().filter(|watch| is_forgotten(watch, now)).map(|watch| watch.id.clone()).collect();
    Written { put: follow(known, news, now), forgotten }
}

/// A read of an environment that answered.
struct Read<'a> {
    at: Time,
    probe: Option<ProbeSample>,
    recent: &'a [ProbeSample],
    now: Time,
}

fn news_of(known: &[Watch], state: &ServiceState, environment: &Environment, read: Read<'_>) -> Vec<WatchNews> {
    let mut news = Vec::new();
    for watch in known.iter().filter(|watch| watch.app == environment.app && watch.is_running()) {
        news.extend(samples(watch, environment, &read));
        news.extend(later_release(watch, &environment.releases, read.now));
    }
    let config = state.config.environments.iter().find(|config| config.name == environment.name);
    let with = Began {
        service: &state.name,
        minutes: config.and_then(|config| config.watch_minutes),
        has_health_url: config.is_some_and(|config| config.health_url.is_some()),
        recent: read.recent,
        now: read.now,
    };
    if let Some(watch) = begin(environment, with).filter(|watch| known.iter().all(|other| other.id != watch.id)) {
        let first = samples(&watch, environment, &read);
        news.push(WatchNews::Began(Box::new(watch)));
        news.extend(first);
    }
    news
}

fn samples(watch: &Watch, environment: &Environment, read: &Read<'_>) -> Vec<WatchNews> {
    let of = |watch: &Watch| watch.id.clone();
    let processes = process_sample(watch, environment, read.at).map(|sample| WatchNews::Processes { watch: of(watch), sample });
    let probe = read.probe.filter(|_| watch.has_health_url).map(|sample| WatchNews::Probe { watch: of(watch), sample });
    processes.into_iter().chain(probe).collect()
}
