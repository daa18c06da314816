//! How a pin is violated, and how it ends.

use super::{changes, main_line, pinned, revert, watched};
use crate::sample::{at, pull_request};
use slipway_domain::alert::AlertKind;
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::pin::{PinProgress, PinStepState, ended, settle, violation};
use slipway_domain::pull_request::{PullRequest, Review, ReviewDecision, ReviewState};
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::watch::WatchVerdict;

type Then = &'static [(u64, &'static str, &'static str, bool)];

fn reverted() -> Vec<Commit> {
    [vec![revert("e", "d", 4, &[2])], main_line()].concat()
}

fn progress(state: &ServiceState) -> &PinProgress {
    state.environments[0].pin_progress.as_ref().expect("it is pinned")
}

fn ends(state: &ServiceState) -> bool {
    let environment = &state.environments[0];
    ended(environment, environment.pin.as_ref().expect("a pin"), at(0)).is_some()
}

#[test]
fn what_runs_violates_it_or_does_not() {
    let twice = [vec![revert("f", "e", 5, &[4])], reverted()].concat();
    let table: Vec<(&str, Vec<Commit>, Then, bool, bool)> = vec![
        ("the rollback", main_line(), &[], false, false),
        ("config on top", main_line(), &[(4, "a", "Set X config vars", true)], false, false),
        ("nothing is loaded, and its own code runs", vec![], &[(4, "a", "Deploy", true)], false, false),
        ("what was left, again", main_line(), &[(4, "c", "Deploy", true)], true, true),
        ("newer code over it", main_line(), &[(4, "d", "Deploy", true)], true, true),
        ("a further rollback by somebody else", main_line(), &[(4, "b", "Deploy", true)], false, false),
        ("a release that failed", main_line(), &[(4, "d", "Deploy", false)], false, false),
        ("the revert", reverted(), &[(4, "e", "Deploy", true)], false, false),
        ("the revert of the revert", twice, &[(4, "f", "Deploy", true)], true, true),
        ("code that is not loaded", main_line(), &[(4, "elsewhere", "Deploy", true)], true, false),
    ];
    for (name, main, then, violated, known) in table {
        let state = pinned(main, "c", then, changes(&[(2, "c")]));
        let found = progress(&state);
        assert_eq!((found.violated, found.brings_known), (violated, known), "{name}");
        let alert = alerts(&state).into_iter().find(|alert| alert.kind == AlertKind::PinViolated);
        assert_eq!(alert.is_some(), violated, "{name}");
        let environment = &state.environments[0];
        let written = violation(environment, environment.pin.as_ref().expect("a pin"), None, at(0));
        assert_eq!(written.is_some(), violated && known, "{name}: what is not known is not written down");
        assert!(!ends(&state), "{name}");
    }
    let state = pinned(main_line(), "c", &[(4, "d", "Deploy", true)], changes(&[(2, "c"), (1, "b")]));
    let alert = alerts(&state).into_iter().find(|alert| alert.kind == AlertKind::PinViolated).expect("it says so");
    assert_eq!(alert.message, "Production is pinned to v1, and v4 brought #2 and #1 back.");
}

/// The case, commits by pull request and title, what is live then, its watch, and whether the pin may end.
type Row = (&'static str, Vec<(u64, &'static str)>, Then, Option<Option<WatchVerdict>>, bool);

#[test]
fn it_ends_when_everything_is_reverted_and_the_watch_was_good() {
    const LIVE: Then = &[(4, "e", "Deploy", true)];
    let table: Vec<Row> = vec![
        ("not watched", vec![(2, "c")], LIVE, None, false),
        ("watched still", vec![(2, "c")], LIVE, Some(None), false),
        ("good", vec![(2, "c")], LIVE, Some(Some(WatchVerdict::Good)), true),
        ("bad", vec![(2, "c")], LIVE, Some(Some(WatchVerdict::Bad)), false),
        ("a laptop that slept", vec![(2, "c")], LIVE, Some(Some(WatchVerdict::Inconclusive)), false),
        ("superseded", vec![(2, "c")], LIVE, Some(Some(WatchVerdict::Superseded)), false),
        ("one of two is reverted", vec![(2, "c"), (1, "b")], LIVE, Some(Some(WatchVerdict::Good)), false),
        (
            "config on top",
            vec![(2, "c")],
            &[(4, "e", "Deploy", true), (5, "e", "Set X config vars", true)],
            Some(Some(WatchVerdict::Good)),
            true,
        ),
        ("before its revert", vec![(2, "c")], &[(4, "d", "Deploy", true)], Some(Some(WatchVerdict::Good)), false),
    ];
    for (name, bad, then, watch, wanted) in table {
        let mut state = pinned(reverted(), "c", then, changes(&bad));
        if let Some(verdict) = watch {
            watched(&mut state, 4, verdict);
        }
        assert_eq!((ends(&state), progress(&state).may_end), (wanted, wanted), "{name}: {:?}", progress(&state));
    }
}

