//! What Heroku reports about apps besides their releases: maintenance, preboot, builds, pipelines.

use super::client::Heroku;
use super::{map, wire};
use http::{HeaderValue, StatusCode, header};
use slipway_domain::environment::Build;
use slipway_vendor::{AppFacts, LatestRelease, ReadError};

/// Pages of 1,000 apps.
const MOST_PAGES: usize = 10;

pub(super) async fn all(heroku: &Heroku) -> Result<Vec<AppFacts>, ReadError> {
    let mut apps = Vec::new();
    let mut range = HeaderValue::from_static("name ..; max=1000");
    for _ in 0..MOST_PAGES {
        let answer = heroku.account.read(heroku.call(&["apps"]).header(header::RANGE, range.clone())).await?;
        let next = answer.headers.get("next-range").filter(|_| answer.status == StatusCode::PARTIAL_CONTENT).cloned();
        let found: Vec<Option<wire::App>> = answer.decode()?;
        apps.extend(found.into_iter().flatten().filter_map(|app| Some(AppFacts { name: app.name?, maintenance: app.maintenance })));
        match next {
            Some(next) if next != range => range = next,
            Some(_) | None => break,
        }
    }
    Ok(apps)
}

/// An app without the feature (Eco and Basic dynos) has no preboot.
pub(super) async fn preboot(heroku: &Heroku, app: &str) -> Result<bool, ReadError> {
    match heroku.get(&["apps", app, "features", "preboot"]).await {
        Ok(answer) => Ok(answer.decode::<wire::Feature>()?.enabled.unwrap_or(false)),
        Err(ReadError::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) async fn newest_build(heroku: &Heroku, app: &str) -> Result<Option<Build>, ReadError> {
    // The vendor reports the ranges of this list: `Accept-Ranges: id, started_at`.
    let range = HeaderValue::from_static("started_at ..; order=desc, max=1");
    let answer = heroku.account.read(heroku.call(&["apps", app, "builds"]).header(header::RANGE, range)).await?;
    let builds: Vec<Option<wire::Build>> = answer.decode()?;
    Ok(builds.into_iter().flatten().filter_map(map::build).max_by_key(|build| build.created_at))
}

pub(super) async fn pipeline_of(heroku: &Heroku, app: &str) -> Result<Option<String>, ReadError> {
    match heroku.get(&["apps", app, "pipeline-couplings"]).await {
        Ok(answer) => Ok(answer.decode::<wire::Coupling>()?.pipeline.and_then(|pipeline| pipeline.id)),
        Err(ReadError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn latest_releases(heroku: &Heroku, pipeline: &str) -> Result<Vec<LatestRelease>, ReadError> {
    let releases: Vec<Option<wire::Release>> = heroku.get(&["pipelines", pipeline, "latest-releases"]).await?.decode()?;
    let of_app = |mut wire: wire::Release| {
        let app = wire.app.take()?;
        Some(LatestRelease { app_id: app.id?, app: app.name?, release: map::release(wire)? })
    };
    Ok(releases.into_iter().flatten().filter_map(of_app).collect())
}
