//! What a refresh costs: rounds, requests, time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use slipway_contracts::{Exchange, Pace};
use slipway_tests::Cli;

use crate::Told;
use crate::arguments::Arguments;
use crate::stage::Stage;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cache {
    Cold,
    /// Everything was read a moment ago, and nothing has changed.
    Warm,
}

/// A round ends when nothing has been asked for as long.
const QUIET: Duration = Duration::from_millis(120);
/// How often rounds are counted; the least counts.
const COUNTS: usize = 3;
/// The two delays by which time tells the round trips.
const DELAYS: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(300)];

fn too_few(services: usize) -> Told {
    Told::Skipped(format!("the stand-in has fewer than {services} services"))
}

async fn status(cli: &Cli) -> Result<Duration> {
    let began = Instant::now();
    let printed = cli.run(&["status", "--json", "--timeout", "300"]).await?.expect(0)?.json()?;
    let took = began.elapsed();
    let services = printed["services"].as_array().context("no services")?;
    let stale: Vec<&Value> = services.iter().filter(|service| service["stale"] != false).map(|service| &service["name"]).collect();
    anyhow::ensure!(!services.is_empty() && stale.is_empty(), "not everything was read: {stale:?}");
    Ok(took)
}

/// Dependent round trips of a cold refresh.
pub(crate) async fn trips(arguments: &Arguments, services: usize) -> Result<Told> {
    let Some(stage) = Stage::quiet(arguments, services).await? else { return Ok(too_few(services)) };
    let mut counted: Vec<Vec<usize>> = Vec::new();
    for _ in 0..COUNTS {
        let terminal = stage.terminal().await?;
        stage.recorder.set_pace(Pace::InRounds { quiet: QUIET });
        let refreshed = status(&terminal.cli).await;
        counted.push(stage.recorder.rounds());
        stage.recorder.set_pace(Pace::AtOnce);
        refreshed?;
    }
    let all: Vec<usize> = counted.iter().map(Vec::len).collect();
    let least = counted.into_iter().min_by_key(Vec::len).context("a run")?;
    let together = least.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    Ok(Told::Row(json!({
        "samples": [least.len()], "unit": "rounds",
        "note": format!("the least of {all:?}; requests of its rounds: {together} ({} in all)", least.iter().sum::<usize>()),
    })))
}

/// The same by a clock: how many seconds longer it takes for each second by which every answer is later.
pub(crate) async fn slope(arguments: &Arguments, services: usize) -> Result<Told> {
    let Some(stage) = Stage::quiet(arguments, services).await? else { return Ok(too_few(services)) };
    let mut samples = Vec::new();
    for _ in 0..arguments.runs {
        let mut took = Vec::new();
        for delay in DELAYS {
            let terminal = stage.terminal().await?;
            stage.recorder.set_pace(Pace::After(delay));
            let refreshed = status(&terminal.cli).await;
            stage.recorder.set_pace(Pace::AtOnce);
            took.push(refreshed?.as_secs_f64());
        }
        samples.push((took[1] - took[0]) / (DELAYS[1] - DELAYS[0]).as_secs_f64());
    }
    Ok(Told::Row(json!({"samples": samples, "unit": "round trips", "note": format!("answers {DELAYS:?} later, in turn")})))
}

/// Requests of a refresh, by vendor and kind.
pub(crate) async fn requests(arguments: &Arguments, services: usize, cache: Cache) -> Result<Told> {
    let Some(stage) = Stage::quiet(arguments, services).await? else { return Ok(too_few(services)) };
    let terminal = stage.terminal().await?;
    if cache == Cache::Warm {
        status(&terminal.cli).await?;
    }
    stage.recorder.set_pace(Pace::AtOnce);
    status(&terminal.cli).await?;
    let taken = stage.recorder.taken();
    Ok(Told::Row(json!({"samples": [taken.len()], "unit": "requests", "note": by_kind(&taken)})))
}

/// `github 3: 2 POST /graphql, 1 GET /repos/…`, with the parts of a path that are names left out.
fn by_kind(taken: &[Exchange]) -> String {
    let mut vendors: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for exchange in taken {
        let kinds = vendors.entry(format!("{:?}", exchange.vendor)).or_default();
        *kinds.entry(format!("{} {}", exchange.method, without_names(&exchange.path))).or_default() += 1;
    }
    let vendor = |(vendor, kinds): (&String, &BTreeMap<String, usize>)| {
        let listed = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ");
        format!("{vendor} {}: {listed}", kinds.values().sum::<usize>())
    };
    vendors.iter().map(vendor).collect::<Vec<_>>().join("; ")
}

/// Words of the vendors' own paths stay.
fn without_names(path: &str) -> String {
    const WORDS: [&str; 30] = [
        "graphql",
        "repos",
        "apps",
        "releases",
        "dynos",
        "formation",
        "pipelines",
        "pipeline",
        "workflow",
        "workflows",
        "job",
        "jobs",
        "project",
        "insights",
        "api",
        "v2",
        "v1.1",
        "me",
        "account",
        "user",
        "slugs",
        "builds",
        "pipeline-couplings",
        "pipeline-promotions",
        "contents",
        "commits",
        "compare",
        "branches",
        "rate_limit",
        "config-vars",
    ];
    path.split('/').map(|part| if part.is_empty() || WORDS.contains(&part) { part } else { "…" }).collect::<Vec<_>>().join("/")
}

/// How long a refresh of one service takes, with answers that come at once.
pub(crate) async fn time(arguments: &Arguments, cache: Cache) -> Result<Told> {
    let Some(stage) = Stage::quiet(arguments, 1).await? else { return Ok(too_few(1)) };
    let mut samples = Vec::new();
    let mut terminal = stage.terminal().await?;
    if cache == Cache::Warm {
        status(&terminal.cli).await?;
    }
    for _ in 0..arguments.runs {
        if cache == Cache::Cold {
            terminal = stage.terminal().await?;
        }
        samples.push(status(&terminal.cli).await?.as_secs_f64() * 1000.0);
    }
    Ok(Told::Row(json!({"samples": samples, "unit": "ms"})))
}
