//! Health in words. A release is named as the one under which something was seen, never as its cause.

use super::processes::{Process, ProcessState, processes, serves};
use crate::environment::{Environment, Outage};
use crate::humanize::{capital, list};
use crate::release::ReleaseCause;
use crate::status::Health;
use crate::vendor::PlatformProfile;

/// What keeps users from being served, or kept them: `has been crashing since v1847`.
pub(super) fn down(environment: &Environment) -> String {
    let outage = environment.open_outage();
    let all = processes(environment);
    let serving = |state: ProcessState| all.iter().find(|process| process.state == state && serves(process, &all));
    let again = if outage.is_some_and(|outage| outage.reopened) { " again" } else { "" };
    let began = outage.map_or_else(|| environment.current.as_ref().map(|release| release.version), |outage| outage.began_under);
    let since = since(environment, began);
    let now = match environment.health {
        Health::Down => None,
        Health::Healthy | Health::Releasing | Health::Restarting | Health::Degraded | Health::Unknown => outage,
    };
    if let Some(outage) = now {
        let what = if outage.failed.is_empty() { "did not answer its health check" } else { "has been down" };
        let up = if outage.up_since.is_some() { "up for less than 5 minutes" } else { "not shown to be up again" };
        return format!("{what}{again}{since}, {up}");
    }
    if serving(ProcessState::Crashed).is_some() {
        return format!("has been crashing{again}{since}");
    }
    if let Some(stopped) = serving(ProcessState::Stopped) {
        return format!("runs no {} process: its formation says 0", stopped.name);
    }
    match environment.probe.as_ref().map(|p| p.status) {
        Some(Some(status)) if status >= 500 => format!("answers {status}{again}{since}"),
        Some(None) => format!("does not answer its health check{again}{since}"),
        Some(Some(_)) | None => format!("is down{again}{since}"),
    }
}

/// `worker is crashing since v10`.
pub(super) fn degraded(environment: &Environment) -> String {
    let all = processes(environment);
    let names = |state: ProcessState| -> Vec<String> {
        let found = all.iter().filter(|process| process.state == state && !serves(process, &all));
        found.map(|process| process.name.to_owned()).collect()
    };
    let outage = environment.open_process_outage();
    let again = if outage.is_some_and(|outage| outage.reopened) { " again" } else { "" };
    let (crashed, stopped) = (names(ProcessState::Crashed), names(ProcessState::Stopped));
    let live = environment.current.as_ref().map(|release| release.version);
    let since = since(environment, outage.map_or(live, |outage| outage.began_under));
    let is = |names: &[String]| if names.len() == 1 { "is" } else { "are" };
    match (crashed.as_slice(), stopped.as_slice()) {
        ([], []) => {
            let failed = outage.map_or(&[] as &[String], |outage| outage.failed.as_slice());
            let up = if outage.is_some_and(|outage| outage.up_since.is_some()) {
                "up for less than 5 minutes"
            } else {
                "not shown to be up again"
            };
            format!("{} {} been down{again}{since}, {up}", list(failed), if failed.len() == 1 { "has" } else { "have" })
        }
        ([], stopped) => format!("no {} process runs", list(stopped)),
        (crashed, _) => format!("{} {} crashing{again}{since}", list(crashed), is(crashed)),
    }
}

/// ` since v1847`; of a release that changed no code, what it was and whose code runs.
fn since(environment: &Environment, version: Option<u64>) -> String {
    let Some(version) = version else { return String::new() };
    let release = environment.releases.iter().find(|release| release.version == version);
    let what = match release.map(crate::release::Release::cause) {
        Some(ReleaseCause::Config { .. }) => ", a config change",
        Some(ReleaseCause::AddOn { .. }) => ", a change of an add-on",
        Some(ReleaseCause::Deploy | ReleaseCause::Rollback { .. } | ReleaseCause::Promotion { .. } | ReleaseCause::Other) | None => "",
    };
    let code = release.and_then(|release| release.code_version).filter(|code| !what.is_empty() && *code != version);
    format!(" since v{version}{what}{}", code.map_or(String::new(), |code| format!("; code of v{code}")))
}

/// `1 of 2 web instances is listed`, `a worker instance is down`.
pub(super) fn unclear(process: &Process<'_>, platform: &PlatformProfile) -> String {
    let instance = platform.vocabulary.instance;
    let (name, listed) = (process.name, process.instances.len() as u64);
    let odd = process.instances.iter().find(|one| !matches!(one.state.as_str(), "up" | "idle" | "starting" | "restarting" | "crashed"));
    match (process.wanted.filter(|wanted| listed < *wanted), odd) {
        (Some(_), _) if listed == 0 => format!("no {name} {instance} is listed"),
        (Some(wanted), _) => format!("{listed} of {wanted} {name} {instance}s {} listed", if listed == 1 { "is" } else { "are" }),
        (None, Some(odd)) if odd.state == "down" => format!("a {name} {instance} is down"),
        (None, Some(_) | None) => format!("the state of a {name} {instance} is not known"),
    }
}

pub(super) fn cured(environment: &Environment, outage: &Outage) -> String {
    let name = capital(&environment.name);
    let version = environment.current.as_ref().map_or(String::new(), |release| format!(" on v{}", release.version));
    if environment.health == Health::Healthy {
        return format!("{name} is healthy again{version}.");
    }
    match outage.failed.as_slice() {
        [] => format!("The health check of {name} answers again{version}."),
        failed => format!(
            "{} of {} {} up again{version}.",
            capital(&list(failed)),
            environment.name,
            if failed.len() == 1 { "is" } else { "are" }
        ),
    }
}
