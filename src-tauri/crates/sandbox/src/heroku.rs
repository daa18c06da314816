//! Heroku's Platform API, version 3.

mod addons_and_collaborators;
pub(crate) mod answers;
mod filters;
mod formation;
mod github_links;
mod log_sessions;
pub(crate) mod outputs;
mod pagination;
mod promotions;
mod views;

use serde_json::{Value, json};

use crate::http::{Call, Reply, Vendor, mutation};
use crate::state::Shared;
use crate::world::World;
use crate::world::refusal::Refusal;
use crate::world::release::Images;
use answers::{error, no_route};
use views::View;

pub(crate) fn describe(call: &mut Call) {
    let route = call.route();
    let parts: Vec<&str> = route
        .iter()
        .enumerate()
        .map(|(n, part)| match route.get(n.wrapping_sub(1)).copied() {
            Some("apps") => "{app}",
            Some(
                "releases"
                | "slugs"
                | "oci-images"
                | "builds"
                | "dynos"
                | "pipelines"
                | "formation"
                | "release-output"
                | "build-output"
                | "pipeline-promotions"
                | "features",
            ) => "{id}",
            _ => part,
        })
        .collect();
    let kind = format!("{} /{}", call.method, parts.join("/"));
    let mutations = match (call.method.as_str(), &route[..]) {
        ("POST", ["apps", app, "releases"]) => {
            let rollback = call.json().is_some_and(|b| !b["release"].is_null());
            mutation(if rollback { "rollback" } else { "release" }, *app)
        }
        ("POST", ["pipeline-promotions"]) => {
            mutation("promote", call.json().and_then(|b| b["targets"][0]["app"]["id"].as_str().map(str::to_owned)).unwrap_or_default())
        }
        ("PATCH", ["apps", app, "config-vars"]) => mutation("config", *app),
        ("PATCH", ["apps", app, "formation", ..]) => mutation("scale", *app),
        ("PATCH", ["apps", app]) => mutation("update", *app),
        ("DELETE", ["apps", app, "dynos", ..]) => mutation("restart", *app),
        // A POST that only reads.
        ("GET" | "HEAD", _) | ("POST", ["filters", ..] | ["apps", _, "log-sessions"]) => Vec::new(),
        (method, _) => mutation(&method.to_lowercase(), call.path.clone()),
    };
    (call.kind, call.mutations) = (kind, mutations);
}

pub(crate) fn answer(shared: &Shared, world: &mut World, call: &Call) -> Reply {
    let beside = github_links::answer(shared, world, call);
    if beside.is_none() && !accepts(call) {
        return error(406, "not_acceptable", "Please specify a version in the Accept header: application/vnd.heroku+json; version=3");
    }
    let Some(token) = shared.token_of(call) else { return shared.unauthorized(Vendor::Heroku) };
    let free = call.kind == "GET /account/rate-limits";
    let remaining = shared.rates.lock().expect("never poisoned").heroku.spend(if free { 0.0 } else { 1.0 });
    let request = uuid_like(world.order());
    let mut reply = match (token.heroku_refusal(call), beside, &call.route()[..]) {
        (Some(refusal), ..) => refusal,
        (None, Some(reply), _) => reply,
        (None, None, ["oauth", "authorizations"]) if call.method == "GET" => Reply::json(200, &json!([token.authorization()])),
        (None, None, _) => shared.unrouted(call, &call.route(), route(shared, world, call, remaining)).conditional(call, false),
    };
    let address = shared.address(call);
    if address.starts_with("https:") {
        reply.body = with_streams_at(shared.url(Vendor::Heroku), &address, reply.body);
    }
    reply
        .with("RateLimit-Remaining", remaining)
        .with("RateLimit-Multiplier", 1)
        .with("Request-Id", request)
        .with("Vary", "Authorization,Accept-Encoding")
        .with("Cache-Control", "private, no-cache")
}

/// Output streams are on another host than the API, so a TLS proxy in front of the API does not cover them.
fn with_streams_at(own: &str, address: &str, body: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(body) {
        Ok(text) => {
            let of = |address: &str| format!("\"output_stream_url\":\"{address}/");
            text.replace(&of(address), &of(own)).into_bytes()
        }
        Err(binary) => binary.into_bytes(),
    }
}

/// `version=3`, or the variant of it that the vendor's CLI requests.
fn accepts(call: &Call) -> bool {
    let accept = call.header("accept").unwrap_or("");
    accept.split(',').any(|a| a.contains("application/vnd.heroku+json") && a.replace(' ', "").contains("version=3"))
}

