//! Plans: what an action would do, and whether it may. Pure functions of what was just read.

mod add_ons;
mod auto_merge;
mod confirmation;
pub(crate) mod consented;
mod consequence;
mod deploy;
mod disabled_actions;
mod held_back;
mod merge;
mod merge_queue;
mod methods;
mod model;
mod pin;
mod pipeline;
mod pull_request;
mod record;
mod request;
mod restricted_files;
mod revert;
mod revert_forecast;
mod revert_marker;
mod rollback;
mod rollback_target;
mod set;
mod shipment_effects;
mod skipped_ci;
mod target;
mod update_branch;

pub use crate::release::ReleaseRef;
pub use add_ons::{CrossedAddOn, crossed_add_ons};
pub use auto_merge::{plan_disable_auto_merge, plan_enable_auto_merge};
pub use confirmation::{Confirmation, ConfirmationKind};
pub use consequence::{ConfigEffect, Consequence, ConsequenceKind, CrossedConfig, CrossedMigration, LeavingPullRequest, RollbackDetail};
pub use deploy::{Arriving, Deploy, DeployFacts, plan_deploy};
pub use disabled_actions::deny_disabled_actions;
pub use merge::plan_merge;
pub use merge_queue::{plan_dequeue, plan_enqueue};
pub use methods::{instead, methods_of_branch, workable_methods};
pub use model::{Decision, Denied, Plan, Ready};
pub use pin::with_pin;
pub use pipeline::{cancelable, plan_approve, plan_cancel, plan_rerun, rerunnable};
pub use pull_request::MergeFacts;
pub use request::Request;
pub use restricted_files::without_permission;
pub use revert::{EarlierRevert, RevertFacts, RevertState, plan_revert};
pub use revert_forecast::forecast_consequence;
pub use revert_marker::revert_marker;
pub use rollback::{Crossing, RollbackFacts, plan_rollback};
pub use rollback_target::{choose_target, good_target, rollback_refused, rolled_back_already};
pub use set::{NotStopped, PlanSet, SetOutcome, SetOutcomeState};
pub use shipment_effects::{
    BuiltBy, EnvironmentShipment, Outlook, with_in_flight, with_pipeline, with_pull_request_shipment, with_release_pipeline,
    with_ships_again,
};
pub use target::{Basis, Target, Verdict};
pub use update_branch::plan_update_branch;
