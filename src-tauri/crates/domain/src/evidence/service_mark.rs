//! The mark of a service, which is the worst of all that is known of it, and what is not known of it.
//!
//! Every fact has its own mark, and the most urgent one is shown: so no further bad news makes a mark
//! better, and nothing is healthy while any part of it is not known.

use super::pipelines::deciding_pipeline;
use crate::alert::{Alert, AlertKind};
use crate::environment::Environment;
use crate::humanize::capital;
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::source::{Source, SourceState};
use crate::status::{Health, Mark, PipelineStatus, Severity};
use crate::watch::is_bad_now;

/// The most urgent mark that any fact of the service asks for.
pub fn mark(service: &ServiceState) -> Mark {
    let environments = service.environments.iter().map(environment_mark);
    let alerts = service.alerts.iter().map(alert_mark);
    let unknown = unknowns(service).into_iter().map(|_| Mark::Unknown);
    let moving = moving_pipeline(service).map(|_| Mark::InFlight);
    // `Mark` is ordered by urgency.
    environments.chain(alerts).chain(unknown).chain(moving).chain([Mark::Healthy]).min().unwrap_or(Mark::Unknown)
}

/// What one environment asks for.
pub fn environment_mark(environment: &Environment) -> Mark {
    let maintained = environment.production && environment.maintenance == Some(true);
    let watched = if is_bad_now(environment) { Mark::Problem } else { Mark::Healthy };
    let fares = match environment.health {
        // While it restarts the incident goes on.
        Health::Down | Health::Restarting if environment.production => Mark::Hurt,
        Health::Down | Health::Restarting | Health::Degraded => Mark::Problem,
        Health::Unknown => Mark::Unknown,
        Health::Releasing => Mark::InFlight,
        Health::Healthy => Mark::Healthy,
    };
    // `Mark` is ordered by urgency.
    if maintained { fares.min(Mark::Problem) } else { fares.min(watched) }
}

/// What one alert asks for; healthy for an alert that is information only.
pub fn alert_mark(alert: &Alert) -> Mark {
    let problem = if alert.severity == Severity::Info { Mark::Healthy } else { Mark::Problem };
    match alert.kind {
        AlertKind::ProductionDown => Mark::Hurt,
        AlertKind::WatchBad if alert.severity == Severity::Hurt => Mark::Hurt,
        AlertKind::PipelineFailed
        | AlertKind::ReleaseFailed
        | AlertKind::EnvironmentDown
        | AlertKind::ProcessDown
        | AlertKind::WatchBad
        | AlertKind::PinViolated => Mark::Problem,
        AlertKind::Maintenance | AlertKind::NoPipeline => problem,
        AlertKind::ApprovalWaiting => Mark::Waits,
        // What goes into a branch that is not there any more is not known.
        AlertKind::SourceUnreachable
        | AlertKind::SignInAgain
        | AlertKind::RateLimited
        | AlertKind::OutcomeUnknown
        | AlertKind::BranchRenamed => Mark::Unknown,
        AlertKind::NotLearnt
        | AlertKind::LeftQueue
        | AlertKind::AutoMergeOff
        | AlertKind::RolledBack
        | AlertKind::BuiltNotReleased
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::ProductionNotSaid => Mark::Healthy,
    }
}

