//! What the platform put live, `v1847`.

use crate::pin::BadRelease;
use crate::status::{ReleaseStatus, vocabulary};
use crate::time::Time;
use crate::watch::WatchVerdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Release {
    pub version: u64,
    /// The version whose code runs, after a rollback or a config change. Filled by `lineage`.
    pub code_version: Option<u64>,
    pub id: String,
    pub status: ReleaseStatus,
    /// What it is now. Filled by `evidence::release_mark`.
    #[serde(default = "ReleaseMark::unknown")]
    pub mark: ReleaseMark,
    /// The platform's word: this is what runs.
    pub current: bool,
    pub eligible_for_rollback: bool,
    /// None for code that was not built into an artifact: see `artifacts`.
    #[serde(rename = "slug")]
    pub artifact_id: Option<String>,
    /// What was built for it, images included. Empty where the platform tells of none.
    #[serde(default)]
    pub artifacts: Vec<ReleaseArtifact>,
    /// None until the artifact was asked for its commit.
    pub commit: Option<String>,
    pub released_at: Option<Time>,
    /// When the platform last changed it: the end of the release phase.
    pub updated_at: Option<Time>,
    pub description: String,
    /// How it came to be, as the adapter reads it. None in what an older version stored.
    #[serde(default)]
    pub cause: Option<ReleaseCause>,
    /// The plans of the add-ons it runs with, sorted; None where they were not told.
    #[serde(default)]
    pub add_on_plans: Option<Vec<String>>,
    pub user: Option<String>,
    /// What it brought over the release before it. None when not known.
    pub pull_requests: Option<Vec<u64>>,
    pub output_url: Option<String>,
    /// How its watch ended, or goes; None where it was not watched.
    #[serde(default)]
    pub watch: Option<ReleaseWatch>,
    /// A person said that it is bad.
    #[serde(default)]
    pub marked_bad: Option<BadRelease>,
}

/// A watch in short: what a row shows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReleaseWatch {
    /// None: it goes on.
    pub verdict: Option<WatchVerdict>,
    pub reason: Option<String>,
    /// It was bad before it was good.
    pub after_trouble: bool,
    pub taken: u64,
    pub planned: u64,
}

vocabulary!(
    /// What a release is now. Only `live` says that it serves well. The open incident's words
    /// (`crashing`, `restarting`, `degraded`) are of the live release, and of the one under which it began.
    ReleaseMark { Releasing = "releasing", Live = "live", Crashing = "crashing", Restarting = "restarting", Degraded = "degraded",
        LiveUnknown = "live_unknown", Failed = "failed", Expired = "expired", RolledBackFrom = "rolled_back_from", Past = "past",
        Unknown = "unknown" });

impl ReleaseMark {
    /// For what was stored before releases were marked.
    pub fn unknown() -> Self {
        Self::Unknown
    }
}

/// A release of a platform, by what names it. Not every platform counts its releases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReleaseRef {
    pub id: String,
    /// For people: `v1846`.
    pub label: String,
    pub ordinal: Option<u64>,
}

impl From<&Release> for ReleaseRef {
    fn from(release: &Release) -> Self {
        Self { id: release.id.clone(), label: format!("v{}", release.version), ordinal: Some(release.version) }
    }
}

/// Something built that a release runs: an artifact, or the image of a process type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReleaseArtifact {
    pub id: String,
    /// The platform's word: `oci-image`.
    pub kind: String,
}

/// What a release did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum ReleaseCause {
    /// New code was put live.
    Deploy,
    /// The code and config of an earlier release were put live again.
    Rollback {
        to: u64,
    },
    /// Config vars were set or removed.
    Config {
        names: Vec<String>,
    },
    /// An add-on was attached, removed or changed, or changed its config vars itself.
    AddOn {
        name: String,
    },
    /// The code that ran on another app.
    Promotion {
        from: String,
    },
    Other,
}

