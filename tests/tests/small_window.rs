//! At the smallest window size, and at 200 % zoom: a plan opens at its beginning, its text comes before the confirm
//! button, and in an incident every recovery option can be reached.
#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Desktop, Named, Scheme, Window, wait_within};
use std::time::Duration;
use thirtyfour::{Key, WebElement};

const PATIENCE: Duration = Duration::from_secs(60);

/// A window: its size on the display, and its zoom.
struct Size {
    name: &'static str,
    display: (u32, u32),
    zoom: u32,
    scheme: Scheme,
}

/// The smallest window, and the usual one at 200 % zoom.
const SIZES: [Size; 2] = [
    Size { name: "900x600", display: (900, 600), zoom: 1, scheme: Scheme::Dark },
    Size { name: "zoom-200", display: (1440, 900), zoom: 2, scheme: Scheme::Light },
];

/// Scrolls an element into view as a person could, and returns whether it can then be seen and clicked. Content
/// that is cut off by an edge without scrolling cannot be reached.
const REACH: &str = "\
    const [element] = arguments;
    for (let box = element.parentElement; box; box = box.parentElement) {
        const y = getComputedStyle(box).overflowY;
        if (y !== 'auto' && y !== 'scroll') continue;
        const [inner, outer] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
        if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
        else if (inner.bottom > outer.bottom) box.scrollTop += Math.min(inner.bottom - outer.bottom, inner.top - outer.top);
    }
    const place = element.getBoundingClientRect();
    const hit = document.elementFromPoint(place.x + place.width / 2, place.y + Math.min(place.height, innerHeight) / 2);
    return { hit: hit !== null && element.contains(hit), height: place.height, top: place.top, bottom: place.bottom, window: innerHeight };";

async fn reach(window: &Window, what: &str, element: &WebElement) -> Result<()> {
    let place = window.evaluate(REACH, vec![element.to_json()?]).await?;
    ensure!(place["hit"] == true, "{what} cannot be reached: {place}");
    Ok(())
}

/// Clicks an element that can be reached. WebDriver's own clicks miss in a zoomed page.
async fn press(window: &Window, role: &str, name: &str) -> Result<()> {
    let element = window.get(role, Named::Exactly(name)).await?;
    reach(window, name, &element).await?;
    window.evaluate("arguments[0].click()", vec![element.to_json()?]).await?;
    window.settle().await
}

/// The visible height of an element after scrolling to it.
async fn shown_height(window: &Window, element: &WebElement) -> Result<f64> {
    let place = window.evaluate(REACH, vec![element.to_json()?]).await?;
    let of = |key: &str| place[key].as_f64().unwrap_or_default();
    Ok(of("bottom").min(of("window")) - of("top").max(0.0))
}

