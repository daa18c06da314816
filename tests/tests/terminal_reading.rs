//! Reading in the terminal: releases page by page, pipelines, logs, pages in the browser, help, completions and
//! manual pages, what a wrong name is answered with, and the ways out of an incident.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Browser, Cli, SandboxProcess, slipway_bin, slipway_cli_bin, wait_for};
use std::collections::HashMap;
use std::process::Command;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};

struct Session {
    sandbox: SandboxProcess,
    terminal: Cli,
    service: String,
    _folder: TempDir,
}

impl Session {
    async fn start(scenario: &str) -> Result<Self> {
        let sandbox = SandboxProcess::start(60, scenario).await?;
        let folder = tempfile::tempdir()?;
        let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
        let service = sandbox.first_service()?.to_owned();
        Ok(Self { sandbox, terminal, service, _folder: folder })
    }

    async fn prints(&self, arguments: &[&str]) -> Result<String> {
        Ok(self.terminal.run(arguments).await?.expect(0)?.stdout)
    }

    /// What a refusal says; it prints nothing on standard output.
    async fn refuses(&self, arguments: &[&str]) -> Result<String> {
        let refused = self.terminal.run(arguments).await?.expect(2)?;
        ensure!(refused.stdout.is_empty(), "{arguments:?}: {}", refused.stdout);
        Ok(refused.stderr)
    }

    async fn pipelines(&self) -> Result<Vec<Value>> {
        self.terminal.run(&["pipelines", &self.service, "--json"]).await?.expect(0)?.json_lines()
    }
}

