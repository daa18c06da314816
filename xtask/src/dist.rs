//! Builds the distributed packages.

mod documents;
mod package;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::system::Purpose;
use crate::{build, setup, shell};

pub(crate) fn perform(rest: &[String]) -> Result<ExitCode> {
    if !rest.is_empty() {
        bail!("dist takes no arguments");
    }
    if !cfg!(target_os = "linux") {
        bail!("dist makes a .deb, so it needs Linux");
    }
    setup::prepare(&[Purpose::Build])?;
    build::interface()?;
    let folder = shell::build_folder()?.with_file_name("release/bundle/deb");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    // Both in one command, so that they share their dependencies.
    let packages = ["--package", "slipway", "--package", "slipway-terminal"];
    shell::run(shell::cargo().args(["build", "--release"]).args(packages).args(build::EMBED))?;
    let built = shell::build_folder()?.with_file_name("release");
    let terminal = built.join("slipway-cli");
    let documents = built.join("documents");
    let mut files = documents::written(&[built.join("slipway"), terminal.clone()], &documents)?;
    files.insert(format!("/{}", package::TERMINAL), terminal.clone());
    let configuration = configuration(&files);
    shell::run(tauri()?.args(["build", "--bundles", "deb", "--config", &configuration]).current_dir(shell::root().join("src-tauri")))?;
    let packages: Vec<PathBuf> = fs::read_dir(&folder)
        .context("the bundler left nothing")?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .collect();
    if packages.is_empty() {
        bail!("the bundler left no .deb");
    }
    for package in &packages {
        package::make_small(package)?;
    }
    for file in packages.iter().chain([&terminal]) {
        println!("{}", shell::shown(file));
    }
    Ok(ExitCode::SUCCESS)
}

/// The interface is already built. `files`: what the package has beside the window's program, by its path there.
fn configuration(files: &BTreeMap<String, PathBuf>) -> String {
    json!({ "build": { "beforeBuildCommand": "" }, "bundle": { "linux": { "deb": { "files": files } } } }).to_string()
}

/// Tauri's own command line, in the version of `ui/package.json`.
pub(crate) fn tauri() -> Result<std::process::Command> {
    let path = shell::root().join("ui/node_modules/.bin").join(if cfg!(windows) { "tauri.cmd" } else { "tauri" });
    if !path.exists() {
        bail!("@tauri-apps/cli is not among the Node packages of ui/");
    }
    Ok(shell::program(path))
}
