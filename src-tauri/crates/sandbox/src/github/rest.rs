//! GitHub's REST calls about pull requests and the account.

use serde_json::{Value, json};

use super::answers::{no_route, not_found};
use super::pagination::page;
use super::repository::{self, FIRST_ID};
use super::route::rest_route;
use super::{actions, branches, contents, diff, rest_commits, reviews, users, views};
use crate::http::{Call, Reply};
use crate::state::Shared;
use crate::world::World;
use crate::world::merge::MergeAsk;
use crate::world::pull_request::{PullRequest, PullState};
use crate::world::refusal::Refusal;

pub(super) fn answer(shared: &Shared, world: &mut World, call: &Call) -> Reply {
    let address = shared.address(call);
    let url = address.as_str();
    let route = rest_route(call);
    match (call.method.as_str(), &route[..]) {
        ("GET", []) => Reply::json(200, &root(url)),
        ("GET", ["meta"]) => Reply::json(200, &meta(call)),
        ("GET", ["user"]) => Reply::json(200, &users::viewer(world, url)),
        ("GET", ["rate_limit"]) => rate_limit(shared),
        ("GET", ["user", "repos"] | ["orgs", _, "repos"]) => {
            let repos = (0..world.services.len()).map(|s| repository::listed(world, s, url)).collect();
            page(call, url, repos)
        }
        (method, ["repositories", id, rest @ ..]) => match id.parse::<usize>().ok().and_then(|id| id.checked_sub(FIRST_ID)) {
            Some(service) if service < world.services.len() => in_repo(shared, world, call, service, method, rest),
            _ => not_found(),
        },
        (method, ["repos", owner, repo, rest @ ..]) => match world.repo(owner, repo) {
            Some(service) if world.services[service].repo.was_named(owner, repo) => moved(call, url, service, rest, method),
            Some(service) => in_repo(shared, world, call, service, method, rest),
            None => not_found(),
        },
        _ => no_route(),
    }
}

/// A renamed repository: a read is redirected permanently, a write with its method unchanged.
fn moved(call: &Call, url: &str, service: usize, rest: &[&str], method: &str) -> Reply {
    let status = if matches!(method, "GET" | "HEAD") { 301 } else { 307 };
    let message = if status == 301 { "Moved Permanently" } else { "Temporary Redirect" };
    let query: Vec<String> = call.query.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "%20"))).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let prefix = if call.path.starts_with("/api/v3") { "/api/v3" } else { "" };
    let rest: String = rest.iter().map(|part| format!("/{part}")).collect();
    let location = format!("{url}{prefix}/repositories/{}{rest}{query}", FIRST_ID + service);
    let body = json!({"message": message, "url": location, "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"});
    Reply::json(status, &body).with("Location", location)
}

fn in_repo(shared: &Shared, world: &mut World, call: &Call, service: usize, method: &str, rest: &[&str]) -> Reply {
    let address = shared.address(call);
    let url = address.as_str();
    match (method, rest) {
        ("GET", []) => Reply::json(200, &repository::whole(world, service, url)),
        ("GET", ["readme"]) => contents::rest(world, url, service, "README.md", call.param("ref")),
        ("GET", ["contents", path @ ..]) => contents::rest(world, url, service, &path.join("/"), call.param("ref")),
        ("GET", ["pulls"]) => list(world, call, url, service),
        (_, ["pulls", number, rest @ ..]) => {
            let number = number.parse().unwrap_or(0);
            match world.services[service].repo.pulls.contains_key(&number) {
                true => one_pull(world, call, url, (service, number), method, rest),
                false => not_found(),
            }
        }
        ("GET", ["issues", number, "comments"]) if world.services[service].repo.pulls.contains_key(&number.parse().unwrap_or(0)) => {
            page(call, url, Vec::new())
        }
        (_, ["git", rest @ ..]) => branches::answer(world, call, url, service, method, rest),
        (_, ["actions", rest @ ..]) => actions::answer(shared, world, call, service, method, rest),
        ("GET", _) => rest_commits::answer(world, call, url, service, rest),
        _ => no_route(),
    }
}

fn list(world: &World, call: &Call, url: &str, service: usize) -> Reply {
    let repo = &world.services[service].repo;
    let state = call.param("state").unwrap_or("open");
    let mut pulls: Vec<&PullRequest> = repo.pulls.values().collect();
    pulls.retain(|p| state == "all" || (p.state == PullState::Open) == (state == "open"));
    if let Some(head) = call.param("head") {
        let branch = head.split_once(':').map_or(head, |(_, b)| b);
        pulls.retain(|p| p.branch == branch);
    }
    if let Some(base) = call.param("base") {
        pulls.retain(|p| world.base_of(service, p.number) == base);
    }
    if call.param("sort") == Some("updated") {
        pulls.sort_by_key(|p| (p.updated_at(world.now), p.number));
    }
    let ascending = call.param("direction").unwrap_or("desc") == "asc";
    if !ascending {
        pulls.reverse();
    }
    page(call, url, pulls.into_iter().map(|p| views::pull(world, service, p, url, false)).collect())
}

