//! When each source is read: by how it moves, by who watches it, by what the account has left.

use crate::observe::sources;
use crate::scheduler::change_probe::ChangeProbes;
use crate::shared::Core;
use slipway_domain::schedule::{RateBudget, Attention, ReadHistory, interval, moves};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::collections::{HashMap, HashSet};

/// Quiet sources started at one look, two looks a second: after a start, or a night's sleep,
/// twenty services are read one after another and not at once.
const AT_A_LOOK: usize = 4;

type Key = (String, Source);

#[derive(Default)]
pub struct Polling {
    /// When each source was last asked, whatever it answered.
    asked: HashMap<Key, Time>,
    history: HashMap<Key, ReadHistory>,
}

impl Polling {
    /// What is to be read now, the most urgent first.
    #[allow(clippy::too_many_arguments)]
    pub fn due(
        &self,
        core: &Core,
        services: &[ServiceState],
        probes: &ChangeProbes,
        reading: &HashSet<Key>,
        shown: Option<&str>,
        hidden: bool,
        now: Time,
    ) -> Vec<Key> {
        let budgets = budgets(core, services);
        let (mut urgent, mut quiet) = (Vec::new(), Vec::new());
        for state in services {
            let attention = Attention { shown: shown == Some(&state.name), hidden };
            for (source, provider) in sources(state) {
                let account = core.accounts.account_id(&state.config, provider).unwrap_or_default();
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

    pub fn started(&mut self, key: Key, now: Time) {
        self.asked.insert(key, now);
    }

    pub fn on_read_finished(&mut self, key: &Key, before: &ServiceState, after: &ServiceState, failed: bool) {
        let history = self.history.entry(key.clone()).or_default();
        history.failed = if failed { history.failed.saturating_add(1) } else { 0 };
        history.calm = if failed || changed(&key.1, before, after) { 0 } else { history.calm.saturating_add(1) };
    }

    /// After a sleep all is due but what is watched: there the pulse tells.
    pub fn on_resume(&mut self) {
        self.asked.retain(|(_, source), _| *source == Source::Code);
        self.history.clear();
    }

    pub fn forget(&mut self) {
        self.asked.clear();
        self.history.clear();
    }

    pub fn forget_service(&mut self, service: &str) {
        self.asked.retain(|(name, _), _| name != service);
        self.history.retain(|(name, _), _| name != service);
    }
}

struct Account {
    of: RateBudget,
    waits_until: Option<Time>,
}

/// By account; those that have none, and are read to say so, are one.
fn budgets(core: &Core, services: &[ServiceState]) -> HashMap<String, Account> {
    let mut accounts: HashMap<String, Account> = HashMap::new();
    for state in services {
        for (source, provider) in sources(state) {
            let id = core.accounts.account_id(&state.config, provider).unwrap_or_default();
            let account = accounts.entry(id).or_insert_with(|| budget(core, state, provider));
            account.of.sources += 1;
            account.of.moving += usize::from(moves(state, &source));
        }
    }
    accounts
}

fn budget(core: &Core, state: &ServiceState, provider: VendorId) -> Account {
    let budget = core.accounts.rate(&state.config, provider);
    Account { of: RateBudget { rate: budget.rate, sources: 0, moving: 0 }, waits_until: budget.silent_until() }
}

fn changed(source: &Source, before: &ServiceState, after: &ServiceState) -> bool {
    match source {
        Source::Code => before.pull_requests != after.pull_requests || before.main != after.main || before.rules != after.rules,
        Source::Ci => before.pipelines != after.pipelines,
        Source::Environment(name) => before.environment(name) != after.environment(name),
    }
}
