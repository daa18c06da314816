//! A vendor's second factor. It is used by one command and never stored.

use std::io::{BufRead, Read};

tokio::task_local! {
    /// The code that was given with this command.
    pub static CODE: Option<String>;
}

/// Longer than any code. In bytes.
const LONGEST: u64 = 256;

/// Reads it from the first line of standard input.
pub(super) fn read() -> Option<String> {
    let mut line = String::new();
    std::io::stdin().lock().take(LONGEST).read_line(&mut line).ok()?;
    Some(line.trim().to_owned()).filter(|code| !code.is_empty())
}
