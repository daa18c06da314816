//! Which pull requests a release made live, and whether it was made from here.

use crate::journal::Expectation;
use crate::release::ReleaseCause;
use crate::snapshot::ServiceState;
use crate::status::ReleaseStatus;

/// The pull requests that the release made live in a production environment for the first time: not those that an
/// earlier release brought. None while it is not known what it brought.
pub fn made_live(state: &ServiceState, environment: &str, version: u64) -> Option<Vec<u64>> {
    let environment = state.environment(environment)?;
    let release = environment.releases.iter().find(|release| release.version == version)?;
    let brings_nothing = match release.cause() {
        ReleaseCause::Rollback { .. } | ReleaseCause::Config { .. } | ReleaseCause::AddOn { .. } => true,
        ReleaseCause::Deploy | ReleaseCause::Promotion { .. } | ReleaseCause::Other => false,
    };
    if !environment.production || brings_nothing {
        return Some(Vec::new());
    }
    let earlier = environment.releases.iter().filter(|other| other.version < version && other.status == ReleaseStatus::Succeeded);
    let known: Vec<u64> = earlier.filter_map(|other| other.pull_requests.as_ref()).flatten().copied().collect();
    Some(release.pull_requests.as_ref()?.iter().copied().filter(|number| !known.contains(number)).collect())
}

/// Whether an action of this Slipway made the release, by the id that the platform answered with.
pub fn is_from_here(state: &ServiceState, environment: &str, version: u64) -> bool {
    let Some(environment) = state.environment(environment) else { return false };
    let Some(release) = environment.releases.iter().find(|release| release.version == version) else { return false };
    state.actions.iter().any(|entry| match &entry.expectation {
        Expectation::RolledBack { app, release: Some(made), .. } | Expectation::Released { app, release: Some(made), .. } => {
            *app == environment.app && made.id == release.id
        }
        Expectation::RolledBack { release: None, .. }
        | Expectation::Released { release: None, .. }
        | Expectation::Merged { .. }
        | Expectation::Enqueued { .. }
        | Expectation::Dequeued { .. }
        | Expectation::AutoMergeOn { .. }
        | Expectation::AutoMergeOff { .. }
        | Expectation::BranchUpdated { .. }
        | Expectation::RevertOpened { .. }
        | Expectation::Reran { .. }
        | Expectation::Canceled { .. }
        | Expectation::Approved { .. } => false,
    })
}
