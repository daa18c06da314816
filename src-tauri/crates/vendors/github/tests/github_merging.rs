//! GitHub beyond the plain merge, over HTTP against the sandbox: queue, auto-merge, updates, rulesets, renamed and
//! archived repositories, an older Enterprise Server, and lists longer than a page.

#[path = "../../../registry/tests/support/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use serde_json::{Value, json};
use slipway_domain::evidence::readiness::judge;
use slipway_domain::merge_queue::QueueState;
use slipway_domain::pull_request::MergeState;
use slipway_domain::status::{CheckStatus, MergeMethod, Readiness};
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_http::{Http, Secret};
use slipway_sandbox::{Options, Sandbox, Scenario};
use slipway_vendor::{CodeFacts, CodeHost, PullRequestNow, PullRequestState, SendError};
use std::collections::BTreeSet;
use std::sync::Arc;

const REPO: &str = "acme/storefront";

struct World {
    sandbox: Sandbox,
    github: Github,
    plain: reqwest::Client,
}

impl World {
    async fn start() -> Self {
        Self::at("").await
    }

    async fn at(path: &str) -> Self {
        let sandbox = Sandbox::start(Options { scenario: Scenario::Healthy, ..Options::default() }).await.unwrap();
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        let url = format!("{}{path}", sandbox.github_url());
        let token = Arc::new(FixedToken(Secret::new(sandbox.github_token())));
        let github = Github::new(http.account(slipway_github::SPEC.dialect, Some(&url), token).unwrap());
        Self { sandbox, github, plain: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn make(&self, verbs: Value) -> Value {
        let answer = self
            .plain
            .post(format!("{}/world", self.sandbox.control_url()))
            .bearer_auth(self.sandbox.control_token())
            .json(&verbs)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{verbs}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    async fn set(&self, mut how: Value) {
        how["service"] = json!("storefront");
        self.make(json!({ "repository": how })).await;
    }

    async fn open(&self, ready: bool) -> PullRequestNow {
        let made = self.make(json!({"open_pull": {"service": "storefront", "ready": ready}, "advance": 5})).await;
        self.now(made["open_pull"]["pull_request"].as_u64().unwrap()).await
    }

    async fn now(&self, number: u64) -> PullRequestNow {
        let mut now = self.github.pull_request(REPO, number).await.unwrap();
        judge(&mut now.pull_request, &now.rules);
        now
    }

    async fn observe(&self) -> CodeFacts {
        self.github.observe(REPO, "main").await.unwrap()
    }

    /// Requests by kind since the last call.
    async fn asked(&self) -> Value {
        let url = format!("{}/truth", self.sandbox.control_url());
        let truth: Value = self.plain.get(&url).bearer_auth(self.sandbox.control_token()).send().await.unwrap().json().await.unwrap();
        self.plain.delete(&url).bearer_auth(self.sandbox.control_token()).send().await.unwrap();
        truth["requests"]["github"].clone()
    }
}

fn refused<T: std::fmt::Debug>(sent: Result<T, SendError>) -> String {
    match sent {
        Err(SendError::Refused { message, .. }) => message,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_merge_queue_takes_in_turn_and_merges() {
    let world = World::start().await;
    world.set(json!({"merge_queue": "squash"})).await;
    let (first, second) = (world.open(true).await, world.open(true).await);
    let (a, b) = (&first.pull_request, &second.pull_request);
    assert_eq!(first.rules.merge_queue.as_ref().unwrap().method, Some(MergeMethod::Squash));
    let direct = world.github.merge(REPO, a.number, &a.head_sha, MergeMethod::Squash).await;
    assert!(refused(direct).contains("Changes must be made through the merge queue"));
    assert!(refused(world.github.enqueue(&a.node_id, &"0".repeat(40)).await).contains("modified"), "the shown head is what is queued");
    assert_eq!(world.github.enqueue(&a.node_id, &a.head_sha).await.unwrap(), Some(1));
    assert_eq!(world.github.enqueue(&b.node_id, &b.head_sha).await.unwrap(), Some(2));
    assert!(refused(world.github.enqueue(&a.node_id, &a.head_sha).await).contains("already in the queue"));
    assert!(refused(world.github.update_branch(&a.node_id, &a.head_sha).await).contains("queued for merging cannot be updated"));
    world.make(json!({"advance": 10})).await;
    let waiting = world.now(b.number).await.pull_request;
    let entry = waiting.queue.unwrap();
    assert_eq!((entry.position, entry.state), (Some(2), QueueState::AwaitingChecks));
    assert!(entry.estimated_seconds.is_some_and(|left| (1..=240).contains(&left)), "{:?}", entry.estimated_seconds);
    assert_eq!(waiting.merge_state, MergeState::Clean, "what is queued still answers as mergeable");
    assert_eq!(waiting.reasons, ["In the merge queue at position 2, its checks run"]);
    let listed = world.observe().await;
    assert_eq!(listed.pull_requests.iter().filter(|pr| pr.queue.is_some()).count(), 2);
    world.github.dequeue(&b.node_id).await.unwrap();
    assert!(matches!(world.github.dequeue(&b.node_id).await, Err(SendError::Lost(_))), "a removal that fails may have happened");
    world.make(json!({"advance": 300})).await;
    let merged = world.now(a.number).await;
    assert_eq!((merged.state, &merged.pull_request.head_sha), (PullRequestState::Merged, &a.head_sha));
    assert_eq!(world.now(b.number).await.state, PullRequestState::Open, "what was taken out stays open");
}

#[tokio::test]
async fn auto_merge_waits_for_the_checks() {
    let world = World::start().await;
    let held = world.open(false).await.pull_request;
    assert_eq!(held.viewer_can.enable_auto_merge, Some(true));
    let ready = world.open(true).await.pull_request;
    let clean = refused(world.github.enable_auto_merge(&ready.node_id, &ready.head_sha, MergeMethod::Squash).await);
    assert!(clean.contains("is in clean status"), "{clean}");
    refused(world.github.disable_auto_merge(&held.node_id).await);
    world.github.enable_auto_merge(&held.node_id, &held.head_sha, MergeMethod::Rebase).await.unwrap();
    let on = world.now(held.number).await.pull_request.auto_merge.unwrap();
    assert_eq!((on.method, on.by.as_deref()), (Some(MergeMethod::Rebase), Some("robinhale")));
    world.github.disable_auto_merge(&held.node_id).await.unwrap();
    assert_eq!(world.now(held.number).await.pull_request.auto_merge, None);
    world.github.enable_auto_merge(&held.node_id, &held.head_sha, MergeMethod::Squash).await.unwrap();
    world.make(json!({"make_ready": {"service": "storefront", "number": held.number}, "advance": 1})).await;
    assert_eq!(world.now(held.number).await.state, PullRequestState::Merged);
    world.set(json!({"auto_merge": false})).await;
    let other = world.open(false).await;
    assert_eq!(other.rules.auto_merge_allowed, Some(false));
    let pr = other.pull_request;
    assert!(refused(world.github.enable_auto_merge(&pr.node_id, &pr.head_sha, MergeMethod::Merge).await).contains("not allowed"));
}

#[tokio::test]
async fn a_branch_is_updated_and_contains_its_base() {
    let world = World::start().await;
    let number = world.open(true).await.pull_request.number;
    world.make(json!({"behind": {"service": "storefront", "number": number}})).await;
    let before = world.now(number).await;
    let (pr, base) = (&before.pull_request, before.base_sha.as_deref().unwrap());
    assert_eq!((pr.readiness, pr.viewer_can.update_branch), (Readiness::Behind, Some(true)));
    assert!(!world.github.contains(REPO, base, &pr.head_sha).await.unwrap());
    refused(world.github.update_branch(&pr.node_id, &"0".repeat(40)).await);
    world.github.update_branch(&pr.node_id, &pr.head_sha).await.unwrap();
    let after = world.now(number).await.pull_request;
    assert_ne!(after.head_sha, pr.head_sha);
    assert!(world.github.contains(REPO, base, &after.head_sha).await.unwrap());
    assert!(after.check_list.iter().any(|c| c.status == CheckStatus::Pending), "its checks run again");
    assert_eq!(after.viewer_can.update_branch, Some(false));
}

#[tokio::test]
async fn rulesets_count_beside_branch_protection() {
    let world = World::start().await;
    let number = world.open(true).await.pull_request.number;
    let rules = json!({"methods": ["merge", "squash"], "ruleset": {"checks": ["security", "unit"], "approvals": 2, "methods": ["squash", "rebase"]}});
    world.set(rules).await;
    let facts = world.observe().await;
    assert_eq!(facts.rules.required_checks, ["lint", "unit", "integration", "typescript", "security"]);
    assert_eq!((facts.rules.required_approvals, &facts.merge_methods[..]), (Some(2), &[MergeMethod::Squash][..]));
    let now = world.now(number).await;
    assert_eq!((now.merge_methods, now.pull_request.checks.missing), (vec![MergeMethod::Squash], 1));
    assert_eq!(now.pull_request.readiness, Readiness::Missing);
}

#[tokio::test]
async fn a_renamed_repository_is_noticed_and_still_works() {
    for root in ["", "/api/v3"] {
        let world = World::at(root).await;
        let pr = world.open(true).await.pull_request;
        let base = world.now(pr.number).await.base_sha.unwrap();
        assert_eq!(world.observe().await.repository.renamed_to, None);
        world.set(json!({"rename": "shopfront"})).await;
        assert_eq!(world.observe().await.repository.renamed_to.as_deref(), Some("acme/shopfront"));
        // REST answers a read with 301, which is followed once. A write's 307 is not followed; its outcome is read.
        assert!(world.github.contains(REPO, &base, &pr.head_sha).await.unwrap());
        let old = world.github.merge(REPO, pr.number, &pr.head_sha, MergeMethod::Squash).await;
        assert!(matches!(old, Err(SendError::Lost(_))), "{old:?}");
        assert_eq!(world.now(pr.number).await.state, PullRequestState::Open);
        let now = world.now(pr.number).await;
        assert_eq!((now.repo.as_str(), &now.pull_request.node_id), ("acme/shopfront", &pr.node_id));
        world.github.merge(&now.repo, pr.number, &pr.head_sha, MergeMethod::Squash).await.unwrap();
        assert_eq!(world.now(pr.number).await.state, PullRequestState::Merged);
    }
}

#[tokio::test]
async fn an_archived_repository_says_so() {
    let world = World::start().await;
    let pr = world.open(true).await.pull_request;
    world.set(json!({"archived": true})).await;
    let facts = world.observe().await;
    assert!(facts.repository.archived && facts.rules.archived);
    assert_eq!(world.now(pr.number).await.pull_request.readiness, Readiness::Blocked);
    let merge = world.github.merge(REPO, pr.number, &pr.head_sha, MergeMethod::Squash).await;
    assert!(refused(merge).contains("archived"));
    assert!(refused(world.github.update_branch(&pr.node_id, &pr.head_sha).await).contains("archived"));
}

#[tokio::test]
async fn an_older_enterprise_server_is_asked_for_less() {
    let world = World::at("/api/v3").await;
    world.make(json!({"older_github": true})).await;
    let facts = world.observe().await;
    assert!(!facts.pull_requests.is_empty() && facts.gaps.is_empty());
    assert_eq!(facts.repository.not_told, ["merge queues", "rulesets"]);
    assert_eq!(facts.rules.required_checks.len(), 4, "branch protection is told");
    assert_eq!(facts.pull_requests[0].viewer_can.update_branch, None);
    let observed = |asked: &Value| asked["kinds"]["POST /graphql Observe"]["count"].as_u64();
    assert_eq!(observed(&world.asked().await), Some(2));
    world.observe().await;
    assert_eq!(observed(&world.asked().await), Some(1), "the larger question is asked once");
    let number = facts.pull_requests[0].number;
    assert_eq!(world.now(number).await.pull_request.number, number);
}

#[tokio::test]
async fn nothing_is_left_out_of_long_lists() {
    let world = World::start().await;
    let open = world.observe().await.pull_requests.len() as u64;
    world.make(json!({"open_pulls": {"service": "storefront", "count": 250 - open}})).await;
    let busy = world.open(true).await.pull_request.number;
    let checks = json!({"service": "storefront", "number": busy, "count": 55, "failing": ["check-54"], "running": ["check-55"]});
    world.make(json!({"checks": checks, "advance": 5})).await;
    world.asked().await;
    let facts = world.observe().await;
    let asked = world.asked().await;
    let numbers: BTreeSet<u64> = facts.pull_requests.iter().map(|pr| pr.number).collect();
    assert_eq!((numbers.len(), facts.open_total, facts.repository.pull_requests_cut), (251, 251, false));
    let mut pr = facts.pull_requests.iter().find(|pr| pr.number == busy).unwrap().clone();
    judge(&mut pr, &facts.rules);
    assert!(pr.checks_complete, "{} checks, asked {}", pr.check_list.len(), asked["kinds"]);
    assert_eq!((pr.check_list.len(), pr.checks.passed, pr.checks.failed, pr.checks.pending, pr.checks.missing), (60, 58, 1, 1, 0));
    let kinds = &asked["kinds"];
    let count = |kind: &str| kinds[format!("POST /graphql {kind}")]["count"].as_u64().unwrap_or(0);
    assert_eq!((count("Observe"), count("MorePullRequests"), count("MoreChecks")), (1, 5, 1), "{kinds}");
    assert!(asked["total"].as_u64().unwrap() <= 8, "{kinds}");
    assert_eq!(world.now(busy).await.pull_request.check_list.len(), 60);
}

#[tokio::test]
async fn past_the_caps_it_is_said() {
    let world = World::start().await;
    let number = world.open(true).await.pull_request.number;
    world.make(json!({"checks": {"service": "storefront", "number": number, "count": 700}})).await;
    let pr = world.now(number).await.pull_request;
    assert!(!pr.checks_complete && pr.check_list.len() == 550, "{}", pr.check_list.len());
    assert_ne!(pr.readiness, Readiness::Ready);
    let open = world.observe().await.pull_requests.len() as u64;
    world.make(json!({"open_pulls": {"service": "storefront", "count": 520 - open}})).await;
    let facts = world.observe().await;
    assert_eq!((facts.pull_requests.len(), facts.open_total, facts.repository.pull_requests_cut), (500, 520, true));
    assert!(facts.gaps.is_empty(), "a cap is no failure: {:?}", facts.gaps);
}
