//! The health of an environment: the processes that should run, compared with those that do.

mod description;
pub mod history;
pub mod outage;
pub mod processes;
mod serving;
pub mod switching;

pub use serving::serving;

use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::Environment;
use crate::snapshot::ServiceState;
use crate::status::{Health, ReleaseStatus, Severity};
use crate::time::Time;
use outage::probe_fails;
use processes::{Process, ProcessState, processes, serves};
use switching::switching_until;

/// Health as the last read shows it, whatever was before. What was not learnt is unknown, and a
/// health check that is answered says nothing of the processes behind it.
pub fn health(environment: &Environment) -> Health {
    let all = processes(environment);
    let failed = |serving: bool| all.iter().any(|process| process.state.has_failed() && serves(process, &all) == serving);
    let releasing = environment.releases.first().is_some_and(|release| release.status == ReleaseStatus::Pending);
    match () {
        () if failed(true) || probe_fails(environment) => Health::Down,
        () if failed(false) => Health::Degraded,
        () if releasing => Health::Releasing,
        () if unknown_because(environment, &all).is_some() => Health::Unknown,
        () if all.iter().any(|process| process.state == ProcessState::Starting) => Health::Releasing,
        () => Health::Healthy,
    }
}

/// Why health is not known, in words.
fn unknown_because(environment: &Environment, all: &[Process<'_>]) -> Option<String> {
    let should_run = |process: &&Process<'_>| process.state != ProcessState::Off;
    let unclear = all.iter().find(|process| process.state == ProcessState::Unclear);
    match (&environment.instances, &environment.formation) {
        (None, _) => Some(format!("its {}s were not read", environment.platform.vocabulary.instance)),
        (Some(_), None) => Some("which processes should run is not known".to_owned()),
        (Some(_), Some(_)) if all.iter().any(|process| process.name == "web" && process.state == ProcessState::Off) => {
            Some("no web process runs".to_owned())
        }
        (Some(_), Some(_)) if !all.iter().any(|process| should_run(&process)) => Some("no process runs".to_owned()),
        (Some(_), Some(_)) => unclear.map(|process| description::unclear(process, &environment.platform)),
    }
}

/// Fills health and what follows from it, from what is known and from the incidents that go on.
pub fn settle(environment: &mut Environment, now: Time) {
    environment.switching_until = switching_until(environment, now);
    let seen = health(environment);
    environment.health = match seen {
        Health::Down => Health::Down,
        // Nothing that was read shows that it is up again.
        Health::Healthy | Health::Releasing | Health::Restarting | Health::Degraded | Health::Unknown
            if environment.open_outage().is_some() =>
        {
            Health::Restarting
        }
        Health::Healthy | Health::Releasing | Health::Restarting | Health::Unknown if environment.open_process_outage().is_some() => {
            Health::Degraded
        }
        // The new instances are up; whether they or the old ones serve is not known before the switch is over.
        Health::Healthy if environment.switching_until.is_some() => Health::Releasing,
        Health::Healthy | Health::Releasing | Health::Restarting | Health::Degraded | Health::Unknown => seen,
    };
    environment.down_since = environment.open_outage().map(|outage| outage.since);
    environment.health_reason = match environment.health {
        Health::Down | Health::Restarting => Some(description::down(environment)),
        Health::Degraded => Some(description::degraded(environment)),
        Health::Unknown => unknown_because(environment, &processes(environment)),
        Health::Healthy | Health::Releasing => None,
    };
}

/// The alert while users are not served, or were not and nothing shows that they are again.
pub(crate) fn environment_down(service: &ServiceState, environment: &Environment) -> Option<Alert> {
    if !environment.is_hurt() {
        return None;
    }
    let outage = environment.open_outage();
    let what = description::down(environment);
    let (kind, severity, lead) = if environment.production {
        (AlertKind::ProductionDown, Severity::Hurt, "Production".to_owned())
    } else {
        (AlertKind::EnvironmentDown, Severity::Problem, crate::humanize::capital(&environment.name))
    };
    let state = match (environment.health == Health::Down, environment.production) {
        (true, true) => "is hurt",
        (true, false) => "is down",
        (false, _) => "is restarting",
    };
    // Of several production environments, the one that is down is named.
    let which = if environment.production && service.productions().count() > 1 { format!(" {}", environment.name) } else { String::new() };
    let release = outage.map_or(environment.current.as_ref().map(|r| r.version), |outage| outage.began_under);
    Some(Alert {
        kind,
        severity,
        message: format!("{lead} {state}: {}{which} {what}", service.name),
        since: environment.down_since,
        subject: Subject::environment(&environment.name, release),
    })
}

/// The alert while users are served and a process that does not serve them, such as a worker, does not run.
pub(crate) fn process_down(environment: &Environment) -> Option<Alert> {
    let outage = environment.open_process_outage();
    if outage.is_none() && environment.health != Health::Degraded {
        return None;
    }
    Some(Alert {
        kind: AlertKind::ProcessDown,
        severity: Severity::Problem,
        message: format!("{} is degraded: {}", crate::humanize::capital(&environment.name), description::degraded(environment)),
        since: outage.map(|outage| outage.since),
        subject: Subject::environment(&environment.name, outage.and_then(|outage| outage.began_under)),
    })
}

/// The message once the incident is read to have ended.
pub(super) fn cure(alert: &Alert, new: &ServiceState) -> Option<String> {
    let environment = new.environment(alert.subject.environment.as_deref()?)?;
    let of = if alert.kind == AlertKind::ProcessDown { &environment.process_outage } else { &environment.outage };
    let outage = of.as_ref().filter(|outage| !outage.is_open())?;
    Some(description::cured(environment, outage))
}

pub(super) fn maintenance_over(alert: &Alert, new: &ServiceState) -> Option<String> {
    let name = alert.subject.environment.as_deref()?;
    let over = new.environment(name)?.maintenance == Some(false);
    over.then(|| format!("{} left maintenance mode.", crate::humanize::capital(name)))
}
