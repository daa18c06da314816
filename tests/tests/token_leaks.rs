//! Recognisable tokens in a whole session with errors: they are in the keychain and nowhere else.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Desktop, Named, SandboxProcess, Toasts, Window, wait_within};
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// With characters that are spelt differently in other encodings.
const CANARIES: [(&str, &str); 3] = [
    ("github", "ghp_canary/GITHUB+41=tw&eet"),
    ("circleci", "CCIPAT_canary/CIRCLECI+42=tw&eet"),
    ("heroku", "HRKU-canary/HEROKU+43=tw&eet"),
];

/// Records what Rust sends to the page: replies and events.
const RECORD: &str = "\
    window.__told = [];
    const fetched = window.fetch;
    window.fetch = async (...asked) => {
        const answer = await fetched(...asked);
        window.__told.push(await answer.clone().text());
        return answer;
    };
    const callbacks = window.__TAURI_INTERNALS__.callbacks;
    for (const [id, told] of [...callbacks]) {
        callbacks.set(id, (what) => { window.__told.push(JSON.stringify(what)); return told(what); });
    }";

/// The page, what is typed into it, and its storage.
const PAGE: &str = "\
    const typed = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
    const kept = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), document.cookie, location.href, document.title];
    return [document.documentElement.outerHTML, ...typed, ...kept].join('\\n');";

#[tokio::test]
async fn tokens_are_in_the_keychain_and_nowhere_else() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    for (vendor, token) in CANARIES {
        sandbox.post("/world", &json!({"token": {"vendor": vendor, "token": token}})).await?;
    }
    let plan = Desktop::plan().toasts(Toasts::Harness).with_tray().variable("RUST_LOG", "trace");
    plan.run("canary", async |desktop| {
        let mut found = Found::default();
        let terminal = desktop.cli()?;
        for (vendor, token) in &CANARIES[..2] {
            let added = terminal.run_with(&["account", "add", vendor, "--url", sandbox.url(vendor)?], token).await?.expect(0)?;
            found.look(&format!("`account add {vendor}`"), &format!("{}{}", added.stdout, added.stderr));
        }
        sandbox.add_services(&terminal).await?;
        let window = desktop.open(&[]).await?;
        window.evaluate(RECORD, vec![]).await?;
        add_in_the_window(&window, sandbox.url("heroku")?, CANARIES[2].1).await?;
        for (_, token) in CANARIES {
            let kept = desktop.secrets().await?.into_iter().map(|s| s.attributes);
            let known = kept.map(|attributes| {
                let attributes: Vec<(&str, &str)> = attributes.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                desktop.secret(&attributes)
            });
            ensure!(known.collect::<Result<Vec<_>>>()?.iter().flatten().any(|kept| kept == token), "the keychain does not have {token}");
        }
        job(desktop, &sandbox, &window).await?;
        echoes(&sandbox, &window).await?;
        found.look("the page", &text(&window.evaluate(PAGE, vec![]).await?));
        let told = window.evaluate("return window.__told", vec![]).await?;
        let told: Vec<String> = told.as_array().context("what was told")?.iter().map(text).collect();
        ensure!(told.len() > 20 && told.iter().any(|one| one.contains("pull_requests")), "little was recorded: {} answers", told.len());
        found.look("what the page was told", &told.join("\n"));
        for command in ["world", "journal", "borrowable"] {
            found.look(command, &format!("{:?}", window.invoke(command, &json!({})).await?));
        }
        ensure!(!desktop.toasts().is_empty(), "no toast was shown");
        found.look("the toasts", &format!("{:?}", desktop.toasts()));
        found.look("the tray", &format!("{:?}", desktop.tray()?.words().await?));
        for command in [&["status", "--json"][..], &["journal", "--json"], &["doctor"], &["account", "list"]] {
            let outcome = terminal.run(command).await?;
            found.look(&format!("{command:?}"), &format!("{}{}", outcome.stdout, outcome.stderr));
        }
        processes(desktop, &mut found)?;
        ensure!(desktop.said().contains("TRACE"), "the program should have said all it can: {}", desktop.said());
        desktop.kill_slipway().await?;
        // The keychain's own file may contain tokens.
        let (files, webkit) = folders(desktop, &mut found)?;
        ensure!(files >= 15 && webkit, "{files} files were searched; WebKit's among them: {webkit}");
        ensure!(found.0.is_empty(), "tokens were found:\n{}", found.0.join("\n"));
        Ok(())
    })
    .await
}

