//! Calls that change what is live. Each is one request, sent once.

use super::client::{ACCEPT, Heroku};
use super::{map, wire};
use http::{Method, header};
use serde::Serialize;
use slipway_domain::release::Release;
use slipway_http::{Answer, Call};
use slipway_vendor::{PromotionTarget, ReadError, SendError};

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

/// A rollback is a new release with the old slug and config; the release phase runs again.
pub(super) async fn roll_back(heroku: &Heroku, app: &str, release_id: &str) -> Result<Release, SendError> {
    #[derive(Serialize)]
    struct RollBack<'a> {
        release: &'a str,
    }
    made(post(heroku, &["apps", app, "releases"], &RollBack { release: release_id }).await?)
}

/// Releases a slug of another app, or an older one of the app itself, with the app's current config (Dev Center,
/// "Copying slugs"). 403 without access to the app that the slug belongs to.
pub(super) async fn release_artifact(heroku: &Heroku, app: &str, slug: &str, description: &str) -> Result<Release, SendError> {
    #[derive(Serialize)]
    struct OfSlug<'a> {
        slug: &'a str,
        description: &'a str,
    }
    made(post(heroku, &["apps", app, "releases"], &OfSlug { slug, description }).await?)
}

/// The release is named in the request, so that exactly the release that was shown is promoted (`source.release`,
/// optional since 2025-09-25).
pub(super) async fn promote(
    heroku: &Heroku,
    pipeline: &str,
    source_app_id: &str,
    release_id: &str,
    target_app_id: &str,
) -> Result<String, SendError> {
    #[derive(Serialize)]
    struct Promotion<'a> {
        pipeline: Id<'a>,
        source: Source<'a>,
        targets: [Target<'a>; 1],
    }
    #[derive(Serialize)]
    struct Source<'a> {
        app: Id<'a>,
        release: Id<'a>,
    }
    #[derive(Serialize)]
    struct Target<'a> {
        app: Id<'a>,
    }
    let body = Promotion {
        pipeline: Id { id: pipeline },
        source: Source { app: Id { id: source_app_id }, release: Id { id: release_id } },
        targets: [Target { app: Id { id: target_app_id } }],
    };
    let promotion: wire::Named = post(heroku, &["pipeline-promotions"], &body).await?.decode_sent()?;
    promotion.id.ok_or_else(|| SendError::Lost("Heroku's answer names no promotion".to_owned()))
}

pub(super) async fn targets(heroku: &Heroku, promotion: &str) -> Result<Vec<PromotionTarget>, ReadError> {
    let targets: Vec<Option<wire::PromotionTarget>> =
        heroku.get(&["pipeline-promotions", promotion, "promotion-targets"]).await?.decode()?;
    Ok(targets.into_iter().flatten().map(map::promotion_target).collect())
}

async fn post(heroku: &Heroku, path: &[&str], body: &impl Serialize) -> Result<Answer, SendError> {
    let call = Call::write(Method::POST, heroku.url(path), body);
    heroku.account.write(call.header(header::ACCEPT, ACCEPT)).await
}

fn made(answer: Answer) -> Result<Release, SendError> {
    let release: wire::Release = answer.decode_sent()?;
    map::release(release).ok_or_else(|| SendError::Lost("Heroku's answer names no release".to_owned()))
}
