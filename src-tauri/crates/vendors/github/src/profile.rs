//! GitHub's names, and what it is as a code host.

use slipway_domain::vendor::{CodeHostProfile, GuardedFiles, VendorId};

pub const ID: VendorId = VendorId::new("github");
pub const TITLE: &str = "GitHub";

/// Changing a workflow file needs a scope of its own (docs, "Scopes for OAuth apps": `workflow`).
pub const CODE_HOST: CodeHostProfile = CodeHostProfile {
    vendor: ID,
    title: TITLE,
    guarded_files: Some(GuardedFiles {
        folder: ".github/workflows/",
        permission: "the workflow scope",
        remedy: "Give the token the workflow scope at github.com/settings/tokens, or do it on github.com.",
    }),
};
