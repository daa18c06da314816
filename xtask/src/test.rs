//! Runs every check and every test. A failure does not stop the others.
//!
//! Checks that need no build run during the build; then the test programs run in parallel, with clippy on one core
//! beside them, because many of them mostly wait.

use std::process::{Command, ExitCode};
use std::thread::{self, JoinHandle};

use anyhow::{Result, bail};

use crate::count;
use crate::programs::{self, Program};
use crate::queue::{self, Counted, Ended, Job};
use crate::report::Report;
use crate::system::Purpose;
use crate::{build, clients, contracts, order, setup, shell};

/// The name of the test programs' part in the total.
const TESTS: &str = "tests";
/// Overrides how many commands run at a time; the default is one per core, since windows under more load time out.
const WORKERS: &str = "SLIPWAY_TEST_WORKERS";

/// `names`: only these test programs, such as `main_job`; none: everything.
pub(crate) fn perform(names: &[String]) -> Result<ExitCode> {
    // Before the build replaces this program's file.
    shell::own_program()?;
    let mut report = Report::default();
    report.chore("set-up", || setup::prepare(&[Purpose::Build, Purpose::Desktop]));
    report.chore("contracts", contracts::prepare);
    report.chore("clients", clients::prepare);
    if names.is_empty() {
        report.lint("rustfmt", shell::cargo().args(["fmt", "--all", "--check"]));
    }
    report.chore("interface build", build::interface);

    let beside = if names.is_empty() { checks()? } else { Vec::new() };
    let beside = start(beside);
    // The tests of the terminal and the window run this program.
    report.lint("build", shell::cargo().args(["build", "--workspace"]).args(build::EMBED));
    let programs = programs_of(&mut report);
    match beside.join() {
        Ok(ended) => ended.into_iter().for_each(|ended| report.ended(None, ended)),
        Err(_) => report.chore("checks", || bail!("the checks beside the build broke off")),
    }

    let programs = chosen(programs, names, &mut report)?;
    let mut jobs: Vec<Job> = if names.is_empty() { vec![clippy()] } else { Vec::new() };
    jobs.extend(programs.into_iter().map(job));
    queue::run(jobs, workers(), |ended| {
        let part = if ended.name == CLIPPY { None } else { Some(TESTS) };
        report.ended(part, ended);
    });
    if names.is_empty() {
        report.tests("documentation", count::cargo, shell::cargo().args(["test", "--workspace", "--doc"]).args(build::EMBED));
    }
    Ok(report.conclude())
}

/// Checks that need no build.
fn checks() -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for (script, name, counted) in
        [("check", "svelte-check", None), ("lint", "interface lint", None), ("test", "interface tests", Some(count::vitest as Counted))]
    {
        if has_script(script) {
            let mut command = shell::npm();
            command.args(["run", script]).env("NO_COLOR", "1");
            jobs.push(Job { name: name.to_owned(), command, counted, alone: false });
        }
    }
    let mut command = shell::program(shell::own_program()?);
    command.arg("deny").env("NO_COLOR", "1");
    jobs.push(Job { name: "dependencies".to_owned(), command, counted: None, alone: false });
    Ok(jobs)
}

fn has_script(name: &str) -> bool {
    let key = format!("scripts.{name}");
    shell::answer(shell::npm().args(["pkg", "get", &key])).is_some_and(|answer| answer.trim().starts_with('"'))
}

/// One after the other in the background, since the build uses the cores.
fn start(jobs: Vec<Job>) -> JoinHandle<Vec<Ended>> {
    thread::spawn(|| {
        let mut all = Vec::new();
        queue::run(jobs, 1, |ended| all.push(ended));
        all
    })
}

const CLIPPY: &str = "clippy";

/// Clippy checks every dependency again, which takes as long as many tests: on one core, beside them.
fn clippy() -> Job {
    let mut command = shell::cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--jobs", "1"]).args(build::EMBED).args(["--", "--deny", "warnings"]);
    command.env("NO_COLOR", "1");
    Job { name: CLIPPY.to_owned(), command, counted: None, alone: false }
}

fn programs_of(report: &mut Report) -> Vec<Program> {
    let mut programs = Vec::new();
    report.chore("test programs", || match programs::build()? {
        Some(built) => {
            programs = built;
            Ok(())
        }
        None => bail!("a test program does not compile"),
    });
    programs
}

/// In their order. In a complete run, every name in the order must exist.
fn chosen(mut programs: Vec<Program>, names: &[String], report: &mut Report) -> Result<Vec<Program>> {
    if names.is_empty() {
        if !programs.is_empty() {
            let unknown = order::unknown(programs.iter().map(|program| program.name.as_str()));
            if !unknown.is_empty() {
                report.chore("order of tests", || bail!("no test program is called {} (xtask/src/order.rs)", unknown.join(", ")));
            }
        }
    } else {
        let is_meant = |program: &Program, name: &String| program.name == *name || program.name.split(' ').nth(1) == Some(name);
        if let Some(name) = names.iter().find(|name| !programs.iter().any(|program| is_meant(program, name))) {
            bail!("there is no test program {name}");
        }
        programs.retain(|program| names.iter().any(|name| is_meant(program, name)));
    }
    programs.sort_by_key(|program| order::place(&program.name));
    Ok(programs)
}

fn job(program: Program) -> Job {
    let mut command: Command = program.command();
    command.env("NO_COLOR", "1");
    Job { alone: order::is_alone(&program.name), name: program.name, command, counted: Some(count::cargo) }
}

fn workers() -> usize {
    let said = std::env::var(WORKERS).ok().and_then(|text| text.parse().ok());
    said.unwrap_or_else(|| thread::available_parallelism().map_or(2, usize::from))
}
