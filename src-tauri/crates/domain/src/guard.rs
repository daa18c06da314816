//! Plans: what an action would do, and whether it may. Pure functions of what was just read.

mod auto_merge;
mod deploy;
mod merge;
mod merge_queue;
mod pipeline;
mod rollback;
mod ships;
mod update_branch;

pub use auto_merge::{plan_disable_auto_merge, plan_enable_auto_merge};
pub use deploy::{Arriving, Deploy, DeployFacts, plan_deploy};
pub use merge::{MergeFacts, RevertFacts, plan_merge, plan_revert, revert_marker};
pub use merge_queue::{plan_dequeue, plan_enqueue};
pub use pipeline::{cancelable, plan_approve, plan_cancel, plan_rerun, rerunnable};
pub use rollback::{Crossing, RollbackFacts, Target, choose_target, plan_rollback};
pub use ships::{
    BuiltBy, EnvironmentShipment, Outlook, with_in_flight, with_landing, with_pipeline, with_release_pipeline, with_ships_again,
};
pub use update_branch::plan_update_branch;
