//! When each source is read: by how it moves, by who watches it, by what the account has left.

use super::WindowAttention;
use crate::accounts::Accounts;
use crate::observe::Depth;
use crate::scheduler::change_probe::ChangeProbes;
use crate::sources::sources;
use slipway_domain::schedule::{Attention, RateBudget, ReadHistory, environment_intervals, interval, moves};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_domain::watch::Watch;
use std::collections::HashMap;
use std::sync::Arc;

/// Quiet sources started at one look, two looks a second: after a start, or a night's sleep,
/// twenty services are read one after another and not at once.
const AT_A_LOOK: usize = 4;

/// Seconds between two reads of the list of pipelines while the window is hidden.
const LIST_EVERY: f64 = 370.0;

/// Seconds for which what runs may be shown beside releases that are read anew.
const INSTANCES_HOLD: f64 = 170.0;

/// A part of an environment is read along with another when this fraction of its time has passed.
const ALONG: f64 = 0.8;

type Key = (String, Source);

#[derive(Default)]
pub(crate) struct Polling {
    /// When each source was last asked, whatever it answered.
    asked: HashMap<Key, Time>,
    history: HashMap<Key, ReadHistory>,
    /// When each part of an environment was last asked for.
    parts: HashMap<Key, Parts>,
    /// When the list of pipelines was last asked for, by service.
    lists: HashMap<String, Time>,
}

/// When the parts of an environment were last asked for.
#[derive(Clone, Copy, Default)]
struct Parts {
    releases: Option<Time>,
    instances: Option<Time>,
}

/// A read that is due: how much of its time has passed, and how much it asks for.
struct Due {
    age: f64,
    depth: Depth,
}

impl Polling {
    /// What is to be read now, the most urgent first.
    pub(crate) fn due(
        &self,
        accounts: &Accounts,
        services: &[Arc<ServiceState>],
        probes: &ChangeProbes,
        reading: &HashMap<Key, Depth>,
        window: &WindowAttention,
        now: Time,
    ) -> Vec<(Key, Depth)> {
        let budgets = budgets(accounts, services);
        let (mut urgent, mut quiet) = (Vec::new(), Vec::new());
        for state in services {
            let attention = window.to(&state.name);
            for (source, provider) in sources(state) {
                let account = accounts.account_id(&state.config, provider).unwrap_or_default();
                let Some(budget) = budgets.get(&account) else { continue };
                let key = (state.name.clone(), source);
                if reading.contains_key(&key) || budget.waits_until.is_some_and(|until| until > now) {
                    continue;
                }
                let mut history = self.history.get(&key).copied().unwrap_or_default();
                if key.1 == Source::Code {
                    history.watched = probes.watches(&state.name, now);
                    history.changed = probes.has_news(&state.name);
                }
                let is_moving = history.changed || moves(state, &key.1);
                if key.1 == Source::Code && !is_moving && probes.will_tell(&state.name, now) {
                    continue;
                }
                if let Some(due) = self.due_now(state, &key, attention, budget.of, history, now) {
                    let urgency = if is_moving || attention.shown { &mut urgent } else { &mut quiet };
                    urgency.push((due, key));
                }
            }
        }
        quiet.sort_by(|(a, _), (b, _)| b.age.total_cmp(&a.age));
        quiet.truncate(AT_A_LOOK);
        urgent.into_iter().chain(quiet).map(|(due, key)| (key, due.depth)).collect()
    }

    /// None: its time has not come. An age below nought, after the clock was set back, is one that has come.
    fn due_now(
        &self,
        state: &ServiceState,
        key: &Key,
        attention: Attention,
        budget: RateBudget,
        history: ReadHistory,
        now: Time,
    ) -> Option<Due> {
        let age = |at: Option<Time>| at.map_or(f64::INFINITY, |at| now.since(at));
        let has_come = |age: f64, every: f64| age >= every || age < 0.0;
        let Source::Environment(name) = &key.1 else {
            let age = age(self.asked.get(key).copied());
            let every = interval(state, &key.1, attention, budget, history, now);
            return has_come(age, every).then(|| Due { age: age.abs(), depth: self.depth_of_list(state, key, attention, now) });
        };
        let every = environment_intervals(state, name, attention, budget, history, now);
        let parts = self.parts.get(key).copied().unwrap_or_default();
        let (releases, instances) = (age(parts.releases), age(parts.instances));
        // A watch takes samples of whole reads, and a part that was read does not hide that another failed.
        let watch = state.environment(name).and_then(|environment| environment.watch.as_ref());
        let is_whole = watch.is_some_and(Watch::is_running) || state.source(&key.1).is_none_or(|source| source.error.is_some());
        let is_old = !(0.0..INSTANCES_HOLD).contains(&instances);
        let depth = match (has_come(releases, every.releases), has_come(instances, every.instances)) {
            (false, false) => return None,
            _ if is_whole => Depth::Whole,
            (true, _) if is_old => Depth::Whole,
            (true, _) if has_come(instances, every.instances * ALONG) => Depth::Whole,
            (true, _) => Depth::Releases,
            (false, true) if has_come(releases, every.releases * ALONG) => Depth::Whole,
            (false, true) => Depth::Instances,
        };
        Some(Due { age: releases.abs().max(instances.abs()), depth })
    }

