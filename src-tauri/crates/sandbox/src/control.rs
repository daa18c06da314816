//! The control port: reports what happened, sets faults, and changes the world. Every call except `GET /health/APP`
//! carries the banner's `control.token` as `Authorization: Bearer`; see [`crate::access_control`].
//!
//! - `GET /truth` → `{mutations: [{vendor, kind, target, received, applied}], changes: […], requests: {VENDOR: {total, not_modified,
//!   max_concurrency, points: {BUDGET: N}, kinds: {KIND: {count, not_modified}}}}, violations: [{vendor, what, path}],
//!   not_simulated: [{vendor, operation, count}], unknown_routes: [{vendor, operation, count}], world: …}`.
//!   `not_simulated` lists what the vendor has and the sandbox does not (501), such as `GET /repos/{owner}/{repo}/issues` or `PullRequest.editor`;
//!   `unknown_routes` what no vendor has (its own 404), by method and path.
//!   `points` is the cost in GitHub's budgets, `core` and `graphql`: a 304 is a request and costs nothing.
//!   Kinds of mutations: `merge`, `revert`, `update_branch`, `enqueue`, `dequeue`, `enable_auto_merge`, `disable_auto_merge`,
//!   `review` (target `OWNER/REPO#N`), `delete_branch`, `rollback`, `release`, `config`, `restart` (target APP), `promote`
//!   (target: the promoted app's id), `rerun`, `cancel`, `approve` (target: the workflow's id).
//!   `changes` lists every mutation in the order in which it was received, and what other people did (`POST /world`):
//!   `{number, vendor, kind, target, who, token, received_at, applied_at, before, made, moment, reads}`.
//!   `token` is the index of the token that was used (0: the banner's, then in the order of registration; null: another
//!   person, by a control command). `applied_at` is null when the change was refused or did not arrive. `before` is the state
//!   that the vendor found: of a pull request
//!   `{state, head_sha, base_sha, merge_state, auto_merge, queued, merged_by, merge_sha, reverted_by}`, of an app
//!   `{current, newest}` with `{version, id, status, slug, code_version}` each, of a workflow
//!   `{id, status, pipeline, newest_workflow_id}`. `made` is the result: `{sha}`, `{head_sha}`, `{pull_request}`,
//!   `{version, id}`, `{promotion_id, releases: [{app, version, id}]}`, `{workflow_id}`.
//!   `moment` is a counter of the world's answers, including reads; null: the world never answered. `reads` are the last
//!   reads of that vendor with the same token, each with its `moment`, so that it can be decided what the sender of the
//!   change could have known. Other people may also `push`.
//! - `DELETE /truth`: resets counts and violations; the world stays as it is.
//! - `GET /truth/rollback?app=APP&to=vN` → `{app, from, to, pull_requests, migrations, config}`: what a rollback
//!   removes.
//!   Without `to`: to the release that `slipway rollback` chooses by default; 404 if there is no such release.
//! - `GET /truth/releases?app=APP` → every release with its commit, code version and names of config.
//! - `GET`, `POST`, `DELETE /faults`, `DELETE /faults/ID`: see [`crate::faults`].
//! - `POST /world`: see [`crate::control_commands`], and [`crate::tokens`] for the command `token`.
//! - `GET /health/APP`: 200 `ok`, or 503 while a web dyno of APP is crashed or APP is in maintenance mode; else as the
//!   command `health` says.
//!   It stands for the app's own page, so it needs no token.

use serde_json::{Value, json};

use crate::circleci::views;
use crate::http::{Call, Reply};
use crate::state::Shared;
use crate::world::World;
use crate::world::pull_request::PullState;
use crate::world::release::ReleaseStatus;

/// A header between the answer and the port, which waits so many milliseconds.
pub const LATENCY: &str = "x-sandbox-latency";

