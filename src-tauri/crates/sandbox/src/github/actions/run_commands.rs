//! Re-running, cancelling and approving a run.

use serde_json::json;

use super::super::answers::{no_route, not_found};
use super::runs::{Run, environment_of, waiting_holds};
use super::views::View;
use crate::http::{Call, Reply};
use crate::world::World;
use crate::world::pipeline::Status;

pub(super) fn answer(world: &mut World, call: &Call, service: usize, url: &str, workflow: usize, verb: &str) -> Reply {
    match verb {
        "rerun" | "rerun-failed-jobs" => {
            let over = !matches!(world.services[service].workflows[workflow].status, Status::Running | Status::Failing | Status::OnHold);
            match world.rerun(service, workflow, verb == "rerun-failed-jobs") {
                Ok(_) => Reply::json(201, &json!({})).applying(call),
                Err(_) if over => refused(403, "This workflow run cannot be retried"),
                Err(_) => refused(403, "This workflow is already running"),
            }
        }
        "cancel" => match world.cancel(service, workflow, &"github".into()) {
            Ok(()) => Reply::json(202, &json!({})).applying(call),
            Err(_) => refused(409, "Cannot cancel a workflow run that is completed."),
        },
        "pending_deployments" => review(world, call, service, url, workflow),
        _ => no_route(),
    }
}

/// Runs the job at the same position of the newest attempt again, and the jobs that need it.
pub(super) fn rerun_job(world: &mut World, call: &Call, service: usize, run: Run, job: usize) -> Reply {
    let Some(workflow) = run.attempts(&world.services[service]).last().copied() else { return not_found() };
    match world.rerun_job(service, workflow, job) {
        Ok(_) => Reply::json(201, &json!({})).applying(call),
        Err(refusal) => refused(refusal.status, &refusal.message),
    }
}

fn review(world: &mut World, call: &Call, service: usize, url: &str, workflow: usize) -> Reply {
    let Some(body) = call.json() else { return refused(400, "Problems parsing JSON") };
    let ids: Option<Vec<u64>> = body["environment_ids"].as_array().and_then(|ids| ids.iter().map(serde_json::Value::as_u64).collect());
    let (Some(ids), Some(state @ ("approved" | "rejected")), true) = (ids, body["state"].as_str(), body["comment"].is_string()) else {
        return refused(422, "Invalid request.");
    };
    let w = &world.services[service].workflows[workflow];
    let s = &world.services[service];
    let holds = waiting_holds(w).into_iter().map(|hold| &w.jobs[hold]).filter(|hold| ids.contains(&environment_of(service, s, hold).1));
    let asked: Vec<_> = holds.filter_map(|hold| Some((hold.approval.clone()?, environment_of(service, s, hold).0))).collect();
    if asked.is_empty() || asked.len() != ids.len() {
        return refused(422, "No pending deployment requests to approve or reject");
    }
    let by = world.viewer.login.clone().unwrap_or_default();
    let mut made = Vec::new();
    for (request, environment) in asked {
        let done = if state == "approved" {
            world.approve(service, workflow, &request, &by)
        } else {
            world.reject(service, workflow, &request, &by)
        };
        match done {
            Ok(()) => made.push(View { world, service, url }.deployment(workflow, environment)),
            Err(refusal) => return refused(422, &refusal.message),
        }
    }
    Reply::json(200, &json!(made)).applying(call)
}

fn refused(status: u16, message: &str) -> Reply {
    let docs = "https://docs.github.com/rest/actions/workflow-runs";
    Reply::json(status, &json!({"message": message, "documentation_url": docs, "status": status.to_string()}))
}
