//! Answers that are cut, spoilt, strange, or only in part.

use crate::harness::{Harness, board, merge, ready, trouble};
use serde_json::json;
use slipway_domain::pull_request::PullRequest;
use slipway_domain::snapshot::{Snapshot, SourceErrorKind};
use slipway_domain::status::{Health, JobStatus, Mark, PipelineStatus, Readiness, ReleaseStatus};
use slipway_domain::vendor::VendorId;

/// Row 7.
#[tokio::test]
async fn a_spoilt_answer_keeps_the_last_good_value_and_heals() {
    for kind in ["truncate", "html", "garbage"] {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        let good = engine.refresh(None).await;
        // What changed meanwhile must be seen as soon as answers are good again. It also makes every
        // answer a whole one: "not modified" cannot be spoilt.
        let number = harness.ready_pull().await;
        for app in ["storefront-staging", "storefront-production"] {
            harness.world(json!({"set_config": {"app": app, "vars": {"X": "1"}}, "advance": 60})).await;
        }
        harness.faults(json!({"kind": kind})).await;
        let spoilt = engine.refresh(None).await;
        for provider in [VendorId::new("github"), VendorId::new("circleci"), VendorId::new("heroku")] {
            let trouble = trouble(&spoilt, provider);
            assert!(
                matches!(trouble, Some(SourceErrorKind::Garbled | SourceErrorKind::Unreachable | SourceErrorKind::Portal)),
                "{kind} of {provider}: {trouble:?}"
            );
        }
        let (before, now) = (board(&good), board(&spoilt));
        assert!(now.stale && !before.stale, "{kind}: it is marked stale");
        assert_eq!(numbers(before), numbers(now), "{kind}: the last good value stays");
        assert_eq!(before.pipelines.len(), now.pipelines.len());
        assert_eq!(releases(before), releases(now));
        for (was, is) in before.sources.iter().zip(&now.sources) {
            assert_eq!(was.observed_at, is.observed_at, "{kind}: its age is that of the good answer");
        }
        harness.heal().await;
        let healed = engine.refresh(None).await;
        assert!(!board(&healed).stale && numbers(board(&healed)).contains(&number), "{kind}: the next good answer heals");
        for (was, is) in releases(before).iter().zip(releases(board(&healed))) {
            assert_eq!(was + 1, is, "{kind}: no bad body in the cache");
        }
    }
}

/// The newest release of each environment.
fn releases(state: &slipway_domain::snapshot::ServiceState) -> Vec<u64> {
    state.environments.iter().map(|e| e.releases[0].version).collect()
}

fn numbers(state: &slipway_domain::snapshot::ServiceState) -> Vec<u64> {
    let mut numbers: Vec<u64> = state.pull_requests.iter().map(|p| p.number).collect();
    numbers.sort_unstable();
    numbers
}

/// Row 8: words nobody knows yet.
#[tokio::test]
async fn unknown_words_are_never_green() {
    let harness = Harness::healthy().await;
    let number = harness.ready_pull().await;
    harness.faults(json!({"kind": "unknown_values"})).await;
    let engine = harness.engine().await;
    let snapshot = engine.refresh(None).await;
    let state = board(&snapshot);
    assert!(numbers(state).contains(&number), "the rest shows");
    assert!(!state.main.is_empty() && !state.pipelines.is_empty() && !state.environments[0].releases.is_empty());
    assert_no_green(&snapshot);
    let plan = engine.plan(merge(number)).await.expect("a plan");
    assert!(plan.is_denied(), "{:?}", plan.verdict());
    assert!(engine.execute(&plan.id, None, false, None).await.is_err());
    assert_eq!(harness.mutations("merge").await, (0, 0));
}

/// Row 8: nulls wherever a vendor may put one.
#[tokio::test]
async fn nulls_are_never_green() {
    let harness = Harness::healthy().await;
    harness.ready_pull().await;
    let fields = ["mergeable", "mergeStateStatus", "statusCheckRollup", "status", "state", "conclusion"];
    harness.faults(json!({"kind": "nulls", "fields": fields})).await;
    let engine = harness.engine().await;
    assert_no_green(&*engine.refresh(None).await);
    // By chance, anywhere: whatever is left is shown or refused, and nothing panics.
    for seed in 0..12 {
        harness.heal().await;
        harness.faults(json!({"kind": "nulls", "share": 0.15, "seed": seed})).await;
        let snapshot = engine.refresh(None).await;
        assert!(snapshot.rev > 0);
    }
    harness.heal().await;
    let snapshot = engine.refresh(None).await;
    assert!(!board(&snapshot).stale && !ready(&snapshot).is_empty());
}

/// Row 8: GraphQL answers in part.
#[tokio::test]
async fn a_partial_answer_shows_the_rest() {
    let harness = Harness::healthy().await;
    let number = harness.ready_pull().await;
    let engine = harness.engine().await;
    let before = engine.refresh(None).await;
    assert!(ready(&before).contains(&number));
    let paths = ["repository.pullRequests.nodes.*.statusCheckRollup", "repository.pullRequests.nodes.*.reviewDecision"];
    harness.faults(json!({"vendor": "github", "kind": "partial", "paths": paths})).await;
    let snapshot = engine.refresh(None).await;
    assert_eq!(numbers(board(&snapshot)), numbers(board(&before)), "the rest shows");
    let trouble = trouble(&snapshot, VendorId::new("github"));
    assert_eq!(trouble, Some(SourceErrorKind::Garbled), "it is said that a part is missing");
    assert_eq!(ready(&snapshot), Vec::<u64>::new(), "no checks known is not ready");
    // The list itself is missing: that is no empty list.
    harness.heal().await;
    harness.faults(json!({"vendor": "github", "kind": "partial", "paths": ["repository.pullRequests"]})).await;
    let snapshot = engine.refresh(None).await;
    assert_eq!(numbers(board(&snapshot)), numbers(board(&before)));
    assert!(board(&snapshot).stale);
}

fn assert_no_green(snapshot: &Snapshot) {
    let state = board(snapshot);
    let green = |p: &PullRequest| p.readiness == Readiness::Ready;
    assert_eq!(state.pull_requests.iter().filter(|p| green(p)).count(), 0, "a PR is shown ready");
    for pipeline in &state.pipelines {
        assert_ne!(pipeline.status, PipelineStatus::Passed, "a pipeline is shown green");
        assert!(pipeline.jobs.iter().all(|j| j.status != JobStatus::Passed), "a job is shown green");
    }
    for environment in &state.environments {
        assert_ne!(environment.health, Health::Healthy, "{} is shown healthy", environment.name);
        assert!(environment.releases.iter().all(|r| r.status != ReleaseStatus::Succeeded), "a release is shown green");
    }
    assert_ne!(state.mark, Mark::Healthy, "the service is shown green");
}
