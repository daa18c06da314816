//! What the measuring programs printed: lines of JSON, one or more for a row.
//!
//! `{"row": ID, "samples": [N], "unit": U, "anchor": [N]?, "note": TEXT?}`: the figure, and that of the peer in the same
//! order, so that the first sample and the first anchor are a pair. `{"row": ID, "skipped": WHY}`. `{"row": ID, "figure": N,
//! "unit": U}` is short for one sample. Other lines are for people.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

#[derive(Default)]
pub(super) struct Measured {
    rows: BTreeMap<String, Answer>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Figure(Figure),
    Skipped(String),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Figure {
    pub samples: Vec<f64>,
    pub anchor: Vec<f64>,
    pub unit: String,
    pub note: Option<String>,
}

/// A median with the least and the greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Spread {
    pub(super) fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[middle - 1], sorted[middle]) } else { sorted[middle] };
        Some(Self { median, low, high })
    }
}

impl Figure {
    pub(super) fn spread(&self) -> Option<Spread> {
        Spread::of(&self.samples)
    }

    /// Of each pair; where there are not as many anchors as samples, of each sample and the anchors' median.
    pub(super) fn ratio(&self) -> Option<Spread> {
        let anchor = Spread::of(&self.anchor)?.median;
        let paired = self.anchor.len() == self.samples.len();
        let beside = |at: usize| if paired { self.anchor[at] } else { anchor };
        let ratios: Vec<f64> = self.samples.iter().enumerate().filter(|(at, _)| beside(*at) > 0.0).map(|(at, s)| s / beside(at)).collect();
        Spread::of(&ratios)
    }
}

impl Measured {
    pub(super) fn get(&self, row: &str) -> Option<&Answer> {
        self.rows.get(row)
    }

    pub(super) fn skip(&mut self, row: &str, why: &str) {
        self.rows.entry(row.to_owned()).or_insert_with(|| Answer::Skipped(why.to_owned()));
    }

    pub(super) fn add(&mut self, row: &str, figure: Figure) {
        self.rows.insert(row.to_owned(), Answer::Figure(figure));
    }

    /// Takes a line of a program; false: it is for people.
    pub(super) fn take(&mut self, line: &str) -> Result<bool> {
        if !line.starts_with("{\"") {
            return Ok(false);
        }
        let value: Value = serde_json::from_str(line).with_context(|| format!("a measuring program printed {line}"))?;
        let Some(row) = value["row"].as_str() else { return Ok(false) };
        if let Some(why) = value["skipped"].as_str() {
            self.skip(row, why);
            return Ok(true);
        }
        let numbers = |value: &Value| value.as_array().map(|all| all.iter().filter_map(Value::as_f64).collect::<Vec<f64>>());
        let samples = numbers(&value["samples"]).or_else(|| Some(vec![value["figure"].as_f64()?])).filter(|all| !all.is_empty());
        let figure = Figure {
            samples: samples.with_context(|| format!("no figure in {line}"))?,
            anchor: numbers(&value["anchor"]).unwrap_or_default(),
            unit: value["unit"].as_str().unwrap_or_default().to_owned(),
            note: value["note"].as_str().map(str::to_owned),
        };
        self.add(row, figure);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken() -> Result<()> {
        let mut measured = Measured::default();
        assert!(!measured.take("status, cold: 5 ms")?);
        assert!(measured.take(r#"{"row": "a", "samples": [4, 2, 3], "anchor": [2, 1, 1], "unit": "ms"}"#)?);
        assert!(measured.take(r#"{"row": "b", "skipped": "no display"}"#)?);
        assert!(measured.take(r#"{"row": "c", "unit": "ms"}"#).is_err());
        let Some(Answer::Figure(a)) = measured.get("a") else { panic!("a figure") };
        assert_eq!(a.spread(), Some(Spread { median: 3.0, low: 2.0, high: 4.0 }));
        assert_eq!(a.ratio(), Some(Spread { median: 2.0, low: 2.0, high: 3.0 }));
        assert_eq!(measured.get("b"), Some(&Answer::Skipped("no display".to_owned())));
        Ok(())
    }

    #[test]
    fn of_an_even_number_the_median_is_between() {
        assert_eq!(Spread::of(&[1.0, 4.0, 2.0, 3.0]).map(|s| s.median), Some(2.5));
        assert_eq!(Spread::of(&[]), None);
    }
}
