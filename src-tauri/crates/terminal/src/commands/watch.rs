//! `slipway watch`: prints events as they happen.

use super::{engine, named};
use crate::exit::Exit;
use crate::look::when::Clock;
use crate::look::{Line, Tone};
use crate::print;
use crate::process::termination_requested;
use anyhow::Result;
use slipway_domain::diff::Event;
use slipway_domain::status::Severity;
use tokio::sync::broadcast::error::RecvError;

pub(super) async fn follow(service: Option<&str>, json: bool) -> Result<Exit> {
    let engine = engine(true).await?;
    if let Some(Err(unknown)) = service.map(|name| named::service(&engine, name)) {
        print::say(&unknown);
        return Ok(Exit::Usage);
    }
    let mut changes = engine.changes();
    let stopped = termination_requested();
    tokio::pin!(stopped);
    loop {
        let change = tokio::select! {
            result = &mut stopped => {
                result?;
                break;
            }
            change = changes.recv() => change,
        };
        match change {
            Ok(change) => {
                for event in change.events.iter().filter(|event| service.is_none_or(|name| event.service == name)) {
                    if json { print::json(event, false)? } else { print::lines(&[line(event, &Clock::at(engine.now()))])? }
                }
            }
            Err(RecvError::Lagged(missed)) => {
                print::say(&format!("{missed} changes came faster than they were read; their events are lost"))
            }
            Err(RecvError::Closed) => break,
        }
    }
    engine.stop().await;
    Ok(Exit::Done)
}

fn line(event: &Event, clock: &Clock) -> Line {
    let tone = match event.severity {
        Severity::Info => Tone::Plain,
        Severity::Problem => Tone::Warn,
        Severity::Hurt => Tone::Hurt,
    };
    let time = Line::of(&clock.second(event.at), Tone::Grey);
    time.and(&format!("  {}  {}  ", event.service, event.kind), Tone::Plain).and(&event.message, tone)
}
