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

/// The most memory that a process has had, in megabytes; None: it has ended.
pub(crate) fn peak_memory(id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1e3)
}

/// A process and all that it started, at this time.
pub(crate) fn family(id: u32) -> Vec<u32> {
    let mut all = vec![id];
    let mut at = 0;
    while let Some(one) = all.get(at).copied() {
        let tasks = fs::read_dir(format!("/proc/{one}/task")).into_iter().flatten().flatten();
        let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
        all.extend(children.collect::<String>().split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        at += 1;
    }
    all
}

/// The memory of processes in megabytes, what they share divided among those that share it.
pub(crate) fn proportional_memory(ids: &[u32]) -> f64 {
    let of = |id: &u32| {
        let all = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = all.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    ids.iter().filter_map(of).sum::<f64>() / 1e3
}

/// Linux counts processor time in hundredths of a second, whatever the machine.
const TICKS_A_SECOND: f64 = 100.0;

/// Seconds of a processor that the processes have used.
pub(crate) fn cpu_seconds(ids: &[u32]) -> f64 {
    let of = |id: &u32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The program's name is in brackets and may hold anything; user and system time are the twelfth and thirteenth
        // field behind it.
        let (_, behind) = stat.rsplit_once(')')?;
        Some(behind.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>())
    };
    ids.iter().filter_map(of).sum::<f64>() / TICKS_A_SECOND
}

/// Megabytes that the processes gave to `write`.
pub(crate) fn written(ids: &[u32]) -> f64 {
    let of = |id: &u32| {
        let io = fs::read_to_string(format!("/proc/{id}/io")).ok()?;
        io.lines().find_map(|line| line.strip_prefix("wchar: ")?.trim().parse::<f64>().ok())
    };
    ids.iter().filter_map(of).sum::<f64>() / 1e6
}
