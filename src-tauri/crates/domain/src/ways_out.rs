//! The ways out of an incident: what can be rolled back, and what can be reverted, while production is hurt.

use crate::action::{Action, PinChoice};
use crate::environment::Environment;
use crate::lineage::same_code;
use crate::plan::rollback_refused;
use crate::release::Release;
use crate::snapshot::ServiceState;

/// Both ways out of one production environment that is hurt.
#[derive(Clone, Debug, PartialEq)]
pub struct WaysOut<'a> {
    pub environment: &'a Environment,
    pub rollback: RollbackChoice,
    /// What the live code brought, newest on the branch first: each can be reverted. None where that is not known.
    pub reverts: Option<Vec<u64>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RollbackChoice {
    /// To the default target.
    To(u64),
    /// A person must name the release; these may be, newest first.
    Name {
        why: String,
        releases: Vec<u64>,
    },
    Impossible(String),
}

/// One for each production environment that is hurt.
pub fn ways_out(service: &ServiceState) -> Vec<WaysOut<'_>> {
    let hurt = service.productions().filter(|environment| environment.is_hurt());
    hurt.map(|environment| WaysOut { environment, rollback: rollback(environment), reverts: reverts(service, environment) }).collect()
}

impl WaysOut<'_> {
    /// The rollback to the default target; it pins production.
    pub fn roll_back(&self, service: &str) -> Option<Action> {
        match self.rollback {
            RollbackChoice::To(_) => {
                Some(Action::roll_back_and_pin(service.to_owned(), self.environment.name.clone(), None, None, Some(PinChoice::default())))
            }
            RollbackChoice::Name { .. } | RollbackChoice::Impossible(_) => None,
        }
    }

    /// The revert of what the live code brought last.
    pub fn revert(&self, service: &str) -> Option<Action> {
        let number = *self.reverts.as_ref()?.first()?;
        Some(Action::revert(service.to_owned(), number))
    }
}

fn rollback(environment: &Environment) -> RollbackChoice {
    let blocked = || environment.rollback_blocked.clone().unwrap_or_else(|| "There is no earlier release to go back to".to_owned());
    match (environment.rollback_target, candidates(environment)) {
        (Some(version), _) => RollbackChoice::To(version),
        (None, releases) if releases.is_empty() => RollbackChoice::Impossible(blocked()),
        (None, releases) => RollbackChoice::Name { why: blocked(), releases },
    }
}

/// Earlier releases of other code that the platform would put live again, newest first.
fn candidates(environment: &Environment) -> Vec<u64> {
    let Some(live) = &environment.current else { return Vec::new() };
    let releases = &environment.releases;
    let fits = |r: &&Release| r.version < live.version && !same_code(releases, r, live) && rollback_refused(environment, live, r).is_none();
    releases.iter().filter(fits).map(|r| r.version).collect()
}

/// A config change on top of a release brings nothing: what counts is the release that brought the live code.
fn reverts(service: &ServiceState, environment: &Environment) -> Option<Vec<u64>> {
    let live = environment.current.as_ref()?;
    let code = live.code_version.unwrap_or(live.version);
    let origin = if code == live.version { Some(live) } else { environment.releases.iter().find(|r| r.version == code) };
    let mut numbers = origin?.pull_requests.clone()?;
    let place = |number: &u64| service.main.iter().position(|c| c.pull_request == Some(*number)).unwrap_or(usize::MAX);
    numbers.sort_by_key(place);
    numbers.dedup();
    Some(numbers)
}
