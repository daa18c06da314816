//! `slipway sandbox`: simulated vendors, until stopped.

use crate::exit::Exit;
use crate::print;
use crate::process::termination_requested;
use anyhow::{Context, Result};
use slipway_sandbox::{Options, Sandbox, Scenario};
use std::path::PathBuf;

pub(super) async fn serve(
    speed: f64,
    scenario: Scenario,
    history: Option<PathBuf>,
    faults: Option<PathBuf>,
    allow_hosts: Vec<String>,
) -> Result<Exit> {
    let options = Options { speed, scenario, history, faults, allow_hosts, ..Options::default() };
    let sandbox = Sandbox::start(options).await.context("cannot start the sandbox")?;
    print::json(&sandbox.banner(), false)?;
    termination_requested().await?;
    sandbox.stop().await;
    Ok(Exit::Done)
}
