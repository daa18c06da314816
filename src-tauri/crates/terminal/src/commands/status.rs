//! `slipway status`: refreshes once and prints the state of all services.

mod age;
mod pinned;
mod text;
mod ways_out;

use super::{engine, named};
use crate::exit::Exit;
use crate::look::wrap;
use crate::print;
use anyhow::Result;
use serde_json::Value;
use slipway_domain::snapshot::{Snapshot, Source};
use slipway_domain::time::Time;
use std::time::{Duration, Instant};

/// `within`: the time limit for everything, including the settling of actions that a killed process left open.
pub(super) async fn show(service: Option<&str>, json: bool, within: Duration) -> Result<Exit> {
    let ended = Instant::now() + within;
    let engine = engine(false).await?;
    if let Some(Err(unknown)) = service.map(|name| named::service(&engine, name)) {
        print::say(&unknown);
        return Ok(Exit::Usage);
    }
    let left = ended.saturating_duration_since(Instant::now());
    tokio::join!(super::settle(&engine, left), engine.refresh_within(service, left));
    let mut snapshot = Snapshot::clone(&*engine.caught_up().await);
    snapshot.services.retain(|s| service.is_none_or(|name| s.name == name));
    if json {
        print::json(&honest(&snapshot, engine.now())?, true)?;
    } else {
        let left = ended.saturating_duration_since(Instant::now());
        let ways_out = ways_out::read(&engine, &snapshot, left).await;
        let board = text::Board { snapshot: &snapshot, ways_out: &ways_out, now: engine.now(), width: wrap::width() };
        print::lines(&board.lines())?;
    }
    Ok(if anything_read(&snapshot) { Exit::Done } else { Exit::Failed })
}

/// The JSON of the snapshot, in which a list that was never read is null, because an empty one would say that there
/// is nothing; the alerts have the reason. Each source has the age of its values, and whether the last read failed.
pub(super) fn honest(snapshot: &Snapshot, now: Time) -> Result<Value> {
    let mut value = serde_json::to_value(snapshot)?;
    for (at, service) in snapshot.services.iter().enumerate() {
        let json = &mut value["services"][at];
        for (n, source) in service.sources.iter().enumerate() {
            json["sources"][n]["age_seconds"] = source.observed_at.map(|at| now.since(at).max(0.0).round() as u64).into();
            json["sources"][n]["stale"] = (source.error.is_some() || source.observed_at.is_none()).into();
        }
        let unread = |source: &Source| service.source(source).is_none_or(|s| s.observed_at.is_none());
        if unread(&Source::Code) {
            for list in ["main", "pull_requests", "open_pull_requests"] {
                json[list] = Value::Null;
            }
        }
        if service.config.ci.is_some() && unread(&Source::Ci) {
            json["pipelines"] = Value::Null;
        }
        for (n, _) in service.pipelines.iter().enumerate().filter(|(_, p)| p.workflows.is_none() && !unread(&Source::Ci)) {
            for field in ["progress", "jobs"] {
                json["pipelines"][n][field] = Value::Null;
            }
        }
        for (n, environment) in service.environments.iter().enumerate() {
            if unread(&Source::Environment(environment.name.clone())) {
                json["environments"][n]["releases"] = Value::Null;
            }
        }
    }
    Ok(value)
}

fn anything_read(snapshot: &Snapshot) -> bool {
    let mut sources = snapshot.services.iter().flat_map(|s| &s.sources);
    snapshot.services.is_empty() || sources.any(|s| s.error.is_none() && s.observed_at.is_some())
}

#[cfg(test)]
mod tests;
