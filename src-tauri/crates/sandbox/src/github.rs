//! GitHub: GraphQL at `/graphql` and `/api/graphql`, REST at `/` and under `/api/v3`.

pub(crate) mod actions;
mod answers;
mod branches;
mod check_fields;
mod check_suites;
mod connection;
mod contents;
mod diff;
mod fields;
mod graphql;
mod mutation_fields;
mod mutations;
mod node_ids;
mod objects;
mod older_server;
mod other_client_fields;
mod pagination;
mod pull_request_fields;
pub(crate) mod repository;
mod rest;
mod rest_commits;
mod reviews;
mod route;
mod rules;
mod timeline;
mod unknown_fields;
pub(crate) mod users;
mod views;

use crate::http::{Call, Reply, Vendor, mutation};
use crate::state::Shared;
use crate::tokens::Token;
use crate::world::World;

use route::{is_graphql, rest_route};

pub use graphql::SCHEMA;

pub(crate) fn answer(shared: &Shared, world: &mut World, call: &Call) -> Reply {
    if call.header("user-agent").is_none_or(str::is_empty) {
        return Reply::text(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.",
        );
    }
    let Some(token) = shared.token_of(call) else { return shared.unauthorized(Vendor::Github) };
    let graphql = is_graphql(call);
    let mut reply = match refusal(&token, world, call) {
        Some(refusal) => refusal,
        None if graphql => graphql::answer(shared, world, call, &token),
        None => shared.unrouted(call, &rest_route(call), rest::answer(shared, world, call)).conditional(call, true),
    };
    if call.host.as_deref() == Some("api.github.com") {
        reply.body = as_at_github(reply.body, graphql);
    }
    let mut rates = shared.rates.lock().expect("the rates' lock is never poisoned");
    let free = reply.status == 304 || call.kind == "GET /rate_limit";
    if !graphql && !free {
        rates.core.spend(1);
        shared.request_log.lock().expect("the request log's lock is never poisoned").spent(Vendor::Github, "core", 1);
    }
    let (resource, window) = if graphql { ("graphql", &rates.graphql) } else { ("core", &rates.core) };
    for (name, value) in [("limit", window.limit), ("remaining", window.remaining()), ("used", window.used), ("reset", window.reset())] {
        reply = reply.with(&format!("x-ratelimit-{name}"), value);
    }
    let request = world.order();
    token
        .github_headers(reply)
        .with("x-ratelimit-resource", resource)
        .with("x-github-request-id", format!("5A1D:{request:06X}:{:08X}", call.path.len() * 7919 + request as usize))
        .with("x-github-media-type", "github.v3; format=json")
        .with("cache-control", "private, max-age=60, s-maxage=60")
        .with("vary", "Accept, Authorization, Cookie, X-GitHub-OTP")
}

/// REST members that are addresses of pages; in GraphQL every address is one.
const PAGES: [&str; 9] =
    ["html_url", "diff_url", "patch_url", "permalink_url", "details_url", "avatar_url", "permalink", "detailsUrl", "targetUrl"];

/// Where GitHub's API has a host of its own, its pages are on another: `https://github.com/…`.
fn as_at_github(body: Vec<u8>, graphql: bool) -> Vec<u8> {
    let Ok(text) = String::from_utf8(body.clone()) else { return body };
    let (api, pages) = ("\"https://api.github.com/", "\"https://github.com/");
    match graphql {
        true => text.replace(api, pages).into_bytes(),
        false => {
            PAGES.iter().fold(text, |text, name| text.replace(&format!("\"{name}\":{api}"), &format!("\"{name}\":{pages}"))).into_bytes()
        }
    }
}

/// The refusal of a call that the token is not permitted to make.
fn refusal(token: &Token, world: &World, call: &Call) -> Option<Reply> {
    if is_graphql(call) {
        let body = call.json().unwrap_or_default();
        let name = |key: &str| body["variables"][key].as_str().map(str::to_owned);
        let first = world.services.first().map_or(("acme", "storefront"), |s| (&s.repo.owner, &s.repo.name));
        let (owner, repo) = (name("owner").unwrap_or(first.0.into()), name("name").unwrap_or(first.1.into()));
        return token.graphql_refusal(call, &format!("{owner}/{repo}"));
    }
    match rest_route(call)[..] {
        ["repos", owner, ..] => token.github_refusal(call, owner),
        _ => None,
    }
}

pub(crate) fn describe(call: &mut Call) {
    if is_graphql(call) {
        return graphql::describe(call);
    }
    let route: Vec<String> = rest_route(call).into_iter().map(str::to_owned).collect();
    let parts: Vec<&str> = route.iter().map(String::as_str).collect();
    call.kind = format!("{} /{}", call.method, template(&parts).join("/"));
    call.mutations = match (call.method.as_str(), &parts[..]) {
        ("PUT", ["repos", o, r, "pulls", n, "merge"]) => mutation("merge", format!("{o}/{r}#{n}")),
        ("PUT", ["repos", o, r, "pulls", n, "update-branch"]) => mutation("update_branch", format!("{o}/{r}#{n}")),
        ("PUT", ["repositories", id, "pulls", n, "merge"]) => mutation("merge", format!("repositories/{id}#{n}")),
        ("POST", ["repos", o, r, "actions", "jobs", id, "rerun"]) => mutation("rerun", format!("{o}/{r}/jobs/{id}")),
        ("POST", ["repos", o, r, "pulls", n, "reviews"]) => mutation("review", format!("{o}/{r}#{n}")),
        ("DELETE", ["repos", o, r, "git", "refs", name @ ..]) => mutation("delete_branch", format!("{o}/{r}/{}", name.join("/"))),
        ("POST", ["repos", o, r, "actions", "runs", id, verb]) => mutation(actions::verb(verb), format!("{o}/{r}/runs/{id}")),
        ("GET" | "HEAD", _) => Vec::new(),
        (method, _) => mutation(&method.to_lowercase(), format!("/{}", parts.join("/"))),
    };
}

fn template<'a>(parts: &[&'a str]) -> Vec<&'a str> {
    let name = |(n, part): (usize, &&'a str)| match (n, parts.first().copied(), parts.get(n.wrapping_sub(1)).copied()) {
        (1, Some("repos"), _) => "{owner}",
        (2, Some("repos"), _) => "{repo}",
        (1, Some("repositories"), _) => "{id}",
        (_, _, Some("pulls")) => "{number}",
        (_, _, Some("check-suites" | "check-runs")) => "{id}",
        (5, Some("repos"), Some("workflows")) => "{workflow_id}",
        (5, Some("repos"), Some("runs")) => "{run_id}",
        (5, Some("repos"), Some("jobs")) => "{job_id}",
        (7, Some("repos"), Some("attempts")) => "{attempt_number}",
        (_, _, Some("commits" | "branches")) => "{ref}",
        (_, _, Some("compare")) => "{basehead}",
        _ => part,
    };
    parts.iter().enumerate().map(name).collect()
}
