//! Setting a service up: what is found for each repository of the `set-ups` scenario, what stays uncertain, the
//! number of requests, and the complete process in the window.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Album, Cli, Desktop, Named, SandboxProcess, Scheme};
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::Key;

/// The repository's name, the parts that are found, the questions, and the apps that are set aside.
type Planted<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

const PATIENCE: Duration = Duration::from_secs(60);

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    _folder: TempDir,
}

impl Session {
    async fn start() -> Result<Self> {
        let sandbox = SandboxProcess::start(60, "set-ups").await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        Ok(Self { sandbox, terminal, _folder: folder })
    }

    async fn discover(&self, name: &str) -> Result<Value> {
        self.terminal.run(&["service", "discover", &format!("acme/{name}"), "--json"]).await?.expect(0)?.json()
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("-")
}

/// `branch main sure`, `production build_app shop-build likely`: every part in one line.
fn parts(found: &Value) -> Vec<String> {
    let line = |part: &Value| {
        let environment = part["environment"].as_str().map_or(String::new(), |e| format!("{e} "));
        format!("{environment}{} {} {}", text(part, "part"), text(part, "value"), text(part, "confidence"))
    };
    array(&found["proposal"]["parts"]).iter().map(line).collect()
}

fn texts<'v>(found: &'v Value, key: &str) -> Vec<&'v str> {
    array(&found["proposal"][key]).iter().filter_map(|v| v.as_str().or_else(|| v["app"].as_str())).collect()
}

#[tokio::test]
async fn every_planted_set_up_is_found_and_its_doubts_are_told() -> Result<()> {
    let session = Session::start().await?;
    let unhealthy = |environment: &str| format!("{environment} health_url - guess");
    let table: &[Planted<'_>] = &[
        (
            "kiosk",
            &[
                "branch main sure",
                "ci circleci:gh/acme/kiosk sure",
                "production environment acme-kiosk likely",
                "production health_url https://acme-kiosk.herokuapp.com/up likely",
            ],
            &[],
            &[],
        ),
        (
            "bookings",
            &[
                "branch main sure",
                "ci circleci:gh/acme/bookings sure",
                "production environment bookings likely",
                "staging environment bookings-staging sure",
            ],
            &[],
            &[],
        ),
        (
            "storefront",
            &[
                "branch main sure",
                "ci circleci:gh/acme/storefront sure",
                "production environment storefront-production sure",
                "production build_app storefront-production-build sure",
                "staging environment storefront-staging sure",
                "staging build_app storefront-staging-build sure",
            ],
            &[
                "storefront-blue carries this repository's commits but belongs to no environment: is it a review app, or an environment of its own?",
            ],
            &["storefront-blog", "storefront-blue", "storefront-pr-87"],
        ),
        (
            "loyalty",
            &[
                "branch main sure",
                "ci github-actions:acme/loyalty sure",
                "production environment fierce-canyon-4821 sure",
                "staging environment still-lake-1177 sure",
            ],
            &[],
            &["loyalty-pr-214"],
        ),
        ("handbook", &["branch main sure", "ci - sure", "production environment acme-handbook likely"], &[], &[]),
        (
            "payments",
            &[
                "branch main sure",
                "ci github-actions:acme/payments likely",
                "production environment payments-production sure",
                "staging environment payments-staging sure",
            ],
            &[
                "Both CircleCI and GitHub Actions are set up; .github/workflows/deploy.yml releases to Heroku: is GitHub Actions the one to follow?",
            ],
            &[],
        ),
        (
            "style-guide",
            &["branch main sure", "ci circleci:gh/acme/style-guide sure"],
            &[
                ".circleci/config.yml names the app style-guide-preview, which this Heroku account does not show: does it belong to another account?",
                "No environment was found: no app runs its commits, is named by its CI or is called like it. Which apps does acme/style-guide go to?",
            ],
            &[],
        ),
        (
            "storefront-blog",
            &["branch main sure", "ci circleci:gh/acme/storefront-blog guess", "production environment storefront-blog likely"],
            &["CircleCI shows no project gh/acme/storefront-blog: is it followed there, and may the token see it?"],
            &[],
        ),
    ];
    for (name, expected, doubts, aside) in table {
        session.sandbox.delete("/truth").await?;
        let found = session.discover(name).await?;
        let seen: Vec<String> = parts(&found).into_iter().filter(|p| *p != unhealthy("production") && *p != unhealthy("staging")).collect();
        ensure!(seen == *expected, "{name}: {seen:#?}");
        ensure!(texts(&found, "questions") == *doubts, "{name}: {:#?}", texts(&found, "questions"));
        ensure!(texts(&found, "set_aside") == *aside, "{name}: {:#?}", texts(&found, "set_aside"));
        ensure!(array(&found["proposal"]["unread"]).is_empty(), "{name}: {}", found["proposal"]["unread"]);
        let reasons = array(&found["proposal"]["parts"]).iter().all(|p| !array(&p["reasons"]).is_empty());
        ensure!(reasons, "{name} has a part without a reason");
        let truth = session.sandbox.truth().await?;
        let requests: u64 = truth["requests"].as_object().into_iter().flat_map(|v| v.values()).filter_map(|v| v["total"].as_u64()).sum();
        ensure!((3..=75).contains(&requests), "{name} took {requests} requests");
        ensure!(array(&truth["violations"]).is_empty() && array(&truth["mutations"]).is_empty(), "{truth}");
    }
    Ok(())
}

