//! Who has the window of a data folder open, and where the web view's own files are.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where the web view keeps its own files (cookies, storage, caches) when they are not to be in the
/// home's folders: beside the state that was moved. None: in the system's usual place.
pub fn of_web_view() -> Option<PathBuf> {
    let moved = std::env::var_os("SLIPWAY_DATA_DIR").filter(|folder| !folder.is_empty())?;
    Some(PathBuf::from(moved).join("webview"))
}

/// The one window of a data folder; the terminal needs no lock.
#[derive(Debug)]
pub enum Lock {
    /// Given up when dropped.
    Held(#[expect(dead_code, reason = "held, not read")] File),
    /// Another window has it.
    Taken,
    /// The folder cannot be written, so this window only looks.
    Unwritable,
}

pub fn lock(folder: &Path) -> std::io::Result<Lock> {
    let file = match File::options().create(true).truncate(false).write(true).open(folder.join("window.lock")) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull) => {
            tracing::warn!(%error, "no lock on the data folder");
            return Ok(Lock::Unwritable);
        }
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => Ok(Lock::Held(file)),
        Err(TryLockError::WouldBlock) => Ok(Lock::Taken),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn one_window_per_folder() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let held = super::lock(folder.path())?;
        assert!(matches!(held, Lock::Held(_)));
        assert!(matches!(super::lock(folder.path())?, Lock::Taken));
        drop(held);
        assert!(matches!(super::lock(folder.path())?, Lock::Held(_)));
        Ok(())
    }
}
