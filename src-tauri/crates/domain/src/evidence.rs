//! When something is ready, healthy, passed, failed, fixed, stale or unknown, and why.
//!
//! The rules are here once: the board, the headline, events, toasts, the tray, the terminal and the
//! palette only show what they answer. Something good is said only on evidence of this very thing;
//! an alert ends when its own cause is shown to be cured, never because a signal went away.

pub mod health;
pub mod pipelines;
pub mod readiness;
pub mod releases;
