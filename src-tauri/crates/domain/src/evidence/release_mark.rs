//! What a release is now: one state, so that it has one mark wherever it is shown.

use crate::environment::Environment;
use crate::lineage::queries::rolled_back_from;
use crate::release::{Release, ReleaseMark};
use crate::status::{Health, ReleaseStatus};
use crate::watch::is_bad_now;
use std::collections::HashSet;

/// Fills the marks of the environment's releases. Its health and its incident must be settled.
pub fn settle(environment: &mut Environment) {
    let left = rolled_back_from(&environment.releases);
    let marks: Vec<ReleaseMark> = environment.releases.iter().map(|release| of(environment, release, &left)).collect();
    for (release, mark) in environment.releases.iter_mut().zip(marks) {
        release.mark = mark;
    }
    if let Some(mark) = environment.current.as_ref().map(|live| of(environment, live, &left))
        && let Some(current) = &mut environment.current
    {
        current.mark = mark;
    }
}

fn of(environment: &Environment, release: &Release, left: &HashSet<u64>) -> ReleaseMark {
    match release.status {
        ReleaseStatus::Pending => ReleaseMark::Releasing,
        ReleaseStatus::Failed => ReleaseMark::Failed,
        ReleaseStatus::Expired => ReleaseMark::Expired,
        ReleaseStatus::Unknown => ReleaseMark::Unknown,
        ReleaseStatus::Succeeded if environment.current.as_ref().is_some_and(|live| live.version == release.version) => live(environment),
        ReleaseStatus::Succeeded if began_the_incident(environment, release) => incident(environment).unwrap_or(ReleaseMark::Past),
        ReleaseStatus::Succeeded if left.contains(&release.version) => ReleaseMark::RolledBackFrom,
        ReleaseStatus::Succeeded => ReleaseMark::Past,
    }
}

fn live(environment: &Environment) -> ReleaseMark {
    incident(environment).unwrap_or(match environment.health {
        Health::Healthy if is_bad_now(environment) => ReleaseMark::LiveUnknown,
        Health::Healthy => ReleaseMark::Live,
        Health::Releasing => ReleaseMark::Releasing,
        Health::Down | Health::Restarting | Health::Degraded | Health::Unknown => ReleaseMark::LiveUnknown,
    })
}

/// The mark of the open incident; None without one.
fn incident(environment: &Environment) -> Option<ReleaseMark> {
    match environment.health {
        Health::Down => Some(ReleaseMark::Crashing),
        Health::Restarting => Some(ReleaseMark::Restarting),
        Health::Degraded => Some(ReleaseMark::Degraded),
        Health::Healthy | Health::Releasing | Health::Unknown => None,
    }
}

fn began_the_incident(environment: &Environment, release: &Release) -> bool {
    environment.outage.as_ref().is_some_and(|outage| outage.ended_at.is_none() && outage.began_under == Some(release.version))
}
