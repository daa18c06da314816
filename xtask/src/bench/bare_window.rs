//! The least that a window of Tauri can be: the same versions and the same release profile, an empty page, no commands.
//!
//! It is written below `target/bench`, outside the workspace, so that neither a build nor the tests know of it. It is built
//! into the workspace's own build folder, where most of what it needs has been built for Slipway.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::shell;

/// Appends one line when its page has drawn its first frame, if it is told where.
const MAIN: &str = r#"//! An empty window.
fn main() {
    tauri::Builder::default().run(tauri::generate_context!()).expect("a window");
}
"#;
const BUILD: &str = "fn main() { tauri_build::build() }\n";
const PAGE: &str =
    "<!doctype html><html lang=\"en\"><title>Bare</title><body style=\"background:#111;color:#eee\"><h1>Bare</h1></body></html>\n";
const CONFIGURATION: &str = r#"{
  "productName": "bare-window",
  "identifier": "dev.slipway.bare",
  "version": "0.1.0",
  "build": { "frontendDist": "page" },
  "app": { "windows": [{ "title": "Bare", "width": 1440, "height": 900 }], "security": { "csp": null } },
  "bundle": { "active": false }
}
"#;

/// Builds it and returns its program.
pub(super) fn build() -> Result<PathBuf> {
    let folder = shell::root().join("target/bench/bare-window");
    fs::create_dir_all(folder.join("src"))?;
    fs::create_dir_all(folder.join("page"))?;
    fs::create_dir_all(folder.join("icons"))?;
    for (name, text) in [
        ("Cargo.toml", manifest()?.as_str()),
        ("src/main.rs", MAIN),
        ("build.rs", BUILD),
        ("tauri.conf.json", CONFIGURATION),
        ("page/index.html", PAGE),
    ] {
        let path = folder.join(name);
        // A file that is written anew is built anew.
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        fs::write(&path, text).with_context(|| shell::shown(&path))?;
    }
    fs::copy(shell::root().join("icons/128x128.png"), folder.join("icons/icon.png")).context("an icon")?;
    // The versions of the workspace; cargo drops what is not used.
    fs::copy(shell::root().join("Cargo.lock"), folder.join("Cargo.lock")).context("Cargo.lock")?;
    let into = shell::build_folder()?.with_file_name("");
    shell::run(shell::cargo().args(["build", "--release", "--target-dir"]).arg(&into).current_dir(&folder))?;
    Ok(into.join("release").join(format!("bare-window{}", std::env::consts::EXE_SUFFIX)))
}

/// With the release profile of the workspace, word for word.
fn manifest() -> Result<String> {
    let root = fs::read_to_string(shell::root().join("Cargo.toml")).context("Cargo.toml")?;
    let profile = release_profile(&root).context("the workspace has no release profile")?;
    Ok(format!(
        "[package]\nname = \"bare-window\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\ntauri = {{ version = \
         \"2\", features = [\"custom-protocol\"] }}\n\n[build-dependencies]\ntauri-build = \"2\"\n\n{profile}"
    ))
}

/// `[profile.release]` and its tables for single packages are left out: those name packages that are not here.
fn release_profile(manifest: &str) -> Option<String> {
    let start = manifest.find("[profile.release]")?;
    let (head, rest) = manifest[start..].split_at("[profile.release]".len());
    let end = rest.find("\n[").map_or(rest.len(), |end| end + 1);
    Some(format!("{head}{}", &rest[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_the_workspaces() {
        let manifest = "[workspace]\n\n[profile.release]\nstrip = true\nlto = \"thin\"\n\n[profile.release.package.a]\nopt-level = 3\n";
        assert_eq!(release_profile(manifest).as_deref(), Some("[profile.release]\nstrip = true\nlto = \"thin\"\n\n"));
        assert_eq!(release_profile("[workspace]\n"), None);
    }
}
