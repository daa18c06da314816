//! How an environment fares.

use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::{Dyno, Environment, HealthProbe};
use crate::release::Release;
use crate::snapshot::ServiceState;
use crate::status::{Health, ReleaseStatus, Severity};

/// Health from dynos, the health URL and the newest release. What was not learnt is unknown.
pub fn health(dynos: Option<&[Dyno]>, probe: Option<&HealthProbe>, releases: &[Release]) -> Health {
    let releasing = releases.first().is_some_and(|r| r.status == ReleaseStatus::Pending);
    let probe_down = probe.is_some_and(|p| p.status.is_none_or(|s| s >= 500));
    let considered = serving(dynos.unwrap_or_default());
    let any = |state: &str| considered.iter().any(|d| d.state == state);
    match () {
        () if any("crashed") || probe_down => Health::Down,
        () if releasing => Health::Releasing,
        () if any("starting") || any("restarting") => Health::Releasing,
        () if considered.is_empty() && probe.is_some() => Health::Healthy,
        () if considered.is_empty() => Health::Unknown,
        () if considered.iter().all(|d| matches!(d.state.as_str(), "up" | "idle")) => Health::Healthy,
        () => Health::Unknown,
    }
}

/// The dynos that decide about health: web where there is any, else all but one-off ones.
pub fn serving(dynos: &[Dyno]) -> Vec<&Dyno> {
    let web: Vec<&Dyno> = dynos.iter().filter(|d| d.process == "web").collect();
    if web.is_empty() { dynos.iter().filter(|d| !matches!(d.process.as_str(), "run" | "release")).collect() } else { web }
}

pub(crate) fn environment_down(service: &ServiceState, environment: &Environment) -> Option<Alert> {
    if environment.health != Health::Down {
        return None;
    }
    let production = environment.production;
    let version = environment.current.as_ref().map(|r| r.version);
    let since = version.map_or(String::new(), |v| format!(" since v{v}"));
    let what = crash_words(environment);
    let (kind, severity, message) = if production {
        // Of several production environments, the one that is down is named.
        let which = if service.productions().count() > 1 { format!(" {}", environment.name) } else { String::new() };
        (AlertKind::ProductionDown, Severity::Hurt, format!("Production is hurt: {}{which} {what}{since}", service.name))
    } else {
        let name = crate::words::capital(&environment.name);
        (AlertKind::EnvironmentDown, Severity::Problem, format!("{name} is down: {} {what}{since}", service.name))
    };
    Some(Alert { kind, severity, message, since: environment.down_since, subject: Subject::environment(&environment.name, version) })
}

fn crash_words(environment: &Environment) -> String {
    let crashed = environment.dynos.iter().flatten().filter(|d| d.state == "crashed").count();
    if crashed > 0 {
        return "has been crashing".to_owned();
    }
    match environment.probe.as_ref().map(|p| p.status) {
        Some(Some(status)) => format!("answers {status}"),
        Some(None) => "does not answer its health check".to_owned(),
        None => "is down".to_owned(),
    }
}

/// What shows that an environment that was down is up.
pub(super) fn cure(alert: &Alert, new: &ServiceState) -> Option<String> {
    let name = alert.subject.environment.as_deref().unwrap_or("production");
    let version = new.environment(name).and_then(|e| e.current.as_ref()).map_or(String::new(), |r| format!(" on v{}", r.version));
    Some(format!("{} is healthy again{version}.", crate::words::capital(name)))
}

pub(super) fn maintenance_over(alert: &Alert, new: &ServiceState) -> Option<String> {
    let name = alert.subject.environment.as_deref()?;
    let over = new.environment(name)?.maintenance == Some(false);
    over.then(|| format!("{} left maintenance mode.", crate::words::capital(name)))
}
