//! What a person must accept before the request of a plan is sent.

use crate::status::vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One thing a person must accept before the request is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Confirmation {
    pub kind: ConfirmationKind,
    /// Ids or names of what it is about. Only kind and objects are compared, never the text.
    pub objects: Vec<String>,
    pub text: String,
}

vocabulary!(
/// Why a person is asked.
ConfirmationKind {
    /// A check that is not demanded is not green.
    CheckNotGreen = "check_not_green",
    /// A check that is expected has not reported, or nothing ran.
    CheckAbsent = "check_absent",
    /// The host counts a check that is not green, and none that is shown explains it.
    HostCountsRed = "host_counts_red",
    /// A colleague asks for changes where no review is demanded.
    ChangesRequested = "changes_requested",
    /// The branch demands something that is open, and the host would take it all the same.
    RuleOpen = "rule_open",
    /// Auto-merge also merges what is pushed later.
    NotBoundToHead = "not_bound_to_head",
    /// A release that is under way may replace this one.
    ReleaseUnderWay = "release_under_way",
    /// Migrations that a rollback crosses.
    MigrationCrossed = "migration_crossed",
    /// Migrations that stay in the database without the code that came with them.
    MigrationLeft = "migration_left",
    /// Pull requests that run now and are not in what is put live.
    CodeLeaves = "code_leaves",
    Maintenance = "maintenance",
    /// Another pull request reverts it already.
    RevertExists = "revert_exists",
    /// Something that the plan should say could not be read.
    NotKnown = "not_known",
    /// The pipeline that built the code failed, or has not passed.
    PipelineNotPassed = "pipeline_not_passed",
    /// The pipeline that built the code waits for an approval of this environment.
    ApprovalOpen = "approval_open",
    /// An add-on's config was changed between the releases.
    AddOnChanged = "add_on_changed",
    /// It would bring back what a pin keeps out. Each object is the pin's id and the change's, with a colon between.
    PinViolated = "pin_violated",
});

impl Confirmation {
    pub fn new(kind: ConfirmationKind, objects: impl IntoIterator<Item = String>, text: impl Into<String>) -> Self {
        Self { kind, objects: objects.into_iter().collect(), text: text.into() }
    }

    /// Ids of the pins that it goes over.
    pub fn pins(&self) -> impl Iterator<Item = &str> {
        let of_pin = self.objects.iter().filter(|_| self.kind == ConfirmationKind::PinViolated);
        of_pin.filter_map(|object| Some(object.split_once(':')?.0))
    }

    /// Something that could not be read, by its own words.
    pub fn not_known(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind: ConfirmationKind::NotKnown, objects: vec![text.clone()], text }
    }
}