fn route(shared: &Shared, world: &mut World, call: &Call, remaining: i64) -> Reply {
    let address = shared.address(call);
    let parts = call.route();
    match (call.method.as_str(), &parts[..]) {
        ("GET", ["account"]) => Reply::json(200, &views::account(world)),
        ("GET", ["account", "rate-limits"]) => Reply::json(200, &json!({"remaining": remaining})),
        ("GET", ["apps"] | ["users", _, "apps"]) => {
            let view = View { world, url: &address };
            let mut apps: Vec<usize> = (0..world.apps.len()).collect();
            apps.sort_by_key(|a| &world.apps[*a].name);
            pagination::page(call, "name", apps, |a| json!(world.apps[*a].name), |a| view.app(*a))
        }
        ("GET", ["pipelines"]) => {
            let view = View { world, url: &address };
            let all = &world.heroku_pipelines;
            let named = call.param("eq[name]");
            let is_wanted = |p: &usize| named.is_none_or(|named| all[*p].name == named || *all[*p].id == *named);
            let mut pipelines: Vec<usize> = (0..all.len()).filter(is_wanted).collect();
            pipelines.sort_by_key(|p| &all[*p].name);
            pagination::page(call, "name", pipelines, |p| json!(all[*p].name), |p| view.pipeline(&all[*p]))
        }
        ("GET", ["pipeline-couplings"] | ["users", "~", "pipeline-couplings"]) => {
            let view = View { world, url: &address };
            let mut all: Vec<_> = world.couplings().collect();
            all.sort_by_key(|(_, coupling)| &coupling.id);
            pagination::page(call, "id", (0..all.len()).collect(), |c| json!(all[*c].1.id), |c| view.coupling(all[*c].0, all[*c].1))
        }
        ("GET", ["teams", team]) => views::team(team),
        ("POST", ["filters", "apps"]) => filters::apps(&View { world, url: &address }, call),
        // Accounts without free dyno hours have no quota.
        ("GET", ["accounts", _, "actions", "get-quota"]) => error(404, "not_found", "Couldn't find that quota."),
        (_, ["pipeline-promotions", rest @ ..]) => promotions::answer(shared, world, call, rest),
        ("GET", ["pipelines", id, rest @ ..]) => {
            let view = View { world, url: &address };
            pipeline(&view, id, rest)
        }
        (method, ["apps", app, rest @ ..]) => match world.app(app) {
            Some(app) if method == "GET" => {
                let view = View { world, url: &address };
                read(&view, call, app, rest)
            }
            Some(app) => change(shared, world, call, app, rest),
            None => error(404, "not_found", "Couldn't find that app."),
        },
        _ => no_route(),
    }
}

fn pipeline(view: &View<'_>, id: &str, rest: &[&str]) -> Reply {
    let Some(found) = view.world.heroku_pipeline(id) else { return error(404, "not_found", "Couldn't find that pipeline.") };
    match rest {
        [] => Reply::json(200, &view.pipeline(found)),
        ["pipeline-couplings"] => Reply::json(200, &found.couplings.iter().map(|c| view.coupling(found, c)).collect()),
        ["latest-releases"] => {
            let apps = found.couplings.iter().map(|c| c.app);
            let latest = apps.filter_map(|a| view.world.apps[a].releases.len().checked_sub(1).map(|r| view.release(a, r)));
            Reply::json(200, &latest.collect())
        }
        _ => no_route(),
    }
}

