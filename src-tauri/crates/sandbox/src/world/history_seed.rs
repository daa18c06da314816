//! Creates the history of a service, by the same simulation at earlier times.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::merge::MergeAsk;
use super::open_pull_request::NewPullRequest;
use super::planned_failure::{PlannedFailure, PlannedFailureKind};
use super::release::NewRelease;
use super::sample_data;
use super::state::World;
use super::time::Ms;

pub(crate) const MINUTE: Ms = 60_000;
pub(crate) const HOUR: Ms = 60 * MINUTE;

/// What the history of a service contains.
pub struct HistorySeed {
    pub merges: usize,
    /// The time before now at which it starts and ends.
    pub from: Ms,
    pub until: Ms,
    pub config_rate: f64,
    pub failed_release_rate: f64,
    pub rollback_rate: f64,
    pub failed_job_rate: f64,
}

impl HistorySeed {
    pub fn usual(merges: usize) -> Self {
        Self {
            merges,
            from: 9 * 24 * HOUR,
            until: 50 * MINUTE,
            config_rate: 0.3,
            failed_release_rate: 0.06,
            rollback_rate: 0.07,
            failed_job_rate: 0.12,
        }
    }
}

impl World {
    /// The first release of each app, so that there is an artifact to start from.
    pub fn first_releases(&mut self, service: usize, at: Ms, versions: u64) {
        self.set_past(at);
        let commit = self.services[service].repo.main().clone();
        let slug = self.new_slug(&commit);
        for (n, app) in self.service_apps(service).into_iter().enumerate() {
            let names = sample_data::CONFIG.iter().enumerate();
            let config: BTreeMap<_, _> = names.map(|(n, name)| (name.to_string(), format!("{n}-{}", self.rng.below(1 << 30)))).collect();
            let new = NewRelease {
                description: format!("Deploy {}", &commit[..8]),
                slug: Some(slug.clone()),
                config: Arc::new(config),
                code_version: None,
                user: super::deploy::CI_USER.into(),
            };
            let release = self.release(app, new);
            let first = &mut self.apps[app].releases[release];
            first.version = versions + n as u64 * 3;
            first.code_version = first.version;
        }
        self.run_until(at + self.span(900.0));
    }

    pub fn service_apps(&self, service: usize) -> Vec<usize> {
        self.services[service].environments.iter().flat_map(|e| [e.app, e.build_app]).collect()
    }

    /// Creates merges, pipelines, releases, config changes, failures and rollbacks, oldest first.
    pub fn seed_history(&mut self, service: usize, plan: &HistorySeed) {
        let step = (plan.from - plan.until) / plan.merges.max(1) as Ms;
        let mut open: Vec<u64> = Vec::new();
        for n in 0..plan.merges {
            let at = -plan.from + step * n as Ms + self.rng.below((step / 3).max(1) as usize) as Ms;
            if open.is_empty() {
                for k in 0..=self.rng.below(3).min(plan.merges - n - 1) {
                    self.set_past(at - HOUR * (2 + k as Ms));
                    open.push(self.open_idea(service, n + k, None));
                }
            }
            let number = open.remove(0);
            self.set_past(at);
            // The newest pipelines have no failures, so that the world starts healthy.
            if n + 4 < plan.merges && self.rng.chance(plan.failed_job_rate) {
                let job = ["unit-1", "unit-2", "integration", "lint"][self.rng.below(4)];
                let service = Some(self.services[service].name.clone());
                self.planned_failures.push(PlannedFailure { service, what: PlannedFailureKind::FlakyJob(job.into()) });
            }
            let production = self.services[service].environments.last().map(|e| e.app);
            if let Some(app) = production
                && n + 3 < plan.merges
                && (self.rng.chance(plan.failed_release_rate) || n + 9 == plan.merges)
            {
                self.apps[app].fail_next_release = true;
            }
            let method = *self.rng.pick(&["squash", "squash", "merge", "rebase"]);
            self.merge_past(service, number, method);
            self.run_until(at + self.span(900.0));
            if let Some(app) = production {
                self.apps[app].fail_next_release = false;
                let rolls = self.rng.chance(plan.rollback_rate) || n + 6 == plan.merges;
                self.live_a_little(service, app, at, plan, rolls && n + 2 < plan.merges);
            }
        }
    }

    pub fn open_idea(&mut self, service: usize, n: usize, migration: Option<bool>) -> u64 {
        let idea = sample_data::idea(&mut self.rng, n, migration);
        let author = sample_data::author(&mut self.rng);
        let body = format!("{}.\n\nTested on staging; see the added specs.", idea.title);
        let new = NewPullRequest { title: idea.title, body, author, branch: idea.branch, commits: idea.commits };
        self.open_pull(service, new)
    }

    pub fn merge_past(&mut self, service: usize, number: u64, method: &str) {
        self.make_ready(service, number, self.now - MINUTE);
        let by = sample_data::author(&mut self.rng);
        let ask = MergeAsk { method, sha: None, title: None, message: None, by };
        self.merge(service, number, &ask).expect("a ready pull request merges");
        // In the history an approval is given after a minute.
        let workflow = self.services[service].workflows.len() - 1;
        self.run_until(self.now + self.span(560.0));
        let job = self.services[service].workflows[workflow].jobs.iter().find_map(|j| j.approval.clone());
        if let Some(request) = job {
            let by = sample_data::person(1).login.clone().unwrap_or_default();
            let _ = self.approve(service, workflow, &request, &by);
        }
    }

    fn live_a_little(&mut self, service: usize, production: usize, at: Ms, plan: &HistorySeed, rolls: bool) {
        let mut at = at + self.span(900.0);
        if rolls && let Some(version) = self.default_target(&self.apps[production].name.clone()) {
            at += 5 * MINUTE;
            self.set_past(at);
            let _ = self.roll_back(production, &format!("v{version}"), "robinhale@acme.example");
            self.run_until(at + self.span(120.0));
        }
        if self.rng.chance(plan.config_rate) {
            at += 10 * MINUTE;
            self.set_past(at);
            let name = sample_data::CONFIG[self.rng.below(sample_data::CONFIG.len())].to_owned();
            let value = format!("past-{}", self.rng.below(1 << 30));
            for app in self.services[service].environments.iter().map(|e| e.app).collect::<Vec<_>>() {
                if app == production || self.rng.chance(0.6) {
                    self.set_config(app, &[(name.clone(), Some(value.clone()))], "robinhale@acme.example");
                }
            }
            self.run_until(at + self.span(120.0));
        }
    }
}
