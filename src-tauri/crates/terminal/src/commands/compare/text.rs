//! A comparison as text: the sentence, both releases, then each side's changes and the names of config.

use crate::look::when::Clock;
use crate::look::{Line, Tone};
use slipway_domain::comparison::{
    ComparedChange, ComparedConfig, ComparedRelease, Comparison, ComparisonSide, ConfigPresence, MigrationEffect, Relation, sentence,
};
use slipway_domain::humanize::{capital, count, short};

/// The columns of a number or a short commit.
const NUMBER: usize = 9;

pub(super) fn lines(comparison: &Comparison, clock: &Clock) -> Vec<Line> {
    let Comparison { base, head, brings, lacks, .. } = comparison;
    let mut page = Page { lines: vec![Line::plain(&comparison.service).and("  ", Tone::Plain).and(&sentence(comparison), Tone::Strong)] };
    for (word, one) in [("from", base), ("to", head)] {
        page.lines.push(release(word, one, clock));
    }
    page.side(brings, "");
    page.side(lacks, &format!("Not on {}: ", name(head, base)));
    page.config(comparison);
    if !brings.people.is_empty() {
        page.head("People");
        page.line(&brings.people.join(", "));
    }
    if !comparison.gaps.is_empty() {
        page.head("Not known");
        for gap in &comparison.gaps {
            page.lines.push(Line::of(&format!("  ? {gap}"), Tone::Grey));
        }
    } else if comparison.relation == Relation::Unknown {
        page.head("Not known");
        page.line("? The two commits have nothing that tells which is the later one");
    }
    page.lines
}

fn release(word: &str, one: &ComparedRelease, clock: &Clock) -> Line {
    let mut line = Line::of(&format!("  {word:<4}  "), Tone::Grey).and(&format!("{} v{}", one.environment, one.version), Tone::Plain);
    line.add(&format!("  {}", one.commit.as_deref().map_or("commit not known", short)), Tone::Grey);
    let code = one.code_version.filter(|code| *code != one.version).map(|code| format!(", code of v{code}")).unwrap_or_default();
    let live = if one.live { ", live" } else { "" };
    let when = one.released_at.map_or_else(|| "when is not known".to_owned(), |at| clock.when(at));
    line.and(&format!("{code}{live}, released {when}"), Tone::Grey)
}

/// With its environment, where the other has another one.
fn name(one: &ComparedRelease, other: &ComparedRelease) -> String {
    if one.environment == other.environment { format!("v{}", one.version) } else { one.environment.clone() }
}

struct Page {
    lines: Vec<Line>,
}

impl Page {
    fn head(&mut self, title: &str) {
        self.lines.push(Line::default());
        self.lines.push(Line::of(title, Tone::Strong));
    }

    fn line(&mut self, text: &str) {
        self.lines.push(Line::plain(&format!("  {text}")));
    }

    /// `before`: what the titles of its sections begin with.
    fn side(&mut self, side: &ComparisonSide, before: &str) {
        let (database, others): (Vec<_>, Vec<_>) = side.changes.iter().partition(|change| change.changes_database());
        let (pull_requests, commits): (Vec<_>, Vec<_>) = others.into_iter().partition(|change| change.pull_request.is_some());
        let other = if database.is_empty() { "pull requests" } else { "other pull requests" };
        for (title, changes) in [("changes to the database", database), (other, pull_requests), ("commits without a pull request", commits)]
        {
            if !changes.is_empty() {
                self.section(before, title);
            }
            for one in changes {
                self.change(one);
            }
        }
        if !side.cancelling.is_empty() {
            self.section(before, "cancel each other");
        }
        for pair in &side.cancelling {
            let revert = reference(&pair.revert);
            self.lines.push(numbered(&reference(&pair.change)).and(&format!("{}, and its revert {revert}", pair.change.title), Tone::Grey));
        }
        if side.commits > 0 {
            let all = if side.complete { "all that were compared" } else { "and there are more" };
            let in_pairs: usize = side.cancelling.iter().map(|pair| pair.change.commits + pair.revert.commits).sum();
            let cancel = if in_pairs > 0 { format!(", of which {in_pairs} cancel each other") } else { String::new() };
            self.lines.push(Line::of(&format!("  {}{cancel}: {all}", count(side.commits, "commit")), Tone::Grey));
        }
    }

    fn section(&mut self, before: &str, title: &str) {
        let title = if before.is_empty() { capital(title) } else { format!("{before}{title}") };
        self.head(&title);
    }

    fn change(&mut self, change: &ComparedChange) {
        let mut line = numbered(&reference(change)).and(&change.title, Tone::Plain);
        line.add(&change.author.as_ref().map_or(String::new(), |author| format!("  {author}")), Tone::Grey);
        self.lines.push(line);
        for migration in change.migrations.iter().flatten() {
            let (words, tone) = effect(migration.effect);
            self.lines.push(Line::of(&format!("    {words}"), tone).and(&format!("  {}", migration.path), Tone::Grey));
        }
        if change.migrations.is_none() {
            self.lines.push(Line::of("    ? whether it changes the database is not known", Tone::Grey));
        }
    }

    fn config(&mut self, comparison: &Comparison) {
        let Some(config) = &comparison.config else { return };
        if !config.is_empty() {
            self.head("Config names that differ");
        }
        for one in config {
            self.lines.push(config_line(one, (&name(&comparison.base, &comparison.head), &name(&comparison.head, &comparison.base))));
        }
        if let Some(same) = comparison.config_same.filter(|_| !config.is_empty()) {
            self.lines.push(Line::of(&format!("  {} set on both", count(same, "more name")), Tone::Grey));
        }
    }
}

fn reference(change: &ComparedChange) -> String {
    change.pull_request.map_or_else(|| short(&change.sha).to_owned(), |number| format!("#{number}"))
}

fn numbered(number: &str) -> Line {
    Line::of(&format!("  {number:<NUMBER$}"), Tone::Plain)
}

fn effect(effect: MigrationEffect) -> (&'static str, Tone) {
    match effect {
        MigrationEffect::Drops => ("! drops data: no way back brings it back", Tone::Warn),
        MigrationEffect::Retypes => ("! changes or renames columns: no way back brings their data back", Tone::Warn),
        MigrationEffect::Adds => ("adds to the database; old code should ignore it", Tone::Plain),
        MigrationEffect::Unknown => ("? what it does to the database is not known", Tone::Grey),
    }
}

fn config_line(one: &ComparedConfig, (base, head): (&str, &str)) -> Line {
    let word = |presence| match presence {
        ConfigPresence::Set => "set",
        ConfigPresence::NotSet => "not set",
        ConfigPresence::Unknown => "not known",
    };
    let mut line = Line::plain(&format!("  {}  ", one.name));
    let tone = if one.base == ConfigPresence::NotSet { Tone::Warn } else { Tone::Plain };
    line.add(&format!("{} on {base}", word(one.base)), tone);
    line.and(&format!(", {} on {head}", word(one.head)), Tone::Plain)
}
