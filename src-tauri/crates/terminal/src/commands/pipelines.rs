//! `slipway pipelines`: the newest pipelines of the service's branch.

use super::{engine, named, status};
use crate::exit::Exit;
use crate::look::marks::of_pipeline;
use crate::look::table::{Column, Table};
use crate::look::when::Clock;
use crate::look::{Line, Tone, wrap};
use crate::print;
use anyhow::Result;
use futures::StreamExt;
use serde_json::Value;
use slipway_domain::humanize::{about, count, short};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::snapshot::{ServiceState, Snapshot, Source};
use slipway_engine::Engine;
use std::sync::Arc;

/// Pipelines whose workflows are read at once.
const AT_ONCE: usize = 4;

pub(super) async fn show(service: &str, limit: usize, json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    if let Err(unknown) = named::service(&engine, service) {
        print::say(&unknown);
        return Ok(Exit::Usage);
    }
    let snapshot = engine.refresh_within(Some(service), super::STATUS).await;
    let Some(state) = snapshot.service(service) else { return Ok(Exit::Failed) };
    if state.config.ci.is_none() {
        print::say(&format!("{service} has no CI, so it has no pipelines."));
        return Ok(Exit::Failed);
    }
    let mut state = state.clone();
    let known = state.pipelines.len();
    state.pipelines.truncate(limit);
    let unread = read_details(&engine, &mut state).await;
    if json {
        documents(&snapshot, &state, &engine)?.iter().try_for_each(|line| print::json(line, false))?;
    } else {
        let clock = Clock::at(engine.now());
        let rows: Vec<Vec<Line>> = state.pipelines.iter().map(|pipeline| row(pipeline, &clock)).collect();
        if rows.is_empty() {
            print::note(&format!("No pipeline of {} is known.", state.branch));
        } else {
            print::lines(&Table::new(columns(), wrap::width()).lines(&rows))?;
        }
    }
    if limit > known && known > 0 {
        print::note(&format!("The newest {} of {} are listed; older ones are not read.", count(known, "pipeline"), state.branch));
    }
    let read = read_now(&state);
    if unread > 0 {
        print::say(&format!("What became of {} could not be read.", count(unread, "pipeline")));
        return Ok(Exit::Failed);
    }
    Ok(read)
}

/// A list may not tell what became of a pipeline; what cannot be read stays not known, and is counted.
async fn read_details(engine: &Engine, state: &mut ServiceState) -> usize {
    let mut missed = 0;
    let service = state.name.clone();
    let unread: Vec<String> = state.pipelines.iter().filter(|p| p.workflows.is_none()).map(|p| p.id.clone()).collect();
    let reads = unread.iter().map(|id| engine.pipeline(&service, id));
    let read: Vec<_> = futures::stream::iter(reads).buffered(AT_ONCE).collect().await;
    for one in read {
        match one {
            Ok(details) => {
                if let Some(place) = state.pipelines.iter_mut().find(|p| p.id == details.id) {
                    *place = details;
                }
            }
            Err(error) => {
                tracing::info!(%error, service, "a pipeline was not read");
                missed += 1;
            }
        }
    }
    missed
}

/// What was never read is null, as in `status --json`.
fn documents(snapshot: &Snapshot, state: &ServiceState, engine: &Engine) -> Result<Vec<Value>> {
    let only = Snapshot { services: vec![Arc::new(state.clone())], accounts: Vec::new(), ..snapshot.clone() };
    let mut value = status::honest(&only, engine.now())?;
    let lines = value["services"][0]["pipelines"].take();
    let lines = lines.as_array().cloned().unwrap_or_default();
    Ok(lines.into_iter().map(|line| with_service(&state.name, line)).collect())
}

/// A line of `--json`: the pipeline as `status --json` has it, with its service.
pub(super) fn with_service(service: &str, pipeline: Value) -> Value {
    let mut line = serde_json::Map::new();
    line.insert("service".to_owned(), service.into());
    if let Value::Object(fields) = pipeline {
        line.extend(fields);
    }
    Value::Object(line)
}

fn read_now(state: &ServiceState) -> Exit {
    match state.source(&Source::Ci).and_then(|source| source.error.as_ref()) {
        Some(error) => {
            print::say(&error.message);
            Exit::Failed
        }
        None => Exit::Done,
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::number("number"),
        Column::kept("state"),
        Column::kept("PR"),
        Column::kept("commit"),
        Column::kept("when"),
        Column::giving("title", 12),
    ]
}

fn row(pipeline: &Pipeline, clock: &Clock) -> Vec<Line> {
    let mut state = of_pipeline(pipeline).line();
    if pipeline.status.is_moving() {
        let left = pipeline.eta_seconds.map_or_else(|| "no estimate yet".to_owned(), |s| format!("{} left", about(s as f64)));
        state.add(&format!(" {} %, {left}", (pipeline.progress * 100.0).round()), Tone::Plain);
    }
    vec![
        Line::plain(&pipeline.number.to_string()),
        state,
        Line::plain(&pipeline.pull_request.map_or(String::new(), |number| format!("#{number}"))),
        Line::of(pipeline.commit.as_deref().map(short).unwrap_or_default(), Tone::Grey),
        Line::of(&pipeline.created_at.map_or_else(|| "not known".to_owned(), |at| clock.when(at)), Tone::Grey),
        Line::plain(pipeline.title.as_deref().unwrap_or_default()),
    ]
}
