//! A rollback that pins: what carries the bad change, what violates the pin, and what ends it.

use crate::harness::{confirm, entry_when, is_settled, merge, revert, within};
use crate::stage::*;
use slipway_domain::action::{Action, PinChoice};
use slipway_domain::alert::AlertKind;
use slipway_domain::environment::Environment;
use slipway_domain::journal::EntryState;
use slipway_domain::pin::Pin;
use slipway_domain::plan::{ConfirmationKind, Verdict};
use slipway_domain::release::ReleaseRef;
use slipway_domain::watch::{Watch, WatchVerdict};
use slipway_engine::{Engine, ExecuteError, Execution, PinError};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

fn roll_back_and_pin(pin: PinChoice) -> Action {
    Action::roll_back_and_pin(SERVICE.into(), "production".into(), None, Some("checkout is down".into()), Some(pin))
}

async fn production(stage: &Stage) -> Environment {
    stage.board().await.environment("production").cloned().expect("production")
}

/// The pin as the board has it, once it is there.
async fn pinned(engine: &Engine) -> Pin {
    let shown = async || engine.snapshot().service(SERVICE)?.environment("production")?.pin.clone();
    within(SOON, "the pin", shown).await
}

/// Ships a bad change and rolls back from it with a pin. Gives its number.
async fn rolled_back(stage: &Stage, pin: PinChoice) -> u64 {
    let bad = stage.ship().await;
    stage.board().await;
    let plan = stage.plan(roll_back_and_pin(pin)).await;
    let planned = plan.rollback.as_ref().and_then(|rollback| rollback.pin.clone()).expect("it says what it pins");
    assert_eq!(planned.bad.iter().map(|one| one.change.id.clone()).collect::<Vec<_>>(), [id(bad)], "{}", said(&plan));
    assert!(said(&plan).contains(&format!("#{bad} must stay out until reverted")), "{}", said(&plan));
    let entry = confirm(&stage.engine, &plan).await;
    assert_eq!(production(stage).await.pin, None, "never before it is verified");
    stage.advance(300).await;
    assert_eq!(entry_when(&stage.engine, &entry.id, is_settled).await.state, EntryState::Succeeded);
    let pin = pinned(&stage.engine).await;
    assert_eq!((pin.entry, pin.reason), (Some(entry.id), Some("checkout is down".into())));
    bad
}

/// What the watch of the live release came to, as the watch writes it.
fn judged(stage: &Stage, environment: &Environment, verdict: WatchVerdict) {
    let live = environment.current.as_ref().expect("something is live");
    let at = live.released_at.expect("a time");
    let watch = Watch {
        id: format!("{}:{}", environment.app, live.id),
        service: SERVICE.into(),
        environment: environment.name.clone(),
        app: environment.app.clone(),
        production: true,
        platform: "Heroku".into(),
        instance: "dyno".into(),
        release: ReleaseRef::from(live),
        commit: live.commit.clone(),
        live_at: at,
        began_at: at,
        length_seconds: 1200,
        planned: 38,
        taken: 38,
        has_health_url: true,
        baseline: None,
        probes: vec![],
        processes: vec![],
        platform_log: None,
        signals: vec![],
        config_releases: vec![],
        superseded_by: None,
        verdict: Some(verdict),
        verdict_at: Some(at.plus(1200.0)),
        reason: None,
        bad_at: None,
        recovered_at: None,
        ended_at: Some(at.plus(1200.0)),
        evidence: vec![],
    };
    let file = std::fs::read_dir(stage.harness.folder.path()).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
    let journal = file.into_iter().find(|path| path.file_name().is_some_and(|name| name == "intents.db")).expect("the journal's file");
    let connection = rusqlite::Connection::open(journal).expect("it opens");
    let json = serde_json::to_string(&watch).expect("JSON");
    connection.execute("INSERT OR REPLACE INTO watch(id, json) VALUES(?1, ?2)", [&watch.id, &json]).expect("it is written");
}

