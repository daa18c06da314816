//! Conditions that make a repository hard to read: a host that fails for large queries or does not have some
//! fields, a renamed branch, pull requests into other branches.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub struct DegradedReads {
    pub heavy: Option<Heavy>,
    /// Fields that GitHub's schema does not have, each with its type.
    pub lacks: Vec<(String, String)>,
    /// The name of main, where it was renamed, by service.
    pub branches: BTreeMap<usize, String>,
    /// Services whose newest commits do not report their pull requests yet.
    pub late_links: BTreeSet<usize>,
    /// The base branches of pull requests, where that is not main by its current name.
    pub bases: BTreeMap<(usize, u64), String>,
}

/// GraphQL queries with more than `nodes` nodes fail.
#[derive(Debug, Clone)]
pub struct Heavy {
    pub nodes: f64,
    pub how: GaveUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GaveUp {
    /// A gateway answers with this status.
    Status(u16),
    /// `RESOURCE_LIMITS_EXCEEDED`, with empty partial data.
    Limits,
    /// "This may be the result of a timeout".
    Timeout,
}
