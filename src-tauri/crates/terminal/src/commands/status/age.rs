//! The age of shown values.

use slipway_domain::humanize::span;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;

/// A value that was read without an error is shown without its age for this long, in seconds.
const FRESH: f64 = 60.0;

/// When a part of the state was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Age {
    /// By this call, or just before.
    Fresh,
    /// This many seconds ago; the last read failed, or there was none since.
    Old(f64),
    /// Never, so nothing is known.
    Never,
}

impl Age {
    pub(super) fn of(service: &ServiceState, source: &Source, now: Time) -> Self {
        let Some(state) = service.source(source) else { return Self::Never };
        match state.observed_at.map(|at| now.since(at).max(0.0)) {
            None => Self::Never,
            Some(seconds) if state.error.is_some() || seconds > FRESH => Self::Old(seconds),
            Some(_) => Self::Fresh,
        }
    }

    /// `healthy`, `healthy, 14 min old`, `not known`: a state with its age.
    pub(super) fn state(self, word: &str) -> String {
        match self {
            Self::Fresh if word == "unknown" => "not known".to_owned(),
            Self::Fresh => word.to_owned(),
            Self::Old(seconds) if word == "unknown" => format!("not known, {} ago neither", span(seconds)),
            Self::Old(seconds) => format!("{word}, {} old", span(seconds)),
            Self::Never => "not known".to_owned(),
        }
    }
}
