//! How the code on staging differs from the code in production.

use crate::commit::Commit;
use crate::environment::Environment;
use crate::lineage::{between, pull_requests};
use crate::snapshot::ServiceState;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// By ancestry of the two live commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum StagingDifference {
    /// The service has no other environment than production, or no production.
    NoStaging,
    /// One of the commits, or what lies between them, is not known.
    Unknown {
        environment: String,
    },
    Same {
        environment: String,
    },
    /// Staging has what production lacks.
    Ahead {
        environment: String,
        brings: CommitSet,
    },
    /// Production has what staging lacks: it was released past staging.
    Behind {
        environment: String,
        lacks: CommitSet,
    },
    /// Each has what the other lacks.
    Differ {
        environment: String,
        brings: CommitSet,
        lacks: CommitSet,
    },
}

/// What lies between two commits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommitSet {
    /// Each once, the newest first.
    pub pull_requests: Vec<u64>,
    /// Commits that no pull request brought.
    pub other_commits: usize,
}

impl CommitSet {
    fn of(commits: &[&Commit]) -> Self {
        let other_commits = commits.iter().filter(|c| c.pull_request.is_none()).count();
        Self { pull_requests: pull_requests(commits), other_commits }
    }
}

impl StagingDifference {
    /// Production runs code that staging does not.
    pub fn is_split(&self) -> bool {
        match self {
            Self::Behind { .. } | Self::Differ { .. } => true,
            Self::NoStaging | Self::Unknown { .. } | Self::Same { .. } | Self::Ahead { .. } => false,
        }
    }
}

pub fn staging_difference(service: &ServiceState) -> StagingDifference {
    let Some((production, staging)) = service.production().zip(staging(service)) else { return StagingDifference::NoStaging };
    let environment = staging.name.clone();
    let commit = |e: &'_ Environment| e.current.as_ref().and_then(|live| live.commit.clone());
    let Some((live, staged)) = commit(production).zip(commit(staging)) else { return StagingDifference::Unknown { environment } };
    if live == staged {
        return StagingDifference::Same { environment };
    }
    let brings = between(&service.main, &live, &staged);
    let lacks = between(&service.main, &staged, &live);
    let Some((brings, lacks)) = brings.zip(lacks) else { return StagingDifference::Unknown { environment } };
    match (brings.is_empty(), lacks.is_empty()) {
        (true, true) => StagingDifference::Unknown { environment },
        (false, true) => StagingDifference::Ahead { environment, brings: CommitSet::of(&brings) },
        (true, false) => StagingDifference::Behind { environment, lacks: CommitSet::of(&lacks) },
        (false, false) => StagingDifference::Differ { environment, brings: CommitSet::of(&brings), lacks: CommitSet::of(&lacks) },
    }
}

/// The environment before production: one that is called so, else the first that is not production.
fn staging(service: &ServiceState) -> Option<&Environment> {
    let mut others = service.environments.iter().filter(|e| !e.production);
    let named = others.clone().find(|e| e.name.to_lowercase().contains("staging"));
    named.or_else(|| others.next())
}
