//! A port for WebKitWebDriver, which cannot choose one itself.

use std::fs::{self, File};
use std::net::TcpListener;

use anyhow::{Context, Result};

/// Below the range of ports that the system assigns to outgoing connections.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

/// A port that no other test on this machine uses while it is held, in this process or another.
#[derive(Debug)]
pub(crate) struct DriverPort {
    pub number: u16,
    /// A lock, which the system releases when the process ends in any way.
    _lock: File,
}

impl DriverPort {
    pub(crate) fn take() -> Result<Self> {
        let folder = std::env::temp_dir().join("slipway-driver-ports");
        fs::create_dir_all(&folder).context("cannot keep the ports apart")?;
        for number in PORTS {
            let lock = File::create(folder.join(number.to_string())).context("cannot keep the ports apart")?;
            if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", number)).is_ok() {
                return Ok(Self { number, _lock: lock });
            }
        }
        anyhow::bail!("no free port for WebKitWebDriver")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_not_given_again() -> Result<()> {
        let (first, second) = (DriverPort::take()?, DriverPort::take()?);
        assert_ne!(first.number, second.number);
        let busy = TcpListener::bind(("127.0.0.1", second.number))?;
        drop((first, second));
        assert_ne!(DriverPort::take()?.number, busy.local_addr()?.port());
        Ok(())
    }
}
