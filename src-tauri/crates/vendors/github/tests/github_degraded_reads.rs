//! GitHub under difficult conditions, over HTTP against the sandbox: queries that are too heavy, missing fields,
//! other bases, renamed branches, reverts and their titles.

#[path = "../../../registry/tests/support/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use serde_json::{Value, json};
use slipway_domain::history::{LONGEST_TITLE, revert_title};
use slipway_domain::status::MergeMethod;
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_http::{Http, Secret};
use slipway_sandbox::{Options, Sandbox, Scenario};
use slipway_vendor::{ChangeProbeTarget, CodeFacts, CodeHost, MergedPullRequest, PullRequestState};
use std::sync::Arc;

const REPO: &str = "acme/storefront";

struct World {
    sandbox: Sandbox,
    github: Github,
    plain: reqwest::Client,
}

impl World {
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options { scenario: Scenario::Healthy, ..Options::default() }).await.unwrap();
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        let token = Arc::new(FixedToken(Secret::new(sandbox.github_token())));
        let github = Github::new(http.account(slipway_github::SPEC.dialect, Some(sandbox.github_url()), token).unwrap());
        Self { sandbox, github, plain: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn make(&self, verbs: Value) -> Value {
        let url = format!("{}/world", self.sandbox.control_url());
        let answer = self.plain.post(url).bearer_auth(self.sandbox.control_token()).json(&verbs).send().await.unwrap();
        assert!(answer.status().is_success(), "{verbs}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    async fn open(&self, with: Value) -> u64 {
        let mut of = json!({"service": "storefront"});
        of.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        self.make(json!({"open_pull": of, "advance": 5})).await["open_pull"]["pull_request"].as_u64().unwrap()
    }

    /// A merged pull request.
    async fn merged(&self, title: &str) -> u64 {
        let number = self.open(json!({ "title": title })).await;
        self.make(json!({"merge": {"service": "storefront", "number": number}})).await;
        number
    }

    async fn observe(&self, branch: &str) -> CodeFacts {
        self.github.observe(REPO, branch).await.unwrap()
    }
}

#[tokio::test]
async fn a_heavy_board_is_read_whole_in_smaller_pages() {
    for how in ["502", "504", "limits", "timeout"] {
        let world = World::start().await;
        let open = world.observe("main").await.pull_requests.len();
        world.make(json!({"open_pulls": {"service": "storefront", "count": 117 - open}})).await;
        let whole = world.observe("main").await;
        world.make(json!({"heavy": {"nodes": 1500, "how": how}})).await;
        let facts = world.observe("main").await;
        assert!(facts.page_level > 0 && facts.gaps.is_empty(), "{how}: {} {:?}", facts.page_level, facts.gaps);
        assert_eq!((facts.pull_requests.len(), facts.open_total), (117, 117), "{how}");
        let shas = |facts: &CodeFacts| facts.main.iter().map(|commit| commit.sha.clone()).collect::<Vec<_>>();
        assert_eq!(shas(&facts), shas(&whole), "{how}: the history is as long as before");
        assert!(world.github.pull_request(REPO, facts.pull_requests[0].number).await.is_ok(), "{how}");
    }
}

#[tokio::test]
async fn pull_requests_into_other_branches_are_not_asked_for() {
    let world = World::start().await;
    let here = world.observe("main").await;
    world.make(json!({"other_bases": {"service": "storefront", "count": 120, "base": "release"}})).await;
    let facts = world.observe("main").await;
    assert_eq!((facts.pull_requests.len(), facts.open_total), (here.pull_requests.len(), here.open_total));
    assert!(facts.pull_requests.iter().all(|pr| pr.base_branch == "main"));
    assert_eq!(world.observe("release").await.open_total, 120);
    let of = |branch: &str| ChangeProbeTarget { repo: REPO.into(), branch: branch.into(), open: 100 };
    let change_probes = world.github.change_probes(&[of("main"), of("release")], false).await.unwrap();
    let totals: Vec<u64> = change_probes.into_iter().map(|probe| probe.unwrap().open_total).collect();
    assert_eq!(totals, [here.open_total, 120]);
}

/// Each field separately: all others are still read.
#[tokio::test]
async fn a_host_that_lacks_one_field_is_asked_for_all_others() {
    for (field, not_told) in [
        ("PullRequest.canBeRebased", vec![]),
        ("PullRequest.viewerCanUpdateBranch", vec![]),
        ("PullRequest.mergeQueue", vec![]),
        ("PullRequest.timelineItems", vec![]),
        ("Repository.defaultBranchRef", vec![]),
        ("CheckRun.databaseId", vec![]),
        ("RefUpdateRule.requiresLinearHistory", vec!["linear history"]),
        ("Ref.rules", vec!["rulesets"]),
    ] {
        let world = World::start().await;
        let queued = world.open(json!({})).await;
        let queue = json!({"service": "storefront", "merge_queue": "squash"});
        world.make(json!({"repository": queue, "enqueue": {"service": "storefront", "number": queued}})).await;
        let ruleset = json!({"service": "storefront", "ruleset": {"checks": ["security"]}});
        world.make(json!({"repository": ruleset, "lacks": [field]})).await;
        let facts = world.observe("main").await;
        assert!(facts.gaps.is_empty(), "{field}: {:?}", facts.gaps);
        assert_eq!(facts.repository.not_told, not_told, "{field}");
        let told = (facts.rules.merge_queue.is_some(), facts.rules.required_checks.iter().any(|c| c == "security"));
        assert_eq!(told, (true, field != "Ref.rules"), "{field}");
        let pr = facts.pull_requests.iter().find(|pr| pr.number == queued).unwrap();
        assert!(pr.queue.is_some() && pr.checks_complete && !pr.check_list.is_empty(), "{field}");
        assert_eq!(pr.can_be_rebased.is_some(), field != "PullRequest.canBeRebased", "{field}");
        assert_eq!(pr.viewer_can.update_branch.is_some(), field != "PullRequest.viewerCanUpdateBranch", "{field}");
        assert!(world.github.pull_request(REPO, queued).await.is_ok(), "{field}");
    }
}

#[tokio::test]
async fn a_renamed_default_branch_is_named_and_its_merges_are_still_its_own() {
    let world = World::start().await;
    let number = world.merged("Under the old name").await;
    let before = world.observe("main").await;
    let of_it = |facts: &CodeFacts| facts.main.iter().filter(|commit| commit.pull_request == Some(number)).count();
    assert!(of_it(&before) > 0 && !before.branch_gone && before.repository.branch_renamed_to.is_none());
    world.make(json!({"rename_main": {"service": "storefront", "name": "trunk"}})).await;
    let gone = world.observe("main").await;
    assert!(gone.branch_gone && gone.main.is_empty());
    assert_eq!(gone.repository.branch_renamed_to.as_deref(), Some("trunk"));
    let after = world.observe("trunk").await;
    assert_eq!((of_it(&after), after.open_total), (of_it(&before), before.open_total));
    assert_eq!(after.repository.branch_renamed_to, None);
    let (tip, oldest) = (&after.main[0].sha, &after.main[3].sha);
    let range = world.github.commits_between(REPO, "trunk", oldest, tip).await.unwrap();
    assert!(range.commits.iter().any(|commit| commit.pull_request == Some(number)));
    let now = world.github.pull_request(REPO, number).await.unwrap();
    assert!(now.base_gone && now.pull_request.base_branch == "main");
    assert_eq!(world.observe("nowhere").await.repository.branch_renamed_to.as_deref(), Some("trunk"), "a branch that was never there");
}

#[tokio::test]
async fn reverts_are_told_by_whole_numbers_and_by_how_they_stand() {
    let world = World::start().await;
    let first = world.merged("One").await;
    // The number of the first one is the beginning of the other's, as 1 of 12.
    let longer = format!("Reverts {REPO}#{first}0");
    world.open(json!({ "body": longer })).await;
    let merged = MergedPullRequest::from(&world.github.pull_request(REPO, first).await.unwrap());
    assert_eq!(world.github.newest_reverts(REPO, &merged).await.unwrap(), []);
    assert_eq!(world.github.pull_request(REPO, first).await.unwrap().reverted_by, []);
    let opened = world.open(json!({"body": format!("Reverts {REPO}#{first}\n\nIt broke the cart.")})).await;
    world.make(json!({"other_bases": {"service": "storefront", "count": 60, "base": "main"}})).await;
    assert_eq!(world.github.newest_reverts(REPO, &merged).await.unwrap(), [], "beyond the newest 50");
    let now = world.github.pull_request(REPO, first).await.unwrap();
    let told: Vec<_> = now.reverted_by.iter().map(|revert| (revert.number, revert.state)).collect();
    assert_eq!(told, [(opened, PullRequestState::Open)], "it refers to it");
    world.make(json!({"merge": {"service": "storefront", "number": opened}})).await;
    let now = world.github.pull_request(REPO, first).await.unwrap();
    assert_eq!(now.reverted_by[0].state, PullRequestState::Merged);
}

#[tokio::test]
async fn the_longest_titles_can_be_reverted() {
    let world = World::start().await;
    for title in ["ä".repeat(LONGEST_TITLE), "x".repeat(LONGEST_TITLE - 8), "🚢 ".repeat(128)] {
        let number = world.merged(&title).await;
        let now = world.github.pull_request(REPO, number).await.unwrap();
        let node_id = &now.pull_request.node_id;
        let whole = world.github.revert(node_id, &format!("Revert \"{title}\""), "").await;
        assert!(whole.is_err(), "the title is too long whole");
        let opened = world.github.revert(node_id, &revert_title(&title), "").await.unwrap();
        let made = world.github.pull_request(REPO, opened.number).await.unwrap().pull_request;
        assert!(made.title.starts_with("Revert \"") && made.title.ends_with("…\""), "{}", made.title);
    }
}

#[tokio::test]
async fn whether_workflow_files_may_be_changed_is_told_by_classic_tokens_alone() {
    for (scopes, told) in [(json!(["repo"]), Some(false)), (json!(["repo", "workflow"]), Some(true)), (json!(null), None)] {
        let world = World::start().await;
        let number = world.open(json!({})).await;
        world.make(json!({"token": {"vendor": "github", "scopes": scopes}})).await;
        let now = world.github.pull_request(REPO, number).await.unwrap();
        assert_eq!(now.may_change_guarded_files, told, "{scopes}");
        assert!(world.github.merge(REPO, number, &now.pull_request.head_sha, MergeMethod::Squash).await.is_ok());
    }
}
