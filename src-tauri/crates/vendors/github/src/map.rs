//! Maps GitHub's answers to the domain's types.

use super::branch_names::BranchNames;
use super::checks;
use super::wire;
use slipway_domain::merge_queue::{QueueEntry, QueueState};
use slipway_domain::pull_request::SeenWaiting;
use slipway_domain::pull_request::{
    AutoMerge, CheckCounts, MergeState, Mergeable, PullRequest, Review, ReviewDecision, ReviewState, UnreadablePart, ViewerCan,
};
use slipway_domain::snapshot::Commit;
use slipway_domain::status::{MergeMethod, Readiness};
use slipway_domain::time::Time;

/// None without a number, id or head, since nothing could be done with it.
pub(super) fn pull_request(wire: wire::PullRequest) -> Option<PullRequest> {
    let review_decision = review_decision(wire.review_decision.as_deref());
    let given = wire.latest_opinionated_reviews.as_ref();
    let unread_reviews = given.is_some_and(|given| given.total_count > given.nodes.as_ref().map(|nodes| nodes.len() as u64));
    // The host's review decision counts all reviews, including those that were not read.
    let unreadable = if unread_reviews && review_decision == ReviewDecision::None { vec![UnreadablePart::Reviews] } else { Vec::new() };
    let code_owners = code_owners(wire.review_requests.as_ref());
    let reviews = reviews(wire.latest_opinionated_reviews, wire.review_requests);
    let listed = checks::list(wire.status_check_rollup);
    let commits = wire.commits.as_ref().and_then(|commits| commits.total_count);
    let head = wire.commits.into_iter().flat_map(wire::Connection::into_nodes).last().and_then(|last| last.commit);
    Some(PullRequest {
        number: wire.number?,
        node_id: wire.id?,
        title: wire.title.unwrap_or_default(),
        url: wire.url.unwrap_or_default(),
        author: login(wire.author),
        head_sha: wire.head_ref_oid?,
        head_branch: wire.head_ref_name.unwrap_or_default(),
        base_branch: wire.base_ref_name.unwrap_or_default(),
        created_at: time(wire.created_at.as_deref()),
        updated_at: time(wire.updated_at.as_deref()),
        draft: wire.is_draft.unwrap_or(false),
        mergeable: word(wire.mergeable.as_deref(), Mergeable::from_word).unwrap_or(Mergeable::Unknown),
        merge_state: word(wire.merge_state_status.as_deref(), MergeState::from_word).unwrap_or(MergeState::Unknown),
        review_decision,
        reviews,
        readiness: Readiness::Unknown,
        reasons: Vec::new(),
        causes: Vec::new(),
        checks: CheckCounts::default(),
        check_list: listed.checks,
        checks_complete: listed.complete,
        rollup: listed.rollup,
        unreadable,
        waiting_runs: None,
        unresolved_threads: wire.review_threads.and_then(unresolved),
        code_owners,
        head_signed: head.map(|head| head.signature.is_some_and(|signature| signature.is_valid == Some(true))),
        superseded_not_green: listed.superseded_not_green,
        from_fork: wire.is_cross_repository == Some(true),
        behind_by: None,
        additions: wire.additions,
        deletions: wire.deletions,
        changed_files: wire.changed_files,
        files: None,
        files_complete: false,
        migrations: None,
        commits,
        auto_merge: wire.auto_merge_request.map(auto_merge),
        queue: wire.merge_queue_entry.map(queue_entry),
        viewer_can: ViewerCan { update_branch: wire.viewer_can_update_branch, enable_auto_merge: wire.viewer_can_enable_auto_merge },
        can_be_rebased: wire.can_be_rebased,
        seen_waiting: SeenWaiting::default(),
        dropped: None,
    })
}

fn auto_merge(wire: wire::AutoMergeRequest) -> AutoMerge {
    AutoMerge { by: login(wire.enabled_by), method: method(wire.merge_method.as_deref()), enabled_at: time(wire.enabled_at.as_deref()) }
}

fn queue_entry(wire: wire::MergeQueueEntry) -> QueueEntry {
    QueueEntry {
        position: wire.position,
        state: word(wire.state.as_deref(), QueueState::from_word).unwrap_or(QueueState::Unknown),
        estimated_seconds: wire.estimated_time_to_merge,
        enqueued_at: time(wire.enqueued_at.as_deref()),
    }
}

/// GitHub's `PullRequestMergeMethod`, and the names that rulesets use.
pub(super) fn method(text: Option<&str>) -> Option<MergeMethod> {
    word(text, MergeMethod::from_word)
}

/// `repos` are the current and former names of the repository.
pub(super) fn commit(wire: wire::Commit, branch: &BranchNames, repos: &[&str]) -> Option<Commit> {
    let sha = wire.oid?;
    let brought = branch.brought_by(wire.associated_pull_requests, &sha);
    let author = wire.author.and_then(|author| login(author.user).or(author.name));
    let parents = wire.parents.into_iter().flat_map(wire::Connection::into_nodes).filter_map(|parent| parent.oid).collect();
    let mut commit = Commit {
        author,
        title: first_line(wire.message.as_deref()),
        committed_at: time(wire.committed_date.as_deref()),
        pull_request: brought.as_ref().and_then(|pr| pr.number),
        pull_request_title: brought.as_ref().and_then(|pr| pr.title.clone()),
        pull_request_author: brought.as_ref().and_then(|pr| login(pr.author.clone())),
        pull_request_merged_at: brought.as_ref().and_then(|pr| time(pr.merged_at.as_deref())),
        parents,
        sha,
        ..Commit::default()
    };
    let body = brought.as_ref().and_then(|pr| pr.body.as_deref());
    commit.read_reverts(wire.message.as_deref().unwrap_or_default(), body, repos);
    Some(commit)
}