#[tokio::test]
async fn a_pin_holds_until_the_revert_is_live_and_its_watch_was_good() {
    let stage = Stage::new().await;
    let bad = rolled_back(&stage, PinChoice::default()).await;
    assert_eq!(production(&stage).await.on_its_way.map(|way| way.carriers), Some(vec![]), "nothing moves yet");

    // Whatever is merged now carries it.
    let next = stage.harness.ready_pull().await;
    let plan = stage.plan(merge(next)).await;
    let (objects, text) = asked(&plan, ConfirmationKind::PinViolated).unwrap_or_else(|| panic!("{:?}", plan.confirmations()));
    assert!(objects.len() == 1 && objects[0].ends_with(&format!(":#{bad}")), "{objects:?}");
    assert_eq!(text, format!("It would bring #{bad} back to production, which is pinned against it"));
    let unsaid = stage.engine.execute(&plan.id, None, false, None).await;
    assert!(matches!(unsaid, Err(ExecuteError::NotConfirmed(_))), "without a reason nothing is sent: {unsaid:?}");
    assert_eq!(stage.harness.mutations("merge").await, (0, 0));

    stage.land(next).await;
    stage.advance(60).await;
    let environment = production(&stage).await;
    let way = environment.on_its_way.expect("it is pinned");
    let carrier = way.carriers.first().unwrap_or_else(|| panic!("{way:?}"));
    assert_eq!((carrier.carries.clone(), carrier.known), (vec![id(bad)], true), "{carrier:?}");
    assert!(carrier.stop.is_some() && way.checked >= 1, "{way:?}");

    // Released all the same: violated, once for the release.
    stage.settle().await;
    let board = stage.board().await;
    let alert = board.alerts.iter().find(|alert| alert.kind == AlertKind::PinViolated).unwrap_or_else(|| panic!("{:?}", board.alerts));
    assert!(alert.message.contains(&format!("brought #{bad} back")), "{}", alert.message);
    let violations =
        within(SOON, "the violation", async || Some(pinned(&stage.engine).await.violations).filter(|violations| !violations.is_empty()));
    let violations = violations.await;
    assert_eq!((violations.len(), &violations[0].brings, &violations[0].knowingly), (1, &vec![id(bad)], &None));
    stage.board().await;
    assert_eq!(pinned(&stage.engine).await.violations.len(), 1, "the same release is one violation");

    // Its revert, live and watched.
    let entry = confirm(&stage.engine, &stage.plan(revert(bad)).await).await;
    let opened = entry_when(&stage.engine, &entry.id, is_settled).await;
    assert_eq!(opened.state, EntryState::Succeeded, "{opened:?}");
    let truth = stage.harness.truth_of(SERVICE).await;
    let number = truth["pull_requests"].as_array().into_iter().flatten().filter_map(|p| p["number"].as_u64()).max().expect("the revert");
    let progress = production(&stage).await.pin_progress.expect("it is pinned");
    assert_eq!((progress.revert, progress.reverts_all, progress.violated), (Some(number), true, true), "{progress:?}");
    stage.land(number).await;
    stage.settle().await;
    let environment = production(&stage).await;
    let progress = environment.pin_progress.clone().expect("it is pinned");
    assert_eq!((progress.violated, progress.may_end), (false, false), "its watch is not known: {progress:?}");
    judged(&stage, &environment, WatchVerdict::Inconclusive);
    let restarted = stage.harness.engine().await;
    let offered = restarted.refresh(None).await.service(SERVICE).and_then(|s| s.environment("production")).cloned().expect("production");
    let offer = offered.pin_progress.and_then(|progress| progress.offer);
    assert!(offered.pin.is_some() && offer.is_some_and(|offer| offer.contains("no evidence either way")), "it is offered only");
    judged(&stage, &environment, WatchVerdict::Good);
    let again = stage.harness.engine().await;
    again.refresh(None).await;
    let ended = async || again.snapshot().service(SERVICE)?.environment("production")?.pin.is_none().then_some(());
    within(SOON, "its end", ended).await;
}

/// What a person let through knowingly is said to be so.
#[tokio::test]
async fn what_goes_over_a_pin_needs_a_reason_that_is_kept() {
    let stage = Stage::new().await;
    let bad = rolled_back(&stage, PinChoice::default()).await;
    let plan = stage.plan(release_build()).await;
    assert_eq!(ships_again(&plan), [id(bad)], "{}", said(&plan));
    assert!(matches!(plan.verdict(), Verdict::Confirm(_)) && plan.goes_over_a_pin(), "{:?}", plan.verdict());
    let started = stage.engine.execute(&plan.id, None, false, Some("the data needs it".into())).await;
    let Ok(Execution::Started(entry)) = started else { panic!("{started:?}") };
    stage.advance(300).await;
    let entry = entry_when(&stage.engine, &entry.id, is_settled).await;
    assert_eq!((entry.reason.as_deref(), entry.over_pins.len()), (Some("the data needs it"), 1));
    stage.board().await;
    let violations =
        within(SOON, "the violation", async || Some(pinned(&stage.engine).await.violations).filter(|violations| !violations.is_empty()));
    assert_eq!(violations.await[0].knowingly.as_deref(), Some("the data needs it"));
}

/// It was closed when its rollback was verified, and another process has the same journal.
#[tokio::test]
async fn a_pin_is_set_once_by_whichever_process_sees_it_first() {
    let stage = Stage::new().await;
    rolled_back(&stage, PinChoice::default()).await;
    let pin = pinned(&stage.engine).await;
    let other = stage.harness.engine().await;
    other.refresh(None).await;
    assert_eq!(pinned(&other).await.id, pin.id);
    other.unpin(SERVICE, "production", "fixed by config").await.expect("it ends");
    let ended = async || stage.engine.snapshot().service(SERVICE)?.environment("production")?.pin.is_none().then_some(());
    within(SOON, "the end by another process", ended).await;
    let third = stage.harness.engine().await;
    third.refresh(None).await;
    let shown = third.snapshot();
    let environment = shown.service(SERVICE).and_then(|s| s.environment("production")).expect("production");
    assert_eq!(environment.pin, None, "its entry set a pin before");
}