    /// While the window is hidden a CI is asked in turn for its list of pipelines and for what ran lately.
    fn depth_of_list(&self, state: &ServiceState, key: &Key, attention: Attention, now: Time) -> Depth {
        let listed = self.lists.get(&key.0).copied();
        let lately = listed.is_some_and(|at| (0.0..LIST_EVERY).contains(&now.since(at)));
        match key.1 == Source::Ci && attention.hidden && !moves(state, &key.1) {
            true if lately => Depth::Runs,
            true if listed.is_some() => Depth::List,
            true | false => Depth::Whole,
        }
    }

    pub(crate) fn started(&mut self, key: Key, depth: Depth, now: Time) {
        match &key.1 {
            Source::Code => {}
            Source::Ci => {
                if matches!(depth, Depth::Whole | Depth::List) {
                    self.lists.insert(key.0.clone(), now);
                }
            }
            Source::Environment(_) => {
                let parts = self.parts.entry(key.clone()).or_default();
                parts.releases = if depth == Depth::Instances { parts.releases } else { Some(now) };
                parts.instances = if depth == Depth::Releases { parts.instances } else { Some(now) };
            }
        }
        self.asked.insert(key, now);
    }

    pub(crate) fn on_read_finished(&mut self, key: &Key, before: &ServiceState, after: &ServiceState, failed: bool) {
        if key.1 == Source::Code && tip(before).is_some() && tip(before) != tip(after) {
            // The pipeline of the new tip is looked for at once, whenever its commit was made.
            let ci = (key.0.clone(), Source::Ci);
            self.asked.remove(&ci);
            self.lists.remove(&key.0);
        }
        let history = self.history.entry(key.clone()).or_default();
        history.failed = if failed { history.failed.saturating_add(1) } else { 0 };
        history.calm = if failed || changed(&key.1, before, after) { 0 } else { history.calm.saturating_add(1) };
    }

    /// After a sleep every source is due but those that probes watch.
    pub(crate) fn on_resume(&mut self) {
        self.asked.retain(|(_, source), _| *source == Source::Code);
        self.parts.clear();
        self.lists.clear();
        self.history.clear();
    }

    pub(crate) fn forget(&mut self) {
        self.asked.clear();
        self.parts.clear();
        self.lists.clear();
        self.history.clear();
    }

    pub(crate) fn forget_service(&mut self, service: &str) {
        self.asked.retain(|(name, _), _| name != service);
        self.history.retain(|(name, _), _| name != service);
        self.parts.retain(|(name, _), _| name != service);
        self.lists.remove(service);
    }
}

struct Account {
    of: RateBudget,
    waits_until: Option<Time>,
}

/// By account; those that have none, and are read to say so, are one.
fn budgets(accounts: &Accounts, services: &[Arc<ServiceState>]) -> HashMap<String, Account> {
    let mut known: HashMap<String, Account> = HashMap::new();
    for state in services {
        for (source, provider) in sources(state) {
            let id = accounts.account_id(&state.config, provider).unwrap_or_default();
            let account = known.entry(id).or_insert_with(|| budget(accounts, state, provider));
            account.of.sources += 1;
            account.of.moving += usize::from(moves(state, &source));
            account.of.production += usize::from(is_production(state, &source));
        }
    }
    known
}

fn is_production(state: &ServiceState, source: &Source) -> bool {
    matches!(source, Source::Environment(name) if state.environment(name).is_some_and(|environment| environment.production))
}

fn budget(accounts: &Accounts, state: &ServiceState, provider: VendorId) -> Account {
    let budget = accounts.rate(&state.config, provider);
    Account { of: RateBudget { rate: budget.rate, sources: 0, moving: 0, production: 0 }, waits_until: budget.silent_until() }
}

fn tip(state: &ServiceState) -> Option<&str> {
    state.main.first().map(|commit| commit.sha.as_str())
}

fn changed(source: &Source, before: &ServiceState, after: &ServiceState) -> bool {
    match source {
        Source::Code => before.pull_requests != after.pull_requests || before.main != after.main || before.rules != after.rules,
        Source::Ci => before.pipelines != after.pipelines,
        Source::Environment(name) => before.environment(name) != after.environment(name),
    }
}
