//! Whether releases of an environment succeed.

use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::Environment;
use crate::snapshot::ServiceState;
use crate::status::{ReleaseStatus, Severity};

pub(crate) fn release_failed(environment: &Environment) -> Option<Alert> {
    let newest_settled = environment.releases.iter().find(|r| r.status != ReleaseStatus::Pending)?;
    if newest_settled.status != ReleaseStatus::Failed {
        return None;
    }
    let stays = environment.current.as_ref().map_or(String::new(), |r| format!(" v{} stays live.", r.version));
    Some(Alert {
        kind: AlertKind::ReleaseFailed,
        severity: Severity::Problem,
        message: format!("Release v{} of {} failed.{stays}", newest_settled.version, environment.name),
        since: newest_settled.updated_at.or(newest_settled.released_at),
        subject: Subject::environment(&environment.name, Some(newest_settled.version)),
    })
}

/// What shows that the code of the release that failed, or newer code, is live.
pub(super) fn cure(alert: &Alert, _new: &ServiceState) -> Option<String> {
    let name = alert.subject.environment.as_deref().unwrap_or("the environment");
    Some(format!("Releases of {name} succeed again."))
}
