//! What the real window costs, beside a bare one on a display of the same kind. Neither is under WebDriver.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;
use slipway_tests::{Desktop, SandboxProcess, slipway_bin};

use crate::Told;
use crate::arguments::Arguments;
use crate::frames::{self, FirstPage};
use crate::processes::{cpu_seconds, family, proportional_memory, written};

/// How long a start is watched; the vendors answer later.
const START: Duration = Duration::from_secs(15);
const LATER: u64 = 30_000;
/// What has opened is left alone for as long before its memory is read.
const REST: Duration = Duration::from_secs(20);
/// Idle processors are measured after as long, for as long.
const WARM: Duration = Duration::from_secs(60);
const IDLE: Duration = Duration::from_secs(120);

/// A program in a session, ended when it is dropped.
struct Running(Child);

impl Running {
    fn start(desktop: &Desktop, program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut command: Command = desktop.command(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self(command.spawn().with_context(|| program.display().to_string())?))
    }

    fn family(&self) -> Vec<u32> {
        family(self.0.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the window is opened on.
enum World {
    /// The first service of the lively day.
    One,
    /// Twenty busy services.
    Busy,
    /// As many quiet ones.
    Quiet(usize),
}

impl World {
    async fn prepare(&self, desktop: &Desktop) -> Result<SandboxProcess> {
        let cli = desktop.cli()?;
        let sandbox = SandboxProcess::start(1, if matches!(self, Self::Busy) { "busy" } else { "quiet" }).await?;
        sandbox.keep_accounts(&cli).await?;
        match self {
            Self::One => {
                let first = sandbox.banner()["services"][0].clone();
                sandbox.add_service(&cli, &first).await?;
            }
            Self::Busy => sandbox.add_services(&cli).await?,
            Self::Quiet(count) => {
                let made = sandbox.post("/world", &json!({"quiet_services": {"count": count, "pull_requests": 5}})).await?;
                for name in made["quiet_services"]["services"].as_array().context("no services")? {
                    let name = name.as_str().context("a name")?;
                    sandbox.add_service(&cli, &crate::stage::described(name)).await?;
                }
            }
        }
        cli.run(&["status", "--json", "--timeout", "110"]).await?.expect(0)?;
        Ok(sandbox)
    }
}

fn bare(arguments: &Arguments) -> std::result::Result<PathBuf, Told> {
    arguments.bare.clone().ok_or_else(|| Told::Skipped("the bare window was not built".to_owned()))
}

pub(crate) async fn memory_of_one(arguments: &Arguments) -> Result<Told> {
    memory(arguments, &World::One, "1 service of the sandbox, its Flow").await
}

pub(crate) async fn memory_of_many(arguments: &Arguments) -> Result<Told> {
    memory(arguments, &World::Quiet(arguments.services), "as many quiet services, All services").await
}

pub(crate) async fn memory_of_busy(arguments: &Arguments) -> Result<Told> {
    memory(arguments, &World::Busy, "20 busy services of the sandbox, All services").await
}

async fn memory(arguments: &Arguments, world: &World, what: &str) -> Result<Told> {
    let bare = match bare(arguments) {
        Ok(bare) => bare,
        Err(told) => return Ok(told),
    };
    let (mut samples, mut anchor) = (Vec::new(), Vec::new());
    let desktop = Desktop::plan().start().await?;
    let _sandbox = world.prepare(&desktop).await?;
    for _ in 0..arguments.runs.min(3) {
        for (program, all) in [(&slipway_bin()?, &mut samples), (&bare, &mut anchor)] {
            let running = Running::start(&desktop, program, &[])?;
            tokio::time::sleep(REST).await;
            all.push(proportional_memory(&running.family()));
            drop(running);
            desktop_is_empty(&desktop).await?;
        }
    }
    Ok(Told::Row(json!({"samples": samples, "anchor": anchor, "unit": "MB", "note": format!("{what}; {REST:?} after the start")})))
}

/// Processes of the web view end a moment after their window.
async fn desktop_is_empty(desktop: &Desktop) -> Result<()> {
    slipway_tests::wait_for("the windows to end", async || Ok(desktop.windows()?.iter().all(|window| !window.shown).then_some(()))).await
}

pub(crate) async fn start(arguments: &Arguments, figure: fn(&FirstPage) -> f64, unit: &str) -> Result<Told> {
    let bare = match bare(arguments) {
        Ok(bare) => bare,
        Err(told) => return Ok(told),
    };
    let desktop = Desktop::plan().start().await?;
    let sandbox = World::One.prepare(&desktop).await?;
    // So what is shown is from the cache.
    sandbox.post("/faults", &json!({"kind": "latency", "ms": LATER})).await?;
    let (mut samples, mut anchor) = (Vec::new(), Vec::new());
    for _ in 0..arguments.runs {
        for (program, all) in [(&slipway_bin()?, &mut samples), (&bare, &mut anchor)] {
            let display = desktop.variable("DISPLAY")?;
            let began = Instant::now();
            let running = Running::start(&desktop, program, &[])?;
            let id = running.0.id();
            let page = tokio::task::spawn_blocking(move || frames::first_page(&display, began, id, START)).await??;
            all.push(figure(&page));
            drop(running);
            desktop_is_empty(&desktop).await?;
        }
    }
    let note = "most of what the page has on its ground is on the display";
    Ok(Told::Row(json!({"samples": samples, "anchor": anchor, "unit": unit, "note": note})))
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idle {
    Cpu {
        hidden: bool,
    },
    /// With the window hidden.
    Written,
}

pub(crate) async fn idle(arguments: &Arguments, what: Idle) -> Result<Told> {
    let desktop = Desktop::plan().with_tray().start().await?;
    let _sandbox = World::Quiet(20).prepare(&desktop).await?;
    let hidden = what != Idle::Cpu { hidden: false };
    let of = |program: PathBuf, words: Vec<&'static str>| {
        let running = Running::start(&desktop, &program, &words);
        async move {
            let running = running?;
            tokio::time::sleep(WARM).await;
            let (ids, began) = (running.family(), Instant::now());
            let (cpu, bytes) = (cpu_seconds(&ids), written(&ids));
            tokio::time::sleep(IDLE).await;
            let seconds = began.elapsed().as_secs_f64();
            let ids = running.family();
            anyhow::Ok(((cpu_seconds(&ids) - cpu) / seconds * 100.0, (written(&ids) - bytes) / seconds * 3600.0))
        }
    };
    let (cpu, bytes) = of(slipway_bin()?, if hidden { vec!["--hidden"] } else { Vec::new() }).await?;
    let note = format!("over {IDLE:?}, {WARM:?} after the start");
    if what == Idle::Written {
        return Ok(Told::Row(json!({"samples": [bytes], "unit": "MB an hour", "note": note})));
    }
    desktop_is_empty(&desktop).await?;
    let anchor: Vec<f64> = match &arguments.bare {
        Some(bare) => vec![of(bare.clone(), Vec::new()).await?.0],
        None => Vec::new(),
    };
    Ok(Told::Row(json!({"samples": [cpu], "anchor": anchor, "unit": "%", "note": note})))
}
