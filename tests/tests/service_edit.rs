//! Everything a service has can be changed, in the terminal and in the window: it is tried before it is saved, what
//! another program changed meanwhile is not overwritten, and an open window sees a change within two seconds.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Cli, Desktop, Named, Outcome, SandboxProcess, Scheme, Window, wait_within};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::Key;

const PATIENCE: Duration = Duration::from_secs(60);
/// The time within which an open window shows what a terminal has saved.
const SEEN: Duration = Duration::from_secs(2);

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    _folder: TempDir,
}

impl Session {
    async fn start() -> Result<Self> {
        let sandbox = SandboxProcess::start(1, "healthy").await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        Ok(Self { sandbox, terminal, _folder: folder })
    }

    /// `slipway service edit storefront …`
    async fn edit(&self, words: &str, exit: i32) -> Result<Outcome> {
        let mut arguments = vec!["service", "edit", "storefront"];
        arguments.extend(words.split_whitespace());
        self.terminal.run(&arguments).await?.expect(exit)
    }

    async fn service(&self) -> Result<Value> {
        kept(&self.terminal, "storefront").await
    }
}

/// The service as it is kept.
async fn kept(terminal: &Cli, name: &str) -> Result<Value> {
    let listed = terminal.run(&["service", "list", "--json"]).await?.expect(0)?.json()?;
    let services = listed["services"].as_array().context("services")?;
    services.iter().find(|service| service["name"] == name).cloned().with_context(|| format!("no {name} in {listed}"))
}

async fn order(terminal: &Cli) -> Result<Vec<String>> {
    let listed = terminal.run(&["service", "list", "--json"]).await?.expect(0)?.json()?;
    let services = listed["services"].as_array().context("services")?;
    Ok(services.iter().filter_map(|service| service["name"].as_str().map(str::to_owned)).collect())
}

fn environment<'a>(service: &'a Value, name: &str) -> &'a Value {
    service["environments"].as_array().and_then(|all| all.iter().find(|e| e["name"] == name)).unwrap_or(&Value::Null)
}

fn health(sandbox: &SandboxProcess, app: &str) -> Result<String> {
    let control = sandbox.banner()["control"]["url"].as_str().context("the control port")?;
    Ok(format!("{}/health/{app}", control.trim_end_matches('/')))
}

#[tokio::test]
async fn the_terminal_changes_every_field_and_prints_a_line_for_each() -> Result<()> {
    let session = Session::start().await?;
    let up = health(&session.sandbox, "storefront-production")?;
    for (words, line) in [
        ("--migrations db/** sql/*.sql", "migrations: "),
        ("--production staging=yes", "staging production: none -> yes"),
        ("--build staging=none", "staging build app: storefront-staging-build -> none"),
        ("--build staging=storefront-staging-build", "staging build app: none -> storefront-staging-build"),
        ("--ci none", "ci: circleci:"),
        ("--ci github-actions:acme/storefront", "ci: none -> github-actions:acme/storefront"),
        ("--account github --account heroku", "accounts: none -> github, heroku"),
        ("--account none", "accounts: github, heroku -> none"),
        ("--environment canary=heroku:storefront-staging", "canary environment: none -> canary=heroku:storefront-staging"),
        ("--remove-environment canary", "canary environment: canary=heroku:storefront-staging -> none"),
    ] {
        let done = session.edit(words, 0).await?;
        ensure!(done.stdout.lines().count() == 1 && done.stdout.starts_with(line), "{words}: {done:?}");
    }
    let done = session.edit(&format!("--health production={up}"), 0).await?;
    ensure!(done.stdout.trim() == format!("production health: none -> {up}") && done.stderr.is_empty(), "{done:?}");
    let done = session.edit("--production staging=yes", 0).await?;
    ensure!(done.stdout.contains("nothing changed"), "{done:?}");
    let service = session.service().await?;
    ensure!(environment(&service, "production")["health_url"] == up.as_str(), "{service}");
    ensure!(environment(&service, "staging")["production"] == true, "{service}");
    ensure!(service["migration_paths"] == json!(["db/**", "sql/*.sql"]), "{service}");

    let document = session.edit("--rename shop --json", 0).await?.json()?;
    ensure!(document["changed"] == json!([{"field": "name", "environment": null, "from": "storefront", "to": "shop"}]), "{document}");
    ensure!(document["service"]["name"] == "shop" && document["read"].is_null(), "a name is not read: {document}");
    let status = session.terminal.run(&["status", "--service", "shop", "--json"]).await?.expect(0)?.json()?;
    ensure!(status["services"][0]["pull_requests"].as_array().is_some_and(|all| !all.is_empty()), "{status}");
    Ok(())
}

