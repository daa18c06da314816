//! The process types of an environment, each judged by what should run of it and what does.

use crate::environment::{Environment, Instance};

/// Instances of these types run once and end; the platform keeps none of them up.
const ONE_OFF: [&str; 3] = ["run", "release", "scheduler"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process<'a> {
    pub name: &'a str,
    /// How many should run; None where that was not read.
    pub wanted: Option<u64>,
    pub instances: Vec<&'a Instance>,
    pub state: ProcessState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessState {
    Up,
    Starting,
    /// Fewer instances are listed than should run, or one is in a state that says nothing, or it is not
    /// among what is known to run.
    Unclear,
    Crashed,
    /// None should run any more, and some should when the live release began.
    Stopped,
    /// None should run.
    Off,
}

impl ProcessState {
    pub fn has_failed(self) -> bool {
        match self {
            Self::Crashed | Self::Stopped => true,
            Self::Up | Self::Starting | Self::Unclear | Self::Off => false,
        }
    }
}

pub fn is_one_off(process: &str) -> bool {
    ONE_OFF.contains(&process)
}

/// Every process type that says something of the environment's health, web first. Where it is known
/// what should run, an instance of any other type is a one-off one.
pub fn processes(environment: &Environment) -> Vec<Process<'_>> {
    let instances = environment.instances.iter().flatten().map(|instance| instance.process.as_str());
    let mut names: Vec<&str> = match &environment.formation {
        Some(formation) => formation.iter().map(|p| p.name.as_str()).chain(instances.filter(|name| *name == "web")).collect(),
        None => instances.collect(),
    };
    names.sort_by_key(|name| (*name != "web", *name));
    names.dedup();
    let counts = |name: &&str| {
        let runs = environment.formation.is_some() && wanted(environment, name).is_some_and(|quantity| quantity > 0);
        runs || did_run(environment, name) || !is_one_off(name)
    };
    names.into_iter().filter(counts).map(|name| process(environment, name)).collect()
}

fn process<'a>(environment: &'a Environment, name: &'a str) -> Process<'a> {
    let wanted = wanted(environment, name);
    let known = environment.instances.is_some();
    let instances: Vec<&Instance> = environment.instances.iter().flatten().filter(|instance| instance.process == name).collect();
    let any = |word: &str| instances.iter().any(|instance| instance.state == word);
    let clear = |instance: &&Instance| matches!(instance.state.as_str(), "up" | "idle" | "starting" | "restarting");
    let state = match wanted {
        _ if any("crashed") => ProcessState::Crashed,
        Some(0) if did_run(environment, name) => ProcessState::Stopped,
        Some(0) => ProcessState::Off,
        None if environment.formation.is_some() => ProcessState::Unclear,
        Some(_) | None if !known || (instances.len() as u64) < wanted.unwrap_or(1) => ProcessState::Unclear,
        Some(_) | None if !instances.iter().all(clear) => ProcessState::Unclear,
        Some(_) | None if any("starting") || any("restarting") => ProcessState::Starting,
        Some(_) | None => ProcessState::Up,
    };
    Process { name, wanted, instances, state }
}

fn wanted(environment: &Environment, name: &str) -> Option<u64> {
    environment.formation.iter().flatten().find(|process| process.name == name).map(|process| process.quantity)
}

/// Some should run when the live release began, or it failed in an incident that goes on: that
/// nothing should run of it since is no cure.
fn did_run(environment: &Environment, name: &str) -> bool {
    let live = environment.current.as_ref().map(|release| release.version);
    let at_release = environment.formation_at_release.iter().filter(|at| Some(at.version) == live).flat_map(|at| &at.processes);
    let began = at_release.into_iter().any(|process| process.name == name && process.quantity > 0);
    let open = [environment.open_outage(), environment.open_process_outage()];
    began || open.into_iter().flatten().any(|outage| outage.failed.iter().any(|failed| failed == name))
}

/// Whether users are served by `process`: web, where web runs or should, else every one.
pub fn serves(process: &Process<'_>, all: &[Process<'_>]) -> bool {
    process.name == "web" || !all.iter().any(|other| other.name == "web" && other.state != ProcessState::Off)
}