fn one_pull(world: &mut World, call: &Call, url: &str, (service, number): (usize, u64), method: &str, rest: &[&str]) -> Reply {
    let repo = &world.services[service].repo;
    let pull = &repo.pulls[&number];
    match (method, rest) {
        ("GET", []) => {
            diff::of_pull(world, call, service, pull).unwrap_or_else(|| Reply::json(200, &views::pull(world, service, pull, url, true)))
        }
        ("GET", ["comments"]) => page(call, url, Vec::new()),
        ("GET", ["requested_reviewers"]) => Reply::json(200, &reviews::requested(pull, url)),
        ("POST", ["reviews"]) => reviews::submit(world, call, url, service, number),
        ("GET", ["files"]) => {
            let full = format!("{}/{}", repo.owner, repo.name);
            let (html, own) = (format!("{url}/{full}"), format!("{url}/repos/{full}"));
            let files = views::files(&world.pull_files(service, pull), &html, &own, &pull.head);
            page(call, url, files.as_array().cloned().unwrap_or_default())
        }
        ("GET", ["commits"]) => {
            let commits = pull.commits.iter().filter_map(|c| repo.commit(c));
            page(call, url, commits.map(|c| views::commit(world, service, c, url, false)).collect())
        }
        ("GET", ["reviews"]) => {
            let reviews = pull.reviews.iter().filter(|r| r.at <= world.now).map(|r| views::review(r, pull, world, service, url));
            page(call, url, reviews.collect())
        }
        ("GET", ["merge"]) => match pull.state {
            PullState::Merged => Reply { body: Vec::new(), ..Reply::text(204, "") },
            PullState::Open | PullState::Closed => not_found(),
        },
        ("PUT", ["merge"]) => merge(world, call, service, number),
        ("PUT", ["update-branch"]) => {
            let Some(body) = call.json() else { return unparsed() };
            match world.update_branch(service, number, body["expected_head_sha"].as_str()) {
                Ok(()) => Reply::json(202, &json!({"message": "Updating pull request branch.", "url": format!("{url}{}", call.path)}))
                    .applying(call),
                Err(refusal) => refused(&refusal),
            }
        }
        _ => no_route(),
    }
}

fn merge(world: &mut World, call: &Call, service: usize, number: u64) -> Reply {
    let Some(body) = call.json() else { return unparsed() };
    let text = |name: &str| body[name].as_str();
    if ["sha", "merge_method", "commit_title", "commit_message"].iter().any(|n| !body[n].is_null() && text(n).is_none()) {
        return refused(&Refusal::new(422, "Invalid request.\n\nNo subschema in \"anyOf\" matched."));
    }
    let ask = MergeAsk {
        method: text("merge_method").unwrap_or("merge"),
        sha: text("sha"),
        title: text("commit_title"),
        message: text("commit_message"),
        by: world.viewer.clone(),
    };
    match world.merge(service, number, &ask) {
        Ok(sha) => Reply::json(200, &json!({"sha": sha, "merged": true, "message": "Pull Request successfully merged"})).applying(call),
        Err(refusal) => refused(&refusal),
    }
}

fn refused(refusal: &Refusal) -> Reply {
    let docs = "https://docs.github.com/rest/pulls/pulls#merge-a-pull-request";
    let body = json!({"message": refusal.message, "documentation_url": docs, "status": refusal.status.to_string()});
    Reply::json(refusal.status, &body)
}

fn unparsed() -> Reply {
    Reply::json(400, &json!({"message": "Problems parsing JSON", "documentation_url": "https://docs.github.com/rest", "status": "400"}))
}

/// Only Enterprise Server reports its version.
fn meta(call: &Call) -> Value {
    let mut meta = json!({"verifiable_password_authentication": false});
    if call.route().starts_with(&["api", "v3"]) {
        meta["installed_version"] = json!("3.18.0");
    }
    meta
}

/// The addresses of all resources, as templates.
fn root(url: &str) -> Value {
    const BELOW: [(&str, &str); 31] = [
        ("current_user", "/user"),
        ("current_user_authorizations_html", "/settings/connections/applications{/client_id}"),
        ("authorizations", "/authorizations"),
        ("code_search", "/search/code?q={query}{&page,per_page,sort,order}"),
        ("commit_search", "/search/commits?q={query}{&page,per_page,sort,order}"),
        ("emails", "/user/emails"),
        ("emojis", "/emojis"),
        ("events", "/events"),
        ("feeds", "/feeds"),
        ("followers", "/user/followers"),
        ("following", "/user/following{/target}"),
        ("gists", "/gists{/gist_id}"),
        ("issue_search", "/search/issues?q={query}{&page,per_page,sort,order}"),
        ("issues", "/issues"),
        ("keys", "/user/keys"),
        ("label_search", "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}"),
        ("notifications", "/notifications"),
        ("organization", "/orgs/{org}"),
        ("organization_repositories", "/orgs/{org}/repos{?type,page,per_page,sort}"),
        ("organization_teams", "/orgs/{org}/teams"),
        ("public_gists", "/gists/public"),
        ("rate_limit", "/rate_limit"),
        ("repository", "/repos/{owner}/{repo}"),
        ("repository_search", "/search/repositories?q={query}{&page,per_page,sort,order}"),
        ("current_user_repositories", "/user/repos{?type,page,per_page,sort}"),
        ("starred", "/user/starred{/owner}{/repo}"),
        ("starred_gists", "/gists/starred"),
        ("user", "/users/{user}"),
        ("user_organizations", "/user/orgs"),
        ("user_repositories", "/users/{user}/repos{?type,page,per_page,sort}"),
        ("user_search", "/search/users?q={query}{&page,per_page,sort,order}"),
    ];
    BELOW
        .iter()
        .map(|(name, below)| (format!("{name}_url"), Value::from(format!("{url}{below}"))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn rate_limit(shared: &Shared) -> Reply {
    let rates = shared.rates.lock().expect("the rates' lock is never poisoned");
    let view = |w: &crate::rate_limits::Window| json!({"limit": w.limit, "used": w.used, "remaining": w.remaining(), "reset": w.reset()});
    Reply::json(
        200,
        &json!({
            "resources": {"core": view(&rates.core), "graphql": view(&rates.graphql),
                "search": {"limit": 30, "used": 0, "remaining": 30, "reset": rates.core.reset()}}, "rate": view(&rates.core),
        }),
    )
}
