//! Printing: one JSON document or text on standard output, words for people on standard error.
//! A reader that has gone away ends the program quietly.

use crate::safe_text;
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// One JSON document, or one line of a stream of them.
pub fn json(value: &impl Serialize, pretty: bool) -> anyhow::Result<()> {
    let text = if pretty { serde_json::to_string_pretty(value)? } else { serde_json::to_string(value)? };
    out(&safe_text::json(&text))
}

/// Text for people, already composed of inert parts.
pub fn text(text: &str) -> anyhow::Result<()> {
    out(text)
}

fn out(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Gone.into()),
        result => Ok(result?),
    }
}

/// Nobody reads standard output any more.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
pub struct Gone;

/// What a question is about, for the terminal that asks it: on standard error beside the question,
/// where standard output goes elsewhere.
pub fn before_question(text: &str) {
    if !io::stdout().is_terminal() {
        // There is nobody left to tell when this fails.
        let _ = writeln!(io::stderr().lock(), "{}", safe_text::lines(text));
    }
}

/// Whether a person can be asked here and would see the question.
pub fn asks_here() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Why an action ended before it sent anything.
pub fn nothing_sent(why: &str) {
    say(&format!("{}. Nothing was sent.", why.strip_suffix('.').unwrap_or(why)));
}

/// For what is printed when the exit code is settled: it counts, whether the words arrive or not.
pub fn even_so(printed: anyhow::Result<()>) {
    match printed {
        Err(error) if !error.is::<Gone>() => say(&format!("cannot print the outcome: {error:#}")),
        Err(_) | Ok(()) => {}
    }
}

/// A message for a person, on one line: it may quote a vendor.
pub fn say(message: &str) {
    note(&format!("slipway: {message}"));
}

/// As [`say`], without the program's name: parts of a longer text.
pub fn note(message: &str) {
    // There is nobody left to tell when this fails.
    let _ = writeln!(io::stderr().lock(), "{}", safe_text::one_line(message));
}
