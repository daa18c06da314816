//! A comparison as Markdown: release notes of what the head brings.

use super::migration_effect::MigrationEffect;
use super::model::{ComparedRelease, Comparison, ConfigPresence, Relation};
use super::side::ComparedChange;
use crate::humanize::{count, short};
use std::fmt::Write;

/// Names are escaped: a title may contain what Markdown takes for markup.
pub fn markdown(comparison: &Comparison) -> String {
    let mut text = String::new();
    let (base, head) = (&comparison.base, &comparison.head);
    let _ = writeln!(text, "## {}: {} to {}", escaped(&comparison.service), named(comparison, base), named(comparison, head));
    if comparison.relation == Relation::Same {
        text.push_str("The same code.\n");
    }
    let (migrations, other): (Vec<&ComparedChange>, Vec<&ComparedChange>) =
        comparison.brings.changes.iter().partition(|change| change.changes_database());
    section(&mut text, "Migrations", &migrations);
    section(&mut text, if migrations.is_empty() { "Changes" } else { "Other changes" }, &other);
    let taken_back: Vec<&ComparedChange> = comparison.lacks.changes.iter().collect();
    section(&mut text, "Not in it", &taken_back);
    if !comparison.brings.cancelling.is_empty() {
        text.push_str("\n### Cancel each other\n\n");
        for pair in &comparison.brings.cancelling {
            let _ = writeln!(text, "- {}, and its revert {}", line(&pair.change), reference(&pair.revert));
        }
    }
    let missing: Vec<&str> =
        comparison.config.iter().flatten().filter(|c| c.base == ConfigPresence::NotSet).map(|c| c.name.as_str()).collect();
    if !missing.is_empty() {
        let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        // Of one environment the two releases are told apart by their versions.
        let place = if base.environment == head.environment { named(comparison, base) } else { escaped(&base.environment) };
        let _ = writeln!(text, "\nConfig not set on {place}: {names}");
    }
    // A side that was not read has no commits; its reason is among the gaps.
    if !comparison.brings.complete && comparison.brings.commits > 0 {
        let _ = writeln!(text, "\nOnly the first {} were compared.", count(comparison.brings.commits, "commit"));
    }
    for gap in &comparison.gaps {
        let _ = writeln!(text, "\nNot known: {}", escaped(gap));
    }
    text
}

/// `v655`, with the environment where the two are of different ones.
fn named(comparison: &Comparison, release: &ComparedRelease) -> String {
    let version = format!("v{}", release.version);
    if comparison.base.environment == comparison.head.environment {
        version
    } else {
        format!("{} {version}", escaped(&release.environment))
    }
}

fn section(text: &mut String, title: &str, changes: &[&ComparedChange]) {
    if changes.is_empty() {
        return;
    }
    let _ = write!(text, "\n### {title}\n\n");
    for change in changes {
        let warning = match change.effect() {
            Some(MigrationEffect::Drops) => " (drops data)",
            Some(MigrationEffect::Retypes) => " (changes columns)",
            Some(MigrationEffect::Unknown) => " (what it does is not known)",
            Some(MigrationEffect::Adds) | None => "",
        };
        let _ = writeln!(text, "- {}{warning}", line(change));
    }
}

fn line(change: &ComparedChange) -> String {
    let author = change.author.as_ref().map_or(String::new(), |author| format!(", {}", escaped(author)));
    format!("{} {}{author}", escaped(&change.title), reference(change))
}

fn reference(change: &ComparedChange) -> String {
    change.pull_request.map_or_else(|| format!("`{}`", short(&change.sha)), |number| format!("#{number}"))
}

/// What Markdown takes for markup, as plain text on one line.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' => {
                safe.push('\\');
                safe.push(c);
            }
            '\n' | '\r' => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
