//! Where pull requests and main's history live.

use crate::{Identity, ReadError, SendError};
use async_trait::async_trait;
use slipway_domain::pull_request::{BranchRules, ChangedFile, PullRequest, WaitingRun};
use slipway_domain::repository::Repository;
use slipway_domain::snapshot::Commit;
use slipway_domain::status::MergeMethod;
use slipway_domain::time::Time;
use slipway_domain::vendor::CodeHostProfile;

/// Where pull requests and main's history live.
#[async_trait]
pub trait CodeHost: Send + Sync {
    /// What it is called and can do. Asks nothing.
    fn profile(&self) -> CodeHostProfile;
    /// All open pull requests into `branch` (at most 500, the newest) with checks (at most 550 each), reviews and
    /// mergeability, and the newest commits of `branch`: one GraphQL request for up to 50 pull
    /// requests, one more per further page, and one per 100 further checks of 10 pull requests. A host
    /// that cannot answer so much is asked for half, and so on; what worked is remembered.
    /// `readiness` is not judged here.
    async fn observe(&self, repo: &str, branch: &str) -> Result<CodeFacts, ReadError>;
    /// What tells of several repositories whether [`CodeHost::observe`] would bring anything new,
    /// at a fraction of its price: one request for about a hundred pull requests. `with_checks`
    /// counts the checks as well. In the order asked; None where the code host did not tell.
    async fn pulses(&self, wanted: &[PulseOf], with_checks: bool) -> Result<Vec<Option<Pulse>>, ReadError>;
    /// What an earlier run learnt: the `page_level` that this repository's pages were asked for with.
    fn remember_page_level(&self, repo: &str, level: u8);
    /// What an earlier run learnt: how far `head_sha` is behind the commit `tip` never changes.
    fn remember_behind(&self, tip: &str, head_sha: &str, behind_by: u64);
    /// One pull request as it is now, open or not. For guards and verification.
    async fn pull_request(&self, repo: &str, number: u64) -> Result<PullRequestNow, ReadError>;
    /// Runs of the host's own CI for a head that wait for a maintainer's approval. One request.
    async fn waiting_runs(&self, repo: &str, head_sha: &str) -> Result<Vec<WaitingRun>, ReadError>;
    /// The files of several pull requests (by node id) in one request per 20.
    async fn changed_files(&self, node_ids: &[String]) -> Result<Vec<FilesOf>, ReadError>;
    /// The commits reachable from `head` and not from `base`, newest first, each with the pull
    /// request merged into `branch` that brought it.
    async fn commits_between(&self, repo: &str, branch: &str, base: &str, head: &str) -> Result<CommitsBetween, ReadError>;
    /// The files of merged pull requests (by number) and of single commits: what a range touched.
    async fn files_of_range(&self, repo: &str, pull_requests: &[u64], commits: &[String]) -> Result<Vec<RangeFile>, ReadError>;
    /// Those of the newest 50 pull requests, whatever their state, that revert `merged`. One
    /// request.
    async fn newest_reverts(&self, repo: &str, merged: &MergedPullRequest) -> Result<Vec<RevertOf>, ReadError>;
    /// The pull request whose body carries `marker`, open, merged or closed: among those created
    /// since then, or among the newest 50. One request per 50, at most 20.
    async fn find_revert(&self, repo: &str, marker: &str, since: Option<Time>) -> Result<RevertSearch, ReadError>;
    async fn merge(&self, repo: &str, number: u64, head_sha: &str, method: MergeMethod) -> Result<Merged, SendError>;
    /// Into the merge queue of its branch; its place there, where the host tells.
    async fn enqueue(&self, node_id: &str, head_sha: &str) -> Result<Option<u64>, SendError>;
    async fn dequeue(&self, node_id: &str) -> Result<(), SendError>;
    async fn enable_auto_merge(&self, node_id: &str, head_sha: &str, method: MergeMethod) -> Result<(), SendError>;
    async fn disable_auto_merge(&self, node_id: &str) -> Result<(), SendError>;
    /// Merges the base branch into the pull request's.
    async fn update_branch(&self, node_id: &str, head_sha: &str) -> Result<(), SendError>;
    /// Whether commit `ancestor` is reachable from commit `descendant`. One request.
    async fn contains(&self, repo: &str, ancestor: &str, descendant: &str) -> Result<bool, ReadError>;
    async fn revert(&self, node_id: &str, title: &str, body: &str) -> Result<OpenedRevert, SendError>;
    /// Who the token speaks for, and its scopes where the vendor tells.
    async fn whoami(&self) -> Result<Identity, ReadError>;
}