pub fn answer(shared: &Shared, call: &Call) -> Reply {
    let error = |status, message: &str| Reply::json(status, &json!({"error": message}));
    match (call.method.as_str(), &call.route()[..]) {
        ("GET", ["truth"]) => {
            let world = shared.now();
            let request_log = shared.request_log.lock().expect("the request log's lock is never poisoned");
            let (not_simulated, unknown_routes) = request_log.unserved();
            Reply::json(
                200,
                &json!({
                    "mutations": request_log.mutations(), "changes": request_log.changes(&world), "requests": request_log.requests(), "violations": request_log.violations,
                    "not_simulated": not_simulated, "unknown_routes": unknown_routes, "world": state(&world),
                }),
            )
        }
        ("DELETE", ["truth"]) => {
            shared.request_log.lock().expect("the request log's lock is never poisoned").forget();
            Reply::json(200, &json!({}))
        }
        ("GET", ["truth", "rollback"]) => {
            let world = shared.now();
            let app = call.param("app").unwrap_or("");
            let to = call.param("to").map(str::to_owned).or_else(|| world.default_target(app).map(|v| format!("v{v}")));
            match to.and_then(|to| world.rollback_truth(app, &to)) {
                Some(truth) => Reply::json(200, &truth),
                None => error(404, "no such app, or no such release"),
            }
        }
        ("GET", ["truth", "releases"]) => {
            let world = shared.now();
            match world.app(call.param("app").unwrap_or("")) {
                Some(app) => Reply::json(200, &(0..world.apps[app].releases.len()).rev().map(|r| release(&world, app, r)).collect()),
                None => error(404, "no such app"),
            }
        }
        ("GET", ["health", app]) => {
            let mut world = shared.now();
            match world.app(app).map(|app| world.health_page(app)) {
                Some((status, text, latency)) => Reply::text(status, text).with(LATENCY, latency),
                None => error(404, "no such app"),
            }
        }
        ("GET", ["faults"]) => {
            let faults = shared.faults.lock().expect("the rules' lock is never poisoned");
            Reply::json(200, &json!({"rules": faults.rules}))
        }
        ("POST", ["faults"]) => {
            let body = match serde_json::from_slice(&call.body) {
                Ok(body) => body,
                Err(why) => return error(400, &format!("not JSON: {why}")),
            };
            let added = shared.faults.lock().expect("the rules' lock is never poisoned").add(body);
            match added {
                Ok(ids) => {
                    shared.remember();
                    Reply::json(201, &json!({"ids": ids}))
                }
                Err(message) => error(400, &message),
            }
        }
        ("DELETE", ["faults"]) => {
            shared.faults.lock().expect("the rules' lock is never poisoned").rules.clear();
            Reply::json(200, &json!({}))
        }
        ("DELETE", ["faults", id]) => {
            let removed = id.parse().is_ok_and(|id| shared.faults.lock().expect("the rules' lock is never poisoned").remove(id));
            if removed { Reply::json(200, &json!({})) } else { error(404, &format!("no rule {id}")) }
        }
        ("POST", ["world"]) => {
            let Some(body) = call.json() else { return error(400, "not JSON") };
            let (tokens, verbs) = apart(body);
            let planted = tokens.map(|of| shared.tokens.lock().expect("never poisoned").register(&of)).transpose();
            let made = planted.and_then(|token| {
                let mut done = shared.act(&verbs)?;
                if let Some(seconds) = verbs["pass"].as_f64() {
                    shared.rates.lock().expect("never poisoned").heroku.refill(seconds);
                }
                shared.deliver_late();
                if let Some(token) = token {
                    done["token"] = token;
                }
                Ok(done)
            });
            match made {
                Ok(result) => Reply::json(200, &result),
                Err(message) => error(400, &message),
            }
        }
        _ => error(404, "there are /truth, /truth/rollback, /truth/releases, /health/APP, /faults and /world"),
    }
}

/// The command `token` changes the ports and not the world.
fn apart(mut body: Value) -> (Option<Value>, Value) {
    let token = body.as_object_mut().and_then(|verbs| verbs.remove("token"));
    (token, body)
}

