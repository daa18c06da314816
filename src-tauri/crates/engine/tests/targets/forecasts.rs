//! Whether a revert would apply cleanly, read through the code host's interface: against `git revert` where the
//! sandbox serves a real repository, and in the invented world. It needs `git`.

use crate::generate::generate;
use crate::git::{Done, Repository};
use crate::harness::{Harness, board, revert, service};
use serde_json::json;
use slipway_domain::forecast::{ForecastOutcome, RevertForecast};
use slipway_domain::plan::ConsequenceKind;
use slipway_engine::{Engine, PlanError};
use slipway_sandbox::{Options as SandboxOptions, Sandbox, Scenario};
use std::time::Duration;

const SEEDS: [u64; 10] = [2, 3, 5, 8, 13, 21, 34, 55, 89, 144];

/// The same histories as in the domain's test, over the real requests.
#[tokio::test]
async fn what_is_read_over_http_agrees_with_git_revert() {
    let mut told = 0;
    for seed in SEEDS {
        let history = generate(seed);
        let repository = Repository::import(&history);
        let target = &history.landings[history.target];
        // This also makes the history's tip the head of main.
        let done = repository.revert(&[target]);
        let options = SandboxOptions { history: Some(repository.path().to_owned()), ..SandboxOptions::default() };
        let sandbox = Sandbox::start(SandboxOptions { scenario: Scenario::Quiet, ..options }).await.expect("the sandbox starts");
        let harness = Harness::of(sandbox);
        let engine = harness.engine().await;
        let name = service(&harness.sandbox.services()[0]).name;
        engine.refresh(None).await;
        let forecast = engine.forecast_revert(&name, target.number).await.expect("a forecast");
        let at = format!("history {seed}, pull request {}: {forecast:?} and git {done:?}", target.number);
        assert_eq!(forecast.tip.as_deref(), Some(repository.tip.as_str()), "{at}");
        match &forecast.outcome {
            ForecastOutcome::Clean => assert_eq!(done, Done::Changed, "{at}"),
            ForecastOutcome::NothingLeft => assert_eq!(done, Done::Nothing, "{at}"),
            ForecastOutcome::Conflicts { .. } => assert!(matches!(done, Done::Conflicts(_)), "{at}"),
            ForecastOutcome::NotKnown { .. } => continue,
        }
        told += 1;
        if !forecast.chain.is_empty() {
            assert_eq!(forecast.chain.last(), Some(&target.number), "{at}");
            let landings: Vec<_> =
                forecast.chain.iter().filter_map(|number| history.landings.iter().find(|l| l.number == *number)).collect();
            assert!(matches!(repository.revert(&landings), Done::Changed | Done::Nothing), "{at}");
        }
    }
    assert!(told * 5 >= SEEDS.len() * 4, "only {told} of {} were told", SEEDS.len());
}

async fn forecast(engine: &Engine, number: u64) -> RevertForecast {
    engine.forecast_revert("storefront", number).await.expect("a forecast")
}

async fn merged(harness: &Harness, method: &str) -> u64 {
    let number = harness.ready_pull().await;
    harness.world(json!({"merge": {"service": "storefront", "number": number, "method": method}})).await;
    number
}

/// By each way of merging, until its revert is merged too. It costs few requests, and the plan says the same.
#[tokio::test]
async fn a_merged_change_reverts_cleanly_until_it_is_reverted() {
    for method in ["merge", "squash", "rebase"] {
        let harness = Harness::healthy().await;
        harness.world(json!({"repository": {"service": "storefront", "methods": ["merge", "squash", "rebase"]}})).await;
        let engine = harness.engine().await;
        let number = merged(&harness, method).await;
        engine.refresh(None).await;
        let before = harness.requests("github").await;
        let told = forecast(&engine, number).await;
        let asked = harness.requests("github").await - before;
        assert_eq!(told.outcome, ForecastOutcome::Clean, "{method}: {told:?}");
        assert!(told.files > 0 && asked <= 10, "{method}: {asked} requests");
        let plan = engine.plan(revert(number)).await.expect("a plan");
        let said = plan.consequences.iter().find(|c| c.title == "Reverts cleanly").expect("it is said");
        assert_eq!(said.kind, ConsequenceKind::Fact);
        assert!(said.details[0].starts_with("Tried on main at "), "{said:?}");
        crate::harness::confirm(&engine, &plan).await;
        let reverted = crate::harness::within(Duration::from_secs(30), "the revert", async || {
            let service = harness.truth_of("storefront").await;
            service["pull_requests"].as_array()?.iter().find(|p| p["reverts"] == number)?["number"].as_u64()
        })
        .await;
        harness.world(json!({"make_ready": {"service": "storefront", "number": reverted}})).await;
        harness.world(json!({"merge": {"service": "storefront", "number": reverted, "method": "squash"}})).await;
        engine.refresh(None).await;
        assert_eq!(forecast(&engine, number).await.outcome, ForecastOutcome::NothingLeft, "{method}");
        assert_eq!(forecast(&engine, reverted).await.outcome, ForecastOutcome::Clean, "{method}");
    }
}

#[tokio::test]
async fn what_is_not_merged_has_no_forecast() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let snapshot = engine.refresh(None).await;
    let open = board(&snapshot).pull_requests[0].number;
    let Err(PlanError::Impossible(why)) = engine.forecast_revert("storefront", open).await else { panic!("it was told") };
    assert_eq!(why, format!("#{open} is not merged; there is nothing to revert"));
    assert!(matches!(engine.forecast_revert("elsewhere", open).await, Err(PlanError::NotFound(_))));
    let plan = engine.plan(revert(open)).await.expect("a plan");
    assert!(!plan.consequences.iter().any(|c| c.title.contains("applies cleanly")), "{:?}", plan.consequences);
}

/// The plan is shown although the files cannot be read, and says so.
#[tokio::test]
async fn what_cannot_be_read_is_not_known() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let number = merged(&harness, "squash").await;
    engine.refresh(None).await;
    harness.faults(json!({"vendor": "github", "path": "*/commits/*", "kind": "status", "code": 500})).await;
    let plan = engine.plan_within(revert(number), Duration::from_secs(2)).await.expect("a plan");
    let said = plan.consequences.iter().find(|c| c.title == "Whether it applies cleanly is not known");
    assert!(said.is_some_and(|said| said.kind == ConsequenceKind::Warning && !said.details.is_empty()), "{:?}", plan.consequences);
}
