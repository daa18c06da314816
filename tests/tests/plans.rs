//! What plans say about what ships, read in the terminal and in the real window: at its usual size, at its
//! smallest, and at 200 % zoom.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Cli, Desktop, Named, SandboxProcess, Scheme, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds of the sandbox's time: longer than a pipeline and its releases.
const WHOLE_PIPELINE: u64 = 1500;

const FAILED_BUILD: &str = "search-indexer";
const OLDER_HOLD: &str = "checkout-api";

struct Size {
    name: &'static str,
    display: (u32, u32),
    zoom: u32,
    scheme: Scheme,
}

const SIZES: [Size; 3] = [
    Size { name: "1440x900", display: (1440, 900), zoom: 1, scheme: Scheme::Dark },
    Size { name: "900x600", display: (900, 600), zoom: 1, scheme: Scheme::Light },
    Size { name: "zoom-200", display: (1440, 900), zoom: 2, scheme: Scheme::Dark },
];

/// The sandbox and a terminal on the same accounts.
struct Stage {
    sandbox: SandboxProcess,
    terminal: Cli,
    service: String,
}

impl Stage {
    async fn world(&self, verbs: Value) -> Result<Value> {
        self.sandbox.post("/world", &verbs).await
    }

    async fn open(&self) -> Result<u64> {
        let made = self.world(json!({"open_pull": {"service": self.service, "ready": true}})).await?;
        let number = made["open_pull"]["pull_request"].as_u64().context("a number")?;
        self.world(json!({"make_ready": {"service": self.service, "number": number}})).await?;
        Ok(number)
    }

    /// Another person merges a pull request, which starts its pipeline.
    async fn land(&self) -> Result<u64> {
        let number = self.open().await?;
        self.world(json!({"merge": {"service": self.service, "number": number}})).await?;
        Ok(number)
    }

    async fn ship(&self) -> Result<u64> {
        let number = self.land().await?;
        self.world(json!({"advance": WHOLE_PIPELINE})).await?;
        Ok(number)
    }

    async fn holds(&self, names: &[&str]) -> Result<()> {
        self.world(json!({"holds": {"service": self.service, "names": names}})).await.map(drop)
    }

    fn app(&self, environment: &str) -> String {
        format!("{}-{environment}", self.service)
    }

    async fn newest_pipeline(&self) -> Result<String> {
        let truth = self.sandbox.truth().await?;
        let services = truth["world"]["services"].as_array().context("services")?;
        let own = services.iter().find(|s| s["name"] == *self.service).context("the service")?;
        Ok(own["pipelines"][0]["number"].to_string())
    }

    /// Another person rolls production back to the previous code.
    async fn roll_back_elsewhere(&self) -> Result<()> {
        let releases = self.sandbox.get(&format!("/truth/releases?app={}", self.app("production"))).await?;
        let older = releases.as_array().context("releases")?.iter().find(|r| r["commit"] != releases[0]["commit"]);
        let to = format!("v{}", older.context("other code")?["version"]);
        self.world(json!({"rollback": {"app": self.app("production"), "to": to}, "advance": 120})).await.map(drop)
    }

    /// The plan as the terminal prints it; nothing is sent.
    async fn printed(&self, arguments: &[&str]) -> Result<String> {
        Ok(self.terminal.run(arguments).await?.expect(3)?.stdout)
    }
}

fn contains_all(text: &str, words: &[String], place: &str) -> Result<()> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        ensure!(text.contains(word.as_str()), "{place} does not say {word:?}:\n{text}");
    }
    Ok(())
}

/// Opens the plan of the palette's entry for `query`.
async fn from_palette(window: &Window, query: &str, offered: &str) -> Result<()> {
    wait_within(PATIENCE, offered, async || {
        window.press_with(&[Key::Control], "k").await?;
        window.fill("combobox", Named::Starting("Find"), query).await?;
        let found = window.names("option", Named::Starting(offered)).await?;
        if found.is_empty() {
            window.press(Key::Escape).await?;
        }
        Ok((!found.is_empty()).then_some(()))
    })
    .await?;
    window.press(Key::Enter).await
}

/// Reads the open plan to its end, keeps pictures of it and closes it.
async fn read(window: &Window, album: &mut Album, name: &str, words: &[String]) -> Result<()> {
    window.get("dialog", Named::Anything).await?;
    window.shows_within(PATIENCE, &words[0]).await?;
    window.settle().await?;
    album.keep(&format!("{name}-top"), &window.picture().await?).await?;
    let text = window.evaluate("return document.querySelector('dialog[open]').textContent", vec![]).await?;
    contains_all(text.as_str().unwrap_or_default(), words, name)?;
    window.press(Key::End).await?;
    window.settle().await?;
    album.keep(&format!("{name}-end"), &window.picture().await?).await?;
    window.press(Key::Escape).await?;
    window.gone("dialog", Named::Anything).await
}

