//! `slipway journal`: every action taken, newest first.

use super::engine;
use crate::exit::Exit;
use crate::look::marks::of_entry;
use crate::look::when::Clock;
use crate::look::{Line, Tone};
use crate::print;
use crate::safe_text::one_line;
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::humanize::count;
use slipway_domain::journal::{Entry, SettledAs};
use slipway_domain::snapshot::Notice;
use slipway_domain::time::Time;
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
    let clock = Clock::at(engine.now());
    let told = notices.iter().map(|notice| Line::plain(&notice_line(notice, acknowledge, clock.now)));
    print_each(told.chain(entries.iter().map(|entry| line(entry, &clock))))?;
    if acknowledge {
        print::text(&if notices.is_empty() {
            "Nothing to acknowledge.".to_owned()
        } else {
            format!("Acknowledged {}.", count(notices.len(), "notice"))
        })?;
    }
    if entries.is_empty() {
        print::note("Nothing was done yet.");
    }
    Ok(Exit::Done)
}

fn print_each(mut lines: impl Iterator<Item = Line>) -> Result<()> {
    lines.try_for_each(|line| print::lines(&[line]))
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
        Ok(entry) => print::lines(&[line(&entry, &Clock::at(engine.now()))])?,
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
pub(super) fn notice_line(notice: &Notice, acknowledged: bool, now: Time) -> String {
    let until = if acknowledged { "acknowledged" } else { "until `slipway journal --acknowledge`" };
    format!("{}  notice ({until}): {}", Clock::at(now).when(notice.since), one_line(&notice.message))
}

fn line(entry: &Entry, clock: &Clock) -> Line {
    let reason = entry.reason.as_ref().map_or(String::new(), |r| format!("  because: {}", one_line(r)));
    let account = entry.account.as_ref().map_or(String::new(), |a| format!(" through {}", one_line(a)));
    let by = one_line(&entry.by);
    let [target, seen, message] = [&entry.target, &entry.seen, &entry.message].map(|t| one_line(t));
    let shown = of_entry(entry.state);
    let word = settled_word(entry).unwrap_or_else(|| shown.word.to_owned());
    let id = if entry.is_open() { format!("  [{}]", one_line(&entry.id)) } else { String::new() };
    let line = Line::of(&clock.when(entry.at), Tone::Grey).and(&format!("  {}  {target}", entry.action), Tone::Strong);
    let mut line = line.and(&format!("  {seen}  by {by}{account}  "), Tone::Plain);
    line.append(&shown.with(&word));
    line.and(&format!(": {message}{reason}"), Tone::Plain).and(&id, Tone::Grey)
}

fn settled_word(entry: &Entry) -> Option<String> {
    let what = match entry.settled_as? {
        SettledAs::Happened => "happened",
        SettledAs::DidNot => "did not happen",
    };
    let [by, reason] = [&entry.settled_by, &entry.settled_reason].map(|t| one_line(t.as_deref().unwrap_or_default()));
    Some(format!("outcome unknown; {by} says that it {what} ({reason})"))
}
