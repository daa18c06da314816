//! What a pin keeps out, what carries it, and what ends it.

mod carriers;
mod ends;
mod plans;
mod properties;
mod targets;

use crate::sample::{at, commit, environment, service};
use slipway_domain::environment::Environment;
use slipway_domain::history::{History, RevertEvidence};
use slipway_domain::pin::{Pin, PinnedChange, bad_set, narrowed, settle};
use slipway_domain::release::{ReleaseRef, ReleaseWatch};
use slipway_domain::shipment::Change;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::watch::{Watch, WatchVerdict};

/// a ← b (#1) ← c (#2) ← d (#3), newest first.
pub(crate) fn main_line() -> Vec<Commit> {
    vec![commit("d", &["c"], Some(3)), commit("c", &["b"], Some(2)), commit("b", &["a"], Some(1)), commit("a", &["0"], Some(9))]
}

/// A commit of a pull request on top of `parent` whose body says that it reverts others.
pub(crate) fn revert(sha: &str, parent: &str, number: u64, of: &[u64]) -> Commit {
    Commit { pull_request_reverts: of.to_vec(), ..commit(sha, &[parent], Some(number)) }
}

/// Slugs are named by their commit.
pub(crate) fn lived(history: &[(u64, &str, &str, bool)]) -> Environment {
    let mut environment = environment(history);
    environment.releases.iter_mut().for_each(|release| release.commit = release.artifact_id.clone());
    slipway_domain::lineage::settle(&mut environment, &[]);
    environment
}

pub(crate) fn changes(ids: &[(u64, &str)]) -> Vec<PinnedChange> {
    let one = |(number, sha): &(u64, &str)| PinnedChange {
        change: Change { id: format!("#{number}"), number: Some(*number), title: format!("commit {sha}"), ..Change::default() },
        commits: vec![(*sha).to_owned()],
    };
    ids.iter().map(one).collect()
}

/// Of an environment that went from `left` back to `target`.
pub(crate) fn pin(environment: &Environment, target: u64, left: u64, bad: Vec<PinnedChange>) -> Pin {
    let of = |version: u64| environment.releases.iter().find(|r| r.version == version).expect("the release");
    Pin {
        id: "pin".into(),
        service: "storefront".into(),
        repo: "acme/storefront".into(),
        environment: environment.name.clone(),
        app: environment.app.clone(),
        target: ReleaseRef::from(of(target)),
        target_commit: of(target).commit.clone(),
        left: ReleaseRef::from(of(left)),
        left_commit: of(left).commit.clone(),
        bad,
        narrowed: false,
        reason: Some("checkout is down".into()),
        by: "lena".into(),
        at: at(100_000),
        entry: Some("entry".into()),
        ends_by_itself: true,
        violations: vec![],
        end: None,
    }
}

/// Pinned to v1 after a rollback from v2, whose commit is `left`; what came after it is live.
pub(crate) fn pinned(main: Vec<Commit>, left: &str, then: &[(u64, &str, &str, bool)], bad: Vec<PinnedChange>) -> ServiceState {
    let back = [(1, "a", "Deploy", true), (2, left, "Deploy", true), (3, "a", "Rollback to v1", true)];
    let mut state = service();
    state.environments = vec![lived(&[back.as_slice(), then].concat())];
    state.environments[0].production = true;
    state.environments[0].pin = Some(pin(&state.environments[0], 1, 2, bad));
    state.main = main;
    settle(&mut state, at(200_000));
    state
}

pub(crate) fn watched(state: &mut ServiceState, version: u64, verdict: Option<WatchVerdict>) {
    let environment = &mut state.environments[0];
    let release = environment.releases.iter_mut().find(|r| r.version == version).expect("the release");
    release.watch = Some(ReleaseWatch { verdict, reason: None, after_trouble: false, taken: 9, planned: 38 });
    let watch = Watch {
        id: format!("{}:{}", environment.app, release.id),
        service: "storefront".into(),
        environment: environment.name.clone(),
        app: environment.app.clone(),
        production: true,
        platform: "Heroku".into(),
        instance: "dyno".into(),
        release: ReleaseRef::from(&*release),
        commit: release.commit.clone(),
        live_at: at(0),
        began_at: at(0),
        length_seconds: 1200,
        planned: 38,
        taken: 9,
        has_health_url: true,
        baseline: None,
        probes: vec![],
        processes: vec![],
        platform_log: None,
        signals: vec![],
        config_releases: vec![],
        superseded_by: None,
        verdict,
        verdict_at: verdict.map(|_| at(1200)),
        reason: None,
        bad_at: None,
        recovered_at: None,
        ended_at: verdict.map(|_| at(1200)),
        evidence: vec![],
    };
    environment.watch = Some(watch);
    settle(state, at(200_000));
}

#[test]
fn what_a_rollback_takes_out_is_bad() {
    let none = RevertEvidence::default();
    // A merge commit brings its branch; a rebase brings each commit of its own.
    let merged =
        vec![commit("m", &["b", "y"], Some(2)), commit("y", &["x"], Some(2)), commit("x", &["a"], Some(2)), main_line()[2].clone()];
    let rebased =
        vec![commit("r3", &["r2"], Some(5)), commit("r2", &["r1"], Some(5)), commit("r1", &["a"], Some(5)), main_line()[3].clone()];
    let direct = vec![commit("push", &["a"], None), main_line()[3].clone()];
    type Wanted = &'static [(&'static str, &'static [&'static str])];
    let table: &[(&str, Vec<Commit>, &str, Wanted)] = &[
        ("squashed", main_line(), "c", &[("#2", &["c"]), ("#1", &["b"])]),
        ("merged", [merged, vec![main_line()[3].clone()]].concat(), "m", &[("#2", &["m"]), ("#1", &["b"])]),
        ("rebased", rebased, "r3", &[("#5", &["r3", "r2", "r1"])]),
        ("pushed without a PR", direct, "push", &[("push", &["push"])]),
        // No commit stands for it: the revert of its newest one is not the revert of all of it.
        ("not loaded: the whole code", main_line(), "elsewhere", &[("elsewhere", &[])]),
        ("nothing", main_line(), "a", &[]),
    ];
    for (name, main, left, wanted) in table {
        let history = History::new(main, &none);
        let environment = lived(&[(1, "a", "Deploy", true), (2, left, "Deploy", true)]);
        let found = bad_set(&history, Some("a"), &environment.releases[0], Some(left));
        let told: Vec<(&str, Vec<&str>)> =
            found.iter().map(|one| (one.change.id.as_str(), one.commits.iter().map(String::as_str).collect())).collect();
        let wanted: Vec<(&str, Vec<&str>)> = wanted.iter().map(|(id, shas)| (*id, shas.to_vec())).collect();
        assert_eq!(told, wanted, "{name}");
    }
}

#[test]
fn a_person_may_narrow_it_to_what_they_name() {
    let all = changes(&[(2, "c"), (1, "b")]);
    let ids = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        narrowed(all.clone(), &names).map(|left| left.iter().map(|one| one.change.id.clone()).collect::<Vec<_>>())
    };
    assert_eq!(ids(&["#2"]), Ok(vec!["#2".to_owned()]));
    assert_eq!(ids(&["1", "#2"]), Ok(vec!["#2".to_owned(), "#1".to_owned()]));
    let refused = ids(&["#7"]).expect_err("it is none of them").0;
    assert_eq!(refused, "#7 is none of what leaves. There are: #2, #1.");
}
