//! `slipway watch`: prints events as they happen.

use super::engine;
use crate::exit::Exit;
use crate::print;
use crate::process::termination_requested;
use crate::safe_text::one_line;
use anyhow::Result;
use slipway_domain::diff::Event;
use tokio::sync::broadcast::error::RecvError;

pub(super) async fn follow(json: bool) -> Result<Exit> {
    let engine = engine(true).await?;
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
                for event in &change.events {
                    if json { print::json(event, false)? } else { print::text(&line(event))? }
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

fn line(event: &Event) -> String {
    format!("{}  {}  {}  {}", event.at, one_line(&event.service), event.kind, one_line(&event.message))
}
