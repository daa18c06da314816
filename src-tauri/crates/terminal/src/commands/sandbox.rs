//! `slipway sandbox`: simulated vendors, until stopped.

use super::Exit;
use crate::print;
use anyhow::{Context, Result};
use slipway_sandbox::{Options, Sandbox, Scenario};
use std::path::PathBuf;

pub async fn serve(
    speed: f64,
    scenario: Scenario,
    history: Option<PathBuf>,
    faults: Option<PathBuf>,
    allow_hosts: Vec<String>,
) -> Result<Exit> {
    let options = Options { speed, scenario, history, faults, allow_hosts, ..Options::default() };
    let sandbox = Sandbox::start(options).await.context("cannot start the sandbox")?;
    print::json(&sandbox.banner(), false)?;
    stopped().await?;
    sandbox.stop().await;
    Ok(Exit::Done)
}

/// Returns when the program is asked to end.
pub async fn stopped() -> Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
