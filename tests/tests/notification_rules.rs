//! The rules of notifications in the real window: set by visible names, obeyed on a real bus. Each kind, each setting
//! and quiet hours, with a clock that the test sets: `src-tauri/src/notify/on_a_bus_test.rs`.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Toasts, Window, wait_within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(100);

async fn alerts(window: &Window) -> Result<()> {
    window.click("button", Named::Exactly("Settings")).await?;
    window.click("button", Named::Exactly("Alerts")).await?;
    window.get("table", Named::Containing("What is told about all services")).await.map(drop)
}

async fn notifications(window: &Window) -> Result<Value> {
    let world = window.invoke("world", &json!({})).await?;
    Ok(world.map_err(|error| anyhow::anyhow!("{error}"))?["notifications"].clone())
}

async fn crash(sandbox: &SandboxProcess, service: &str) -> Result<()> {
    sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-production"), "state": "crashed"}})).await?;
    Ok(())
}

async fn fail_pipeline(sandbox: &SandboxProcess, service: &str) -> Result<()> {
    sandbox.post("/world", &json!({"fail_next": {"service": service, "job": "integration"}})).await?;
    sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
    Ok(())
}

#[tokio::test]
async fn a_rule_is_obeyed_and_what_is_locked_cannot_be_turned_off() -> Result<()> {
    let sandbox = SandboxProcess::start(8, "healthy").await?;
    let plan = Desktop::plan().toasts(Toasts::Harness).with_tray();
    plan.run("rules", async |desktop| {
        let service = sandbox.connect_kept(&desktop.cli()?).await?;
        let window = desktop.open(&[]).await?;
        window.shows("is healthy").await?;
        alerts(&window).await?;
        let mut album = Album::open("rules")?;
        album.keep("alerts", &window.picture().await?).await?;
        window.click("checkbox", Named::Exactly("Failed on main: Notify")).await?;
        window.shows("Saved: Failed on main, notify off.").await?;
        window.get("img", Named::Exactly("Hurt, and recovered, Notify: always on, cannot be changed")).await?;
        ensure!(window.names("checkbox", Named::Exactly("Hurt, and recovered: Notify")).await?.is_empty());
        for (notify, whose) in [(false, "all"), (true, "mine"), (false, "mine")] {
            for of in [Value::Null, json!(service)] {
                let rule = json!({"notify": notify, "sound": true, "whose": whose});
                let refused = window.invoke("set_notification_rule", &json!({"service": of, "kind": "hurt", "rule": rule})).await?;
                let error = refused.err().context("a locked rule was taken")?;
                ensure!(error["code"] == "denied" && error["message"].as_str().is_some_and(|said| said.contains("always told")), "{error}");
            }
        }
        let rules = notifications(&window).await?["settings"]["rules"].clone();
        ensure!(rules["hurt"]["notify"] == true && rules["pipeline_failed"]["notify"] == false, "{rules}");

        fail_pipeline(&sandbox, &service).await?;
        wait_within(PATIENCE, "the tray to show the failure", async || {
            Ok((desktop.tray()?.picture().await?.as_deref() == Some("trouble")).then_some(()))
        })
        .await?;
        crash(&sandbox, &service).await?;
        let hurt = desktop.toast("hurt", |toast| toast.title.starts_with("Hurt: ")).await?;
        ensure!(hurt.hints.contains_key("sound-name") && hurt.hints.get("urgency").is_some_and(|u| u == "2"), "{hurt:?}");
        let others: Vec<_> = desktop.toasts().into_iter().filter(|toast| !toast.title.starts_with("Hurt: ")).collect();
        ensure!(others.is_empty(), "a rule that is off was told: {others:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn quiet_hours_and_mute_are_in_the_tray_and_survive_a_restart() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .with_tray()
        .run("quiet", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let window = desktop.open(&[]).await?;
            window.shows("is healthy").await?;
            in_tray(desktop, "Quiet hours: off").await?;
            in_tray(desktop, "Mute for 1 hour; production alerts still come").await?;
            desktop.tray()?.click("Quiet hours").await?;
            window.get("table", Named::Containing("What is told about all services")).await?;
            window.click("switch", Named::Exactly("Quiet hours")).await?;
            window.shows("Saved: quiet hours on.").await?;
            in_tray(desktop, "Quiet hours 19:00 to 08:00: on").await?;
            let equal = json!({"quietHours": {"on": true, "from": "08:00", "to": "08:00", "weekends": false}});
            ensure!(window.invoke("set_quiet_hours", &equal).await?.is_err());
            window.click("button", Named::Exactly("Mute for 1 hour")).await?;
            in_tray(desktop, "Unmute (muted until").await?;
            desktop.kill_slipway().await?;
            desktop.open(&[]).await?.shows("is healthy").await?;
            in_tray(desktop, "Quiet hours 19:00 to 08:00: on").await?;
            in_tray(desktop, "Mute for 1 hour").await
        })
        .await
}

async fn in_tray(desktop: &Desktop, words: &str) -> Result<()> {
    wait_within(PATIENCE, words, async || {
        let shown = desktop.tray()?.words().await?;
        if shown.iter().any(|line| line.starts_with(words)) { Ok(Some(())) } else { anyhow::bail!("{shown:?}") }
    })
    .await
}

#[tokio::test]
async fn my_pull_request_is_told_when_it_is_live_and_anothers_is_not() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Harness)
        .run("live", async |desktop| {
            let service = sandbox.connect_kept(&desktop.cli()?).await?;
            let window = desktop.open(&[]).await?;
            window.shows("is healthy").await?;
            alerts(&window).await?;
            window.click("checkbox", Named::Exactly("PR is live: Notify")).await?;
            window.shows("Saved: PR is live, notify on.").await?;
            let me =
                wait_within(PATIENCE, "who I am", async || Ok(notifications(&window).await?["me"][0].as_str().map(str::to_owned))).await?;
            let mut numbers = Vec::new();
            for author in ["somebody-else", &me] {
                let opened = json!({"open_pull": {"service": service, "ready": true, "login": author}});
                let opened = sandbox.post("/world", &opened).await?;
                numbers.push(opened["open_pull"]["pull_request"].as_u64().context("a number")?);
            }
            let [others, mine] = numbers[..] else { anyhow::bail!("{numbers:?}") };
            for number in [others, mine] {
                desktop.cli()?.run(&["merge", &service, &number.to_string(), "--yes"]).await?.expect(0)?;
            }
            let (title, long) = (format!("Your PR is live: {service} #{mine}"), Duration::from_secs(180));
            wait_within(long, &title, async || {
                // Read now, and not when a quiet service is due.
                let refreshed = window.invoke("refresh", &json!({"service": service})).await?;
                refreshed.map_err(|error| anyhow::anyhow!("{error}"))?;
                let toasts = desktop.toasts();
                if toasts.iter().any(|toast| toast.title == title) {
                    return Ok(Some(()));
                }
                let world = window.invoke("world", &json!({})).await?.map_err(|error| anyhow::anyhow!("{error}"))?;
                let (shop, rules) = (&world["snapshot"]["services"][0], &world["notifications"]["settings"]["rules"]);
                let brought: Vec<&Value> = shop["environments"][1]["releases"].as_array().into_iter().flatten().take(3).collect();
                anyhow::bail!("{toasts:?}; {}; {brought:?}; {}", rules["pull_request_live"], shop["main"][0])
            })
            .await?;
            let about_others = format!("#{others}");
            ensure!(desktop.toasts().iter().all(|toast| !toast.title.contains(&about_others)), "{:?}", desktop.toasts());
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_test_says_who_took_it_or_what_to_do() -> Result<()> {
    for (toasts, said) in [
        (Toasts::Dunst, "dunst 1."),
        (Toasts::Harness, "harness 1 took it"),
        (Toasts::Nobody, "No notification server answers on this desktop"),
        (Toasts::Hangs, "The notification server does not answer"),
    ] {
        Desktop::plan()
            .toasts(toasts)
            .run("notification-test", async |desktop| {
                let window = desktop.open(&["--sandbox"]).await?;
                alerts(&window).await?;
                window.click("button", Named::Exactly("Send a test")).await?;
                window.shows_within(Duration::from_secs(30), said).await?;
                if matches!(toasts, Toasts::Dunst | Toasts::Harness) {
                    desktop.toast("the test", |toast| toast.title.ends_with("production (test)")).await?;
                    window.shows("If you see nothing, look for Do Not Disturb").await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_switch_of_an_earlier_version_is_taken_over_and_that_is_said_once() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .run("switch", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let earlier = json!({"theme": "dark", "single_keys": true, "notifications": false}).to_string();
            let cache = rusqlite::Connection::open(desktop.data_folder().join("cache.db"))?;
            cache.execute("INSERT OR REPLACE INTO setting(key, value) VALUES('window', ?1)", [earlier])?;
            drop(cache);
            let window = desktop.open(&[]).await?;
            window.shows("Notifications were off.").await?;
            let rules = notifications(&window).await?["settings"]["rules"].clone();
            let on: Vec<&String> =
                rules.as_object().context("rules")?.iter().filter(|(_, rule)| rule["notify"] == true).map(|(kind, _)| kind).collect();
            let mut on = on;
            on.sort();
            ensure!(on == ["hurt", "pin_violated", "watch_bad"], "what is locked stays on: {on:?}");
            Ok(())
        })
        .await
}
