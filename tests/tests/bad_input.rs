//! Input as an attacker of the terminal, or a tired person, would give it: refused with a short sentence that says
//! what is wrong, with the documented exit code; nothing of it reaches a vendor, and nothing of it is kept.

#![cfg(unix)]

use anyhow::{Context, Result, ensure};
use serde_json::json;
use slipway_tests::{Cli, Outcome, SandboxProcess};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Stdio};

const USAGE: i32 = 2;
const NOT_SENT: i32 = 3;

/// A terminal with the accounts and services of a sandbox.
async fn session() -> Result<(SandboxProcess, Cli, tempfile::TempDir)> {
    let sandbox = SandboxProcess::start(1, "quiet").await?;
    let folder = tempfile::tempdir()?;
    let terminal = sandbox.connect(Cli::alone(folder.path())?).await?;
    Ok((sandbox, terminal, folder))
}

/// Refused as usage, in few words, whatever was given.
fn refused(line: &[&str], outcome: &Outcome) -> Result<()> {
    refused_with(USAGE, line, outcome)
}

/// Asked for and not there: nothing was sent, and that is said.
fn not_there(line: &[&str], outcome: &Outcome) -> Result<()> {
    ensure!(outcome.stderr.ends_with("Nothing was sent.\n"), "{line:?}: {}", outcome.stderr);
    refused_with(NOT_SENT, line, outcome)
}

fn refused_with(code: i32, line: &[&str], outcome: &Outcome) -> Result<()> {
    let told = &outcome.stderr;
    ensure!(outcome.status == code, "{line:?}: exit {}\n{told}", outcome.status);
    ensure!(!told.contains("panicked") && !told.trim().is_empty() && told.len() < 1500, "{line:?}: {told}");
    let active = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    ensure!(!told.contains(active) && !outcome.stdout.contains(active), "{line:?}: {told:?}");
    Ok(())
}

/// Names that are not there, however they are written.
fn names() -> Vec<String> {
    let mut names = ["wrong", "store front", " storefront", "STOREFRONT", "👩‍👩‍👧", "../storefront", "storefront\n", "%", "*", "--", ""]
        .map(str::to_owned)
        .to_vec();
    names.extend(["\u{1b}]0;x\u{7}".to_owned(), "\u{202e}tnorferots".to_owned(), "x".repeat(300), "'; drop table services; --".to_owned()]);
    names
}

#[tokio::test]
async fn names_that_are_not_there() -> Result<()> {
    let (sandbox, terminal, _folder) = session().await?;
    for name in names() {
        let name = name.as_str();
        let lines: [&[&str]; 7] = [
            &["status", "--service", name],
            &["merge", name, "1", "--yes"],
            &["rollback", name, "production", "--yes"],
            &["rollback", "storefront", name, "--yes"],
            &["dismiss", name, "x", "--reason", "y"],
            &["service", "remove", name],
            &["account", "check", name],
        ];
        for line in lines {
            let outcome = terminal.run(line).await?;
            refused(line, &outcome)?;
            // Nothing that the parser took: it tells what there is.
            let own = outcome.stderr.starts_with("slipway: ");
            let lists = ["storefront", "production", "github", "slipway service list"];
            ensure!(
                !own || lists.iter().any(|known| outcome.stderr.contains(known)) || line[0] == "dismiss",
                "{line:?}: {}",
                outcome.stderr
            );
        }
    }
    ensure!(sandbox.truth().await?["mutations"] == json!([]));
    Ok(())
}

#[tokio::test]
async fn numbers_out_of_all_bounds() -> Result<()> {
    let (sandbox, terminal, _folder) = session().await?;
    for number in ["0", "-1", "1.5", "1e9", "nan", "inf", "18446744073709551616", "٣", "0x10", "", " 5", "5s"] {
        for line in [&["status", "--timeout", number][..], &["rollback", "storefront", "production", "--yes", "--timeout", number]] {
            refused(line, &terminal.run(line).await?)?;
        }
    }
    for speed in ["0", "-1", "-0.0", "nan", "inf", "1e999", "", "fast", "6O", "60x"] {
        let line = ["sandbox", "--speed", speed];
        refused(&line, &terminal.run(&line).await?)?;
    }
    for version in ["v18446744073709551616", "v-1", "vv1", "v1.0", "latest", "", "v 1", "+v1"] {
        let line = ["rollback", "storefront", "production", "--yes", "--to", version];
        refused(&line, &terminal.run(&line).await?)?;
    }
    for version in ["v0", "0", "v18446744073709551615"] {
        let line = ["rollback", "storefront", "production", "--yes", "--to", version];
        not_there(&line, &terminal.run(&line).await?)?;
    }
    for verb in ["merge", "revert", "update-branch"] {
        for number in ["-1", "18446744073709551616", "#", "1,2", "１", ""] {
            let line = [verb, "storefront", "--yes", "--", number];
            refused(&line, &terminal.run(&line).await?)?;
        }
        for number in ["0", "99999", "18446744073709551615"] {
            let line = [verb, "storefront", "--yes", "--", number];
            not_there(&line, &terminal.run(&line).await?)?;
        }
    }
    ensure!(sandbox.truth().await?["mutations"] == json!([]));
    Ok(())
}

