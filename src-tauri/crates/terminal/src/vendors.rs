//! The vendors that this program was started with. What is written in the terminal is parsed by their
//! words, and the parser takes no argument of its own.

use slipway_domain::service::CiProject;
use slipway_domain::vendor::VendorId;
use slipway_vendor::Vendors;
use std::sync::OnceLock;

static KNOWN: OnceLock<Vendors> = OnceLock::new();

/// Before a program has said which it knows.
#[cfg(not(test))]
const AT_FIRST: Vendors = Vendors::new(&[]);
#[cfg(test)]
const AT_FIRST: Vendors = slipway_registry::VENDORS;

/// Called once, before anything is parsed; a second list is not taken.
pub fn know(vendors: Vendors) {
    let _ = KNOWN.set(vendors);
}

pub fn known() -> Vendors {
    KNOWN.get().copied().unwrap_or(AT_FIRST)
}

/// As people call the vendor; of one that this program does not know, its id.
pub fn title(id: VendorId) -> String {
    known().title(id)
}

/// The environment variable that holds the token of an account.
pub fn token_variable(id: VendorId) -> &'static str {
    known().get(id).map_or("its variable", |vendor| vendor.token_variable)
}

/// How a CI's project is usually written, one form for each CI.
pub fn ci_examples() -> Vec<String> {
    known().cis().map(|(_, role)| role.example.to_owned()).collect()
}

/// A service's CI, as `--ci` takes it.
pub fn ci_text(project: &CiProject) -> String {
    let name = known().get(project.provider).and_then(|vendor| vendor.ci).map(|role| role.profile.name);
    format!("{}:{}", name.unwrap_or(project.provider.as_str()), project.project)
}

/// `NAME:PROJECT` of one of the CIs. What the project may be called, its adapter says.
pub fn ci_project(text: &str) -> Option<CiProject> {
    let (name, project) = text.split_once(':')?;
    let (vendor, _) = known().cis().find(|(_, role)| role.profile.name == name)?;
    Some(CiProject { provider: vendor.id, project: project.to_owned() })
}

/// The ids of the platforms, joined by `|`.
pub fn platforms() -> String {
    known().platforms().map(|(vendor, _)| vendor.id.to_string()).collect::<Vec<_>>().join("|")
}

/// `slipway service add`, as it may be written with this for its CI.
pub fn service_example(ci: &str) -> String {
    format!("slipway service add NAME --repo OWNER/REPO --ci {ci} --environment production={}:APP", platforms())
}
