//! How little a quiet hour costs at the code host.
//!
//! A full read of a repository is the dearest request there is (3 points of GraphQL's 5,000), and
//! nearly always it brings what is known. So repositories are not read by the clock but by their
//! pulse: one query for all services of an account, every 50 s, tells main's tip and, of each open
//! pull request, head, last update and the state of its checks; every other time, within 100 s,
//! the checks are counted too. A pulse that differs from the one before has its repository read in
//! full at once. So a merge elsewhere shows within a minute and a check that turns within two.
//! What no pulse tells (branch rules) is swept: in full every half hour, and with many services
//! one every three minutes. While a check runs on the service that is shown, its pulse is taken
//! every 15 s.
//!
//! Twenty quiet services with five pull requests each: 72 pulses of 1 point and 20 full reads of
//! 3 in an hour, 132 points, 2.6 % of the budget and as few requests. Conditional REST
//! requests would cost no points, yet two requests for every pull request each time.
//!
//! A repository that has no pulse (an error, no right to it) is read by the clock.

use crate::shared::{Core, EngineEvent};
use crate::supervise;
use slipway_domain::schedule::{Attention, CHANGE_PROBE, CHECKS, change_probe_interval};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_vendor::{Pulse, PulseOf, ReadError};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Who would be asked soon is asked along.
const ALONG: f64 = 0.7;
/// Looks come twice a second: what is due within one is due.
const LOOK: f64 = 5.0;
/// Without a pulse for so long a repository is not watched.
const LOST: f64 = 3.0 * CHANGE_PROBE;
/// A full read waits so long for a pulse under way, which may make it needless.
const PATIENCE: f64 = 3.0;

/// Pull requests looked at in a repository that was never read.
const UNREAD: usize = 10;

#[derive(Default)]
pub struct ChangeProbes {
    /// By service.
    known: HashMap<String, Known>,
    /// Counts the configurations: what was asked under an earlier one is not believed.
    generation: u64,
}

#[derive(Default)]
struct Known {
    asked: Option<Time>,
    asking: bool,
    heard: Option<Time>,
    /// When the checks were last counted.
    counted: Option<Time>,
    pulse: Option<Pulse>,
    /// ChangeProbes in a row that were the same.
    calm: u32,
    news: bool,
}

/// The answer to one question.
pub struct ProbeAnswer {
    services: Vec<String>,
    with_checks: bool,
    generation: u64,
    result: Result<Vec<Option<Pulse>>, ReadError>,
}

impl ChangeProbes {
    /// Asks for the services whose time has come, all of an account at once.
    pub fn ask_due(&mut self, core: &Arc<Core>, services: &[ServiceState], shown: Option<&str>, hidden: bool, now: Time) {
        self.known.retain(|name, _| services.iter().any(|s| &s.name == name));
        let mut accounts: BTreeMap<String, Vec<(&ServiceState, f64)>> = BTreeMap::new();
        for state in services {
            let known = self.known.entry(state.name.clone()).or_default();
            let Some(account) = core.accounts.account_id(&state.config, state.rules.host.vendor).filter(|_| !known.asking) else {
                continue;
            };
            let attention = Attention { shown: shown == Some(&state.name), hidden };
            let every = change_probe_interval(state, attention, known.calm);
            // How far the time has come; a clock set back has it come.
            let age = known.asked.map_or(f64::INFINITY, |at| now.since(at));
            let ripe = if age < 0.0 { f64::INFINITY } else { age / every };
            accounts.entry(account).or_default().push((state, ripe));
        }
        for of_account in accounts.into_values() {
            let wait = of_account.first().and_then(|(state, _)| core.accounts.rate(&state.config, state.rules.host.vendor).silent_until());
            if !of_account.iter().any(|(_, ripe)| *ripe >= 1.0) || wait.is_some_and(|until| until > now) {
                continue;
            }
            let along: Vec<&ServiceState> = of_account.into_iter().filter(|(_, ripe)| *ripe >= ALONG).map(|(state, _)| state).collect();
            self.ask(core, &along, now);
        }
    }

