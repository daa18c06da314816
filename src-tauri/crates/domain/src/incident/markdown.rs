//! A record as Markdown: a draft for people. What nobody has written stays empty.

use super::figures::{hurt_seconds, hurt_since, times};
use super::model::{Decision, DecisionOption, EntryKind, Incident, IncidentEntry, LeftChange};
use super::timeline::timeline;
use crate::comparison::escaped;
use crate::humanize::{about, count};
use crate::time::Time;
use std::fmt::Write;

/// Both times of an entry are told where they are further apart, in seconds.
const APART: f64 = 60.0;

/// Times are in UTC, so that all who read it mean the same.
pub fn markdown(incident: &Incident) -> String {
    let mut text = format!("# Incident {}: {}\n\n", incident.number, escaped(&incident.title));
    summary(&mut text, incident);
    figures(&mut text, incident);
    if let Some(decision) = &incident.decision {
        chosen(&mut text, decision);
    }
    impact(&mut text, incident);
    text.push_str("\n## Timeline\n\nTimes are UTC.\n\n");
    for entry in timeline(incident) {
        let _ = writeln!(text, "- {}", line(&entry));
    }
    let lessons = &incident.lessons;
    for (title, said) in
        [("What went well", &lessons.went_well), ("Where we were lucky", &lessons.lucky), ("What we change", &lessons.change)]
    {
        let _ = write!(text, "\n## {title}\n");
        if !said.is_empty() {
            let _ = writeln!(text, "\n{}", paragraphs(said));
        }
    }
    text
}

fn summary(text: &mut String, incident: &Incident) {
    let _ = writeln!(text, "- Where: {}, {}", escaped(&incident.service), escaped(&incident.environment));
    let _ = writeln!(text, "- Opened: {} UTC", day_and_time(incident.opened_at));
    let closed = incident.close.as_ref().map_or_else(
        || "not yet".to_owned(),
        |close| {
            let by = close.by.as_ref().map_or_else(|| "by itself".to_owned(), |by| format!("by {}", escaped(by)));
            format!("{} UTC {by}: {}", day_and_time(close.at), escaped(&close.reason))
        },
    );
    let _ = writeln!(text, "- Closed: {closed}");
    let hurt = match (hurt_since(incident), hurt_seconds(incident)) {
        (Some(_), Some(seconds)) => format!("for {}", exact(seconds)),
        (Some(_), None) => "yes; for how long is not known".to_owned(),
        (None, _) => "no sign of it".to_owned(),
    };
    let _ = writeln!(text, "- Users hurt: {hurt}");
    let cause = incident.cause.as_ref().map_or_else(
        || "not said".to_owned(),
        |cause| {
            format!("{}{}", escaped(cause), incident.cause_by.as_ref().map_or(String::new(), |by| format!(" (said by {})", escaped(by))))
        },
    );
    let _ = writeln!(text, "- Cause: {cause}");
}

fn figures(text: &mut String, incident: &Incident) {
    let figures = times(incident);
    let said = |seconds: Option<f64>| seconds.map_or_else(|| "not known".to_owned(), exact);
    text.push_str("\n## Figures\n\n| To detect | To decide | To recover | In all |\n| --- | --- | --- | --- |\n");
    let [detect, decide, recover, total] = [figures.detect, figures.decide, figures.recover, figures.total].map(said);
    let _ = writeln!(text, "| {detect} | {decide} | {recover} | {total} |");
}

fn chosen(text: &mut String, decision: &Decision) {
    let _ = write!(text, "\n## Decision\n\n{} UTC by {}", day_and_time(decision.at), escaped(&decision.by));
    let _ = writeln!(text, "{}\n", decision.reason.as_ref().map_or(String::new(), |reason| format!(": {}", escaped(reason))));
    for option in &decision.options {
        let _ = writeln!(text, "- {}", of_option(option));
    }
}

fn of_option(option: &DecisionOption) -> String {
    let estimate = option.estimate_seconds.map_or_else(|| "time not known then".to_owned(), about);
    let took = option.took_seconds.map_or(String::new(), |took| format!(", took {}", exact(took)));
    let chosen = if option.chosen { " (chosen)" } else { "" };
    format!("{}{chosen}: {estimate}{took}", escaped(&option.text))
}

fn impact(text: &mut String, incident: &Incident) {
    if incident.left.is_empty() {
        return;
    }
    let all_pull_requests = incident.left.iter().all(|left| left.change.number.is_some());
    let what = count(incident.left.len(), if all_pull_requests { "PR" } else { "change" });
    let _ = write!(text, "\n## Impact\n\n{what} left {}:\n\n", escaped(&incident.environment));
    for left in &incident.left {
        let _ = writeln!(text, "- {}", of_left(left));
    }
}

fn of_left(left: &LeftChange) -> String {
    let author = left.change.author.as_ref().map_or(String::new(), |author| format!(", {}", escaped(author)));
    let name = left.change.number.map_or_else(|| format!("`{}`", left.change.name()), |number| format!("#{number}"));
    let became = left.became.as_ref().map_or_else(
        || "not live again".to_owned(),
        |became| {
            let what = if became.reverted { "reverted" } else { "back" };
            format!("{what} with {} at {}", escaped(&became.release), clock(became.at))
        },
    );
    format!("{name} {}{author}: {became}", escaped(&left.change.title))
}

fn line(entry: &IncidentEntry) -> String {
    let recorded = if entry.recorded_at.since(entry.happened_at).abs() > APART {
        format!(" (recorded {})", clock_of_day(entry.recorded_at, entry.happened_at))
    } else {
        String::new()
    };
    let edited = if entry.edits.is_empty() { "" } else { " (corrected)" };
    let until = if entry.count > 1 && entry.kind != EntryKind::Closed {
        format!(", ×{} until {}", entry.count, clock_of_day(entry.last_at, entry.happened_at))
    } else {
        String::new()
    };
    let who = entry.who.as_deref().unwrap_or(&entry.source);
    format!("{} {}{until}, {}{recorded}{edited}", day_and_time(entry.happened_at), escaped(&entry.text), escaped(who))
}

/// Each line on its own is plain text.
fn paragraphs(said: &str) -> String {
    said.lines().map(escaped).collect::<Vec<_>>().join("  \n")
}

fn day_and_time(at: Time) -> String {
    at.0.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn clock(at: Time) -> String {
    at.0.strftime("%H:%M:%S").to_string()
}

/// With the day where that is another one.
fn clock_of_day(at: Time, beside: Time) -> String {
    let day = |at: Time| at.0.strftime("%Y-%m-%d").to_string();
    if day(at) == day(beside) { clock(at) } else { day_and_time(at) }
}

/// `58 s`, `6 min 9 s`, `1 h 4 min`: to the second while that tells something.
pub(super) fn exact(seconds: f64) -> String {
    let s = seconds.max(0.0).round() as u64;
    match s {
        0..60 => format!("{s} s"),
        60..3600 if s.is_multiple_of(60) => format!("{} min", s / 60),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        3600.. => crate::humanize::span(seconds),
    }
}
