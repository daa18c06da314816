//! What the last answers said of an account.

use serde::{Deserialize, Serialize};
use slipway_domain::capability::Capability;
use slipway_domain::service::Account;
use slipway_domain::snapshot::{Source, SourceError, SourceErrorKind};
use slipway_domain::time::Time;
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(super) struct AccountStatus {
    pub(super) probed: TokenProbe,
    /// By service and source: an account serves many, and what one read says must not hide what
    /// another said.
    pub(super) errors: BTreeMap<(String, Source), SourceError>,
}

impl AccountStatus {
    pub(super) fn of(probed: TokenProbe) -> Self {
        Self { probed, errors: BTreeMap::new() }
    }

    /// The error that has lasted longest. What is not there, or may not be seen through this account, concerns its
    /// service alone.
    pub(super) fn error(&self) -> Option<&SourceError> {
        let of_one = |e: &&SourceError| matches!(e.kind, SourceErrorKind::NotFound | SourceErrorKind::Forbidden);
        self.errors.values().filter(|e| !of_one(e)).min_by_key(|e| e.since)
    }
}

/// What a probe learnt, kept beyond the run.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct TokenProbe {
    pub(super) user: Option<String>,
    pub(super) capabilities: Vec<Capability>,
    /// When the vendor last answered who it is. None: never, or by an older version.
    #[serde(default)]
    pub(super) at: Option<Time>,
}

pub(super) fn read_only_words(account: &Account) -> String {
    format!(
        "The account {} is read-only: nothing is changed through it. Allow changes in Settings, or with `slipway account set {} --read-only off`.",
        account.id, account.id
    )
}
