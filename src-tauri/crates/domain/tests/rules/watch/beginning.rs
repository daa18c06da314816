//! Which release is watched, from when on, and what ends or marks its watch.

use super::probe;
use crate::sample::{at, environment};
use slipway_domain::environment::{Environment, Instance, ProcessType};
use slipway_domain::watch::{Began, ProbeSample, Watch, WatchNews, begin, later_release, process_sample, watched_release};

/// Release 8 went live at 820.
const NOW: i64 = 850;

fn begun(environment: &Environment, now: i64, recent: &[ProbeSample]) -> Option<Watch> {
    begin(environment, Began { service: "storefront", minutes: None, has_health_url: true, recent, now: at(now) })
}

const DEPLOYS: [(u64, &str, &str, bool); 2] = [(7, "a", "Deploy a", true), (8, "b", "Deploy b", true)];

fn with(more: &[(u64, &'static str, &'static str, bool)]) -> Environment {
    let mut environment = environment(&[&DEPLOYS[..], more].concat());
    // A minute and forty seconds apart.
    for release in &mut environment.releases {
        let began = at(release.version as i64 * 100);
        (release.released_at, release.updated_at) = (Some(began), Some(began.plus(20.0)));
    }
    slipway_domain::lineage::settle(&mut environment, &[]);
    environment
}

#[test]
fn the_release_that_put_the_live_code_live_is_watched() {
    let watched = |more: &[(u64, &'static str, &'static str, bool)]| watched_release(&with(more).releases).map(|release| release.version);
    assert_eq!(watched(&[]), Some(8));
    assert_eq!(watched(&[(9, "c", "Deploy c", false)]), Some(8), "a release that failed is not live");
    assert_eq!(watched(&[(9, "b", "Set KEY config vars", true)]), Some(8), "config only");
    assert_eq!(watched(&[(9, "b", "Set KEY config vars", true), (10, "a", "Rollback to v7", true)]), Some(10));
    assert_eq!(watched_release(&environment(&[(9, "b", "Set KEY config vars", true)]).releases), None, "who put it live is not known");
}

#[test]
fn a_watch_begins_when_the_platform_says_live() {
    for (now, began) in [(830, 830), (850, 850), (940, 940), (1000, 940), (2019, 940)] {
        let watch = begun(&with(&[]), now, &[]).expect("recent enough");
        assert_eq!((watch.live_at, watch.began_at), (at(820), at(began)), "seen at {now}");
    }
    assert_eq!(begun(&with(&[]), 2020, &[]), None, "live for longer than the watch would be");
    let preboot = Environment { preboot: Some(true), ..with(&[]) };
    assert_eq!(begun(&preboot, NOW, &[]).expect("a watch").began_at, at(1000), "three minutes after live");
    // The platform's clock is ahead of ours.
    assert_eq!(begun(&with(&[]), 800, &[]).expect("a watch").live_at, at(800));
}

#[test]
fn its_length_is_a_setting() {
    for (minutes, seconds) in [(None, 1200), (Some(5), 300), (Some(60), 3600), (Some(1), 300), (Some(600), 3600)] {
        let with_length = Began { service: "storefront", minutes, has_health_url: false, recent: &[], now: at(NOW) };
        let watch = begin(&with(&[]), with_length).expect("a watch");
        assert_eq!((watch.length_seconds, watch.planned), (seconds, seconds / 60), "{minutes:?}");
    }
}

#[test]
fn the_baseline_is_of_the_release_before_and_of_its_last_half_hour() {
    let count = |recent: Vec<ProbeSample>| begun(&with(&[]), NOW, &recent).expect("a watch").baseline.map(|before| before.probes.len());
    // Release 7 went live at 720.
    assert_eq!(count((0..10).map(|n| probe(720 + n * 10, false)).collect()), Some(10));
    assert_eq!(count((0..9).map(|n| probe(720 + n * 10, false)).collect()), None, "nine are too few");
    assert_eq!(count((0..10).map(|n| probe(719 - n * 10, false)).collect()), None, "of the release before that");
    assert_eq!(count((0..10).map(|n| probe(820 + n, false)).collect()), None, "of this release");
    assert_eq!(count((0..100).map(|n| probe(720 + n, false)).collect()), Some(30), "the last thirty");
}

#[test]
fn config_marks_a_watch_and_code_ends_it() {
    let watch = begun(&with(&[]), NOW, &[]).expect("a watch");
    let news = |more: &[(u64, &'static str, &'static str, bool)]| later_release(&watch, &with(more).releases, at(2000));
    assert_eq!(news(&[]), None);
    assert_eq!(news(&[(9, "c", "Deploy c", false)]), None, "it is not live");
    let label = |news: Option<WatchNews>| match news {
        Some(WatchNews::ConfigChanged { later, .. }) => format!("config {}", later.release.label),
        Some(WatchNews::Superseded { later, .. }) => format!("code {}", later.release.label),
        other => format!("{other:?}"),
    };
    assert_eq!(label(news(&[(9, "b", "Set KEY config vars", true)])), "config v9");
    assert_eq!(label(news(&[(9, "b", "Deploy b", true)])), "config v9", "the same code once more");
    assert_eq!(label(news(&[(9, "c", "Deploy c", true)])), "code v9");
    assert_eq!(label(news(&[(9, "a", "Rollback to v7", true)])), "code v9");
    assert_eq!(label(news(&[(9, "b", "Set KEY config vars", true), (10, "c", "Deploy c", true)])), "code v10");
    assert_eq!(
        label(news(&[(9, "c", "Deploy c", true), (10, "c", "Set KEY config vars", true)])),
        "code v9",
        "not the change of config after it"
    );
}

#[test]
fn instances_of_other_code_and_one_off_ones_do_not_count() {
    let watch = begun(&with(&[]), NOW, &[]).expect("a watch");
    let instance = |name: &str, process: &str, state: &str, version: Option<u64>, since: i64| Instance {
        name: name.into(),
        process: process.into(),
        state: state.into(),
        release_version: version,
        updated_at: Some(at(since)),
    };
    let mut environment = with(&[]);
    environment.formation = Some(vec![ProcessType { name: "web".into(), quantity: 2 }]);
    environment.instances = Some(vec![
        instance("web.1", "web", "up", Some(8), 830),
        instance("web.2", "web", "crashed", Some(9), 840),
        instance("web.3", "web", "crashed", Some(7), 840),
        instance("web.4", "web", "crashed", None, 819),
        instance("run.1", "run", "crashed", Some(8), 840),
        instance("scheduler.1", "scheduler", "crashed", Some(8), 840),
        instance("release.1", "release", "crashed", Some(8), 840),
    ]);
    let sample = process_sample(&watch, &environment, at(NOW)).expect("they were read");
    let crashed: Vec<(&str, Option<u64>)> = sample.crashed.iter().map(|crashed| (crashed.name.as_str(), crashed.wanted)).collect();
    assert_eq!((sample.up, sample.wanted, crashed), (1, Some(2), vec![("web.2", Some(2))]));
    environment.instances = None;
    assert_eq!(process_sample(&watch, &environment, at(NOW)), None, "not read is not none");
}
