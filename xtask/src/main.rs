//! `cargo xtask`: all chores of this repository.

mod attack;
mod bench;
mod build;
mod clients;
mod contracts;
mod count;
mod deny;
mod dist;
mod icons;
mod order;
mod programs;
mod queue;
mod report;
mod run;
mod setup;
mod shell;
mod system;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <verb>

  setup [--test]   install what is missing: system packages, Node packages
                   (--test: also what the tests and the tour need)
  run [-- ARGS]    build Slipway and open it on the sandbox; without a display, do the tour
  tour             do the main job in the real window, slowly; leave numbered pictures
  test [NAME]...   every check and every test; the last line says `N passed, N failed`
                   (NAME: only this test program, such as main_job)
  deny             the licences, sources and known faults of what is built in
  attack           play seeded races against the program: two commands on one target, and a person
                   at the vendor in the middle of one; --pairs N --outsiders N --seed N, and
                   --speed X --lanes N --only p3|o7 (exit code 1 when a promise is broken)
  dist             build a .deb, and slipway-cli for machines without WebKit
  bench [counts]   speed, size and cost, each beside what people would use instead, into target/bench
                   (counts: without a release build; bench --help tells more)
  icons            draw the bitmaps of icons/ again from icons/source/
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let verb = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    match perform(&verb, &rest) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(verb: &str, rest: &[String]) -> anyhow::Result<ExitCode> {
    match verb {
        "setup" => setup::perform(rest),
        "run" => run::perform(rest),
        "tour" => run::tour(rest),
        "test" => test::perform(rest),
        "deny" => deny::perform(rest),
        programs::RUNNER => programs::note(rest).map(|()| ExitCode::SUCCESS),
        "attack" => attack::perform(rest),
        "bench" => bench::perform(rest),
        "dist" => dist::perform(rest),
        "icons" => icons::perform(rest),
        "" | "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => {
            eprint!("there is no `{unknown}`.\n\n{HELP}");
            Ok(ExitCode::from(2))
        }
    }
}