#[tokio::test]
async fn what_does_not_exist_is_not_saved_and_what_is_not_known_is_with_a_warning() -> Result<()> {
    let session = Session::start().await?;
    let before = session.service().await?;
    for (words, said) in [
        ("--repo acme/nobody", "acme/nobody"),
        ("--branch trunk", "acme/storefront has no branch trunk. Its default branch is main."),
        ("--ci circleci:gh/acme/nobody", "has no project gh/acme/nobody"),
        ("--environment production=heroku:nobody", "production app"),
        ("--build production=nobody", "production build app"),
    ] {
        let refused = session.edit(words, 1).await?;
        ensure!(refused.stderr.contains(said) && refused.stderr.contains("Nothing was saved."), "{words}: {refused:?}");
        ensure!(refused.stdout.is_empty() && session.service().await? == before, "{words}");
    }
    for (words, said) in [
        ("", "--rename, --repo, --branch"),
        ("--health eu=https://x.example/", "There are: "),
        ("--health production=http://shop.example/up", "on plain http anybody on the way"),
        ("--health production=ftp://shop.example/up", "begins with https://"),
        ("--account nobody", "There is no account nobody"),
        ("--rename a/b", "must not contain a slash"),
        ("--migrations /db/**", "without a slash at its beginning"),
        ("--position 0", "use a number from 1"),
        ("--ci jenkins:x", "use "),
    ] {
        let refused = session.edit(words, 2).await?;
        ensure!(refused.stderr.contains(said) && refused.stdout.is_empty(), "{words}: {refused:?}");
        ensure!(session.service().await? == before, "{words}");
    }
    let none = session.terminal.run(&["service", "edit", "nobody", "--branch", "x"]).await?.expect(2)?;
    ensure!(none.stderr.contains("There is no service nobody. There "), "{none:?}");

    let gone = health(&session.sandbox, "nobody")?;
    let warned = session.edit(&format!("--health production={gone}"), 0).await?;
    ensure!(warned.stderr.contains("production health url: 404 in "), "how an app is now is no reason to refuse: {warned:?}");
    session.sandbox.post("/faults", &json!({"vendor": "heroku", "kind": "status", "code": 503, "calls": "reads"})).await?;
    let warned = session.edit("--environment production=heroku:nobody", 0).await?;
    ensure!(warned.stderr.contains("production app: ") && warned.stdout.contains("-> heroku:nobody"), "{warned:?}");
    session.sandbox.delete("/faults").await?;
    session.edit("--branch trunk --unchecked", 0).await?;
    ensure!(session.service().await?["branch"] == "trunk", "as it was asked for");
    Ok(())
}

#[tokio::test]
async fn a_service_is_added_once_its_parts_are_found() -> Result<()> {
    let session = Session::start().await?;
    let add = async |words: &str, exit: i32| {
        let mut arguments = vec!["service", "add", "shop"];
        arguments.extend(words.split_whitespace());
        session.terminal.run(&arguments).await?.expect(exit)
    };
    for (words, said) in [
        ("--repo acme/nobody --ci none", "repository: "),
        ("--repo acme/storefront --branch trunk --ci none", "has no branch trunk"),
        ("--repo acme/storefront --ci circleci:gh/acme/nobody", "has no project"),
        ("--repo acme/storefront --ci none --environment production=heroku:nobody", "production app: "),
    ] {
        let refused = add(words, 1).await?;
        ensure!(refused.stderr.contains(said) && refused.stderr.contains("--unchecked") && refused.stdout.is_empty(), "{refused:?}");
    }
    ensure!(order(&session.terminal).await?.iter().all(|name| name != "shop"), "nothing was added");
    let right = "--repo acme/storefront --ci circleci:gh/acme/storefront --environment production=heroku:storefront-production";
    let added = add(right, 0).await?;
    ensure!(added.stdout.trim() == "Added shop: acme/storefront@main, circleci:gh/acme/storefront, production", "{added:?}");
    ensure!(added.stderr.is_empty(), "{added:?}");
    session.terminal.run(&["service", "remove", "shop"]).await?.expect(0)?;
    add("--repo acme/nobody --ci none --unchecked", 0).await?;
    Ok(())
}

