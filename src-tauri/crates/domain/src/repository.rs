//! What a service's repository is, beside its branch and its pull requests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Repository {
    /// `OWNER/REPO` as the host calls it now, when the service names it otherwise.
    pub renamed_to: Option<String>,
    /// It is archived: the host refuses every change.
    pub archived: bool,
    /// More pull requests are open than are read.
    pub pull_requests_cut: bool,
    /// What this host cannot tell, as an older Enterprise Server: `merge queues`.
    pub not_told: Vec<String>,
    /// The token may not read check runs; commit statuses it may.
    pub check_runs_hidden: bool,
    /// The default branch, where the service's own branch is not there any more.
    pub branch_renamed_to: Option<String>,
}
