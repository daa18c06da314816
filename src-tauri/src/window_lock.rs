//! The lock on a data folder's window, and the location of the web view's own files.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder for the web view's own files (cookies, storage, caches) if they must not be in the home folder:
/// beside the moved state. None: the system's usual place.
pub(crate) fn of_web_view() -> Option<PathBuf> {
    let moved = std::env::var_os("SLIPWAY_DATA_DIR").filter(|folder| !folder.is_empty())?;
    Some(PathBuf::from(moved).join("webview"))
}

/// Locks a data folder for one window; the terminal needs no lock.
#[derive(Debug)]
pub(crate) enum Lock {
    /// Released on drop.
    Held(#[expect(dead_code, reason = "held, not read")] File),
    /// Another process has the window open.
    Taken,
    /// The folder is not writable, so this window only reads.
    Unwritable,
}

pub(crate) fn lock(folder: &Path) -> std::io::Result<Lock> {
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
