use crate::sample::{at, pipeline, pull_request, service};
use slipway_domain::environment::Instance;
use slipway_domain::evidence::readiness::judge;
use slipway_domain::pull_request::Mergeable;
use slipway_domain::schedule::{
    Attention, CHANGE_PROBE, EnvironmentIntervals, RateBudget, ReadHistory, change_probe_interval, environment_intervals, interval,
};
use slipway_domain::snapshot::{Rate, ServiceState, Source};
use slipway_domain::status::{Health, PipelineStatus};

const SHOWN: Attention = Attention { shown: true, hidden: false };
const HIDDEN: Attention = Attention { shown: true, hidden: true };

fn seconds(state: &ServiceState, source: &Source, attention: Attention, rate: Option<Rate>) -> f64 {
    interval(state, source, attention, RateBudget { rate, sources: 1, moving: 1, production: 1 }, ReadHistory::default(), at(0))
}

#[test]
fn only_what_moves_is_read_often() {
    let production = Source::Environment("production".into());
    let quiet = service();
    let mut moving = service();
    moving.pipelines = vec![pipeline(1, PipelineStatus::Running)];
    let mut down = service();
    down.environments[0].health = Health::Down;
    for (state, source, shown, hidden) in [
        (&quiet, &Source::Ci, 15.0, 190.0),
        (&quiet, &Source::Code, 15.0, 90.0),
        (&moving, &Source::Ci, 3.0, 5.0),
        (&moving, &Source::Code, 15.0, 90.0),
        (&moving, &production, 10.0, 10.0),
        (&down, &production, 3.0, 5.0),
    ] {
        assert_eq!((seconds(state, source, SHOWN, None), seconds(state, source, HIDDEN, None)), (shown, hidden), "{source:?}");
    }
}

#[test]
fn mergeability_that_is_being_computed_is_asked_again_soon() {
    let mut state = service();
    let mut pr = pull_request(7);
    judge(&mut pr, &state.rules);
    state.pull_requests = vec![pr.clone()];
    assert_eq!(seconds(&state, &Source::Code, SHOWN, None), 15.0, "known");
    // Also where something else is in the way that is said first.
    (pr.mergeable, pr.draft) = (Mergeable::Unknown, true);
    judge(&mut pr, &state.rules);
    state.pull_requests = vec![pr.clone()];
    assert_eq!((seconds(&state, &Source::Code, SHOWN, None), seconds(&state, &Source::Code, HIDDEN, None)), (3.0, 5.0));
    // A list of checks that was cut at a cap does not grow by asking.
    (pr.mergeable, pr.draft, pr.checks_complete) = (Mergeable::Mergeable, false, false);
    judge(&mut pr, &state.rules);
    state.pull_requests = vec![pr];
    assert_eq!(seconds(&state, &Source::Code, SHOWN, None), 15.0);
}

#[test]
fn what_is_watched_is_swept_slowly_and_what_fails_is_left_alone() {
    let budget = |sources| RateBudget { rate: None, sources, moving: 0, production: 0 };
    let of = |state: &ServiceState, sources, history| interval(state, &Source::Code, SHOWN, budget(sources), history, at(0));
    let watched = ReadHistory { watched: true, ..ReadHistory::default() };
    assert_eq!((of(&service(), 1, watched), of(&service(), 20, watched)), (1800.0, 4000.0));
    for (failed, seconds) in [(1, 15.0), (3, 24.0), (5, 96.0), (9, 120.0)] {
        assert_eq!(of(&service(), 1, ReadHistory { failed, ..ReadHistory::default() }), seconds, "{failed} failures");
    }
    let mut unsettled = service();
    unsettled.pull_requests = vec![pull_request(1)];
    unsettled.pull_requests[0].mergeable = Mergeable::Unknown;
    judge(&mut unsettled.pull_requests[0], &unsettled.rules);
    let calm = |calm| of(&unsettled, 1, ReadHistory { calm, watched: true, ..ReadHistory::default() });
    assert_eq!((calm(0), calm(2), calm(40)), (3.0, 6.75, 45.0), "what does not come is awaited ever more patiently");
}

