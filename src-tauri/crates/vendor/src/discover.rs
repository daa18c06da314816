//! What is read when a service is set up, separate from what a refresh reads: one trait for each role whose systems
//! can be listed.

use async_trait::async_trait;
use slipway_domain::time::Time;
use slipway_http::ReadError;

/// A code host whose repositories can be listed and read.
#[async_trait]
pub trait RepositorySource: Send + Sync {
    /// The repositories that the account may see, most recently pushed first. One request per 100; `after` is the
    /// page's `next`.
    async fn repositories(&self, after: Option<&str>) -> Result<RepositoryPage, ReadError>;
    /// The default branch, its newest 100 commits and the YAML files of `folders` at its head, at most 40 of each
    /// folder. One request.
    async fn repository_files(&self, repo: &str, folders: &[&str]) -> Result<RepositoryFiles, ReadError>;
    /// The repository and one branch of it, as the account sees them. NotFound where there is no such repository, or
    /// none that it may see. One request.
    async fn branch(&self, repo: &str, branch: &str) -> Result<BranchFacts, ReadError>;
    /// Which of `commits` (full or short ids) are in the repository. One request per 100. None where it could not
    /// be determined; an id that is not hexadecimal is in no repository. A host may also find commits of the
    /// repository's forks.
    async fn known_commits(&self, repo: &str, commits: &[String]) -> Result<Vec<Option<bool>>, ReadError>;
}

/// A CI that can be asked whether a project exists.
#[async_trait]
pub trait ProjectSource: Send + Sync {
    /// Whether the token may see this project. One request.
    async fn has_project(&self, project: &str) -> Result<bool, ReadError>;
}

/// A platform whose apps can be listed.
#[async_trait]
pub trait AppSource: Send + Sync {
    /// All apps that the account may see, with their pipelines: one request per 1,000 apps, pipelines and
    /// couplings, at most 10 of each.
    async fn apps(&self) -> Result<AppList, ReadError>;
    /// The artifacts that were built on the app, newest build first. One request.
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

/// A repository and one of its branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchFacts {
    /// The repository's current name; it differs from the requested one after a rename.
    pub name: String,
    pub archived: bool,
    pub default_branch: Option<String>,
    /// None where the host did not tell.
    pub exists: Option<bool>,
    /// Open pull requests into the branch.
    pub open_pull_requests: Option<u64>,
    /// Whether the token's user may write to the repository.
    pub may_write: Option<bool>,
}

#[derive(Clone, Debug, Default)]
pub struct RepositoryFiles {
    /// The repository's current name; it differs from the requested one after a rename.
    pub name: String,
    pub default_branch: Option<String>,
    pub archived: bool,
    /// Full ids, newest first.
    pub newest_commits: Vec<String>,
    pub files: Vec<FolderFile>,
    /// Descriptions of what could not be read.
    pub gaps: Vec<String>,
}

/// A file of one of the requested folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFile {
    /// The folder as it was requested.
    pub folder: String,
    pub path: String,
    /// None: the file is not text.
    pub text: Option<String>,
    /// False: the host returned only the beginning.
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
    /// False: there are more apps than were read.
    pub complete: bool,
    /// Descriptions of what could not be read.
    pub gaps: Vec<String>,
}