fn release(world: &World, app: usize, release: usize) -> Value {
    let r = &world.apps[app].releases[release];
    let status = match r.status {
        ReleaseStatus::Pending => "pending",
        ReleaseStatus::Succeeded => "succeeded",
        ReleaseStatus::Failed => "failed",
        ReleaseStatus::Expired => "expired",
    };
    let commit = world.commit_of(r);
    let pull = commit.and_then(|c| world.services[world.apps[app].service].repo.commit(c)).and_then(|c| c.pull_request);
    json!({
        "version": r.version, "id": r.id, "status": status, "current": world.apps[app].current() == Some(release),
        "description": r.description, "slug": r.slug, "user": r.user, "commit": commit, "code_version": r.code_version, "pull_request": pull,
        "config": r.config.keys().collect::<Vec<_>>(), "created_at": world.stamp(r.created),
    })
}

/// The next pull request number starts from 1.
fn queue_position(repo: &crate::world::git::Repo, number: u64) -> Option<usize> {
    repo.queue.as_ref()?.entries.iter().position(|entry| entry.number == number).map(|at| at + 1)
}

/// Only the newest releases of each app are listed; `/truth/releases` has all of them.
const SHOWN: usize = 15;

fn state(world: &World) -> Value {
    let services = world.services.iter().map(|s| {
        let main = s.repo.log(s.repo.main());
        let commits = main.iter().take(60).map(|c| json!({
            "sha": c.oid, "title": c.headline(), "author": c.author.name, "committed_at": world.when(c.committed),
            "pull_request": c.pull_request, "parents": c.parents,
        }));
        let pulls = s.repo.pulls.values().map(|p| json!({
            "number": p.number, "title": p.title, "author": p.author.login, "head_sha": p.head, "head_branch": p.branch, "draft": p.draft,
            "state": match p.state { PullState::Open => "open", PullState::Merged => "merged", PullState::Closed => "closed" },
            "merge_state": p.merge_state(&s.repo, world.now), "merge_sha": p.merge_commit, "merged_by": p.merged_by, "reverts": p.reverts,
            "auto_merge": p.auto_merge, "queue_position": queue_position(&s.repo, p.number), "checks": p.checks.len(),
        }));
        let first = s.pipelines.len().saturating_sub(40);
        let pipelines = s.pipelines.iter().enumerate().skip(first).rev().map(|(n, p)| {
            let workflows = s.workflows.iter().filter(|w| w.pipeline == n).map(|w| json!({
                "id": w.id, "name": w.name, "status": views::status(w.status),
                "jobs": w.jobs.iter().map(|j| json!({"name": j.name, "status": views::job_status(j), "number": j.number, "id": j.id})).collect::<Vec<_>>(),
            }));
            json!({"id": p.id, "number": p.number, "commit": p.revision, "created_at": world.stamp(p.created), "workflows": workflows.collect::<Vec<_>>()})
        });
        let environments = s.environments.iter().map(|e| {
            let app = &world.apps[e.app];
            let newest = (0..app.releases.len()).rev().take(SHOWN);
            json!({
                "name": e.name, "app": app.name, "build_app": world.apps[e.build_app].name,
                "current": app.current().map(|r| release(world, e.app, r)),
                "releases": newest.map(|r| release(world, e.app, r)).collect::<Vec<_>>(),
                "config": app.config().keys().collect::<Vec<_>>(),
                "dynos": app.dynos.iter().map(|d| json!({"name": d.name, "state": d.state.word()})).collect::<Vec<_>>(),
            })
        });
        json!({
            "name": s.name, "repo": format!("{}/{}", s.repo.owner, s.repo.name), "branch": "main", "main_total": main.len(),
            "main": commits.collect::<Vec<_>>(), "pull_requests": pulls.collect::<Vec<_>>(),
            "pipelines": pipelines.collect::<Vec<_>>(), "environments": environments.collect::<Vec<_>>(),
        })
    });
    json!({"now": world.stamp(world.now), "speed": world.speed, "services": services.collect::<Vec<_>>(),
        "script": {"left": world.script.len(), "refused": world.refused_steps}})
}