    fn ask(&mut self, core: &Arc<Core>, services: &[&ServiceState], now: Time) {
        let Some(host) = services.first().and_then(|state| core.accounts.code_host(&state.config).ok()) else { return };
        let mut with_checks = false;
        for state in services {
            let known = self.known.entry(state.name.clone()).or_default();
            (known.asked, known.asking) = (Some(now), true);
            let pending = state.pull_requests.iter().any(|pr| pr.checks.pending > 0);
            with_checks |= pending || known.counted.is_none_or(|at| now.since(at) >= CHECKS - LOOK || now.since(at) < 0.0);
        }
        let of = |state: &&ServiceState| PulseOf {
            repo: state.repo.clone(),
            branch: state.branch.clone(),
            open: if state.source(&Source::Code).is_none() { UNREAD } else { state.open_pull_requests as usize },
        };
        let wanted: Vec<PulseOf> = services.iter().map(of).collect();
        let services: Vec<String> = services.iter().map(|s| s.name.clone()).collect();
        let (core, generation) = (Arc::clone(core), self.generation);
        let work = async move { host.pulses(&wanted, with_checks).await };
        supervise::spawn(work, move |end| {
            let result = end.unwrap_or_else(|panicked| Err(ReadError::Internal(panicked.to_string())));
            core.send(EngineEvent::Probe(ProbeAnswer { services, with_checks, generation, result }));
        });
    }

    /// Returns the services of which all that is shown was found unchanged.
    pub fn on_probe(&mut self, answer: ProbeAnswer, now: Time) -> HashSet<String> {
        let ProbeAnswer { services, with_checks, generation, result } = answer;
        if generation != self.generation {
            return HashSet::new();
        }
        let pulses = result.unwrap_or_else(|error| {
            tracing::info!(%error, "no pulse; repositories are read by the clock");
            vec![None; services.len()]
        });
        let mut confirmed = HashSet::new();
        for (name, pulse) in services.into_iter().zip(pulses) {
            let known = self.known.entry(name.clone()).or_default();
            known.asking = false;
            let Some(pulse) = pulse else { continue };
            known.heard = Some(now);
            if with_checks {
                known.counted = Some(now);
            }
            let same = known.pulse.as_ref().is_none_or(|before| before.tells_the_same(&pulse));
            known.calm = if same { known.calm.saturating_add(1) } else { 0 };
            known.news |= !same;
            if with_checks && same && known.pulse.is_some() && !known.news {
                confirmed.insert(name);
            }
            known.pulse = Some(match known.pulse.take() {
                Some(before) => pulse.with_counts_of(before),
                None => pulse,
            });
        }
        confirmed
    }

    /// A full read has begun, later than the last pulse: it brings what that told.
    pub fn on_full_read_started(&mut self, service: &str) {
        if let Some(known) = self.known.get_mut(service) {
            known.news = false;
        }
    }

    /// That read failed.
    pub fn on_full_read_failed(&mut self, service: &str) {
        if let Some(known) = self.known.get_mut(service) {
            known.news = true;
        }
    }

    pub fn has_news(&self, service: &str) -> bool {
        self.known.get(service).is_some_and(|known| known.news)
    }

    pub fn watches(&self, service: &str, now: Time) -> bool {
        let heard = self.known.get(service).and_then(|known| known.heard);
        heard.is_some_and(|at| (0.0..LOST).contains(&now.since(at)))
    }

    /// A pulse is under way and not late.
    pub fn will_tell(&self, service: &str, now: Time) -> bool {
        let asked = self.known.get(service).filter(|known| known.asking).and_then(|known| known.asked);
        asked.is_some_and(|at| (0.0..PATIENCE).contains(&now.since(at)))
    }

    pub fn is_resting(&self) -> bool {
        self.known.values().all(|known| !known.asking)
    }

    /// After a sleep the pulse is taken at once, and compared with what it was before.
    pub fn on_resume(&mut self) {
        for known in self.known.values_mut() {
            (known.asked, known.counted, known.calm) = (None, None, 0);
        }
    }

    /// Another configuration: all is asked anew, and what is under way is dropped when it comes.
    pub fn forget(&mut self) {
        self.known.clear();
        self.generation += 1;
    }
}
