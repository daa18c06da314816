//! The one sentence a screen opens with, and the mark it carries.

use crate::alert::AlertKind;
use crate::environment::Environment;
use crate::evidence::health::serving;
use crate::evidence::pipelines::{deciding_pipeline, failed_pipelines};
use crate::evidence::service_mark::{Unknown, alert_mark, environment_mark, health_words, unknowns};
pub use crate::evidence::service_mark::{mark, moving_pipeline};
use crate::humanize::{about, capital, count, list, span};
use crate::pin::{Carrier, CarrierKind};
use crate::pipeline::Pipeline;
use crate::snapshot::{Headline, ServiceState};
use crate::status::{Health, Mark, PipelineStatus, ReleaseStatus};
use crate::time::Time;
use crate::watch::watch_bad;

pub fn headline(service: &ServiceState, now: Time) -> Headline {
    let mark = mark(service);
    let unknown = unknowns(service);
    let (text, word) = match mark {
        Mark::Hurt => (hurt(service), "hurt".to_owned()),
        Mark::Waits => (alert_text(service, AlertKind::ApprovalWaiting).unwrap_or_default(), "approve".to_owned()),
        Mark::Problem => problem(service),
        Mark::Unknown => (unknown_text(service, &unknown), unknown_word(service, &unknown).to_owned()),
        Mark::InFlight => pinned(service).map_or_else(|| in_flight(service), |text| (text, in_flight(service).1)),
        Mark::Healthy => {
            let text = pinned(service).unwrap_or_else(|| format!("{} {}", healthy(service), quiet(service)));
            (text, String::new())
        }
    };
    Headline { mark, text, detail: detail(service, &unknown, now), word }
}

/// What there is to say of a service in which nothing moves.
fn quiet(service: &ServiceState) -> String {
    let behind = alert_text(service, AlertKind::RolledBack).unwrap_or_default();
    let first = behind.split_once(". ").map_or(behind.as_str(), |(what, _)| what.trim_end_matches('.'));
    if first.is_empty() { "Nothing is in flight.".to_owned() } else { format!("{first}.") }
}

/// `Production is healthy on v1846. 1 pipeline and 1 PR would bring #482 back.`: of a production that is pinned.
fn pinned(service: &ServiceState) -> Option<String> {
    let environment = service.productions().find(|environment| environment.pin.is_some())?;
    let (pin, way) = (environment.pin.as_ref()?, environment.on_its_way.as_ref()?);
    if environment.health != Health::Healthy {
        return None;
    }
    let name = crate::humanize::capital(&environment.name);
    let what = list(&pin.bad.iter().map(|bad| bad.change.name()).collect::<Vec<_>>());
    // What goes live only when somebody releases or promotes it is on no way yet.
    let moves = |carrier: &&Carrier| match carrier.kind {
        CarrierKind::Promotion => false,
        CarrierKind::Build => carrier.waits_for.is_none(),
        CarrierKind::AutoMerge | CarrierKind::MergeQueue | CarrierKind::Pipeline | CarrierKind::Release => true,
    };
    let by_host = |kind: CarrierKind| matches!(kind, CarrierKind::AutoMerge | CarrierKind::MergeQueue);
    let of = |wanted: &dyn Fn(CarrierKind) -> bool| way.carriers.iter().filter(moves).filter(|carrier| wanted(carrier.kind)).count();
    let parts = [
        (of(&|kind| kind == CarrierKind::Pipeline), "pipeline"),
        (of(&|kind| kind == CarrierKind::Build), "build"),
        (of(&|kind| kind == CarrierKind::Release), "release"),
        (of(&by_host), "PR"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(number, word)| count(number, word)).collect();
    let then = if parts.is_empty() && !way.unread.is_empty() {
        format!("What would bring {what} back is not known.")
    } else if parts.is_empty() {
        format!("Nothing on its way would bring {what} back.")
    } else {
        format!("{} would bring {what} back.", capital(&list(&parts)))
    };
    // Newer code may be live that brings nothing bad.
    let live = environment.current.as_ref()?;
    let runs_target = live.code_version == pin.target.ordinal || live.id == pin.target.id;
    let label = if runs_target { pin.target.label.clone() } else { format!("v{}", live.version) };
    Some(format!("{name} is healthy on {label}. {then}"))
}

fn is_maintained(environment: &Environment) -> bool {
    environment.production && environment.maintenance == Some(true)
}

fn alert_text(service: &ServiceState, kind: AlertKind) -> Option<String> {
    service.alerts.iter().find(|a| a.kind == kind).map(|a| a.message.clone())
}

fn hurt(service: &ServiceState) -> String {
    let told = alert_text(service, AlertKind::ProductionDown).or_else(|| alert_text(service, AlertKind::WatchBad));
    told.unwrap_or_else(|| down(service))
}

/// A production environment that is down, where no alert says so.
fn down(service: &ServiceState) -> String {
    let hurt = service.productions().find(|e| environment_mark(e) == Mark::Hurt);
    hurt.map_or_else(|| "Production is hurt.".to_owned(), |e| format!("Production is hurt: {} of {} {}.", e.name, service.name, fares(e)))
}

/// `is down`: how it fares, as a person says it.
fn fares(environment: &Environment) -> &'static str {
    match environment.health {
        Health::Down => "is down",
        Health::Restarting => "restarts and is not shown to be up",
        Health::Degraded => "runs without some of its processes",
        Health::Releasing => "is releasing",
        Health::Healthy => "is healthy",
        Health::Unknown => "is in an unknown state",
    }
}

