//! What a watch asks beside the reads of its environment: the health URL by its plan, and the platform's log once
//! trouble begins.

use crate::engine_event::EngineEvent;
use crate::event_loop::EventLoop;
use crate::event_loop::tasks::TaskOwner;
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_domain::watch::{PlatformLog, ProbeSample, SignalKind, Watch, WatchNews, probe_sample};
use slipway_vendor::{Platform, ReadError, ReleasePage};
use std::sync::Arc;

/// The log of an app is read at most this often, in seconds.
const LOG_EVERY: f64 = 300.0;

impl EventLoop {
    /// Asks the health URLs whose time has come, each once a slot and one request at a time.
    pub(super) fn ask_health(&mut self, now: Time) {
        for watch in self.kept.watches.iter().filter(|watch| watch.is_running()) {
            let Some(slot) = watch.open_probe_slot(now) else { continue };
            if self.watching.asking.contains(&watch.id) || self.watching.asked.get(&watch.id) == Some(&slot) {
                continue;
            }
            let Some((state, config)) = configured(&self.services, watch) else { continue };
            let Some(url) = config.health_url.clone() else { continue };
            // A read of the environment asks the same URL, and its answer counts.
            if self.reading.contains_key(&(state.name.clone(), Source::Environment(config.name.clone()))) {
                continue;
            }
            self.watching.asked.insert(watch.id.clone(), slot);
            let Ok(platform) = self.with.accounts.platform(&state.config, &watch.app) else { continue };
            self.watching.asking.insert(watch.id.clone());
            let (id, app) = (watch.id.clone(), watch.app.clone());
            self.tasks.spawn(TaskOwner::WatchProbe(id.clone()), async move {
                let sample = ask(&*platform, &app, &url).await;
                EngineEvent::WatchProbe { watch: id, sample }
            });
        }
    }

    /// None: it was not asked, or our own network is at fault.
    pub(in crate::event_loop) fn on_watch_probe(&mut self, id: String, sample: Option<ProbeSample>) {
        self.watching.asking.remove(&id);
        let Some(sample) = sample else { return };
        let now = self.with.clock.now();
        if let Some(watch) = self.kept.watches.iter().find(|watch| watch.id == id) {
            self.watching.remember(&watch.app, sample, now);
        }
        self.watching.news.push(WatchNews::Probe { watch: id, sample });
    }

    /// Reads the platform's log of the apps in which there are signs of trouble.
    pub(super) fn read_logs(&mut self, now: Time) {
        for watch in self.kept.watches.iter().filter(|watch| watch.is_running() && wants_log(watch, now)) {
            let recently = self.watching.logs_asked.get(&watch.app).is_some_and(|at| (0.0..LOG_EVERY).contains(&now.since(*at)));
            if recently || self.watching.reading_logs.contains(&watch.id) {
                continue;
            }
            self.watching.logs_asked.insert(watch.app.clone(), now);
            let Some((state, _)) = configured(&self.services, watch) else { continue };
            let Ok(platform) = self.with.accounts.platform(&state.config, &watch.app) else { continue };
            self.watching.reading_logs.insert(watch.id.clone());
            let (id, app) = (watch.id.clone(), watch.app.clone());
            self.tasks.spawn(TaskOwner::WatchLog(id.clone()), async move {
                let result = platform.recent_errors(&app).await;
                let log = result.inspect_err(|error| tracing::info!(%error, app, "the platform's log was not read")).ok();
                let log = log.map(|log| PlatformLog { read_at: Some(now), ..log });
                EngineEvent::WatchLog { watch: id, log }
            });
        }
    }

    pub(in crate::event_loop) fn on_watch_log(&mut self, id: String, log: Option<PlatformLog>) {
        self.watching.reading_logs.remove(&id);
        if let Some(log) = log {
            self.watching.news.push(WatchNews::PlatformLog { watch: id, log });
        }
    }
}

fn configured<'a>(services: &'a [Arc<ServiceState>], watch: &Watch) -> Option<(&'a ServiceState, &'a EnvironmentConfig)> {
    services.iter().find_map(|state| {
        let config = state.config.environments.iter().find(|config| config.app == watch.app)?;
        Some((&**state, config))
    })
}

/// A sign of trouble was seen since the log was last read, by this process or another.
fn wants_log(watch: &Watch, now: Time) -> bool {
    let read_at = watch.platform_log.as_ref().and_then(|log| log.read_at);
    let is_due = read_at.is_none_or(|at| now.since(at) >= LOG_EVERY);
    let is_news = |kind: SignalKind, at: Time| kind != SignalKind::Platform && read_at.is_none_or(|read| at > read);
    is_due && watch.signals.iter().any(|signal| is_news(signal.kind, signal.last_at))
}

/// An app that gives no answer counts as failed only while the platform's API, another host, is reached.
async fn ask(platform: &dyn Platform, app: &str, url: &str) -> Option<ProbeSample> {
    let probe = platform.probe(url).await?;
    if probe.status.is_none() && !is_reached(&platform.releases(app, 1).await) {
        return None;
    }
    Some(probe_sample(&probe))
}

/// Only what the host itself answered shows that it was reached.
fn is_reached(answer: &Result<ReleasePage, ReadError>) -> bool {
    match answer {
        Ok(_) | Err(ReadError::NotFound(_) | ReadError::Forbidden(_) | ReadError::Garbled(_)) => true,
        Err(
            ReadError::SignIn(_)
            | ReadError::NoToken(_)
            | ReadError::RateLimited { .. }
            | ReadError::Refused { .. }
            | ReadError::Unreachable(_)
            | ReadError::Intermediary { .. }
            | ReadError::Late(_)
            | ReadError::Internal(_),
        ) => false,
    }
}
