//! How old what is shown is.

use slipway_domain::humanize::span;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;

/// What was read without an error is believed for this long, in seconds.
const FRESH: f64 = 60.0;

/// How a part of the board was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Age {
    /// By this call, or a moment ago.
    Fresh,
    /// Seconds ago; the last read failed, or there was none since.
    Old(f64),
    /// Never: nothing is known.
    Never,
}

impl Age {
    pub fn of(service: &ServiceState, source: &Source, now: Time) -> Self {
        let Some(state) = service.source(source) else { return Self::Never };
        match state.observed_at.map(|at| now.since(at).max(0.0)) {
            None => Self::Never,
            Some(seconds) if state.error.is_some() || seconds > FRESH => Self::Old(seconds),
            Some(_) => Self::Fresh,
        }
    }

    /// `healthy`, `healthy, 14 min old`, `not known`: the word of a state, never without its age.
    pub fn state(self, word: &str) -> String {
        match self {
            Self::Fresh if word == "unknown" => "not known".to_owned(),
            Self::Fresh => word.to_owned(),
            Self::Old(seconds) if word == "unknown" => format!("not known, {} ago neither", span(seconds)),
            Self::Old(seconds) => format!("{word}, {} old", span(seconds)),
            Self::Never => "not known".to_owned(),
        }
    }
}
