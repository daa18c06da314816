//! What an action would do, and whether it may. A plan is a value; executing one is dumb.

use crate::action::Action;
use crate::estimate::Estimate;
use crate::journal::Expectation;
use crate::plan::revert_marker;
use crate::shipment::Shipment;
use crate::status::{MergeMethod, vocabulary};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Plan {
    pub id: String,
    pub action: Action,
    /// `Merge #489`, `Roll back production to v1846`: also the confirming button's words.
    pub title: String,
    pub target: Target,
    /// The account the request is sent through; None only for a plan that no account serves.
    pub account: Option<String>,
    /// `OWNER/REPO`
    pub repo: String,
    /// The app it changes, for what a platform does.
    pub app: Option<String>,
    /// What consent is given on, for people and for the journal. Words: never compared.
    pub seen: String,
    /// The state of the target that consent is bound to.
    pub basis: Basis,
    /// The requests that would be sent, in words.
    pub steps: Vec<String>,
    pub request: Option<Request>,
    pub expectation: Option<Expectation>,
    pub verdict: Verdict,
    /// What a person must accept, each with what it is about: the reasons of `Verdict::Confirm`.
    pub confirmations: Vec<Confirmation>,
    /// What it takes out of what runs, what it brings, and what ships over it.
    pub shipment: Shipment,
    pub consequences: Vec<Consequence>,
    pub rollback: Option<RollbackDetail>,
    pub estimate: Option<Estimate>,
    /// The other way out and what it takes.
    pub instead: Option<String>,
    /// Text a person must type before the window sends it: the app's name for production.
    pub confirm_text: Option<String>,
    pub read_at: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Target {
    /// The unit of exclusion in the intents database.
    pub key: String,
    pub name: String,
}

/// The state of a target that was shown. Another one needs new consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Basis {
    /// The head commit of a pull request.
    pub head_sha: Option<String>,
    /// The release that is live where code is put live.
    pub live: Option<ReleaseRef>,
    /// The release that is live where promoted code comes from.
    pub source: Option<ReleaseRef>,
}

/// A release of a platform, by what names it. Not every platform counts its releases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReleaseRef {
    pub id: String,
    /// For people: `v1846`.
    pub label: String,
    pub ordinal: Option<u64>,
}

impl From<&crate::release::Release> for ReleaseRef {
    fn from(release: &crate::release::Release) -> Self {
        Self { id: release.id.clone(), label: format!("v{}", release.version), ordinal: Some(release.version) }
    }
}

/// One thing a person must accept before the request is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Confirmation {
    pub kind: ConfirmationKind,
    /// Ids or names of what it is about. Only kind and objects are compared, never the text.
    pub objects: Vec<String>,
    pub text: String,
}

vocabulary!(
/// Why a person is asked.
ConfirmationKind {
    /// A check that is not demanded is not green.
    CheckNotGreen = "check_not_green",
    /// A check that is expected has not reported, or nothing ran.
    CheckAbsent = "check_absent",
    /// The host counts a check that is not green, and none that is shown explains it.
    HostCountsRed = "host_counts_red",
    /// A colleague asks for changes where no review is demanded.
    ChangesRequested = "changes_requested",
    /// The branch demands something that is open, and the host would take it all the same.
    RuleOpen = "rule_open",
    /// Auto-merge also merges what is pushed later.
    NotBoundToHead = "not_bound_to_head",
    /// A release that is under way may replace this one.
    ReleaseUnderWay = "release_under_way",
    /// Migrations that a rollback crosses.
    MigrationCrossed = "migration_crossed",
    /// Migrations that stay in the database without the code that came with them.
    MigrationLeft = "migration_left",
    /// Pull requests that run now and are not in what is put live.
    CodeLeaves = "code_leaves",
    Maintenance = "maintenance",
    /// Another pull request reverts it already.
    RevertExists = "revert_exists",
    /// Something that the plan should say could not be read.
    NotKnown = "not_known",
    /// The pipeline that built the code failed, or has not passed.
    PipelineNotPassed = "pipeline_not_passed",
    /// The pipeline that built the code waits for an approval of this environment.
    ApprovalOpen = "approval_open",
    /// An add-on's config was changed between the releases.
    AddOnChanged = "add_on_changed",
});

