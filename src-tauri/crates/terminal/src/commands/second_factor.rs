//! A vendor's second factor. It is used by one command and never stored.

tokio::task_local! {
    /// The code that was given with this command.
    pub static CODE: Option<String>;
}

/// Reads it from the first line of standard input.
pub(super) fn read() -> Option<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    Some(line.trim().to_owned()).filter(|code| !code.is_empty())
}
