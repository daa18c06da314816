//! The real window, driven by roles and accessible names.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{Capabilities, Key, TypingData, WebDriver, WebElement};

use crate::driver_port::DriverPort;
use crate::process::Process;
use crate::wait::{wait_for, wait_within};

/// How a name is compared.
#[derive(Clone, Copy, Debug)]
pub enum Named<'a> {
    Exactly(&'a str),
    Starting(&'a str),
    Containing(&'a str),
    Anything,
    /// An element without a name: a fault for every control.
    Nothing,
}

/// An open window.
pub struct Window {
    web: WebDriver,
    /// The application's process must end before the driver's: see [`Window::drop`].
    _driver: Process,
    _port: DriverPort,
}

/// Roles of controls; each of them needs a name.
const CONTROLS: [&str; 14] = [
    "button",
    "checkbox",
    "combobox",
    "link",
    "listbox",
    "menuitem",
    "option",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
];

/// The second frame begins when the first was given to the display. A hidden page draws no frames, and then the
/// timer answers.
const DRAWN: &str = "\
    const done = arguments[arguments.length - 1];
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));
    setTimeout(done, 1000);";

/// WebKit takes its picture after the next frame, and an idle page draws none, so an invisible pixel is changed
/// until [`REST`].
const STIR: &str = "\
    const pixel = document.createElement('div');
    pixel.ariaHidden = 'true';
    pixel.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px;opacity:.004;pointer-events:none;background:#000';
    document.documentElement.append(pixel);
    let on = false;
    const timer = setInterval(() => { on = !on; pixel.style.background = on ? '#fff' : '#000'; }, 100);
    window.slipwayRest = () => { clearInterval(timer); pixel.remove(); delete window.slipwayRest; };";
/// Tauri's internal interface, which every script in the page can use.
const INVOKE: &str = "\
    const [command, args, done] = arguments;
    window.__TAURI_INTERNALS__.invoke(command, args).then((reply) => done([true, reply ?? null]), (error) => done([false, error ?? null]));";
/// Whether the screen of all services is shown, or another one; null before either.
const SHOWN: &str = "\
    return document.querySelector('[role=grid][aria-label^=\"All services\"]') ? 'all' : document.querySelector('h1') ? 'another' : null;";
/// A name may be any text, so it is compared and not searched for. WebDriver's own clicks miss in a zoomed page.
const OPEN_ROW: &str = "\
    const row = [...document.querySelectorAll('[role=row][data-stop]')].find((one) => one.dataset.stop === `service ${arguments[0]}`);
    row?.querySelector('[role=rowheader] button').click();
    return row !== undefined;";
const REST: &str = "window.slipwayRest?.()";

const PLACE: &str = "const { x, y, width, height } = arguments[0].getBoundingClientRect(); return [x, y, width, height].map(Math.round);";

impl Window {
    /// Starts `program` under a WebDriver of its own; `driver` is the command `WebKitWebDriver`
    /// with the session's environment.
    pub(crate) async fn open(mut driver: Command, folder: &Path, program: &Path, arguments: &[&str]) -> Result<Self> {
        let port = DriverPort::take()?;
        driver.args([format!("--port={}", port.number), "--host=127.0.0.1".to_owned()]);
        let process = Process::start(driver, folder, "window")?;
        let address = format!("http://127.0.0.1:{}", port.number);
        wait_for("WebKitWebDriver", async || {
            let answer = reqwest::get(format!("{address}/status")).await?;
            Ok(answer.status().is_success().then_some(()))
        })
        .await?;
        let wanted = json!({
            "webkitgtk:browserOptions": {"binary": program, "args": arguments},
        });
        let Value::Object(wanted) = wanted else {
            bail!("capabilities are an object");
        };
        let web = WebDriver::builder(address, Capabilities::from(wanted))
            .request_timeout(Duration::from_secs(60))
            .await
            .with_context(|| format!("the window did not open; it said:\n{}", process.said()))?;
        Ok(Self { web, _driver: process, _port: port })
    }

    /// Waits until a page is loaded and drawn. Before that, commands would reach the empty document that every web
    /// view starts with.
    pub(crate) async fn loaded(&self) -> Result<()> {
        wait_for("the page", async || {
            let loaded = "return document.readyState === 'complete' && location.href !== 'about:blank'";
            Ok((self.evaluate(loaded, vec![]).await? == true).then_some(()))
        })
        .await?;
        self.settle().await
    }

    /// From the screen of all services, where it is shown, to the Flow of the service that was set up first.
    pub(crate) async fn leave_all_services(&self) -> Result<()> {
        let Ok(world) = self.invoke("world", &json!({})).await? else { return Ok(()) };
        let services = world["snapshot"]["services"].as_array().cloned().unwrap_or_default();
        let (Some(first), true) = (services.first().and_then(|service| service["name"].as_str()), services.len() > 1) else {
            return Ok(());
        };
        let page = wait_for("the first screen", async || Ok(self.evaluate(SHOWN, vec![]).await?.as_str().map(str::to_owned))).await?;
        if page == "all" { self.open_service(first).await } else { Ok(()) }
    }

