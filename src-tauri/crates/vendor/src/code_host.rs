//! The code host role: pull requests and the history of the main branch.

use crate::identity::Identity;
use async_trait::async_trait;
use slipway_domain::forecast::{FileAt, LandedFile, SinceBase};
use slipway_domain::pull_request::{BranchRules, ChangedFile, PullRequest, WaitingRun};
use slipway_domain::repository::Repository;
use slipway_domain::snapshot::Commit;
use slipway_domain::status::MergeMethod;
use slipway_domain::time::Time;
use slipway_domain::vendor::CodeHostProfile;
use slipway_http::{ReadError, SendError};

/// Reads and changes the pull requests of a code host.
#[async_trait]
pub trait CodeHost: Send + Sync {
    /// The vendor's words and abilities. No request.
    fn profile(&self) -> CodeHostProfile;
    /// All open pull requests into `branch` (the newest 500 at most) with checks (at most 550 each), reviews and
    /// mergeability, and the newest commits of `branch`: one GraphQL request for up to 50 pull requests, one for
    /// each further page, and one per 100 further checks of 10 pull requests. A host that cannot answer that much
    /// is asked for half, then a quarter; the size that worked is remembered. `readiness` is not filled in.
    async fn observe(&self, repo: &str, branch: &str) -> Result<CodeFacts, ReadError>;
    /// Tells for several repositories whether [`CodeHost::observe`] would return anything new, at a fraction of its
    /// cost: one request for about a hundred pull requests. `with_checks` also counts the checks. In the order of
    /// `wanted`; None where the code host did not answer.
    async fn change_probes(&self, wanted: &[ChangeProbeTarget], with_checks: bool) -> Result<Vec<Option<ChangeProbe>>, ReadError>;
    /// Restores what an earlier run found: the `page_level` with which this repository's pages were requested.
    fn remember_page_level(&self, repo: &str, level: u8);
    /// Restores what an earlier run found: how far `head_sha` is behind the commit `tip` never changes.
    fn remember_behind(&self, tip: &str, head_sha: &str, behind_by: u64);
    /// One pull request as it is now, open or not. For plans and verification.
    async fn pull_request(&self, repo: &str, number: u64) -> Result<PullRequestNow, ReadError>;
    /// Runs of the host's own CI for a head commit that wait for a maintainer's approval. One request.
    async fn waiting_runs(&self, repo: &str, head_sha: &str) -> Result<Vec<WaitingRun>, ReadError>;
    /// The files of several pull requests (by node id), one request per 20.
    async fn changed_files(&self, node_ids: &[String]) -> Result<Vec<FilesOf>, ReadError>;
    /// The commits that are reachable from `head` and not from `base`, newest first, each with the pull request
    /// into `branch` that brought it.
    async fn commits_between(&self, repo: &str, branch: &str, base: &str, head: &str) -> Result<CommitsBetween, ReadError>;
    /// The files that merged pull requests (by number) and single commits changed.
    async fn files_of_range(&self, repo: &str, pull_requests: &[u64], commits: &[String]) -> Result<Vec<RangeFile>, ReadError>;
    /// The lines that pull requests and commits change, of the files at `paths`. A request for each,
    /// and for each further hundred of its files. A host that shows no lines answers with none.
    async fn patches(
        &self,
        _repo: &str,
        _pull_requests: &[u64],
        _commits: &[String],
        _paths: &[String],
    ) -> Result<Vec<FilePatch>, ReadError> {
        Ok(Vec::new())
    }
    /// The `count` newest commits that are reachable from `from`, itself the first, at most 100, each with the pull
    /// request into `branch` that brought it. One request.
    async fn commits_from(&self, repo: &str, branch: &str, from: &str, count: usize) -> Result<Vec<Commit>, ReadError>;
    /// The files that a commit changed against its first parent: the first hundred in one request, and the second
    /// hundred in another.
    async fn landed_files(&self, repo: &str, commit: &str) -> Result<Vec<LandedFile>, ReadError>;
    /// What commits have at paths, in the order of `wanted`. One request per 100.
    async fn files_at(&self, repo: &str, wanted: &[(String, String)]) -> Result<Vec<FileAt>, ReadError>;
    /// The texts of files, by commit and path, in the order of `wanted`, each byte for byte; or why one cannot be
    /// read so. One request per 20.
    async fn texts_at(&self, repo: &str, wanted: &[(String, String)]) -> Result<Vec<Result<Vec<u8>, String>>, ReadError>;
    /// Whether files were added or renamed from `base` to `head`. One request.
    async fn appeared_between(&self, repo: &str, base: &str, head: &str) -> Result<SinceBase, ReadError>;
    /// Those of the newest 50 pull requests, in any state, that revert `merged`. One request.
    async fn newest_reverts(&self, repo: &str, merged: &MergedPullRequest) -> Result<Vec<RevertOf>, ReadError>;
    /// The pull request whose body contains `marker`, in any state, among those created since then or among the
    /// newest 50. One request per 50, at most 20.
    async fn find_revert(&self, repo: &str, marker: &str, since: Option<Time>) -> Result<RevertSearch, ReadError>;
    async fn merge(&self, repo: &str, number: u64, head_sha: &str, method: MergeMethod) -> Result<Merged, SendError>;
    /// Adds it to the merge queue of its branch. Returns its position, where the host tells it.
    async fn enqueue(&self, node_id: &str, head_sha: &str) -> Result<Option<u64>, SendError>;
    async fn dequeue(&self, node_id: &str) -> Result<(), SendError>;
    async fn enable_auto_merge(&self, node_id: &str, head_sha: &str, method: MergeMethod) -> Result<(), SendError>;
    async fn disable_auto_merge(&self, node_id: &str) -> Result<(), SendError>;
    /// Merges the base branch into the branch of the pull request.
    async fn update_branch(&self, node_id: &str, head_sha: &str) -> Result<(), SendError>;
    /// Whether commit `ancestor` is reachable from commit `descendant`. One request.
    async fn contains(&self, repo: &str, ancestor: &str, descendant: &str) -> Result<bool, ReadError>;
    async fn revert(&self, node_id: &str, title: &str, body: &str) -> Result<OpenedRevert, SendError>;
    /// The user of the token, and its scopes where the vendor tells them.
    async fn whoami(&self) -> Result<Identity, ReadError>;
}

