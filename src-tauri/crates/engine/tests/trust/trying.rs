//! A service that is tried: what works is read, what fails is shown, and the rest is not known. Nothing is changed, and
//! the number of requests is bounded.

use crate::harness::{Harness, board, confirm, merge, service};
use serde_json::{Value, json};
use slipway_domain::journal::EntryState;
use slipway_domain::service::Service;
use slipway_domain::trial::{PartPlace, Trial, Trials, TriedKind, TriedPart};
use slipway_domain::vendor::VendorId;
use slipway_engine::{Engine, SetupError};

const PRODUCTION: &str = "production";

fn storefront(harness: &Harness) -> Service {
    let info = &harness.sandbox.services()[0];
    let mut service = service(info);
    for (config, told) in service.environments.iter_mut().zip(&info.environments) {
        config.health_url = Some(told.health_url.clone());
    }
    service
}

async fn tried(engine: &Engine, service: &Service) -> Trials {
    engine.try_service(service, &PartPlace::all_of(service)).await
}

fn part(trials: &Trials, kind: TriedKind) -> &TriedPart {
    let of = |part: &&TriedPart| part.part == kind && part.environment.as_deref().is_none_or(|name| name == PRODUCTION);
    trials.parts.iter().find(of).expect("the part")
}

async fn requests(harness: &Harness) -> u64 {
    let truth = harness.truth().await;
    truth["requests"].as_object().into_iter().flat_map(|all| all.values()).filter_map(|vendor| vendor["total"].as_u64()).sum()
}

#[tokio::test]
async fn what_is_there_works_and_is_read_with_few_requests() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let service = storefront(&harness);
    let before = requests(&harness).await;
    let trials = tried(&engine, &service).await;
    let asked = requests(&harness).await - before;
    // One for the repository; project, pipelines, workflows and jobs of the newest; two apps and their build apps.
    assert!((8..=12).contains(&asked), "{asked} requests");
    for part in trials.parts.iter().filter(|part| part.part != TriedKind::Migrations) {
        assert_eq!((part.trial, part.missing), (Trial::Works, false), "{part:?}");
    }
    let words = |kind| part(&trials, kind).message.clone();
    assert!(words(TriedKind::Repository).starts_with("Read; you may merge; "), "{}", words(TriedKind::Repository));
    let ci = words(TriedKind::Ci);
    assert!(ci.starts_with("Read; ") && ci.contains(" pipelines of main; its jobs deploy and release are named like a release"), "{ci}");
    assert!(words(TriedKind::App).contains("release"), "{}", words(TriedKind::App));
    assert!(words(TriedKind::BuildApp).contains("newest build"), "{}", words(TriedKind::BuildApp));
    assert!(words(TriedKind::HealthUrl).starts_with("200 in "), "{}", words(TriedKind::HealthUrl));
    assert_eq!(part(&trials, TriedKind::Migrations).trial, Trial::NotKnown, "no PR was read yet");
    assert_eq!(engine.services(), [crate::harness::service(&harness.sandbox.services()[0])], "nothing was stored");
    harness.nothing_went_elsewhere().await;
}

#[tokio::test]
async fn migrations_are_judged_by_the_pull_requests_that_are_known() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let snapshot = engine.refresh(None).await;
    let files = board(&snapshot).pull_requests.iter().flat_map(|pr| pr.files.iter().flatten());
    let one = files.map(|file| file.path.clone()).next().expect("a file of an open pull request");
    let places = [PartPlace::of_service(TriedKind::Migrations)];
    let before = requests(&harness).await;
    for (globs, trial) in [(vec![one], Trial::Works), (vec!["nowhere/**".to_owned()], Trial::NotKnown)] {
        let service = Service { migration_paths: globs, ..storefront(&harness) };
        let trials = engine.try_service(&service, &places).await;
        assert_eq!(part(&trials, TriedKind::Migrations).trial, trial, "{trials:?}");
    }
    assert_eq!(requests(&harness).await, before, "no request is made for it");
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let right = storefront(&harness);
    let changed = |change: &dyn Fn(&mut Service)| {
        let mut service = right.clone();
        change(&mut service);
        service
    };
    let production = right.environments.iter().position(|e| e.name == PRODUCTION).expect("production");
    let none = right.environments[production].health_url.clone().expect("a URL").replace("storefront-production", "nobody");
    for (kind, missing, wrong) in [
        (TriedKind::Repository, true, changed(&|s| s.repo = "acme/nobody".to_owned())),
        (TriedKind::Repository, true, changed(&|s| s.branch = "trunk".to_owned())),
        (TriedKind::Ci, true, changed(&|s| s.ci.as_mut().expect("a CI").project = "gh/acme/nobody".to_owned())),
        (TriedKind::App, true, changed(&|s| s.environments[production].app = "nobody".to_owned())),
        (TriedKind::BuildApp, true, changed(&|s| s.environments[production].build_app = Some("nobody".to_owned()))),
        (TriedKind::HealthUrl, false, changed(&|s| s.environments[production].health_url = Some(none.clone()))),
        (TriedKind::HealthUrl, false, changed(&|s| s.environments[production].health_url = Some("http://shop.example".to_owned()))),
    ] {
        let trials = tried(&engine, &wrong).await;
        let found = part(&trials, kind);
        assert_eq!((found.trial, found.missing), (Trial::Fails, missing), "{found:?}");
        assert!(!found.message.is_empty() && found.message.ends_with('.'), "{found:?}");
    }
    let trunk = tried(&engine, &changed(&|s| s.branch = "trunk".to_owned())).await;
    assert!(part(&trunk, TriedKind::Repository).message.contains("Its default branch is main."), "{trunk:?}");
    harness.nothing_went_elsewhere().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_not_known() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let mut service = storefront(&harness);
    for config in &mut service.environments {
        config.health_url = Some("http://127.0.0.1:1/up".to_owned());
    }
    for fault in ["status", "garbage", "rate_limited", "unauthorized"] {
        let rules: Vec<Value> = ["github", "circleci", "heroku"]
            .map(|vendor| match fault {
                "status" => json!({"vendor": vendor, "kind": fault, "code": 503, "calls": "reads"}),
                _ => json!({"vendor": vendor, "kind": fault, "calls": "reads"}),
            })
            .to_vec();
        harness.faults(json!(rules)).await;
        let trials = tried(&engine, &service).await;
        for part in &trials.parts {
            assert_eq!((part.trial, part.missing), (Trial::NotKnown, false), "{fault}: {part:?}");
            assert!(!part.message.is_empty(), "{fault}: {part:?}");
        }
        harness.heal().await;
        harness.clock.advance(120.0);
    }
    engine.remove_account("heroku").await.expect("removed");
    let trials = tried(&engine, &service).await;
    let app = part(&trials, TriedKind::App);
    // The token in the environment is only good for the vendor's own server, which is not asked here.
    assert_ne!(app.trial, Trial::Works, "{app:?}");
}

