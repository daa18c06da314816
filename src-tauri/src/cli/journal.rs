//! `slipway journal`: every action taken, newest first.

use super::{Exit, engine, print};
use crate::safe_text::one_line;
use anyhow::Result;
use serde_json::json;
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::snapshot::Notice;

pub async fn show(json: bool, acknowledge: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    // What a process left behind that was killed is settled by reading first.
    super::settle(&engine, super::SETTLING).await;
    let (entries, notices) = (engine.journal()?, engine.notices()?);
    if acknowledge {
        notices.iter().try_for_each(|notice| engine.acknowledge(&notice.id))?;
    }
    if json {
        print::json(&json!({ "entries": entries, "notices": notices }), true)?;
        return Ok(Exit::Done);
    }
    for notice in &notices {
        print::text(&notice_line(notice, acknowledge))?;
    }
    for entry in &entries {
        print::text(&line(entry))?;
    }
    if entries.is_empty() {
        print::note("Nothing was done yet.");
    }
    Ok(Exit::Done)
}

/// Said until it is acknowledged, here and by `status`.
pub fn notice_line(notice: &Notice, acknowledged: bool) -> String {
    let until = if acknowledged { "acknowledged" } else { "until `slipway journal --acknowledge`" };
    format!("{}  notice ({until}): {}", notice.since, one_line(&notice.message))
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
        EntryState::NotSent => "not sent",
    }
}
