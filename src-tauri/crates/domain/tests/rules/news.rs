use crate::sample::{at, pipeline, pull_request, release, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::{EventKind, events};
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::headline::{headline, mark};
use slipway_domain::snapshot::{ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::*;

fn settled(mut state: ServiceState) -> ServiceState {
    state.alerts = alerts(&state);
    state.mark = mark(&state);
    state.sentence = headline(&state, at(1000));
    state
}

fn kinds(old: &ServiceState, new: &ServiceState) -> Vec<EventKind> {
    events(old, new, at(1000)).into_iter().map(|e| e.kind).collect()
}

#[test]
fn a_failure_is_told_once_and_its_end_too() {
    let mut running = service();
    running.pipelines = vec![pipeline(2, PipelineStatus::Running), pipeline(1, PipelineStatus::Passed)];
    let running = settled(running);
    let mut failed = running.clone();
    failed.pipelines[0].status = PipelineStatus::Failing;
    let failed = settled(failed);
    assert_eq!(kinds(&running, &failed), [EventKind::PipelineFailed]);
    assert_eq!(failed.mark, Mark::Problem);
    let mut over = failed.clone();
    over.pipelines[0].status = PipelineStatus::Failed;
    let over = settled(over);
    assert_eq!(kinds(&failed, &over), [], "still the same failure");
    let mut healed = over.clone();
    healed.pipelines.insert(0, pipeline(3, PipelineStatus::Passed));
    let healed = settled(healed);
    assert_eq!(kinds(&over, &healed), [EventKind::PipelineStarted, EventKind::PipelinePassed, EventKind::Fixed]);
}

#[test]
fn only_production_is_hurt() {
    let calm = settled(service());
    let mut down = calm.clone();
    down.environments[0].health = Health::Down;
    let down = settled(down);
    assert_eq!((down.mark, down.alerts[0].severity), (Mark::Hurt, Severity::Hurt));
    assert_eq!(kinds(&calm, &down), [EventKind::ProductionDown]);
    assert_eq!(kinds(&down, &calm), [], "that it is gone shows no cure");
    let mut staging = calm.clone();
    staging.environments[0].name = "staging".into();
    staging.environments[0].production = false;
    staging.environments[0].health = Health::Down;
    let staging = settled(staging);
    assert_eq!(staging.alerts[0].kind, AlertKind::EnvironmentDown);
    assert_eq!(staging.mark, Mark::Problem);
}

#[test]
fn a_failed_release_leaves_production_unhurt() {
    let mut state = service();
    state.environments[0].releases.insert(0, release(3, "c", "Deploy c", ReleaseStatus::Failed));
    let state = settled(state);
    assert_eq!(state.alerts[0].kind, AlertKind::ReleaseFailed);
    assert_eq!(state.alerts[0].message, "Release v3 of production failed. v2 stays live.");
    assert_eq!(state.mark, Mark::Problem);
}

#[test]
fn what_is_read_for_the_first_time_is_not_news() {
    let mut unread = settled(service());
    unread.sources.clear();
    let mut full = settled(service());
    full.pull_requests.push(pull_request(4));
    full.pipelines = vec![pipeline(1, PipelineStatus::Failed)];
    full.environments[0].health = Health::Down;
    let full = settled(full);
    assert_eq!(kinds(&unread, &full), []);
}

#[test]
fn unknown_is_never_healthy() {
    let mut state = service();
    state.environments[0].health = Health::Unknown;
    assert_eq!(settled(state).mark, Mark::Unknown);
    let mut stale = service();
    stale.stale = true;
    assert_eq!(settled(stale).mark, Mark::Unknown);
    let healthy = settled(service());
    assert_eq!(healthy.sentence.text, "Production is healthy. Nothing is in flight.");
}

/// An answer again is told when the source was read, and not because its alert went away.
#[test]
fn a_source_answers_again_when_it_was_read() {
    let with = |source: Source, error: Option<(SourceErrorKind, &str)>| {
        let mut state = service();
        let failing = state.sources.iter_mut().find(|s| s.source == source).expect("a source");
        let told = |(kind, message): (SourceErrorKind, &str)| SourceError {
            kind,
            message: message.into(),
            since: at(0),
            retry_at: None,
            url: None,
        };
        failing.error = error.map(told);
        settled(state)
    };
    let unreachable = Some((SourceErrorKind::Unreachable, "It cannot be reached"));
    for source in [Source::Code, Source::Ci, Source::Environment("production".into())] {
        let failed = with(source.clone(), unreachable);
        assert_eq!(kinds(&failed, &with(source.clone(), None)), [EventKind::SourceRecovered], "{source:?}");
        for other in [(SourceErrorKind::SignIn, "It wants a token"), (SourceErrorKind::RateLimited, "It is asked too often")] {
            assert!(!kinds(&failed, &with(source.clone(), Some(other))).contains(&EventKind::SourceRecovered), "{source:?} {other:?}");
        }
        // It is not asked any more: the service was changed.
        let mut gone = with(source.clone(), None);
        gone.sources.retain(|s| s.source != source);
        assert!(!kinds(&failed, &settled(gone)).contains(&EventKind::SourceRecovered), "{source:?}");
    }
}