/// (as given, part of what is said)
const URLS: [(&str, &str); 22] = [
    ("", "cannot be read"),
    ("no url", "cannot be read"),
    ("github.example", "cannot be read"),
    ("//github.example", "cannot be read"),
    ("https://", "cannot be read"),
    ("https:///github.example", "cannot be read"),
    ("https:\\\\github.example", "cannot be read"),
    ("https://git hub.example", "cannot be read"),
    ("https://git\nhub.example", "cannot be read"),
    ("https://git\thub.example", "cannot be read"),
    ("https://[::1", "cannot be read"),
    ("https://github.example:99999", "cannot be read"),
    ("https://github.example:-1", "cannot be read"),
    ("https://github.example:0", "port 0"),
    ("https://lena:s3cret@github.example", "user name or password"),
    ("https://s3cret@github.example", "user name or password"),
    ("https://github.example/?token=s3cret", "without ? or #"),
    ("https://github.example/#s3cret", "without ? or #"),
    ("ftp://github.example", "must begin with https://"),
    ("file:///etc/passwd", "cannot be read"),
    ("http://github.example", "Plain http is refused"),
    ("http://localhost.evil.example", "Plain http is refused"),
];

#[tokio::test]
async fn urls_that_are_no_servers() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let terminal = Cli::alone(folder.path())?;
    for vendor in ["github", "circleci", "heroku"] {
        for (url, said) in URLS {
            let line = ["account", "add", vendor, "--no-keychain", "--url", url];
            let outcome = terminal.run(&line).await?;
            refused(&line, &outcome)?;
            ensure!(outcome.stderr.contains(said), "{url:?}: {}", outcome.stderr);
            ensure!(!outcome.stderr.contains("s3cret"), "{url:?}: {}", outcome.stderr);
        }
    }
    // Look-alikes are told by their letters: the name that is asked for is what is shown and kept.
    for (url, shown) in [
        ("https://аpi.github.com", "https://xn--pi-6kc.github.com"),
        ("https://gıthub.com", "https://xn--gthub-n4a.com"),
        ("http://2130706433:4000", "http://127.0.0.1:4000"),
        ("http://[0:0:0:0:0:0:0:1]:4000", "http://[::1]:4000"),
    ] {
        let outcome = terminal.run(&["account", "add", "heroku", "--no-keychain", "--another", "--url", url]).await?.expect(0)?;
        ensure!(outcome.stdout.contains(shown), "{url}: {}", outcome.stdout);
    }
    let kept = terminal.run(&["account", "list", "--json"]).await?.expect(0)?.json()?;
    ensure!(kept.as_array().map(Vec::len) == Some(4), "only those: {kept}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_token() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let terminal = Cli::alone(folder.path())?;
    let long = "s3cret".repeat(1000);
    for (text, said) in [
        ("\"ghp_s3cret\"", "quotation marks"),
        ("'ghp_s3cret'\n", "quotation marks"),
        ("Bearer ghp_s3cret", "word Bearer"),
        ("bearer ghp_s3cret", "word Bearer"),
        ("ghp_s3cret ghp_s3cret", "space or a line break"),
        ("ghp_s3cret\nghp_s3cret", "space or a line break"),
        ("ghp_s3cret\0", "characters that no token has"),
        ("ghp_s3cret\u{200b}", "characters that no token has"),
        ("gһp_s3cret", "characters that no token has"),
        (long.as_str(), "longer than any token"),
        ("", "no token on standard input"),
        (" \n\t\u{feff}\r\n", "no token on standard input"),
    ] {
        let line = ["account", "add", "github", "--url", "http://127.0.0.1:9"];
        let outcome = terminal.run_with(&line, text).await?;
        refused(&line, &outcome)?;
        ensure!(outcome.stderr.contains(said) && !outcome.stderr.contains("s3cret"), "{text:?}: {}", outcome.stderr);
    }
    let kept = terminal.run(&["account", "list", "--json"]).await?.expect(0)?.json()?;
    ensure!(kept == json!([]), "{kept}");
    Ok(())
}

