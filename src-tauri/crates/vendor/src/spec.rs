//! The description of a vendor: a constant in its crate, listed in the registry.

use crate::ci::Ci;
use crate::ci_config::{CiConfigRules, PlatformScan};
use crate::cli_credentials::CliCredentials;
use crate::code_host::CodeHost;
use crate::discover::{AppSource, ProjectSource, RepositorySource};
use crate::identity::Identity;
use crate::platform::Platform;
use crate::token_way::TokenWay;
use slipway_domain::vendor::{CiProfile, CodeHostProfile, PlatformProfile, VendorId};
use slipway_http::{AccountClient, HttpDialect, ReadError};
use std::fmt;
use std::sync::Arc;

#[derive(Clone, Copy, Debug)]
pub struct VendorSpec {
    pub id: VendorId,
    /// The vendor's name as it is written in the middle of a sentence.
    pub title: &'static str,
    pub dialect: &'static dyn HttpDialect,
    /// The environment variable that holds the token of an account.
    pub token_variable: &'static str,
    /// Every variable that may hold one of the vendor's tokens. They are removed from the environment of other
    /// programs.
    pub secret_variables: &'static [&'static str],
    /// The ways to make a token, the one to recommend first.
    pub token_ways: &'static [TokenWay],
    /// Hosts of the vendor's web pages; links may only lead there.
    pub web_hosts: &'static [WebHost],
    pub cli_credentials: Option<CliCredentials>,
    pub code_host: Option<CodeHostRole>,
    pub ci: Option<CiRole>,
    pub platform: Option<PlatformRole>,
    /// Makes the adapters of one account without any request. It has exactly the roles that are named above.
    pub connect: fn(AccountClient) -> Connection,
}

#[derive(Clone, Copy, Debug)]
pub struct WebHost {
    pub name: &'static str,
    /// Whether hosts below it belong to the vendor too.
    pub with_subdomains: bool,
}

impl WebHost {
    pub const fn alone(name: &'static str) -> Self {
        Self { name, with_subdomains: false }
    }

    pub const fn and_below(name: &'static str) -> Self {
        Self { name, with_subdomains: true }
    }

    pub fn has(&self, host: &str) -> bool {
        let below = |host: &str| host.strip_suffix(self.name).is_some_and(|rest| rest.ends_with('.'));
        host == self.name || (self.with_subdomains && below(host))
    }
}

#[derive(Clone, Copy, Debug)]
pub struct CodeHostRole {
    pub profile: CodeHostProfile,
    /// The web page of a pull request, with `{repo}` and `{number}` as placeholders.
    pub pull_request_page: Option<&'static str>,
}

#[derive(Clone, Copy)]
pub struct CiRole {
    pub profile: CiProfile,
    /// The usual form of a project, for help texts: `NAME:OWNER/REPO`.
    pub example: &'static str,
    /// Every accepted form of a project, for error messages.
    pub forms: &'static str,
    /// Whether a text has the form of one of its projects.
    pub is_project: fn(&str) -> bool,
    /// The name of the project of a repository `OWNER/REPO`.
    pub project_of: fn(&str) -> String,
    /// The repository `OWNER/REPO` and the pipeline, by number or id, that the page at this path of its site shows.
    pub pipeline_of: fn(&[&str]) -> Option<(String, String)>,
    pub config: CiConfigRules,
}

impl fmt::Debug for CiRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CiRole({})", self.example)
    }
}

#[derive(Clone, Copy)]
pub struct PlatformRole {
    pub profile: PlatformProfile,
    /// The web page of an app, with `{app}` as placeholder.
    pub app_page: Option<&'static str>,
    /// The web page with the app's releases, with `{app}` as placeholder.
    pub releases_page: Option<&'static str>,
    /// In capitals. Configuration keys that contain this word name its apps.
    pub key_word: &'static str,
    /// Whether a host name belongs to the app itself on the platform.
    pub is_app_host: fn(host: &str, app: &str) -> bool,
    /// What one value of a CI's configuration says about its apps.
    pub scan: PlatformScan,
}

impl fmt::Debug for PlatformRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlatformRole({})", self.profile.title)
    }
}

/// The adapters of one account, by role.
#[derive(Clone)]
pub struct Connection {
    pub account: AccountClient,
    pub code_host: Option<Arc<dyn CodeHost>>,
    pub ci: Option<Arc<dyn Ci>>,
    pub platform: Option<Arc<dyn Platform>>,
    pub repositories: Option<Arc<dyn RepositorySource>>,
    pub projects: Option<Arc<dyn ProjectSource>>,
    pub apps: Option<Arc<dyn AppSource>>,
}

impl Connection {
    /// A connection without any role.
    pub fn new(account: AccountClient) -> Self {
        Self { account, code_host: None, ci: None, platform: None, repositories: None, projects: None, apps: None }
    }

    /// The user of the token, asked through the first role that the vendor has.
    pub async fn whoami(&self) -> Result<Identity, ReadError> {
        match (&self.code_host, &self.platform, &self.ci) {
            (Some(code_host), _, _) => code_host.whoami().await,
            (None, Some(platform), _) => platform.whoami().await,
            (None, None, Some(ci)) => ci.whoami().await,
            (None, None, None) => Err(ReadError::Internal(format!("{} has no role", self.account.title()))),
        }
    }
}

/// The vendors that this program supports, in the order in which they are listed.
#[derive(Clone, Copy, Debug)]
pub struct Vendors(&'static [VendorSpec]);

impl Vendors {
    pub const fn new(specs: &'static [VendorSpec]) -> Self {
        Self(specs)
    }

    pub fn all(self) -> impl Iterator<Item = &'static VendorSpec> {
        self.0.iter()
    }

    pub fn get(self, id: VendorId) -> Option<&'static VendorSpec> {
        self.all().find(|spec| spec.id == id)
    }

    /// The vendor's title; for a vendor that this program does not support, its id.
    pub fn title(self, id: VendorId) -> String {
        self.get(id).map_or_else(|| id.to_string(), |spec| spec.title.to_owned())
    }

    /// The first vendor with the code host role.
    pub fn code_host(self) -> Option<(&'static VendorSpec, CodeHostRole)> {
        self.all().find_map(|spec| Some((spec, spec.code_host?)))
    }

    pub fn cis(self) -> impl Iterator<Item = (&'static VendorSpec, CiRole)> {
        self.all().filter_map(|spec| Some((spec, spec.ci?)))
    }

    pub fn platforms(self) -> impl Iterator<Item = (&'static VendorSpec, PlatformRole)> {
        self.all().filter_map(|spec| Some((spec, spec.platform?)))
    }

    /// Every variable that may hold a token of one of them.
    pub fn secret_variables(self) -> impl Iterator<Item = &'static str> {
        self.all().flat_map(|vendor| vendor.secret_variables).copied()
    }

    /// `a, b or c`
    pub fn listed(self) -> String {
        one_of(&self.all().map(|spec| spec.id.to_string()).collect::<Vec<_>>())
    }
}

/// `a`, `a or b`, `a, b or c`.
pub fn one_of(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// No vendor's name is longer. In bytes.
const LONGEST_PART: usize = 255;

/// Whether a text can be one segment of a vendor's path: letters, digits and `. _ -`, but not `.` or `..`.
pub fn is_path_part(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=LONGEST_PART).contains(&text.len()) && text.chars().all(plain) && text != "." && text != ".."
}
