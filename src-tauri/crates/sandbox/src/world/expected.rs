//! The expected result of a rollback: what is removed when one release replaces another.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::migrations::is_migration;
use super::release::ReleaseStatus;
use super::state::World;

impl World {
    /// From the live release of `app` to the release `to` (a version or an id).
    pub fn rollback_truth(&self, app: &str, to: &str) -> Option<Value> {
        let app = &self.apps[self.app(app)?];
        let (live, target) = (&app.releases[app.current()?], &app.releases[app.find(to)?]);
        let repo = &self.services[app.service].repo;
        let (mut pulls, mut migrations) = (BTreeSet::new(), BTreeSet::new());
        if let (Some(from), Some(to)) = (self.commit_of(live), self.commit_of(target)) {
            for commit in repo.between(to, from) {
                pulls.extend(commit.pull_request);
                migrations.extend(commit.files.iter().filter(|f| is_migration(&f.path)).map(|f| f.path.clone()));
            }
        }
        let names: BTreeSet<&String> = live.config.keys().chain(target.config.keys()).collect();
        let config: Vec<_> = names.into_iter().filter(|n| live.config.get(*n) != target.config.get(*n)).collect();
        Some(json!({
            "app": app.name, "from": live.version, "to": target.version,
            "pull_requests": pulls, "migrations": migrations, "config": config,
        }))
    }

    /// The release that `slipway rollback` chooses without `--to`: the newest succeeded code release with other
    /// code than the live one that was never rolled back from. None if the live release is itself a rollback.
    pub fn default_target(&self, app: &str) -> Option<u64> {
        let app = &self.apps[self.app(app)?];
        let live = &app.releases[app.current()?];
        let ran = app.releases.iter().rev().filter(|r| r.status == ReleaseStatus::Succeeded);
        if ran.take_while(|r| r.slug == live.slug).any(|r| r.description.starts_with("Rollback to ")) {
            return None;
        }
        let mut left = BTreeSet::new();
        let mut running = None;
        for release in app.releases.iter().filter(|r| r.status == ReleaseStatus::Succeeded) {
            if release.description.starts_with("Rollback to ") {
                left.extend(running);
            }
            running = release.slug.clone();
        }
        let fits = |n: &usize| {
            let r = &app.releases[*n];
            let config_only = r.description.ends_with(" config vars") || r.user.ends_with("@addons.heroku.com");
            app.eligible(*n) && !config_only && r.slug != live.slug && !r.slug.as_ref().is_some_and(|s| left.contains(s))
        };
        (0..app.releases.len()).rev().find(fits).map(|n| app.releases[n].version)
    }
}
