//! What the kernel says of processes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What a command called of the kernel, and what it loaded.
pub(crate) struct Trace {
    pub calls: usize,
    pub objects: BTreeSet<String>,
}

pub(crate) fn is_there(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Runs a command, with its own home and data folder, to its end.
pub(crate) fn traced(program: &Path, arguments: &[&str], folder: &Path) -> Result<Trace> {
    let log = folder.join("trace");
    let output = Command::new("strace")
        .args(["-f", "-qq", "-e", "signal=none", "-o"])
        .arg(&log)
        .arg(program)
        .args(arguments)
        .env_clear()
        .envs([("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin"), ("DBUS_SESSION_BUS_ADDRESS", "disabled:")])
        .env("HOME", folder)
        .env("SLIPWAY_DATA_DIR", folder)
        .stdin(Stdio::null())
        .output()
        .context("strace")?;
    if !output.status.success() {
        bail!("{} under strace: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(read(&fs::read_to_string(&log)?))
}

/// `123 openat(AT_FDCWD, "/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 3`; what was interrupted has a second line, `<... read
/// resumed>`, which is no call.
fn read(log: &str) -> Trace {
    let mut trace = Trace { calls: 0, objects: BTreeSet::new() };
    for line in log.lines() {
        let call = line.split_once(char::is_whitespace).map_or(line, |(_, call)| call.trim_start());
        if !call.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        trace.calls += 1;
        let opened = call.starts_with("open") && !call.contains("= -1");
        if let Some(path) = call.split('"').nth(1).filter(|path| opened && is_object(path)) {
            trace.objects.insert(path.to_owned());
        }
    }
    trace
}

fn is_object(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".so") || name.contains(".so.") && !name.ends_with(".cache")
}