    /// Opens the Flow of this service from the screen of all services, whatever the zoom.
    pub async fn open_service(&self, name: &str) -> Result<()> {
        wait_for("the row of the service", async || {
            let opened = self.evaluate(OPEN_ROW, vec![json!(name)]).await?;
            Ok((opened == true).then_some(()))
        })
        .await?;
        wait_for("its Flow", async || Ok((self.evaluate(SHOWN, vec![]).await? == "another").then_some(()))).await
    }

    /// The WebDriver session, for other commands.
    pub fn web(&self) -> &WebDriver {
        &self.web
    }

    /// Waits for the first visible element of this role and name. "" means any role.
    pub async fn get(&self, role: &str, name: Named<'_>) -> Result<WebElement> {
        let found = wait_for(&format!("{role} {name:?}"), async || Ok(self.all(role, name).await?.into_iter().next())).await;
        match found {
            Ok((element, _)) => Ok(element),
            Err(error) => bail!("{error:#}\nthe window shows:\n{}", self.outline().await?),
        }
    }

    /// All visible elements of this role and name at this time, with their names.
    pub async fn all(&self, role: &str, name: Named<'_>) -> Result<Vec<(WebElement, String)>> {
        self.found(role, name)
            .await?
            .into_iter()
            .map(|mut one| {
                let words = one["name"].as_str().unwrap_or_default().to_owned();
                let element = WebElement::from_json(one["element"].take(), self.web.handle().clone())?;
                Ok((element, words))
            })
            .collect()
    }

    /// Only their names.
    pub async fn names(&self, role: &str, name: Named<'_>) -> Result<Vec<String>> {
        let found = self.all(role, name).await?;
        Ok(found.into_iter().map(|(_, words)| words).collect())
    }

    /// Waits until no such element is visible.
    pub async fn gone(&self, role: &str, name: Named<'_>) -> Result<()> {
        wait_for(&format!("{role} {name:?} to be gone"), async || Ok(self.all(role, name).await?.is_empty().then_some(()))).await
    }

    /// Clicks it as soon as it is visible, does not move, and is enabled.
    pub async fn click(&self, role: &str, name: Named<'_>) -> Result<()> {
        self.click_within(crate::wait::PATIENCE, role, name).await
    }

    /// As [`Window::click`], for an element that takes long to be enabled.
    pub async fn click_within(&self, limit: Duration, role: &str, name: Named<'_>) -> Result<()> {
        let mut stood = Value::Null;
        let clicked = wait_within(limit, &format!("{role} {name:?} to click"), async || {
            let Some(element) = self.usable(role, name).await? else { return Ok(None) };
            // A moving element would be missed, because its position is read before the click.
            let place = self.evaluate(PLACE, vec![element.to_json()?]).await?;
            if std::mem::replace(&mut stood, place.clone()) != place {
                return Ok(None);
            }
            element.click().await?;
            Ok(Some(()))
        })
        .await;
        match clicked {
            Ok(()) => Ok(()),
            Err(error) => bail!("{error:#}\nthe window shows:\n{}", self.outline().await?),
        }
    }

