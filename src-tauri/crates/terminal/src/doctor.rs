//! `slipway doctor`: checks each part of the system that Slipway needs, and says how to fix it.
//!
//! The report contains no repository, app, host, user, path with a user name, or text of a vendor, so it can be
//! posted in public.

mod accounts;
mod data;
mod desktop;
mod keychain;

use serde::Serialize;
use slipway_engine::Engine;
use std::time::Duration;

/// The time limit for one call to the desktop.
const PATIENCE: Duration = Duration::from_secs(4);

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    version: &'static str,
    system: String,
    /// False when a check found a problem; warnings are allowed.
    ok: bool,
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Check {
    /// Stable id: `data_folder`, `journal`, `account:ID`.
    id: String,
    name: String,
    state: State,
    found: String,
    /// How to fix it; None where there is nothing to do.
    advice: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Ok,
    /// Something optional is missing.
    Warning,
    Problem,
}

impl Check {
    fn ok(id: &str, name: &str, found: impl Into<String>) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), state: State::Ok, found: found.into(), advice: None }
    }

    fn warning(id: &str, name: &str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { state: State::Warning, advice: Some(advice.into()), ..Self::ok(id, name, found) }
    }

    fn soften(&mut self) {
        if self.state == State::Problem {
            self.state = State::Warning;
        }
    }

    fn problem(id: &str, name: &str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { state: State::Problem, ..Self::warning(id, name, found, advice) }
    }
}

impl Report {
    /// `engine`: None where it could not be started; the data checks report why.
    pub(crate) async fn make(engine: Option<&Engine>) -> Self {
        let mut checks = data::checks(engine);
        checks.extend(desktop::checks().await);
        checks.push(keychain::check().await);
        if let Some(engine) = engine {
            checks.extend(accounts::checks(engine).await);
            // With tokens from the environment neither is needed.
            if !engine.accounts().iter().any(|a| a.keychain) {
                checks.iter_mut().filter(|c| matches!(c.id.as_str(), "session_bus" | "keychain")).for_each(Check::soften);
            }
        }
        Self {
            version: env!("CARGO_PKG_VERSION"),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            ok: checks.iter().all(|c| c.state != State::Problem),
            checks,
        }
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.ok
    }

    pub(crate) fn text(&self) -> String {
        let width = self.checks.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
        let mut lines = vec![format!("Slipway {} on {}", self.version, self.system)];
        for check in &self.checks {
            let word = match check.state {
                State::Ok => "ok",
                State::Warning => "warning",
                State::Problem => "PROBLEM",
            };
            lines.push(format!("{word:<8} {:<width$}  {}", check.name, check.found));
            lines.extend(check.advice.iter().map(|advice| format!("{:<8} {:<width$}  -> {advice}", "", "")));
        }
        let count = |state| self.checks.iter().filter(|c| c.state == state).count();
        lines.push(match (count(State::Problem), count(State::Warning)) {
            (0, 0) => "No problems found.".to_owned(),
            (problems, warnings) => format!("Problems: {problems}, warnings: {warnings}."),
        });
        lines.join("\n")
    }
}

/// Runs a blocking call on its own thread. None: no answer in time.
async fn in_time<T: Send + 'static>(question: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (answer, heard) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || answer.send(question()).map_err(drop));
    tokio::time::timeout(PATIENCE, heard).await.ok()?.ok()
}
