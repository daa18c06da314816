//! What was seen of a repository, its CI and the platform's apps.

use crate::time::Time;

#[derive(Clone, Debug)]
pub struct Evidence {
    /// `OWNER/REPO`
    pub repo: String,
    pub code: Look<RepoFacts>,
    /// Whether CircleCI knows the project. Not asked where the repository has no configuration
    /// for it.
    pub circleci: Look<Option<bool>>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CiSystem {
    CircleCi,
    GithubActions,
}

impl CiSystem {
    pub fn title(self) -> &'static str {
        match self {
            Self::CircleCi => "CircleCI",
            Self::GithubActions => "GitHub Actions",
        }
    }
}

/// What one CI configuration file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiConfig {
    pub system: CiSystem,
    pub path: String,
    pub jobs: Vec<String>,
    /// It speaks of Heroku in what it runs or uses, so it may be what releases.
    pub deploys: bool,
    pub mentions: Vec<Mention>,
    /// Apps named through something that only CI knows: `$HEROKU_APP`.
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
    /// The way of keys to it: `jobs.deploy-staging.environment.HEROKU_APP_NAME`.
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
    /// The slugs that were built on this app; None: not asked.
    pub built: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseFacts {
    pub version: u64,
    pub description: String,
    pub user: Option<String>,
    pub slug: Option<String>,
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