/// `viewerPermission`. None for an unknown value.
pub(super) fn may_write(permission: Option<&str>) -> Option<bool> {
    match permission? {
        "ADMIN" | "MAINTAIN" | "WRITE" => Some(true),
        "TRIAGE" | "READ" => Some(false),
        _ => None,
    }
}

/// The complete first line: GitHub's own `messageHeadline` is cut at 72 characters.
pub(super) fn first_line(message: Option<&str>) -> String {
    message.unwrap_or_default().trim_start().lines().next().unwrap_or_default().trim_end().to_owned()
}

pub(super) fn login(actor: Option<wire::Actor>) -> Option<String> {
    actor.and_then(|actor| actor.login)
}

pub(super) fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(Time::parse)
}

fn reviews(given: Option<wire::Connection<wire::Review>>, requested: Option<wire::Connection<wire::ReviewRequest>>) -> Vec<Review> {
    let mut reviews: Vec<Review> = Vec::new();
    for review in given.into_iter().flat_map(wire::Connection::into_nodes) {
        let state = word(review.state.as_deref(), ReviewState::from_word).unwrap_or(ReviewState::Unknown);
        // The review of a deleted account has no author.
        reviews.push(Review { author: login(review.author).unwrap_or_else(|| "ghost".to_owned()), state });
    }
    for request in requested.into_iter().flat_map(wire::Connection::into_nodes) {
        reviews.push(Review { author: reviewer(&request), state: ReviewState::Requested });
    }
    reviews
}

/// People are always visible, so a reviewer that the token may not see is a team.
fn reviewer(request: &wire::ReviewRequest) -> String {
    let Some(reviewer) = &request.requested_reviewer else { return "a team".to_owned() };
    let is_team = reviewer.typename.as_deref() == Some("Team");
    reviewer.login.clone().unwrap_or_else(|| if is_team { "a team" } else { "someone" }.to_owned())
}

fn code_owners(requested: Option<&wire::Connection<wire::ReviewRequest>>) -> Vec<String> {
    let requests = requested.and_then(|requested| requested.nodes.as_ref()).into_iter().flatten().flatten();
    requests.filter(|request| request.as_code_owner == Some(true)).map(reviewer).collect()
}

/// None where all conversations that were read are resolved and there are more.
fn unresolved(threads: wire::Connection<wire::ReviewThread>) -> Option<u64> {
    let (total, nodes) = (threads.total_count, threads.nodes?);
    let all = total.is_none_or(|total| total <= nodes.len() as u64) && nodes.iter().all(|node| node.is_some());
    let open = nodes.iter().flatten().filter(|thread| thread.is_resolved == Some(false)).count() as u64;
    (all || open > 0).then_some(open)
}

/// Null means that no review is required; an unknown value must not mean that.
fn review_decision(text: Option<&str>) -> ReviewDecision {
    match text {
        None => ReviewDecision::None,
        Some("APPROVED") => ReviewDecision::Approved,
        Some("CHANGES_REQUESTED") => ReviewDecision::ChangesRequested,
        Some(_) => ReviewDecision::ReviewRequired,
    }
}

fn word<T>(text: Option<&str>, read: fn(&str) -> Option<T>) -> Option<T> {
    read(&text?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use slipway_contracts::mutated::{changes, mutated};
    use slipway_domain::evidence::readiness::provider_would_merge;

    fn observed() -> serde_json::Value {
        serde_json::from_str(include_str!("samples/observed.json")).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_missing_or_new_breaks_nothing_and_turns_nothing_green(changes in changes()) {
            let data: wire::RepositoryData = serde_json::from_value(mutated(observed(), &changes)).unwrap();
            let mut repository = data.repository.unwrap_or_default();
            for wire in repository.pull_requests.take().into_iter().flat_map(wire::Connection::into_nodes) {
                let Some(pr) = pull_request(wire) else { continue };
                prop_assert!(!provider_would_merge(&pr));
                prop_assert!(pr.check_list.iter().all(|check| !check.status.is_green()));
                prop_assert!(pr.reviews.iter().all(|review| review.state != ReviewState::Approved));
            }
            let target = repository.branch.as_mut().and_then(|branch| branch.target.take()).unwrap_or_default();
            for wire in target.history.into_iter().flat_map(wire::Connection::into_nodes) {
                prop_assert!(commit(wire, &BranchNames::only("main"), &["acme/shop"]).is_none_or(|commit| commit.sha == "c1" || commit.sha == "BRAND_NEW"));
            }
            crate::rules::demands(&repository, repository.branch.as_ref());
        }
    }

    #[test]
    fn the_whole_answer_is_read() {
        let data: wire::RepositoryData = serde_json::from_value(observed()).unwrap();
        let repository = data.repository.unwrap();
        let pr = pull_request(repository.pull_requests.unwrap().into_nodes().next().unwrap()).unwrap();
        assert_eq!((pr.mergeable, pr.merge_state), (Mergeable::Conflicting, MergeState::Blocked));
        assert_eq!((pr.additions, pr.deletions, pr.changed_files, pr.commits), (Some(1), Some(2), Some(3), Some(4)));
        assert_eq!(
            pr.reviews.iter().map(|r| (r.author.as_str(), r.state)).collect::<Vec<_>>(),
            [("bo", ReviewState::ChangesRequested), ("cy", ReviewState::Requested)]
        );
    }
}
