//! The table, for people and for the next run.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::measured::{Answer, Figure, Measured, Spread};
use super::options::Options;
use super::rows::{self, Goal, Row};
use crate::shell;

pub(super) fn markdown(rows: &[&Row], measured: &Measured) -> String {
    let mut text = String::from("| row | figure | measured | spread | beside | its figure | ratio | to reach | |\n|-|-|-|-|-|-|-|-|-|\n");
    let mut notes = String::new();
    let mut skipped = String::new();
    for row in rows {
        match measured.get(row.id) {
            Some(Answer::Figure(figure)) => {
                text.push_str(&line(row, figure));
                if let Some(note) = &figure.note {
                    let _ = writeln!(notes, "- `{}`: {note}", row.id);
                }
            }
            Some(Answer::Skipped(why)) => {
                let _ = writeln!(skipped, "- `{}`: {}", row.id, first_line(why));
            }
            None => {
                let _ = writeln!(skipped, "- `{}`: nobody told of it", row.id);
            }
        }
    }
    let by_name: Vec<String> = rows::left_out(rows).map(|row| format!("`{}`", row.id)).collect();
    for (title, part) in [("Notes", notes), ("Not measured", skipped)] {
        if !part.is_empty() {
            let _ = write!(text, "\n{title}:\n{part}");
        }
    }
    if !by_name.is_empty() {
        let _ = writeln!(text, "\nNot asked for: {}", by_name.join(", "));
    }
    text
}

fn line(row: &Row, figure: &Figure) -> String {
    let spread = figure.spread();
    let one = |spread: Option<Spread>| spread.map_or_else(String::new, |s| number(s.median));
    let range = |spread: Option<Spread>| match spread {
        Some(s) if s.low < s.high => format!("{} to {}", number(s.low), number(s.high)),
        _ => String::new(),
    };
    let runs = if figure.samples.len() > 1 { format!(" ({})", figure.samples.len()) } else { String::new() };
    let ratio = figure.ratio();
    let ratios = [one(ratio), range(ratio)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    format!(
        "| `{}` | {} | {} {} | {}{runs} | {} | {} | {ratios} | {} | {} |\n",
        row.id,
        row.title,
        one(spread),
        figure.unit,
        range(spread),
        row.anchor,
        one(Spread::of(&figure.anchor)),
        goal(row.goal),
        verdict(row.goal, figure).map_or("", |reached| if reached { "reached" } else { "**not reached**" }),
    )
}

fn goal(goal: Goal) -> String {
    match goal {
        Goal::None => String::new(),
        Goal::AtMost(most) => format!("≤ {}", number(most)),
        Goal::AtLeast(least) => format!("≥ {}", number(least)),
        Goal::Ratio(most) => format!("≤ {} ×", number(most)),
    }
}

/// None: there is no goal, or nothing to compare with.
fn verdict(goal: Goal, figure: &Figure) -> Option<bool> {
    let median = figure.spread()?.median;
    match goal {
        Goal::None => None,
        Goal::AtMost(most) => Some(median <= most),
        Goal::AtLeast(least) => Some(median >= least),
        Goal::Ratio(most) => Some(figure.ratio()?.median <= most),
    }
}

/// Three figures, and no more behind the point than say something.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$}")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

pub(super) fn json(rows: &[&Row], measured: &Measured, options: &Options) -> Value {
    let spread = |spread: Option<Spread>| spread.map(|s| json!({"median": s.median, "low": s.low, "high": s.high}));
    let all = rows.iter().map(|row| {
        let told = match measured.get(row.id) {
            Some(Answer::Figure(figure)) => json!({
                "samples": figure.samples, "unit": figure.unit, "figure": spread(figure.spread()), "anchor": figure.anchor,
                "ratio": spread(figure.ratio()), "reached": verdict(row.goal, figure), "note": figure.note,
            }),
            Some(Answer::Skipped(why)) => json!({"skipped": why}),
            None => json!({"skipped": "nobody told of it"}),
        };
        let mut entry = json!({"row": row.id, "title": row.title, "beside": row.anchor, "to_reach": goal(row.goal)});
        if let (Some(entry), Value::Object(told)) = (entry.as_object_mut(), told) {
            entry.extend(told);
        }
        entry
    });
    json!({
        "commit": shell::answer(shell::program("git").args(["rev-parse", "HEAD"])).map(|sha| sha.trim().to_owned()),
        "cores": std::thread::available_parallelism().map_or(0, usize::from), "runs": options.runs, "services": options.services,
        "stand_in": options.stand_in, "rows": all.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::rows::ROWS;

    fn row(id: &str) -> &'static Row {
        ROWS.iter().find(|row| row.id == id).expect("a row")
    }

    #[test]
    fn each_row_says_whether_it_is_where_it_should_be() {
        let of = |samples: &[f64], anchor: &[f64]| Figure { samples: samples.to_vec(), anchor: anchor.to_vec(), ..Figure::default() };
        assert_eq!(verdict(Goal::AtMost(3.1), &of(&[4.0], &[])), Some(false));
        assert_eq!(verdict(Goal::Ratio(1.2), &of(&[2.0, 2.0, 9.0], &[2.0, 2.0, 2.0])), Some(true));
        assert_eq!(verdict(Goal::Ratio(1.2), &of(&[2.0], &[])), None);
        let shown = line(row("trips-1"), &of(&[4.0], &[]));
        assert!(shown.starts_with("| `trips-1` |") && shown.contains("| ≤ 3.10 | **not reached** |"), "{shown}");
    }

    #[test]
    fn what_was_not_measured_is_said() {
        let mut measured = Measured::default();
        measured.skip("pss-1", "no display\nmore");
        let text = markdown(&[row("pss-1")], &measured);
        assert!(text.contains("Not measured:\n- `pss-1`: no display\n") && text.contains("Not asked for: `trips-1`"), "{text}");
    }

    #[test]
    fn names_of_rows_differ() {
        let names: std::collections::BTreeSet<&str> = ROWS.iter().map(|row| row.id).collect();
        assert_eq!(names.len(), ROWS.len());
    }
}
