//! The two releases, and how they stand to each other.

use super::side::ComparisonSide;
use crate::status::vocabulary;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A release by its environment and version; None: the one that is live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ReleaseName {
    pub environment: String,
    pub version: Option<u64>,
}

/// One of the two releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ComparedRelease {
    pub environment: String,
    pub app: String,
    pub version: u64,
    /// The version whose code runs, after a rollback or a change of config.
    pub code_version: Option<u64>,
    pub commit: Option<String>,
    pub released_at: Option<Time>,
    /// It is what the environment runs now.
    pub live: bool,
}

vocabulary!(
    /// How the head's code stands to the base's. Unknown: one of the commits is not known, or they could not be
    /// compared.
    Relation { Same = "same", Ahead = "ahead", Behind = "behind", Differ = "differ", Unknown = "unknown" });

vocabulary!(
    /// Whether a config var is set. Unknown: its app's names could not be read.
    ConfigPresence { Set = "set", NotSet = "not_set", Unknown = "unknown" });

/// The name of a config var that is not the same on both sides. Never a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ComparedConfig {
    pub name: String,
    pub base: ConfigPresence,
    pub head: ConfigPresence,
    /// When the head's environment last changed it, where a known release says so.
    pub changed_at: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Comparison {
    pub service: String,
    pub base: ComparedRelease,
    pub head: ComparedRelease,
    pub relation: Relation,
    /// What the head has and the base lacks.
    pub brings: ComparisonSide,
    /// What the base has and the head lacks.
    pub lacks: ComparisonSide,
    /// Names that differ, those that the base lacks first. None: they could not be read.
    pub config: Option<Vec<ComparedConfig>>,
    /// Names that are set on both sides.
    pub config_same: Option<usize>,
    /// What could not be learnt, in words.
    pub gaps: Vec<String>,
}

/// None for a side that could not be read.
pub fn relation(same_commit: bool, brings: Option<&ComparisonSide>, lacks: Option<&ComparisonSide>) -> Relation {
    match (brings, lacks) {
        _ if same_commit => Relation::Same,
        // Of a range that was not read to its end nothing is known to be missing.
        (Some(brings), Some(lacks)) if [brings, lacks].iter().any(|side| side.commits == 0 && !side.complete) => Relation::Unknown,
        (Some(brings), Some(lacks)) => match (brings.commits, lacks.commits) {
            (0, 0) => Relation::Unknown,
            (_, 0) => Relation::Ahead,
            (0, _) => Relation::Behind,
            (_, _) => Relation::Differ,
        },
        (None, _) | (_, None) => Relation::Unknown,
    }
}

/// Names that differ: `base` and `head` are the names that are set, None where they could not be read.
pub fn compare_config(
    base: Option<&[String]>,
    head: Option<&[String]>,
    changed_at: impl Fn(&str) -> Option<Time>,
) -> (Option<Vec<ComparedConfig>>, Option<usize>) {
    let Some((base, head)) = base.zip(head) else { return (None, None) };
    let presence = |names: &[String], name: &String| if names.contains(name) { ConfigPresence::Set } else { ConfigPresence::NotSet };
    let mut all: Vec<&String> = base.iter().chain(head).collect();
    all.sort();
    all.dedup();
    let mut differing: Vec<ComparedConfig> = Vec::new();
    let mut same = 0;
    for name in all {
        let (base, head) = (presence(base, name), presence(head, name));
        if base == head {
            same += 1;
        } else {
            differing.push(ComparedConfig { name: name.clone(), base, head, changed_at: changed_at(name) });
        }
    }
    differing.sort_by(|a, b| (a.base != ConfigPresence::NotSet, &a.name).cmp(&(b.base != ConfigPresence::NotSet, &b.name)));
    (Some(differing), Some(same))
}
