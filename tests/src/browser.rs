//! A replacement for the desktop's browser, which records what it was asked to open.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::Result;
use tempfile::TempDir;

/// Replaces the browser of a desktop; see [`Browser::path`].
#[derive(Debug)]
pub struct Browser {
    folder: TempDir,
}

/// Every program that may be used to open a link.
const OPENERS: [&str; 6] = ["xdg-open", "gio", "gnome-open", "kde-open", "wslview", "sensible-browser"];

impl Browser {
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("slipway-browser-").tempdir()?;
        let (opened, environment) = (folder.path().join("opened"), folder.path().join("environment"));
        let script = format!("#!/bin/sh\nenv > '{}'\nprintf '%s\\n' \"$*\" >> '{}'\n", environment.display(), opened.display());
        for opener in OPENERS {
            let path = folder.path().join(opener);
            fs::write(&path, &script)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        }
        Ok(Self { folder })
    }

    /// The variable PATH of a desktop with this browser.
    pub fn path(&self) -> String {
        format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap_or_default())
    }

    /// What it was asked to open so far, one per line.
    pub fn opened(&self) -> Vec<String> {
        let all = fs::read_to_string(self.folder.path().join("opened")).unwrap_or_default();
        all.lines().map(str::to_owned).collect()
    }

    /// The environment of its last start.
    pub fn environment(&self) -> String {
        fs::read_to_string(self.folder.path().join("environment")).unwrap_or_default()
    }
}
