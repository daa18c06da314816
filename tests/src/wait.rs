//! Waiting for a condition. There are no fixed sleeps in tests.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The default time limit of a wait. Generous, because slow machines run these tests too, several at a time.
pub const PATIENCE: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

/// Calls `probe` until it returns a value. An error of the probe means "not yet"; the last one is reported when
/// [`PATIENCE`] has passed.
pub async fn wait_for<T>(what: &str, probe: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    wait_within(PATIENCE, what, probe).await
}

/// As [`wait_for`], with another limit.
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