#[tokio::test]
async fn the_printed_command_adds_what_was_proposed() -> Result<()> {
    let session = Session::start().await?;
    for name in ["bookings", "loyalty", "handbook"] {
        let found = session.discover(name).await?;
        let command = found["command"].as_str().context("a command")?;
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        session.terminal.run(&words).await?.expect(0)?;
        let words = session.terminal.run(&["service", "discover", &format!("acme/{name}")]).await?.expect(0)?.stdout;
        ensure!(words.contains(command) && words.contains("sure"), "{words}");
    }
    let status = session.terminal.run(&["status", "--service", "bookings", "--json"]).await?.expect(0)?.json()?;
    let environments: Vec<&str> = array(&status["services"][0]["environments"]).iter().map(|e| text(e, "app")).collect();
    ensure!(environments == ["bookings", "bookings-staging"], "{environments:?}");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_told_and_the_rest_is_proposed() -> Result<()> {
    let sandbox = SandboxProcess::start(60, "set-ups").await?;
    let folder = tempfile::tempdir()?;
    let terminal = Cli::alone(folder.path())?.variable("GH_TOKEN", sandbox.token("github")?);
    terminal.run(&["account", "add", "github", "--url", sandbox.url("github")?, "--no-keychain"]).await?.expect(0)?;
    let found = terminal.run(&["service", "discover", "acme/payments", "--json"]).await?.expect(0)?.json()?;
    let sources: Vec<&str> = array(&found["proposal"]["unread"]).iter().map(|u| text(u, "source")).collect();
    ensure!(sources == ["circleci", "heroku"], "{sources:?}");
    let seen = parts(&found);
    for part in ["production environment payments-production likely", "staging environment payments-staging likely"] {
        ensure!(seen.iter().any(|p| p == part), "{seen:#?}");
    }
    let words = terminal.run(&["service", "discover", "acme/payments"]).await?.expect(0)?.stdout;
    ensure!(words.contains("Not looked at") && words.contains("No Heroku account is connected"), "{words}");
    // Exit codes: nothing could be read, wrong usage.
    let gone = terminal.run(&["service", "discover", "acme/no-such"]).await?.expect(1)?;
    ensure!(gone.stdout.is_empty() && gone.stderr.contains("acme/no-such"), "{gone:?}");
    terminal.run(&["service", "discover", "no-repository"]).await?.expect(2)?;
    terminal.run(&["service", "discover", "acme/payments", "--account", "heroku-7"]).await?.expect(2)?;
    sandbox.post("/faults", &json!({"vendor": "github", "kind": "status", "code": 503})).await?;
    terminal.run(&["service", "discover", "acme/payments"]).await?.expect(1)?;
    Ok(())
}

#[tokio::test]
async fn a_service_is_picked_corrected_and_added_by_keyboard() -> Result<()> {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let name = if matches!(scheme, Scheme::Light) { "discover-light" } else { "discover-dark" };
        Desktop::plan().scheme(scheme).run(name, async |desktop| through_the_window(desktop, name).await).await?;
    }
    Ok(())
}

async fn through_the_window(desktop: &Desktop, name: &str) -> Result<()> {
    let mut album = Album::open(name)?;
    let window = desktop.open(&["--sandbox", "--scenario", "set-ups"]).await?;
    window.shows_within(PATIENCE, "storefront").await?;
    window.click("button", Named::Exactly("Settings")).await?;
    window.click("button", Named::Exactly("Services")).await?;
    window.click("button", Named::Exactly("Add service…")).await?;
    window.get("option", Named::Containing("acme/payments")).await?;
    album.keep("pick", &window.picture().await?).await?;

    window.fill("combobox", Named::Exactly("Repository"), "storefront").await?;
    window.gone("option", Named::Containing("acme/payments")).await?;
    window.press(Key::Enter).await?;
    window.shows_within(PATIENCE, "Found for acme/storefront").await?;
    window.shows("storefront-blue carries this repository's commits").await?;
    album.keep("build-apps", &window.picture().await?).await?;

    window.click("button", Named::Exactly("Pick another repository")).await?;
    window.fill("combobox", Named::Exactly("Repository"), "style-guide").await?;
    window.get("option", Named::Containing("acme/style-guide")).await?;
    window.press(Key::Enter).await?;
    window.shows_within(PATIENCE, "No environment was found").await?;
    album.keep("none-found", &window.picture().await?).await?;

    window.click("button", Named::Exactly("Pick another repository")).await?;
    window.fill("combobox", Named::Exactly("Repository"), "acme/no-such").await?;
    window.press(Key::Enter).await?;
    window.shows_within(PATIENCE, "Could not resolve to a Repository").await?;
    album.keep("no-such-repository", &window.picture().await?).await?;

    window.click("button", Named::Exactly("Pick another repository")).await?;
    window.fill("combobox", Named::Exactly("Repository"), "payments").await?;
    window.get("option", Named::Containing("acme/payments")).await?;
    window.press(Key::Enter).await?;
    window.shows_within(PATIENCE, "Found for acme/payments").await?;
    window.fill("textbox", Named::Exactly("Name"), "pay").await?;
    window.fill("textbox", Named::Exactly("Health URL of production, optional"), "https://payments-production.herokuapp.com/up").await?;
    window.shows("As you wrote it").await?;
    album.keep("corrected", &window.picture().await?).await?;
    let nameless = window.nameless().await?;
    ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
    window.click("button", Named::Exactly("Add service")).await?;
    window.shows_within(PATIENCE, "pay added.").await?;
    window.get("button", Named::Exactly("Open pay")).await?;
    album.keep("added", &window.picture().await?).await?;
    Ok(())
}
