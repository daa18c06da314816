//! The vendors of this program, as a global, because the argument parser needs their words and accepts no
//! parameter.

use slipway_domain::service::CiProject;
use slipway_domain::vendor::VendorId;
use slipway_vendor::Vendors;
use std::sync::OnceLock;

static KNOWN: OnceLock<Vendors> = OnceLock::new();

/// Used before the program has set its vendors.
#[cfg(not(test))]
const AT_FIRST: Vendors = Vendors::new(&[]);
#[cfg(test)]
const AT_FIRST: Vendors = slipway_registry::VENDORS;

/// Called once, before arguments are parsed; a second list is ignored.
pub fn know(vendors: Vendors) {
    let _ = KNOWN.set(vendors);
}

pub fn known() -> Vendors {
    KNOWN.get().copied().unwrap_or(AT_FIRST)
}

/// The vendor's name for people; for an unknown vendor its id.
pub fn title(id: VendorId) -> String {
    known().title(id)
}

/// The environment variable that holds the token of an account.
pub fn token_variable(id: VendorId) -> &'static str {
    known().get(id).map_or("its variable", |vendor| vendor.token_variable)
}

/// The usual form of a CI's project, one for each CI.
pub fn ci_examples() -> Vec<String> {
    known().cis().map(|(_, role)| role.example.to_owned()).collect()
}

/// The CI of a service in the form of `--ci`.
pub fn ci_text(project: &CiProject) -> String {
    let name = known().get(project.provider).and_then(|vendor| vendor.ci).map(|role| role.profile.name);
    format!("{}:{}", name.unwrap_or(project.provider.as_str()), project.project)
}

/// Parses `NAME:PROJECT`. The adapter of that CI decides which projects are valid.
pub fn ci_project(text: &str) -> Option<CiProject> {
    let (name, project) = text.split_once(':')?;
    let (vendor, _) = known().cis().find(|(_, role)| role.profile.name == name)?;
    Some(CiProject { provider: vendor.id, project: project.to_owned() })
}

/// The ids of the platforms, joined by `|`.
pub fn platforms() -> String {
    known().platforms().map(|(vendor, _)| vendor.id.to_string()).collect::<Vec<_>>().join("|")
}

/// An example of `slipway service add` with this for its CI.
pub fn service_example(ci: &str) -> String {
    format!("slipway service add NAME --repo OWNER/REPO --ci {ci} --environment production={}:APP", platforms())
}
