//! `slipway journal`: every action taken, newest first.

use super::engine;
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::journal::{Entry, EntryState, SettledAs};
use slipway_domain::snapshot::Notice;
use slipway_engine::SettleError;

/// The document of `--json`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document<'a> {
    pub(super) entries: &'a [Entry],
    /// Absent after `--settle`, which reports one entry only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notices: Option<&'a [Notice]>,
}

pub(super) async fn show(json: bool, acknowledge: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    // Actions that a killed process left open are first settled by reading.
    super::settle(&engine, super::SETTLING).await;
    let (entries, notices) = (engine.journal()?, engine.notices()?);
    if acknowledge {
        notices.iter().try_for_each(|notice| engine.acknowledge(&notice.id))?;
    }
    if json {
        print::json(&Document { entries: &entries, notices: Some(&notices) }, true)?;
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

/// Records a person's statement about an open action: `[ID, happened|did-not]`.
pub(super) async fn settle(json: bool, word: &[String], reason: &str) -> Result<Exit> {
    let [id, what] = word else { return Ok(Exit::Usage) };
    let settled_as = match what.as_str() {
        "happened" => SettledAs::Happened,
        "did-not" => SettledAs::DidNot,
        _ => {
            print::say("say what became of it: --settle ID happened, or --settle ID did-not");
            return Ok(Exit::Usage);
        }
    };
    let engine = engine(false).await?;
    // Reads first, because a current reading takes precedence over a person's statement.
    super::settle(&engine, super::SETTLING).await;
    match engine.settle_by_word(id, settled_as, reason) {
        Ok(entry) if json => print::json(&Document { entries: std::slice::from_ref(&entry), notices: None }, true)?,
        Ok(entry) => print::text(&line(&entry))?,
        Err(error) => {
            print::say(&error.to_string());
            return Ok(match error {
                SettleError::NoSuchEntry(_) | SettleError::NoReason => Exit::Usage,
                SettleError::Settled | SettleError::UnderWay | SettleError::Journal(_) => Exit::Failed,
            });
        }
    }
    Ok(Exit::Done)
}

/// Printed until it is acknowledged, here and by `status`.
pub(super) fn notice_line(notice: &Notice, acknowledged: bool) -> String {
    let until = if acknowledged { "acknowledged" } else { "until `slipway journal --acknowledge`" };
    format!("{}  notice ({until}): {}", notice.since, one_line(&notice.message))
}

fn line(entry: &Entry) -> String {
    let reason = entry.reason.as_ref().map_or(String::new(), |r| format!("  because: {}", one_line(r)));
    let account = entry.account.as_ref().map_or(String::new(), |a| format!(" through {}", one_line(a)));
    let by = one_line(&entry.by);
    let [target, seen, message] = [&entry.target, &entry.seen, &entry.message].map(|t| one_line(t));
    let word = settled_word(entry).unwrap_or_else(|| word(entry.state).to_owned());
    let id = if entry.is_open() { format!("  [{}]", one_line(&entry.id)) } else { String::new() };
    format!("{}  {}  {target}  {seen}  by {by}{account}  {word}: {message}{reason}{id}", entry.at, entry.action)
}

fn settled_word(entry: &Entry) -> Option<String> {
    let what = match entry.settled_as? {
        SettledAs::Happened => "happened",
        SettledAs::DidNot => "did not happen",
    };
    let [by, reason] = [&entry.settled_by, &entry.settled_reason].map(|t| one_line(t.as_deref().unwrap_or_default()));
    Some(format!("outcome unknown; {by} says that it {what} ({reason})"))
}

pub(super) fn word(state: EntryState) -> &'static str {
    match state {
        EntryState::Planned => "planned, not sent",
        EntryState::Sent => "sent, checking",
        EntryState::Succeeded => "succeeded",
        EntryState::Failed => "failed",
        EntryState::Unknown => "outcome unknown",
        EntryState::NotSent => "not sent",
    }
}
