//! What was seen of a repository, its CI and the platform's apps.

use crate::time::Time;
use crate::vendor::{CiProfile, PlatformProfile, VendorId};

#[derive(Clone, Debug)]
pub struct Evidence {
    /// `OWNER/REPO`
    pub repo: String,
    pub code_host: VendorId,
    pub code: Look<RepoFacts>,
    /// The CIs that a repository can have, the first preferred.
    pub cis: Vec<CiCandidate>,
    pub platform_traits: PlatformTraits,
    pub platform: Look<PlatformFacts>,
    /// What a bound or an answer left out: its source, and what in words.
    pub gaps: Vec<(String, String)>,
}

/// Seen, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look<T> {
    Seen(T),
    Unseen(String),
}

impl<T> Look<T> {
    pub fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(value) => Some(value),
            Self::Unseen(_) => None,
        }
    }

    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Seen(_) => None,
            Self::Unseen(why) => Some(why),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct RepoFacts {
    pub default_branch: Option<String>,
    pub archived: bool,
    pub configs: Vec<CiConfig>,
}

/// A CI that the repository may have.
#[derive(Clone, Debug)]
pub struct CiCandidate {
    pub vendor: VendorId,
    pub profile: CiProfile,
    /// What the repository's project is called there.
    pub project: String,
    /// Where its configuration lies, after "there is": `.ci/config.yml`.
    pub configuration: &'static str,
    /// After "X releases,": `no workflow of it does`.
    pub does_not_release: &'static str,
    /// Whether it knows the project. None: every repository is one of its projects.
    pub knows: Option<Look<Option<bool>>>,
}

impl CiCandidate {
    /// As `slipway service add --ci` takes it.
    pub fn text(&self) -> String {
        format!("{}:{}", self.profile.name, self.project)
    }
}

/// What tells of the platform's apps in names, keys and addresses.
#[derive(Clone, Copy, Debug)]
pub struct PlatformTraits {
    pub vendor: VendorId,
    pub profile: PlatformProfile,
    /// In capitals: keys with this word name its apps.
    pub key_word: &'static str,
    /// Whether a host name is the app's own at the platform.
    pub is_app_host: fn(host: &str, app: &str) -> bool,
}

/// What one CI configuration file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiConfig {
    pub ci: VendorId,
    pub path: String,
    pub jobs: Vec<String>,
    /// It speaks of the platform in what it runs or uses, so it may be what releases.
    pub deploys: bool,
    pub mentions: Vec<Mention>,
    /// Apps named through something that only CI knows: `$APP_NAME`.
    pub variables: Vec<String>,
    /// Branches its releasing jobs are limited to, as far as they are plain names.
    pub branches: Vec<String>,
    /// Plain `https` addresses in it, candidates for a health check.
    pub urls: Vec<String>,
    /// False: it could be read in part only.
    pub whole: bool,
}

/// An app that a configuration names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    pub app: String,
    /// The way of keys to it: `jobs.deploy-staging.environment.APP_NAME`.
    pub place: String,
}

#[derive(Clone, Debug, Default)]
pub struct PlatformFacts {
    pub apps: Vec<AppFacts>,
    /// False: there are more apps than were listed.
    pub complete: bool,
}

#[derive(Clone, Debug)]
pub struct AppFacts {
    pub name: String,
    pub owner: Option<String>,
    pub region: Option<String>,
    pub build_stack: Option<String>,
    pub web_url: Option<String>,
    pub released_at: Option<Time>,
    pub coupling: Option<Coupling>,
    pub inside: Look<Inside>,
}

/// Where an app stands in a pipeline of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupling {
    pub pipeline: String,
    /// The platform's word: review, development, staging, production, test.
    pub stage: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// Newest first.
    pub releases: Vec<ReleaseFacts>,
    /// The artifacts that were built on this app; None: not asked.
    pub built: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseFacts {
    pub version: u64,
    pub description: String,
    pub user: Option<String>,
    pub artifact_id: Option<String>,
    pub commit: Option<String>,
    /// None: the commit, or whose it is, could not be learnt.
    pub origin: Option<Origin>,
}

/// Whose a commit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Among the newest of the repository's default branch.
    Main,
    /// In the repository, elsewhere: an older commit, or another branch.
    Repository,
    /// Not in the repository.
    Foreign,
}
