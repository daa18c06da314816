use crate::sample::{at, pipeline, pull_request, service};
use slipway_domain::pull_request::{Mergeable, judge};
use slipway_domain::schedule::{Attention, interval};
use slipway_domain::snapshot::{Rate, ServiceState, Source};
use slipway_domain::status::{Health, PipelineStatus};

const SHOWN: Attention = Attention { shown: true, hidden: false };
const HIDDEN: Attention = Attention { shown: true, hidden: true };

fn seconds(state: &ServiceState, source: &Source, attention: Attention, rate: Option<Rate>) -> f64 {
    interval(state, source, attention, rate, 1, at(0))
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
        (&quiet, &Source::Ci, 15.0, 90.0),
        (&quiet, &Source::Code, 15.0, 90.0),
        (&moving, &Source::Ci, 3.0, 5.0),
        (&moving, &Source::Code, 15.0, 90.0),
        (&moving, &production, 15.0, 90.0),
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
fn never_faster_than_the_budget_allows() {
    let mut moving = service();
    moving.pipelines = vec![pipeline(1, PipelineStatus::Running)];
    let rate = |remaining| Some(Rate { limit: 5000, remaining, reset_at: Some(at(3600)) });
    let full = seconds(&moving, &Source::Ci, SHOWN, rate(5000));
    assert!((full - 4.32).abs() < 1e-9, "half of 5,000 over an hour, three a read: {full}");
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, rate(600)), 36.0);
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, rate(0)), 3600.0, "empty: at its reset");
    let skewed = Some(Rate { limit: 5000, remaining: 0, reset_at: Some(at(-7200)) });
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, skewed), 3.0, "a reset in the past does not stop it");
    let far = Some(Rate { limit: 5000, remaining: 0, reset_at: Some(at(1_000_000)) });
    assert_eq!(seconds(&moving, &Source::Ci, SHOWN, far), 3600.0, "nor does one far away for ever");
}