/// What surrounds a token unseen is left out, so it works.
#[tokio::test]
async fn a_token_with_a_byte_order_mark_works() -> Result<()> {
    let (sandbox, terminal, _folder) = session().await?;
    for text in ["{}\n", "\u{feff}{}\r\n", "  \t{} \n\n", "\u{a0}{}"] {
        let token = text.replace("{}", sandbox.token("github")?);
        let outcome = terminal.run_with(&["account", "add", "github", "--another", "--url", sandbox.url("github")?], &token).await?;
        // There is no keychain here; the vendor was asked before, and took it.
        ensure!(outcome.stderr.contains("keychain") && !outcome.stderr.contains("refused"), "{text:?}: {}", outcome.stderr);
    }
    let violations = &sandbox.truth().await?["violations"];
    ensure!(violations.as_array().is_none_or(Vec::is_empty), "{violations}");
    Ok(())
}

/// Of a standard input without an end only what a token can have is read: the writer sees the pipe close.
#[tokio::test]
async fn an_endless_standard_input_is_not_read_whole() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = slipway_tests::slipway_bin()?;
    for line in ["account add github --url http://127.0.0.1:9", "status --two-factor -"] {
        let mut slipway = Command::new(&program)
            .args(line.split(' '))
            .env("SLIPWAY_DATA_DIR", folder.path())
            .env("HOME", folder.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut input = slipway.stdin.take().context("a standard input")?;
        let written = tokio::task::spawn_blocking(move || {
            let zeros = vec![0; 1 << 16];
            let mut written = 0_u64;
            while written < 1 << 30 && std::io::Write::write_all(&mut input, &zeros).is_ok() {
                written += zeros.len() as u64;
            }
            written
        })
        .await?;
        // What the pipe itself holds is written too.
        ensure!(written < 1 << 21, "{line}: {written} bytes were taken");
        let ended = slipway.wait()?;
        ensure!(ended.code().is_some_and(|code| (0..=4).contains(&code)), "{line}: {ended}");
    }
    Ok(())
}

/// A byte that no argument can hold ends the command line for the system; other bytes that are no text are refused.
#[tokio::test]
async fn bytes_that_are_no_text() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for bytes in [&b"\xff\xfe"[..], b"storefront\xc3", b"\xed\xa0\x80"] {
        for before in [&["status", "--service"][..], &["merge"], &["account", "add", "github", "--url"]] {
            let output = Command::new(slipway_tests::slipway_bin()?)
                .args(before)
                .arg(std::ffi::OsStr::from_bytes(bytes))
                .env("SLIPWAY_DATA_DIR", folder.path())
                .env("HOME", folder.path())
                .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
                .stdin(Stdio::null())
                .output()?;
            let told = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.code() == Some(USAGE) && !told.contains("panicked"), "{before:?} {bytes:?}: {} {told}", output.status);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_sandbox_of_unusable_files_says_which() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let terminal = Cli::alone(folder.path())?;
    let put = |name: &str, text: &[u8]| -> Result<String> {
        let path = folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    let files = [
        put("broken.json", b"[{\"where\":")?,
        put("empty.json", b"")?,
        put("other.json", b"{\"colour\": \"red\"}")?,
        put("binary.json", &[0, 159, 146, 150])?,
        put("deep.json", "[".repeat(100_000).as_bytes())?,
        folder.path().display().to_string(),
        folder.path().join("missing.json").display().to_string(),
    ];
    for file in &files {
        ends(&terminal, &["sandbox", "--faults", file], file).await?;
    }
    std::fs::create_dir(folder.path().join("plain"))?;
    let plain = folder.path().join("plain").display().to_string();
    let git = Command::new("git").arg("init").arg("-q").arg(folder.path().join("bare-of-commits")).status()?;
    ensure!(git.success());
    let empty = folder.path().join("bare-of-commits").display().to_string();
    for history in [plain.as_str(), empty.as_str(), "/nowhere", &files[0], "/dev/null", "-x", "--upload-pack=touch /tmp/slipway-was-here"] {
        let argument = format!("--history={history}");
        ends(&terminal, &["sandbox", &argument], "").await?;
    }
    ensure!(!Path::new("/tmp/slipway-was-here").exists(), "git was given an option");
    Ok(())
}

/// It ends by itself with a sentence, which names `what`.
async fn ends(terminal: &Cli, line: &[&str], what: &str) -> Result<()> {
    let outcome = terminal.run(line).await?;
    ensure!(matches!(outcome.status, 1 | 2), "{line:?}: exit {}", outcome.status);
    ensure!(outcome.stdout.is_empty() && !outcome.stderr.contains("panicked"), "{line:?}: {}{}", outcome.stdout, outcome.stderr);
    ensure!(outcome.stderr.starts_with("slipway: cannot start the sandbox: ") || outcome.status == USAGE, "{line:?}: {}", outcome.stderr);
    ensure!(outcome.stderr.contains(what) && outcome.stderr.len() < 1000, "{line:?}: {}", outcome.stderr);
    Ok(())
}
