//! Keys of each screen, pressed in the real window: what each opens, where the focus is then, and that no key changes
//! anything by itself.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_secs(90);

/// The focused element, and what the window has said last.
const STATE: &str = "\
    const said = document.querySelector('[role=status][aria-label=\"What was done\"]')?.textContent ?? '';
    const { activeElement: at } = document;
    // What the whole page says changes with the clock.
    const name = at === document.body ? 'the page' : at?.getAttribute('aria-label') ?? at?.textContent ?? '';
    return { tag: at?.tagName ?? null, name, said };";

async fn state(window: &Window) -> Result<Value> {
    window.evaluate(STATE, vec![]).await
}

/// Keys of a page, sent together: the second letter of a chord must come within 1.2 s.
async fn press(window: &Window, keys: &str, held: &[Key]) -> Result<()> {
    window.press_with(held, keys.split(' ').collect::<String>()).await
}

async fn holds(window: &Window, what: &str, probe: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let held = wait_within(PATIENCE, what, async || Ok(probe().await?.then_some(()))).await;
    match held {
        Ok(()) => Ok(()),
        Err(error) => {
            anyhow::bail!("{error:#}\nfocus and last words: {}\nthe window shows:\n{}", state(window).await?, window.outline().await?)
        }
    }
}

/// The keys lead to a page, which is said, and whose heading has the focus.
async fn leads_to(window: &Window, keys: &str, held: &[Key], said: &str) -> Result<()> {
    press(window, keys, held).await?;
    holds(window, &format!("{keys} to lead to {said}"), async || {
        let now = state(window).await?;
        Ok(now["tag"] == "H1" && now["said"].as_str().is_some_and(|words| words.starts_with(said)))
    })
    .await
}

/// The keys open a dialog of this name; Escape closes it, and the focus is where it was before.
async fn opens(window: &Window, keys: &str, held: &[Key], name: Named<'_>) -> Result<()> {
    let before = state(window).await?;
    press(window, keys, held).await?;
    window.get("dialog", name).await.with_context(|| format!("{keys} opens it"))?;
    holds(window, "the focus to be in the dialog", async || {
        Ok(window.evaluate("return document.querySelector('dialog:modal')?.contains(document.activeElement) === true", vec![]).await?
            == true)
    })
    .await?;
    window.press(Key::Escape).await?;
    window.gone("dialog", Named::Anything).await?;
    holds(window, &format!("the focus to be back after {keys}"), async || Ok(state(window).await?["name"] == before["name"])).await
}

/// The keys give the focus to something of this role and name.
async fn focuses(window: &Window, keys: impl Into<thirtyfour::TypingData>, held: &[Key], role: &str, name: &str) -> Result<()> {
    window.press_with(held, keys).await?;
    holds(window, &format!("the focus on {role} {name}"), async || {
        let (at, called) = window.focus().await?;
        Ok(at == role && called.starts_with(name))
    })
    .await
}

/// A key that cannot act says why.
async fn says(window: &Window, keys: &str, held: &[Key], words: &str) -> Result<()> {
    press(window, keys, held).await?;
    holds(window, &format!("{keys} to say {words}"), async || {
        let texts = "return [...document.querySelectorAll('[role=status], [aria-live]')].map((one) => one.textContent).join('\\n')";
        Ok(window.evaluate(texts, vec![]).await?.as_str().is_some_and(|said| said.contains(words)))
    })
    .await
}

async fn places(window: &Window, services: &[String]) -> Result<()> {
    for (keys, held, said) in [
        ("0", &[Key::Alt] as &[Key], "All services"),
        ("g f", &[], "Flow of "),
        ("g a", &[], "All services"),
        ("g i", &[], "Inbox"),
        ("g r", &[], "Incidents"),
        ("g j", &[], "Journal"),
        ("g s", &[], "Settings"),
    ] {
        leads_to(window, keys, held, said).await?;
    }
    // By urgency, which changes, also between two keys: each number leads to a service of its own.
    let mut wanted = services.to_vec();
    wanted.sort();
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.clear();
        for number in 1..=services.len() {
            leads_to(window, &number.to_string(), &[Key::Alt], "Flow of ").await?;
            seen.push(state(window).await?["said"].as_str().unwrap_or_default().replace("Flow of ", ""));
        }
        seen.sort();
        if seen == wanted {
            break;
        }
    }
    ensure!(seen == wanted, "Alt 1 to {} lead to {seen:?}, not to {wanted:?}", services.len());
    opens(window, "k", &[Key::Control], Named::Starting("Find a PR")).await?;
    opens(window, "?", &[], Named::Exactly("All keys")).await?;
    let before = state(window).await?;
    window.press(Key::F6).await?;
    holds(window, "F6 to go to another region", async || Ok(state(window).await?["name"] != before["name"])).await
}

