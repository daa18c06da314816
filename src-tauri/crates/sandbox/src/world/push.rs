//! Consequences of a push to main besides its commits.

use super::service::Ci;
use super::state::World;

/// CircleCI searches the first 250 characters of the title and of the body (docs, "Skip CI for a specific push").
const CIRCLECI: [&str; 2] = ["[skip ci]", "[ci skip]"];
const LOOKED_AT: usize = 250;
/// GitHub Actions searches the whole message (docs, "Skipping workflow runs").
const ACTIONS: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

impl World {
    /// Whether the CI starts nothing for a push with this newest commit.
    pub fn is_skipped(&self, service: usize, tip: &str) -> bool {
        let s = &self.services[service];
        let Some(commit) = s.repo.commit(tip) else { return s.deaf };
        let first = |text: &str| text.chars().take(LOOKED_AT).collect::<String>().to_lowercase();
        let says = match s.ci {
            Ci::Circleci => CIRCLECI.iter().any(|word| first(commit.headline()).contains(word) || first(commit.body()).contains(word)),
            Ci::Actions => ACTIONS.iter().any(|word| commit.message.to_lowercase().contains(word)),
        };
        s.deaf || says
    }

    /// Main has moved, so GitHub computes the mergeability of the other pull requests again.
    pub fn compute_mergeability_again(&mut self, service: usize) {
        let seconds = self.services[service].repo.recheck_seconds;
        if seconds <= 0.0 {
            return;
        }
        let until = self.now + self.span(seconds);
        for pull in self.services[service].repo.pulls.values_mut() {
            pull.mergeable_from = pull.mergeable_from.max(until);
        }
    }
}