#[tokio::test]
async fn the_order_is_one_everywhere() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "busy").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    let names = order(&terminal).await?;
    let (first, last) = (names.first().context("a service")?, names.last().context("a service")?);
    let moved = terminal.run(&["service", "edit", last, "--position", "first"]).await?.expect(0)?;
    ensure!(moved.stdout.trim() == format!("position: {} -> 1", names.len()), "{moved:?}");
    terminal.run(&["service", "edit", first, "--position", "last"]).await?.expect(0)?;
    let mut expected: Vec<&str> = names.iter().map(String::as_str).collect();
    let count = expected.len();
    expected.swap(0, count - 1);
    // The last went first, and then the first, now second, went last: the others keep their order.
    ensure!(order(&terminal).await? == expected, "{:?} is not {expected:?}", order(&terminal).await?);
    let status = terminal.run(&["status", "--json"]).await?.expect(0)?.json()?;
    let shown: Vec<&str> = status["services"].as_array().into_iter().flatten().filter_map(|s| s["name"].as_str()).collect();
    ensure!(shown == expected, "{shown:?}");
    Ok(())
}

async fn open_form(window: &Window) -> Result<()> {
    window.press("g").await?;
    window.press("s").await?;
    window.click("button", Named::Exactly("Services")).await?;
    window.click("button", Named::Exactly("Edit storefront")).await?;
    window.shows_within(PATIENCE, "storefront: all ").await
}

async fn journal(terminal: &Cli) -> Result<Value> {
    terminal.run(&["journal", "--json"]).await?.expect(0)?.json()
}

/// The value of the field of that name.
async fn value(window: &Window, name: &str) -> Result<String> {
    let field = window.get("textbox", Named::Exactly(name)).await?;
    Ok(field.prop("value").await?.unwrap_or_default())
}

/// How long after the end of the command the window shows it.
async fn seen(window: &Window, words: &str) -> Result<Duration> {
    let saved = Instant::now();
    window.shows_within(PATIENCE, words).await?;
    Ok(saved.elapsed())
}

