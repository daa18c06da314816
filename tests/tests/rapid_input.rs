//! Fast clicks and held keys in the real window: nothing is sent that was not shown, and nothing twice. Keys and
//! clicks come from the display, like a person's.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Desktop, Input, Named, SandboxProcess, Toasts, Window, keys, wait_for, wait_within};
use std::time::Duration;
use thirtyfour::{Key, WebElement};

const LONG: Duration = Duration::from_secs(60);
/// Key repeats that a test waits for: about two seconds of a held key.
const REPEATS: u64 = 40;

struct Fixture<'a> {
    sandbox: &'a SandboxProcess,
    window: Window,
    input: Input,
    service: String,
}

/// The window on a sandbox with `count` pull requests of this test, all ready.
async fn stand<'a>(desktop: &Desktop, sandbox: &'a SandboxProcess, count: usize) -> Result<(Fixture<'a>, Vec<u64>)> {
    let service = sandbox.connect_kept(&desktop.cli()?).await?;
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(sandbox.open_ready(&service).await?);
    }
    let window = desktop.open(&[]).await?;
    window.evaluate(COUNT, vec![]).await?;
    let fixture = Fixture { sandbox, window, input: desktop.input()?, service };
    Ok((fixture, numbers))
}

/// Counts repeated keys and clicks before any other listener gets them.
const COUNT: &str = "\
    window.heard = { repeats: 0, clicks: 0 };
    addEventListener('keydown', (event) => { if (event.repeat) heard.repeats++; }, true);
    addEventListener('mouseup', () => { heard.clicks++; }, true);";

impl Fixture<'_> {
    async fn heard(&self, what: &str) -> Result<u64> {
        let count = self.window.evaluate("return heard[arguments[0]]", vec![json!(what)]).await?;
        count.as_u64().context("a count")
    }

    /// Waits until this many more have reached the page.
    async fn hears(&self, what: &str, more: u64) -> Result<()> {
        let before = self.heard(what).await?;
        wait_for(&format!("{more} more {what}"), async || Ok((self.heard(what).await? >= before + more).then_some(()))).await
    }

    /// Clicks at the pointer, and waits until the page has received the clicks.
    async fn clicks(&self, count: usize) -> Result<()> {
        let before = self.heard("clicks").await?;
        self.input.clicks(count)?;
        wait_for("the clicks", async || Ok((self.heard("clicks").await? >= before + count as u64).then_some(()))).await
    }

    /// The merge button of a pull request, with its row selected.
    async fn button(&self, number: u64) -> Result<WebElement> {
        let row = format!("Pull request {number}, ");
        wait_within(LONG, &format!("{row} ready"), async || {
            let rows = self.window.names("button", Named::Starting(&row)).await?;
            Ok(rows.iter().any(|name| name.contains(", ready")).then_some(()))
        })
        .await?;
        self.window.click("button", Named::Starting(&row)).await?;
        self.window.get("button", Named::Exactly(&format!("Merge #{number}"))).await
    }

    /// The confirm button, once its plan can be confirmed.
    async fn confirm(&self, number: u64) -> Result<WebElement> {
        self.window.get("group", Named::Exactly(&format!("Merge plan of #{number}"))).await?;
        wait_for("a plan that may be confirmed", async || {
            let found = self.window.all("button", Named::Exactly(&format!("Merge #{number}"))).await?.into_iter().next();
            let Some((element, _)) = found else { return Ok(None) };
            let blocked = element.attr("aria-disabled").await?;
            Ok((blocked.as_deref() != Some("true")).then_some(element))
        })
        .await
    }

    /// Moves the pointer onto it.
    async fn point_at(&self, element: &WebElement) -> Result<()> {
        let middle =
            "const box = arguments[0].getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round)";
        let at = self.window.evaluate(middle, vec![element.to_json()?]).await?;
        let whole = |value: &Value| -> Result<i16> { Ok(i16::try_from(value.as_i64().context("a number")?)?) };
        self.input.point(whole(&at[0])?, whole(&at[1])?)
    }

    async fn merges(&self) -> Result<Vec<(String, u64, u64)>> {
        self.sandbox.mutations("merge").await
    }

    /// Exactly these have been merged, each requested once.
    async fn merged(&self, numbers: &[u64]) -> Result<()> {
        let wanted: Vec<String> = numbers.iter().map(|number| format!("#{number}")).collect();
        let merges = wait_within(LONG, "the merge", async || {
            let merges = self.merges().await?;
            Ok((merges.iter().map(|m| m.2).sum::<u64>() >= numbers.len() as u64).then_some(merges))
        })
        .await?;
        let exact = merges.len() == wanted.len()
            && merges.iter().all(|m| wanted.iter().any(|number| m.0.ends_with(number)) && (m.1, m.2) == (1, 1));
        ensure!(exact, "wanted {wanted:?} once each, there were {merges:?}");
        Ok(())
    }

    async fn nothing_sent(&self) -> Result<()> {
        let merges = self.merges().await?;
        ensure!(merges.is_empty(), "nobody has read this plan: {merges:?}");
        Ok(())
    }
}