/// The greatest memory of a process so far, in bytes.
fn peak(id: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

/// Reads the first lines of a command that is still printing, and then the rest: its peak in between, and its lines.
async fn peak_after(terminal: &Cli, arguments: &[&str], first: usize) -> Result<(u64, Vec<Value>)> {
    let mut child = terminal.start(arguments)?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let mut read = Vec::new();
    while read.len() < first {
        let line = lines.next_line().await?.with_context(|| format!("only {} lines", read.len()))?;
        read.push(serde_json::from_str(&line)?);
    }
    let peak = peak(child.id().context("it has ended before all was read")?)?;
    while let Some(line) = lines.next_line().await? {
        read.push(serde_json::from_str(&line)?);
    }
    ensure!(child.wait().await?.success());
    Ok((peak, read))
}

/// A page is printed before the next one is read: ten times the releases need no more memory.
#[tokio::test]
async fn ten_thousand_releases_are_printed_in_the_memory_of_a_thousand() -> Result<()> {
    const MORE: u64 = 12 << 20;
    let sandbox = SandboxProcess::start(1, "busy").await?;
    let folder = tempfile::tempdir()?;
    let mut terminal = Cli::alone(folder.path())?;
    for (variable, vendor) in [("GH_TOKEN", "github"), ("CIRCLE_TOKEN", "circleci"), ("HEROKU_API_KEY", "heroku")] {
        terminal = terminal.variable(variable, sandbox.token(vendor)?);
        terminal.run(&["account", "add", vendor, "--url", sandbox.url(vendor)?, "--no-keychain"]).await?.expect(0)?;
    }
    sandbox.add_service(&terminal, &sandbox.banner()["services"][0]).await?;
    let service = sandbox.first_service()?;
    terminal.run(&["status", service]).await?.expect(0)?;

    // The pipe holds far fewer than the last five hundred lines, so that the program is still there.
    let (small, thousand) = peak_after(&terminal, &["releases", service, "production", "--limit", "1000", "--json"], 500).await?;
    let (large, all) = peak_after(&terminal, &["releases", service, "production", "--all", "--json"], 9_500).await?;
    println!("a peak of {} MB for 1,000 and {} MB for 10,000 releases", small >> 20, large >> 20);
    ensure!(large < small + MORE, "{small} bytes for 1,000 releases, {large} for 10,000");

    let versions: Vec<u64> = all.iter().filter_map(|line| line["version"].as_u64()).collect();
    ensure!(versions.iter().copied().eq((1..=10_000).rev()), "{} releases", versions.len());
    ensure!(thousand.len() == 1_000 && thousand[999]["version"] == 9_001, "{}", thousand.len());
    // What a release runs is told right across the borders of pages.
    let code = |line: &Value| line["slug"].as_str().unwrap_or_default().to_owned();
    let by_version: HashMap<u64, &Value> = all.iter().filter_map(|line| Some((line["version"].as_u64()?, line))).collect();
    let mut first: HashMap<String, u64> = HashMap::new();
    for line in all.iter().rev() {
        let version = line["version"].as_u64().unwrap_or_default();
        let told = line["code_version"].as_u64().with_context(|| line.to_string())?;
        ensure!(code(by_version[&told]) == code(line), "v{version} does not run the code of v{told}");
        let earlier = first.get(&code(line)).copied().unwrap_or(version);
        ensure!((told < version) == (earlier < version), "v{version} runs what v{earlier} ran, and v{told} is told");
        if line["status"] == "succeeded" {
            first.entry(code(line)).or_insert(version);
        }
    }
    Ok(())
}

#[tokio::test]
async fn releases_fit_the_terminal_and_say_what_status_says() -> Result<()> {
    let session = Session::start("incident").await?;
    let service = session.service.as_str();
    for columns in ["80", "200"] {
        let terminal = session.terminal.clone().variable("COLUMNS", columns);
        for arguments in [&["releases", service, "production", "--all"][..], &["pipelines", service], &["status"]] {
            let text = terminal.run(arguments).await?.expect(0)?.stdout;
            let wide = text.lines().find(|line| line.chars().count() > columns.parse().unwrap_or_default());
            ensure!(wide.is_none(), "{arguments:?} at {columns}: {wide:?}");
            ensure!(!text.contains('\u{1b}'), "colours where there is no terminal");
        }
    }
    let text = session.prints(&["releases", service, "production"]).await?;
    ensure!(text.lines().count() == 21, "a header and twenty releases:\n{text}");
    ensure!(text.contains("✖ crashing") && text.contains(" ago  "), "{text}");
    let coloured = session.terminal.clone().variable("CLICOLOR_FORCE", "1");
    let releases = ["releases", service, "production"];
    ensure!(coloured.run(&releases).await?.expect(0)?.stdout.contains("\u{1b}[1m\u{1b}[31m"), "production's red");
    for (variable, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = session.terminal.clone().variable(variable, value).run(&releases).await?.expect(0)?.stdout;
        ensure!(!plain.contains('\u{1b}'), "{variable}");
    }
    let json = coloured.run(&["status", "--json"]).await?.expect(0)?;
    ensure!(!json.stdout.contains('\u{1b}') && json.json().is_ok());
    Ok(())
}

#[tokio::test]
async fn logs_show_failed_tests_first_and_then_the_end() -> Result<()> {
    let session = Session::start("incident").await?;
    let service = session.service.as_str();
    let pipelines = session.pipelines().await?;
    let with = |status: &str| pipelines.iter().find(|line| line["status"] == status).map(|line| line["number"].to_string());
    let (failed, passed) = (with("failed").context("a failed one")?, with("passed").context("a passed one")?);
    let text = session.prints(&["logs", service, &format!("#{failed}")]).await?;
    let place = |part: &str| text.find(part).with_context(|| format!("no {part:?} in\n{text}"));
    ensure!(place("failed test")? < place("the end of its output")?, "{text}");
    let all = session.prints(&["logs", service, &failed, "--all"]).await?;
    ensure!(all.len() > text.len(), "all steps are more than the end of one");
    let short = session.prints(&["logs", service, &failed, "--lines", "1"]).await?;
    ensure!(short.lines().count() < text.lines().count(), "{short}");

    let text = session.prints(&["logs", service, &passed]).await?;
    ensure!(text.contains("No job of it failed. Its jobs:") && text.contains("✓ integration  passed"), "{text}");
    let job = session.prints(&["logs", service, &passed, "--job", "integration"]).await?;
    ensure!(job.contains("✓ integration: passed") && job.lines().count() > 3, "{job}");
    let wrong = session.refuses(&["logs", service, &passed, "--job", "integratoin"]).await?;
    ensure!(wrong.contains("Did you mean integration?") && wrong.contains("There are: "), "{wrong}");
    Ok(())
}

/// What runs is printed as far as it is, and several jobs that failed are all named.
#[tokio::test]
async fn logs_of_running_and_of_several_failed_jobs() -> Result<()> {
    let session = Session::start("healthy").await?;
    let service = session.service.as_str();
    for job in ["integration", "lint"] {
        session.sandbox.post("/world", &json!({"fail_next": {"service": service, "job": job}})).await?;
    }
    let started = session.sandbox.post("/world", &json!({"start_pipeline": {"service": service}})).await?;
    let number = started["start_pipeline"]["number"].to_string();
    let running = wait_for("a job that runs", async || {
        session.sandbox.post("/world", &json!({"advance": 10})).await?;
        let text = session.prints(&["logs", service, &number]).await?;
        Ok(text.contains("Still running: ").then_some(text))
    });
    ensure!(running.await?.contains(": running"), "the job that runs has a log so far");
    session.sandbox.post("/world", &json!({"advance": 2400})).await?;
    let over = session.terminal.run(&["logs", service, &number, "--json"]).await?.expect(0)?.json()?;
    let failed = over["logs"].as_array().into_iter().flatten().filter(|log| log["status"] == "failed").count();
    let text = session.prints(&["logs", service, &number]).await?;
    ensure!(failed >= 1 && (failed == 1 || text.contains(&format!("{failed} jobs failed: "))), "{failed}\n{text}");
    Ok(())
}

#[tokio::test]
async fn pages_are_opened_without_tokens_and_only_of_known_hosts() -> Result<()> {
    let session = Session::start("incident").await?;
    let service = session.service.as_str();
    session.prints(&["status"]).await?;
    let browser = Browser::new()?;
    let terminal = session.terminal.clone().variable("PATH", &browser.path());
    let page = format!("https://dashboard.heroku.com/apps/{service}-production");
    let printed = terminal.run(&["open", service, "production", "--print"]).await?.expect(0)?.stdout;
    ensure!(printed.trim() == page && browser.opened().is_empty(), "{printed}");
    let opened = terminal.run(&["open", service, "production"]).await?.expect(0)?.stdout;
    wait_for("the browser", async || Ok((browser.opened() == [page.clone()]).then_some(()))).await?;
    ensure!(opened == printed);
    for token in ["github", "circleci", "heroku"] {
        ensure!(!browser.environment().contains(session.sandbox.token(token)?), "the browser has the token of {token}");
    }
    // The simulated host has no https: its address is printed, and not opened.
    let local = terminal.run(&["open", service, "#3"]).await?.expect(1)?;
    ensure!(local.stdout.trim().ends_with("/pull/3") && local.stderr.contains("Only https"), "{local:?}");
    ensure!(browser.opened().len() == 1, "{:?}", browser.opened());
    let nobody = session.terminal.clone().variable("PATH", "/nowhere").run(&["open", service, "production"]).await?.expect(1)?;
    ensure!(nobody.stdout.trim() == page && nobody.stderr.contains("no browser"), "{nobody:?}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_name_is_answered_with_what_there_is() -> Result<()> {
    let session = Session::start("incident").await?;
    let service = session.service.as_str();
    session.prints(&["status"]).await?;
    let misspelt = service.replace('o', "");
    for (arguments, said) in [
        (vec!["status", &misspelt], format!("Did you mean {service}?")),
        (vec!["watch", "--service", "nobody"], "There is no service nobody. There are: ".to_owned()),
        (vec!["releases", service, "prod"], "Did you mean production? There are: staging, production.".to_owned()),
        (vec!["rollback", service, "prod"], "Did you mean production? There are: staging, production.".to_owned()),
        (vec!["logs", service, "1"], "There are: ".to_owned()),
        (vec!["open", service, "prodution"], "Did you mean production?".to_owned()),
        (vec!["dismiss", service, "pipeline_failed-000000", "--reason", "x"], "Of those that a person can end: ".to_owned()),
        (vec!["account", "check", "git-hub"], "Did you mean github? There are: ".to_owned()),
        (vec!["account", "set", "git-hub", "--read-only", "on"], "Did you mean github? There are: ".to_owned()),
        (vec!["account", "remove", "git-hub"], "Did you mean github? There are: ".to_owned()),
        (vec!["service", "remove", &misspelt], format!("Did you mean {service}?")),
        (vec!["man", "rollbak"], "Did you mean rollback?".to_owned()),
        (vec!["account", "lst"], "the commands are add, list,".to_owned()),
        (vec!["merge", service], "the number is missing: write 414 or '#414'".to_owned()),
        (vec!["rerun", service], "the number is missing: write 414 or '#414'".to_owned()),
        (vec!["merge", service, "https://github.com/acme/other/pull/7"], "is of acme/other".to_owned()),
        (
            vec!["merge", service, "https://evil.example/acme/x/pull/7", "--yes"],
            "not a host that Slipway knows. Known: github.com,".to_owned(),
        ),
        (vec!["rerun", service, "https://evil.example/pipelines/7"], "not a host that Slipway knows".to_owned()),
    ] {
        let refused = session.refuses(&arguments).await?;
        ensure!(refused.contains(&said), "{arguments:?}: {refused}");
    }
    ensure!(session.sandbox.changes().await? == 0);
    Ok(())
}

/// A number, the number as people write it, and the address mean one pull request.
#[tokio::test]
async fn a_pull_request_by_its_number_and_by_its_address() -> Result<()> {
    let session = Session::start("healthy").await?;
    let service = session.service.as_str();
    let number = session.sandbox.open_ready(service).await?;
    session.prints(&["status"]).await?;
    let address = session.prints(&["open", service, &number.to_string(), "--print"]).await?;
    for name in [number.to_string(), format!("#{number}"), address.trim().to_owned(), format!("{}/files", address.trim())] {
        let asked = session.terminal.run(&["merge", service, &name, "--json"]).await?.expect(3)?.json()?;
        ensure!(asked["plan"]["action"]["number"] == number, "{name}: {}", asked["plan"]["action"]);
    }
    let pipeline = &session.pipelines().await?[0];
    let id = pipeline["id"].as_str().context("an id")?;
    for name in [pipeline["number"].to_string(), format!("#{}", pipeline["number"]), id.to_owned()] {
        session.prints(&["logs", service, &name]).await?;
    }
    Ok(())
}

fn command_after<'a>(text: &'a str, words: &str) -> Option<Vec<&'a str>> {
    let line = text.lines().find(|line| line.trim_start().starts_with(words))?;
    Some(line.split_whitespace().skip(1).collect())
}

