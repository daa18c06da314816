//! Every command tells all that is needed to use it, wrong ones are answered with what there is.

use super::{documented, hinted, pages, sections};
use crate::arguments::CommandLine;
use clap::{Command, CommandFactory};
use std::collections::BTreeSet;
use std::ffi::OsString;

fn program() -> Command {
    documented(CommandLine::command())
}

/// Every command with its path, the program first; `help` is clap's own.
fn walk(command: &Command, path: &str, visit: &mut impl FnMut(&Command, &str)) {
    visit(command, path);
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        walk(sub, format!("{path} {}", sub.get_name()).trim_start(), visit);
    }
}

#[test]
fn every_command_is_learnt_from_its_help() {
    let mut program = program();
    program.build();
    let mut lacking = Vec::new();
    let mut seen = BTreeSet::new();
    walk(&program, "", &mut |command, path| {
        seen.insert(path.to_owned());
        let help = command.clone().render_long_help().to_string();
        for part in ["Usage: ", "\nReads: ", "\nSends: ", "\nExample", "\nExit codes:\n  0  ", "\nVariables:\n  ", "NO_COLOR"] {
            if !help.contains(part) {
                lacking.push(format!("{path:?} does not have {part:?}"));
            }
        }
        if command.get_about().is_none() {
            lacking.push(format!("{path:?} has no line of what it does"));
        }
        for argument in command.get_arguments().filter(|argument| argument.get_help().is_none()) {
            lacking.push(format!("{path:?}: {} has no help", argument.get_id()));
        }
    });
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    let rows: Vec<String> = pages::PAGES.iter().map(|page| page.path.to_owned()).collect();
    let rows_once: BTreeSet<String> = rows.iter().cloned().collect();
    assert_eq!((rows.len(), &rows_once), (seen.len(), &seen), "one row for each command");
}

/// An example that is refused teaches nothing.
#[test]
fn every_example_is_taken() {
    let mut tried = 0;
    for page in pages::PAGES {
        for example in page.examples {
            let line = sections::example(example);
            let line = line.split(['<', '>']).next().unwrap_or_default();
            let words = std::iter::once("slipway-cli".to_owned()).chain(shell_words(line));
            let taken = program().try_get_matches_from(words);
            assert!(taken.is_ok() || taken.as_ref().is_err_and(|e| e.exit_code() == 0), "{line}: {taken:?}");
            tried += 1;
        }
        let starts = |example: &&str| page.path.is_empty() || example.starts_with(page.path);
        assert!(page.examples.iter().all(starts), "{}", page.path);
    }
    assert!(tried > 40);
}

fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.trim().chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words
}

#[test]
fn help_fits_eighty_columns_where_it_is_written_here() {
    for page in pages::PAGES {
        let text = sections::text(page, "slipway-cli");
        let examples = text.lines().filter(|line| line.starts_with("  slipway-cli "));
        assert_eq!(examples.count(), page.examples.len());
        for line in text.lines().filter(|line| line.starts_with("  ") && !line.starts_with("  slipway-cli ")) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

fn refused(line: &str) -> String {
    let words: Vec<OsString> = std::iter::once("slipway-cli").chain(line.split_whitespace()).map(Into::into).collect();
    let mut program = program();
    let error = program.try_get_matches_from_mut(&words).expect_err("refused");
    assert_eq!(error.exit_code(), 2);
    hinted(error, &program, &words).to_string()
}

#[test]
fn a_number_that_the_shell_dropped_is_asked_for() {
    for line in ["merge shop", "revert shop --yes", "update-branch shop", "rerun shop", "logs shop"] {
        let said = refused(line);
        assert!(said.contains("the number is missing: write 414 or '#414' (an unquoted # starts a comment)"), "{line}: {said}");
    }
    for line in ["merge", "rollback shop", "account check"] {
        assert_eq!(refused(line).contains("the number is missing"), line == "merge", "{line}");
    }
}

#[test]
fn a_wrong_command_is_answered_with_those_there_are() {
    let said = refused("rolback shop production");
    assert!(said.contains("'rollback'") && said.contains("the commands are account, service, status,"), "{said}");
    let said = refused("account lst");
    assert!(said.contains("'list'") && said.contains("the commands are add, list, check,"), "{said}");
}
