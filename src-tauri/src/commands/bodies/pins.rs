//! Pins, releases that are marked bad, and stopping what would bring a bad change back.

use super::{Of, Reply};
use slipway_domain::pin::{BadRelease, Pin};
use slipway_domain::plan::{PlanSet, SetOutcome};
use std::time::Duration;

/// How long the outcomes of a set of plans are waited for.
const SET_TIMEOUT: Duration = Duration::from_secs(300);

/// Plans to stop each thing on its way that would bring a bad change back to the environment.
pub(in crate::commands) async fn plan_stop(backend: Of<'_>, service: String, environment: String) -> Reply<PlanSet> {
    Ok(backend.engine().await?.plan_stop(&service, &environment).await?)
}

/// Only a set that Rust issued can be executed, and once.
pub(in crate::commands) async fn execute_set(backend: Of<'_>, id: String, reason: Option<String>) -> Reply<Vec<SetOutcome>> {
    Ok(backend.engine().await?.execute_set(&id, reason, SET_TIMEOUT).await?)
}

/// Records a person's statement that a release is bad.
pub(in crate::commands) async fn mark_bad(
    backend: Of<'_>,
    service: String,
    environment: String,
    version: u64,
    reason: String,
) -> Reply<BadRelease> {
    Ok(backend.engine().await?.mark_bad(&service, &environment, version, &reason).await?)
}

pub(in crate::commands) async fn unmark_bad(
    backend: Of<'_>,
    service: String,
    environment: String,
    version: u64,
    reason: String,
) -> Reply<()> {
    Ok(backend.engine().await?.unmark_bad(&service, &environment, version, &reason).await?)
}

pub(in crate::commands) async fn pin_environment(
    backend: Of<'_>,
    service: String,
    environment: String,
    bad: Option<Vec<String>>,
    reason: String,
) -> Reply<Pin> {
    Ok(backend.engine().await?.pin(&service, &environment, bad.as_deref(), &reason).await?)
}

pub(in crate::commands) async fn unpin_environment(backend: Of<'_>, service: String, environment: String, reason: String) -> Reply<Pin> {
    Ok(backend.engine().await?.unpin(&service, &environment, &reason).await?)
}

pub(in crate::commands) async fn set_pin_ending(backend: Of<'_>, service: String, environment: String, by_itself: bool) -> Reply<Pin> {
    Ok(backend.engine().await?.set_pin_ending(&service, &environment, by_itself).await?)
}