async fn add_in_the_window(window: &Window, url: &str, token: &str) -> Result<()> {
    window.click("button", Named::Exactly("Settings")).await?;
    let form = window.all("form", Named::Exactly("Add an account")).await?;
    if form.is_empty() {
        window.click("button", Named::Exactly("Add account…")).await?;
    }
    window.click("radio", Named::Exactly("Heroku")).await?;
    window.fill("textbox", Named::Starting("URL"), url).await?;
    window.fill("textbox", Named::Exactly("Token"), token).await?;
    window.click("button", Named::Exactly("Add Heroku account")).await?;
    window.shows_within(PATIENCE, "Heroku added").await
}

/// A merge that goes live and a release that fails, for the toasts and the journal.
async fn job(desktop: &Desktop, sandbox: &SandboxProcess, window: &Window) -> Result<()> {
    let service = sandbox.first_service()?;
    window.click("button", Named::Starting(&format!("{service}, "))).await?;
    sandbox.post("/world", &json!({"fail_next": {"service": service, "job": "integration"}})).await?;
    merge(window).await?;
    desktop.toast("the failed pipeline", |toast| toast.title.contains("Failed pipeline")).await.map(|_| ())
}

async fn merge(window: &Window) -> Result<()> {
    window.click_within(PATIENCE, "button", Named::Starting("Merge #")).await?;
    window.get("group", Named::Starting("Merge plan of #")).await?;
    window.confirm(Named::Starting("Merge #")).await?;
    window.gone("group", Named::Starting("Merge plan of #")).await
}

/// Vendors that echo the request, with every status that is handled differently.
async fn echoes(sandbox: &SandboxProcess, window: &Window) -> Result<()> {
    for code in [500, 422, 403, 404, 401, 200] {
        for (vendor, token) in CANARIES {
            let said = format!("echo-{code} of Authorization: Bearer {token}, {}", encoded(token));
            let body = json!({"message": said, "error": said, "id": said, "errors": [{"message": said, "type": said, "path": [said]}], "data": null});
            let headers = json!({"x-echo": said, "x-github-sso": format!("required; url=https://github.com/orgs/{token}/sso?authorization_request={token}")});
            let headers = if code == 403 { headers } else { json!({"x-echo": said}) };
            sandbox.post("/faults", &json!({"kind": "status", "vendor": vendor, "code": code, "body": body, "headers": headers})).await?;
        }
        window.invoke("refresh", &json!({"service": null})).await?.ok();
        // A response of each vendor has reached the page before the next begins.
        window.invoke("journal", &json!({})).await?.ok();
        for id in accounts(window).await? {
            let tested = window.invoke("test_account", &json!({"id": id})).await?;
            ensure!(tested.as_ref().is_ok_and(|t| t["ok"] == false) || code == 200, "{id} at {code}: {tested:?}");
        }
        sandbox.delete("/faults").await?;
    }
    wait_within(PATIENCE, "the accounts to be refused", async || {
        let world = window.invoke("world", &json!({})).await?.unwrap_or_default();
        Ok(world["snapshot"]["accounts"].as_array().context("accounts")?.iter().any(|a| !a["error"].is_null()).then_some(()))
    })
    .await
}

/// Forms in which a server may echo a header.
fn encoded(token: &str) -> String {
    let percent: String =
        token.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02x}") }).collect();
    let base64 = ["", "x", "x:"].map(|before| {
        let mut text = format!("{before}{token}").into_bytes();
        text.resize(text.len().next_multiple_of(3), b' ');
        base64(&text)
    });
    format!("{percent} {} {}", base64.join(" "), base64.join(" ").replace('+', "-").replace('/', "_"))
}

async fn accounts(window: &Window) -> Result<Vec<String>> {
    let world = window.invoke("world", &json!({})).await?.unwrap_or_default();
    let ids = world["snapshot"]["accounts"].as_array().context("accounts")?.iter().filter_map(|a| Some(a["id"].as_str()?.to_owned()));
    Ok(ids.collect())
}

