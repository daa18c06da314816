//! The vendors of this program, in the form that the window needs.

use serde::{Deserialize, Serialize};
use slipway_domain::vendor::VendorId;
use slipway_vendor::{CiRole, CodeHostRole, PlatformRole, VendorSpec, Vendors};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct Vendor {
    pub id: VendorId,
    /// The vendor's name as it is written in the middle of a sentence.
    pub title: String,
    /// The vendor's own URL, for accounts without one.
    pub default_url: String,
    /// The environment variable that holds the token of an account.
    pub token_variable: String,
    /// The name of its CLI, whose login can be used.
    pub cli: Option<String>,
    pub code_host: Option<VendorCodeHost>,
    pub ci: Option<VendorCi>,
    pub platform: Option<VendorPlatform>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct VendorCodeHost {
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct VendorCi {
    pub title: String,
    /// The CI's name in the form of `--ci`.
    pub name: String,
    /// The usual form of a project, without the CI's name.
    pub example: String,
    /// The project of a repository has the repository's name: `OWNER/REPO`.
    pub project_is_repository: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct VendorPlatform {
    pub title: String,
    /// The word for one running instance of an app.
    pub instance: String,
    pub app: String,
    /// The word for what a build makes and a release runs.
    pub artifact: String,
    /// The word for its feature that keeps old instances serving while new ones start.
    pub overlap: Option<String>,
}

impl Vendor {
    pub(crate) fn list(vendors: Vendors) -> Vec<Self> {
        vendors.all().map(Self::of).collect()
    }

    fn of(vendor: &VendorSpec) -> Self {
        Self {
            id: vendor.id,
            title: vendor.title.to_owned(),
            default_url: vendor.dialect.default_url().to_owned(),
            token_variable: vendor.token_variable.to_owned(),
            cli: vendor.cli_credentials.map(|cli| cli.program.to_owned()),
            code_host: vendor.code_host.map(VendorCodeHost::of),
            ci: vendor.ci.map(VendorCi::of),
            platform: vendor.platform.map(VendorPlatform::of),
        }
    }
}

impl VendorCodeHost {
    fn of(role: CodeHostRole) -> Self {
        Self { title: role.profile.title.to_owned() }
    }
}

impl VendorCi {
    fn of(role: CiRole) -> Self {
        let example = role.example.split_once(':').map_or(role.example, |(_, project)| project);
        let repository = "OWNER/REPO";
        Self {
            title: role.profile.title.to_owned(),
            name: role.profile.name.to_owned(),
            example: example.to_owned(),
            project_is_repository: (role.project_of)(repository) == repository,
        }
    }
}

impl VendorPlatform {
    fn of(role: PlatformRole) -> Self {
        let words = role.profile.vocabulary;
        Self {
            title: role.profile.title.to_owned(),
            instance: words.instance.to_owned(),
            app: words.app.to_owned(),
            artifact: words.artifact.to_owned(),
            overlap: role.profile.overlap.map(|overlap| overlap.name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_the_repository_only_where_the_ci_says_so() {
        let vendors = Vendor::list(slipway_registry::VENDORS);
        let cis: Vec<_> = vendors.iter().filter_map(|vendor| vendor.ci.as_ref()).collect();
        assert!(cis.iter().any(|ci| ci.project_is_repository) && cis.iter().any(|ci| !ci.project_is_repository), "{cis:?}");
        assert!(cis.iter().all(|ci| !ci.example.contains(':') && ci.project_is_repository == (ci.example == "OWNER/REPO")), "{cis:?}");
    }
}
