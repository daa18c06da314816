//! Whether a run agrees with an earlier one: the two ranges of a row's figure, or of its ratio where it has one, overlap.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// The lines to print, and whether all rows that both runs have agree.
pub(super) fn with(now: &Value, earlier: &Path) -> Result<(String, bool)> {
    let text = fs::read_to_string(earlier).with_context(|| earlier.display().to_string())?;
    let before: Value = serde_json::from_str(&text).with_context(|| format!("{} is no table of bench", earlier.display()))?;
    let mut lines = String::from("\n| row | before | now | within their spread |\n|-|-|-|-|\n");
    let mut agrees = true;
    for row in list(now) {
        let Some(old) = list(&before).iter().find(|old| old["row"] == row["row"]) else { continue };
        let (Some(was), Some(is)) = (range(old), range(row)) else { continue };
        let overlaps = was.1 <= is.2 && is.1 <= was.2;
        agrees &= overlaps;
        let shown = |(median, low, high): (f64, f64, f64)| format!("{median:.2} ({low:.2} to {high:.2})");
        let word = if overlaps { "yes" } else { "**no**" };
        let _ = writeln!(lines, "| `{}` | {} | {} | {word} |", row["row"].as_str().unwrap_or_default(), shown(was), shown(is));
    }
    Ok((lines, agrees))
}

fn list(table: &Value) -> &[Value] {
    table["rows"].as_array().map_or(&[], Vec::as_slice)
}

fn range(row: &Value) -> Option<(f64, f64, f64)> {
    let of = if row["ratio"].is_object() { &row["ratio"] } else { &row["figure"] };
    Some((of["median"].as_f64()?, of["low"].as_f64()?, of["high"].as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table(low: f64, high: f64) -> Value {
        let range = json!({"median": f64::midpoint(low, high), "low": low, "high": high});
        json!({"rows": [{"row": "a", "figure": range, "ratio": null}, {"row": "b", "skipped": "no display"}]})
    }

    #[test]
    fn ranges_that_overlap_agree() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("table.json");
        fs::write(&file, table(1.0, 2.0).to_string())?;
        assert!(with(&table(2.0, 3.0), &file)?.1);
        let (lines, agrees) = with(&table(2.1, 3.0), &file)?;
        assert!(!agrees && lines.contains("| `a` | 1.50 (1.00 to 2.00) | 2.55 (2.10 to 3.00) | **no** |"), "{lines}");
        assert!(with(&table(1.0, 1.0), Path::new("/nowhere")).is_err());
        Ok(())
    }
}
