//! Control sequences, direction marks and invisible characters in all texts of vendors: inert in the terminal,
//! isolated in the window, and large numbers of them block nothing.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Desktop, Named, SandboxProcess, Toasts, Window, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(60);

/// Colours, a link, the clipboard, the window title, a report, 8-bit controls, NUL, backspaces; overrides and
/// isolates that are not closed; invisible characters.
const EVIL: &str = "Zq7\u{1b}[31mred\u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{1b}\\\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}]0;evil\u{7}\u{1b}[6n\u{1b}[2J\u{9b}31m\u{9d}52;c;ZXZpbA==\u{9c}\u{0}\u{8}\u{8}\r\u{7f}over\u{202e}lortnoc\u{2067}left\u{200e}\u{61c}open\u{200b}ze\u{2060}ro\u{feff}width\u{2028}Zq7";

/// Every text of every vendor.
async fn spoil(sandbox: &SandboxProcess) -> Result<()> {
    let text = format!("{{}} {EVIL}");
    let rules = json!([
        {"kind": "texts", "vendor": "github", "calls": "reads", "fields": {"title": text, "headRefName": text, "login": text, "message": text, "messageHeadline": text, "context": text, "path": text}},
        {"kind": "texts", "vendor": "circleci", "calls": "reads", "fields": {"name": text, "subject": text, "path": text, "message": text, "file": text, "classname": text}},
        {"kind": "texts", "vendor": "circleci_logs", "fields": {"message": text}},
        {"kind": "texts", "vendor": "heroku", "calls": "reads", "fields": {"description": text, "email": text}},
    ]);
    sandbox.post("/faults", &rules).await?;
    Ok(())
}

/// What a terminal could interpret, or a reader could not see.
fn is_active(c: char) -> bool {
    let reorders = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let unseen = matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    (c.is_control() && c != '\n') || reorders || unseen
}

#[tokio::test]
async fn nothing_active_reaches_the_terminal() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(slipway_tests::Cli::alone(folder.path())?).await?;
    let service = sandbox.first_service()?;
    sandbox
        .post("/world", &json!({"fail_next": {"service": service, "job": "integration"}, "start_pipeline": {"service": service}}))
        .await?;
    let opened = sandbox.post("/world", &json!({"open_pull": {"service": service, "title": "A change", "ready": true}})).await?;
    let number = opened["open_pull"]["pull_request"].to_string();
    sandbox.post("/world", &json!({"advance": 1200})).await?;
    spoil(&sandbox).await?;
    let pipelines = terminal.run(&["pipelines", service, "--json"]).await?.expect(0)?.json_lines()?;
    let failed = pipelines.iter().find(|line| line["status"] == "failed").map(|line| line["number"].to_string());
    let failed = failed.ok_or_else(|| anyhow::anyhow!("no pipeline failed"))?;
    let commands: [&[&str]; 18] = [
        &["releases", service, "production"],
        &["releases", service, "production", "--json"],
        &["pipelines", service],
        &["logs", service, &failed],
        &["logs", service, &failed, "--all"],
        &["logs", service, &failed, "--json"],
        &["open", service, "production", "--print"],
        &["status"],
        &["status", "--json"],
        &["merge", service, &number],
        &["merge", service, &number, "--json"],
        &["rollback", service, "production"],
        &["rollback", service, "production", "--json"],
        &["rerun", service, "1"],
        &["account", "list"],
        &["account", "check", "github"],
        &["service", "discover", "acme/storefront"],
        &["doctor"],
    ];
    let mut marked = 0;
    for command in commands {
        let outcome = terminal.run(command).await?;
        for (stream, text) in [("output", &outcome.stdout), ("error", &outcome.stderr)] {
            let active: Vec<char> = text.chars().filter(|c| is_active(*c)).collect();
            ensure!(active.is_empty(), "{command:?}, standard {stream}: {:?} in\n{}", active, text.escape_debug());
            marked += usize::from(text.contains("Zq7"));
        }
    }
    ensure!(marked >= 10, "only {marked} of the outputs had the text in them");
    // Refusals quote the vendor.
    sandbox.delete("/faults").await?;
    let refusal =
        json!({"kind": "status", "code": 422, "calls": "writes", "body": {"message": EVIL, "id": EVIL, "errors": [{"message": EVIL}]}});
    sandbox.post("/faults", &refusal).await?;
    let outcome = terminal.run(&["merge", service, &number, "--yes"]).await?;
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    ensure!(outcome.status == 1 && all.contains("Zq7") && !all.chars().any(is_active), "exit {}: {}", outcome.status, all.escape_debug());
    let journal = terminal.run(&["journal"]).await?.expect(0)?.stdout;
    ensure!(journal.contains("Zq7") && !journal.chars().any(is_active), "{}", journal.escape_debug());
    Ok(())
}

