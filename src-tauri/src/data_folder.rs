//! Where state is kept, and who has its window open.

use anyhow::{Context, Result};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// `SLIPWAY_DATA_DIR`, or the system's folder for such data.
pub fn own() -> Result<PathBuf> {
    let folder = match std::env::var_os("SLIPWAY_DATA_DIR").filter(|v| !v.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => dirs::data_local_dir().context("This system names no folder for data; set SLIPWAY_DATA_DIR.")?.join("slipway"),
    };
    private(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Held by the one window of a data folder; the terminal needs none. Given up when dropped.
#[derive(Debug)]
pub struct WindowLock(#[expect(dead_code, reason = "held, not read")] File);

/// None: another window holds it.
pub fn lock(folder: &Path) -> std::io::Result<Option<WindowLock>> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("window.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(WindowLock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
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

#[cfg(test)]
mod tests {
    #[test]
    fn one_window_per_folder() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let held = super::lock(folder.path())?;
        assert!(held.is_some());
        assert!(super::lock(folder.path())?.is_none());
        drop(held);
        assert!(super::lock(folder.path())?.is_some());
        Ok(())
    }
}