/// Places where a token was found.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn look(&mut self, place: &str, text: &str) {
        self.look_at(place, text.as_bytes());
    }

    fn look_at(&mut self, place: &str, bytes: &[u8]) {
        for (vendor, token) in CANARIES {
            for (spelling, needle) in spellings(token) {
                if let Some(at) = find(bytes, &needle) {
                    let around = &bytes[at.saturating_sub(120)..(at + needle.len() + 20).min(bytes.len())];
                    self.0.push(format!("{vendor}'s, {spelling}, in {place}: {}", String::from_utf8_lossy(around).escape_debug()));
                }
            }
        }
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = needle[0];
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// As it is, in URLs, in markup, in UTF-16, and in base64 at any position of a longer text.
fn spellings(token: &str) -> Vec<(&'static str, Vec<u8>)> {
    let url: String = token
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_".contains(c) { c.to_string() } else { format!("%{:02X}", c as u32) })
        .collect();
    let form = token.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
    let mut all = vec![
        ("as it is", token.as_bytes().to_vec()),
        ("URL-encoded", url.clone().into_bytes()),
        ("url-encoded", url.to_lowercase().into_bytes()),
        ("form-encoded", form.into_bytes()),
        ("in markup", token.replace('&', "&amp;").into_bytes()),
        ("in JSON", token.replace('/', "\\/").into_bytes()),
        ("in JSON for markup", token.replace('&', "\\u0026").into_bytes()),
        ("in UTF-16", token.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("in UTF-16 BE", token.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        // A list of numbers, as byte arrays are printed.
        ("as numbers", token.bytes().map(|b| b.to_string()).collect::<Vec<_>>().join(", ").into_bytes()),
    ];
    for before in 0..3 {
        // Characters that depend on the neighbouring bytes are left out.
        let padded: Vec<u8> = std::iter::repeat_n(b'x', before).chain(token.bytes()).collect();
        let coded = base64(&padded[..padded.len() / 3 * 3]);
        all.push(("in base64", coded.as_bytes()[4..].to_vec()));
        all.push(("in base64 for URLs", coded[4..].replace('+', "-").replace('/', "_").into_bytes()));
    }
    all
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of = |three: &[u8]| {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| LETTERS[bits >> shift & 63] as char)
    };
    bytes.chunks_exact(3).flat_map(of).collect()
}

fn processes(desktop: &Desktop, found: &mut Found) -> Result<()> {
    let ids = desktop.process_ids();
    ensure!(desktop.slipway_ids()?.iter().all(|id| ids.contains(id)), "Slipway is among the session's processes");
    for id in ids {
        for file in ["cmdline", "environ"] {
            found.look_at(&format!("{file} of a process"), &std::fs::read(format!("/proc/{id}/{file}")).unwrap_or_default());
        }
    }
    Ok(())
}

/// Every file of the session except the keychain's: their number, and whether WebKit's were among them.
fn folders(desktop: &Desktop, found: &mut Found) -> Result<(usize, bool)> {
    let (mut files, mut webkit) = (0, false);
    let mut rest = vec![desktop.folder().to_owned()];
    while let Some(folder) = rest.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() && !path.ends_with("keyrings") {
                rest.push(path);
            } else if kind.is_file() {
                files += 1;
                webkit |= is_webkits(&path);
                found.look(&format!("the name {}", path.display()), &path.display().to_string());
                found.look_at(&path.display().to_string(), &std::fs::read(&path)?);
            }
        }
    }
    Ok((files, webkit))
}

fn is_webkits(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "dev.slipway.desktop" || part.as_os_str() == "WebKitCache")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Each spelling is found at any position.
#[test]
fn every_spelling_is_found() {
    for (_, token) in CANARIES {
        for wrapped in [token.to_owned(), format!("a{token}b"), format!("Bearer {token}\n")] {
            let whole = {
                let mut bytes = wrapped.clone().into_bytes();
                bytes.resize(bytes.len().next_multiple_of(3), b'y');
                base64(&bytes)
            };
            for text in [wrapped, whole] {
                let mut found = Found::default();
                found.look("here", &text);
                assert!(!found.0.is_empty(), "{text}");
            }
        }
    }
}
