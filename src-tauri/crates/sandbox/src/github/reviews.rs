//! Reviews: `POST /repos/{owner}/{repo}/pulls/{number}/reviews`, and requested reviewers.

use serde_json::{Value, json};

use super::answers::not_found;
use super::views;
use crate::http::{Call, Reply};
use crate::world::World;
use crate::world::pull_request::{PullRequest, PullState};
use crate::world::refusal::ARCHIVED;

const DOCS: &str = "https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request";

pub(super) fn requested(pull: &PullRequest, url: &str) -> Value {
    json!({"users": pull.review_requests.iter().map(|login| views::user(login, url)).collect::<Vec<_>>(), "teams": []})
}

/// Submits a review at once. Nobody can approve or request changes to their own pull request.
pub(super) fn submit(world: &mut World, call: &Call, url: &str, service: usize, number: u64) -> Reply {
    let refused = |message: &str, why: &str| {
        Reply::json(422, &json!({"message": message, "errors": [why], "documentation_url": DOCS, "status": "422"}))
    };
    let Some(body) = call.json() else { return refused("Problems parsing JSON", "") };
    let state = match body["event"].as_str() {
        Some("APPROVE") => "APPROVED",
        Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
        Some("COMMENT") => "COMMENTED",
        // Without an event GitHub stores a draft that only its author sees.
        None => return crate::operations::not_simulated(call.vendor, "a pending review"),
        Some(_) => return refused("Unprocessable Entity", "event is not one of APPROVE, REQUEST_CHANGES, COMMENT"),
    };
    if world.services[service].repo.archived {
        return Reply::json(403, &json!({"message": ARCHIVED, "documentation_url": DOCS, "status": "403"}));
    }
    let pull = &world.services[service].repo.pulls[&number];
    let viewer = world.viewer.login.clone().unwrap_or_default();
    let own = pull.author.login.as_deref() == Some(viewer.as_str());
    if own && state != "COMMENTED" {
        let what = if state == "APPROVED" { "approve" } else { "request changes on" };
        return refused("Unprocessable Entity", &format!("Can not {what} your own pull request"));
    }
    if state != "APPROVED" && body["body"].as_str().is_none_or(str::is_empty) {
        return refused("Unprocessable Entity", "body can't be blank");
    }
    if pull.state != PullState::Open && state != "COMMENTED" {
        return refused("Unprocessable Entity", "Can not review a pull request that is closed");
    }
    let now = world.now;
    world.review(service, number, &viewer, state, now);
    world.pull_mut(service, number).review_requests.retain(|login| *login != viewer);
    let pull = &world.services[service].repo.pulls[&number];
    match pull.reviews.last() {
        Some(review) => Reply::json(200, &views::review(review, pull, world, service, url)).applying(call),
        None => not_found(),
    }
}
