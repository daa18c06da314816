//! GitHub's REST calls about commits, branches and comparisons.

use std::sync::Arc;

use serde_json::{Value, json};

use super::answers::{no_route, not_found};
use super::check_suites::{self, checked};
use super::pagination::{link, page};
use super::route::rest_route;
use super::{diff, users, views};
use crate::http::{Call, Reply, Vendor};
use crate::operations;
use crate::world::World;
use crate::world::check::CheckState;
use crate::world::commit::Commit;
use crate::world::git::Repo;

const DOCS: &str = "https://docs.github.com/rest";

pub(super) fn answer(world: &World, call: &Call, url: &str, service: usize, route: &[&str]) -> Reply {
    let repo = &world.services[service].repo;
    let at = |name: &str| repo.resolve(name).cloned();
    let full = format!("{}/{}", repo.owner, repo.name);
    let own = format!("{url}/repos/{full}");
    match route {
        ["commits"] => {
            let Some(from) = at(call.param("sha").unwrap_or("main")) else { return not_found() };
            let mut log = repo.log(&from.oid);
            if let Some(path) = call.param("path") {
                log.retain(|c| c.files.iter().any(|f| f.path.starts_with(path)));
            }
            page_lazily(call, url, &log, |c| views::commit(world, service, c, url, false))
        }
        ["commits", name @ .., "pulls"] => {
            let Some(commit) = at(&name.join("/")) else { return no_commit(&name.join("/")) };
            let pull = commit.pull_request.and_then(|n| repo.pulls.get(&n));
            page(call, url, pull.map(|p| views::pull(world, service, p, url, false)).into_iter().collect())
        }
        ["commits", name @ .., "check-runs"] => {
            let Some(commit) = at(&name.join("/")) else { return no_commit(&name.join("/")) };
            let runs: Vec<Value> = checked(repo, &commit)
                .into_iter()
                .flat_map(|p| p.checks.iter().filter(|c| !c.status_context && c.starts <= world.now))
                .map(|c| views::check_run(world, world.services[service].ci, c, &commit.oid, &full, url))
                .collect();
            Reply::json(200, &json!({"total_count": runs.len(), "check_runs": runs}))
        }
        ["commits", name @ .., "status"] => {
            let Some(commit) = at(&name.join("/")) else { return no_commit(&name.join("/")) };
            status(world, service, &commit, url)
        }
        // The second path is that of GitHub's `statuses_url`.
        ["commits", name @ .., "statuses"] | ["statuses", name @ ..] => {
            let Some(commit) = at(&name.join("/")) else { return no_commit(&name.join("/")) };
            page(call, url, statuses(world, service, &commit, url))
        }
        ["commits", name @ .., "check-suites"] => {
            let Some(commit) = at(&name.join("/")) else { return no_commit(&name.join("/")) };
            check_suites::of_commit(world, call, url, service, &commit)
        }
        ["commits", name @ ..] if !name.is_empty() => match at(&name.join("/")) {
            Some(commit) => diff::of_commit(world, call, service, &commit)
                .unwrap_or_else(|| Reply::json(200, &views::commit(world, service, &commit, url, true))),
            None if is(call, "GET /repos/{owner}/{repo}/commits/{ref}") => no_commit(&name.join("/")),
            None => no_route(),
        },
        ["compare", basehead @ ..] => compare(world, call, url, service, &basehead.join("/")),
        ["branches"] => {
            let branches =
                repo.branches.iter().map(|(name, oid)| {
                    json!({"name": name, "commit": {"sha": oid, "url": format!("{own}/commits/{oid}")}, "protected": name == "main"})
                });
            page(call, url, branches.collect())
        }
        ["branches", "main", "protection"] => Reply::json(
            200,
            &json!({
                "url": format!("{own}/branches/main/protection"),
                "required_status_checks": {"url": format!("{own}/branches/main/protection/required_status_checks"),
                    "contexts_url": format!("{own}/branches/main/protection/required_status_checks/contexts"), "strict": false, "contexts": repo.required_checks,
                    "checks": repo.required_checks.iter().map(|c| json!({"context": c, "app_id": null})).collect::<Vec<_>>()},
                "required_pull_request_reviews": {"url": format!("{own}/branches/main/protection/required_pull_request_reviews"), "required_approving_review_count": repo.required_approvals, "dismiss_stale_reviews": false,
                    "require_code_owner_reviews": false},
                "enforce_admins": {"url": format!("{own}/branches/main/protection/enforce_admins"), "enabled": false}, "allow_force_pushes": {"enabled": false},
            }),
        ),
        ["branches", _, "protection"] => {
            Reply::json(404, &json!({"message": "Branch not protected", "documentation_url": DOCS, "status": "404"}))
        }
        ["branches", name @ ..] => match repo.branches.get(&name.join("/")).and_then(|oid| repo.commit(oid)) {
            Some(commit) => Reply::json(
                200,
                &json!({"name": name.join("/"), "protected": *name == ["main"],
                "_links": {"self": format!("{own}/branches/{}", name.join("/")), "html": format!("{url}/{full}/tree/{}", name.join("/"))},
                "protection": {"enabled": *name == ["main"]}, "protection_url": format!("{own}/branches/{}/protection", name.join("/")),
                "commit": views::commit(world, service, commit, url, false)}),
            ),
            None if !is(call, "GET /repos/{owner}/{repo}/branches/{branch}") => no_route(),
            None => Reply::json(404, &json!({"message": "Branch not found", "documentation_url": DOCS, "status": "404"})),
        },
        ["check-suites" | "check-runs", rest @ ..] if !rest.is_empty() => check_suites::answer(world, call, url, service, route),
        ["rules", "branches", ..] => page(call, url, Vec::new()),
        _ => no_route(),
    }
}

