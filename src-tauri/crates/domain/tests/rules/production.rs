//! Production is a property of an environment, and there may be several of them.

use crate::sample::{at, environment, pipeline, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::events;
use slipway_domain::environment::Environment;
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::headline::{headline, mark};
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::snapshot::{ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::{Health, Mark, PipelineStatus, Severity};
use slipway_domain::vendor::VendorId;

fn config(name: &str, production: Option<bool>, stage: Option<&str>) -> EnvironmentConfig {
    EnvironmentConfig {
        name: name.into(),
        provider: VendorId::new("heroku"),
        app: format!("storefront-{name}"),
        build_app: None,
        health_url: None,
        production,
        stage: stage.map(str::to_owned),
        watch_minutes: None,
    }
}

/// A service with these environments, each of a health.
fn with(environments: &[(&str, Health)]) -> ServiceState {
    let mut state = service();
    state.config.environments = environments.iter().map(|(name, _)| config(name, None, None)).collect();
    let read = environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)]);
    let of = |(config, health): (&EnvironmentConfig, Health)| Environment {
        health,
        ..Environment { current: read.current.clone(), ..Environment::unread(config) }
    };
    state.environments = state.config.environments.iter().zip(environments.iter().map(|(_, health)| *health)).map(of).collect();
    state.sources.retain(|s| !matches!(s.source, Source::Environment(_)));
    state.sources.extend(environments.iter().map(|(name, _)| slipway_domain::snapshot::SourceState {
        source: Source::Environment((*name).to_owned()),
        provider: VendorId::new("heroku"),
        observed_at: Some(at(0)),
        asked_at: None,
        error: None,
    }));
    settled(state)
}

fn settled(mut state: ServiceState) -> ServiceState {
    state.alerts = alerts(&state);
    state.mark = mark(&state);
    state.sentence = headline(&state, at(1000));
    state
}

#[test]
fn what_may_be_production_is_asked_about_until_it_is_said() {
    for (name, stage, asks) in [
        ("production", None, false),
        ("staging", None, false),
        ("production-eu", None, true),
        ("eu", Some("production"), true),
        ("eu", Some("staging"), false),
    ] {
        for (production, asks) in [(None, asks), (Some(true), false), (Some(false), false)] {
            let mut state = service();
            state.config.environments = vec![config(name, production, stage)];
            let asked: Vec<_> = alerts(&state).into_iter().filter(|a| a.kind == AlertKind::ProductionNotSaid).collect();
            assert_eq!(asked.len(), usize::from(asks), "{name} {stage:?} {production:?}");
            for alert in asked {
                assert_eq!((alert.severity, alert.subject.environment.as_deref()), (Severity::Info, Some(name)));
                let command = format!("slipway service set storefront --environment {name} --production YES-OR-NO");
                assert!(alert.message.contains(name) && alert.message.ends_with(&command), "{}", alert.message);
            }
        }
    }
}

#[test]
fn the_production_that_is_down_is_named_whichever_it_is() {
    for (down, name) in [(0, "production-eu"), (1, "production-us")] {
        let mut environments = [("production-eu", Health::Healthy), ("production-us", Health::Healthy), ("staging", Health::Healthy)];
        environments[down].1 = Health::Down;
        let state = with(&environments);
        assert_eq!(state.mark, Mark::Hurt);
        assert!(state.sentence.text.starts_with(&format!("Production is hurt: storefront {name} ")), "{}", state.sentence.text);
        assert_eq!(state.production().map(|e| e.name.as_str()), Some(name));
        let told = events(&with(&environments.map(|(name, _)| (name, Health::Healthy))), &state, at(0));
        assert!(told.iter().any(|e| e.severity == Severity::Hurt && e.message.contains(name)), "{told:?}");
    }
    let one = with(&[("production", Health::Down), ("staging", Health::Healthy)]);
    assert!(one.sentence.text.starts_with("Production is hurt: storefront is down"), "{}", one.sentence.text);
}

#[test]
fn production_is_never_said_to_be_better_than_its_worst_part() {
    let both = |a, b| with(&[("production-eu", a), ("production-us", b), ("staging", Health::Healthy)]);
    let well = both(Health::Healthy, Health::Healthy);
    assert_eq!((well.mark, well.sentence.text.as_str()), (Mark::Healthy, "Every production environment is healthy. Nothing is in flight."));
    for unknown in [both(Health::Healthy, Health::Unknown), both(Health::Unknown, Health::Healthy)] {
        assert_eq!(unknown.mark, Mark::Unknown);
        assert!(!unknown.sentence.text.contains("healthy"), "{}", unknown.sentence.text);
    }
    assert_eq!(both(Health::Healthy, Health::Unknown).sentence.text, "Production-us's health is unknown.");
    let moving =
        |state: ServiceState| settled(ServiceState { pipelines: vec![pipeline(7, PipelineStatus::Running)], ..state }).sentence.text;
    assert!(moving(both(Health::Healthy, Health::Healthy)).starts_with("Production is healthy. "));
    assert!(!moving(both(Health::Healthy, Health::Releasing)).contains("Production is healthy"));
    let failed = |state: ServiceState| {
        let state = settled(ServiceState { pipelines: vec![pipeline(7, PipelineStatus::Failed)], ..state });
        state.alerts.into_iter().find(|a| a.kind == AlertKind::PipelineFailed).map(|a| a.message).unwrap_or_default()
    };
    let stays = "Production is not affected: v2 of production-eu and v2 of production-us stay live.";
    assert!(failed(well.clone()).ends_with(stays));
    for health in Health::ALL {
        let is_well = matches!(health, Health::Healthy | Health::Releasing);
        assert_eq!(failed(both(Health::Healthy, *health)).contains("not affected"), is_well, "{health}");
    }
    // As it was when it was last read.
    let mut stale = well;
    let production = stale.sources.iter_mut().find(|s| s.source == Source::Environment("production-us".into())).expect("a source");
    production.error = Some(unreachable("Heroku cannot be reached"));
    assert!(!failed(stale).contains("not affected"));
}

fn unreachable(message: &str) -> SourceError {
    SourceError { kind: SourceErrorKind::Unreachable, message: message.into(), since: at(0), retry_at: None, url: None }
}
