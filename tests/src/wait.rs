//! Waiting for a condition. There are no fixed sleeps in tests.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a wait lasts unless it says otherwise. Generous: slow machines run this too, with other tests beside it.
pub const PATIENCE: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

/// Asks `probe` until it gives a value. An error of the probe is "not yet"; the last one is
/// told when [`PATIENCE`] has run out.
pub async fn wait_for<T>(what: &str, probe: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    wait_within(PATIENCE, what, probe).await
}

/// As [`wait_for`], with a limit of its own.
pub async fn wait_within<T>(limit: Duration, what: &str, mut probe: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + limit;
    loop {
        let last = match probe().await {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() >= deadline {
            match last {
                Some(error) => bail!("waited {limit:?} for {what}; at last: {error:#}"),
                None => bail!("waited {limit:?} for {what}"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