/// Whether no more specific operation of GitHub matches: a branch may be called `a/comments`.
fn is(call: &Call, operation: &str) -> bool {
    operations::operation(Vendor::Github, "GET", &rest_route(call)).is_none_or(|named| named == operation)
}

/// The statuses of a commit, each with its creator.
fn statuses(world: &World, service: usize, commit: &Commit, url: &str) -> Vec<Value> {
    let repo = &world.services[service].repo;
    let own = format!("{url}/repos/{}/{}", repo.owner, repo.name);
    let state = |s: CheckState| match s {
        CheckState::Queued | CheckState::Running => "pending",
        CheckState::Passed => "success",
        CheckState::Failed => "failure",
    };
    let contexts = checked(repo, commit).into_iter().flat_map(|p| p.checks.iter().filter(|c| c.status_context));
    contexts
        .map(|c| {
            json!({"id": c.id, "node_id": format!("SC_{}", c.id), "url": format!("{own}/statuses/{}", commit.oid), "avatar_url": null,
                "context": c.name, "state": state(c.state(world.now)), "description": null, "target_url": null,
                "created_at": world.stamp(c.starts.min(world.now)), "updated_at": world.stamp(c.ends.min(world.now)),
                "creator": users::user("cla-approver", url)})
        })
        .collect()
}

/// As at GitHub, no statuses at all means pending.
fn status(world: &World, service: usize, commit: &Commit, url: &str) -> Reply {
    let repo = &world.services[service].repo;
    let own = format!("{url}/repos/{}/{}", repo.owner, repo.name);
    let mut statuses = statuses(world, service, commit, url);
    // The combined status does not include the creators.
    statuses.iter_mut().filter_map(Value::as_object_mut).for_each(|status| drop(status.remove("creator")));
    let whole = match () {
        () if statuses.iter().any(|s| s["state"] == "failure") => "failure",
        () if statuses.is_empty() || statuses.iter().any(|s| s["state"] == "pending") => "pending",
        () => "success",
    };
    Reply::json(
        200,
        &json!({
            "state": whole, "statuses": statuses, "sha": commit.oid, "total_count": statuses.len(),
            "repository": super::repository::listed(world, service, url), "commit_url": format!("{own}/commits/{}", commit.oid),
            "url": format!("{own}/commits/{}/status", commit.oid),
        }),
    )
}

fn compare(world: &World, call: &Call, url: &str, service: usize, basehead: &str) -> Reply {
    let repo = &world.services[service].repo;
    let Some((base, head)) = basehead.split_once("...") else { return not_found() };
    let bare = |name: &str| crate::http::percent_decode(name.split_once(':').map_or(name, |(_, n)| n));
    let (Some(base), Some(head)) = (repo.resolve(&bare(base)), repo.resolve(&bare(head))) else { return not_found() };
    let (mut ahead, behind) = (repo.between(&base.oid, &head.oid), repo.between(&head.oid, &base.oid));
    let files = Repo::net_files(&ahead);
    ahead.reverse();
    if let Some(reply) = diff::of_commits(world, call, &files, &ahead) {
        return reply;
    }
    let status = match (ahead.is_empty(), behind.is_empty()) {
        (true, true) => "identical",
        (false, true) => "ahead",
        (true, false) => "behind",
        (false, false) => "diverged",
    };
    let number = |name: &str, default: usize| call.param(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let (per, at) = (number("per_page", 250).clamp(1, 250), number("page", 1).max(1));
    let last = ahead.len().div_ceil(per).max(1);
    let shown = ahead.iter().skip((at - 1) * per).take(per);
    let view = |c: &Commit| views::commit(world, service, c, url, false);
    let merge_base = repo.merge_base(&base.oid, &head.oid);
    let full = format!("{}/{}", repo.owner, repo.name);
    let html = format!("{url}/{full}/compare/{basehead}");
    let mut body = json!({
        "url": format!("{url}{}", call.path), "html_url": html, "permalink_url": html, "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"), "status": status,
        "ahead_by": ahead.len(), "behind_by": behind.len(), "total_commits": ahead.len(),
        "base_commit": view(base), "merge_base_commit": merge_base.map(|c| view(&c)),
        "commits": shown.map(|c| view(c)).collect::<Vec<_>>(),
    });
    // Files are only on the first page, and at most 300 of them.
    if at == 1 {
        body["files"] = views::files(&files[..files.len().min(300)], &format!("{url}/{full}"), &format!("{url}/repos/{full}"), &head.oid);
    }
    let reply = Reply::json(200, &body);
    match link(call, url, at, last) {
        Some(link) => reply.with("Link", link),
        None => reply,
    }
}

fn page_lazily(call: &Call, url: &str, log: &[Arc<Commit>], view: impl Fn(&Commit) -> Value) -> Reply {
    let number = |name: &str, default: usize| call.param(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let (per, at) = (number("per_page", 30).clamp(1, 100), number("page", 1).max(1));
    let shown: Vec<Value> = log.iter().skip((at - 1) * per).take(per).map(|c| view(c)).collect();
    let reply = Reply::json(200, &Value::Array(shown));
    match link(call, url, at, log.len().div_ceil(per).max(1)) {
        Some(link) => reply.with("Link", link),
        None => reply,
    }
}

fn no_commit(name: &str) -> Reply {
    Reply::json(422, &json!({"message": format!("No commit found for SHA: {name}"), "documentation_url": DOCS, "status": "422"}))
}
