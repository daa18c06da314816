//! Asks code hosts whether anything has changed, so that repositories are read in full only when it has.
//!
//! A full read of a repository is the dearest request there is (3 of GraphQL's 5,000 points an hour), and nearly
//! always brings what is known. So one query for all services of an account, the probe, asks every 53 s for
//! main's tip and, of each open pull request, for its head, its last update and the state of its checks. Every
//! other probe, within 106 s, counts the checks too. When an answer differs from the one before, the repository
//! is read in full at once: a merge elsewhere shows within a minute, a check that turns within two. What no
//! probe tells (branch rules) is read every half hour, with many services one of them every 200 s.
//! While a check runs on the service that is shown, it is probed every 15 s.
//!
//! Twenty quiet services with five pull requests each: 68 probes of 1 point and 18 full reads of 4 points in an
//! hour, 140 points, 2.8 % of the budget and as few requests. Conditional REST requests would cost no points,
//! but two requests for every pull request each time.
//!
//! A repository that cannot be probed (an error, no right to it) is read at intervals.

use super::WindowAttention;
use crate::accounts::Accounts;
use slipway_domain::schedule::{CHANGE_PROBE, CHECKS, change_probe_interval};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_vendor::{ChangeProbe, ChangeProbeTarget, CodeHost, ReadError};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A service whose time has come to this fraction is asked about together with one that is due.
const ALONG: f64 = 0.7;
/// Seconds before its time at which the count of checks is due.
const LOOK: f64 = 5.0;
/// Seconds without an answer after which a repository is not watched by probes.
const LOST: f64 = 3.0 * CHANGE_PROBE;
/// Seconds that a full read waits for a probe under way, which may make it needless.
const PATIENCE: f64 = 3.0;

/// Pull requests looked at in a repository that was never read.
const UNREAD: usize = 10;

#[derive(Default)]
pub(crate) struct ChangeProbes {
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
    pulse: Option<ChangeProbe>,
    /// Answers in a row that were the same.
    calm: u32,
    news: bool,
}

/// One question to an account: whether anything has changed in these repositories.
pub(crate) struct Probe {
    host: Arc<dyn CodeHost>,
    repositories: Vec<ChangeProbeTarget>,
    asked: ProbeAsked,
}

/// Of which services it was asked, and under which configuration.
#[derive(Clone)]
pub(crate) struct ProbeAsked {
    services: Vec<String>,
    with_checks: bool,
    generation: u64,
}

/// The answer to one question.
pub(crate) struct ProbeAnswer {
    asked: ProbeAsked,
    result: Result<Vec<Option<ChangeProbe>>, ReadError>,
}

impl Probe {
    pub(crate) fn asked(&self) -> &ProbeAsked {
        &self.asked
    }

    /// One request.
    pub(crate) async fn ask(self) -> ProbeAnswer {
        let result = self.host.change_probes(&self.repositories, self.asked.with_checks).await;
        ProbeAnswer { asked: self.asked, result }
    }
}

impl ProbeAsked {
    pub(crate) fn failed(self, error: ReadError) -> ProbeAnswer {
        ProbeAnswer { asked: self, result: Err(error) }
    }
}

impl ChangeProbes {
    /// What is to be asked now: the services whose time has come, all of an account at once.
    pub(crate) fn due(
        &mut self,
        accounts: &Accounts,
        services: &[Arc<ServiceState>],
        attention: &WindowAttention,
        now: Time,
    ) -> Vec<Probe> {
        self.known.retain(|name, _| services.iter().any(|s| &s.name == name));
        let mut by_account: BTreeMap<String, Vec<(&ServiceState, f64)>> = BTreeMap::new();
        for state in services {
            let known = self.known.entry(state.name.clone()).or_default();
            let Some(account) = accounts.account_id(&state.config, state.rules.host.vendor).filter(|_| !known.asking) else {
                continue;
            };
            let every = change_probe_interval(state, attention.to(&state.name), known.calm);
            // How much of the interval has passed; after a clock was set back, all of it.
            let age = known.asked.map_or(f64::INFINITY, |at| now.since(at));
            let ripe = if age < 0.0 { f64::INFINITY } else { age / every };
            by_account.entry(account).or_default().push((state, ripe));
        }
        let mut due = Vec::new();
        for of_account in by_account.into_values() {
            let wait = of_account.first().and_then(|(state, _)| accounts.rate(&state.config, state.rules.host.vendor).silent_until());
            if !of_account.iter().any(|(_, ripe)| *ripe >= 1.0) || wait.is_some_and(|until| until > now) {
                continue;
            }
            let along: Vec<&ServiceState> = of_account.into_iter().filter(|(_, ripe)| *ripe >= ALONG).map(|(state, _)| state).collect();
            due.extend(self.question(accounts, &along, now));
        }
        due
    }

