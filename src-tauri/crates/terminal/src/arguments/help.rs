//! The help of every command beside its arguments: what it reads and sends, an example, exit codes, variables.
//!
//! The texts are in [`pages`], one row for each command; a test fails when a command has none.

mod pages;
mod sections;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error, Parser};
use std::ffi::OsString;

/// Parses a command line that begins with the program's name. One that cannot be parsed ends the process with exit
/// code 2; the help that was asked for, with 0.
pub fn parsed<P: Parser>(words: impl IntoIterator<Item: Into<OsString>>) -> P {
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    let mut command = documented(P::command());
    let taken = command.try_get_matches_from_mut(&words).map_err(|error| hinted(error, &command, &words));
    let parsed = taken.and_then(|matches| P::from_arg_matches(&matches).map_err(|error| error.format(&mut command)));
    parsed.unwrap_or_else(|error| error.exit())
}

/// The command with the help of [`pages`].
pub fn documented(command: Command) -> Command {
    let program = command.get_name().to_owned();
    with_page(command, &program, "")
}

fn with_page(mut command: Command, program: &str, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let below = format!("{path} {name}");
        command = command.mut_subcommand(name, |sub| with_page(sub, program, below.trim_start()));
    }
    match pages::PAGES.iter().find(|page| page.path == path) {
        Some(page) => command.after_long_help(sections::text(page, program)),
        None => command,
    }
}

/// What was probably meant, and what there is.
fn hinted(mut error: Error, command: &Command, words: &[OsString]) -> Error {
    let tips = match error.kind() {
        ErrorKind::MissingRequiredArgument => missing_number(&error),
        ErrorKind::InvalidSubcommand => vec![there_are(command, words)],
        _ => Vec::new(),
    };
    if !tips.is_empty() {
        let tips = tips.into_iter().map(StyledStr::from).collect();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

fn missing_number(error: &Error) -> Vec<String> {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return Vec::new() };
    let lacks = |name: &str| missing.iter().any(|argument| argument.starts_with(name));
    if lacks("<NUMBER>") || lacks("<PIPELINE>") {
        return vec!["the number is missing: write 414 or '#414' (an unquoted # starts a comment)".to_owned()];
    }
    Vec::new()
}

/// The commands at the place where there is none of the name that was written.
fn there_are(command: &Command, words: &[OsString]) -> String {
    let mut at = command;
    for word in words.iter().skip(1) {
        let below = word.to_str().and_then(|word| at.find_subcommand(word));
        match below {
            Some(below) => at = below,
            None => break,
        }
    }
    let names: Vec<&str> = at.get_subcommands().map(Command::get_name).collect();
    format!("the commands are {}", names.join(", "))
}

#[cfg(test)]
mod tests;
