//! What the platform put live, `v1847`.

use crate::status::ReleaseStatus;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Release {
    pub version: u64,
    /// The version whose code runs, after a rollback or a config change. Filled by `lineage`.
    pub code_version: Option<u64>,
    pub id: String,
    pub status: ReleaseStatus,
    /// The platform's word: this is what runs.
    pub current: bool,
    pub eligible_for_rollback: bool,
    pub slug: Option<String>,
    /// None until the slug was asked for its commit.
    pub commit: Option<String>,
    pub released_at: Option<Time>,
    /// When the platform last changed it: the end of the release phase.
    pub updated_at: Option<Time>,
    pub description: String,
    pub user: Option<String>,
    /// What it brought over the release before it. None when not known.
    pub pull_requests: Option<Vec<u64>>,
    pub output_url: Option<String>,
}

/// What a release's description says it did. Heroku writes these texts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// `Rollback to v1846`
    Rollback {
        to: u64,
    },
    /// `Set FOO, BAR config vars`, `Remove FOO config vars`
    Config {
        names: Vec<String>,
    },
    Other,
}

impl Release {
    pub fn cause(&self) -> Cause {
        cause(&self.description)
    }

    /// The version this rollback went back to.
    pub fn rollback_to(&self) -> Option<u64> {
        match self.cause() {
            Cause::Rollback { to } => Some(to),
            Cause::Config { .. } | Cause::Other => None,
        }
    }
}

pub fn cause(description: &str) -> Cause {
    let text = description.trim();
    if let Some(to) = text.strip_prefix("Rollback to v").and_then(leading_number) {
        return Cause::Rollback { to };
    }
    for verb in ["Set ", "Remove ", "Unset ", "Update "] {
        let Some(rest) = text.strip_prefix(verb) else { continue };
        let Some(names) = rest.strip_suffix(" config vars").or_else(|| rest.strip_suffix(" config var")) else { continue };
        let names: Vec<String> = names.split([',', ' ']).filter(|n| !n.is_empty() && *n != "and").map(str::to_owned).collect();
        if !names.is_empty() {
            return Cause::Config { names };
        }
    }
    Cause::Other
}

fn leading_number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes() {
        assert_eq!(cause("Rollback to v1846"), Cause::Rollback { to: 1846 });
        assert_eq!(cause("Set FX_CACHE_TTL config vars"), Cause::Config { names: vec!["FX_CACHE_TTL".into()] });
        assert_eq!(cause("Remove A, B config vars"), Cause::Config { names: vec!["A".into(), "B".into()] });
        assert_eq!(cause("Deploy 4be21d7"), Cause::Other);
        assert_eq!(cause("Set the sails"), Cause::Other);
        assert_eq!(cause("Rollback to vNext"), Cause::Other);
    }
}