fn read(view: &View<'_>, call: &Call, app: usize, rest: &[&str]) -> Reply {
    let a = &view.world.apps[app];
    let release = |id: &str| a.find(id);
    match rest {
        [] => Reply::json(200, &view.app(app)),
        ["releases"] => {
            pagination::page(call, "version", (0..a.releases.len()).collect(), |r| json!(a.releases[*r].version), |r| view.release(app, *r))
        }
        ["releases", id] => match release(id) {
            Some(r) => Reply::json(200, &view.release(app, r)),
            None => error(404, "not_found", "Couldn't find that release."),
        },
        ["releases", id, "config-vars"] => match release(id) {
            Some(r) => Reply::json(200, &json!(*a.releases[r].config)),
            None => error(404, "not_found", "Couldn't find that release."),
        },
        ["config-vars"] => Reply::json(200, &json!(*a.config())),
        ["oci-images", id] => match view.world.slugs.get(*id).filter(|_| a.images == Some(Images::Built)) {
            Some(slug) => Reply::json(200, &json!([view.image(slug)])),
            None => error(404, "not_found", "Couldn't find that OCI image."),
        },
        ["slugs", id] => match view.world.slugs.get(*id).filter(|_| a.images.is_none()) {
            Some(slug) => Reply::json(200, &view.slug(slug)),
            None => error(404, "not_found", "Couldn't find that slug."),
        },
        ["dynos"] => Reply::json(200, &(0..a.dynos.len()).map(|d| view.dyno(app, d)).collect()),
        ["dynos", name] => match a.dynos.iter().position(|d| d.name == *name) {
            Some(d) => Reply::json(200, &view.dyno(app, d)),
            None => error(404, "not_found", "Couldn't find that dyno."),
        },
        ["addons"] => Reply::json(200, &addons_and_collaborators::addons(view, app)),
        ["collaborators"] => Reply::json(200, &addons_and_collaborators::collaborators(view, app)),
        ["formation", ..] => formation::read(view, app, &rest[1..]),
        ["builds"] => {
            pagination::page(call, "started_at", (0..a.builds.len()).collect(), |b| json!(a.builds[*b].created), |b| view.build(app, *b))
        }
        ["builds", id] => match a.builds.iter().position(|b| *b.id == **id) {
            Some(b) => Reply::json(200, &view.build(app, b)),
            None => error(404, "not_found", "Couldn't find that build."),
        },
        ["features"] => Reply::json(200, &json!([view.preboot(app)])),
        ["features", "preboot"] => Reply::json(200, &view.preboot(app)),
        ["features", _] => error(404, "not_found", "Couldn't find that app feature."),
        ["pipeline-couplings"] => match view.world.couplings().find(|(_, c)| c.app == app) {
            Some((pipeline, coupling)) => Reply::json(200, &view.coupling(pipeline, coupling)),
            None => error(404, "not_found", "Couldn't find that pipeline coupling."),
        },
        _ => no_route(),
    }
}

fn change(shared: &Shared, world: &mut World, call: &Call, app: usize, rest: &[&str]) -> Reply {
    let Some(body) = call.json() else { return error(400, "bad_request", "Unable to parse the JSON request.") };
    let user = world.viewer.email.clone();
    let address = shared.address(call);
    match (call.method.as_str(), rest) {
        // Apps of the Fir generation have no history to read.
        ("POST", ["log-sessions"]) if world.apps[app].images != Some(Images::Built) => log_sessions::create(shared, world, app, &body),
        ("POST", ["releases"]) => {
            let made = match (body["release"].as_str(), body["slug"].as_str()) {
                (Some(release), None) => world.roll_back(app, release, &user),
                (None, Some(slug)) => world.release_slug(app, slug, body["description"].as_str(), &user),
                _ => Err(Refusal::new(422, "Require params: slug.")),
            };
            match made {
                Ok(release) => {
                    let view = View { world, url: &address };
                    Reply::json(201, &view.release(app, release)).applying(call)
                }
                Err(refusal) if refusal.status == 404 => error(404, "not_found", &refusal.message),
                Err(refusal) => error(422, "invalid_params", &refusal.message),
            }
        }
        ("PATCH", ["config-vars"]) => {
            let Value::Object(vars) = body else { return error(422, "invalid_params", "Config vars must be an object.") };
            let vars: Vec<_> = vars.into_iter().map(|(k, v)| (k, v.as_str().map(str::to_owned))).collect();
            world.set_config(app, &vars, &user);
            Reply::json(200, &json!(*world.apps[app].config())).applying(call)
        }
        ("PATCH", []) => {
            if let Some(on) = body["maintenance"].as_bool() {
                world.apps[app].maintenance = on;
            }
            let view = View { world, url: &address };
            Reply::json(200, &view.app(app)).applying(call)
        }
        ("PATCH", ["features", "preboot"]) => {
            let Some(on) = body["enabled"].as_bool() else { return error(422, "invalid_params", "Require params: enabled.") };
            world.apps[app].preboot = on;
            let view = View { world, url: &address };
            Reply::json(200, &view.preboot(app)).applying(call)
        }
        ("PATCH", ["formation", which @ ..]) => formation::change(shared, world, call, app, which),
        ("DELETE", ["dynos", ..]) => {
            world.restart(app);
            Reply::json(202, &json!({})).applying(call)
        }
        _ => no_route(),
    }
}

fn uuid_like(n: u64) -> String {
    format!("{:08x}-5a1d-4b0c-8000-{n:012x}", n.wrapping_mul(2_654_435_761) as u32)
}