/// Text nodes with the mark whose direction is not isolated.
const LOOSE: &str = "\
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const loose = [];
    let seen = 0;
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (!text.data.includes('Zq7') || !text.parentElement.checkVisibility()) continue;
        seen += 1;
        let one = text.parentElement;
        while (one && !/isolate|plaintext/.test(getComputedStyle(one).unicodeBidi)) one = one.parentElement;
        const all = one && [...one.childNodes].some((n) => n.nodeType === 3 && n !== text && n.data.trim() !== '');
        if (!one || one === document.body || ['MAIN', 'SECTION', 'DIV', 'UL', 'LI'].includes(one.tagName) || all) loose.push(text.parentElement.outerHTML.slice(0, 300));
    }
    return {seen, loose};";

async fn isolated(window: &Window, screen: &str) -> Result<()> {
    window.settle().await?;
    let state = window.evaluate(LOOSE, vec![]).await?;
    ensure!(state["seen"].as_u64() > Some(0), "{screen} does not show the text");
    ensure!(state["loose"] == json!([]), "{screen} has text that may reorder what stands beside it: {:#}", state["loose"]);
    let page = window.evaluate("return [location.href, document.title]", vec![]).await?;
    ensure!(page == json!(["tauri://localhost", "Slipway"]), "{screen}: {page}");
    Ok(())
}

#[tokio::test]
async fn texts_keep_their_direction_to_themselves() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .toasts(Toasts::Harness)
        .run("isolated", async |desktop| {
            let mut album = Album::open("isolated")?;
            sandbox.connect_kept(&desktop.cli()?).await?;
            let service = sandbox.first_service()?;
            sandbox
                .post("/world", &json!({"fail_next": {"service": service, "job": "integration"}, "start_pipeline": {"service": service}}))
                .await?;
            sandbox.post("/world", &json!({"advance": 1200})).await?;
            spoil(&sandbox).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "Zq7").await?;
            window.get("button", Named::Starting("Merge #")).await?;
            album.keep("flow", &window.picture().await?).await?;
            isolated(&window, "flow").await?;
            window.click("button", Named::Starting("Open #")).await?;
            window.get("dialog", Named::Starting("Pull request ")).await?;
            album.keep("pull-request", &window.picture().await?).await?;
            isolated(&window, "pull request").await?;
            window.press(Key::Escape).await?;
            window.press_with(&[Key::Control], "k").await?;
            window.fill("combobox", Named::Anything, "Zq7").await?;
            window.get("option", Named::Containing("Zq7")).await?;
            isolated(&window, "palette").await?;
            window.press(Key::Escape).await?;
            window.click("button", Named::Exactly("Pipelines")).await?;
            window.shows_within(PATIENCE, "Failed tests").await?;
            album.keep("pipeline", &window.picture().await?).await?;
            isolated(&window, "pipeline").await?;
            window.click("button", Named::Exactly("Flow")).await?;
            window.click("button", Named::Starting("Roll back production")).await?;
            window.get("dialog", Named::Containing("Roll back production")).await?;
            window.shows_within(PATIENCE, "Reason").await?;
            album.keep("rollback", &window.picture().await?).await?;
            isolated(&window, "rollback plan").await?;
            for toast in desktop.toasts() {
                let text = format!("{}{}", toast.title, toast.body);
                ensure!(!text.chars().any(is_active), "{}", text.escape_debug());
            }
            ensure!(!desktop.clipboard_is_taken()?, "somebody wrote to the clipboard");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_flood_of_controls_leaves_the_log_pane_alive() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .run("flood", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let service = sandbox.first_service()?;
            sandbox.post("/world", &json!({"fail_next": {"service": service, "job": "integration"}, "start_pipeline": {"service": service}})).await?;
            sandbox.post("/world", &json!({"advance": 1200})).await?;
            // In one line, and in separate lines.
            let lines = "\u{1b}]52;c;eg==\u{7}\u{202e}x\n".repeat(20_000);
            let flood = format!("{}\r\n{lines}the end of the flood\r\n", "\u{1b}[3m".repeat(100_000));
            sandbox.post("/faults", &json!({"kind": "texts", "vendor": "circleci_logs", "fields": {"message": flood}})).await?;
            let window = desktop.open(&[]).await?;
            window.get("button", Named::Exactly("Pipelines")).await?;
            window.click("button", Named::Exactly("Pipelines")).await?;
            window.shows_within(PATIENCE, "The job has ended").await?;
            window.click("button", Named::Starting("Next failure")).await.ok();
            // The page still responds: search, scrolling and navigation work, and only text is shown.
            window.press_with(&[Key::Control], "f").await?;
            window.fill("searchbox", Named::Exactly("Find in this log"), "end of the flood").await?;
            window.press(Key::Enter).await?;
            window.shows("the end of the flood").await?;
            let shown = window.evaluate("return [document.querySelectorAll('*').length, /[\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u009f\\u202e]/.test(document.querySelector('.ground').textContent)]", vec![]).await?;
            ensure!(shown[0].as_u64() < Some(6000) && shown[1] == Value::Bool(false), "{shown}");
            ensure!(!desktop.clipboard_is_taken()?, "somebody wrote to the clipboard");
            window.press(Key::Escape).await?;
            window.click("button", Named::Exactly("Timeline")).await?;
            wait_within(PATIENCE, "the log to be left", async || Ok((!window.text().await?.contains("end of the flood")).then_some(()))).await
        })
        .await
}
