//! A release that failed is cured by its code or newer code going live, and by nothing else.

use crate::sample::{at, commit, environment, release, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::{EventKind, events};
use slipway_domain::environment::Environment;
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::lineage;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::ReleaseStatus;

const OK: ReleaseStatus = ReleaseStatus::Succeeded;
const FAILED: ReleaseStatus = ReleaseStatus::Failed;

/// Code, description and status of a release, the oldest first.
type Row = (&'static str, &'static str, ReleaseStatus);

/// v1 with code `a` is live, and what follows; commits are named as their code where they are known.
fn with(rows: &[Row], commits: bool) -> ServiceState {
    let mut state = service();
    state.main = vec![commit("d", &["c"], None), commit("c", &["b"], None), commit("b", &["a"], None), commit("a", &[], None)];
    let mut one = environment(&[(1, "a", "Deploy a", true)]);
    for (n, (artifact_id, description, status)) in rows.iter().enumerate() {
        one.releases.insert(0, release(n as u64 + 2, artifact_id, description, *status));
    }
    let live = one.releases.iter().position(|r| r.status == OK);
    for (n, release) in one.releases.iter_mut().enumerate() {
        release.current = Some(n) == live;
        release.commit = release.artifact_id.clone().filter(|_| commits);
    }
    lineage::settle(&mut one, &state.main);
    state.environments = vec![one];
    state.alerts = alerts(&state);
    state
}

/// The release that the alert names.
fn alarmed(state: &ServiceState) -> Option<u64> {
    state.alerts.iter().find(|alert| alert.kind == AlertKind::ReleaseFailed).and_then(|alert| alert.subject.release)
}

#[test]
fn only_its_code_or_newer_code_cures_it() {
    let b_failed = ("b", "Deploy b", FAILED);
    let c_failed = ("c", "Deploy c", FAILED);
    let rows: [(&[Row], Option<u64>); 17] = [
        (&[b_failed], Some(2)),
        (&[b_failed, ("a", "Set FOO config vars", OK)], Some(2)),
        (&[b_failed, ("a", "Attach DATABASE", OK)], Some(2)),
        (&[b_failed, ("a", "Rollback to v1", OK)], Some(2)),
        (&[b_failed, ("a", "Deploy a", OK)], Some(2)),
        (&[b_failed, ("a", "Set FOO config vars", OK), ("a", "Set BAR config vars", OK)], Some(2)),
        (&[b_failed, ("b", "Deploy b", ReleaseStatus::Pending)], Some(2)),
        (&[b_failed, ("b", "Deploy b", ReleaseStatus::Expired)], Some(2)),
        (&[b_failed, ("b", "Deploy b", ReleaseStatus::Unknown)], Some(2)),
        (&[b_failed, ("b", "Deploy b", OK)], None),
        (&[b_failed, ("c", "Promote staging", OK)], None),
        (&[b_failed, ("a", "Set FOO config vars", OK), ("c", "Deploy c", OK)], None),
        // Of several in a row the newest is named, and the code of any of them ends it.
        (&[b_failed, c_failed], Some(3)),
        (&[b_failed, c_failed, ("a", "Set FOO config vars", OK)], Some(3)),
        (&[b_failed, c_failed, ("b", "Deploy b", OK)], None),
        // A change of config whose release phase failed is cured by its code, which is live.
        (&[("a", "Set FOO config vars", FAILED), ("a", "Set BAR config vars", OK)], None),
        // But it hides no code that never went live.
        (&[b_failed, ("a", "Set FOO config vars", FAILED), ("a", "Set BAR config vars", OK)], Some(2)),
    ];
    for (history, expected) in rows {
        for commits in [true, false] {
            assert_eq!(alarmed(&with(history, commits)), expected, "{history:?}, commits known: {commits}");
        }
    }
    // Older code that never ran here is told apart by its commit alone.
    let older = [("c", "Deploy c", FAILED), ("b", "Deploy b", OK)];
    assert_eq!((alarmed(&with(&older, true)), alarmed(&with(&older, false))), (Some(2), None));
    // A rollback that failed is not cured by what it was to replace.
    let back = [("b", "Deploy b", OK), ("a", "Rollback to v1", FAILED), ("b", "Set FOO config vars", OK)];
    assert_eq!((alarmed(&with(&back, true)), alarmed(&with(&back, false))), (Some(3), Some(3)));
}

#[test]
fn the_cure_is_told_with_what_showed_it_and_nothing_is_told_twice() {
    let told = |old: &ServiceState, new: &ServiceState| -> Vec<(EventKind, String)> {
        let ours = [EventKind::Fixed, EventKind::ReleaseFailed];
        events(old, new, at(0)).into_iter().filter(|e| ours.contains(&e.kind)).map(|e| (e.kind, e.message)).collect()
    };
    let failed = with(&[("b", "Deploy b", FAILED)], true);
    let config = with(&[("b", "Deploy b", FAILED), ("a", "Set FOO config vars", OK)], true);
    assert_eq!(told(&failed, &config), []);
    let same = with(&[("b", "Deploy b", FAILED), ("b", "Deploy b", OK)], true);
    assert_eq!(told(&failed, &same), [(EventKind::Fixed, "Releases of production succeed again: v3 brought the code of v2.".into())]);
    let newer = with(&[("b", "Deploy b", FAILED), ("a", "Set FOO config vars", OK), ("c", "Deploy c", OK)], true);
    let words = "Releases of production succeed again: v4 brought newer code than that of v2.";
    assert_eq!(told(&config, &newer), [(EventKind::Fixed, words.into())]);
    // The failure before comes to the front again without being news.
    let both = [("b", "Deploy b", FAILED), ("a", "Set FOO config vars", FAILED)];
    let one = with(&[both[0], both[1], ("a", "Set FOO config vars", OK)], true);
    assert_eq!((alarmed(&with(&both, true)), alarmed(&one), told(&with(&both, true), &one)), (Some(3), Some(2), vec![]));
    // What does not show the release at all shows no cure.
    let mut cut = failed.clone();
    cut.environments[0].releases.clear();
    cut.environments[0].failed_release = None;
    cut.alerts.clear();
    assert_eq!(told(&failed, &cut), []);
}

#[test]
fn it_stays_when_the_list_no_longer_reaches_back_to_it() {
    let mut state = with(&[("b", "Deploy b", FAILED), ("a", "Set FOO config vars", OK)], true);
    let settle = |environment: &mut Environment| lineage::settle(environment, &[]);
    state.environments[0].releases.retain(|r| r.version > 2);
    settle(&mut state.environments[0]);
    state.alerts = alerts(&state);
    assert_eq!(alarmed(&state), Some(2));
    state.environments[0].releases.insert(0, release(4, "b", "Deploy b", OK));
    settle(&mut state.environments[0]);
    state.alerts = alerts(&state);
    assert_eq!(alarmed(&state), None);
}
