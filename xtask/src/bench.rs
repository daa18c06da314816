//! Measures how long commands take and what an idle hour costs, against the sandbox.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::system::Purpose;
use crate::{build, setup, shell};

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    if !rest.is_empty() {
        bail!("bench takes no arguments");
    }
    setup::prepare(&[Purpose::Build])?;
    build::interface()?;
    shell::run(shell::cargo().args(["build", "--release", "--package", "slipway"]).args(build::EMBED))?;
    let folder = shell::build_folder()?;
    let released = folder.with_file_name("release").join(format!("slipway{}", std::env::consts::EXE_SUFFIX));
    shell::run(shell::cargo().args(["run", "--quiet", "--package", "slipway-tests", "--example", "bench"]).env("SLIPWAY_BIN", released))?;
    shell::run(shell::cargo().args(["run", "--quiet", "--release", "--package", "slipway-engine", "--example", "quiet_hour"]))?;
    Ok(ExitCode::SUCCESS)
}