/// Something that must be known before a service is called healthy, and is not.
#[derive(Clone, Debug, PartialEq)]
pub enum Unknown<'a> {
    /// No answer yet, good or bad.
    NotRead(Source),
    /// The last read failed: what is known is old, or there is nothing.
    Stale(&'a SourceState),
    /// The platform was read, and it does not show how the environment fares.
    Health(&'a Environment),
    /// The platform was read, and nothing that should run is told of.
    NoProcess(&'a Environment),
    /// The newest pipeline that is not known to move has no known outcome.
    Pipeline(&'a Pipeline),
    /// No environment, and no pipeline that passed: nothing that could be called healthy.
    Nothing,
}

impl Unknown<'_> {
    /// Nothing of it was read yet.
    pub fn is_first_read(&self) -> bool {
        match self {
            Self::NotRead(_) => true,
            Self::Stale(_) | Self::Health(_) | Self::NoProcess(_) | Self::Pipeline(_) | Self::Nothing => false,
        }
    }

    /// `CI was not read yet`, `staging's health is not known`: for a list of facts.
    pub fn words(&self) -> String {
        match self {
            Self::NotRead(source) => format!("{} not read yet", source_words(source)),
            Self::Stale(state) if state.observed_at.is_none() => format!("{} not read", source_words(&state.source)),
            Self::Stale(state) => format!("{} not read now", source_words(&state.source)),
            Self::Health(environment) => format!("{}'s health not known", environment.name),
            Self::NoProcess(environment) => format!("no web process runs on {}", environment.name),
            Self::Pipeline(pipeline) => format!("pipeline #{} not known", pipeline.number),
            Self::Nothing => "nothing known to run".to_owned(),
        }
    }
}

fn source_words(source: &Source) -> &str {
    match source {
        Source::Code => "PRs",
        Source::Ci => "pipelines",
        Source::Environment(name) => name,
    }
}

/// All that is not known, sources first.
pub fn unknowns(service: &ServiceState) -> Vec<Unknown<'_>> {
    let mut found: Vec<Unknown<'_>> = expected_sources(service).into_iter().filter_map(|source| unread(service, source)).collect();
    if service.stale && found.is_empty() {
        // The state is marked as stale and no source says that it is the one.
        found.extend(service.sources.iter().take(1).map(Unknown::Stale));
    }
    let health = service.environments.iter().filter(|e| e.health == Health::Unknown);
    found.extend(
        health.filter(|e| !has_unread(service, e)).map(|e| if runs_nothing(e) { Unknown::NoProcess(e) } else { Unknown::Health(e) }),
    );
    found.extend(unknown_pipeline(service).map(Unknown::Pipeline));
    let passed = deciding_pipeline(service).is_some_and(|p| p.status == PipelineStatus::Passed);
    if service.environments.is_empty() && !passed && found.is_empty() {
        found.push(Unknown::Nothing);
    }
    found
}

/// Every source that the service has by its configuration, and those it shows.
fn expected_sources(service: &ServiceState) -> Vec<Source> {
    let mut sources = vec![Source::Code];
    sources.extend(service.config.ci.as_ref().map(|_| Source::Ci));
    let configured = service.config.environments.iter().map(|e| &e.name);
    for name in configured.chain(service.environments.iter().map(|e| &e.name)) {
        let source = Source::Environment(name.clone());
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

fn unread(service: &ServiceState, source: Source) -> Option<Unknown<'_>> {
    match service.source(&source) {
        Some(state) if state.error.is_some() => Some(Unknown::Stale(state)),
        Some(SourceState { observed_at: Some(_), .. }) => None,
        Some(_) | None => Some(Unknown::NotRead(source)),
    }
}

fn has_unread(service: &ServiceState, environment: &Environment) -> bool {
    unread(service, Source::Environment(environment.name.clone())).is_some()
}

/// The formation was read, and it lets no web process run, or none at all.
pub fn runs_nothing(environment: &Environment) -> bool {
    let Some(formation) = &environment.formation else { return false };
    match formation.iter().find(|process| process.name == "web") {
        Some(web) => web.quantity == 0,
        None => !formation.is_empty() && formation.iter().all(|process| process.quantity == 0),
    }
}

/// The pipeline that would decide whether the branch passes, where its outcome was not read.
fn unknown_pipeline(service: &ServiceState) -> Option<&Pipeline> {
    let first = service.pipelines.iter().find(|p| {
        matches!(p.status, PipelineStatus::Unknown | PipelineStatus::Failing | PipelineStatus::Failed | PipelineStatus::Passed)
    })?;
    (first.status == PipelineStatus::Unknown).then_some(first)
}

/// The newest pipeline that still moves and carries a change.
pub fn moving_pipeline(service: &ServiceState) -> Option<&Pipeline> {
    service.pipelines.iter().find(|p| p.status.is_moving() && p.is_of_push())
}

/// `Staging's health is unknown.`, `The health of staging and production is unknown.`; what runs no
/// web process is told apart.
pub fn health_words(unknown: &[Unknown<'_>]) -> Option<String> {
    let mut unhealthy: Vec<String> = Vec::new();
    let mut empty: Vec<String> = Vec::new();
    for one in unknown {
        match one {
            Unknown::Health(environment) => unhealthy.push(environment.name.clone()),
            Unknown::NoProcess(environment) => empty.push(environment.name.clone()),
            Unknown::NotRead(_) | Unknown::Stale(_) | Unknown::Pipeline(_) | Unknown::Nothing => {}
        }
    }
    let health = match unhealthy.as_slice() {
        [] => None,
        [one] => Some(format!("{}'s health is unknown.", capital(one))),
        several => Some(format!("The health of {} is unknown.", crate::humanize::list(several))),
    };
    let none = (!empty.is_empty()).then(|| format!("No web process runs on {}.", crate::humanize::list(&empty)));
    match (health, none) {
        (Some(health), Some(none)) => Some(format!("{health} {none}")),
        (health, none) => health.or(none),
    }
}
