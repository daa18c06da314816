//! Every check and every test. A failure does not stop the rest.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::count::{self, Tally};
use crate::system::Purpose;
use crate::{build, clients, contracts, deny, setup, shell};

pub fn perform(rest: &[String]) -> Result<ExitCode> {
    if !rest.is_empty() {
        bail!("test takes no arguments; for a part of it use `cargo test`");
    }
    let mut report = Report::default();
    report.chore("set-up", || setup::prepare(&[Purpose::Build, Purpose::Desktop]));

    report.chore("contracts", contracts::prepare);
    report.chore("clients", clients::prepare);
    report.lint("rustfmt", shell::cargo().args(["fmt", "--all", "--check"]));
    for (script, name) in [("check", "svelte-check"), ("lint", "interface lint")] {
        if has_script(script) {
            report.lint(name, shell::npm().args(["run", script]));
        }
    }
    report.chore("interface build", build::interface);
    if has_script("test") {
        report.tests("interface tests", count::vitest, shell::npm().args(["run", "test"]));
    }
    report.lint(
        "clippy",
        shell::cargo().args(["clippy", "--workspace", "--all-targets"]).args(build::EMBED).args(["--", "--deny", "warnings"]),
    );
    match deny::check() {
        Ok(mut check) => report.lint("dependencies", &mut check),
        Err(error) => report.chore("dependencies", || Err(error)),
    }
    // The tests of the terminal and of the window start this very program.
    report.lint("build", shell::cargo().args(["build", "--workspace"]).args(build::EMBED));
    report.tests(
        "tests",
        count::cargo,
        shell::cargo()
            .args(["test", "--workspace", "--no-fail-fast"])
            .args(build::EMBED)
            .env("SLIPWAY_BIN", shell::slipway()?)
            .env("SLIPWAY_PICTURES", shell::root().join("artifacts/e2e")),
    );
    Ok(report.conclude())
}

fn has_script(name: &str) -> bool {
    let key = format!("scripts.{name}");
    shell::answer(shell::npm().args(["pkg", "get", &key])).is_some_and(|answer| answer.trim().starts_with('"'))
}

#[derive(Default)]
struct Report {
    parts: Vec<(&'static str, Tally)>,
}

impl Report {
    /// A precondition: it counts only when it fails.
    fn chore(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        if let Err(error) = work() {
            println!("{error:#}");
            self.parts.push((name, Tally::one(false)));
        }
    }

    fn lint(&mut self, name: &'static str, command: &mut Command) {
        println!("\n== {name}");
        let passed = shell::succeeds(command.env("NO_COLOR", "1")).unwrap_or_else(|error| {
            println!("{error:#}");
            false
        });
        self.parts.push((name, Tally::one(passed)));
    }

    fn tests(&mut self, name: &'static str, counted: fn(&str) -> Option<Tally>, command: &mut Command) {
        println!("\n== {name}");
        let mut tally = Tally::default();
        let succeeded = shell::succeeds_read(command.env("NO_COLOR", "1"), |line| {
            tally += counted(line).unwrap_or_default();
        })
        .unwrap_or_else(|error| {
            println!("{error:#}");
            false
        });
        self.parts.push((name, tally.or_failed(succeeded)));
    }

    /// The sum; its last line is made for machines.
    fn conclude(self) -> ExitCode {
        println!("\n== sum");
        let mut sum = Tally::default();
        for (name, tally) in self.parts {
            println!("{name}: {} passed, {} failed", tally.passed, tally.failed);
            sum += tally;
        }
        println!("{} passed, {} failed", sum.passed, sum.failed);
        if sum.failed == 0 && sum.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