/// What identifies the code that a release runs. Two releases with equal ones run the same code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeId(String);

impl CodeId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Release {
    /// Other also where it is not known: see the field.
    pub fn cause(&self) -> ReleaseCause {
        self.cause.clone().unwrap_or(ReleaseCause::Other)
    }

    /// The version this rollback went back to.
    pub fn rollback_to(&self) -> Option<u64> {
        match self.cause {
            Some(ReleaseCause::Rollback { to }) => Some(to),
            Some(
                ReleaseCause::Deploy
                | ReleaseCause::Config { .. }
                | ReleaseCause::AddOn { .. }
                | ReleaseCause::Promotion { .. }
                | ReleaseCause::Other,
            )
            | None => None,
        }
    }

    /// It changed the app's config and not its code, by its own account.
    pub fn changes_config_only(&self) -> bool {
        matches!(self.cause, Some(ReleaseCause::Config { .. } | ReleaseCause::AddOn { .. }))
    }

    /// Its code where the platform names it: the artifact, else the ids of what was built, in one
    /// order. `lineage::code` also answers where it does not.
    pub fn named_code(&self) -> Option<CodeId> {
        if let Some(artifact_id) = &self.artifact_id {
            return Some(CodeId(artifact_id.clone()));
        }
        let mut ids: Vec<&str> = self.artifacts.iter().map(|artifact| artifact.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        (!ids.is_empty()).then(|| CodeId(ids.join(",")))
    }

    /// The named code, else the release itself: a release that names no code is the same code as
    /// no other one.
    pub fn code(&self) -> CodeId {
        self.named_code().unwrap_or_else(|| CodeId(self.id.clone()))
    }

    /// Whether it runs the code that an expectation names.
    pub fn runs_code(&self, code: &str) -> bool {
        self.code().as_str() == code
    }

    /// It runs images: code that was not built into an artifact.
    pub fn is_image(&self) -> bool {
        self.artifact_id.is_none() && !self.artifacts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::ReleaseStatus;

    fn release(artifact_id: Option<&str>, images: &[&str]) -> Release {
        Release {
            version: 7,
            code_version: None,
            id: "release-7".into(),
            status: ReleaseStatus::Succeeded,
            mark: ReleaseMark::Unknown,
            current: true,
            eligible_for_rollback: true,
            artifact_id: artifact_id.map(str::to_owned),
            artifacts: images.iter().map(|id| ReleaseArtifact { id: (*id).to_owned(), kind: "oci-image".into() }).collect(),
            commit: None,
            released_at: None,
            updated_at: None,
            description: String::new(),
            cause: None,
            add_on_plans: None,
            user: None,
            pull_requests: None,
            output_url: None,
            watch: None,
            marked_bad: None,
        }
    }

    #[test]
    fn code_is_the_artifact_else_the_images_else_the_release() {
        assert_eq!(release(Some("s"), &["i"]).code().as_str(), "s");
        assert_eq!(release(None, &["web", "worker"]).code(), release(None, &["worker", "web"]).code());
        assert_ne!(release(None, &["web"]).code(), release(None, &["web", "worker"]).code());
        assert_eq!(release(None, &[]).code().as_str(), "release-7");
        assert_eq!(release(None, &[]).named_code(), None);
        assert!(release(None, &["web"]).is_image() && !release(Some("s"), &["web"]).is_image() && !release(None, &[]).is_image());
    }

    /// What an older version stored has neither artifacts nor a cause.
    #[test]
    fn a_release_of_an_older_version_opens() {
        let mut stored = serde_json::to_value(release(Some("s"), &[])).unwrap();
        for added in ["artifacts", "cause", "add_on_plans", "mark"] {
            stored.as_object_mut().unwrap().remove(added);
        }
        let opened: Release = serde_json::from_value(stored).unwrap();
        assert_eq!((opened.cause(), opened.rollback_to(), opened.artifacts.len()), (ReleaseCause::Other, None, 0));
    }
}
