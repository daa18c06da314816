//! Two releases side by side: what lies between their commits, as pull requests, migrations and names of config.
//!
//! What the code host compares is accounted for to the last commit: each belongs to a pull request, stands alone, or
//! is one of a pair of which the later reverts the earlier.

mod markdown;
mod migration_effect;
mod model;
mod sentence;
mod side;

pub(crate) use markdown::escaped;
pub use markdown::markdown;
pub use migration_effect::{MigrationEffect, migration_effect};
pub use model::{ComparedConfig, ComparedRelease, Comparison, ConfigPresence, Relation, ReleaseName, compare_config, relation};
pub use sentence::sentence;
pub use side::{CancellingPair, ComparedChange, ComparedMigration, ComparisonSide, FileOfChange, compare_commits};
