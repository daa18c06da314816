//! What was built and never went live is said, with the way on, and only by evidence.

use crate::pins::{lived, main_line, pin};
use crate::sample::{at, pipeline, service};
use slipway_domain::action::{Action, Code};
use slipway_domain::alert::AlertKind;
use slipway_domain::environment::{Build, Environment};
use slipway_domain::evidence::alerts::alerts_at;
use slipway_domain::overview::overview;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{PipelineStatus, ReleaseStatus};

/// c was built at 10,000 and b is live.
fn built() -> ServiceState {
    let mut state = service();
    state.main = main_line();
    let build = Build {
        id: "build".into(),
        status: ReleaseStatus::Succeeded,
        commit: Some("c".into()),
        artifact_id: Some("slug-c".into()),
        created_at: Some(at(9_900)),
        updated_at: Some(at(10_000)),
        output_url: None,
        released: Some(false),
    };
    state.environments =
        vec![Environment { production: true, build: Some(build), ..lived(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)]) }];
    state
}

fn said(state: &ServiceState, seconds: i64) -> Option<String> {
    alerts_at(state, at(seconds)).into_iter().find(|alert| alert.kind == AlertKind::BuiltNotReleased).map(|alert| alert.message)
}

#[test]
fn it_is_told_after_the_usual_time_with_the_way_on() {
    let mut state = built();
    assert_eq!(said(&state, 10_600), None, "a release may take as long");
    let message = said(&state, 12_000).expect("an alert");
    assert_eq!(message, "#2 was built 33 min ago and not released to production. Nothing is on its way that would.");
    state.alerts = alerts_at(&state, at(12_000));
    let overview = overview(&state, None);
    let cause = overview.waiting.iter().find(|cause| cause.alert == Some(AlertKind::BuiltNotReleased)).expect("a cause with a way on");
    assert_eq!(cause.action, Some(Action::release("storefront".into(), "production".into(), Code::Build)));
}

/// What is changed, and how.
type Row<'a> = (&'a str, &'a dyn Fn(&mut ServiceState));

#[test]
fn nothing_is_said_without_evidence() {
    let of_c = |status| Pipeline { commit: Some("c".into()), ..pipeline(7, status) };
    let rows: [Row<'_>; 9] = [
        ("released", &|state| state.environments[0].build.as_mut().expect("a build").released = Some(true)),
        ("not known to be released", &|state| state.environments[0].build.as_mut().expect("a build").released = None),
        ("a build that failed", &|state| state.environments[0].build.as_mut().expect("a build").status = ReleaseStatus::Failed),
        ("older than what is live", &|state| state.environments[0].build.as_mut().expect("a build").commit = Some("a".into())),
        ("a commit that is not loaded", &|state| state.main.clear()),
        ("its pipeline runs", &|state| state.pipelines = vec![of_c(PipelineStatus::Running)]),
        ("its pipeline waits for an approval", &|state| state.pipelines = vec![of_c(PipelineStatus::OnHold)]),
        ("its pipeline is not read", &|state| state.pipelines = vec![of_c(PipelineStatus::Unknown)]),
        ("it is pinned", &|state| state.environments[0].pin = Some(pin(&state.environments[0], 1, 2, vec![]))),
    ];
    for (what, change) in rows {
        let mut state = built();
        change(&mut state);
        assert_eq!(said(&state, 20_000), None, "{what}");
    }
    let mut state = built();
    state.pipelines = vec![of_c(PipelineStatus::Passed)];
    assert!(said(&state, 20_000).is_some(), "its pipeline has ended");
}