#[tokio::test]
async fn the_window_tries_saves_and_sees_what_a_terminal_saves() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .run("service-edit", async |desktop| {
            let terminal = desktop.cli()?;
            sandbox.connect_kept(&terminal).await?;
            let number = sandbox.open_ready("storefront").await?.to_string();
            terminal.run(&["merge", "storefront", &number, "--yes"]).await?.expect(0)?;
            let before = journal(&terminal).await?;
            let window = desktop.open(&[]).await?;
            let mut album = Album::open("service-edit")?;
            window.shows_within(PATIENCE, "storefront").await?;
            open_form(&window).await?;
            album.keep("form", &window.picture().await?).await?;
            let nameless = window.nameless().await?;
            ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");

            // A field is tried, and saved with the keyboard.
            let url = "Health URL of production, optional";
            window.fill("textbox", Named::Exactly(url), &health(&sandbox, "nobody")?).await?;
            window.shows_within(PATIENCE, "404 in ").await?;
            window.shows("1 change not saved").await?;
            album.keep("fails", &window.picture().await?).await?;
            let up = health(&sandbox, "storefront-production")?;
            window.fill("textbox", Named::Exactly(url), &up).await?;
            window.shows_within(PATIENCE, "200 in ").await?;
            window.press_with(&[Key::Control], Key::Enter).await?;
            window.shows_within(PATIENCE, "storefront saved.").await?;
            ensure!(environment(&kept(&terminal, "storefront").await?, "production")["health_url"] == up.as_str());

            // What a terminal saves is seen, and nothing that is written is lost.
            terminal.run(&["service", "edit", "storefront", "--migrations", "sql/**"]).await?.expect(0)?;
            let took = seen(&window, "Changed elsewhere, and shown as it is now.").await?;
            ensure!(took < SEEN, "the open form showed it after {took:?}");
            window.shows("sql/**").await?;
            window.fill("textbox", Named::Exactly("Branch"), "trunk").await?;
            terminal.run(&["service", "edit", "storefront", "--production", "staging=no"]).await?.expect(0)?;
            let took = seen(&window, "storefront was changed elsewhere").await?;
            ensure!(took < SEEN, "the changed form said it after {took:?}");
            ensure!(value(&window, "Branch").await? == "trunk", "what was written is there");
            album.keep("elsewhere", &window.picture().await?).await?;
            window.click("button", Named::Starting("Show it")).await?;
            window.press(Key::Escape).await?;
            window.get("dialog", Named::Exactly("1 change not saved")).await?;
            album.keep("leaving", &window.picture().await?).await?;
            window.click("button", Named::Exactly("Keep as is")).await?;
            window.get("button", Named::Exactly("Add service…")).await?;
            ensure!(kept(&terminal, "storefront").await?["branch"] == "main", "nothing was saved");

            // A new name, in the window; the journal is what it was.
            window.click("button", Named::Exactly("Edit storefront")).await?;
            window.shows_within(PATIENCE, "storefront: all ").await?;
            window.fill("textbox", Named::Exactly("Name"), "shop").await?;
            window.press_with(&[Key::Control], Key::Enter).await?;
            window.shows_within(PATIENCE, "shop saved.").await?;
            kept(&terminal, "shop").await?;
            ensure!(journal(&terminal).await? == before, "the journal is what it was");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn the_order_and_the_removal_in_the_window() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "side-by-side").await?;
    Desktop::plan()
        .scheme(Scheme::Light)
        .run("service-order", async |desktop| {
            let terminal = desktop.cli()?;
            sandbox.connect_kept(&terminal).await?;
            let names = order(&terminal).await?;
            let (first, second) = (names.first().context("a service")?, names.get(1).context("another")?);
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, first).await?;
            window.press("g").await?;
            window.press("s").await?;
            window.click("button", Named::Exactly("Services")).await?;
            window.click("button", Named::Exactly(&format!("Move {first} down"))).await?;
            window.shows_within(PATIENCE, &format!("{first} is 2 of {}.", names.len())).await?;
            let mut album = Album::open("service-order")?;
            album.keep("moved", &window.picture().await?).await?;
            wait_within(PATIENCE, "the order to be kept", async || Ok((order(&terminal).await?.first() == Some(second)).then_some(())))
                .await?;
            // A terminal's order is seen by the open window.
            terminal.run(&["service", "edit", first, "--position", "first"]).await?.expect(0)?;
            let saved = Instant::now();
            wait_within(PATIENCE, "the order of the terminal", async || {
                let shown = window.evaluate("return document.querySelector('[data-service]').dataset.service", vec![]).await?;
                Ok((shown == first.as_str()).then_some(()))
            })
            .await?;
            ensure!(saved.elapsed() < SEEN, "the open window showed it after {:?}", saved.elapsed());

            window.click("button", Named::Exactly(&format!("Remove {first}…"))).await?;
            window.get("dialog", Named::Exactly(&format!("Remove {first}"))).await?;
            window.press_with(&[Key::Control], Key::Enter).await?;
            album.keep("remove", &window.picture().await?).await?;
            ensure!(order(&terminal).await?.contains(first), "not without its name");
            window.fill("textbox", Named::Starting("Type "), first).await?;
            window.press_with(&[Key::Control], Key::Enter).await?;
            window.gone("button", Named::Exactly(&format!("Edit {first}"))).await?;
            ensure!(!order(&terminal).await?.contains(first), "removed");
            Ok(())
        })
        .await
}
