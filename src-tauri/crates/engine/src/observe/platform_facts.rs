//! What the platform says of an app beside releases and instances, asked as rarely as it changes.

use super::app_lists::AppLists;
use super::observation::PlatformFacts;
use super::read_memory::ReadMemory;
use crate::pipeline_couplings::PipelineCouplings;
use futures::future::join;
use slipway_domain::environment::Environment;
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::ReleaseStatus;
use slipway_vendor::{Platform, ReadError};
use std::future::Future;

/// Seconds between looks at a quiet build app: pipelines tell when it builds, only a build by
/// hand waits for this.
const BUILD_EVERY: f64 = 3600.0;
/// Preboot is a person's setting; what it means matters around a release.
const PREBOOT_EVERY: f64 = 6.0 * 3600.0;
const PREBOOT_AROUND_RELEASE: f64 = 600.0;

/// What these facts are read with.
pub(super) struct FactSources<'a> {
    pub(super) apps: &'a AppLists,
    pub(super) couplings: &'a PipelineCouplings,
    pub(super) memory: &'a ReadMemory,
}

/// A fact that cannot be read is None, so that its known value stays; the read of the app does not fail for it.
pub(super) async fn read(
    sources: &FactSources<'_>,
    state: &ServiceState,
    config: &EnvironmentConfig,
    platform: &dyn Platform,
) -> PlatformFacts {
    let FactSources { apps, couplings, memory } = sources;
    let known = state.environment(&config.name);
    let maintenance = async {
        let listed = noted(memory, apps.of_account(&state.config, &config.app), "apps").await?;
        // Of an app that is not listed nothing is known, not that it is out of maintenance.
        listed.iter().find(|app| app.name == config.app).and_then(|app| app.maintenance)
    };
    let preboot = async {
        if wants_preboot(memory, known, &config.app) { noted(memory, platform.preboot(&config.app), "preboot").await } else { None }
    };
    let build = async {
        let app = config.build_app.as_deref()?;
        if wants_build(memory, state, known, app) { noted(memory, platform.newest_build(app), "builds").await.flatten() } else { None }
    };
    let pipeline = async {
        let around = memory.polls() && known.is_some_and(|e| !e.releases.is_empty());
        if around {
            noted(memory, couplings.pipeline_of(&state.config, &config.app), "couplings").await.flatten()
        } else {
            couplings.known_pipeline_of(&config.app).await
        }
    };
    let ((maintenance, preboot), (build, pipeline)) = join(join(maintenance, preboot), join(build, pipeline)).await;
    PlatformFacts { maintenance, preboot, build, pipeline }
}

fn wants_preboot(memory: &ReadMemory, known: Option<&Environment>, app: &str) -> bool {
    let Some(known) = known.filter(|e| !e.releases.is_empty()) else { return false };
    let now = memory.now();
    let newest = known.releases.first();
    let fresh = newest
        .is_some_and(|r| r.status == ReleaseStatus::Pending || r.released_at.is_some_and(|at| now.since(at) < PREBOOT_AROUND_RELEASE));
    let every = if fresh { PREBOOT_AROUND_RELEASE } else { PREBOOT_EVERY };
    (memory.polls() || fresh) && memory.is_due(&format!("preboot:{app}"), every)
}

/// The newest build changes while a pipeline runs; builds before that are known.
fn wants_build(memory: &ReadMemory, state: &ServiceState, known: Option<&Environment>, app: &str) -> bool {
    let first = known.is_none_or(|e| e.build.is_none() && e.releases.is_empty());
    let moving = state.pipelines.iter().any(|p| p.status.is_moving());
    let building = known.and_then(|e| e.build.as_ref()).is_some_and(|b| b.status == ReleaseStatus::Pending);
    first || moving || building || (memory.polls() && memory.is_due(&format!("build:{app}"), BUILD_EVERY))
}

async fn noted<T>(memory: &ReadMemory, asked: impl Future<Output = Result<T, ReadError>>, what: &str) -> Option<T> {
    in_time(memory, asked).await.inspect_err(|error| tracing::info!(%error, what, "a fact of the platform was not read")).ok()
}

/// A fact that is slow must not make the whole read late, least of all for somebody who waits.
pub(super) async fn in_time<T>(memory: &ReadMemory, asked: impl Future<Output = Result<T, ReadError>>) -> Result<T, ReadError> {
    let patience = memory.patience();
    let late = || ReadError::Late(format!("It was not read within {} s", patience.as_secs()));
    tokio::time::timeout(patience, asked).await.unwrap_or_else(|_| Err(late()))
}
