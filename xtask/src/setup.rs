//! Installs what is missing, and prints what it installs.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::shell;
use crate::system::{Manager, Purpose};

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    match rest {
        [] => prepare(&[Purpose::Build])?,
        [flag] if flag == "--test" => prepare(&[Purpose::Build, Purpose::Desktop])?,
        _ => bail!("setup takes only --test"),
    }
    println!("everything is in place");
    Ok(ExitCode::SUCCESS)
}

/// Installs system packages, the Rust components and the Node packages.
pub(crate) fn prepare(purposes: &[Purpose]) -> Result<()> {
    system_packages(purposes)?;
    rust_components()?;
    node_packages("ui")
}

fn system_packages(purposes: &[Purpose]) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let Some(manager) = Manager::detect() else {
        println!(
            "no known package manager here (apt, dnf, pacman, brew): \
             the system libraries are taken to be installed"
        );
        return Ok(());
    };
    if manager == Manager::Brew && cfg!(target_os = "macos") && shell::answer(shell::program("xcode-select").arg("-p")).is_none() {
        bail!("Apple's command line tools are missing: run `xcode-select --install`");
    }
    let wanted: Vec<&str> = purposes.iter().flat_map(|purpose| manager.packages(*purpose)).copied().collect();
    let missing = manager.missing(&wanted);
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing: {}", missing.join(" "));
    manager.install(&missing)
}

fn rust_components() -> Result<()> {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if shell::answer(shell::cargo().args([tool, "--version"])).is_some() {
            continue;
        }
        if !shell::is_on_path("rustup") {
            bail!("`cargo {tool}` is missing, and there is no rustup to install it with");
        }
        println!("installing: {component}");
        shell::run(shell::program("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}

/// `npm ci`, unless the installed packages come from this same lock file.
pub(crate) fn node_packages(name: &str) -> Result<()> {
    let folder = shell::root().join(name);
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("{name}/package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // npm's own marker, written when an installation is complete.
    let by_hand = folder.join("node_modules/.package-lock.json");
    if changed(&by_hand).is_some_and(|installed| changed(&lock) <= Some(installed)) {
        return Ok(());
    }
    if shell::answer(shell::npm().arg("--version")).is_none() {
        bail!("Node is missing: install Node 20.19 or newer, with npm (https://nodejs.org)");
    }
    println!("installing: the Node packages of {name}/package-lock.json");
    shell::run(shell::npm().current_dir(&folder).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).context("cannot note what was installed")
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|file| file.modified()).ok()
}
