//! The apps of an account with their pipelines, and the artifacts that were built on an app.
//!
//! Lists come in ranges of at most 1,000 (Platform API reference, "Ranges").

use super::client::Heroku;
use super::{map, wire};
use async_trait::async_trait;
use http::{HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;
use slipway_domain::discover::Coupling;
use slipway_vendor::ReadError;
use slipway_vendor::discover::{App, AppList, AppSource};
use std::collections::HashMap;

const MOST_PAGES: usize = 10;
/// The newest builds; the live slug is one of them.
const BUILDS: &str = "started_at ..; max=20, order=desc";

#[async_trait]
impl AppSource for Heroku {
    async fn apps(&self) -> Result<AppList, ReadError> {
        let ((apps, complete), pipelines) =
            futures::future::try_join(list::<wire::App>(self, &["apps"], "name ..; max=1000"), async { Ok(pipelines(self).await) }).await?;
        let (mut stages, gaps) = match pipelines {
            Ok(stages) => (stages, Vec::new()),
            Err(error) => (HashMap::new(), vec![format!("Heroku's pipelines could not be read: {error}")]),
        };
        let app = |wire: wire::App| {
            let id = wire.id?;
            Some(App {
                coupling: stages.remove(&id),
                id,
                name: wire.name?,
                owner: wire.team.and_then(|t| t.name).or(wire.owner.and_then(|o| o.email)),
                region: wire.region.and_then(|r| r.name),
                build_stack: wire.build_stack.and_then(|s| s.name),
                web_url: wire.web_url,
                released_at: map::time(wire.released_at.as_deref()),
            })
        };
        Ok(AppList { apps: apps.into_iter().filter_map(app).collect(), complete, gaps })
    }

    async fn built_artifacts(&self, app: &str) -> Result<Vec<String>, ReadError> {
        let mut call = self.call(&["apps", app, "builds"]);
        call = call.header(header::RANGE, HeaderValue::from_static(BUILDS));
        let builds: Vec<Option<wire::Build>> = self.account.read(call).await?.decode()?;
        Ok(builds.into_iter().flatten().filter_map(|b| b.slug?.id).collect())
    }
}

/// Stage and pipeline of each app, by the app's id.
async fn pipelines(heroku: &Heroku) -> Result<HashMap<String, Coupling>, ReadError> {
    let ((pipelines, _), (couplings, _)) = futures::future::try_join(
        list::<wire::Titled>(heroku, &["pipelines"], "name ..; max=1000"),
        list::<wire::Coupling>(heroku, &["pipeline-couplings"], "id ..; max=1000"),
    )
    .await?;
    let names: HashMap<String, String> = pipelines.into_iter().filter_map(|p| Some((p.id?, p.name?))).collect();
    let of = |c: wire::Coupling| {
        let pipeline = names.get(&c.pipeline?.id?)?.clone();
        Some((c.app?.id?, Coupling { pipeline, stage: c.stage? }))
    };
    Ok(couplings.into_iter().filter_map(of).collect())
}

/// All ranges of a list, and whether the list was read completely.
async fn list<T: DeserializeOwned>(heroku: &Heroku, path: &[&str], range: &str) -> Result<(Vec<T>, bool), ReadError> {
    let mut items = Vec::new();
    let mut range = range.to_owned();
    for _ in 0..MOST_PAGES {
        let value = HeaderValue::from_str(&range).map_err(|_| ReadError::Garbled("Heroku's next range cannot be sent".to_owned()))?;
        let answer = heroku.account.read(heroku.call(path).header(header::RANGE, value)).await?;
        let next = answer.headers.get("next-range").and_then(|next| next.to_str().ok()).map(str::to_owned);
        let next = next.filter(|next| answer.status == StatusCode::PARTIAL_CONTENT && *next != range);
        let page: Vec<Option<T>> = answer.decode()?;
        let empty = page.is_empty();
        items.extend(page.into_iter().flatten());
        match next {
            Some(next) if !empty => range = next,
            Some(_) | None => return Ok((items, true)),
        }
    }
    Ok((items, false))
}
