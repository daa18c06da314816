//! Which processes live: each holds a lock on a file of its own in `owners`.

use super::Owner;
use crate::store::sqlite;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// What the name of a lock file begins with until it is locked.
const BEING_MADE: char = '.';

pub(super) struct Owners {
    folder: PathBuf,
    own: String,
    /// Held, not read: the lock goes when the process does.
    alive: Result<File, String>,
}

impl Owners {
    /// Takes the lock of this process, which is called `own`.
    pub(super) fn join(data: &Path, own: String) -> Self {
        let folder = data.join("owners");
        let alive = stay_alive(&folder, &own).map_err(|error| error.to_string());
        Self { folder, own, alive }
    }

    /// Why other processes cannot see that this one lives.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.alive.as_ref().err().map(String::as_str)
    }

    pub(super) fn own(&self) -> &str {
        &self.own
    }

    pub(super) fn who(&self, owner: &str) -> Owner {
        if owner == self.own {
            Owner::ThisProcess
        } else if self.is_alive(owner) {
            Owner::Another
        } else {
            Owner::Gone
        }
    }

    /// A shared lock is enough to ask: two who ask at once must not take each other for the owner.
    pub(super) fn is_alive(&self, owner: &str) -> bool {
        if sqlite::regular(&self.folder.join(owner)).is_err() {
            return false;
        }
        let Ok(file) = File::open(self.folder.join(owner)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    /// Removes the lock files of processes that are gone. One that is being made has another name.
    pub(super) fn sweep(&self) {
        let Ok(files) = std::fs::read_dir(&self.folder) else { return };
        for file in files.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name != self.own && !name.starts_with(BEING_MADE) && !self.is_alive(&name) {
                let _ = std::fs::remove_file(file.path());
            }
        }
    }
}

impl Drop for Owners {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.folder.join(&self.own));
    }
}

/// The lock that tells other processes that this one lives. The file gets its name once it is
/// locked, so that nobody ever finds it unlocked while its owner lives.
fn stay_alive(owners: &Path, owner: &str) -> std::io::Result<File> {
    std::fs::create_dir_all(owners)?;
    let made = owners.join(format!("{BEING_MADE}{owner}"));
    let alive = File::create(&made)?;
    alive.try_lock().map_err(|e| std::io::Error::other(e.to_string()))?;
    std::fs::rename(&made, owners.join(owner))?;
    Ok(alive)
}
