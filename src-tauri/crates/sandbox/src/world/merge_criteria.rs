//! What GitHub decides a merge by, besides the names and results of checks: which app and run reported them,
//! conversations, code owners, signatures, and runs that wait for a maintainer.

use super::Ms;
use super::git::Repo;
use super::pull_request::{Check, CheckState, PullRequest};

/// How a check was reported. Default: with the result it `passes` by, reported by the service's CI.
#[derive(Debug, Clone, Default)]
pub struct CheckReport {
    /// GitHub's conclusion, once it is completed.
    pub conclusion: Option<String>,
    /// Slug and number.
    pub app: Option<(String, u64)>,
    pub workflow: Option<String>,
    pub event: Option<String>,
}

/// The criteria of a pull request.
#[derive(Debug, Clone, Default)]
pub struct MergeCriteria {
    /// The owner of the fork that its head lives in.
    pub fork_of: Option<String>,
    /// Workflows whose runs wait for a maintainer's approval.
    pub waiting: Vec<String>,
    /// Whether each conversation is resolved.
    pub conversations: Vec<bool>,
    /// Code owners whose review is requested and who have not approved.
    pub code_owners: Vec<String>,
    /// Its newest commit is not signed.
    pub unsigned: bool,
    /// Fields that no token may read.
    pub forbidden: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemandedBy {
    Protection,
    Ruleset,
}

/// What main requires besides checks and approvals.
#[derive(Debug, Clone, Default)]
pub struct Demands {
    pub conversations: Option<DemandedBy>,
    pub code_owners: Option<DemandedBy>,
    pub signatures: Option<DemandedBy>,
    /// By the ruleset: the check only counts if the app with this id reports it.
    pub apps: Vec<(String, u64)>,
}

impl Check {
    pub fn green(conclusion: &str) -> bool {
        matches!(conclusion, "SUCCESS" | "NEUTRAL" | "SKIPPED")
    }

    /// The check's conclusion.
    pub fn conclusion(&self, now: Ms) -> Option<&str> {
        let own = self.reported.conclusion.as_deref();
        match self.state(now) {
            CheckState::Queued | CheckState::Running => None,
            CheckState::Passed => Some(own.unwrap_or("SUCCESS")),
            CheckState::Failed => Some(own.unwrap_or("FAILURE")),
        }
    }

    fn is_rerun_of(&self, other: &Check) -> bool {
        let identity = |c: &Check| {
            let (app, workflow, event) = (c.reported.app.clone(), c.reported.workflow.clone(), c.reported.event.clone());
            (c.status_context, c.name.clone(), app, workflow, event)
        };
        self.id > other.id && identity(self) == identity(other)
    }
}

impl PullRequest {
    /// GitHub lists every run and uses the newest of each.
    pub fn current_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !self.checks.iter().any(|other| other.is_rerun_of(check)))
    }

    /// The state of a required check: the worst of those that count; None if there is none.
    pub fn demanded_check(&self, repo: &Repo, name: &str, now: Ms) -> Option<CheckState> {
        let apps: Vec<u64> = repo.demands.apps.iter().filter(|(context, _)| context == name).map(|(_, app)| *app).collect();
        let counts = |check: &&Check| {
            let by = check.reported.app.as_ref().map(|(_, number)| *number);
            check.name == name && (apps.is_empty() || by.is_some_and(|by| apps.contains(&by)))
        };
        let states: Vec<CheckState> = self.current_checks().filter(counts).map(|check| check.state(now)).collect();
        let worst = [CheckState::Failed, CheckState::Queued, CheckState::Running, CheckState::Passed];
        worst.into_iter().find(|state| states.contains(state))
    }

    pub fn open_conversations(&self) -> usize {
        self.judged.conversations.iter().filter(|resolved| !**resolved).count()
    }

    /// Requirements of main besides checks and reviews that are not met.
    pub fn demand_open(&self, repo: &Repo) -> Option<String> {
        if repo.demands.conversations.is_some() && self.open_conversations() > 0 {
            return Some("All comments must be resolved.".into());
        }
        (repo.demands.signatures.is_some() && self.judged.unsigned).then(|| "Commits must have verified signatures.".into())
    }
}
