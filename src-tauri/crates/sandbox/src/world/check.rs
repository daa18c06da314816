//! Checks of a pull request. They carry the times at which they begin and end; their state is read off the clock.

use super::time::Ms;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    Queued,
    Running,
    Passed,
    Failed,
}

#[derive(Debug, Clone)]
pub struct Check {
    pub id: u64,
    pub name: String,
    /// A commit status (`StatusContext`) instead of a check run.
    pub status_context: bool,
    pub starts: Ms,
    pub ends: Ms,
    pub passes: bool,
    pub reported: CheckReport,
}

impl Check {
    pub fn state(&self, now: Ms) -> CheckState {
        match () {
            () if now < self.starts => CheckState::Queued,
            () if now < self.ends => CheckState::Running,
            () if self.passes => CheckState::Passed,
            () => CheckState::Failed,
        }
    }

    pub fn green(conclusion: &str) -> bool {
        matches!(conclusion, "SUCCESS" | "NEUTRAL" | "SKIPPED")
    }

    /// The check's conclusion.
    pub fn conclusion(&self, now: Ms) -> Option<&str> {
        let own = self.reported.conclusion.as_deref();
        match self.state(now) {
            CheckState::Queued | CheckState::Running => None,
            CheckState::Passed => Some(own.unwrap_or("SUCCESS")),
            CheckState::Failed => Some(own.unwrap_or("FAILURE")),
        }
    }

    pub fn is_rerun_of(&self, other: &Check) -> bool {
        let identity = |c: &Check| {
            let (app, workflow, event) = (c.reported.app.clone(), c.reported.workflow.clone(), c.reported.event.clone());
            (c.status_context, c.name.clone(), app, workflow, event)
        };
        self.id > other.id && identity(self) == identity(other)
    }
}

/// How a check was reported. Default: with the result it `passes` by, reported by the service's CI.
#[derive(Debug, Clone, Default)]
pub struct CheckReport {
    /// GitHub's conclusion, once it is completed.
    pub conclusion: Option<String>,
    /// Slug and number.
    pub app: Option<(String, u64)>,
    pub workflow: Option<String>,
    pub event: Option<String>,
}
