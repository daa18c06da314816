//! What a pin says on the board.

use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::Environment;
use crate::humanize::{capital, list};
use crate::status::Severity;

/// The alert while something that the pin keeps out is live.
pub fn pin_violated(environment: &Environment) -> Option<Alert> {
    let (pin, progress, live) = (environment.pin.as_ref()?, environment.pin_progress.as_ref()?, environment.current.as_ref()?);
    if !progress.violated {
        return None;
    }
    let release = format!("v{}", live.version);
    let brought = if progress.brings_known { "brought" } else { "may have brought" };
    let knowingly = pin.violations.iter().find(|v| v.release.id == live.id).and_then(|v| v.knowingly.as_ref());
    let knowingly = knowingly.map_or(String::new(), |why| format!(" It was let through: {why}."));
    let unknown = if progress.brings_known { "" } else { " Whether they are reverted there is not known." };
    Some(Alert {
        kind: AlertKind::PinViolated,
        severity: Severity::Problem,
        message: format!(
            "{} is pinned to {}, and {release} {brought} {} back.{unknown}{knowingly}",
            capital(&environment.name),
            pin.target.label,
            list(&progress.brings)
        ),
        since: live.released_at,
        subject: Subject::environment(&environment.name, Some(live.version)),
    })
}
