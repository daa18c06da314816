//! A script that was injected into the page calls every command it can name: commands that are not granted are
//! refused, and nothing changes at the vendors without a plan that Rust issued and the confirmation that it
//! requires.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Desktop, Named, SandboxProcess, Window, wait_within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// The commands of Tauri that the window needs.
const GRANTED: [&str; 2] = ["plugin:event|listen", "plugin:event|unlisten"];

/// Plugins that Slipway does not use, each with commands worth calling.
const PLUGINS: [(&str, &[&str]); 20] = [
    ("opener", &["open_url", "open_path", "reveal_item_in_dir"]),
    ("shell", &["execute", "spawn", "open", "kill", "stdin_write"]),
    ("fs", &["read_file", "read_text_file", "write_file", "write_text_file", "read_dir", "remove", "rename", "exists", "open", "create"]),
    ("http", &["fetch", "fetch_send", "fetch_read_body"]),
    ("notification", &["notify", "request_permission", "is_permission_granted"]),
    ("dialog", &["open", "save", "message", "ask", "confirm"]),
    ("clipboard-manager", &["read_text", "write_text", "write_html", "read_image", "clear"]),
    ("process", &["exit", "restart"]),
    ("os", &["platform", "hostname", "locale"]),
    ("updater", &["check", "download", "install", "download_and_install"]),
    ("store", &["load", "get", "set", "save", "entries"]),
    ("stronghold", &["initialize", "get_store_record", "save"]),
    ("sql", &["load", "execute", "select"]),
    ("single-instance", &["execute_callback"]),
    ("global-shortcut", &["register", "unregister_all"]),
    ("deep-link", &["get_current", "register"]),
    ("autostart", &["enable", "disable"]),
    ("websocket", &["connect", "send"]),
    ("upload", &["upload", "download"]),
    ("window-state", &["restore_state", "save_window_state"]),
];

/// Names of commands that could bypass the plan.
const INVENTED: [&str; 14] = [
    "merge",
    "roll_back",
    "rollback",
    "revert",
    "promote",
    "release",
    "send",
    "token",
    "tokens",
    "secret",
    "get_token",
    "eval",
    "open",
    "__TAURI_CHANNEL__|fetch",
];

#[tokio::test]
async fn what_is_not_granted_is_refused() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .run("granted", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            let before = window.evaluate("return [location.href, document.title, innerWidth, innerHeight]", vec![]).await?;
            let mut answered = Vec::new();
            let commands = every_command()?;
            ensure!(commands.len() > 180, "Tauri's own list has shrunk to {}", commands.len());
            for command in &commands {
                for arguments in [json!({}), plausible(sandbox.url("github")?)] {
                    if window.invoke(command, &arguments).await?.is_ok() {
                        answered.push(command.clone());
                    }
                }
            }
            ensure!(answered.is_empty(), "answered: {answered:?}");
            // None of these had an effect: another window, another page, a forged event.
            let after = window.evaluate("return [location.href, document.title, innerWidth, innerHeight]", vec![]).await?;
            ensure!(before == after, "{before} became {after}");
            let shown = desktop.windows()?.iter().filter(|one| one.shown).count();
            ensure!(shown == 1, "{:?}", desktop.windows()?);
            ensure!(sandbox.changes().await? == 0, "{}", sandbox.truth().await?["mutations"]);
            window.shows("is healthy").await
        })
        .await
}

#[tokio::test]
async fn nothing_changes_without_an_issued_plan_and_its_text() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "healthy").await?;
    Desktop::plan()
        .run("plans", async |desktop| {
            sandbox.connect_kept(&desktop.cli()?).await?;
            let service = sandbox.first_service()?;
            let window = desktop.open(&[]).await?;
            let number = ready(&window).await?;
            let merge = json!({"action": "merge", "service": service, "number": number, "method": null});
            let back = json!({"action": "roll_back", "service": service, "environment": "production", "to": null, "reason": null});
            made_up(&window, &plan(&window, &merge).await?).await?;

            // Production: nothing typed, or another text than this plan requires.
            let rollback = plan(&window, &back).await?;
            let wanted = rollback["confirm_text"].as_str().context("a text to type")?;
            let upper = wanted.to_uppercase();
            let near = [None, Some(""), Some(" "), Some("production"), Some("staging"), Some(service), Some(&upper), Some(&wanted[1..])];
            let others =
                plan(&window, &json!({"action": "roll_back", "service": service, "environment": "staging", "to": null, "reason": null}))
                    .await?;
            for typed in near.into_iter().map(|typed| json!(typed)).chain([
                others["confirm_text"].clone(),
                others["id"].clone(),
                rollback["id"].clone(),
                json!(format!("{wanted} ")),
            ]) {
                refused(&window, &rollback["id"], &typed, "not_confirmed").await?;
            }
            // A value that is not text is refused.
            for typed in [json!(true), json!([wanted]), json!({"text": wanted}), json!(1)] {
                let request = json!({"plan_id": rollback["id"], "typed": typed, "reason": null});
                ensure!(window.invoke("execute", &json!({"request": request})).await?.is_err(), "typed {typed}");
            }
            // A plan from the page instead of its id.
            for request in [json!(rollback), json!({"plan_id": rollback["id"], "plan": rollback, "verdict": "allow", "confirm_text": null})]
            {
                ensure!(window.invoke("execute", &json!({"request": request})).await?.is_err(), "{request}");
            }
            ensure!(sandbox.changes().await? == 0, "{}", sandbox.truth().await?["mutations"]);

            // Issued and executed once; the same id again, at the same time and later.
            let used = plan(&window, &merge).await?;
            let first = execute(&window, &used["id"], &Value::Null).await?;
            ensure!(first.as_ref().is_ok_and(|reply| reply["result"] == "started"), "{first:?}");
            refused(&window, &used["id"], &Value::Null, "unknown_plan").await?;
            wait_within(Duration::from_secs(30), "the merge", async || Ok((sandbox.changes().await? == 1).then_some(()))).await?;

            // Plans are only valid in the process that issued them.
            desktop.kill_slipway().await?;
            drop(window);
            let window = desktop.open(&[]).await?;
            for id in [&rollback["id"], &used["id"], &others["id"]] {
                refused(&window, id, &json!(wanted), "unknown_plan").await?;
            }
            let truth = sandbox.truth().await?;
            ensure!(sandbox.changes().await? == 1 && truth["mutations"][0]["kind"] == "merge", "{}", truth["mutations"]);
            Ok(())
        })
        .await
}

