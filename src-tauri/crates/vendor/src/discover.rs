//! What setting a service up reads, apart from what a refresh reads: one trait per role, for
//! the systems that can be looked through.

use crate::ReadError;
use async_trait::async_trait;
use slipway_domain::time::Time;

/// A code host whose repositories can be picked from and looked into.
#[async_trait]
pub trait RepositorySource: Send + Sync {
    /// The repositories the account may see, most recently pushed first. One request for 100 of
    /// them; `after` is the page's `next`.
    async fn repositories(&self, after: Option<&str>) -> Result<RepositoryPage, ReadError>;
    /// The default branch, its newest 100 commits and the YAML files of `folders` at its head, at most 40
    /// of each folder. One request.
    async fn repository_files(&self, repo: &str, folders: &[&str]) -> Result<RepositoryFiles, ReadError>;
    /// Which of `commits` (whole or short ids) are in the repository. One request per 100. None
    /// for what could not be told; what is not hexadecimal is in no repository. A host may also find
    /// commits of the repository's forks.
    async fn known_commits(&self, repo: &str, commits: &[String]) -> Result<Vec<Option<bool>>, ReadError>;
}

/// A CI whose projects can be asked for.
#[async_trait]
pub trait ProjectSource: Send + Sync {
    /// Whether the token may see such a project. One request.
    async fn has_project(&self, project: &str) -> Result<bool, ReadError>;
}

/// A platform whose apps can be looked through.
#[async_trait]
pub trait AppSource: Send + Sync {
    /// All apps the account may see, with their pipelines: one request per 1,000 of apps, of
    /// pipelines and of couplings, at most 10 of each.
    async fn apps(&self) -> Result<AppList, ReadError>;
    /// The artifacts that were built on the app, newest builds first. One request.
    async fn built_artifacts(&self, app: &str) -> Result<Vec<String>, ReadError>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// `OWNER/REPO`
    pub name: String,
    pub private: bool,
    pub archived: bool,
    pub pushed_at: Option<Time>,
}

#[derive(Clone, Debug)]
pub struct RepositoryPage {
    pub repositories: Vec<Repository>,
    /// None: this was the last page.
    pub next: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct RepositoryFiles {
    /// As the host writes it today; another than was asked for when it was renamed.
    pub name: String,
    pub default_branch: Option<String>,
    pub archived: bool,
    /// Whole ids, newest first.
    pub newest_commits: Vec<String>,
    pub files: Vec<FolderFile>,
    /// What could not be read, in words.
    pub gaps: Vec<String>,
}

/// A file of one of the folders that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFile {
    /// As it was asked for.
    pub folder: String,
    pub path: String,
    /// None: it is no text.
    pub text: Option<String>,
    /// False: the host gave its beginning only.
    pub is_whole: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    pub id: String,
    pub name: String,
    pub owner: Option<String>,
    pub region: Option<String>,
    pub build_stack: Option<String>,
    pub web_url: Option<String>,
    pub released_at: Option<Time>,
    /// The pipeline's name and the app's stage in it.
    pub coupling: Option<slipway_domain::discover::Coupling>,
}

#[derive(Clone, Debug)]
pub struct AppList {
    pub apps: Vec<App>,
    /// False: there are more than were read.
    pub complete: bool,
    /// What could not be read, in words.
    pub gaps: Vec<String>,
}