/// A pull request that says it reverts another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevertOf {
    pub number: u64,
    pub state: PullRequestState,
    pub url: String,
}

/// What a revert may name to refer to this pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedPullRequest {
    pub number: u64,
    /// The repository's current name.
    pub repo: String,
    /// The branch it was merged into.
    pub base: String,
    pub merge_commit: Option<String>,
}

impl From<&PullRequestNow> for MergedPullRequest {
    fn from(now: &PullRequestNow) -> Self {
        let base = now.pull_request.base_branch.clone();
        Self { number: now.pull_request.number, repo: now.repo.clone(), base, merge_commit: now.merge_commit.clone() }
    }
}

/// The result of a search for a revert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevertSearch {
    pub opened: Option<OpenedRevert>,
    /// The list was read as far back as requested: a revert that was not found does not exist.
    pub complete: bool,
}

#[derive(Clone, Debug)]
pub struct CodeFacts {
    pub pull_requests: Vec<PullRequest>,
    pub open_total: u64,
    pub main: Vec<Commit>,
    pub rules: BranchRules,
    pub merge_methods: Vec<MergeMethod>,
    pub repository: Repository,
    /// The repository has no branch of that name; all other fields are empty.
    pub branch_gone: bool,
    /// The list of pull requests ends at a page that could not be read: pull requests that are missing need not be
    /// closed.
    pub broken_off: bool,
    /// How often page sizes were halved until the host answered; 0: full pages.
    pub page_level: u8,
    /// Whether the token's user may write to the repository; None where the host did not tell.
    pub may_write: Option<bool>,
    /// Parts that the host did not answer (a partial answer); empty when everything is known.
    pub gaps: Vec<String>,
}

/// A repository that is probed for changes.
#[derive(Clone, Debug)]
pub struct ChangeProbeTarget {
    pub repo: String,
    pub branch: String,
    /// The number of open pull requests last known. As many are probed, at most the newest 100.
    pub open: usize,
}

