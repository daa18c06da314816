//! Berth: an invented platform and CI, which shows that a vendor needs nothing but a crate of its own. Its rollback
//! restores only code, holds later deploys back, and is refused when another release is live.

mod adapter;
mod dialect;
mod server;

use adapter::Berth;
use dialect::BerthDialect;
pub use server::Server;
use slipway_domain::vendor::{CiProfile, PlatformAbilities, PlatformProfile, RollbackRestores, VendorId, Vocabulary};
use slipway_vendor::ci_config::{CiConfigRules, Scan};
use slipway_vendor::{CiRole, Connection, PlatformRole, VendorSpec, Vendors, is_path_part};
use std::sync::Arc;

pub const ID: VendorId = VendorId::new("berth");
pub const TOKEN_VARIABLE: &str = "BERTH_TOKEN";
const TITLE: &str = "Berth";

const PLATFORM: PlatformProfile = PlatformProfile {
    title: TITLE,
    vocabulary: Vocabulary { instance: "machine", app: "service", artifact: "bundle" },
    abilities: PlatformAbilities {
        rollback_restores: RollbackRestores::Code,
        rollback_pins: true,
        rollback_takes_reason: false,
        compares_before_release: true,
        rollback_runs_release_command: false,
        releases_built_code: false,
    },
    overlap: None,
};

const CI: CiProfile = CiProfile { title: TITLE, name: "berth", skip_word: |_| None };

pub const SPEC: VendorSpec = VendorSpec {
    id: ID,
    title: TITLE,
    dialect: &BerthDialect,
    token_variable: TOKEN_VARIABLE,
    secret_variables: &[TOKEN_VARIABLE],
    token_ways: &[],
    web_hosts: &[],
    cli_credentials: None,
    code_host: None,
    ci: Some(CiRole {
        profile: CI,
        example: "berth:PROJECT",
        forms: "berth:PROJECT",
        is_project: is_path_part,
        pipeline_of: |_| None,
        project_of: |repo| repo.rsplit('/').next().unwrap_or_default().to_owned(),
        config: CiConfigRules {
            folder: ".berth",
            place: "a file in .berth",
            does_not_release: "Berth's files do not",
            is_branch: |_, _| false,
        },
    }),
    platform: Some(PlatformRole {
        profile: PLATFORM,
        app_page: None,
        releases_page: None,
        key_word: "BERTH",
        is_app_host: |_, _| false,
        scan: |_, _, _| Scan::default(),
    }),
    connect: |account| {
        let berth = Arc::new(Berth::new(account.clone()));
        Connection { ci: Some(berth.clone()), platform: Some(berth), ..Connection::new(account) }
    },
};

/// All supported vendors and this one.
pub fn vendors() -> Vendors {
    let specs: Vec<VendorSpec> = slipway_registry::VENDORS.all().copied().chain([SPEC]).collect();
    Vendors::new(specs.leak())
}
