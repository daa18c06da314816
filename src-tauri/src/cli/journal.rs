//! `slipway journal`: every action taken, newest first.

use super::{Exit, engine, print};
use crate::safe_text::one_line;
use anyhow::Result;
use serde_json::json;
use slipway_domain::journal::{Entry, EntryState};

pub async fn show(json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    // What a process left behind that was killed is settled by reading first.
    super::settle(&engine).await;
    let entries = engine.journal()?;
    if json {
        print::json(&json!({ "entries": entries }), true)?;
        return Ok(Exit::Done);
    }
    for entry in &entries {
        print::text(&line(entry))?;
    }
    if entries.is_empty() {
        print::note("Nothing was done yet.");
    }
    Ok(Exit::Done)
}

fn line(entry: &Entry) -> String {
    let reason = entry.reason.as_ref().map_or(String::new(), |r| format!("  because: {}", one_line(r)));
    let by = one_line(&entry.by);
    let [target, seen, message] = [&entry.target, &entry.seen, &entry.message].map(|t| one_line(t));
    format!("{}  {}  {target}  {seen}  by {by}  {}: {message}{reason}", entry.at, entry.action, word(entry.state))
}

pub fn word(state: EntryState) -> &'static str {
    match state {
        EntryState::Planned => "planned, not sent",
        EntryState::Sent => "sent, checking",
        EntryState::Succeeded => "succeeded",
        EntryState::Failed => "failed",
        EntryState::Unknown => "outcome unknown",
    }
}