fn plan() -> slipway_tests::DesktopPlan {
    Desktop::plan().toasts(Toasts::Nobody)
}

#[tokio::test]
async fn clicks_in_a_row_confirm_once_and_only_what_was_shown() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    plan()
        .run("clicks", async |desktop| {
            let (fixture, numbers) = stand(desktop, &sandbox, 1).await?;
            let number = numbers[0];
            // Many clicks on the button that opens the plan: it is shown, and they do not confirm it.
            let button = fixture.button(number).await?;
            fixture.point_at(&button).await?;
            fixture.clicks(6).await?;
            let confirm = fixture.confirm(number).await?;
            fixture.nothing_sent().await?;
            // Many clicks on the confirm button while the network is slow.
            sandbox.post("/faults", &json!({"kind": "latency", "ms": 3000, "calls": "writes"})).await?;
            fixture.point_at(&confirm).await?;
            fixture.clicks(8).await?;
            fixture.merged(&[number]).await?;
            fixture.window.shows_within(LONG, "Merge succeeded").await?;
            fixture.merged(&[number]).await
        })
        .await
}

/// The position of a recovery button in every frame, and how often a plan was read; the first reads fail.
const STAND: &str = "\
    window.stood = { places: [], plans: 0, spoilt: arguments[0] };
    const fetched = window.fetch;
    window.fetch = (...asked) => {
        if (new URL(asked[0].url ?? asked[0]).pathname === '/plan' && ++stood.plans <= stood.spoilt) {
            const said = JSON.stringify({ kind: 'unreachable', message: 'Heroku does not answer' });
            return Promise.resolve(new Response(said, { headers: { 'Tauri-Response': 'error', 'Content-Type': 'application/json' } }));
        }
        return fetched(...asked);
    };
    const look = () => {
        const button = document.querySelector('[role=group][aria-label^=\\'Roll back\\'] button');
        if (button) {
            const { x, y, width, height } = button.getBoundingClientRect();
            const place = [x, y, width, height].map(Math.round).join(' ');
            if (stood.places.at(-1) !== place) stood.places.push(place);
        }
        requestAnimationFrame(look);
    };
    look();";

