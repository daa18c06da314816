//! Heroku's adapter: reading, rolling back, promoting, releasing what was built.

use super::fixture::World;
use serde_json::json;
use slipway_domain::release::ReleaseCause;
use slipway_domain::status::ReleaseStatus;
use slipway_sandbox::Scenario;
use slipway_vendor::{OutputAt, Platform, ReadError, SendError};

#[tokio::test]
async fn heroku_reads() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let environment = service.environments.iter().find(|e| e.name == "production").unwrap();
    let app = environment.app.as_str();
    assert!(!heroku.whoami().await.unwrap().user.unwrap().is_empty());
    let newest = heroku.releases(app, 10).await.unwrap();
    assert_eq!(newest.releases.len(), 10);
    assert_eq!(newest.releases.iter().filter(|r| r.current).count(), 1);
    let older = heroku.releases_before(app, newest.releases[9].version, 10).await.unwrap();
    assert_eq!(older.releases[0].version, newest.releases[9].version - 1);
    let all = heroku.releases(app, 20_000).await.unwrap();
    let oldest = all.releases.last().unwrap().version;
    assert!(all.complete && oldest < newest.releases[9].version);
    assert!(all.releases.windows(2).all(|pair| pair[0].version == pair[1].version + 1));
    let last = heroku.releases_before(app, oldest + 2, 10).await.unwrap();
    assert_eq!((last.releases.len(), last.complete), (2, true));
    assert!(heroku.releases_before(app, oldest, 10).await.unwrap().releases.is_empty());

    let slug = newest.releases.iter().find_map(|r| r.artifact_id.clone()).unwrap();
    assert_eq!(heroku.artifact_commit(app, &slug).await.unwrap().unwrap().len(), 40);
    assert!(heroku.instances(app).await.unwrap().iter().any(|instance| instance.process == "web"));
    let log = heroku.recent_errors(app).await.unwrap();
    assert!(log.errors.is_empty() && log.not_told.is_none(), "all is well: {log:?}");
    assert!(heroku.formation(app).await.unwrap().iter().any(|process| process.name == "web" && process.quantity == 2));
    let config = all.releases.iter().position(|r| matches!(r.cause(), ReleaseCause::Config { .. })).unwrap();
    let changed = heroku.config_difference(app, &all.releases[config].id, &all.releases[config + 1].id).await.unwrap();
    let ReleaseCause::Config { names } = all.releases[config].cause() else { unreachable!() };
    let set = heroku.config_names(app, &all.releases[config].id).await.unwrap();
    assert!(names.iter().all(|name| set.contains(name)), "{set:?}");
    assert_eq!(changed.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
    let output = newest.releases.iter().find_map(|r| r.output_url.clone()).unwrap();
    let part = heroku.output(&output, &OutputAt::default()).await.unwrap();
    assert!(!part.text.is_empty() && part.over && part.at.bytes == part.text.len() as u64);
    assert_eq!(heroku.probe(&environment.health_url).await.and_then(|probe| probe.status), Some(200));
    assert_eq!(heroku.probe("http://127.0.0.1:1/").await.and_then(|probe| probe.status), None);
    assert!(matches!(heroku.releases("no-such-app", 1).await, Err(ReadError::NotFound(_))));

    // A second read of what has not changed is a 304.
    heroku.releases(app, 10).await.unwrap();
    assert!(world.truth("").await["requests"]["heroku"]["not_modified"].as_u64().unwrap() >= 1);
    world.assert_polite().await;
}

/// The commit is known for images that Heroku built, and unknown for those that were pushed to its registry.
#[tokio::test]
async fn images_in_the_place_of_slugs() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let app = service.environments[0].app.as_str();
    let built = heroku.releases(app, 1).await.unwrap().releases.remove(0);
    let commit = heroku.artifact_commit(app, &built.artifact_id.clone().unwrap()).await.unwrap();
    for (are, images) in [("built", 1), ("pushed", 2)] {
        world.make(json!({ "images": { "app": app, "are": are } })).await;
        let release = heroku.releases(app, 1).await.unwrap().releases.remove(0);
        assert_eq!((&release.artifact_id, release.artifacts.len(), release.is_image()), (&None, images, true));
        let told = heroku.image_commit(app, &release.artifacts[0].id).await.unwrap();
        assert_eq!(told, commit.clone().filter(|_| are == "built"));
        assert!(matches!(heroku.artifact_commit(app, &release.artifacts[0].id).await, Err(ReadError::NotFound(_))));
    }
    let by_add_on = json!({ "app": app, "description": "Update DATABASE by heroku-postgresql", "user": "heroku-postgresql@addons.heroku.com",
        "plan": "heroku-redis:mini" });
    world.make(json!({ "add_on": by_add_on })).await;
    let release = heroku.releases(app, 1).await.unwrap().releases.remove(0);
    assert_eq!(release.cause, Some(ReleaseCause::AddOn { name: "heroku-postgresql".into() }));
    assert_eq!(release.add_on_plans, Some(vec!["heroku-postgresql:standard-0".into(), "heroku-redis:mini".into()]));
    world.assert_polite().await;
}

#[tokio::test]
async fn ten_thousand_releases_come_by_the_thousand() {
    let world = World::start(Scenario::Busy, 1.0).await;
    let apps: Vec<String> = world.sandbox.services().iter().flat_map(|s| s.environments.iter().map(|e| e.app.clone())).collect();
    let mut longest = 0;
    for app in apps {
        let newest = world.heroku.releases(&app, 1).await.unwrap().releases[0].version;
        if newest >= 10_000 {
            let before = world.heroku.account().requests_sent();
            let all = world.heroku.releases(&app, 20_000).await.unwrap();
            assert!(all.complete && all.releases.len() as u64 == newest);
            assert!(world.heroku.account().requests_sent() - before <= newest / 1000 + 1);
        }
        longest = longest.max(newest);
    }
    assert!(longest >= 10_000);
}