impl Confirmation {
    pub fn new(kind: ConfirmationKind, objects: impl IntoIterator<Item = String>, text: impl Into<String>) -> Self {
        Self { kind, objects: objects.into_iter().collect(), text: text.into() }
    }

    /// Something that could not be read, by its own words.
    pub fn not_known(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind: ConfirmationKind::NotKnown, objects: vec![text.clone()], text }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "verdict", content = "reasons", rename_all = "snake_case")]
pub enum Verdict {
    Allow,
    /// A person must accept each reason.
    Confirm(Vec<String>),
    Deny(Vec<String>),
}

/// The one request that changes the outside world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    Merge {
        repo: String,
        number: u64,
        head_sha: String,
        method: MergeMethod,
    },
    Enqueue {
        repo: String,
        number: u64,
        node_id: String,
        head_sha: String,
    },
    Dequeue {
        repo: String,
        number: u64,
        node_id: String,
    },
    EnableAutoMerge {
        repo: String,
        number: u64,
        node_id: String,
        head_sha: String,
        method: MergeMethod,
    },
    DisableAutoMerge {
        repo: String,
        number: u64,
        node_id: String,
    },
    UpdateBranch {
        repo: String,
        number: u64,
        node_id: String,
        head_sha: String,
    },
    Revert {
        repo: String,
        number: u64,
        node_id: String,
        title: String,
        body: String,
    },
    RollBack {
        app: String,
        release_id: String,
    },
    RerunFromFailed {
        workflow: String,
    },
    CancelWorkflow {
        workflow: String,
    },
    Approve {
        workflow: String,
        approval_id: String,
    },
    Promote {
        app: String,
        pipeline: String,
        source_app_id: String,
        release_id: String,
        target_app_id: String,
    },
    #[serde(rename = "release_slug")]
    ReleaseArtifact {
        app: String,
        #[serde(rename = "slug")]
        artifact_id: String,
        description: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Consequence {
    pub kind: ConsequenceKind,
    pub title: String,
    pub details: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConsequenceKind {
    Fact,
    Warning,
    NotUndone,
}

/// What a rollback takes out and crosses. None where it could not be learnt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct RollbackDetail {
    pub environment: String,
    pub app: String,
    pub from_version: u64,
    pub from_code_version: Option<u64>,
    pub from_commit: Option<String>,
    pub to_version: u64,
    pub to_commit: Option<String>,
    pub to_live_since: Option<Time>,
    /// Pull requests whose code leaves.
    pub pull_requests: Option<Vec<LeavingPullRequest>>,
    /// Pull requests whose code comes back, when the target is newer than what runs.
    pub returning: Vec<LeavingPullRequest>,
    /// Commits that came without a pull request.
    pub direct_commits: Vec<String>,
    /// Migration files crossed; they stay in the database.
    pub migrations: Option<Vec<CrossedMigration>>,
    /// Names of config vars that change, never values.
    pub config: Option<Vec<CrossedConfig>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct LeavingPullRequest {
    pub number: u64,
    pub title: String,
    pub author: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CrossedMigration {
    pub path: String,
    pub pull_request: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CrossedConfig {
    pub name: String,
    /// What the rollback does to it.
    pub effect: ConfigEffect,
    /// The release that changed it last, where its description says so.
    pub version: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConfigEffect {
    Removed,
    Restored,
    Changed,
}

impl Plan {
    /// What every plan has; the rest says that nothing would be sent.
    pub fn about(id: String, action: Action, title: String, target: Target, read_at: Time) -> Self {
        Self {
            id,
            action,
            title,
            target,
            account: None,
            repo: String::new(),
            app: None,
            seen: String::new(),
            basis: Basis::default(),
            steps: Vec::new(),
            request: None,
            expectation: None,
            verdict: Verdict::Allow,
            confirmations: Vec::new(),
            shipment: Shipment::default(),
            consequences: Vec::new(),
            rollback: None,
            estimate: None,
            instead: None,
            confirm_text: None,
            read_at,
        }
    }

    /// The plan with its verdict. One denial is enough, and no consent overrules it.
    #[must_use]
    pub fn decided(self, deny: Vec<String>, confirmations: Vec<Confirmation>) -> Self {
        let verdict = match (deny.is_empty(), confirmations.is_empty()) {
            (false, _) => Verdict::Deny(deny),
            (true, false) => Verdict::Confirm(confirmations.iter().map(|c| c.text.clone()).collect()),
            (true, true) => Verdict::Allow,
        };
        Self { verdict, confirmations, ..self }
    }

    /// Why consent to this plan does not cover `fresh`, which was read later for the same action;
    /// None when it does. Compared are the request, its target, account and ids, the state it is
    /// bound to, and the sets of what is taken out, brought, shipped over, shipped again and to be
    /// confirmed, by id: a set that shrank needs no new consent, one that grew does. Ages, times,
    /// progress, order and words are not compared.
    pub fn change_since(&self, fresh: &Self) -> Option<String> {
        if let Verdict::Deny(reasons) = &fresh.verdict {
            return Some(format!("It may no longer be done: {}", reasons.join("; ")));
        }
        if self.account != fresh.account {
            let name = |account: &Option<String>| account.clone().unwrap_or_else(|| "no account".to_owned());
            return Some(format!("It would be sent through {}, not {}", name(&fresh.account), name(&self.account)));
        }
        if (&self.target, &self.repo, &self.app, &self.basis) != (&fresh.target, &fresh.repo, &fresh.app, &fresh.basis) {
            return Some(format!("What it acts on has changed: it was {}, it is {}", self.seen, fresh.seen));
        }
        if self.request != fresh.request {
            return Some(format!("It would send something else: {}", fresh.steps.join("; ")));
        }
        let shown = self.consented();
        let new: Vec<String> = fresh.consented().difference(&shown).map(|c| c.text.clone()).collect();
        (!new.is_empty()).then(|| format!("New since it was shown: {}", new.join("; ")))
    }

    /// What consent covers beside the request, as (set, id, words).
    fn consented(&self) -> BTreeSet<Consented> {
        let confirmed = self.confirmations.iter().flat_map(|c| {
            let bare = c.objects.is_empty().then(|| Consented::new(c.kind.word(), "", &c.text));
            bare.into_iter().chain(c.objects.iter().map(|object| Consented::new(c.kind.word(), object, &c.text)))
        });
        let crossed = self.rollback.iter().flat_map(|detail| {
            let migrations = detail.migrations.iter().flatten().map(|m| Consented::new("migration", &m.path, &m.path));
            migrations.chain(detail.config.iter().flatten().map(|c| Consented::new("config", &c.name, &format!("{} changes", c.name))))
        });
        confirmed.chain(crossed).chain(self.shipment.consented()).collect()
    }

    /// The release of which a script may say that it must be live: for a promotion, on the source.
    pub fn live_version(&self) -> Option<u64> {
        let promotes = matches!(self.action, Action::Promote { .. });
        let live = if promotes { &self.basis.source } else { &self.basis.live };
        live.as_ref().and_then(|release| release.ordinal)
    }

    /// The same plan under an id of its own: what is shown again is consented to again, and a
    /// click on what was shown before must not count for it.
    #[must_use]
    pub fn renamed(mut self, id: String) -> Self {
        if let (Some(Request::Revert { body, .. }), Some(Expectation::RevertOpened { marker, .. })) =
            (&mut self.request, &mut self.expectation)
        {
            let own = revert_marker(&id);
            *body = body.replace(marker.as_str(), &own);
            *marker = own;
        }
        Self { id, ..self }
    }

    pub fn is_denied(&self) -> bool {
        matches!(self.verdict, Verdict::Deny(_)) || self.request.is_none()
    }
}

/// One id within one set that consent covers. The words are for the difference only.
#[derive(Clone, Debug)]
pub(crate) struct Consented {
    set: &'static str,
    id: String,
    text: String,
}

impl Consented {
    pub(crate) fn new(set: &'static str, id: &str, text: &str) -> Self {
        Self { set, id: id.to_owned(), text: text.to_owned() }
    }

    fn key(&self) -> (&str, &str) {
        (self.set, &self.id)
    }
}

impl PartialEq for Consented {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Consented {}

impl PartialOrd for Consented {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Consented {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
