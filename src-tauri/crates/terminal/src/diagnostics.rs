//! Logging: errors on standard error, and a log file of bounded size.
//!
//! Log lines name services, vendors, targets and outcomes. Tokens cannot be written, because their type does not
//! print. Bodies, titles and config values are never logged.

use file_rotate::compression::Compression;
use file_rotate::suffix::AppendCount;
use file_rotate::{ContentLimit, FileRotate};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// The folder of the log, beside the databases.
pub const FOLDER: &str = "logs";
const FILE: &str = "slipway.log";
/// The newest file and the older ones together are below 4 MiB.
const BYTES: usize = 1024 * 1024;
const OLDER: usize = 3;
/// Libraries log warnings only: at finer levels they would print headers.
const KEPT: &str = "warn,slipway=info";

/// `folder` is the data folder; None where no file may be written, as on the sandbox. Standard error shows what
/// `RUST_LOG` selects, or errors: what a command has to say to its user it prints itself, and a warning such as that of a
/// slow turn is for the log.
pub fn start(folder: Option<&Path>) {
    let shown = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    let terminal = tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let file = folder.and_then(|folder| file(&folder.join(FOLDER))).map(|file| {
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
        layer.with_filter(EnvFilter::new(KEPT))
    });
    let kept = file.is_some();
    if let Err(error) = tracing_subscriber::registry().with(terminal.with_filter(shown)).with(file).try_init() {
        eprintln!("slipway: no diagnostics: {error}");
    }
    if kept {
        note_panics();
        tracing::info!(version = env!("CARGO_PKG_VERSION"), os = std::env::consts::OS, pid = std::process::id(), "started");
    }
}

/// None where the log cannot be written; the program works without it.
fn file(folder: &Path) -> Option<FileRotate<AppendCount>> {
    let path = folder.join(FILE);
    let probe = std::fs::create_dir_all(folder).and_then(|()| std::fs::File::options().create(true).append(true).open(&path));
    match probe {
        Ok(_) => Some(FileRotate::new(path, AppendCount::new(OLDER), ContentLimit::BytesSurpassed(BYTES), Compression::None, None)),
        Err(error) => {
            eprintln!("slipway: no log is kept: {error}");
            None
        }
    }
}

/// Only the position and not the message, because a message may quote anything.
fn note_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, thread = std::thread::current().name().unwrap_or_default(), "a panic");
        before(panic);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn the_log_is_bounded() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut log = file(&folder.path().join(FOLDER)).expect("it can be written");
        let line = "x".repeat(1000);
        for _ in 0..10_000 {
            writeln!(log, "{line}")?;
        }
        let sizes: Vec<u64> =
            std::fs::read_dir(folder.path().join(FOLDER))?.map(|f| Ok(f?.metadata()?.len())).collect::<std::io::Result<_>>()?;
        assert_eq!(sizes.len(), OLDER + 1);
        assert!(sizes.iter().sum::<u64>() <= ((OLDER + 1) * (BYTES + 2000)) as u64, "{sizes:?}");
        Ok(())
    }

    /// Standard error gets the program's own texts; the type of a token has none.
    #[test]
    fn a_panic_is_noted_without_its_words() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let log = Mutex::new(file(&folder.path().join(FOLDER)).expect("it can be written"));
        let kept = tracing_subscriber::registry().with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(log));
        tracing::subscriber::with_default(kept, || {
            note_panics();
            let token = slipway_http::Secret::new("canary-52");
            let panicked = std::panic::catch_unwind(|| panic!("canary-51 {token} {token:?}"));
            let words = panicked.expect_err("it panics");
            assert_eq!(words.downcast_ref::<String>().map(String::as_str), Some("canary-51 [redacted] [redacted]"));
        });
        let noted = std::fs::read_to_string(folder.path().join(FOLDER).join(FILE))?;
        assert!(noted.contains("a panic") && noted.contains("diagnostics.rs"), "{noted}");
        assert!(!noted.contains("canary"), "{noted}");
        Ok(())
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_obstacle() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join(FOLDER), "a file in its place")?;
        assert!(file(&folder.path().join(FOLDER)).is_none());
        Ok(())
    }
}