#[tokio::test]
async fn a_rollback_by_somebody_else_sets_no_pin_and_one_may_be_set_by_hand() {
    let stage = Stage::new().await;
    let bad = stage.ship().await;
    stage.roll_back_elsewhere().await;
    let board = stage.board().await;
    assert!(board.alerts.iter().any(|alert| alert.kind == AlertKind::RolledBack), "{:?}", board.alerts);
    assert_eq!(board.environment("production").and_then(|e| e.pin.clone()), None);
    let (engine, of) = (&stage.engine, "production");
    assert!(matches!(engine.pin(SERVICE, of, None, " ").await, Err(PinError::NoReason)));
    assert!(matches!(engine.pin(SERVICE, "prod", None, "why").await, Err(PinError::NotFound(_))));
    assert!(matches!(engine.pin(SERVICE, of, Some(&["#1".into()]), "why").await, Err(PinError::NotFound(_))));
    assert!(matches!(engine.unpin(SERVICE, of, "why").await, Err(PinError::Refused(_))), "it is not pinned");
    let pin = engine.pin(SERVICE, of, None, "checkout is down").await.expect("it is pinned");
    assert_eq!(pin.bad.iter().map(|one| one.change.id.clone()).collect::<Vec<_>>(), [id(bad)]);
    assert!(matches!(engine.pin(SERVICE, of, None, "again").await, Err(PinError::Refused(_))), "it is pinned already");
    let changed = engine.set_pin_ending(SERVICE, of, false).await.expect("it is kept");
    assert!(!changed.ends_by_itself && pinned(engine).await == changed);
    let ended = engine.unpin(SERVICE, of, "fixed by config").await.expect("it ends").end.expect("an end");
    assert_eq!((ended.by.as_deref(), ended.reason.as_str()), (Some("tester"), "fixed by config"));
    assert_eq!(production(&stage).await.pin, None);
}

#[tokio::test]
async fn a_release_that_is_marked_bad_is_no_way_back() {
    let stage = Stage::new().await;
    let target = production(&stage).await.rollback_target.expect("a target");
    let (engine, of) = (&stage.engine, "production");
    let mark = engine.mark_bad(SERVICE, of, target, "slow queries").await.expect("it is kept");
    assert_eq!(mark.release.ordinal, Some(target));
    assert!(production(&stage).await.rollback_target.is_some_and(|other| other < target), "an older one");
    let named = Action::roll_back(SERVICE.into(), of.into(), Some(target), None);
    let refused = engine.plan(named.clone()).await.expect_err("refused").to_string();
    assert_eq!(refused, format!("v{target} is marked bad by tester: slow queries"));
    engine.unmark_bad(SERVICE, of, target, "it was the cache").await.expect("it is taken back");
    assert_eq!(production(&stage).await.rollback_target, Some(target));
    assert!(engine.plan(named).await.is_ok());
    assert!(matches!(engine.unmark_bad(SERVICE, of, target, "again").await, Err(PinError::Refused(_))));
    assert!(matches!(engine.mark_bad(SERVICE, of, 999_999, "why").await, Err(PinError::NotFound(_))));
}

#[tokio::test]
async fn a_set_may_be_narrowed_to_what_was_taken_out() {
    let stage = Stage::new().await;
    let first = stage.merge().await;
    let second = stage.ship().await;
    stage.board().await;
    let all = stage.plan(roll_back_and_pin(PinChoice::default())).await;
    assert_eq!(takes_out(&all), [id(second), id(first)], "the release between them ran for seconds: it is no way back");
    let wrong = PinChoice { bad: Some(vec!["#1".into()]), ..PinChoice::default() };
    let refused = stage.engine.plan(roll_back_and_pin(wrong)).await.expect_err("refused").to_string();
    assert!(refused.starts_with("#1 is none of what leaves."), "{refused}");
    let only = PinChoice { bad: Some(vec![id(first)]), ends_by_itself: false };
    let action = Action::roll_back_and_pin(SERVICE.into(), "production".into(), None, None, Some(only));
    let plan = stage.plan(action).await;
    let pin = plan.rollback.clone().and_then(|rollback| rollback.pin).expect("it pins");
    assert_eq!(pin.bad.iter().map(|one| one.change.id.clone()).collect::<Vec<_>>(), [id(first)]);
    assert!(pin.narrowed && !pin.ends_by_itself, "{pin:?}");
}
