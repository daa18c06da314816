//! The first screen of a job's log, by its size.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::Told;
use crate::arguments::Arguments;
use crate::processes::peak_memory;
use crate::stage::Stage;

const SIZES: [u64; 2] = [1, 100];
/// Lines of a terminal.
const SCREEN: usize = 24;
/// How often the memory is read; the kernel keeps the peak.
const LOOK: Duration = Duration::from_millis(5);

struct Shown {
    seconds: f64,
    /// In megabytes.
    peak: f64,
}

pub(crate) async fn time(arguments: &Arguments) -> Result<Told> {
    let Some([small, large]) = measured(arguments).await? else { return Ok(none()) };
    let times = |shown: &[Shown]| shown.iter().map(|one| one.seconds * 1000.0).collect::<Vec<_>>();
    Ok(Told::Row(
        json!({"samples": times(&large), "anchor": times(&small), "unit": "ms", "note": "`slipway-cli logs`, to its first 24 lines"}),
    ))
}

pub(crate) async fn memory(arguments: &Arguments) -> Result<Told> {
    let Some([small, large]) = measured(arguments).await? else { return Ok(none()) };
    let more: Vec<f64> = large.iter().zip(&small).map(|(large, small)| large.peak - small.peak).collect();
    Ok(Told::Row(json!({"samples": more, "unit": "MB", "note": "peak of `slipway-cli logs`"})))
}

fn none() -> Told {
    Told::Skipped("only the sandbox makes logs of a given size".to_owned())
}

/// In turn, so that what slows the machine slows both.
async fn measured(arguments: &Arguments) -> Result<Option<[Vec<Shown>; 2]>> {
    let Some(stage) = Stage::quiet(arguments, 1).await? else { return Ok(None) };
    let Some(sandbox) = stage.sandbox() else { return Ok(None) };
    let terminal = stage.terminal().await?;
    let status = terminal.cli.run(&["status", "--json"]).await?.expect(0)?.json()?;
    let service = status["services"][0]["name"].as_str().context("a service")?;
    let (pipeline, job) = with_output(&status["services"][0]).context("no pipeline has a job that ran")?;
    let words = ["logs", service, &pipeline, "--job", &job];
    let mut all = [Vec::new(), Vec::new()];
    for _ in 0..arguments.runs {
        for (size, shown) in SIZES.iter().zip(&mut all) {
            sandbox.post("/faults", &json!({"vendor": "circleci_logs", "kind": "huge_body", "megabytes": size})).await?;
            shown.push(first_screen(&terminal.cli, &words).await?);
            sandbox.delete("/faults").await?;
        }
    }
    Ok(Some(all))
}

/// `#12` and the name of a job.
fn with_output(service: &Value) -> Option<(String, String)> {
    service["pipelines"].as_array()?.iter().find_map(|pipeline| {
        let ran = pipeline["jobs"].as_array()?.iter().find(|job| job["number"].is_u64() && job["status"] == "passed")?;
        Some((format!("#{}", pipeline["number"]), ran["name"].as_str()?.to_owned()))
    })
}

async fn first_screen(cli: &slipway_tests::Cli, words: &[&str]) -> Result<Shown> {
    let began = Instant::now();
    let mut child = cli.start(words)?;
    let id = child.id().context("it has ended")?;
    let mut output = child.stdout.take().context("no output")?;
    let watched = tokio::spawn(async move {
        let mut peak = 0.0_f64;
        while let Some(now) = peak_memory(id) {
            peak = peak.max(now);
            tokio::time::sleep(LOOK).await;
        }
        peak
    });
    let mut lines = 0;
    let mut part = [0; 4096];
    while lines < SCREEN {
        let read = output.read(&mut part).await?;
        ensure!(read > 0, "`{}` printed {lines} lines", words.join(" "));
        lines += part[..read].iter().filter(|byte| **byte == b'\n').count();
    }
    let seconds = began.elapsed().as_secs_f64();
    tokio::io::copy(&mut output, &mut tokio::io::sink()).await?;
    let ended = child.wait_with_output().await?;
    ensure!(ended.status.success(), "`{}`: {}", words.join(" "), String::from_utf8_lossy(&ended.stderr));
    Ok(Shown { seconds, peak: watched.await? })
}