/// Ids that were never issued, and one in other spellings.
async fn made_up(window: &Window, issued: &Value) -> Result<()> {
    let id = issued["id"].as_str().context("an id")?;
    let ids = [
        String::new(),
        "0".to_owned(),
        "null".to_owned(),
        "*".to_owned(),
        "%".to_owned(),
        "' OR 1=1 --".to_owned(),
        "../../plan".to_owned(),
        "00000000-0000-0000-0000-000000000000".to_owned(),
        "0197f0c0-0000-7000-8000-000000000000".to_owned(),
        id.to_uppercase(),
        id.replace('-', ""),
        format!("{id} "),
        format!("{{{id}}}"),
        id[..id.len() - 1].to_owned(),
        format!("{id}\0"),
        "9".repeat(1 << 20),
    ];
    for made_up in ids.iter().filter(|one| *one != id) {
        refused(window, &json!(made_up), &Value::Null, "unknown_plan").await?;
    }
    for wrong in [Value::Null, json!(0), json!([id]), json!({"id": id})] {
        ensure!(execute(window, &wrong, &Value::Null).await?.is_err(), "{wrong} is no id");
    }
    Ok(())
}

async fn plan(window: &Window, action: &Value) -> Result<Value> {
    // There is no plan before everything has been read.
    wait_within(PATIENCE, "a plan", async || {
        let plan = window.invoke("plan", &json!({"action": action})).await?;
        plan.map(Some).map_err(|refusal| anyhow::anyhow!("{refusal}"))
    })
    .await
}

async fn execute(window: &Window, id: &Value, typed: &Value) -> Result<Result<Value, Value>> {
    let request = json!({"plan_id": id, "typed": typed, "reason": null});
    window.invoke("execute", &json!({"request": request})).await
}

async fn refused(window: &Window, id: &Value, typed: &Value, code: &str) -> Result<()> {
    let answer = execute(window, id, typed).await?;
    let told: String = id.to_string().chars().take(60).collect();
    ensure!(answer.as_ref().is_err_and(|refusal| refusal["code"] == code), "{told} with {typed}: {answer:?}");
    Ok(())
}

async fn ready(window: &Window) -> Result<u64> {
    let button =
        wait_within(PATIENCE, "a merge button", async || Ok(window.names("button", Named::Starting("Merge #")).await?.pop())).await?;
    Ok(button.trim_start_matches("Merge #").parse()?)
}

/// Every command of Tauri's access list that is not granted, and others.
fn every_command() -> Result<Vec<String>> {
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/gen/schemas/acl-manifests.json");
    let list: Value = serde_json::from_slice(&std::fs::read(list).with_context(|| format!("{list}: the program is not built"))?)?;
    let mut commands: Vec<String> = Vec::new();
    for (name, plugin) in list.as_object().context("a list of plugins")? {
        let Some(plugin_name) = name.strip_prefix("core:") else { continue };
        for permission in plugin["permissions"].as_object().context("permissions")?.values() {
            let allowed = permission["commands"]["allow"].as_array().into_iter().flatten().filter_map(Value::as_str);
            commands.extend(allowed.map(|command| format!("plugin:{plugin_name}|{command}")));
        }
    }
    commands.retain(|command| !GRANTED.contains(&command.as_str()));
    commands.extend(PLUGINS.iter().flat_map(|(plugin, of)| of.iter().map(move |command| format!("plugin:{plugin}|{command}"))));
    commands.extend(INVENTED.map(str::to_owned));
    commands.sort();
    commands.dedup();
    Ok(commands)
}

/// Arguments for all of them, so that none fails only because one is missing.
fn plausible(url: &str) -> Value {
    json!({
        "label": "main", "value": "slipway-was-here", "title": "slipway-was-here", "url": url, "path": "/etc/passwd", "paths": ["/etc"], "options": {"label": "other", "url": url},
        "event": "goto", "payload": {"place": "journal"}, "target": {"kind": "Any"}, "eventId": 1, "handler": 1, "rid": 1, "theme": "light", "cmd": "sh",
        "program": "sh", "args": ["-c", "true"], "contents": "x", "key": "x", "id": "main", "code": 0, "text": "x", "directory": 1, "size": {"Logical": {"width": 100, "height": 100}},
        "service": "storefront", "number": 1, "environment": "production",
    })
}
