//! Plans: what an action would do, and whether it may. Pure functions of what was just read.

mod add_ons;
mod auto_merge;
mod deploy;
mod guarded_files;
mod held_back;
mod merge;
mod merge_queue;
mod methods;
mod pipeline;
mod revert;
mod rollback;
mod ships;
mod skipped_ci;
mod update_branch;

pub use add_ons::{CrossedAddOn, crossed_add_ons};
pub use auto_merge::{plan_disable_auto_merge, plan_enable_auto_merge};
pub use deploy::{Arriving, Deploy, DeployFacts, plan_deploy};
pub use guarded_files::without_permission;
pub use merge::{MergeFacts, plan_merge};
pub use merge_queue::{plan_dequeue, plan_enqueue};
pub use methods::{instead, methods_of_branch, workable_methods};
pub use pipeline::{cancelable, plan_approve, plan_cancel, plan_rerun, rerunnable};
pub use revert::{EarlierRevert, RevertFacts, RevertState, plan_revert, revert_marker};
pub use rollback::{Crossing, RollbackFacts, Target, choose_target, plan_rollback, rolled_back_already};
pub use ships::{
    BuiltBy, EnvironmentShipment, Outlook, with_in_flight, with_landing, with_pipeline, with_release_pipeline, with_ships_again,
};
pub use update_branch::plan_update_branch;
