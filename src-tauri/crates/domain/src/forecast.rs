//! Whether a revert would apply cleanly, before anything is sent.
//!
//! The answer of `git revert` is worked out by a three-way merge in memory of the touched files alone. Base is what
//! the pull request left behind, ours the tip of its branch, theirs what was there before it. Wherever git's answer
//! hangs on something that is not read (a rename, an attribute of the repository, how equal lines are matched), the
//! answer is that it is not known.
//!
//! Two things that git reads are taken as git's defaults: its configuration (`merge.*`, `diff.algorithm`) and the
//! attributes outside the repository.

mod attributes;
mod chain;
mod file;
mod files;
mod lines;
mod model;
mod revert;
mod tree;
mod trial;

pub use chain::{ChainTried, MOST_IN_CHAIN, chain};
pub use files::{FileAt, Files, Missing, SinceBase};
pub use lines::{Merge, merge};
pub use model::{ForecastOutcome, RevertForecast};
pub use revert::{LandedFile, LandedStatus, Landing, RevertOfLanding};
pub use trial::{Tried, forecast};

/// Touched files of one forecast; with more it is not known.
pub const MOST_FILES: usize = 100;
/// Bytes of all texts of one forecast; with more it is not known.
pub const MOST_BYTES: u64 = 5_000_000;