    /// Replaces the content of a field.
    pub async fn fill(&self, role: &str, name: Named<'_>, text: &str) -> Result<()> {
        let field = self.get(role, name).await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Presses Ctrl+Enter as soon as the shown plan can be confirmed. While it is being read, the window ignores
    /// the keys.
    pub async fn confirm(&self, button: Named<'_>) -> Result<()> {
        self.confirmable(button).await?;
        self.press_with(&[Key::Control], Key::Enter).await
    }

    /// Waits until the plan's button of this name is enabled, so that it can be confirmed.
    pub async fn confirmable(&self, button: Named<'_>) -> Result<()> {
        let ready = wait_for(&format!("button {button:?} to confirm"), async || Ok(self.usable("button", button).await?.map(drop))).await;
        match ready {
            Ok(()) => Ok(()),
            Err(error) => bail!("{error:#}\nthe window shows:\n{}", self.outline().await?),
        }
    }

    /// The first of this role and name, if it is enabled.
    async fn usable(&self, role: &str, name: Named<'_>) -> Result<Option<WebElement>> {
        let Some((element, _)) = self.all(role, name).await?.into_iter().next() else { return Ok(None) };
        let disabled = element.attr("aria-disabled").await?.as_deref() == Some("true") || !element.is_enabled().await?;
        if disabled {
            bail!("it is disabled");
        }
        Ok(Some(element))
    }

    /// Presses a key, wherever the focus is: `press("m")`, `press(Key::Enter)`; several keys one after the other.
    pub async fn press(&self, key: impl Into<TypingData>) -> Result<()> {
        self.press_with(&[], key).await
    }

    /// Presses a key while others are held: `press_with(&[Key::Control], "k")`.
    pub async fn press_with(&self, held: &[Key], key: impl Into<TypingData>) -> Result<()> {
        let mut chain = self.web.action_chain();
        for one in held {
            chain = chain.key_down(one.clone());
        }
        for key in key.into().as_vec() {
            chain = chain.key_down(key).key_up(key);
        }
        for one in held.iter().rev() {
            chain = chain.key_up(one.clone());
        }
        chain.perform().await?;
        Ok(())
    }

    /// Role and name of the focused element.
    pub async fn focus(&self) -> Result<(String, String)> {
        let focused: Value = self.web.execute("return document.activeElement", vec![]).await?.json().clone();
        let found = self.found("", Named::Anything).await?;
        Ok(found
            .into_iter()
            .find(|one| one["element"] == focused)
            .map(|one| {
                let read = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
                (read("role"), read("name"))
            })
            .unwrap_or_default())
    }

    /// The text that a person can read at this time.
    pub async fn text(&self) -> Result<String> {
        Ok(self.evaluate("return document.body.innerText", vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the window shows this text.
    pub async fn shows(&self, words: &str) -> Result<()> {
        self.shows_within(crate::wait::PATIENCE, words).await
    }

    /// As [`Window::shows`], with a longer limit.
    pub async fn shows_within(&self, limit: Duration, words: &str) -> Result<()> {
        let shown =
            wait_within(limit, &format!("the words `{words}`"), async || Ok(self.text().await?.contains(words).then_some(()))).await;
        match shown {
            Ok(()) => Ok(()),
            Err(error) => bail!("{error:#}\nthe window shows:\n{}", self.outline().await?),
        }
    }

    /// Runs JavaScript in the page: the body of a function with `arguments`.
    pub async fn evaluate(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.web.execute(script, arguments).await?.json().clone())
    }

    /// Calls a command as a script in the page would, and returns the result or the refusal.
    pub async fn invoke(&self, command: &str, arguments: &Value) -> Result<Result<Value, Value>> {
        let answered = self.web.execute_async(INVOKE, vec![json!(command), arguments.clone()]).await?;
        match answered.json().as_array().map(Vec::as_slice) {
            Some([Value::Bool(true), answer]) => Ok(Ok(answer.clone())),
            Some([Value::Bool(false), refusal]) => Ok(Err(refusal.clone())),
            _ => bail!("{command} was answered with {:?}", answered.json()),
        }
    }

    /// Changes the window's size.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.web.set_window_rect(0, 0, width, height).await?;
        wait_for("the new size", async || {
            let size = self.evaluate("return [innerWidth, innerHeight]", vec![]).await?;
            Ok((size == json!([width, height])).then_some(()))
        })
        .await?;
        self.settle().await
    }

    /// Waits until the current page has been drawn.
    pub async fn settle(&self) -> Result<()> {
        self.web.execute_async(DRAWN, vec![]).await?;
        Ok(())
    }

    /// A PNG of the page.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        self.settle().await?;
        self.evaluate(STIR, vec![]).await?;
        let picture = self.web.screenshot_as_png().await;
        self.evaluate(REST, vec![]).await?;
        Ok(picture?)
    }

    /// Role and name of every visible element, one per line: what assistive technology sees.
    pub async fn outline(&self) -> Result<String> {
        let found = self.found("", Named::Anything).await?;
        Ok(found.iter().map(|one| format!("{} {}\n", one["role"].as_str().unwrap_or_default(), one["name"])).collect())
    }

    /// Markup of the controls without a name; there should be none.
    pub async fn nameless(&self) -> Result<Vec<String>> {
        let mut markup = Vec::new();
        for role in CONTROLS {
            for (element, _) in self.all(role, Named::Nothing).await? {
                markup.push(element.outer_html().await?);
            }
        }
        Ok(markup)
    }

    async fn found(&self, role: &str, name: Named<'_>) -> Result<Vec<Value>> {
        let (way, words) = match name {
            Named::Exactly(words) => ("exactly", words),
            Named::Starting(words) => ("starting", words),
            Named::Containing(words) => ("containing", words),
            Named::Anything => ("anything", ""),
            Named::Nothing => ("nothing", ""),
        };
        let arguments = vec![json!(role), json!(way), json!(words)];
        match self.evaluate(include_str!("names.js"), arguments).await? {
            Value::Array(found) => Ok(found),
            other => bail!("the page answered {other}"),
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The session ends with its processes; asking a killed window to end it would hang.
        let _ = self.web.clone().leak();
    }
}