#[test]
fn a_running_check_on_the_shown_service_quickens_the_pulse() {
    let mut state = service();
    state.pull_requests = vec![pull_request(1)];
    state.pull_requests[0].checks.pending = 0;
    assert_eq!(change_probe_interval(&state, SHOWN, 0), CHANGE_PROBE);
    state.pull_requests[0].checks.pending = 1;
    assert_eq!((change_probe_interval(&state, SHOWN, 0), change_probe_interval(&state, SHOWN, 30)), (15.0, CHANGE_PROBE));
    assert_eq!(change_probe_interval(&state, HIDDEN, 0), CHANGE_PROBE);
}

#[test]
fn never_faster_than_the_budget_allows() {
    let mut moving = service();
    moving.pipelines = vec![pipeline(1, PipelineStatus::Running)];
    let rate = |remaining| Some(Rate { limit: 5000, remaining, reset_at: Some(at(3600)) });
    let full = seconds(&moving, &Source::Ci, SHOWN, rate(5000));
    assert!((full - 5.4).abs() < 1e-9, "two fifths of 5,000 over an hour, three a read: {full}");
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, rate(600)), 45.0);
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, rate(0)), 3600.0, "empty: at its reset");
    let skewed = Some(Rate { limit: 5000, remaining: 0, reset_at: Some(at(-7200)) });
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, skewed), 3.0, "a reset in the past does not stop it");
    let far = Some(Rate { limit: 5000, remaining: 0, reset_at: Some(at(1_000_000)) });
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, far), 3600.0, "nor does one far away for ever");
}

/// Heroku: 4,500 an hour, refilled by 75 a minute, no time of reset.
#[test]
fn a_bucket_is_not_emptied_by_many_quiet_apps() {
    let rate = |remaining| Some(Rate { limit: 4500, remaining, reset_at: None });
    let of = |state: &ServiceState, remaining| {
        let budget = RateBudget { rate: rate(remaining), sources: 40, moving: 1, production: 20 };
        environment_intervals(state, "production", Attention { shown: false, hidden: false }, budget, ReadHistory::default(), at(0))
    };
    let rounded = |every: EnvironmentIntervals| (every.releases.round(), every.instances.round());
    assert_eq!((rounded(of(&service(), 4500)), rounded(of(&service(), 100))), ((376.0, 48.0), (753.0, 96.0)));
    let mut down = service();
    down.environments[0].health = Health::Down;
    assert_eq!(rounded(of(&down, 4500)), (4.0, 4.0), "what moves has a share of its own");
}

/// Forty environments on one account: who looks, what is followed and what failed never makes a part slower.
#[test]
fn parts_of_an_environment_are_as_soon_as_the_most_urgent_reason_wants() {
    let rate = Some(Rate { limit: 4500, remaining: 4500, reset_at: None });
    let budget = RateBudget { rate, sources: 40, moving: 1, production: 20 };
    let shown = Attention { shown: true, hidden: false };
    let unseen = Attention { shown: false, hidden: true };
    let of = |state: &ServiceState, attention, failed| {
        let history = ReadHistory { failed, ..ReadHistory::default() };
        let every = environment_intervals(state, "production", attention, budget, history, at(0));
        (every.releases.round(), every.instances.round())
    };
    let quiet = service();
    assert_eq!((of(&quiet, unseen, 0), of(&quiet, shown, 0)), ((376.0, 48.0), (160.0, 48.0)));
    assert_eq!(of(&quiet, unseen, 5), (376.0, 96.0), "left alone for a while");
    let mut behind = service();
    behind.environments[0].instances = Some(vec![instance(99_999)]);
    assert_eq!(of(&behind, unseen, 0), (48.0, 48.0), "what runs is of a release that is not known");
}

fn instance(release: u64) -> Instance {
    Instance { name: "web.1".into(), process: "web".into(), state: "up".into(), release_version: Some(release), updated_at: None }
}
