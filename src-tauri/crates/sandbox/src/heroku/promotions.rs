//! `/pipeline-promotions`.

use super::answers::{error, no_route};
use super::views::View;
use crate::http::{Call, Reply};
use crate::state::Shared;
use crate::world::World;

pub(super) fn answer(shared: &Shared, world: &mut World, call: &Call, rest: &[&str]) -> Reply {
    let address = shared.address(call);
    let url = address.as_str();
    let find = |world: &World, id: &str| world.promotions.iter().position(|p| *p.id == *id);
    match (call.method.as_str(), rest) {
        ("POST", []) => create(world, call, url),
        ("GET", [id]) => match find(world, id) {
            Some(promotion) => Reply::json(200, &View { world, url }.promotion(promotion)),
            None => error(404, "not_found", "Couldn't find that pipeline promotion."),
        },
        ("GET", [id, "promotion-targets"]) => match find(world, id) {
            Some(promotion) => Reply::json(200, &View { world, url }.targets(promotion)),
            None => error(404, "not_found", "Couldn't find that pipeline promotion."),
        },
        _ => no_route(),
    }
}

fn create(world: &mut World, call: &Call, url: &str) -> Reply {
    let Some(body) = call.json() else { return error(400, "bad_request", "Unable to parse the JSON request.") };
    // Only ids, as in the schema.
    let app = |id: Option<&str>| id.and_then(|id| world.apps.iter().position(|a| *a.id == *id));
    let Some(source) = app(body["source"]["app"]["id"].as_str()) else { return error(404, "not_found", "Couldn't find that app.") };
    let release = match body["source"]["release"]["id"].as_str() {
        Some(id) => world.apps[source].releases.iter().position(|r| *r.id == *id),
        None => world.apps[source].current(),
    };
    let Some(release) = release else { return error(404, "not_found", "Couldn't find that release.") };
    let named = body["targets"].as_array().cloned().unwrap_or_default();
    let targets: Option<Vec<usize>> = named.iter().map(|t| app(t["app"]["id"].as_str())).collect();
    let Some(targets) = targets else { return error(404, "not_found", "Couldn't find that app.") };
    let user = world.viewer.email.clone();
    match world.promote(body["pipeline"]["id"].as_str().unwrap_or(""), (source, release), &targets, &user) {
        Ok(promotion) => Reply::json(201, &View { world, url }.promotion(promotion)).applying(call),
        Err(refusal) if refusal.status == 404 => error(404, "not_found", &refusal.message),
        Err(refusal) => error(refusal.status, "invalid_params", &refusal.message),
    }
}
