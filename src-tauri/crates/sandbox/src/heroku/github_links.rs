//! The repository that an app is deployed from: a service of the vendor beside the Platform API, which its CLI
//! calls on another host (`heroku pipelines:diff`). It has no published contract.

use serde_json::json;

use crate::http::{Call, Reply, Vendor};
use crate::state::Shared;
use crate::world::World;

/// None: the call is for the Platform API, which is recognised by its `Accept`. The caller must still check the
/// token.
pub(super) fn answer(shared: &Shared, world: &World, call: &Call) -> Option<Reply> {
    if call.method != "GET" || call.header("accept").is_some_and(|accept| accept.contains("application/vnd.heroku+json")) {
        return None;
    }
    let repository = |service: usize| {
        let repo = &world.services[service].repo;
        format!("{}/{}", repo.owner, repo.name)
    };
    let none = || Reply::json(404, &json!({"id": "not_found", "message": "Not found."}));
    let reply = match &call.route()[..] {
        ["apps", app, "github"] => match world.app(app) {
            Some(app) => {
                let service = world.apps[app].service;
                let (id, repo) = (world.apps[app].id.clone(), repository(service));
                let repo_id = crate::github::repository::FIRST_ID + service;
                Reply::json(
                    200,
                    &json!({"app_id": id, "repo": repo, "repo_id": repo_id, "branch": "main", "auto_deploy": false, "wait_for_ci": false,
                        "stale_days": null, "pull_requests": {"enabled": false}}),
                )
            }
            None => none(),
        },
        ["pipelines", id, "repository" | "github"] => match world.heroku_pipeline(id).and_then(|p| p.couplings.first()) {
            Some(coupling) => {
                let service = world.apps[coupling.app].service;
                Reply::json(
                    200,
                    &json!({"repository": {"id": crate::github::repository::FIRST_ID + service, "name": repository(service), "type": "github"}}),
                )
            }
            None => none(),
        },
        ["account", "github", "token"] => {
            let login = world.viewer.login.clone().unwrap_or_default();
            Reply::json(
                200,
                &json!({"github": {"token": shared.token(Vendor::Github), "login": login, "user_id": crate::github::users::user_id(&login)}}),
            )
        }
        _ => return None,
    };
    Some(reply)
}
