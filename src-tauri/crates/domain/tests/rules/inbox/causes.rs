//! Causes beside pipelines: environments that stay apart, accounts, what is asked, and news.

use super::{DAY, World, failed, passed, read};
use crate::sample::{at, commit, environment, service};
use slipway_domain::commit::Commit;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::inbox::{DoneHow, InboxChange, InboxKind};
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::snapshot::{ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::{Health, Severity};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;

fn configured(name: &str, production: Option<bool>) -> EnvironmentConfig {
    EnvironmentConfig {
        name: name.into(),
        provider: VendorId::new("heroku"),
        app: "app".into(),
        build_app: None,
        health_url: None,
        production,
        stage: None,
        watch_minutes: None,
    }
}

/// Staging runs `staged`, production `live`, each since its time; the branch is a, b, c.
fn staged(staged: &str, live: &str, since: [Time; 2]) -> ServiceState {
    let one = |name: &str, commit: &str, released: Time| {
        let mut environment = environment(&[(1, "x", "Deploy x", true), (2, "y", "Deploy y", true)]);
        (environment.name, environment.production) = (name.to_owned(), name == "production");
        environment.health = Health::Healthy;
        (environment.releases[0].commit, environment.releases[0].released_at) = (Some(commit.to_owned()), Some(released));
        (environment.releases[1].commit, environment.releases[1].released_at) = (Some("a".to_owned()), Some(at(-40 * DAY)));
        environment.current = environment.releases.first().cloned();
        environment
    };
    let main: Vec<Commit> = vec![commit("c", &["b"], Some(3)), commit("b", &["a"], Some(2)), commit("a", &[], Some(1))];
    let mut state = service();
    state.environments = vec![one("staging", staged, since[0]), one("production", live, since[1])];
    state.config.environments = vec![configured("staging", Some(false)), configured("production", Some(true))];
    state.sources.push(slipway_domain::snapshot::SourceState { source: Source::Environment("staging".into()), ..state.sources[2].clone() });
    ServiceState { main, ..state }
}

#[test]
fn staging_and_production_that_stay_apart() {
    let cases = [
        ("just released past staging", staged("a", "b", [at(-9000), at(-60)]), None),
        (
            "a split release",
            staged("a", "b", [at(-9000), at(-900)]),
            Some((InboxKind::Split, "Split release: production is ahead of staging", "#2 is live on v2 and not on staging")),
        ),
        ("ahead for an hour", staged("c", "b", [at(-3600), at(-9000)]), None),
        (
            "ahead for more than a day",
            staged("c", "a", [at(-DAY - 60), at(-9 * DAY)]),
            Some((InboxKind::Drift, "Staging is ahead of production for more than a day", "#3 and #2 are not in production")),
        ),
        ("the same code", staged("b", "b", [at(-9 * DAY), at(-9 * DAY)]), None),
    ];
    for (what, state, expected) in cases {
        let mut world = World::of(read(state, at(0)));
        world.follow(at(2));
        let found: Vec<_> =
            world.items.iter().map(|item| (item.kind, item.text.as_str(), item.detail.as_deref().unwrap_or_default())).collect();
        assert_eq!(found, Vec::from_iter(expected), "{what}");
    }
    let mut world = World::of(read(staged("a", "b", [at(-9000), at(-900)]), at(0)));
    world.follow(at(2));
    let mut half = staged("b", "b", [at(5), at(-900)]);
    half.sources[3].error =
        Some(SourceError { kind: SourceErrorKind::Unreachable, message: String::new(), since: at(9), retry_at: None, url: None });
    *world.state() = read(half, at(10));
    assert!(world.follow(at(12)).is_empty(), "one of the two was not read");
    *world.state() = read(staged("b", "b", [at(5), at(-900)]), at(20));
    world.follow(at(22));
    assert_eq!(world.only().done.as_ref().map(|done| done.how), Some(DoneHow::Ended));
}

#[test]
fn an_account_asks_once_for_all_that_it_serves() {
    let refused =
        SourceError { kind: SourceErrorKind::Revoked, message: "The token was revoked".into(), since: at(70), retry_at: None, url: None };
    let mut world = World::of(read(service(), at(60)));
    world.services.push(ServiceState { name: "other".into(), ..read(service(), at(60)) });
    (world.accounts[0].error, world.accounts[0].ok) = (Some(refused.clone()), Some(false));
    world.follow(at(72));
    assert_eq!((world.only().kind, world.only().service.as_deref()), (InboxKind::SignInAgain, None));
    (world.accounts[0].error, world.accounts[0].ok) = (Some(SourceError { kind: SourceErrorKind::Unreachable, ..refused }), Some(false));
    assert!(world.follow(at(75)).is_empty(), "that it does not answer at all ends nothing");
    (world.accounts[0].error, world.accounts[0].ok) = (None, Some(true));
    assert!(world.follow(at(76)).is_empty(), "it last answered before it was refused");
    *world.state() = read(service(), at(80));
    world.follow(at(82));
    assert_eq!(world.only().done.as_ref().map(|done| done.words.as_str()), Some("it answers again"));
    assert!(World::of(service()).follow(at(62)).is_empty(), "an account in order asks nothing");
}

#[test]
fn production_that_nobody_has_named() {
    let config = |production| configured("production-eu", production);
    let mut state = service();
    state.config.environments = vec![config(None)];
    let mut world = World::of(read(state.clone(), at(60)));
    world.follow(at(62));
    assert_eq!(world.open(), [(InboxKind::ProductionNotSaid, "Is production-eu production?")]);
    state.config.environments = vec![config(Some(true))];
    *world.state() = read(state, at(80));
    world.follow(at(82));
    assert_eq!(world.only().done.as_ref().map(|done| done.words.as_str()), Some("it was answered"));
}

#[test]
fn news_of_ones_own_pull_request_and_of_what_ended_well() {
    let mut state = service();
    state.main =
        vec![Commit { author: Some("lena-h".into()), pull_request_title: Some("Show stock".into()), ..commit("b", &["a"], Some(474)) }];
    state.environments[0].production = true;
    let live = &mut state.environments[0].releases[0];
    (live.pull_requests, live.released_at) = (Some(vec![474, 475]), Some(at(-60)));
    state.environments[0].current = Some(state.environments[0].releases[0].clone());
    let mut world = World::of(read(state.clone(), at(0)));
    world.follow(at(2));
    assert_eq!(world.open(), [(InboxKind::Live, "Your PR #474 is live on v2")]);
    assert_eq!(world.only().detail.as_deref(), Some("Show stock"));
    assert!(world.follow(at(30)).is_empty(), "news are told once");
    world.items[0] = InboxChange::Done.apply(&world.items[0], "lena", at(40)).expect("open");
    assert!(world.follow(at(50)).is_empty(), "and not again");
    assert!(World::of(read(state, at(2 * DAY))).follow(at(2 * DAY + 2)).is_empty(), "of long ago they are none");

    let mut world = World::of(read(failed(7), at(400)));
    world.follow(at(402));
    *world.state() = read(passed(7), at(500));
    let subject = world.only().subject.clone();
    let event = |kind| Event {
        at: at(501),
        service: "storefront".into(),
        kind,
        severity: Severity::Info,
        message: "The pipeline of main passes again.".into(),
        ends: (kind == EventKind::Fixed).then_some(EventKind::PipelineFailed),
        subject: subject.clone(),
    };
    world.follow_events(&[event(EventKind::Fixed), event(EventKind::PipelinePassed)], at(502));
    assert_eq!(world.open(), [(InboxKind::Fixed, "The pipeline of main passes again")]);
    assert!(world.follow_events(&[event(EventKind::Fixed)], at(503)).is_empty(), "the same end is one news");
    let mut calm = World::of(read(passed(7), at(500)));
    assert!(calm.follow_events(&[event(EventKind::Fixed)], at(502)).is_empty(), "what was no item is no news");
}
