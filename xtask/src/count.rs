//! Counts tests in the output of test programs.

use std::ops::AddAssign;

/// The number of passed and failed tests.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// A chore without single tests: it passed or it failed.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }

    /// A program that failed without naming a failed test (it did not compile, or it crashed) counts as one
    /// failure.
    pub(crate) fn or_failed(self, succeeded: bool) -> Self {
        if succeeded || self.failed > 0 { self } else { Self { passed: self.passed, failed: 1 } }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; …`
pub(crate) fn cargo(line: &str) -> Option<Tally> {
    let (_, counts) =
        plain(line).trim().strip_prefix("test result: ")?.split_once(". ").map(|(word, counts)| (word.to_owned(), counts.to_owned()))?;
    Some(numbered(&counts, ';'))
}

/// Vitest's `      Tests  1 failed | 12 passed (13)`; its line about files is ignored.
pub(crate) fn vitest(line: &str) -> Option<Tally> {
    let line = plain(line);
    let counts = line.trim().strip_prefix("Tests ")?;
    Some(numbered(counts, '|'))
}

fn numbered(counts: &str, separator: char) -> Tally {
    let mut tally = Tally::default();
    for part in counts.split(separator) {
        let mut words = part.split_whitespace();
        let number = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        match words.next() {
            Some("passed") => tally.passed += number,
            Some("failed") => tally.failed += number,
            _ => {}
        }
    }
    tally
}

/// The line without colour codes.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for code in characters.by_ref() {
                if code.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Tally, cargo, vitest};

    #[test]
    fn counts_what_cargo_test_prints() {
        let line = "test result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 0 filtered out";
        let expected = Tally { passed: 2, failed: 1 };
        assert_eq!(cargo(line), Some(expected));
        assert_eq!(cargo("test tests::result: ok"), None);
    }

    #[test]
    fn counts_what_vitest_prints_in_colour() {
        let line = "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m12 passed\u{1b}[39m (13)";
        let expected = Tally { passed: 12, failed: 1 };
        assert_eq!(vitest(line), Some(expected));
        assert_eq!(vitest(" Test Files  3 passed (3)"), None);
    }

    #[test]
    fn a_crash_without_a_failed_test_is_a_failure() {
        assert_eq!(Tally::default().or_failed(false), Tally::one(false));
        assert_eq!(Tally::one(true).or_failed(true), Tally::one(true));
    }
}
