//! When the parts of a state were read. It is all that a quiet read changes.

use serde::{Deserialize, Serialize};
use slipway_domain::environment::{Environment, HealthProbe};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ages {
    sources: Vec<SourceAge>,
    environments: Vec<EnvironmentAge>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SourceAge {
    source: Source,
    observed_at: Option<Time>,
    asked_at: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct EnvironmentAge {
    name: String,
    maintenance_at: Option<Time>,
    formation_read_at: Option<Time>,
    /// With the time that the answer took, which is another one for each probe.
    probe: Option<HealthProbe>,
}

impl Ages {
    pub(crate) fn of(state: &ServiceState) -> Self {
        let environment = |e: &Environment| EnvironmentAge {
            name: e.name.clone(),
            maintenance_at: e.maintenance_at,
            formation_read_at: e.formation_read_at,
            probe: e.probe.clone(),
        };
        let sources = state.sources.iter();
        Self {
            sources: sources.map(|s| SourceAge { source: s.source.clone(), observed_at: s.observed_at, asked_at: s.asked_at }).collect(),
            environments: state.environments.iter().map(environment).collect(),
        }
    }

    /// Takes them out of the state.
    pub(super) fn taken_from(state: &mut ServiceState) -> Self {
        let ages = Self::of(state);
        for source in &mut state.sources {
            (source.observed_at, source.asked_at) = (None, None);
        }
        for environment in &mut state.environments {
            (environment.maintenance_at, environment.formation_read_at, environment.probe) = (None, None, None);
        }
        ages
    }

    /// Ages of sources and environments that the state does not have are left out.
    pub(super) fn put_into(&self, state: &mut ServiceState) {
        for age in &self.sources {
            if let Some(source) = state.sources.iter_mut().find(|s| s.source == age.source) {
                (source.observed_at, source.asked_at) = (age.observed_at, age.asked_at);
            }
        }
        for age in &self.environments {
            if let Some(environment) = state.environments.iter_mut().find(|e| e.name == age.name) {
                (environment.maintenance_at, environment.formation_read_at) = (age.maintenance_at, age.formation_read_at);
                environment.probe.clone_from(&age.probe);
            }
        }
    }
}

/// Whether the states are the same but for their ages, and for the headline, which says ages in words. `next` is
/// as it was when this returns: it lends its ages instead of being copied.
pub(crate) fn of_one_content(before: &ServiceState, next: &mut ServiceState) -> bool {
    if !answers(before).eq(answers(next)) {
        return false;
    }
    let own = (Ages::of(next), std::mem::replace(&mut next.sentence, before.sentence.clone()));
    Ages::of(before).put_into(next);
    let is_same = next == before;
    own.0.put_into(next);
    next.sentence = own.1;
    is_same
}

/// The status that each health probe was answered with, without the time that it took.
fn answers(state: &ServiceState) -> impl Iterator<Item = Option<Option<u16>>> {
    state.environments.iter().map(|environment| environment.probe.as_ref().map(|probe| probe.status))
}