/// Opens the Flow of this service, whatever number it has.
async fn flow_of(window: &Window, service: &str) -> Result<()> {
    press(window, "k", &[Key::Control]).await?;
    window.fill("combobox", Named::Starting("Find"), service).await?;
    window.get("option", Named::Starting(service)).await?;
    window.press(Key::Enter).await?;
    window.gone("dialog", Named::Anything).await?;
    leads_to(window, "g i", &[], "Inbox").await?;
    leads_to(window, "g f", &[], &format!("Flow of {service}")).await
}

async fn board(window: &Window) -> Result<()> {
    leads_to(window, "g a", &[], "All services").await?;
    let row = async || Ok::<_, anyhow::Error>(window.evaluate("return document.activeElement?.dataset?.stop ?? null", vec![]).await?);
    window.press("j").await?;
    holds(window, "J to go to a row", async || Ok(!row().await?.is_null())).await?;
    // It began at the service that was opened last, which may be the last row.
    window.press(Key::Home).await?;
    let first = window.evaluate("return document.querySelector('[data-stop^=\"service \"]').dataset.stop", vec![]).await?;
    holds(window, "Home to go to the first row", async || Ok(row().await? == first)).await?;
    window.press("j").await?;
    holds(window, "J to go on", async || Ok(row().await? != first)).await?;
    window.press("k").await?;
    holds(window, "K to go back", async || Ok(row().await? == first)).await?;
    focuses(window, "/", &[], "searchbox", "").await?;
    window.press(Key::Escape).await?;
    holds(window, "the focus in a row again", async || Ok(!row().await?.is_null())).await?;
    window.press(Key::Enter).await?;
    window.get("region", Named::Exactly("Ready")).await.map(drop)
}

async fn flow(window: &Window, service: &str, number: u64) -> Result<()> {
    flow_of(window, service).await?;
    wait_within(LONG, "a pull request that is ready", async || {
        let rows = window.names("button", Named::Starting(&format!("Pull request {number}, "))).await?;
        Ok(rows.iter().any(|name| name.contains(", ready")).then_some(()))
    })
    .await?;
    window.press("j").await?;
    holds(window, "J to choose a pull request", async || Ok(window.focus().await?.1.starts_with("Pull request "))).await?;
    let first = window.focus().await?;
    window.press("j").await?;
    holds(window, "J to choose the next", async || Ok(window.focus().await? != first)).await?;
    window.press("k").await?;
    holds(window, "K to choose the one before", async || Ok(window.focus().await? == first)).await?;
    window.click("button", Named::Starting(&format!("Pull request {number}, "))).await?;
    window.press("m").await?;
    let plan = format!("Merge plan of #{number}");
    window.get("group", Named::Exactly(&plan)).await?;
    window.press(Key::Escape).await?;
    window.gone("group", Named::Exactly(&plan)).await?;
    holds(window, "the focus in the row again", async || Ok(window.focus().await?.1.starts_with("Pull request "))).await?;
    says(window, "u", &[], "is not behind").await?;
    let drawer = format!("Pull request {number}, ");
    window.press(Key::Enter).await?;
    window.get("dialog", Named::Starting(&drawer)).await?;
    says(window, "m", &[Key::Shift], "cannot be merged when ready").await?;
    says(window, "v", &[], "is not merged").await?;
    window.press(Key::Escape).await?;
    window.gone("dialog", Named::Anything).await?;
    focuses(window, "/", &[], "searchbox", "Filter by").await?;
    window.press(Key::Escape).await?;
    opens(window, "r", &[], Named::Containing("oll back")).await?;
    // What production runs brought is read after it is shown.
    window.shows_within(LONG, "Brought").await?;
    opens(window, "v", &[], Named::Containing("evert")).await
}

