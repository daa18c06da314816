//! What makes a repository hard to read: a host that gives up on large queries or lacks fields, a
//! branch under another name, pull requests into other branches.

use std::collections::{BTreeMap, BTreeSet};

use super::World;

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

impl World {
    pub fn default_branch(&self, service: usize) -> &str {
        self.reading.branches.get(&service).map_or("main", String::as_str)
    }

    /// Under which name a branch is kept: main under its first.
    pub fn branch_key(&self, service: usize, name: &str) -> Option<String> {
        match name {
            name if name == self.default_branch(service) => Some("main".to_owned()),
            "main" => None,
            name => self.services[service].repo.branches.contains_key(name).then(|| name.to_owned()),
        }
    }

    pub fn shown_branch<'a>(&'a self, service: usize, key: &'a str) -> &'a str {
        if key == "main" { self.default_branch(service) } else { key }
    }

    pub fn base_of(&self, service: usize, number: u64) -> &str {
        self.reading.bases.get(&(service, number)).map_or_else(|| self.default_branch(service), String::as_str)
    }

    /// Open pull requests follow the branch, those that are over keep the name.
    pub fn rename_main(&mut self, service: usize, name: &str) {
        use super::pull_request::PullState;
        let old = self.default_branch(service).to_owned();
        let over = self.services[service].repo.pulls.values().filter(|p| p.state != PullState::Open).map(|p| p.number);
        for number in over.collect::<Vec<_>>() {
            self.reading.bases.entry((service, number)).or_insert_with(|| old.clone());
        }
        self.reading.branches.insert(service, name.to_owned());
    }
}