#[tokio::test]
async fn the_ways_out_stay_where_they_are() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    plan()
        .run("ways", async |desktop| {
            let (fixture, _) = stand(desktop, &sandbox, 0).await?;
            let service = &fixture.service;
            fixture.window.evaluate(STAND, vec![json!(0)]).await?;
            sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-production"), "state": "crashed"}})).await?;
            fixture.window.shows_within(LONG, "Production is hurt").await?;
            fixture.window.confirmable(Named::Starting("Roll back production")).await?;
            // Other events change what the window is told, but not the position of the button.
            for _ in 0..3 {
                let number = sandbox.open_ready(service).await?;
                fixture.window.invoke("refresh", &json!({"service": null})).await?.ok();
                fixture.window.get("button", Named::Starting(&format!("Pull request {number}, "))).await?;
            }
            fixture.window.shows(" leave").await?;
            let stood = fixture.window.evaluate("return stood", vec![]).await?;
            ensure!(stood["places"].as_array().is_some_and(|places| places.len() == 1), "the button stood at {stood}");
            ensure!(stood["plans"].as_u64().is_some_and(|plans| (1..=2).contains(&plans)), "plans were read: {stood}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_way_out_that_could_not_be_planned_is_planned_again() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    plan()
        .run("ways-again", async |desktop| {
            let (fixture, _) = stand(desktop, &sandbox, 0).await?;
            let service = &fixture.service;
            fixture.window.evaluate(STAND, vec![json!(2)]).await?;
            sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-production"), "state": "crashed"}})).await?;
            fixture.window.shows_within(LONG, "Heroku does not answer").await?;
            sandbox.open_ready(service).await?;
            fixture.window.invoke("refresh", &json!({"service": null})).await?.ok();
            fixture.window.shows_within(LONG, " leave").await
        })
        .await
}

#[tokio::test]
async fn a_held_key_confirms_once_and_never_what_it_opened() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    plan()
        .run("held", async |desktop| {
            let (fixture, numbers) = stand(desktop, &sandbox, 2).await?;
            // Enter opens the plan and the focus moves to the confirm button while Enter is still down.
            fixture.button(numbers[0]).await?;
            let focus = "arguments[0].focus()";
            let button = fixture.button(numbers[0]).await?;
            fixture.window.evaluate(focus, vec![button.to_json()?]).await?;
            fixture.input.hold(&[keys::ENTER])?;
            fixture.confirm(numbers[0]).await?;
            fixture.hears("repeats", REPEATS).await?;
            fixture.nothing_sent().await?;
            let (role, name) = fixture.window.focus().await?;
            ensure!(role == "button" && name.starts_with("Merge #"), "the key had nothing to press: {role} {name}");
            fixture.input.release(&[keys::ENTER])?;
            // Pressed again it confirms; held, it does so once.
            sandbox.post("/faults", &json!({"kind": "latency", "ms": 3000, "calls": "writes"})).await?;
            fixture.input.hold(&[keys::ENTER])?;
            fixture.hears("repeats", REPEATS).await?;
            fixture.merged(&[numbers[0]]).await?;
            fixture.input.release(&[keys::ENTER])?;
            // The same with both keys, after the list has stopped moving.
            fixture.window.press(Key::Escape).await?;
            fixture.window.gone("dialog", Named::Anything).await?;
            fixture.window.gone("button", Named::Starting(&format!("Pull request {}, ", numbers[0]))).await?;
            fixture.button(numbers[1]).await?.click().await?;
            fixture.confirm(numbers[1]).await?;
            let chord = [keys::CONTROL, keys::ENTER];
            fixture.input.hold(&chord)?;
            fixture.hears("repeats", REPEATS).await?;
            fixture.merged(&numbers).await?;
            fixture.input.release(&chord)?;
            fixture.window.shows_within(LONG, "Merge succeeded").await?;
            fixture.merged(&numbers).await
        })
        .await
}

#[tokio::test]
async fn a_plan_that_has_changed_waits_for_another_consent() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    plan()
        .run("stale", async |desktop| {
            let (fixture, numbers) = stand(desktop, &sandbox, 1).await?;
            let (window, number) = (&fixture.window, numbers[0]);
            let chord = [keys::CONTROL, keys::ENTER];
            fixture.button(number).await?.click().await?;
            fixture.confirm(number).await?;
            // Held down.
            let head = push(&fixture, number).await?;
            fixture.input.hold(&chord)?;
            window.shows("Nothing was sent").await?;
            window.shows(&head[..7]).await?;
            fixture.hears("repeats", REPEATS).await?;
            fixture.input.release(&chord)?;
            fixture.nothing_sent().await?;
            // Pressed repeatedly, by keys without the repeat flag and by clicks.
            fixture.confirm(number).await?;
            let head = push(&fixture, number).await?;
            for _ in 0..12 {
                window.press_with(&[Key::Control], Key::Enter).await?;
            }
            window.shows(&head[..7]).await?;
            fixture.nothing_sent().await?;
            let confirm = fixture.confirm(number).await?;
            let head = push(&fixture, number).await?;
            fixture.point_at(&confirm).await?;
            wait_for("the new plan", async || {
                fixture.clicks(2).await?;
                Ok(window.text().await?.contains(&head[..7]).then_some(()))
            })
            .await?;
            fixture.clicks(4).await?;
            fixture.nothing_sent().await?;
            // Then it is read and confirmed.
            fixture.confirm(number).await?;
            window.press_with(&[Key::Control], Key::Enter).await?;
            fixture.merged(&[number]).await?;
            let truth = sandbox.truth().await?;
            let pulls = truth["world"]["services"][0]["pull_requests"].as_array().cloned().unwrap_or_default();
            let merged = pulls.iter().find(|pull| pull["number"] == number).context("the pull request")?;
            ensure!(merged["state"] == "merged" && merged["head_sha"] == head.as_str(), "{merged}");
            Ok(())
        })
        .await
}

