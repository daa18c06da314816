//! What is read that belongs on a timeline.

/// The entry of releases that failed and never went live.
pub(super) const FAILED_RELEASE: &str = "signal-release_failed";