/// The release of a build whose pipeline failed: the text that its plan must have.
async fn failed_build(stage: &Stage) -> Result<Vec<String>> {
    stage.world(json!({"fail_next": {"service": stage.service, "job": "integration"}})).await?;
    stage.ship().await?;
    let words = vec![format!("Pipeline #{}", stage.newest_pipeline().await?), "integration".to_owned()];
    contains_all(&stage.printed(&["release", &stage.service, "production", "--from-build"]).await?, &words, "the terminal")?;
    Ok(words)
}

/// The approval of a pipeline that newer code has overtaken: the pipeline, and what would be removed.
async fn older_hold(stage: &Stage) -> Result<(String, Vec<String>)> {
    stage.holds(&["approve-release"]).await?;
    stage.ship().await?;
    let older = stage.newest_pipeline().await?;
    stage.holds(&[]).await?;
    let words = vec![format!("#{}", stage.ship().await?)];
    contains_all(&stage.printed(&["approve", &stage.service, &older]).await?, &words, "the terminal")?;
    Ok((older, words))
}

/// A rollback while a pipeline is running; then a promotion and a merge after a rollback.
async fn after_a_rollback(stage: &Stage, window: &Window, album: &mut Album) -> Result<()> {
    let service = stage.service.as_str();
    let live = stage.ship().await?;
    let coming = stage.land().await?;
    stage.world(json!({"advance": 60})).await?;
    let pipeline = stage.newest_pipeline().await?;
    let words = [format!("Pipeline #{pipeline}"), format!("#{live}"), format!("#{coming}")];
    contains_all(&stage.printed(&["rollback", service, "production"]).await?, &words, "the terminal")?;
    from_palette(window, "roll back production", "Roll back production").await?;
    read(window, album, "rollback-in-flight", &words).await?;

    stage.world(json!({"advance": WHOLE_PIPELINE})).await?;
    stage.roll_back_elsewhere().await?;
    let next = stage.open().await?;
    let again = [format!("#{coming}"), "again".to_owned()];
    contains_all(&stage.printed(&["merge", service, &next.to_string()]).await?, &again, "the terminal")?;
    contains_all(&stage.printed(&["promote", service, "staging", "production"]).await?, &again, "the terminal")?;
    press_live(window, "Promote staging to production").await?;
    read(window, album, "promote-after-rollback", &again).await?;
    from_palette(window, &format!("merge #{next}"), &format!("Merge #{next}")).await?;
    window.shows_within(PATIENCE, "Would ship again").await?;
    window.settle().await?;
    album.keep("merge-after-rollback", &window.picture().await?).await?;
    window.press(Key::Escape).await
}

/// Presses a button at any scroll position. WebDriver's own clicks miss in a zoomed page.
async fn press(window: &Window, name: &str) -> Result<()> {
    let found = wait_within(PATIENCE, name, async || Ok(window.all("button", Named::Starting(name)).await?.into_iter().next())).await?;
    window.evaluate("arguments[0].click()", vec![found.0.to_json()?]).await?;
    window.settle().await
}

/// Presses a button of a release. Where the columns do not fit side by side, its column is selected first.
async fn press_live(window: &Window, name: &str) -> Result<()> {
    if let Some((column, _)) = window.all("radio", Named::Exactly("Live")).await?.first() {
        window.evaluate("arguments[0].click()", vec![column.to_json()?]).await?;
        window.settle().await?;
    }
    press(window, name).await
}

/// Shows another service, also where the sidebar is collapsed.
async fn show(window: &Window, service: &str) -> Result<()> {
    from_palette(window, service, service).await
}

#[tokio::test]
async fn what_ships_is_said_in_the_window_and_in_the_terminal() -> Result<()> {
    for Size { name: size, display: (width, height), zoom, scheme } in SIZES {
        let name = format!("plans-{size}");
        Desktop::plan()
            .scheme(scheme)
            .size(width, height)
            .variable("GDK_DPI_SCALE", &zoom.to_string())
            .run(&name, async |desktop| {
                let sandbox = SandboxProcess::start(1, "quiet").await?;
                let terminal = desktop.cli()?;
                let service = sandbox.connect_kept(&terminal).await?;
                let mut stage = Stage { sandbox, terminal, service };
                let (first, mut album) = (stage.service.clone(), Album::open(&name)?);
                stage.service = FAILED_BUILD.to_owned();
                let build_words = failed_build(&stage).await?;
                stage.service = OLDER_HOLD.to_owned();
                let (older, hold_words) = older_hold(&stage).await?;
                stage.service = first;
                let window = desktop.open(&[]).await?;
                window.web().set_window_rect(0, 0, width, height).await?;
                after_a_rollback(&stage, &window, &mut album).await?;
                show(&window, FAILED_BUILD).await?;
                press_live(&window, "Release the newest build on production").await?;
                read(&window, &mut album, "release-of-failed-build", &build_words).await?;
                show(&window, OLDER_HOLD).await?;
                from_palette(&window, "approve", &format!("Approve #{older}")).await?;
                read(&window, &mut album, "approve-older-hold", &hold_words).await
            })
            .await?;
    }
    Ok(())
}