/// Another person pushes; the new head is as ready as the old one.
async fn push(fixture: &Fixture<'_>, number: u64) -> Result<String> {
    let of = json!({"service": fixture.service, "number": number});
    let done = fixture.sandbox.post("/world", &json!({"push": of})).await?;
    fixture.sandbox.post("/world", &json!({"make_ready": of})).await?;
    Ok(done["push"]["head_sha"].as_str().context("a head")?.to_owned())
}

#[tokio::test]
async fn a_list_that_moves_under_the_pointer_changes_no_target() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    plan()
        .run("moving", async |desktop| {
            let (fixture, numbers) = stand(desktop, &sandbox, 4).await?;
            let (window, wanted) = (&fixture.window, numbers[1]);
            let button = fixture.button(wanted).await?;
            fixture.point_at(&button).await?;
            // Intermediary press and release of the button one row above is merged, and others are added.
            fixture.input.button_down()?;
            change(&fixture, numbers[3]).await?;
            let before = fixture.heard("clicks").await?;
            fixture.input.button_up()?;
            wait_for("the click", async || Ok((fixture.heard("clicks").await? > before).then_some(()))).await?;
            fixture.nothing_sent().await?;
            // Wherever the click landed: this is the plan of the wanted pull request.
            if window.all("group", Named::Exactly(&format!("Merge plan of #{wanted}"))).await?.is_empty() {
                fixture.button(wanted).await?.click().await?;
            }
            let confirm = fixture.confirm(wanted).await?;
            // The same again between showing the plan and confirming it, with the pointer at rest.
            fixture.point_at(&confirm).await?;
            change(&fixture, numbers[2]).await?;
            fixture.clicks(3).await?;
            let merges = fixture.merges().await?;
            ensure!(merges.iter().all(|m| m.0.ends_with(&format!("#{wanted}"))), "not what was shown: {merges:?}");
            if merges.is_empty() {
                // The clicks hit another row, which closed the plan, or hit the button too early.
                if window.all("group", Named::Exactly(&format!("Merge plan of #{wanted}"))).await?.is_empty() {
                    fixture.button(wanted).await?.click().await?;
                }
                fixture.confirm(wanted).await?;
                window.press_with(&[Key::Control], Key::Enter).await?;
            }
            fixture.merged(&[wanted]).await
        })
        .await
}

#[tokio::test]
async fn the_plan_of_what_has_gone_is_put_away() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    plan()
        .run("gone", async |desktop| {
            let (fixture, numbers) = stand(desktop, &sandbox, 2).await?;
            fixture.button(numbers[1]).await?.click().await?;
            fixture.confirm(numbers[1]).await?;
            change(&fixture, numbers[1]).await?;
            // The confirm keys do nothing any more, and M opens the plan of the next one.
            fixture.window.press_with(&[Key::Control], Key::Enter).await?;
            fixture.window.press("m").await?;
            fixture.window.get("group", Named::Starting("Merge plan of #")).await?;
            fixture.nothing_sent().await
        })
        .await
}

/// Another person merges `number` and opens three more, and the window shows it.
async fn change(fixture: &Fixture<'_>, number: u64) -> Result<()> {
    let row = format!("Pull request {number}, ");
    fixture.window.get("button", Named::Starting(&row)).await?;
    fixture.sandbox.post("/world", &json!({"merge": {"service": fixture.service, "number": number}})).await?;
    for _ in 0..3 {
        fixture.sandbox.open_ready(&fixture.service).await?;
    }
    fixture.window.evaluate("void window.__TAURI_INTERNALS__.invoke('refresh', { service: null })", vec![]).await?;
    wait_within(LONG, "the list to move", async || Ok(fixture.window.all("button", Named::Starting(&row)).await?.is_empty().then_some(())))
        .await
}
