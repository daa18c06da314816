//! What a forecast says, in the plan of the revert and in the terminal.

use super::consequence::{Consequence, ConsequenceKind};
use crate::forecast::{ForecastOutcome, RevertForecast};
use crate::humanize::{count, list, short};

/// Paths that are named; of more, their number is told.
const MOST_PATHS: usize = 3;

pub fn forecast_consequence(forecast: &RevertForecast, branch: &str) -> Consequence {
    let (kind, title, mut details) = match &forecast.outcome {
        ForecastOutcome::Clean => (ConsequenceKind::Fact, "Reverts cleanly".to_owned(), Vec::new()),
        ForecastOutcome::NothingLeft => {
            let title = format!("Nothing of it is left on {branch}");
            (ConsequenceKind::Warning, title, vec!["A revert would change nothing.".to_owned()])
        }
        ForecastOutcome::Conflicts { paths } => {
            (ConsequenceKind::Warning, format!("Would conflict in {}", named(paths)), vec![order(&forecast.chain)])
        }
        ForecastOutcome::NotKnown { why } => {
            (ConsequenceKind::Warning, "Whether it applies cleanly is not known".to_owned(), vec![why.clone()])
        }
    };
    let tried = !matches!(forecast.outcome, ForecastOutcome::NotKnown { .. });
    if let Some(tip) = forecast.tip.as_deref().filter(|_| tried) {
        let files = count(usize::try_from(forecast.files).unwrap_or(usize::MAX), "file");
        details.push(format!("Tried on {branch} at {}, with {files}; nothing was changed.", short(tip)));
    }
    Consequence { subject: None, kind, title, details }
}

fn named(paths: &[String]) -> String {
    if paths.len() <= MOST_PATHS { list(paths) } else { count(paths.len(), "file") }
}

fn order(chain: &[u64]) -> String {
    let numbers: Vec<String> = chain.iter().map(|number| format!("#{number}")).collect();
    match numbers.is_empty() {
        true => "Which reverts would have to go first is not known.".to_owned(),
        false => format!("One revert is not enough: in the order {} all apply cleanly.", numbers.join(", ")),
    }
}
