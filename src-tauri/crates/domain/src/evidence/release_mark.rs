//! What a release is now: one state, so that it has one mark wherever it is shown.

use crate::environment::Environment;
use crate::lineage::rolled_back_from;
use crate::release::Release;
use crate::status::{Health, ReleaseStatus, vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use ts_rs::TS;

vocabulary!(
    /// What a release is now. Only `live` says that it serves well. The open incident's words
    /// (`crashing`, `restarting`, `degraded`) are of the live release, and of the one under which it began.
    ReleaseMark { Releasing = "releasing", Live = "live", Crashing = "crashing", Restarting = "restarting", Degraded = "degraded",
        LiveUnknown = "live_unknown", Failed = "failed", Expired = "expired", RolledBackFrom = "rolled_back_from", Past = "past",
        Unknown = "unknown" });

impl ReleaseMark {
    /// For what was stored before releases were marked.
    pub fn unknown() -> Self {
        Self::Unknown
    }
}

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
        Health::Healthy => ReleaseMark::Live,
        Health::Releasing => ReleaseMark::Releasing,
        Health::Down | Health::Restarting | Health::Degraded | Health::Unknown => ReleaseMark::LiveUnknown,
    })
}

/// The word of what is wrong now; None while nothing is shown to be.
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
