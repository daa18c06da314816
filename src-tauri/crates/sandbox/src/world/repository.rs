//! Settings of a repository: rulesets besides branch protection, former names, archived.

use super::git::Repo;

impl Repo {
    /// Those of branch protection and of the ruleset together.
    pub fn demanded_checks(&self) -> impl Iterator<Item = &String> {
        let bound = self.demands.apps.iter().map(|(name, _)| name);
        let more = self.ruleset.iter().flat_map(|r| &r.checks).filter(|c| !self.demands.apps.iter().any(|(name, _)| name == *c));
        let more = bound.chain(more).filter(|c| !self.required_checks.contains(c));
        self.required_checks.iter().chain(more)
    }

    pub fn demanded_approvals(&self) -> u32 {
        self.ruleset.as_ref().and_then(|r| r.approvals).unwrap_or(0).max(self.required_approvals)
    }

    /// The methods that the ruleset allows; those of the repository are in `methods`.
    pub fn ruleset_allows(&self, method: &str) -> bool {
        self.ruleset.as_ref().and_then(|r| r.methods.as_ref()).is_none_or(|listed| listed.iter().any(|m| m == method))
    }

    /// Node ids are made from the first name, so they stay the same after a rename.
    pub fn first_name(&self) -> (&str, &str) {
        self.former.first().map_or((self.owner.as_str(), self.name.as_str()), |(owner, name)| (owner, name))
    }

    pub fn was_named(&self, owner: &str, name: &str) -> bool {
        self.former.iter().any(|(o, n)| o.eq_ignore_ascii_case(owner) && n.eq_ignore_ascii_case(name))
    }
}
