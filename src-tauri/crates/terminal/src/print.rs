//! Output: one JSON document or text on standard output, messages for people on standard error. If the reader
//! closes the pipe, the program ends without an error.

use crate::look::{self, Line};
use crate::safe_text;
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Prints one JSON document, or one line of a stream of documents.
pub(crate) fn json(value: &impl Serialize, pretty: bool) -> anyhow::Result<()> {
    let text = if pretty { serde_json::to_string_pretty(value)? } else { serde_json::to_string(value)? };
    out(&safe_text::json(&text))
}

/// Prints text for people that was made from inert parts. Tones become colours on a terminal that has them, unless
/// `NO_COLOR` or `TERM=dumb` is set; with `CLICOLOR_FORCE` everywhere.
pub(crate) fn text(text: &str) -> anyhow::Result<()> {
    written(anstream::stdout().lock(), text)
}

/// Prints lines for people, none wider than the terminal.
pub(crate) fn lines(lines: &[Line]) -> anyhow::Result<()> {
    text(&look::page(lines, look::wrap::width()))
}

/// Prints a document for a program as it is.
pub(crate) fn raw(document: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    ended(stdout.write_all(document).and_then(|()| stdout.flush()))
}

fn out(text: &str) -> anyhow::Result<()> {
    written(io::stdout().lock(), text)
}

fn written(mut stream: impl Write, text: &str) -> anyhow::Result<()> {
    ended(writeln!(stream, "{text}").and_then(|()| stream.flush()))
}

fn ended(written: io::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Gone.into()),
        result => Ok(result?),
    }
}

/// Standard output was closed by its reader.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
pub(crate) struct Gone;

/// Prints what a question is about on standard error beside the question, if standard output is redirected.
pub(crate) fn before_question(text: &str) {
    if !io::stdout().is_terminal() {
        // If this fails there is no other place to report it.
        let _ = writeln!(io::stderr().lock(), "{}", safe_text::lines(text));
    }
}

/// Whether a person at a terminal would see the question and can answer it.
pub(crate) fn asks_here() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Why an action ended before it sent anything.
pub(crate) fn nothing_sent(why: &str) {
    say(&format!("{}. Nothing was sent.", why.strip_suffix('.').unwrap_or(why)));
}

/// Ignores a failure to print once the exit code is determined.
pub(crate) fn even_so(printed: anyhow::Result<()>) {
    match printed {
        Err(error) if !error.is::<Gone>() => say(&format!("cannot print the outcome: {error:#}")),
        Err(_) | Ok(()) => {}
    }
}

/// A message on one line, made inert because it may quote a vendor.
pub(crate) fn say(message: &str) {
    note(&format!("slipway: {message}"));
}

/// As [`say`], without the program's name: for parts of a longer text.
pub(crate) fn note(message: &str) {
    // If this fails there is no other place to report it.
    let _ = writeln!(io::stderr().lock(), "{}", safe_text::one_line(message));
}
