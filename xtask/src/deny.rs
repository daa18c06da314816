//! Runs `cargo deny`: licences, bans and sources of all dependencies, and known vulnerabilities where their
//! database can be fetched.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::shell;

const VERSION: &str = "0.20.2";

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    if !rest.is_empty() {
        bail!("deny takes no arguments");
    }
    Ok(if shell::succeeds(&mut check()?)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The check, with `cargo-deny` installed into the target folder where the machine has none.
fn check() -> Result<Command> {
    let tool = installed()?;
    let base = || {
        let mut command = shell::program(&tool);
        // Called by its own name it accepts the subcommands directly.
        command.args(["--log-level", "error"]);
        command
    };
    let mut check = base();
    check.args(["check", "licenses", "bans", "sources"]);
    // git gives up on a network that hangs.
    let mut fetch = base();
    fetch.args(["fetch", "db"]).env("GIT_HTTP_LOW_SPEED_LIMIT", "1000").env("GIT_HTTP_LOW_SPEED_TIME", "20");
    if shell::answer(&mut fetch).is_some() {
        check.arg("advisories");
    } else {
        println!("advisories are not checked: their database (github.com/RustSec/advisory-db) cannot be had here");
    }
    Ok(check)
}

fn installed() -> Result<PathBuf> {
    let name = format!("cargo-deny{}", std::env::consts::EXE_SUFFIX);
    let own = shell::root().join("target/tools");
    let ours = own.join("bin").join(&name);
    for tool in [PathBuf::from(name), ours.clone()] {
        if shell::answer(shell::program(&tool).arg("--version")).is_some_and(|told| told.trim().ends_with(VERSION)) {
            return Ok(tool);
        }
    }
    println!("installing: cargo-deny {VERSION}");
    let mut install = shell::cargo();
    // Not optimised, because it runs for seconds.
    install.args(["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--root"]).arg(&own);
    shell::run(&mut install)?;
    Ok(ours)
}