async fn incident(name: &str, test: impl AsyncFn(&Window, &mut Album) -> Result<()>) -> Result<()> {
    for Size { name: size, display: (width, height), zoom, scheme } in SIZES {
        let name = format!("{name}-{size}");
        Desktop::plan()
            .scheme(scheme)
            .size(width, height)
            .variable("GDK_DPI_SCALE", &zoom.to_string())
            .run(&name, async |desktop| {
                let mut album = Album::open(&name)?;
                let window = desktop.open(&["--sandbox", "--scenario", "incident"]).await?;
                window.web().set_window_rect(0, 0, width, height).await?;
                wait_within(PATIENCE, "the size in the page", async || {
                    let inner = window.evaluate("return [innerWidth, innerHeight]", vec![]).await?;
                    Ok((inner == json!([width / zoom, height / zoom])).then_some(()))
                })
                .await?;
                window.shows_within(PATIENCE, "Production is hurt").await?;
                test(&window, &mut album).await
            })
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn in_an_incident_every_way_on_can_be_reached() -> Result<()> {
    incident("incident", async |window, album| {
        album.keep("top", &window.picture().await?).await?;
        for button in ["Roll back production", "Revert #"] {
            reach(window, button, &window.get("button", Named::Starting(button)).await?).await?;
        }
        album.keep("revert", &window.picture().await?).await?;
        let list = window.get("list", Named::Exactly("Open pull requests")).await?;
        let height = shown_height(window, &list).await?;
        ensure!(height >= 110.0, "{height} px of the pull requests are shown: less than two rows");
        let row = window.get("button", Named::Starting("Pull request ")).await?;
        reach(window, "a pull request", &row).await?;
        album.keep("pull-requests", &window.picture().await?).await?;
        for column in ["In flight", "Live"] {
            let region = window.get("region", Named::Exactly(column)).await?;
            let height = shown_height(window, &region).await?;
            ensure!(height >= 150.0, "{height} px of {column} are shown");
        }
        reach(window, "the menu of views", &window.get("button", Named::Exactly("View: Flow")).await?).await?;
        window.press("p").await?;
        let log = window.get("region", Named::Starting("Log of ")).await?;
        let height = shown_height(window, &log).await?;
        ensure!(height >= 180.0, "{height} px of the log are shown");
        album.keep("log", &window.picture().await?).await?;
        Ok(())
    })
    .await
}

/// The positions of the consequences, the fields and the button of the open plan in reading order, and how far
/// anything in the dialog is scrolled.
const PLAN: &str = "\
    const dialog = document.querySelector('dialog[open]');
    const scrolled = [...dialog.querySelectorAll('*')].map((one) => one.scrollTop).find((top) => top > 0) ?? 0;
    const seen = (one) => {
        const place = one.getBoundingClientRect();
        const hit = document.elementFromPoint(place.x + Math.min(place.width, 40) / 2, place.y + place.height / 2);
        return hit !== null && (one.contains(hit) || hit.contains(one));
    };
    const headings = [...dialog.querySelectorAll('section h3')];
    const confirm = [...dialog.querySelectorAll('footer button')].pop();
    const before = headings.every((one) => one.compareDocumentPosition(confirm) & Node.DOCUMENT_POSITION_FOLLOWING);
    return { scrolled, headings: headings.length, first: headings.length > 0 && seen(headings[0]), before: Boolean(before) };";

async fn plan(window: &Window) -> Result<Value> {
    window.evaluate(PLAN, vec![]).await
}

#[tokio::test]
async fn a_rollback_plan_opens_at_its_beginning_and_can_be_read_to_its_end() -> Result<()> {
    incident("rollback-plan", async |window, album| {
        window.confirmable(Named::Starting("Roll back production")).await?;
        window.press("r").await?;
        window.get("button", Named::Exactly("Reason and name")).await?;
        window.settle().await?;
        album.keep("opened", &window.picture().await?).await?;
        let shown = plan(window).await?;
        ensure!(shown["scrolled"] == 0, "the plan opens scrolled: {shown}");
        ensure!(shown["headings"].as_u64() > Some(3) && shown["first"] == true && shown["before"] == true, "{shown}");

        let last = window.evaluate("return [...document.querySelectorAll('dialog[open] footer button')].pop().textContent", vec![]).await?;
        ensure!(last.as_str().is_some_and(|words| words.contains("Reason and name")), "the first page ends in {last}");
        // The end of the plan by keyboard, and the page with the fields after it, under a line of all it does.
        window.press(Key::End).await?;
        wait_within(PATIENCE, "the keyboard to scroll the plan", async || {
            Ok((plan(window).await?["scrolled"].as_f64() > Some(0.0)).then_some(()))
        })
        .await?;
        album.keep("end", &window.picture().await?).await?;
        press(window, "button", "Reason and name").await?;
        window.get("list", Named::Exactly("What the plan does, in short")).await?;
        for field in ["Reason", "Type"] {
            reach(window, field, &window.get("textbox", Named::Starting(field)).await?).await?;
        }
        album.keep("fields", &window.picture().await?).await?;
        ensure!(window.focus().await?.0 == "textbox", "the fields have the focus, not {:?}", window.focus().await?);
        for button in ["Keep as is", "Roll back production"] {
            let found = window.all("button", Named::Starting(button)).await?;
            let Some((button, name)) = found.last() else { anyhow::bail!("no button {button}") };
            reach(window, name, button).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn enter_in_the_palette_runs_the_row_that_is_highlighted() -> Result<()> {
    Desktop::plan()
        .run("palette", async |desktop| {
            let sandbox = slipway_tests::SandboxProcess::start(30, "healthy").await?;
            let service = sandbox.connect_kept(&desktop.cli()?).await?;
            let open = json!({"open_pull": {"service": service, "title": "Teach the zebra to swim", "ready": true}});
            let number = sandbox.post("/world", &open).await?["open_pull"]["pull_request"].clone();
            // Three commits of one pull request, each of them on main.
            for message in ["zebra one", "zebra two"] {
                sandbox.post("/world", &json!({"push": {"service": service, "number": number, "message": message}})).await?;
            }
            sandbox.post("/world", &json!({"make_ready": {"service": service, "number": number}})).await?;
            sandbox.post("/world", &json!({"merge": {"service": service, "number": number, "method": "merge"}})).await?;
            let window = desktop.open(&[]).await?;
            let revert = format!("Revert #{number}");
            wait_within(PATIENCE, "the merge to be known", async || {
                window.press_with(&[Key::Control], "k").await?;
                window.fill("combobox", Named::Starting("Find"), "zebra").await?;
                let found = window.names("option", Named::Starting(&revert)).await?;
                if found.is_empty() {
                    window.press(Key::Escape).await?;
                }
                Ok((!found.is_empty()).then_some(()))
            })
            .await?;
            let mut album = Album::open("palette")?;
            album.keep("found", &window.picture().await?).await?;
            for offered in [window.names("option", Named::Starting(&revert)).await?, window.names("option", Named::Starting("#")).await?] {
                ensure!(offered.len() == 1, "one command for one pull request, not {offered:?}");
            }
            // Further words narrow the list, and Enter runs the highlighted entry.
            window.fill("combobox", Named::Starting("Find"), "journal").await?;
            let painted = window.names("option", Named::Anything).await?;
            ensure!(painted.first().is_some_and(|name| name.starts_with("Journal")), "the list still shows {painted:?}");
            window.fill("combobox", Named::Starting("Find"), &format!("revert zebra #{number}")).await?;
            ensure!(window.names("option", Named::Anything).await?.iter().all(|name| name.starts_with(&revert)));
            window.press(Key::Enter).await?;
            window.get("dialog", Named::Containing(&revert)).await?;
            Ok(())
        })
        .await
}