#[tokio::test]
async fn a_part_answers_though_another_vendor_hangs() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let service = storefront(&harness);
    harness.faults(json!({"vendor": "heroku", "kind": "hang_before"})).await;
    let trials = tried(&engine, &service).await;
    assert_eq!(part(&trials, TriedKind::Repository).trial, Trial::Works, "{trials:?}");
    assert_eq!(part(&trials, TriedKind::App).trial, Trial::NotKnown, "{trials:?}");
}

#[tokio::test]
async fn an_edit_keeps_what_is_known_and_is_refused_when_it_was_changed_meanwhile() {
    let harness = Harness::healthy().await;
    let (ours, theirs) = (harness.engine().await, harness.engine().await);
    ours.refresh(None).await;
    let was = ours.services().remove(0);
    let trunk = Service { branch: "trunk".to_owned(), ..was.clone() };
    theirs.edit_service(&was, trunk.clone()).await.expect("edited");
    let refused = ours.edit_service(&was, Service { repo: "acme/other".to_owned(), ..was.clone() }).await;
    assert!(matches!(refused, Err(SetupError::Changed(_))), "{refused:?}");
    assert_eq!(ours.services(), std::slice::from_ref(&trunk), "what the other process saved stands");
    ours.edit_service(&trunk, was.clone()).await.expect("edited again");

    let known = {
        let read = ours.refresh(None).await;
        board(&read).pull_requests.len()
    };
    assert!(known > 0);
    let renamed = Service { name: "shop".to_owned(), ..was.clone() };
    ours.edit_service(&was, renamed.clone()).await.expect("renamed");
    let snapshot = ours.snapshot();
    assert_eq!(snapshot.services.len(), 1);
    let state = snapshot.service("shop").expect("under its new name");
    assert_eq!(state.pull_requests.len(), known, "what was known is shown at once");
    // No clock to be told here: a service is taken over by a step of the other loop, not by time alone.
    theirs.refresh(None).await;
    assert_eq!(theirs.services()[0].name, "shop");
    let wrong = Service { accounts: vec!["nobody".to_owned()], ..renamed.clone() };
    assert!(matches!(ours.edit_service(&renamed, wrong).await, Err(SetupError::Usage(_))), "an account that is not there");
    let mut wrong = renamed.clone();
    wrong.environments[0].provider = VendorId::new("github");
    assert!(matches!(ours.edit_service(&renamed, wrong).await, Err(SetupError::Usage(_))), "a platform that is none");
}

#[tokio::test]
async fn a_service_with_an_open_action_keeps_its_name() {
    let harness = Harness::healthy().await;
    let engine = harness.engine().await;
    let number = harness.ready_pull().await;
    engine.refresh(None).await;
    let plan = engine.plan(merge(number)).await.expect("a plan");
    // The answer is lost and reads show the world before it, so the action stays open.
    harness.faults(json!([{"vendor": "github", "kind": "reset_after", "calls": "writes"}, {"vendor": "github", "kind": "hang_before", "calls": "reads", "after": 8}])).await;
    let entry = confirm(&engine, &plan).await;
    assert!(matches!(entry.state, EntryState::Planned | EntryState::Sent), "{entry:?}");
    let was = engine.services().remove(0);
    let renamed = Service { name: "shop".to_owned(), ..was.clone() };
    let refused = engine.edit_service(&was, renamed).await.expect_err("refused").to_string();
    assert!(refused.contains("cannot be renamed while an action on it is open: merge of"), "{refused}");
    let branch = Service { migration_paths: vec!["db/**".to_owned()], ..was.clone() };
    engine.edit_service(&was, branch).await.expect("everything else can be changed");
}

#[tokio::test]
async fn the_order_is_the_snapshots_in_every_process() {
    let harness = Harness::with(slipway_sandbox::Scenario::Busy, 1.0, 0).await;
    harness.serve_all();
    let engine = harness.engine().await;
    let names = |engine: &Engine| engine.snapshot().services.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
    let before = names(&engine);
    assert!(before.len() > 2, "{before:?}");
    let last = before.last().expect("one").clone();
    engine.move_service(&last, 0).await.expect("moved");
    let mut expected = before.clone();
    expected.rotate_right(1);
    assert_eq!(names(&engine), expected);
    assert_eq!(names(&harness.engine().await), expected, "the next process begins with it");
    let why = engine.move_service("nobody", 0).await.expect_err("none").to_string();
    assert!(why.starts_with("There is no service nobody. There are: "), "{why}");
}
