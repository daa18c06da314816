//! Rows of `cargo xtask bench` that need the programs: round trips, requests, times, system calls, logs, and the window.
//!
//! Prints a line of JSON for each row; what they look like is in `xtask/src/bench/measured.rs`. The program under test is
//! `SLIPWAY_BIN`, with `slipway-cli` beside it.

mod arguments;
#[cfg(target_os = "linux")]
mod frames;
mod logs;
mod processes;
mod refresh;
mod stage;
mod terminal;
#[cfg(target_os = "linux")]
mod windows;

use anyhow::Result;
use arguments::Arguments;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::read()?;
    for row in &arguments.rows {
        let told = match measure(row, &arguments).await {
            Ok(Told::Row(mut told)) => {
                told["row"] = json!(row);
                told
            }
            Ok(Told::Skipped(why)) => json!({"row": row, "skipped": why}),
            Err(error) => json!({"row": row, "skipped": format!("it failed: {error:#}")}),
        };
        println!("{}", in_order(&told));
    }
    Ok(())
}

/// What a row came to.
pub(crate) enum Told {
    /// `samples`, `unit`, and what else the line has.
    Row(Value),
    Skipped(String),
}

/// The name first, so that the line is known as one.
fn in_order(told: &Value) -> Value {
    let mut line = json!({"row": told["row"]});
    if let (Some(line), Some(told)) = (line.as_object_mut(), told.as_object()) {
        line.extend(told.clone());
    }
    line
}

async fn measure(row: &str, arguments: &Arguments) -> Result<Told> {
    let services = arguments.services;
    match row {
        "trips-1" => refresh::trips(arguments, 1).await,
        "trips-20" => refresh::trips(arguments, 20).await,
        "trips-60" => refresh::trips(arguments, 60).await,
        "many-trips" => refresh::trips(arguments, services).await,
        "slope-1" => refresh::slope(arguments, 1).await,
        "slope-20" => refresh::slope(arguments, 20).await,
        "requests-cold" => refresh::requests(arguments, 1, refresh::Cache::Cold).await,
        "requests-warm" => refresh::requests(arguments, 1, refresh::Cache::Warm).await,
        "requests-cold-20" => refresh::requests(arguments, 20, refresh::Cache::Cold).await,
        "many-requests" => refresh::requests(arguments, services, refresh::Cache::Cold).await,
        "status-cold" => refresh::time(arguments, refresh::Cache::Cold).await,
        "status-quiet" => refresh::time(arguments, refresh::Cache::Warm).await,
        "calls-cli" => terminal::calls(terminal::Program::Cli).await,
        "calls-slipway" => terminal::calls(terminal::Program::Window).await,
        "objects-cli" => terminal::objects(terminal::Program::Cli).await,
        "objects-slipway" => terminal::objects(terminal::Program::Window).await,
        "log-time" => logs::time(arguments).await,
        "log-memory" => logs::memory(arguments).await,
        window => of_the_window(window, arguments).await,
    }
}

#[cfg(target_os = "linux")]
async fn of_the_window(row: &str, arguments: &Arguments) -> Result<Told> {
    use windows::Idle;
    match row {
        "pss-1" => windows::memory_of_one(arguments).await,
        "pss-20" => windows::memory_of_busy(arguments).await,
        "many-pss" => windows::memory_of_many(arguments).await,
        "first-data" => windows::start(arguments, |page| page.seconds * 1000.0, "ms").await,
        "start-cpu" => windows::start(arguments, |page| page.cpu * 1000.0, "ms").await,
        "idle-cpu-hidden" => windows::idle(arguments, Idle::Cpu { hidden: true }).await,
        "idle-cpu-shown" => windows::idle(arguments, Idle::Cpu { hidden: false }).await,
        "idle-io" => windows::idle(arguments, Idle::Written).await,
        _ => Ok(Told::Skipped("this program does not measure it".to_owned())),
    }
}

#[cfg(not(target_os = "linux"))]
async fn of_the_window(_: &str, _: &Arguments) -> Result<Told> {
    Ok(Told::Skipped("the window's harness is for Linux".to_owned()))
}