/// What is printed can be typed, for each environment that is hurt.
#[tokio::test]
async fn an_incident_prints_both_ways_out_of_each_environment() -> Result<()> {
    let session = Session::start("incident").await?;
    let service = session.service.as_str();
    // Each call learns the commits of a few more releases.
    for _ in 0..2 {
        session.prints(&["status"]).await?;
    }
    let text = session.prints(&["status", service]).await?;
    ensure!(text.contains("Two ways out of production") && !text.contains("Two ways out of staging"), "{text}");
    for words in ["slipway rollback ", "slipway revert "] {
        let command = command_after(&text, words).with_context(|| format!("no {words}in\n{text}"))?;
        let planned = session.terminal.run(&[&command[..], &["--json"]].concat()).await?.expect(3)?.json()?;
        ensure!(planned["plan"]["verdict"]["verdict"] != "deny" && !planned["plan"].is_null(), "{command:?}: {planned}");
    }
    ensure!(text.contains("  about ") && text.contains(", review not counted"), "honest times:\n{text}");
    let before = session.sandbox.changes().await?;
    ensure!(before == 0, "{before} changes were sent");

    session.prints(&["service", "set", service, "--environment", "staging", "--production", "yes"]).await?;
    let app = format!("{service}-staging");
    session.sandbox.post("/world", &json!({"dynos": {"app": app, "state": "crashed"}})).await?;
    let both = session.prints(&["status", service]).await?;
    for environment in ["production", "staging"] {
        let words = format!("slipway rollback {service} {environment}");
        ensure!(both.contains(&format!("Two ways out of {environment}")), "{both}");
        ensure!(both.contains(&words) || both.contains("not possible: "), "{both}");
    }

    // After a rollback there is no default: why is said, and which releases can be named.
    session.terminal.run(&["rollback", service, "production", "--yes"]).await?.expect(0)?;
    session.sandbox.post("/world", &json!({"dynos": {"app": format!("{service}-production"), "state": "crashed"}})).await?;
    let after = session.prints(&["status", service]).await?;
    ensure!(after.contains("since a rollback") && after.contains(&format!("slipway rollback {service} production --to v")), "{after}");
    Ok(())
}

