//! What must hold, and how it was broken.

/// A broken promise, with an explanation.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    pub promise: Promise,
    pub what: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Promise {
    /// Nothing is sent that was not shown.
    Shown,
    /// One data folder sends one change for one target.
    OnePerTarget,
    /// Intermediary two machines, interference is only possible within one round trip.
    OneRoundTrip,
    /// Two identical rollbacks never go back two releases.
    NotTwoBack,
    /// The reported outcome is what happened, by its own id.
    Outcome,
    /// Changes of others that were overwritten without having been read are named.
    Overtook,
    /// The journal agrees.
    Journal,
    /// The case could be carried out.
    CaseResult,
}

impl Promise {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Shown => "nothing is sent that was not shown",
            Self::OnePerTarget => "one data folder sends one change for one target",
            Self::OneRoundTrip => "between two machines the window is one round trip",
            Self::NotTwoBack => "nobody goes two releases back by the same button",
            Self::Outcome => "what is said is what happened, by its own id",
            Self::Overtook => "what was undone unseen is named",
            Self::Journal => "the journal agrees with the truth",
            Self::CaseResult => "the case can be played",
        }
    }
}

pub(super) fn violation(promise: Promise, what: impl Into<String>) -> Violation {
    Violation { promise, what: what.into() }
}
