//! The folder that holds all state.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// `SLIPWAY_DATA_DIR`, or the system's folder for application data.
pub fn own() -> Result<PathBuf> {
    let folder = match std::env::var_os("SLIPWAY_DATA_DIR").filter(|v| !v.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => dirs::data_local_dir().context("This system names no folder for data; set SLIPWAY_DATA_DIR.")?.join("slipway"),
    };
    private(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn private(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}