    fn question(&mut self, accounts: &Accounts, services: &[&ServiceState], now: Time) -> Option<Probe> {
        let host = services.first().and_then(|state| accounts.code_host(&state.config).ok())?;
        let mut with_checks = false;
        for state in services {
            let known = self.known.entry(state.name.clone()).or_default();
            (known.asked, known.asking) = (Some(now), true);
            let pending = state.pull_requests.iter().any(|pr| pr.checks.pending > 0);
            with_checks |= pending || known.counted.is_none_or(|at| now.since(at) >= CHECKS - LOOK || now.since(at) < 0.0);
        }
        let of = |state: &&ServiceState| ChangeProbeTarget {
            repo: state.repo.clone(),
            branch: state.branch.clone(),
            open: if state.source(&Source::Code).is_none() { UNREAD } else { state.open_pull_requests as usize },
        };
        let repositories = services.iter().map(of).collect();
        let services = services.iter().map(|s| s.name.clone()).collect();
        Some(Probe { host, repositories, asked: ProbeAsked { services, with_checks, generation: self.generation } })
    }

    /// Returns the services of which all that is shown was found unchanged.
    pub(crate) fn on_probe(&mut self, answer: ProbeAnswer, now: Time) -> HashSet<String> {
        let ProbeAnswer { asked: ProbeAsked { services, with_checks, generation }, result } = answer;
        if generation != self.generation {
            return HashSet::new();
        }
        let change_probes = result.unwrap_or_else(|error| {
            tracing::info!(%error, "no answer to a change probe; repositories are read at intervals");
            vec![None; services.len()]
        });
        let mut confirmed = HashSet::new();
        for (name, pulse) in services.into_iter().zip(change_probes) {
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

    /// A full read has begun after the last probe: it brings what the probe told of.
    pub(crate) fn on_full_read_started(&mut self, service: &str) {
        if let Some(known) = self.known.get_mut(service) {
            known.news = false;
        }
    }

    /// That read failed.
    pub(crate) fn on_full_read_failed(&mut self, service: &str) {
        if let Some(known) = self.known.get_mut(service) {
            known.news = true;
        }
    }

    pub(crate) fn has_news(&self, service: &str) -> bool {
        self.known.get(service).is_some_and(|known| known.news)
    }

    pub(crate) fn watches(&self, service: &str, now: Time) -> bool {
        let heard = self.known.get(service).and_then(|known| known.heard);
        heard.is_some_and(|at| (0.0..LOST).contains(&now.since(at)))
    }

    /// A probe is under way and not late.
    pub(crate) fn will_tell(&self, service: &str, now: Time) -> bool {
        let asked = self.known.get(service).filter(|known| known.asking).and_then(|known| known.asked);
        asked.is_some_and(|at| (0.0..PATIENCE).contains(&now.since(at)))
    }

    pub(crate) fn is_resting(&self) -> bool {
        self.known.values().all(|known| !known.asking)
    }

    /// After a sleep every repository is asked about at once; the answers are compared with those before.
    pub(crate) fn on_resume(&mut self) {
        for known in self.known.values_mut() {
            (known.asked, known.counted, known.calm) = (None, None, 0);
        }
    }

    /// Another configuration: all is asked anew, and what is under way is dropped when it comes.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
        self.generation += 1;
    }
}
