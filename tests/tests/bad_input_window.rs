//! The commands of the window with arguments that no form of it would send: each is refused with a code and a
//! sentence, nothing reaches a vendor, nothing is kept, and the window goes on.

#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use slipway_tests::{Desktop, SandboxProcess};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

fn account(change: &[(&str, Value)]) -> Value {
    let mut account = json!({
        "provider": "github", "url": "http://127.0.0.1:9", "token": "ghp_s3cret", "keychain": false, "another": true,
        "borrow": false, "read_only": false,
    });
    for (key, value) in change {
        account[*key] = value.clone();
    }
    json!({"account": account})
}

fn service(change: &[(&str, Value)]) -> Value {
    let mut service = json!({
        "name": "kiosk", "repo": "acme/kiosk", "branch": "main", "ci": null, "environments": [], "accounts": [],
        "migration_paths": [],
    });
    for (key, value) in change {
        service[*key] = value.clone();
    }
    json!({"service": service})
}

fn environment(change: &[(&str, Value)]) -> Value {
    let mut environment = json!({
        "name": "production", "provider": "heroku", "app": "kiosk", "build_app": null, "health_url": null, "production": true,
        "stage": null,
    });
    for (key, value) in change {
        environment[*key] = value.clone();
    }
    service(&[("environments", json!([environment]))])
}

/// What is refused: command and arguments.
fn table() -> Vec<(&'static str, Value)> {
    let long = "x".repeat(5000);
    let mut table = Vec::new();
    for url in [
        "",
        "no url",
        "https://",
        "https:///x.example",
        "https://x.example:0",
        "https://x.example:99999",
        "https://lena:s3cret@x.example",
        "https://x.example/?token=s3cret",
        "https://x.example/#s3cret",
        "https://x\n.example",
        "ftp://x.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://x.example",
    ] {
        table.push(("add_account", account(&[("url", json!(url))])));
    }
    for token in ["", " \u{feff}\n", "\"ghp_s3cret\"", "Bearer ghp_s3cret", "ghp_s3cret\nx", "ghp_s3cret\0", "gһp_s3cret", &long] {
        table.push(("add_account", account(&[("token", json!(token))])));
        table.push(("replace_token", json!({"id": "github", "token": token, "keychain": false})));
    }
    for provider in ["", "gitlab", "GitHub", "github ", "github\0", "../github", &long] {
        table.push(("add_account", account(&[("provider", json!(provider))])));
    }
    for name in ["", " ", "a/b", "a\nb", "\u{1b}]0;x\u{7}", "\u{202e}eciv", "a\0", &long] {
        table.push(("add_service", service(&[("name", json!(name))])));
        table.push(("add_service", service(&[("repo", json!(format!("acme/{name}")))])));
        table.push(("add_service", environment(&[("name", json!(name))])));
        table.push(("add_service", environment(&[("app", json!(name))])));
        table.push(("discover", json!({"repo": format!("{name}/"), "accounts": []})));
        table.push(("remove_account", json!({"id": name})));
        table.push(("break_production", json!({"service": name})));
        table.push(("open_sandbox", json!({"scenario": name})));
        table.push(("older_releases", json!({"service": name, "environment": "production", "before": 1})));
        table.push(("pipeline", json!({"service": "storefront", "pipeline": name})));
        table.push(("dismiss", json!({"service": "storefront", "alert": name, "reason": "x"})));
        table.push(("settle", json!({"id": name, "happened": true, "reason": "x"})));
        table.push(("plan", json!({"action": {"action": "merge", "service": name, "number": 1, "method": null}})));
    }
    for number in [json!(-1), json!(1.5), json!(1e300), json!("1"), Value::Null, json!(u64::MAX)] {
        table.push(("pull_request", json!({"service": "storefront", "number": number})));
        table.push(("plan", json!({"action": {"action": "revert", "service": "storefront", "number": number}})));
    }
    for url in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://github.com/acme",
        "https://github.com.evil.example/",
        "https://lena:s3cret@github.com/",
        "//github.com",
        "",
        &long,
    ] {
        table.push(("open_link", json!({"url": url})));
    }
    table
}

#[tokio::test]
async fn what_no_form_sends_is_refused() -> Result<()> {
    let sandbox = SandboxProcess::start(30, "quiet").await?;
    Desktop::plan()
        .run("bad-input", async |desktop| {
            let terminal = desktop.cli()?;
            sandbox.connect_kept(&terminal).await?;
            let window = desktop.open(&[]).await?;
            window.shows_within(PATIENCE, "is healthy").await?;
            let kept = async || -> Result<(String, String)> {
                let accounts = terminal.run(&["account", "list"]).await?.expect(0)?;
                let services = terminal.run(&["service", "list"]).await?.expect(0)?;
                let names = accounts.stdout.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect::<Vec<_>>();
                Ok((names.join(" "), services.stdout))
            };
            let before = kept().await?;
            let mut wrong = Vec::new();
            for (command, arguments) in table() {
                let answer = window.invoke(command, &arguments).await?;
                let told: String = arguments.to_string().chars().take(160).collect();
                match answer {
                    Ok(answer) => wrong.push(format!("{command} {told} was done: {answer}")),
                    Err(refusal) => {
                        let text = refusal["message"].as_str().or(refusal.as_str()).unwrap_or_default();
                        if text.is_empty() || text.len() > 6000 || text.contains("s3cret") || refusal["code"] == "internal" {
                            wrong.push(format!("{command} {told}: {refusal}"));
                        }
                    }
                }
            }
            ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
            ensure!(kept().await? == before, "{before:?}");
            ensure!(sandbox.changes().await? == 0, "{}", sandbox.truth().await?["mutations"]);
            window.shows("is healthy").await
        })
        .await
}
