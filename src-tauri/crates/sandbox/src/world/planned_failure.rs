//! Failures to come.

use super::commit::Flaw;

/// A failure that will happen to the next pipeline or merge of a service (None: of any service).
#[derive(Debug, Clone)]
pub struct PlannedFailure {
    pub service: Option<String>,
    pub what: PlannedFailureKind,
}

#[derive(Debug, Clone)]
pub enum PlannedFailureKind {
    /// The merged change carries this flaw until it is reverted.
    Flaw(Flaw),
    /// This job fails once; a rerun passes.
    FlakyJob(String),
}
