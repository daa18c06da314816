//! Times `slipway status` against the sandbox: with an empty cache, and when nothing has changed.

use std::time::{Duration, Instant};

use anyhow::Result;
use slipway_tests::{Cli, SandboxProcess};

/// How many refreshes without changes are timed.
const RUNS: usize = 10;

#[tokio::main]
async fn main() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let data = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(data.path())?).await?;

    let cold = timed(&terminal).await?;
    let mut quiet = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        quiet.push(timed(&terminal).await?);
    }
    quiet.sort();
    println!("status, cold:  {:>6} ms", cold.as_millis());
    println!(
        "status, quiet: {:>6} ms (median of {RUNS}; {} to {})",
        quiet[RUNS / 2].as_millis(),
        quiet[0].as_millis(),
        quiet[RUNS - 1].as_millis()
    );
    Ok(())
}

async fn timed(terminal: &Cli) -> Result<Duration> {
    let start = Instant::now();
    terminal.run(&["status", "--json"]).await?.expect(0)?;
    Ok(start.elapsed())
}