fn problem(service: &ServiceState) -> (String, String) {
    let failed = |text: String| (text, "failed".to_owned());
    for kind in [AlertKind::EnvironmentDown, AlertKind::ProcessDown, AlertKind::WatchBad] {
        if let Some(text) = alert_text(service, kind) {
            return failed(text);
        }
    }
    let unwell = |e: &&Environment| matches!(e.health, Health::Down | Health::Restarting | Health::Degraded);
    if let Some(environment) = service.environments.iter().find(unwell) {
        return failed(format!("{} of {} {}.", crate::humanize::capital(&environment.name), service.name, fares(environment)));
    }
    // A person has dismissed the alert: it is bad all the same.
    if let Some(bad) = service.environments.iter().find_map(watch_bad) {
        return failed(bad.message);
    }
    if let Some(text) = alert_text(service, AlertKind::ReleaseFailed) {
        let passed = deciding_pipeline(service).is_some_and(|p| p.status == PipelineStatus::Passed);
        let green = passed && failed_pipelines(service).is_empty();
        return failed(format!("{}{text}", if green { "CI passed, but: " } else { "" }));
    }
    if let Some(text) = alert_text(service, AlertKind::PipelineFailed) {
        return failed(text);
    }
    if let Some(environment) = service.environments.iter().find(|e| is_maintained(e)) {
        let text = alert_text(service, AlertKind::Maintenance)
            .unwrap_or_else(|| format!("{} is in maintenance mode.", crate::humanize::capital(&environment.name)));
        return (text, "maintenance".to_owned());
    }
    let any = service.alerts.iter().find(|a| alert_mark(a) == Mark::Problem).map_or_else(String::new, |a| a.message.clone());
    (alert_text(service, AlertKind::NoPipeline).unwrap_or(any), "no pipeline".to_owned())
}

