//! The results, as they come in and in total.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::count::Tally;
use crate::queue::Ended;
use crate::shell;

#[derive(Default)]
pub(crate) struct Report {
    parts: Vec<(String, Tally)>,
    /// What failed within parts that consist of many commands.
    failed: Vec<(String, Tally)>,
}

impl Report {
    /// A precondition: it counts only when it fails.
    pub(crate) fn chore(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        if let Err(error) = work() {
            println!("{error:#}");
            self.add(name, Tally::one(false));
        }
    }

    pub(crate) fn lint(&mut self, name: &str, command: &mut Command) {
        println!("\n== {name}");
        let passed = shell::succeeds(command.env("NO_COLOR", "1")).unwrap_or_else(|error| {
            println!("{error:#}");
            false
        });
        self.add(name, Tally::one(passed));
    }

    pub(crate) fn tests(&mut self, name: &str, counted: fn(&str) -> Option<Tally>, command: &mut Command) {
        println!("\n== {name}");
        let mut tally = Tally::default();
        let succeeded = shell::succeeds_read(command.env("NO_COLOR", "1"), |line| {
            tally += counted(line).unwrap_or_default();
        })
        .unwrap_or_else(|error| {
            println!("{error:#}");
            false
        });
        self.add(name, tally.or_failed(succeeded));
    }

    /// A command of the queue, counted on its own or within `part`.
    pub(crate) fn ended(&mut self, part: Option<&str>, ended: Ended) {
        println!("\n== {} ({:.0} s)\n{}", ended.name, ended.took.as_secs_f64(), ended.output.trim_end());
        if part.is_some() && ended.tally.failed > 0 {
            self.failed.push((ended.name.clone(), ended.tally));
        }
        self.add(part.unwrap_or(&ended.name), ended.tally);
    }

    fn add(&mut self, name: &str, tally: Tally) {
        match self.parts.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum += tally,
            None => self.parts.push((name.to_owned(), tally)),
        }
    }

    fn sum(&self) -> Tally {
        self.parts.iter().fold(Tally::default(), |mut sum, (_, tally)| {
            sum += *tally;
            sum
        })
    }

    /// Prints the total; its last line is machine-readable.
    pub(crate) fn conclude(self) -> ExitCode {
        println!("\n== sum");
        for (name, tally) in &self.parts {
            println!("{name}: {} passed, {} failed", tally.passed, tally.failed);
        }
        for (name, tally) in &self.failed {
            println!("failed: {name}: {} passed, {} failed", tally.passed, tally.failed);
        }
        let sum = self.sum();
        println!("{} passed, {} failed", sum.passed, sum.failed);
        if sum.failed == 0 && sum.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn ended(name: &str, passed: u64, failed: u64) -> Ended {
        Ended { name: name.to_owned(), output: String::new(), tally: Tally { passed, failed }, took: Duration::ZERO }
    }

    #[test]
    fn programs_make_one_part_and_failed_ones_are_named() {
        let mut report = Report::default();
        report.ended(None, ended("clippy", 1, 0));
        report.ended(Some("tests"), ended("a", 3, 0));
        report.ended(Some("tests"), ended("b", 2, 1));
        report.chore("fine", || Ok(()));
        let names: Vec<&str> = report.parts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["clippy", "tests"]);
        assert_eq!(report.failed, [("b".to_owned(), Tally { passed: 2, failed: 1 })]);
        assert_eq!(report.sum(), Tally { passed: 6, failed: 1 });
    }
}
