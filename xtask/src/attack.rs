//! Race tests of the program in a terminal, judged by the sandbox's truth.

use std::process::ExitCode;

use anyhow::Result;

use crate::system::Purpose;
use crate::{build, setup, shell};

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    setup::prepare(&[Purpose::Build])?;
    build::program()?;
    let mut attack = shell::cargo();
    attack.args(["run", "--quiet", "--package", "slipway-tests", "--example", "attack", "--"]).args(rest);
    let held = shell::succeeds(attack.env("SLIPWAY_BIN", shell::slipway()?))?;
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
