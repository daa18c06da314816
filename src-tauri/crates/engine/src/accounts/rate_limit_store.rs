//! What accounts were told to wait, kept beside the databases: a second `slipway status` within
//! the wait does not ask again.

use slipway_domain::service::Account;
use slipway_http::{Lock, RateLimitStore};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// A file for an account at a host. Small enough to be read before every request.
pub(crate) struct WaitFile(PathBuf);

impl WaitFile {
    pub(crate) fn of(folder: &Path, account: &Account) -> Self {
        let name: String =
            format!("{}@{}", account.id, account.url).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        Self(folder.join("waits").join(format!("{name}.json")))
    }
}

impl RateLimitStore for WaitFile {
    fn read(&self) -> Option<String> {
        std::fs::read_to_string(&self.0).ok()
    }

    /// Whole or not at all; one that cannot be kept is obeyed by this process alone.
    fn write(&self, text: &str) {
        let beside = self.0.with_extension(format!("{}.new", std::process::id()));
        let folder = self.0.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(error) = folder.and_then(|()| std::fs::write(&beside, text)).and_then(|()| std::fs::rename(&beside, &self.0)) {
            tracing::info!(%error, "a wait could not be kept");
        }
    }

    /// The lock goes with the file handle, and so with the process at the latest.
    fn lock(&self) -> Lock {
        let folder = self.0.parent().map_or(Ok(()), std::fs::create_dir_all);
        let opened = folder.and_then(|()| File::create(self.0.with_extension("lock")));
        let locked = opened.map_err(TryLockError::Error).and_then(|file| file.try_lock().map(|()| file));
        match locked {
            Ok(file) => Lock::Mine(Box::new(file)),
            Err(TryLockError::WouldBlock) => Lock::Taken,
            Err(TryLockError::Error(error)) => {
                tracing::info!(%error, "writes are not spaced between processes");
                Lock::Unavailable
            }
        }
    }
}
