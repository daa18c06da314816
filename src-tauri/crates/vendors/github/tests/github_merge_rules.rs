//! What decides about a merge, read over HTTP: which app reported a check, what a token may not see, what a branch
//! requires, and what waits for a maintainer. Judged by the domain's rules.

#[path = "../../../registry/tests/support/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use serde_json::{Value, json};
use slipway_domain::evidence::expected::remember;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::pull_request::{BranchRules, CauseKind, MergeState, PullRequest, UnreadablePart};
use slipway_domain::status::{CheckRollup, CheckStatus, Readiness};
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_http::{Http, Secret};
use slipway_sandbox::{Options, Sandbox, Scenario};
use slipway_vendor::CodeHost;
use std::sync::Arc;

const REPO: &str = "acme/storefront";

struct World {
    sandbox: Sandbox,
    github: Github,
    plain: reqwest::Client,
    number: u64,
}

impl World {
    /// With its own pull request into a branch without requirements.
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options { scenario: Scenario::Healthy, ..Options::default() }).await.unwrap();
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        let token = Arc::new(FixedToken(Secret::new(sandbox.github_token())));
        let github = Github::new(http.account(slipway_github::SPEC.dialect, Some(sandbox.github_url()), token).unwrap());
        let mut world = Self { sandbox, github, plain: reqwest::Client::builder().no_proxy().build().unwrap(), number: 0 };
        world.make(json!({"demands": {"service": "storefront", "approvals": 0, "checks": []}})).await;
        let made = world.make(json!({"open_pull": {"service": "storefront", "ready": true}, "advance": 5})).await;
        world.number = made["open_pull"]["pull_request"].as_u64().unwrap();
        world
    }

    async fn make(&self, verbs: Value) -> Value {
        let url = format!("{}/world", self.sandbox.control_url());
        let answer = self.plain.post(url).bearer_auth(self.sandbox.control_token()).json(&verbs).send().await.unwrap();
        assert!(answer.status().is_success(), "{verbs}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// On its own pull request.
    async fn set(&self, verb: &str, mut of: Value) {
        (of["service"], of["number"]) = (json!("storefront"), json!(self.number));
        self.make(json!({ verb: of })).await;
    }

    async fn demands(&self, mut of: Value) {
        of["service"] = json!("storefront");
        self.make(json!({ "demands": of })).await;
    }

    async fn checks(&self, are: Value) -> PullRequest {
        self.set("check_runs", json!({ "are": are })).await;
        self.judged().await
    }

    /// Read in the list and as a single pull request: both must agree.
    async fn judged(&self) -> PullRequest {
        let facts = self.github.observe(REPO, "main").await.unwrap();
        let mut listed = facts.pull_requests.into_iter().find(|pr| pr.number == self.number).unwrap();
        judge(&mut listed, &facts.rules);
        let mut alone = self.github.pull_request(REPO, self.number).await.unwrap();
        judge(&mut alone.pull_request, &alone.rules);
        assert_eq!((alone.pull_request.readiness, &alone.pull_request.causes), (listed.readiness, &listed.causes));
        listed
    }
}

fn reasons(pr: &PullRequest) -> (Readiness, String) {
    (pr.readiness, pr.reasons.join("; "))
}

fn causes(pr: &PullRequest) -> Vec<(CauseKind, bool)> {
    pr.causes.iter().map(|cause| (cause.kind, cause.may_be_confirmed)).collect()
}

#[tokio::test]
async fn two_runs_of_one_name_are_told_apart_by_workflow_and_by_event() {
    let world = World::start().await;
    for (first, second) in [
        (json!({"workflow": "CI", "event": "push"}), json!({"workflow": "Release", "event": "push"})),
        (json!({"workflow": "CI", "event": "push"}), json!({"workflow": "CI", "event": "pull_request"})),
    ] {
        let run = |of: &Value, id: u64, conclusion: &str| {
            let mut run = of.clone();
            (run["name"], run["app"], run["id"], run["conclusion"]) =
                (json!("build"), json!("github-actions"), json!(id), json!(conclusion));
            run
        };
        let pr = world.checks(json!([run(&first, 80, "FAILURE"), run(&second, 160, "SUCCESS")])).await;
        assert_eq!((pr.merge_state, pr.rollup, pr.checks.failed), (MergeState::Unstable, Some(CheckRollup::Failure), 1));
        assert_eq!(causes(&pr), [(CauseKind::CheckFailed, true)]);
        assert_eq!(pr.causes[0].object.as_deref().map(|object| object.contains("CI / build")), Some(true));
        // A rerun of the first: its failed run is replaced, and the host agrees.
        let pr = world.checks(json!([run(&first, 80, "FAILURE"), run(&second, 160, "SUCCESS"), run(&first, 240, "SUCCESS")])).await;
        assert_eq!((pr.merge_state, reasons(&pr)), (MergeState::Clean, (Readiness::Ready, String::new())));
        assert!(pr.superseded_not_green);
    }
}

#[tokio::test]
async fn a_rerun_that_is_queued_is_pending() {
    let world = World::start().await;
    let of = json!({"name": "e2e", "app": "github-actions", "workflow": "CI", "event": "push"});
    let (mut passed, mut queued) = (of.clone(), of);
    (passed["id"], passed["conclusion"]) = (json!(110), json!("SUCCESS"));
    (queued["id"], queued["state"]) = (json!(120), json!("queued"));
    let pr = world.checks(json!([passed, queued])).await;
    assert_eq!((pr.merge_state, pr.rollup), (MergeState::Unstable, Some(CheckRollup::Pending)));
    assert_eq!((reasons(&pr), causes(&pr)), ((Readiness::Checks, "Checks 0 of 1".into()), vec![(CauseKind::CheckPending, true)]));
}

#[tokio::test]
async fn a_required_status_and_a_check_run_of_its_name_are_both_required() {
    let world = World::start().await;
    world.demands(json!({"checks": ["build"]})).await;
    let pr =
        world.checks(json!([{"name": "build", "conclusion": "FAILURE"}, {"name": "build", "conclusion": "SUCCESS", "status": true}])).await;
    assert_eq!((pr.merge_state, pr.check_list.iter().filter(|check| check.required).count()), (MergeState::Blocked, 2));
    assert_eq!(reasons(&pr), (Readiness::Checks, "Check failed: build".into()));
    assert_eq!(causes(&pr), [(CauseKind::CheckFailed, false)]);
}

#[tokio::test]
async fn every_end_of_a_check_keeps_its_word() {
    let world = World::start().await;
    let table = [
        ("CANCELLED", CheckStatus::Cancelled, "Check cancelled: docs"),
        ("TIMED_OUT", CheckStatus::TimedOut, "Check timed out: docs"),
        ("STALE", CheckStatus::Stale, "Check out of date: docs"),
        ("ACTION_REQUIRED", CheckStatus::ActionRequired, "Check waits for a person: docs"),
        ("STARTUP_FAILURE", CheckStatus::StartupFailure, "Check did not start: docs"),
        ("FAILURE", CheckStatus::Failed, "Check failed: docs"),
    ];
    for (word, status, reason) in table {
        let pr = world.checks(json!([{"name": "docs", "conclusion": word}])).await;
        assert_eq!((pr.check_list[0].status, reasons(&pr)), (status, (Readiness::Checks, reason.into())));
        assert_eq!((pr.checks.passed, pr.checks.failed, pr.checks.pending), (0, 1, 0), "{word}");
    }
    let pr = world.checks(json!([{"name": "a", "conclusion": "SKIPPED"}, {"name": "b", "conclusion": "SKIPPED"}])).await;
    assert_eq!((pr.merge_state, pr.checks.passed, pr.checks.skipped), (MergeState::Clean, 0, 2));
    assert_eq!(reasons(&pr), (Readiness::Checks, "Nothing ran: all its 2 checks were skipped".into()));
}

#[tokio::test]
async fn a_colleague_who_asks_for_changes_is_heard_where_no_review_is_demanded() {
    let world = World::start().await;
    world.set("review", json!({"by": "dora", "state": "CHANGES_REQUESTED"})).await;
    let pr = world.judged().await;
    assert_eq!((pr.merge_state, reasons(&pr)), (MergeState::Clean, (Readiness::Changes, "Changes requested by dora".into())));
    assert_eq!(causes(&pr), [(CauseKind::ChangesRequested, true)]);
    world.set("review", json!({"by": "dora", "state": "APPROVED"})).await;
    assert_eq!(world.judged().await.readiness, Readiness::Ready, "she approved later");
    world.set("review", json!({"by": "emil", "state": "CHANGES_REQUESTED"})).await;
    world.set("review", json!({"by": "emil", "state": "DISMISSED"})).await;
    assert_eq!(world.judged().await.readiness, Readiness::Ready, "it was dismissed");
}

#[tokio::test]
async fn a_head_without_checks_waits_where_other_heads_have_them() {
    let world = World::start().await;
    let facts = world.github.observe(REPO, "main").await.unwrap();
    let mut before = BranchRules::default();
    remember(&mut before, &BranchRules::default(), &facts.pull_requests, "main", Time(jiff::Timestamp::now()));
    world.checks(json!([])).await;
    let mut now = world.github.pull_request(REPO, world.number).await.unwrap();
    (now.rules.expected_checks, now.rules.seen_heads) = (before.expected_checks, before.seen_heads);
    judge(&mut now.pull_request, &now.rules);
    assert_eq!((now.pull_request.rollup, now.pull_request.merge_state), (None, MergeState::Clean));
    assert_eq!(reasons(&now.pull_request), (Readiness::Checks, "No check has reported yet".into()));
}

#[tokio::test]
async fn runs_of_an_outsider_wait_for_a_maintainer() {
    let world = World::start().await;
    world.set("outsider", json!({"waiting": ["CI", "Docs"]})).await;
    let mut pr = world.judged().await;
    assert!(pr.from_fork && pr.check_list.is_empty());
    let runs = world.github.waiting_runs(REPO, &pr.head_sha).await.unwrap();
    assert_eq!(runs.iter().map(|run| run.name.as_str()).collect::<Vec<_>>(), ["CI", "Docs"]);
    pr.waiting_runs = Some(runs);
    judge(&mut pr, &BranchRules::default());
    assert_eq!(reasons(&pr), (Readiness::Checks, "Runs wait for a maintainer's approval".into()));
    assert!(pr.causes[0].link.as_deref().is_some_and(|link| link.contains("/actions/runs/")), "{:?}", pr.causes);
    let none = world.github.waiting_runs(REPO, &"0".repeat(40)).await.unwrap();
    assert!(none.is_empty(), "of another head: {none:?}");
}

#[tokio::test]
async fn a_reviewer_that_may_not_be_seen_is_a_team_and_nothing_more() {
    let world = World::start().await;
    world.set("code_owners", json!({"asked": ["hidden"]})).await;
    world.set("forbid", json!({"fields": ["requestedReviewer"]})).await;
    let pr = world.judged().await;
    assert_eq!((reasons(&pr), pr.unreadable.len()), ((Readiness::Ready, String::new()), 0));
    assert!(pr.reviews.iter().any(|review| review.author == "a team"), "{:?}", pr.reviews);
    let facts = world.github.observe(REPO, "main").await.unwrap();
    assert_eq!(facts.gaps, [""; 0], "it decides nothing");
}

#[tokio::test]
async fn a_part_that_decides_is_named() {
    let world = World::start().await;
    for (field, part, reason) in [
        ("reviewDecision", UnreadablePart::Reviews, "Its reviews could not be read"),
        ("latestOpinionatedReviews", UnreadablePart::Reviews, "Its reviews could not be read"),
        ("statusCheckRollup", UnreadablePart::CheckRuns, "Check runs cannot be read with this token"),
    ] {
        world.set("forbid", json!({"fields": [field]})).await;
        let pr = world.judged().await;
        assert_eq!((pr.unreadable.as_slice(), reasons(&pr)), ([part].as_slice(), (Readiness::Unknown, reason.into())), "{field}");
    }
    for field in ["autoMergeRequest", "mergedBy", "author"] {
        world.set("forbid", json!({"fields": [field]})).await;
        assert_eq!(world.judged().await.readiness, Readiness::Ready, "{field}");
    }
}

#[tokio::test]
async fn a_fine_grained_token_reads_statuses_and_asks_for_the_rest() {
    let world = World::start().await;
    world
        .set(
            "check_runs",
            json!({"are": [{"name": "unit", "conclusion": "SUCCESS"}, {"name": "cla", "conclusion": "SUCCESS", "status": true}]}),
        )
        .await;
    world.make(json!({"token": {"vendor": "github", "scopes": null}})).await;
    let pr = world.judged().await;
    assert_eq!((pr.check_list.len(), pr.unreadable.as_slice()), (1, [UnreadablePart::CheckRuns].as_slice()));
    assert_eq!(
        (reasons(&pr), causes(&pr)),
        ((Readiness::Unknown, "Check runs cannot be read with this token".into()), vec![(CauseKind::ChecksUnreadable, true)],)
    );
    let facts = world.github.observe(REPO, "main").await.unwrap();
    assert!(facts.repository.check_runs_hidden && facts.gaps.is_empty(), "said once: {:?}", facts.gaps);
    // A required check run that is hidden is not missing; the host's own verdict counts.
    world.demands(json!({"checks": ["unit", "cla"]})).await;
    assert_eq!(causes(&world.judged().await), [(CauseKind::ChecksUnreadable, true)]);
    world
        .set(
            "check_runs",
            json!({"are": [{"name": "unit", "conclusion": "FAILURE"}, {"name": "cla", "conclusion": "SUCCESS", "status": true}]}),
        )
        .await;
    let pr = world.judged().await;
    assert_eq!(causes(&pr), [(CauseKind::ChecksUnreadable, false), (CauseKind::HostCountsRed, false)], "{:?}", pr.causes);
    // A required status that failed is seen.
    world
        .set(
            "check_runs",
            json!({"are": [{"name": "unit", "conclusion": "SUCCESS"}, {"name": "cla", "conclusion": "FAILURE", "status": true}]}),
        )
        .await;
    assert_eq!(causes(&world.judged().await)[0], (CauseKind::CheckFailed, false));
}

#[tokio::test]
async fn what_blocks_is_named_whichever_demands_it() {
    let world = World::start().await;
    let nothing = json!({"conversations": null, "code_owners": null, "signatures": null, "apps": []});
    for by in ["protection", "ruleset"] {
        // A failed check that is not required is never given as the reason.
        world.set("check_runs", json!({"are": [{"name": "docs", "conclusion": "FAILURE"}]})).await;
        world.demands(json!({ "conversations": by })).await;
        world.set("conversations", json!({"open": 2, "resolved": 3})).await;
        let pr = world.judged().await;
        assert_eq!(
            (pr.merge_state, causes(&pr)),
            (MergeState::Blocked, vec![(CauseKind::Conversations, false), (CauseKind::CheckFailed, false)]),
            "{by}"
        );
        world.set("conversations", json!({"resolved": 5})).await;
        assert_eq!(causes(&world.judged().await), [(CauseKind::CheckFailed, true)], "{by}: all are resolved");

        world.demands(nothing.clone()).await;
        world.demands(json!({ "signatures": by })).await;
        world.set("unsigned", json!({"on": true})).await;
        let pr = world.judged().await;
        assert_eq!(pr.causes[0].text, "main demands signed commits, and the newest is not signed", "{by}");
        world.set("unsigned", json!({"on": false})).await;

        world.demands(nothing.clone()).await;
        world.demands(json!({ "code_owners": by })).await;
        world.set("code_owners", json!({"asked": ["dora"]})).await;
        let pr = world.judged().await;
        assert_eq!(
            (pr.readiness, pr.causes[0].text.as_str()),
            (Readiness::Review, "Needs a code owner's review: dora"),
            "{by}: {:?}",
            pr.causes
        );
        world.set("review", json!({"by": "dora", "state": "APPROVED"})).await;
        world.demands(nothing.clone()).await;
    }
    // By a ruleset alone, since branch protection does not report the app.
    world.demands(json!({"apps": [["unit", 77]]})).await;
    let of_app = |app: u64| json!([{"name": "unit", "conclusion": "SUCCESS", "app": "someone", "app_id": app}]);
    let pr = world.checks(of_app(78)).await;
    assert_eq!(
        (pr.merge_state, reasons(&pr)),
        (MergeState::Blocked, (Readiness::Missing, "Check not reported by the app that main demands: unit".into()))
    );
    assert_eq!(world.checks(of_app(77)).await.readiness, Readiness::Ready);
}