/// Names what is not known, the gravest first; then what is on its way.
fn unknown_text(service: &ServiceState, unknown: &[Unknown<'_>]) -> String {
    if let Some(outcome) = alert_text(service, AlertKind::OutcomeUnknown) {
        return outcome;
    }
    for kind in [AlertKind::SignInAgain, AlertKind::RateLimited, AlertKind::SourceUnreachable] {
        if let Some(text) = alert_text(service, kind) {
            // What to do about it is in the alert.
            return text.split_once(". ").map_or_else(|| text.clone(), |(what, _)| format!("{what}."));
        }
    }
    if unknown.iter().any(Unknown::is_first_read) {
        return format!("Reading {} for the first time.", service.name);
    }
    if unknown.iter().any(|u| matches!(u, Unknown::Stale(_))) {
        return "Showing the last known state.".to_owned();
    }
    let pipeline = unknown.iter().find_map(|one| match one {
        Unknown::Pipeline(pipeline) => Some(format!("What became of pipeline #{} is not known.", pipeline.number)),
        Unknown::NotRead(_) | Unknown::Stale(_) | Unknown::Health(_) | Unknown::NoProcess(_) | Unknown::Nothing => None,
    });
    let nothing = || "Nothing is known to run.".to_owned();
    let text = health_words(unknown).or(pipeline).unwrap_or_else(nothing);
    moving_pipeline(service).map_or(text.clone(), |pipeline| format!("{text} {}.", arrival(pipeline)))
}

fn unknown_word(service: &ServiceState, unknown: &[Unknown<'_>]) -> &'static str {
    match (unknown.iter().any(Unknown::is_first_read), service.stale) {
        (true, _) => "reading",
        (false, true) => "stale",
        (false, false) => "unknown",
    }
}

fn in_flight(service: &ServiceState) -> (String, String) {
    let well = service.production().is_some() && service.productions().all(|e| e.health == Health::Healthy);
    let health = if well { "Production is healthy. " } else { "" };
    if let Some(pipeline) = moving_pipeline(service) {
        let word = pipeline.eta_seconds.map_or_else(|| "moving".to_owned(), |_| format!("{} %", (pipeline.progress * 100.0).round()));
        return (format!("{health}{}.", arrival(pipeline)), word);
    }
    let releasing = service.environments.iter().find(|e| e.health == Health::Releasing);
    let text = releasing.map_or_else(String::new, |e| {
        let pending = e.releases.iter().find(|r| r.status == ReleaseStatus::Pending);
        let version = pending.or(e.current.as_ref()).map_or(String::new(), |r| format!(" v{}", r.version));
        // Instances also start without a release: once a day each.
        let what = if pending.is_some() || e.switching_until.is_some() {
            "is releasing".to_owned()
        } else {
            format!("starts {}s of", e.platform.vocabulary.instance)
        };
        format!("{} {what}{version}.", crate::humanize::capital(&e.name))
    });
    (format!("{health}{text}"), "releasing".to_owned())
}

/// `#414 arrives in about 3 min`
fn arrival(pipeline: &Pipeline) -> String {
    let what = pipeline.pull_request.map_or_else(|| format!("Pipeline #{}", pipeline.number), |n| format!("#{n}"));
    match pipeline.eta_seconds {
        None => format!("{what} is on its way; no estimate yet"),
        Some(0..=2) => format!("{what} arrives any second now"),
        Some(seconds) => format!("{what} arrives in {}", about(seconds as f64)),
    }
}

/// Names only what was read to be healthy.
fn healthy(service: &ServiceState) -> String {
    let mut productions = service.productions();
    match (productions.next(), productions.next(), service.environments.first()) {
        (Some(_), Some(_), _) => "Every production environment is healthy.".to_owned(),
        (Some(one), None, _) | (None, _, Some(one)) => format!("{} is healthy.", crate::humanize::capital(&one.name)),
        (None, _, None) => format!("{} passes.", crate::humanize::capital(&service.branch)),
    }
}

fn detail(service: &ServiceState, unknown: &[Unknown<'_>], now: Time) -> Vec<String> {
    let mut detail = Vec::new();
    let environment = service.production().or(service.environments.first());
    if let Some(current) = environment.and_then(|e| e.current.as_ref()) {
        let since = current.released_at.map_or(String::new(), |at| format!(" for {}", span(now.since(at))));
        detail.push(format!("v{} live{since}", current.version));
    }
    if let Some(environment) = environment {
        let serving = serving(environment.instances.as_deref().unwrap_or_default());
        let crashed = serving.iter().filter(|d| d.state == "crashed").count();
        if crashed > 0 {
            detail.push(format!(
                "{crashed} of {} crashed",
                crate::humanize::count(serving.len(), &format!("{} {}", serving[0].process, environment.platform.vocabulary.instance))
            ));
        }
        if let Some(Some(status)) = environment.probe.as_ref().map(|p| p.status).filter(|s| s.is_some_and(|s| s >= 500)) {
            detail.push(format!("health check answers {status}"));
        }
    }
    // The first read is one thing, not five.
    let counts = |u: &&Unknown<'_>| !u.is_first_read() || service.sources.iter().any(|s| s.observed_at.is_some());
    detail.extend(unknown.iter().filter(counts).map(Unknown::words));
    if !service.dismissals.is_empty() {
        detail.push(format!("{} dismissed", crate::humanize::count(service.dismissals.len(), "alert")));
    }
    detail
}
