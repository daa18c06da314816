//! Slipway's commands in a terminal.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// The program under test: `SLIPWAY_BIN`, or the one in the folder of the test's build.
pub fn slipway_bin() -> Result<PathBuf> {
    let path = if let Some(path) = std::env::var_os("SLIPWAY_BIN") {
        PathBuf::from(path)
    } else {
        let own = std::env::current_exe()?;
        // target/debug/deps/test or target/debug/examples/example
        let builds = own.parent().and_then(|folder| folder.parent());
        let name = format!("slipway{}", std::env::consts::EXE_SUFFIX);
        builds.context("the test lies in no build folder")?.join(name)
    };
    if !path.is_file() {
        bail!("{} is not built; `cargo xtask test` builds it", path.display());
    }
    Ok(path)
}

/// The window's program, which `slipway` becomes: beside the program under test, or itself.
pub fn slipway_window_bin() -> Result<PathBuf> {
    let own = slipway_bin()?;
    let beside = own.with_file_name(format!("slipway-window{}", std::env::consts::EXE_SUFFIX));
    Ok(if beside.is_file() { beside } else { own })
}

/// `slipway-cli`, in the folder of the program under test.
pub fn slipway_cli_bin() -> Result<PathBuf> {
    let path = slipway_bin()?.with_file_name(format!("slipway-cli{}", std::env::consts::EXE_SUFFIX));
    if !path.is_file() {
        bail!("{} is not built; `cargo xtask test` builds it", path.display());
    }
    Ok(path)
}

/// The program with one more vendor, in the folder of the program under test.
pub fn another_vendor_bin() -> Result<PathBuf> {
    let path = slipway_bin()?.with_file_name(format!("slipway-another-vendor{}", std::env::consts::EXE_SUFFIX));
    if !path.is_file() {
        bail!("{} is not built; `cargo xtask test` builds it", path.display());
    }
    Ok(path)
}

/// The time limit of a command.
const LIMIT: Duration = Duration::from_secs(120);

/// A terminal: the program and its environment.
#[derive(Clone, Debug)]
pub struct Cli {
    program: PathBuf,
    /// The program that starts it, with its arguments.
    starter: Vec<String>,
    environment: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The exit code; -1 when a signal ended it.
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Cli {
    /// A terminal without a display, a bus or a keychain; all state goes to `data`.
    pub fn alone(data: &std::path::Path) -> Result<Self> {
        Ok(Self::of(slipway_bin()?, data))
    }

    /// As [`Cli::alone`], with `slipway-cli` instead of `slipway`.
    pub fn headless(data: &std::path::Path) -> Result<Self> {
        Ok(Self::of(slipway_cli_bin()?, data))
    }

    /// As [`Cli::alone`], with any program.
    pub fn of(program: PathBuf, data: &std::path::Path) -> Self {
        let text = |path: &std::path::Path| path.display().to_string();
        let mut environment = vec![
            ("SLIPWAY_DATA_DIR".to_owned(), text(data)),
            ("HOME".to_owned(), text(data)),
            // If these were unset, a bus might be found in the runtime folder or be started.
            ("DBUS_SESSION_BUS_ADDRESS".to_owned(), "disabled:".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
            ("TZ".to_owned(), "UTC".to_owned()),
        ];
        for name in ["PATH", "LD_LIBRARY_PATH", "RUST_LOG", "RUST_BACKTRACE"] {
            if let Ok(value) = std::env::var(name) {
                environment.push((name.to_owned(), value));
            }
        }
        Self::in_environment(program, environment)
    }

    pub(crate) fn in_environment(program: PathBuf, environment: Vec<(String, String)>) -> Self {
        Self { program, starter: Vec::new(), environment }
    }

    /// The same terminal with another program.
    #[must_use]
    pub fn program(mut self, program: PathBuf) -> Self {
        self.program = program;
        self
    }

    /// Adds to the environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts it through another program, for example one that sets limits: Slipway's path and arguments follow
    /// that program's own.
    #[must_use]
    pub fn started_by(mut self, starter: &[&str]) -> Self {
        self.starter = starter.iter().map(|part| (*part).to_owned()).collect();
        self
    }

    /// Simulates a full disk for every file that grows beyond this size.
    #[must_use]
    pub fn with_little_room(self, bytes: u64) -> Self {
        // In units of 512 bytes; the signal of the limit is ignored, since a full disk sends none.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", bytes / 512);
        self.started_by(&["sh", "-c", &script, "sh"])
    }

    /// Runs `slipway` with these arguments until it ends, without standard input.
    pub async fn run(&self, arguments: &[&str]) -> Result<Outcome> {
        self.run_with(arguments, "").await
    }

    /// As [`Cli::run`], with standard input.
    pub async fn run_with(&self, arguments: &[&str], input: &str) -> Result<Outcome> {
        let mut child = self.start(arguments)?;
        let mut standard_input = child.stdin.take().context("no standard input")?;
        // A program that does not read its input may have closed it.
        let _ = standard_input.write_all(input.as_bytes()).await;
        drop(standard_input);
        let output = tokio::time::timeout(LIMIT, child.wait_with_output())
            .await
            .with_context(|| format!("`slipway {}` took over {LIMIT:?}", arguments.join(" ")))??;
        Ok(Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Starts a command that does not end (`watch`); dropping the result kills it.
    pub fn start(&self, arguments: &[&str]) -> Result<Child> {
        let program = self.program.display().to_string();
        let mut line = self.starter.iter().map(String::as_str).chain([program.as_str()]);
        let mut command = Command::new(line.next().unwrap_or(&program));
        command
            .args(line)
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))
    }
}

impl Outcome {
    /// Standard output as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("not JSON (exit {}): {}\n{}", self.status, self.stdout, self.stderr))
    }

    /// Standard output as lines of JSON.
    pub fn json_lines(&self) -> Result<Vec<Value>> {
        self.stdout.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
    }

    /// Returns itself if it ended with this code.
    pub fn expect(self, status: i32) -> Result<Self> {
        if self.status != status {
            bail!("exit {} instead of {status}\n{}\n{}", self.status, self.stdout, self.stderr);
        }
        Ok(self)
    }
}
