//! Breaks production on purpose, so that rolling back and reverting both heal it.

use std::sync::Arc;

use super::commit::{Flaw, Oid};
use super::refusal::Refusal;
use super::release::ReleaseStatus;
use super::state::World;

impl World {
    /// The code that is live on production turns out to crash: the pull request that the live release brought is
    /// defective from now on, wherever its code runs. Earlier releases do not have it, and its revert heals it.
    pub fn break_production(&mut self, service: usize) -> Result<u64, Refusal> {
        let (app, release, commit, number) = self.breakable(service).map_err(|why| Refusal::new(422, why))?;
        if let Some(commit) = self.services[service].repo.commits.get_mut(&commit) {
            Arc::make_mut(commit).flaws.push(Flaw::Crashes);
        }
        self.crash(app, release);
        Ok(number)
    }

    /// App, live release, the commit to blame and its pull request; or why nothing of it can be broken so that both
    /// ways out lead back.
    fn breakable(&self, service: usize) -> Result<(usize, usize, Oid, u64), &'static str> {
        let s = &self.services[service];
        let production = s.environments.last().filter(|e| e.name == "production").ok_or("This service has no production.")?;
        let app = &self.apps[production.app];
        let release = app.current().ok_or("Nothing is live on production.")?;
        if app.releases.last().is_some_and(|newest| newest.status == ReleaseStatus::Pending) {
            return Err("A release is under way on production. Wait until it is live.");
        }
        let live = &app.releases[release];
        let commit = self.commit_of(live).ok_or("What is live on production is not known to come from a commit.")?;
        if s.repo.flaws(commit).contains(&Flaw::Crashes) {
            return Err("Production is broken already.");
        }
        let target = self.default_target(&app.name).and_then(|version| app.find(&format!("v{version}")));
        let target = target.ok_or("What is live on production came by a rollback. Merge a change first.")?;
        let earlier = self.commit_of(&app.releases[target]);
        if earlier.is_none_or(|earlier| s.repo.reach(earlier).contains(commit)) {
            return Err("The release before has this code too, so a rollback would not help. Merge a change first.");
        }
        let number = s.repo.commit(commit).and_then(|commit| commit.pull_request);
        let pull = number.and_then(|number| s.repo.pulls.get(&number));
        let pull = pull.ok_or("What is live on production was not brought by a pull request. Merge one first.")?;
        if pull.reverts.is_some() {
            return Err("What is live on production is a revert. Merge another change first.");
        }
        Ok((production.app, release, commit.clone(), pull.number))
    }
}
