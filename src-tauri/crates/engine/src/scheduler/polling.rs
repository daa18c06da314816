//! When each source is read: by how it moves, by who watches it, by what the account has left.

use super::WindowAttention;
use crate::accounts::Accounts;
use crate::observe::Depth;
use crate::scheduler::change_probe::ChangeProbes;
use crate::sources::sources;
use slipway_domain::schedule::{RateBudget, ReadHistory, interval, moves};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::status::{Health, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_domain::watch::Watch;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Quiet sources started at one look, two looks a second: after a start, or a night's sleep,
/// twenty services are read one after another and not at once.
const AT_A_LOOK: usize = 4;

/// Seconds between two whole reads of a pinned environment in which all is well.
const WHOLE_EVERY: f64 = 170.0;

type Key = (String, Source);

#[derive(Default)]
pub(crate) struct Polling {
    /// When each source was last asked, whatever it answered.
    asked: HashMap<Key, Time>,
    history: HashMap<Key, ReadHistory>,
    /// When each environment was last read whole.
    whole: HashMap<Key, Time>,
}

impl Polling {
    /// What is to be read now, the most urgent first.
    pub(crate) fn due(
        &self,
        accounts: &Accounts,
        services: &[Arc<ServiceState>],
        probes: &ChangeProbes,
        reading: &HashSet<Key>,
        window: &WindowAttention,
        now: Time,
    ) -> Vec<Key> {
        let budgets = budgets(accounts, services);
        let (mut urgent, mut quiet) = (Vec::new(), Vec::new());
        for state in services {
            let attention = window.to(&state.name);
            for (source, provider) in sources(state) {
                let account = accounts.account_id(&state.config, provider).unwrap_or_default();
                let Some(budget) = budgets.get(&account) else { continue };
                let key = (state.name.clone(), source);
                if reading.contains(&key) || budget.waits_until.is_some_and(|until| until > now) {
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
                let every = interval(state, &key.1, attention, budget.of, history, now);
                let age = self.asked.get(&key).map(|at| now.since(*at));
                // An age below nought: the clock was set back.
                if age.is_none_or(|age| age >= every || age < 0.0) {
                    let urgency = if is_moving || attention.shown { &mut urgent } else { &mut quiet };
                    urgency.push((age.map_or(f64::INFINITY, f64::abs), key));
                }
            }
        }
        quiet.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        quiet.truncate(AT_A_LOOK);
        urgent.into_iter().chain(quiet).map(|(_, key)| key).collect()
    }

    pub(crate) fn started(&mut self, key: Key, depth: Depth, now: Time) {
        if depth == Depth::Whole {
            self.whole.insert(key.clone(), now);
        }
        self.asked.insert(key, now);
    }

    /// How much a read that is due asks for. A pinned environment in which all is well is read once a minute for its
    /// releases, and whole as seldom as any other.
    pub(crate) fn depth(&self, services: &[Arc<ServiceState>], service: &str, source: &Source, now: Time) -> Depth {
        let Source::Environment(name) = source else { return Depth::Whole };
        let environment = services.iter().find(|state| state.name == service).and_then(|state| state.environment(name));
        let is_calm = environment.is_some_and(|environment| {
            let is_watched = environment.watch.as_ref().is_some_and(Watch::is_running);
            let releases = environment.releases.first().is_some_and(|newest| newest.status == ReleaseStatus::Pending);
            environment.pin.is_some() && !is_watched && !releases && environment.health == Health::Healthy
        });
        let last = self.whole.get(&(service.to_owned(), source.clone()));
        let lately = last.is_some_and(|at| (0.0..WHOLE_EVERY).contains(&now.since(*at)));
        if is_calm && lately { Depth::Releases } else { Depth::Whole }
    }

    pub(crate) fn on_read_finished(&mut self, key: &Key, before: &ServiceState, after: &ServiceState, failed: bool) {
        let history = self.history.entry(key.clone()).or_default();
        history.failed = if failed { history.failed.saturating_add(1) } else { 0 };
        history.calm = if failed || changed(&key.1, before, after) { 0 } else { history.calm.saturating_add(1) };
    }

    /// After a sleep every source is due but those that probes watch.
    pub(crate) fn on_resume(&mut self) {
        self.asked.retain(|(_, source), _| *source == Source::Code);
        self.whole.clear();
        self.history.clear();
    }

    pub(crate) fn forget(&mut self) {
        self.asked.clear();
        self.whole.clear();
        self.history.clear();
    }

    pub(crate) fn forget_service(&mut self, service: &str) {
        self.asked.retain(|(name, _), _| name != service);
        self.history.retain(|(name, _), _| name != service);
        self.whole.retain(|(name, _), _| name != service);
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
        }
    }
    known
}

fn budget(accounts: &Accounts, state: &ServiceState, provider: VendorId) -> Account {
    let budget = accounts.rate(&state.config, provider);
    Account { of: RateBudget { rate: budget.rate, sources: 0, moving: 0 }, waits_until: budget.silent_until() }
}

fn changed(source: &Source, before: &ServiceState, after: &ServiceState) -> bool {
    match source {
        Source::Code => before.pull_requests != after.pull_requests || before.main != after.main || before.rules != after.rules,
        Source::Ci => before.pipelines != after.pipelines,
        Source::Environment(name) => before.environment(name) != after.environment(name),
    }
}