#[test]
fn where_it_does_not_end_by_itself_it_is_offered() {
    let stage = |verdict, by_itself| {
        let mut state = pinned(reverted(), "c", &[(4, "e", "Deploy", true)], changes(&[(2, "c")]));
        state.environments[0].pin.as_mut().expect("a pin").ends_by_itself = by_itself;
        watched(&mut state, 4, verdict);
        (ends(&state), progress(&state).offer.clone())
    };
    assert_eq!(stage(Some(WatchVerdict::Good), true), (true, None));
    assert_eq!(stage(Some(WatchVerdict::Good), false), (false, Some("v4 reverts #2 and its watch was good".into())));
    let slept = "v4 reverts #2; its watch showed no evidence either way";
    assert_eq!(stage(Some(WatchVerdict::Inconclusive), true), (false, Some(slept.into())));
    assert_eq!(stage(None, true), (false, None), "it is watched still");
    assert_eq!(stage(Some(WatchVerdict::Bad), true), (false, None));
}

fn steps(state: &ServiceState) -> Vec<(String, PinStepState, Option<String>)> {
    progress(state).steps.iter().map(|step| (step.label.clone(), step.state, step.detail.clone())).collect()
}

fn states(state: &ServiceState) -> Vec<PinStepState> {
    steps(state).into_iter().map(|(_, state, _)| state).collect()
}

#[test]
fn the_steps_follow_the_revert() {
    use PinStepState::{Current, Done, Later};
    let mut state = pinned(main_line(), "c", &[], changes(&[(2, "c")]));
    assert_eq!(progress(&state).revert, None);
    assert_eq!(steps(&state)[0], ("Opened".to_owned(), Current, Some("none is open".to_owned())));
    let asked = PullRequest { review_decision: ReviewDecision::ReviewRequired, ..pull_request(40) };
    state.pull_requests = vec![pull_request(39), asked.clone()];
    (state.rules.required_approvals, state.reverts_opened) = (Some(2), vec![(40, 2)]);
    settle(&mut state, at(0));
    assert_eq!((progress(&state).revert, progress(&state).reverts_all), (Some(40), true));
    assert_eq!(states(&state), [Done, Current, Later, Later, Later, Later]);
    assert_eq!(steps(&state)[1].2.as_deref(), Some("2 missing"));
    let approval = Review { author: "ines-b".into(), state: ReviewState::Approved };
    state.pull_requests[1] = PullRequest { review_decision: ReviewDecision::Approved, reviews: vec![approval], ..asked };
    settle(&mut state, at(0));
    assert_eq!(states(&state), [Done, Done, Current, Later, Later, Later]);
    (state.main, state.pull_requests) = (reverted(), vec![]);
    settle(&mut state, at(0));
    assert_eq!((progress(&state).revert, states(&state)), (Some(4), vec![Done, Done, Done, Current, Later, Later]));
    let mut live = pinned(reverted(), "c", &[(4, "e", "Deploy", true)], changes(&[(2, "c")]));
    watched(&mut live, 4, None);
    assert_eq!(states(&live), [Done, Done, Done, Done, Done, Current]);
    watched(&mut live, 4, Some(WatchVerdict::Good));
    assert_eq!(states(&live), [Done; 6]);
}

/// A title is no proof: the pull request is shown, and not said to revert everything.
#[test]
fn a_revert_by_its_title_is_shown_and_not_counted() {
    let mut state = pinned(main_line(), "c", &[], changes(&[(2, "c")]));
    state.pull_requests = vec![PullRequest { title: "Revert \"commit c\"".into(), ..pull_request(41) }];
    settle(&mut state, at(0));
    assert_eq!((progress(&state).revert, progress(&state).reverts_all), (Some(41), false));
}
