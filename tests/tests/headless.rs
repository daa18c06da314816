//! `slipway-cli`: the commands of `slipway` without any part of the window.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use slipway_tests::{Cli, MinimalRoot, Outcome, SandboxProcess, needed_libraries, slipway_bin, slipway_cli_bin, slipway_window_bin};
use std::collections::BTreeSet;
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn what_has_the_commands_is_linked_to_neither_webkit_nor_gtk() -> Result<()> {
    // The C library and the compiler's runtime, which every system has.
    let of_any_system = ["libc.so", "libm.so", "libgcc_s.so", "libpthread.so", "libdl.so", "librt.so", "ld-linux"];
    for program in [slipway_cli_bin()?, slipway_bin()?] {
        let needed = needed_libraries(&program)?;
        ensure!(needed.iter().any(|library| library.starts_with("libc.so")), "what it is linked to was not read: {needed:?}");
        ensure!(needed.iter().all(|library| of_any_system.iter().any(|known| library.starts_with(known))), "{program:?}: {needed:?}");
    }
    // The same function finds them in the window's program.
    let of_the_window = needed_libraries(&slipway_window_bin()?)?;
    for expected in ["libwebkit2gtk", "libgtk-3"] {
        ensure!(of_the_window.iter().any(|library| library.starts_with(expected)), "{of_the_window:?}");
    }
    Ok(())
}

/// Dependencies that the linker drops would still be needed to build it.
#[test]
fn nothing_of_a_window_is_needed_to_build_it() -> Result<()> {
    let crates = |package: &str| -> Result<BTreeSet<String>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut tree = Command::new(cargo);
        tree.current_dir(env!("CARGO_MANIFEST_DIR")).args(["tree", "--offline", "--locked", "--edges", "normal,build"]);
        let output = tree.args(["--prefix", "none", "--format", "{p}", "--package", package]).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout)?;
        Ok(lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
    };
    let of_a_window = |name: &&String| {
        let parts = ["tauri", "gtk", "gdk", "webkit", "javascriptcore", "soup", "appindicator"];
        parts.iter().any(|part| name.contains(part)) || ["wry", "tao", "muda", "notify-rust", "slipway"].contains(&name.as_str())
    };
    let terminal = crates("slipway-terminal")?;
    ensure!(terminal.contains("slipway-engine"), "{terminal:?}");
    let found: Vec<&String> = terminal.iter().filter(of_a_window).collect();
    ensure!(found.is_empty(), "{found:?}");
    ensure!(crates("slipway")?.iter().filter(of_a_window).count() > 5, "the names are looked for as cargo prints them");
    Ok(())
}

#[tokio::test]
async fn in_a_root_without_webkit_or_gtk_it_does_the_main_job() -> Result<()> {
    let root = MinimalRoot::new(&slipway_cli_bin()?)?;
    ensure!(root.libraries().count() < 8, "{:?}", root.libraries().collect::<Vec<_>>());
    let Some(terminal) = root.terminal()? else {
        println!("skipped: in_a_root_without_webkit_or_gtk_it_does_the_main_job: neither chroot nor unshare may change the root here");
        return Ok(());
    };
    let version = terminal.run(&["--version"]).await?.expect(0)?;
    ensure!(version.stdout == format!("slipway-cli {VERSION}\n"), "{version:?}");

    let sandbox = SandboxProcess::start(60, "healthy").await?;
    let terminal = sandbox.connect(terminal).await?;
    let service = sandbox.first_service()?;
    let board = terminal.run(&["status"]).await?.expect(0)?;
    ensure!(board.stdout.contains(service), "{board:?}");
    let number = sandbox.open_ready(service).await?.to_string();
    terminal.run(&["merge", service, &number, "--yes"]).await?.expect(0)?;
    let reason = ["--reason", "the root is bare"];
    terminal.run(&[&["rollback", service, "production", "--yes"][..], &reason].concat()).await?.expect(0)?;

    for kind in ["merge", "rollback"] {
        let applied: u64 = sandbox.mutations(kind).await?.iter().map(|(_, _, applied)| applied).sum();
        ensure!(applied == 1, "{kind}: {applied}");
    }
    Ok(())
}

/// Every key at every depth, including inside lists.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            let path = format!("{path}.{name}");
            keys(value, &path, found);
            found.insert(path);
        }),
        Value::Array(all) => all.iter().for_each(|value| keys(value, &format!("{path}[]"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What scripts rely on: the exit code, which stream has text, and the fields of the JSON.
fn promised(outcome: &Outcome) -> (i32, bool, bool, BTreeSet<String>) {
    let mut fields = BTreeSet::new();
    if let Ok(json) = outcome.json() {
        keys(&json, "", &mut fields);
    }
    (outcome.status, outcome.stdout.is_empty(), outcome.stderr.is_empty(), fields)
}

/// Both on one data folder, one after the other.
#[tokio::test]
async fn both_programs_answer_alike() -> Result<()> {
    let sandbox = SandboxProcess::start(1, "healthy").await?;
    let folder = tempfile::tempdir()?;
    let window = sandbox.connect(Cli::alone(folder.path())?).await?;
    let mut headless = Cli::headless(folder.path())?;
    for (name, vendor) in [("GH_TOKEN", "github"), ("CIRCLE_TOKEN", "circleci"), ("HEROKU_API_KEY", "heroku")] {
        headless = headless.variable(name, sandbox.token(vendor)?);
    }
    let service = sandbox.first_service()?.to_owned();
    let number = sandbox.open_ready(&service).await?.to_string();
    for (line, status) in [
        (&["--version"][..], 0),
        (&["status"], 0),
        (&["status", "--json"], 0),
        (&["status", "--service", "none"], 2),
        (&["merge", &service, &number], 3),
        (&["merge", &service, &number, "--json"], 3),
        (&["merge", &service, "many"], 2),
        (&["rollback", &service, "production", "--json"], 3),
        (&["rollback", &service, "nowhere", "--yes"], 2),
        (&["releases", &service, "production", "--limit", "3", "--json"], 0),
        (&["pipelines", &service, "--limit", "3"], 0),
        (&["logs", &service, "999999"], 2),
        (&["open", &service, "production", "--print"], 0),
        (&["help", "rollback"], 0),
        (&["service", "list"], 0),
        (&["account", "list", "--json"], 0),
        (&["journal"], 0),
        (&["journal", "--json"], 0),
        (&["sail"], 2),
    ] {
        let both = (window.run(line).await?.expect(status)?, headless.run(line).await?.expect(status)?);
        ensure!(promised(&both.0) == promised(&both.1), "{line:?}: {both:#?}");
    }
    for line in [&["doctor"][..], &["doctor", "--json"]] {
        let both = (window.run(line).await?, headless.run(line).await?);
        ensure!(promised(&both.0) == promised(&both.1), "{line:?}: {both:#?}");
    }

    // Each sees what the other did.
    headless.run(&["merge", &service, &number, "--yes"]).await?.expect(0)?;
    window.run(&["merge", &service, &number, "--yes"]).await?.expect(3)?;
    window.run(&["rollback", &service, "production", "--yes"]).await?.expect(0)?;
    let journal = headless.run(&["journal", "--json"]).await?.expect(0)?.json()?;
    let actions: Vec<&str> = journal["entries"].as_array().context("entries")?.iter().filter_map(|e| e["action"].as_str()).collect();
    ensure!(actions == ["rollback", "merge"], "{actions:?}");
    Ok(())
}
