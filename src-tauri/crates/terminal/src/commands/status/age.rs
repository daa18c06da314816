//! The age of shown values.

use crate::look::marks::{Shown, UNKNOWN};
use crate::look::{Line, Tone};
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

    /// The state with its mark. What is old has no mark of its own: it may be otherwise now.
    pub(super) fn shown(self, shown: Shown) -> Line {
        match self {
            Self::Fresh if shown.word == "unknown" => UNKNOWN.line(),
            Self::Fresh => shown.line(),
            Self::Old(_) => Shown { mark: "~", tone: Tone::Grey, ..shown }.with(&self.state(shown.word)),
            Self::Never => UNKNOWN.line(),
        }
    }

    /// `healthy`, `healthy, 14 min old`, `not known`: a state with its age.
    fn state(self, word: &str) -> String {
        match self {
            Self::Fresh if word == "unknown" => "not known".to_owned(),
            Self::Fresh => word.to_owned(),
            Self::Old(seconds) if word == "unknown" => format!("not known, {} ago neither", span(seconds)),
            Self::Old(seconds) => format!("{word}, {} old", span(seconds)),
            Self::Never => "not known".to_owned(),
        }
    }
}