/// A pipeline that waits, and one that failed.
async fn pipelines(window: &Window, sandbox: &SandboxProcess, service: &str) -> Result<()> {
    sandbox.post("/world", &json!({"holds": {"service": service, "names": ["approve-release"]}})).await?;
    sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
    window.shows_within(LONG, "approve-release").await?;
    wait_within(LONG, "an approval that may be given", async || Ok(window.names("button", Named::Starting("Approve #")).await?.pop()))
        .await?;
    opens(window, "h", &[], Named::Starting("Approve ")).await?;
    opens(window, "x", &[], Named::Starting("Cancel ")).await?;
    leads_to(window, "p", &[], "Pipelines of ").await?;
    opens(window, "h", &[], Named::Starting("Approve ")).await?;
    opens(window, "x", &[], Named::Starting("Cancel ")).await?;
    let shown = async || Ok::<_, anyhow::Error>(window.names("button", Named::Containing(". Choose another")).await?);
    let newest = shown().await?;
    window.press("j").await?;
    holds(window, "J to show an older pipeline", async || Ok(shown().await? != newest)).await?;
    window.press("k").await?;
    holds(window, "K to show the newer one", async || Ok(shown().await? == newest)).await
}

async fn timeline(window: &Window) -> Result<()> {
    leads_to(window, "t", &[], "Timeline of ").await?;
    let zoom = async || {
        let chosen = "return document.querySelector('[role=radiogroup][aria-label=Zoom] [aria-checked=true]')?.textContent ?? ''";
        window.evaluate(chosen, vec![]).await
    };
    let first = zoom().await?;
    window.press("-").await?;
    holds(window, "− to show more", async || Ok(zoom().await? != first)).await?;
    window.press("+").await?;
    holds(window, "+ to show as much as before", async || Ok(zoom().await? == first)).await?;
    press(window, "- -", &[]).await?;
    let frame = async || {
        let value = "return document.querySelector('[role=slider]')?.getAttribute('aria-valuetext') ?? null";
        window.evaluate(value, vec![]).await
    };
    holds(window, "a frame", async || Ok(!frame().await?.is_null())).await?;
    let newest = frame().await?;
    window.press_with(&[Key::Shift], Key::Left).await?;
    holds(window, "Shift ← to move the frame", async || Ok(frame().await? != newest)).await?;
    let earlier = frame().await?;
    window.press_with(&[Key::Shift], Key::Right).await?;
    holds(window, "Shift → to move it back", async || Ok(frame().await? != earlier)).await?;
    window.press("0").await?;
    holds(window, "0 to show the present", async || Ok(frame().await? == newest)).await?;
    window.press_with(&[Key::Shift], "t").await?;
    holds(window, "Shift T to show the table alone", async || Ok(frame().await?.is_null())).await?;
    window.get("table", Named::Containing("as a table")).await?;
    window.press_with(&[Key::Shift], "t").await?;
    holds(window, "Shift T to show the drawing again", async || Ok(!frame().await?.is_null())).await
}

/// One item that waits for an approval: done, taken back, put off, and at last approved by Ctrl Enter.
async fn inbox(window: &Window, sandbox: &SandboxProcess, changes: u64) -> Result<()> {
    leads_to(window, "g i", &[], "Inbox").await?;
    window.get("option", Named::Containing("aits for approval")).await?;
    window.press("j").await?;
    window.press("k").await?;
    opens(window, "b", &[], Named::Exactly("Remind me")).await?;
    window.press("e").await?;
    window.shows("Done:").await?;
    window.press("z").await?;
    window.get("option", Named::Containing("aits for approval")).await?;
    window.press_with(&[Key::Shift], "e").await?;
    window.shows("Done:").await?;
    window.press("z").await?;
    window.get("option", Named::Containing("aits for approval")).await?;
    window.shows("and again when you confirm").await?;
    ensure!(sandbox.changes().await? == changes, "a key changed something by itself");
    window.press_with(&[Key::Control], Key::Enter).await?;
    wait_within(LONG, "the approval", async || Ok((sandbox.changes().await? > changes).then_some(()))).await
}

