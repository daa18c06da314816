//! Child processes that end with the value that owns them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

/// A program in the background; dropping it kills it and waits for its end.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it, with standard output and error in `folder/name.log`.
    pub(crate) fn start(mut command: Command, folder: &Path, name: &str) -> Result<Self> {
        let (log, file) = log(folder, name)?;
        command.stdout(file.try_clone()?).stderr(file);
        Self::spawn(command, log)
    }

    /// Starts it and returns its standard output; standard error goes to `folder/name.log`.
    pub(crate) fn start_read(mut command: Command, folder: &Path, name: &str) -> Result<(Self, ChildStdout)> {
        let (log, file) = log(folder, name)?;
        command.stdout(Stdio::piped()).stderr(file);
        let mut process = Self::spawn(command, log)?;
        let output = process.child.stdout.take().context("no standard output")?;
        Ok((process, output))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The name that it was given at its start.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.log.file_stem().is_some_and(|stem| stem == name)
    }

    /// Its output so far, for messages.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn spawn(mut command: Command, log: PathBuf) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child =
            command.spawn().with_context(|| format!("cannot start {name}; `cargo xtask setup --test` installs what the tests need"))?;
        Ok(Self { child, log })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log(folder: &Path, name: &str) -> Result<(PathBuf, File)> {
    let path = folder.join(format!("{name}.log"));
    let file = File::options().create(true).append(true).open(&path)?;
    Ok((path, file))
}

/// Kills every process whose environment has `entry` (`NAME=value`), and returns their number. This includes
/// processes whose parent has ended, such as those of the web view.
#[cfg(target_os = "linux")]
pub(crate) fn kill_marked(entry: &str) -> usize {
    marked(entry).into_iter().filter(|id| kill(*id)).count()
}

/// The processes whose environment has `entry`.
#[cfg(target_os = "linux")]
pub(crate) fn marked(entry: &str) -> Vec<u32> {
    let Ok(folders) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    folders
        .filter_map(|folder| folder.ok()?.file_name().to_str()?.parse().ok())
        .filter(|id| *id != std::process::id())
        .filter(|id| {
            fs::read(format!("/proc/{id}/environ"))
                .is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|one| one == entry.as_bytes()))
        })
        .collect()
}

/// `kill -9`; true if there was something to kill.
#[cfg(target_os = "linux")]
pub(crate) fn kill(id: u32) -> bool {
    i32::try_from(id)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|id| rustix::process::kill_process(id, rustix::process::Signal::KILL).is_ok())
}