/// One line of what was done, on standard output.
#[tokio::test]
async fn a_command_that_changed_something_says_so() -> Result<()> {
    let session = Session::start("healthy").await?;
    let service = session.service.as_str();
    for (arguments, said) in [
        (&["account", "set", "github", "--read-only", "on"][..], "Changes through github are forbidden now."),
        (&["account", "set", "github", "--read-only", "off"], "Changes through github are allowed now."),
        (&["journal", "--acknowledge"], "Nothing to acknowledge."),
        (&["service", "remove", service], "Removed the service"),
        (&["account", "remove", "heroku"], "Removed the account heroku."),
    ] {
        let text = session.prints(arguments).await?;
        ensure!(text.contains(said), "{arguments:?}: {text}");
    }
    Ok(())
}

/// The words of every command of a program, from its manual pages.
fn pages(program: &std::path::Path, folder: &std::path::Path) -> Result<Vec<String>> {
    let done = Command::new(program).arg("man").arg("--out").arg(folder).env("SLIPWAY_DATA_DIR", folder.join("none")).output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    ensure!(!folder.join("none").exists(), "it needs no data folder");
    let names = std::fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter_map(|name| name.strip_suffix(".1").map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}

#[tokio::test]
async fn every_command_has_help_a_page_and_completions_in_both_programs() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (program, name) in [(slipway_bin()?, "slipway"), (slipway_cli_bin()?, "slipway-cli")] {
        let pages = pages(&program, &folder.path().join(name))?;
        for expected in ["", "-releases", "-logs", "-account-add", "-service-discover", "-completions", "-man"] {
            ensure!(pages.contains(&format!("{name}{expected}")), "{expected}: {pages:?}");
        }
        let terminal = Cli::of(program.clone(), folder.path());
        for page in pages.iter().filter(|page| page.contains("rollback") || page.contains("account")) {
            let words: Vec<&str> = page.strip_prefix(name).unwrap_or_default().split('-').filter(|word| !word.is_empty()).collect();
            let long = terminal.run(&[&words[..], &["--help"]].concat()).await?.expect(0)?.stdout;
            let help = terminal.run(&[&["help"], &words[..]].concat()).await?.expect(0)?.stdout;
            ensure!(long == help && long.contains("Exit codes:"), "{words:?}:\n{long}\n{help}");
        }
        let bash = terminal.run(&["completions", "bash"]).await?.expect(0)?.stdout;
        let script = folder.path().join(format!("{name}.bash"));
        std::fs::write(&script, &bash)?;
        ensure!(Command::new("bash").arg("-n").arg(&script).status()?.success(), "bash does not read it");
        let asked = format!(
            "source '{}'; f=$(complete -p {name} | sed -E 's/.*-F ([^ ]+) .*/\\1/'); COMP_WORDS=({name} rollb); COMP_CWORD=1; \
             \"$f\" {name} rollb {name}; echo \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        let completed = Command::new("bash").args(["-c", &asked]).output()?;
        let words = String::from_utf8_lossy(&completed.stdout).trim().to_owned();
        ensure!(words == "rollback", "{name}: {words:?} {}", String::from_utf8_lossy(&completed.stderr));
        for shell in ["zsh", "fish", "powershell"] {
            let script = terminal.run(&["completions", shell]).await?.expect(0)?.stdout;
            ensure!(script.contains(name) && script.contains("rollback") && script.contains("releases"), "{shell}");
        }
    }
    Ok(())
}