async fn rerun(window: &Window, sandbox: &SandboxProcess, service: &str) -> Result<()> {
    sandbox.post("/world", &json!({"holds": {"service": service, "names": []}})).await?;
    sandbox.post("/world", &json!({"fail_next": {"service": service, "job": "integration"}})).await?;
    sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
    flow_of(window, service).await?;
    leads_to(window, "p", &[], "Pipelines of ").await?;
    // What is furthest on is shown first, and the one that fails is the newest.
    wait_within(LONG, "a pipeline that failed", async || {
        window.press("k").await?;
        let found = window.all("button", Named::Starting("Rerun from failed #")).await?;
        let Some((button, _)) = found.first() else { return Ok(None) };
        Ok((button.attr("aria-disabled").await?.as_deref() != Some("true")).then_some(()))
    })
    .await?;
    opens(window, "f", &[], Named::Starting("Rerun ")).await?;
    let log = window.get("log", Named::Anything).await?;
    window.evaluate("arguments[0].focus()", vec![log.to_json()?]).await?;
    // The log is scrolled with the keys.
    window.press(Key::Home).await?;
    holds(window, "Home to go to the beginning of the log", async || {
        let top = window.evaluate("return document.querySelector('[role=log]')?.scrollTop ?? -1", vec![]).await?;
        Ok(top.as_f64().is_some_and(|top| (0.0..60.0).contains(&top)))
    })
    .await?;
    focuses(window, "/", &[], "searchbox", "").await?;
    window.press(Key::Escape).await?;
    says(window, "y", &[], "opied").await
}

/// On the releases of a service Space marks two, and C compares them.
async fn releases(window: &Window, service: &str) -> Result<()> {
    flow_of(window, service).await?;
    says(window, "a", &[], "nothing to acknowledge").await?;
    press(window, "k", &[Key::Control]).await?;
    window.fill("combobox", Named::Starting("Find"), "open releases").await?;
    window.get("option", Named::Starting("Open releases")).await?;
    window.press(Key::Enter).await?;
    window.gone("dialog", Named::Anything).await?;
    window.get("row", Named::Starting("Version ")).await?;
    for _ in 0..2 {
        window.press("j").await?;
        window.press(" ").await?;
    }
    window.shows("C compares them").await?;
    leads_to(window, "c", &[], "Compare").await?;
    window.press(Key::Escape).await?;
    window.get("row", Named::Starting("Version ")).await?;
    Ok(())
}

/// The keys of the comparison: C opens it, S swaps its sides.
async fn comparison(window: &Window, service: &str) -> Result<()> {
    flow_of(window, service).await?;
    leads_to(window, "c", &[], "Compare").await?;
    let base = async || {
        let found = window.names("combobox", Named::Starting("Base")).await?;
        found.into_iter().next().context("the base")
    };
    holds(window, "the two sides", async || Ok(!window.names("combobox", Named::Starting("Base")).await?.is_empty())).await?;
    let before = base().await?;
    window.press("s").await?;
    holds(window, "S to swap the sides", async || Ok(base().await? != before)).await
}

#[tokio::test]
async fn keys_open_what_they_name() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "quiet").await?;
    Desktop::plan().run("keys", async |desktop| every_key(desktop, &sandbox).await).await
}

async fn every_key(desktop: &mut Desktop, sandbox: &SandboxProcess) -> Result<()> {
    let mut album = Album::open("keys")?;
    let service = sandbox.connect_kept(&desktop.cli()?).await?;
    let names: Vec<String> =
        sandbox.banner()["services"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect();
    let number = sandbox.open_ready(&service).await?;
    let window = desktop.open(&[]).await?;
    window.shows_within(LONG, "healthy").await?;
    let changes = sandbox.changes().await?;
    places(&window, &names).await?;
    board(&window).await?;
    flow(&window, &service, number).await?;
    album.keep("flow", &window.picture().await?).await?;
    pipelines(&window, sandbox, &service).await?;
    timeline(&window).await?;
    album.keep("timeline", &window.picture().await?).await?;
    ensure!(sandbox.changes().await? == changes, "a key changed something by itself");
    inbox(&window, sandbox, changes).await?;
    rerun(&window, sandbox, &service).await?;
    releases(&window, &service).await?;
    comparison(&window, &service).await
}