#[tokio::test]
async fn a_rollback_is_a_new_release() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let app = service.environments.iter().find(|e| e.name == "production").unwrap().app.clone();
    let releases = heroku.releases(&app, 50).await.unwrap().releases;
    let target = releases.iter().skip(1).find(|r| r.eligible_for_rollback && r.artifact_id != releases[0].artifact_id).unwrap();
    let made = heroku.roll_back(&app, &target.id).await.unwrap();
    assert_eq!((made.rollback_to(), made.version), (Some(target.version), releases[0].version + 1));
    assert!(matches!(heroku.roll_back(&app, "00000000-0000-4000-8000-000000000000").await, Err(SendError::Refused { status: 404, .. })));
    assert_eq!(world.applied("rollback").await, 1);
    world.assert_polite().await;
}

/// An id that nothing has.
const NOBODY: &str = "01234567-89ab-4def-8123-456789abcdef";

#[tokio::test]
async fn promotion_and_built_slugs() {
    let world = World::start(Scenario::Healthy, 120.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let of = |name: &str| service.environments.iter().find(|e| e.name == name).unwrap().clone();
    let (staging, production) = (of("staging"), of("production"));
    let pipeline = heroku.pipeline_of(&production.app).await.unwrap().unwrap();
    assert_eq!(heroku.pipeline_of(&staging.app).await.unwrap().as_deref(), Some(pipeline.as_str()));
    let latest = heroku.latest_releases(&pipeline).await.unwrap();
    let id_of = |app: &str| latest.iter().find(|l| l.app == app).map(|l| l.app_id.clone()).unwrap();

    // A build that was not released; it is then released on staging and promoted.
    let build_app = staging.build_app.clone();
    let made = world.make(json!({ "build": { "app": build_app } })).await;
    let build = heroku.newest_build(&build_app).await.unwrap().unwrap();
    assert_eq!(Some(build.id.as_str()), made["build"]["build"].as_str());
    let slug = build.artifact_id.unwrap();
    let part = heroku.output(build.output_url.as_deref().unwrap(), &OutputAt::default()).await.unwrap();
    assert!(part.over && part.text.contains("Launching"));
    let released = heroku.release_artifact(&staging.app, &slug, "Deploy by hand").await.unwrap();
    assert_eq!((released.artifact_id.as_deref(), released.description.as_str()), (Some(slug.as_str()), "Deploy by hand"));
    assert!(matches!(heroku.release_artifact(&staging.app, NOBODY, "x").await, Err(SendError::Refused { status: 404, .. })));
    world.make(json!({ "advance": 90 })).await;

    let promotion = heroku.promote(&pipeline, &id_of(&staging.app), &released.id, &id_of(&production.app)).await.unwrap();
    let pending = heroku.promotion_targets(&promotion).await.unwrap();
    assert_eq!((pending.len(), pending[0].status), (1, ReleaseStatus::Pending));
    world.make(json!({ "advance": 90 })).await;
    assert_eq!(heroku.promotion_targets(&promotion).await.unwrap()[0].status, ReleaseStatus::Succeeded);
    assert_eq!(heroku.releases(&production.app, 1).await.unwrap().releases[0].artifact_id.as_deref(), Some(slug.as_str()));

    world.make(json!({ "fail_next_promotion": { "app": production.app, "error": "App is locked." } })).await;
    let failed = heroku.promote(&pipeline, &id_of(&staging.app), &released.id, &id_of(&production.app)).await.unwrap();
    world.make(json!({ "advance": 10 })).await;
    let target = heroku.promotion_targets(&failed).await.unwrap().remove(0);
    assert_eq!((target.status, target.error.as_deref()), (ReleaseStatus::Failed, Some("App is locked.")));
    let elsewhere = heroku.promote(NOBODY, &id_of(&staging.app), &released.id, &id_of(&production.app)).await;
    assert!(matches!(elsewhere, Err(SendError::Refused { status: 404, .. })), "{elsewhere:?}");

    assert!(!heroku.preboot(&production.app).await.unwrap());
    world.make(json!({ "preboot": { "app": production.app } , "maintenance": { "app": production.app } })).await;
    assert!(heroku.preboot(&production.app).await.unwrap());
    let apps = heroku.app_facts().await.unwrap();
    assert_eq!(apps.iter().filter(|a| a.maintenance == Some(true)).map(|a| a.name.as_str()).collect::<Vec<_>>(), [production.app.as_str()]);
    world.assert_polite().await;
}

#[tokio::test]
async fn an_output_is_read_while_it_is_written() {
    let world = World::start(Scenario::Healthy, 10.0).await;
    let (heroku, service) = (&world.heroku, world.service());
    let app = service.environments.iter().find(|e| e.name == "production").unwrap().app.clone();
    world.make(json!({ "release": { "app": app } })).await;
    let url = heroku.releases(&app, 1).await.unwrap().releases[0].output_url.clone().unwrap();
    let first = heroku.output(&url, &OutputAt::default()).await.unwrap();
    assert!(first.text.starts_with("$ bin/rails db:migrate\n"), "{}", first.text);
    let mut text = first.text.clone();
    let mut at = first.at;
    for _ in 0..10 {
        let part = heroku.output(&url, &at).await.unwrap();
        text.push_str(&part.text);
        at = part.at;
        if part.over {
            break;
        }
    }
    assert!(text.ends_with("Release command finished.\n") && text.matches("db:migrate").count() == 1, "{text}");
    let nothing = heroku.output(&url, &at).await.unwrap();
    assert!(nothing.over && nothing.text.is_empty() && nothing.at == at);
    world.assert_polite().await;
}