/// A pull request that says that it reverts another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevertOf {
    pub number: u64,
    pub state: PullRequestState,
    pub url: String,
}

/// What reverts of it may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedPullRequest {
    pub number: u64,
    /// The name that its repository has now.
    pub repo: String,
    /// The branch it went into.
    pub base: String,
    pub merge_commit: Option<String>,
}

impl From<&PullRequestNow> for MergedPullRequest {
    fn from(now: &PullRequestNow) -> Self {
        let base = now.pull_request.base_branch.clone();
        Self { number: now.pull_request.number, repo: now.repo.clone(), base, merge_commit: now.merge_commit.clone() }
    }
}

/// What a search for a revert found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevertSearch {
    pub opened: Option<OpenedRevert>,
    /// The list was read whole as far back as was asked: what was not found is not there.
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
    /// The repository has no branch of that name: nothing is told of it.
    pub branch_gone: bool,
    /// The list of pull requests ends where a page could not be read: further ones are not known to be
    /// closed.
    pub broken_off: bool,
    /// How often pages were halved until the host answered; 0: it gives whole ones.
    pub page_level: u8,
    /// Whether the token's user may write to the repository; None where it was not told.
    pub may_write: Option<bool>,
    /// Parts that the host could not answer (a partial answer); empty when all is known.
    pub gaps: Vec<String>,
}

/// A repository whose pulse is asked.
#[derive(Clone, Debug)]
pub struct PulseOf {
    pub repo: String,
    pub branch: String,
    /// Open pull requests as last known: as many are looked at, the newest 100 at most.
    pub open: usize,
}

/// Equal pulses: nothing that is shown has changed, but for what no code host announces (branch
/// rules, mergeability).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// The newest commit of the branch.
    pub tip: Option<String>,
    pub open_total: u64,
    /// The newest first.
    pub pull_requests: Vec<PullRequestPulse>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequestPulse {
    pub number: u64,
    pub head_sha: String,
    /// Moves with pushes, reviews, comments and labels; not with checks.
    pub updated_at: Option<slipway_domain::time::Time>,
    /// All checks together, in the code host's word.
    pub checks: Option<String>,
    /// How many checks are in which state, in the code host's words, sorted; None when not asked.
    pub check_counts: Option<Vec<(String, u64)>>,
}

impl Pulse {
    /// Counts of checks are compared where both have them.
    pub fn tells_the_same(&self, other: &Self) -> bool {
        let same = |(a, b): (&PullRequestPulse, &PullRequestPulse)| {
            let counts = a.check_counts.is_none() || b.check_counts.is_none() || a.check_counts == b.check_counts;
            counts && a.number == b.number && a.head_sha == b.head_sha && a.updated_at == b.updated_at && a.checks == b.checks
        };
        self.tip == other.tip
            && self.open_total == other.open_total
            // One may have looked at more of the older ones than the other.
            && self.pull_requests.iter().zip(&other.pull_requests).all(same)
    }

    /// The counts an earlier pulse told, where this one was not asked for them.
    pub fn with_counts_of(mut self, before: Self) -> Self {
        for known in before.pull_requests {
            let same = |pr: &&mut PullRequestPulse| pr.number == known.number && pr.head_sha == known.head_sha;
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
    /// The branch and, when merged, what the host made of it.
    pub merge_commit: Option<String>,
    pub merged_by: Option<String>,
    /// The repository's name now; a write to an old one is not redirected.
    pub repo: String,
    /// The newest commit of the branch it goes into.
    pub base_sha: Option<String>,
    /// The branch it goes, or went, into is not there under that name.
    pub base_gone: bool,
    /// The messages of its newest 100 commits, the oldest first.
    pub messages: Vec<String>,
    pub reverts: SaidReverts,
    /// Those of the last 100 things that refer to it which say that they revert it.
    pub reverted_by: Vec<RevertOf>,
    /// Whether the token may change the host's guarded files; None where the host does not tell.
    pub may_change_guarded_files: Option<bool>,
}

/// What a pull request says it reverts, by its body and the messages of its first 100 commits.
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

#[derive(Clone, Debug)]
pub struct CommitsBetween {
    pub commits: Vec<Commit>,
    /// False when the range is longer than was read.
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
