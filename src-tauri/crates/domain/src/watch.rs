//! A release that is watched after it went live: what is looked at, and what that shows. Silence is never health.

mod alerts;
mod model;

pub use alerts::watch_bad;
pub use model::{
    Baseline, CrashedInstance, ProbeSample, ProcessSample, SignalKind, Watch, WatchEvidence, WatchEvidenceLevel, WatchSignal, WatchVerdict,
};
