//! How the commands of each action ended.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::action::Action;
use super::runner::{CaseResult, Run};

const COLUMNS: [&str; 8] = ["commands", "sent", "done", "failed", "unknown", "busy", "stale", "refused"];

#[derive(Debug, Default)]
pub(super) struct Summary(BTreeMap<Action, [u64; COLUMNS.len()]>);

impl Summary {
    pub(super) fn count(&mut self, played: &CaseResult) {
        for run in &played.runs {
            let row = self.0.entry(run.action).or_default();
            row[0] += 1;
            row[1] += u64::from(!played.asked_by(run).is_empty());
            row[column(run)] += 1;
        }
    }

    /// A table with its totals.
    pub(super) fn table(&self, title: &str) -> String {
        let mut text = format!("{title:<22}");
        for name in COLUMNS {
            let _ = write!(text, "{name:>9}");
        }
        text.push('\n');
        let mut sum = [0; COLUMNS.len()];
        for (action, row) in &self.0 {
            line(&mut text, &action.to_string(), row);
            sum.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
        }
        line(&mut text, "all", &sum);
        text
    }
}

fn line(text: &mut String, name: &str, row: &[u64]) {
    let _ = write!(text, "{name:<22}");
    for n in row {
        let _ = write!(text, "{n:>9}");
    }
    text.push('\n');
}

/// By exit code; commands that sent nothing by their message, on which no check depends.
fn column(run: &Run) -> usize {
    let says = |words: &str| run.stderr.contains(words) || run.report["message"].as_str().is_some_and(|text| text.contains(words));
    match run.exit {
        0 => 2,
        1 => 3,
        4 => 4,
        _ if says("under way") => 5,
        _ if says("changed") => 6,
        _ => 7,
    }
}
