//! What GitHub judges a pull request by beside the names and ends of its checks: who reported them,
//! whose run it is, conversations, code owners, signatures, and runs that wait for a maintainer.

use super::Ms;
use super::git::Repo;
use super::pull_request::{Check, CheckState, PullRequest};

/// Of a check. Nothing here: it ended as it `passes`, and the service's CI reported it.
#[derive(Debug, Clone, Default)]
pub struct CheckReport {
    /// GitHub's word, once it has ended.
    pub conclusion: Option<String>,
    /// Slug and number.
    pub app: Option<(String, u64)>,
    pub workflow: Option<String>,
    pub event: Option<String>,
}

/// Of a pull request.
#[derive(Debug, Clone, Default)]
pub struct MergeCriteria {
    /// The owner of the fork that its head lives in.
    pub fork_of: Option<String>,
    /// Workflows whose runs wait for a maintainer's approval.
    pub waiting: Vec<String>,
    /// Whether each conversation is resolved.
    pub conversations: Vec<bool>,
    /// Code owners who are asked and have not approved.
    pub code_owners: Vec<String>,
    /// Its newest commit bears no signature.
    pub unsigned: bool,
    /// Fields that no token may see.
    pub forbidden: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemandedBy {
    Protection,
    Ruleset,
}

/// Of main, beside checks and approvals.
#[derive(Debug, Clone, Default)]
pub struct Demands {
    pub conversations: Option<DemandedBy>,
    pub code_owners: Option<DemandedBy>,
    pub signatures: Option<DemandedBy>,
    /// By the ruleset: a check counts only when the app of this number reports it.
    pub apps: Vec<(String, u64)>,
}

impl Check {
    pub fn green(conclusion: &str) -> bool {
        matches!(conclusion, "SUCCESS" | "NEUTRAL" | "SKIPPED")
    }

    /// What it ended with.
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
    /// GitHub lists every run and judges by the newest of each.
    pub fn current_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !self.checks.iter().any(|other| other.is_rerun_of(check)))
    }

    /// The state of a demanded check: the worst of those that count; None where none does.
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

    /// What main demands beside checks and reviews, and is not so.
    pub fn demand_open(&self, repo: &Repo) -> Option<String> {
        if repo.demands.conversations.is_some() && self.open_conversations() > 0 {
            return Some("All comments must be resolved.".into());
        }
        (repo.demands.signatures.is_some() && self.judged.unsigned).then(|| "Commits must have verified signatures.".into())
    }
}
