//! Many events at once, and vendors that hang: few toasts, no leak, and a window that responds.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::json;
use slipway_tests::{Desktop, Named, SandboxProcess, Toast, Toasts, Window, wait_within};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(180);
/// Environments that go down at the same time, in this many services.
const SERVICES: u64 = 10;
const EACH: usize = 10;
/// All of them are read at the same time, as after a laptop wakes.
const REFRESH: &str = "void window.__TAURI_INTERNALS__.invoke('refresh', { service: null }); return null";
/// Services whose environments all use one app each: when that goes down, all go down.
async fn many(desktop: &Desktop, sandbox: &SandboxProcess) -> Result<Vec<String>> {
    let terminal = desktop.cli()?;
    sandbox.keep_accounts(&terminal).await?;
    let done = sandbox.post("/world", &json!({"generate_targets": {"seed": 1, "count": SERVICES}})).await?;
    let mut apps = Vec::new();
    for target in done["generate_targets"]["targets"].as_array().context("targets")? {
        let (name, app) = (target["service"].as_str().context("a service")?, target["app"].as_str().context("an app")?);
        let mut arguments: Vec<String> =
            ["service", "add", name, "--repo", &format!("acme/{name}"), "--ci", "none", "--unchecked"].map(str::to_owned).into();
        for at in 0..EACH {
            let environment = if at == 0 { "production".to_owned() } else { format!("region-{at}") };
            arguments.extend(["--environment".to_owned(), format!("{environment}=heroku:{app}")]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        terminal.run(&arguments).await?.expect(0)?;
        apps.push(app.to_owned());
    }
    Ok(apps)
}

fn descriptors(desktop: &Desktop) -> Result<usize> {
    let ids = desktop.slipway_ids()?;
    let id = ids.first().context("Slipway runs")?;
    Ok(std::fs::read_dir(format!("/proc/{id}/fd"))?.count())
}

/// A click and its response, within the harness's time limit; the duration is only printed.
async fn live(window: &Window) -> Result<Duration> {
    let began = Instant::now();
    window.click("button", Named::Exactly("Settings")).await?;
    window.get("article", Named::Starting("GitHub account")).await?;
    let took = began.elapsed();
    window.press("g").await?;
    window.press("f").await?;
    Ok(took)
}

/// All of them have been read, and are down or not.
async fn all_are(window: &Window, count: u64, word: &str) -> Result<()> {
    wait_within(LONG, &format!("{count} services {word}"), async || {
        let rail = window.names("button", Named::Starting("target-")).await?;
        let fit = rail.iter().filter(|name| name.to_lowercase().contains(word)).count();
        if fit as u64 == count { Ok(Some(())) } else { anyhow::bail!("{rail:?}") }
    })
    .await
}

async fn crowd(toasts: Toasts, name: &str) -> Result<()> {
    let sandbox = SandboxProcess::start(30, "quiet").await?;
    Desktop::plan()
        .toasts(toasts)
        .run(name, async |desktop| {
            let apps = many(desktop, &sandbox).await?;
            let window = desktop.open(&[]).await?;
            all_are(&window, SERVICES, "healthy").await?;
            live(&window).await?;
            let before = descriptors(desktop)?;
            let told = desktop.toasts().len();
            // Recovery is reported only after five minutes without interruption, and is not waited for.
            for app in &apps {
                sandbox.post("/world", &json!({"dynos": {"app": app, "state": "crashed"}})).await?;
            }
            window.evaluate(REFRESH, vec![]).await?;
            let (mut most, mut slowest) = (0, Duration::ZERO);
            let began = Instant::now();
            while !all_are_now(&window, "hurt").await? {
                ensure!(began.elapsed() < LONG, "waited for hurt");
                slowest = slowest.max(live(&window).await?);
                most = most.max(descriptors(desktop)?);
            }
            live(&window).await?;
            let asked = desktop.toasts().split_off(told);
            let single = asked.iter().filter(|toast| !toast.title.ends_with("more in Slipway")).count();
            let last = asked.last().map(|toast| toast.title.clone()).unwrap_or_default();
            let (took, click) = (began.elapsed().as_secs_f64(), slowest.as_secs_f64());
            println!(
                "{name}: {took:.1} s, {single} toasts, {last}; {before} descriptors before, at most {most}; a click {click:.1} s at most"
            );
            // Five in a minute, and five of what hurts, however many others came before.
            let bursts = 1 + began.elapsed().as_secs() as usize / 60;
            ensure!(single <= 10 * bursts, "{single} toasts in {took:.1} s: {asked:#?}");
            if toasts == Toasts::Harness {
                // The last of them may be told a moment after the board shows it.
                wait_within(LONG, "every event to be told, and none twice", async || {
                    let all = desktop.toasts();
                    let told = all.iter().filter(|toast| !toast.title.ends_with("more in Slipway")).count() + summed(&all);
                    ensure!(told <= SERVICES as usize * EACH, "{told} were told: {all:#?}");
                    Ok((told == SERVICES as usize * EACH).then_some(()))
                })
                .await?;
            }
            // A shown toast is a connection, thirteen of them at most; and a vendor is sent up to 128 requests at once.
            ensure!(most <= before + 60 + 128, "{before} descriptors, then {most}");
            Ok(())
        })
        .await
}

/// The number of events in the summaries: it grows until the next burst begins with a smaller one.
fn summed(asked: &[Toast]) -> usize {
    let counts = asked.iter().filter_map(|toast| toast.title.strip_suffix(" more in Slipway")?.parse().ok());
    let (sum, last) = counts.fold((0, 0), |(sum, last): (usize, usize), count| (if count < last { sum + last } else { sum }, count));
    sum + last
}

async fn all_are_now(window: &Window, word: &str) -> Result<bool> {
    let rail = window.names("button", Named::Starting("target-")).await?;
    Ok(rail.iter().filter(|name| name.to_lowercase().contains(word)).count() as u64 == SERVICES)
}

#[tokio::test]
async fn a_crowd_of_events_with_a_daemon() -> Result<()> {
    crowd(Toasts::Harness, "crowd").await
}

#[tokio::test]
async fn a_crowd_of_events_with_nobody_to_show_them() -> Result<()> {
    crowd(Toasts::Nobody, "crowd-nobody").await
}

#[tokio::test]
async fn a_crowd_of_events_with_a_daemon_that_hangs() -> Result<()> {
    crowd(Toasts::Hangs, "crowd-hangs").await
}

#[tokio::test]
async fn while_one_vendor_hangs_the_others_go_on() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "quiet").await?;
    Desktop::plan()
        .toasts(Toasts::Nobody)
        .run("hanging-vendor", async |desktop| {
            let service = sandbox.connect_kept(&desktop.cli()?).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(LONG, "is healthy").await?;
            sandbox.post("/faults", &json!({"kind": "hang_before", "vendor": "circleci"})).await?;
            // The pipeline is running, so CircleCI is read; it never releases, which would start new dynos.
            sandbox.post("/world", &json!({"hold": {"service": service, "held": true}})).await?;
            sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
            wait_within(LONG, "a call that hangs", async || {
                let faults = sandbox.get("/faults").await?;
                Ok((faults["rules"][0]["fired"].as_u64() > Some(0)).then_some(()))
            })
            .await?;
            live(&window).await?;
            // GitHub and Heroku are read in the meantime.
            let number = sandbox.open_ready(&service).await?;
            sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-production"), "state": "crashed"}})).await?;
            window.shows_within(LONG, "Production is hurt").await?;
            live(&window).await?;
            wait_within(LONG, "the pull request", async || {
                Ok(window.names("button", Named::Starting(&format!("Pull request {number}, "))).await?.into_iter().next())
            })
            .await?;
            Ok(())
        })
        .await
}
