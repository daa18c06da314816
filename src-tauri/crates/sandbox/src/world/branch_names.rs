//! Branches under the names that readers see: main may have been renamed.

use super::pull_request::PullState;
use super::state::World;

impl World {
    pub fn default_branch(&self, service: usize) -> &str {
        self.reading.branches.get(&service).map_or("main", String::as_str)
    }

    /// The name under which the world stores a branch: main under its first name.
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

    /// Open pull requests follow the rename of a branch, closed ones keep its former name.
    pub fn rename_main(&mut self, service: usize, name: &str) {
        let old = self.default_branch(service).to_owned();
        let over = self.services[service].repo.pulls.values().filter(|p| p.state != PullState::Open).map(|p| p.number);
        for number in over.collect::<Vec<_>>() {
            self.reading.bases.entry((service, number)).or_insert_with(|| old.clone());
        }
        self.reading.branches.insert(service, name.to_owned());
    }
}
