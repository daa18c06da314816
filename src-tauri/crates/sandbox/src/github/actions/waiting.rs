//! Runs of a pull request from a fork, which a maintainer must approve before they start.

use serde_json::{Value, json};

use super::super::repository::listed as repository;
use super::super::users::user;
use super::views::View;
use crate::http::Call;
use crate::world::pull_request::PullState;

const FIRST: u64 = 18_900_000_000;

pub(super) fn views(view: &View<'_>, call: &Call) -> Vec<Value> {
    let (world, service) = (view.world, view.service);
    let repo = &world.services[service].repo;
    let wanted = |name: &str, value: &str| call.param(name).is_none_or(|asked| asked == value);
    let open = repo.pulls.values().filter(|pull| pull.state == PullState::Open);
    let asked = open.filter(|pull| wanted("head_sha", &pull.head) && wanted("branch", &pull.branch) && wanted("event", "pull_request"));
    let mut views = Vec::new();
    for pull in asked {
        for (n, name) in pull.judged.waiting.iter().enumerate() {
            let id = FIRST + service as u64 * 1_000_000 + pull.number * 10 + n as u64;
            let full = format!("{}/{}", repo.owner, repo.name);
            let own = format!("{}/repos/{full}/actions/runs/{id}", view.url);
            let workflow = 9_300_000 + n as u64;
            let at = world.stamp(pull.updated);
            let actor = user(pull.author.login.as_deref().unwrap_or("ghost"), view.url);
            let author = json!({"name": pull.author.name, "email": pull.author.email});
            views.push(json!({
                "id": id, "name": name, "node_id": format!("WFR_{id}"), "check_suite_id": id + 5_000_000_000,
                "check_suite_node_id": format!("CS_{id}"), "head_branch": pull.branch, "head_sha": pull.head,
                "path": format!(".github/workflows/{}.yml", name.to_lowercase().replace(' ', "-")), "display_title": pull.title,
                "run_number": pull.number, "run_attempt": 1, "referenced_workflows": [], "event": "pull_request",
                "status": "completed", "conclusion": "action_required", "workflow_id": workflow, "url": own,
                "html_url": format!("{}/{full}/actions/runs/{id}", view.url), "pull_requests": [],
                "created_at": at, "updated_at": at, "run_started_at": at, "actor": actor, "triggering_actor": actor,
                "jobs_url": format!("{own}/jobs"), "logs_url": format!("{own}/logs"),
                "check_suite_url": format!("{}/repos/{full}/check-suites/{}", view.url, id + 5_000_000_000),
                "artifacts_url": format!("{own}/artifacts"), "cancel_url": format!("{own}/cancel"), "rerun_url": format!("{own}/rerun"),
                "previous_attempt_url": null, "workflow_url": format!("{}/repos/{full}/actions/workflows/{workflow}", view.url),
                "head_commit": {
                    "id": pull.head, "tree_id": pull.head, "message": pull.title, "author": author, "committer": author, "timestamp": at,
                },
                "repository": repository(world, service, view.url), "head_repository": repository(world, service, view.url),
            }));
        }
    }
    views
}
