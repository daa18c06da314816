//! Heroku's names, and what it is as a platform.

use slipway_domain::vendor::{Overlap, PlatformAbilities, PlatformProfile, RollbackRestores, VendorId, Vocabulary};

pub const ID: VendorId = VendorId::new("heroku");
pub const TITLE: &str = "Heroku";

/// Source: Dev Center "Releases" (a rollback restores code and config, and is a release of its own), "Release
/// Phase" (it runs for a rollback too), "Preboot" (old dynos serve for up to 3 minutes).
pub const PLATFORM: PlatformProfile = PlatformProfile {
    title: TITLE,
    vocabulary: Vocabulary { instance: "dyno", app: "app", artifact: "slug" },
    abilities: PlatformAbilities {
        rollback_restores: RollbackRestores::CodeAndConfig,
        rollback_pins: false,
        rollback_takes_reason: false,
        compares_before_release: false,
        rollback_runs_release_command: true,
        releases_built_code: true,
    },
    overlap: Some(Overlap { name: "Preboot", seconds: 180 }),
};