/// While two probes are equal nothing that is shown has changed, except what no code host announces (branch rules,
/// mergeability).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeProbe {
    /// The newest commit of the branch.
    pub tip: Option<String>,
    pub open_total: u64,
    /// Newest first.
    pub pull_requests: Vec<PullRequestProbe>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequestProbe {
    pub number: u64,
    pub head_sha: String,
    /// Changes with pushes, reviews, comments and labels; not with checks.
    pub updated_at: Option<slipway_domain::time::Time>,
    /// The combined state of all checks, in the code host's words.
    pub checks: Option<String>,
    /// The number of checks in each state, in the code host's words, sorted; None when not requested.
    pub check_counts: Option<Vec<(String, u64)>>,
}

impl ChangeProbe {
    /// Counts of checks are compared only where both probes have them.
    pub fn tells_the_same(&self, other: &Self) -> bool {
        let same = |(a, b): (&PullRequestProbe, &PullRequestProbe)| {
            let counts = a.check_counts.is_none() || b.check_counts.is_none() || a.check_counts == b.check_counts;
            counts && a.number == b.number && a.head_sha == b.head_sha && a.updated_at == b.updated_at && a.checks == b.checks
        };
        self.tip == other.tip
            && self.open_total == other.open_total
            // One probe may cover more of the older pull requests than the other.
            && self.pull_requests.iter().zip(&other.pull_requests).all(same)
    }

    /// Takes the counts of an earlier probe where this one did not request them.
    pub fn with_counts_of(mut self, before: Self) -> Self {
        for known in before.pull_requests {
            let same = |pr: &&mut PullRequestProbe| pr.number == known.number && pr.head_sha == known.head_sha;
            if let Some(pr) = self.pull_requests.iter_mut().find(same) {
                pr.check_counts = pr.check_counts.take().or(known.check_counts);
            }
        }
        self
    }
}

#[derive(Clone, Debug)]
pub struct PullRequestNow {
    pub pull_request: PullRequest,
    pub state: PullRequestState,
    pub rules: BranchRules,
    pub merge_methods: Vec<MergeMethod>,
    /// The merge commit, when merged.
    pub merge_commit: Option<String>,
    pub merged_by: Option<String>,
    /// The repository's current name; a write to an earlier name is not redirected.
    pub repo: String,
    /// The newest commit of the branch it goes into.
    pub base_sha: Option<String>,
    /// The branch it goes, or went, into does not exist under that name.
    pub base_gone: bool,
    /// The messages of its newest 100 commits, oldest first.
    pub messages: Vec<String>,
    pub reverts: SaidReverts,
    /// Of the last 100 references to it, those that say they revert it.
    pub reverted_by: Vec<RevertOf>,
    /// Whether the token may change files that the host protects, such as workflows; None where the host does not
    /// tell.
    pub may_change_guarded_files: Option<bool>,
}

/// What a pull request says it reverts, in its body and the messages of its first 100 commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidReverts {
    pub commits: Vec<String>,
    pub pull_requests: Vec<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullRequestState {
    Open,
    Merged,
    Closed,
    Unknown,
}

#[derive(Clone, Debug)]
pub struct FilesOf {
    pub node_id: String,
    pub head_sha: String,
    pub files: Vec<ChangedFile>,
    /// False when there are more files than were read.
    pub complete: bool,
}

#[derive(Clone, Debug)]
pub struct RangeFile {
    pub path: String,
    pub pull_request: Option<u64>,
    pub commit: Option<String>,
}

/// The changed lines of one file.
#[derive(Clone, Debug)]
pub struct FilePatch {
    pub path: String,
    pub pull_request: Option<u64>,
    pub commit: Option<String>,
    /// As a unified diff. None: the host does not show it, as for a file that is too large.
    pub patch: Option<String>,
}

#[derive(Clone, Debug)]
pub struct CommitsBetween {
    pub commits: Vec<Commit>,
    /// False when the range is longer than what was read.
    pub complete: bool,
}

#[derive(Clone, Debug)]
pub struct Merged {
    pub merge_commit: Option<String>,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedRevert {
    pub number: u64,
    pub url: String,
}
