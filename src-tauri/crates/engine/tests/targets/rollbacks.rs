//! Where a rollback goes, and what it crosses.

use crate::harness::{Harness, board, confirm, entry_when, is_settled, roll_back};
use serde_json::{Value, json};
use slipway_domain::action::Action;
use slipway_domain::journal::EntryState;
use slipway_domain::plan::{ConfirmationKind, Plan, Verdict};
use slipway_engine::{Engine, PlanError};

const APP: &str = "storefront-production";

fn roll_back_to(version: u64) -> Action {
    Action::roll_back("storefront".into(), "production".into(), Some(version), None)
}

async fn target(engine: &Engine) -> u64 {
    engine.plan(roll_back()).await.expect("a plan").rollback.expect("a target").to_version
}

async fn refused(engine: &Engine) -> String {
    match engine.plan(roll_back()).await {
        Err(PlanError::Impossible(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

/// A release by somebody else, live.
async fn happens(harness: &Harness, verb: Value) {
    harness.world(verb).await;
    harness.world(json!({"advance": 120})).await;
}

/// Whoever rolled back, and whatever config came on top: going further back is asked for by name.
#[tokio::test]
async fn a_second_rollback_must_name_its_release() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let first = target(&engine).await;
    happens(&harness, json!({"rollback": {"app": APP, "to": format!("v{first}")}})).await;
    let shown = board(&*engine.refresh(None).await).environments.iter().find(|e| e.name == "production").cloned().expect("production");
    let why = refused(&engine).await;
    assert!(why.starts_with(&format!("production runs v{first} since a rollback 2 min ago by ")), "{why}");
    assert!(why.ends_with("; name the release with `--to`"), "{why}");
    assert_eq!((shown.rollback_target, shown.rollback_blocked), (None, Some(why)));
    let provider = "heroku-postgresql@addons.heroku.com";
    for on_top in [
        json!({"set_config": {"app": APP, "vars": {"X": "1"}}}),
        json!({"add_on": {"app": APP, "description": "Update DATABASE by heroku-postgresql", "user": provider}}),
    ] {
        happens(&harness, on_top).await;
        assert!(refused(&engine).await.contains(&format!("runs v{first} since a rollback")));
    }
    let earlier = harness.control(reqwest::Method::GET, &format!("/truth/releases?app={APP}"), None).await;
    let earlier = earlier.as_array().expect("releases").iter().filter_map(|r| r["version"].as_u64()).find(|v| *v + 5 < first);
    let plan = engine.plan(roll_back_to(earlier.expect("an earlier release"))).await.expect("named, it may be");
    assert!(!matches!(plan.verdict(), Verdict::Deny(_)), "{:?}", plan.verdict());
    assert_eq!(harness.mutations("rollback").await, (0, 0));
}

/// The own rollback counts like any other, and new code ends it.
#[tokio::test]
async fn new_code_gives_a_default_target_again() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let plan = engine.plan(roll_back()).await.expect("a plan");
    let entry = confirm(&engine, &plan).await;
    harness.world(json!({"advance": 300})).await;
    assert_eq!(entry_when(&engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
    assert!(refused(&engine).await.contains("since a rollback"));
    let rolled = harness.control(reqwest::Method::GET, &format!("/truth/releases?app={APP}"), None).await[0]["version"].as_u64();
    let number = harness.ready_pull().await;
    harness.world(json!({"merge": {"service": "storefront", "number": number}})).await;
    harness.world(json!({"advance": 1800})).await;
    assert_eq!(Some(target(&engine).await), rolled, "the release that the rollback made");
}

/// More releases without new code than one page holds: the rollback is found beneath them.
#[tokio::test]
async fn a_rollback_far_below_is_found() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let first = target(&engine).await;
    happens(&harness, json!({"rollback": {"app": APP, "to": format!("v{first}")}})).await;
    for n in 0..35 {
        happens(&harness, json!({"set_config": {"app": APP, "vars": {"N": n.to_string()}}})).await;
    }
    assert!(refused(&engine).await.contains(&format!("runs v{first} since a rollback")));
}

/// What an add-on did between is named and asked for: going back brings its old config vars back.
#[tokio::test]
async fn an_add_on_that_is_crossed_is_asked_for() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    engine.refresh(None).await;
    let asked = async |engine: &Engine| -> Vec<(String, String)> {
        let plan: Plan = engine.plan(roll_back()).await.expect("a plan");
        let of_add_ons = plan.confirmations().iter().filter(|c| c.kind == ConfirmationKind::AddOnChanged);
        of_add_ons.map(|c| (c.objects.join(","), c.text.clone())).collect()
    };
    let before = target(&engine).await;
    assert_eq!(asked(&engine).await, []);
    let by_provider = json!({"add_on": {"app": APP, "description": "Update DATABASE by heroku-postgresql",
        "user": "heroku-postgresql@addons.heroku.com", "vars": {"DATABASE_URL": "postgres://new"}}});
    happens(&harness, by_provider).await;
    happens(&harness, json!({"add_on": {"app": APP, "description": "Attach REDIS (@ref:redis-cubic-1)", "plan": "heroku-redis:mini"}}))
        .await;
    assert_eq!(target(&engine).await, before, "releases of add-ons are no code");
    let found = asked(&engine).await;
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["redis-cubic-1", "heroku-postgresql", "heroku-redis:mini"]);
    assert!(found[1].1.starts_with("The add-on heroku-postgresql was changed by v"), "{found:?}");
    let plan = engine.plan(roll_back()).await.expect("a plan");
    let config = plan.rollback.expect("a rollback").config.expect("names");
    assert!(config.iter().any(|c| c.name == "DATABASE_URL"), "{config:?}");
}
