//! What makes a repository hard to read: a host that gives up on large queries or lacks fields, a
//! branch under another name, pull requests into other branches.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub struct DegradedReads {
    pub heavy: Option<Heavy>,
    /// Fields that GitHub's schema lacks, each with its type.
    pub lacks: Vec<(String, String)>,
    /// Names of main, where it was renamed, by service.
    pub branches: BTreeMap<usize, String>,
    /// Services whose newest commits do not tell their pull requests yet.
    pub late_links: BTreeSet<usize>,
    /// Branches that pull requests go, or went, into, where that is not main by its present name.
    pub bases: BTreeMap<(usize, u64), String>,
}

/// GraphQL queries of more nodes than `nodes` are not answered.
#[derive(Debug, Clone)]
pub struct Heavy {
    pub nodes: f64,
    pub how: GaveUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GaveUp {
    /// A gateway answers with this status.
    Status(u16),
    /// `RESOURCE_LIMITS_EXCEEDED`, with what was read until then: nothing.
    Limits,
    /// "This may be the result of a timeout".
    Timeout,
}
