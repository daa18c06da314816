//! Builds the interface and the program.

use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

use anyhow::{Context, Result};

use crate::shell;

/// Embeds the interface in the program, instead of reading it from a development server.
pub(crate) const EMBED: [&str; 2] = ["--features", "slipway/custom-protocol"];

/// Builds the interface if its sources are newer than the last build.
pub(crate) fn interface() -> Result<()> {
    let folder = shell::root().join("ui");
    let built = fs::metadata(folder.join("dist/index.html")).and_then(|file| file.modified());
    if let Ok(built) = built
        && newest(&folder).context("cannot read ui/")? <= built
    {
        return Ok(());
    }
    shell::run(shell::npm().args(["run", "build"]))
}

/// Builds `slipway` for development, with the interface embedded.
pub(crate) fn program() -> Result<()> {
    interface()?;
    shell::run(shell::cargo().args(["build", "--package", "slipway"]).args(EMBED))
}

/// When a source in `folder` was last changed, without installed and built files.
fn newest(folder: &Path) -> io::Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == "node_modules" || name == "dist" {
            continue;
        }
        let changed = if entry.file_type()?.is_dir() { self::newest(&entry.path())? } else { entry.metadata()?.modified()? };
        newest = newest.max(changed);
    }
    Ok(newest)
}
