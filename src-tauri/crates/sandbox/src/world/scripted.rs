//! What is planned to be seen of an app, and when.

use serde_json::Value;

use super::time::Ms;

/// How the app's own health page answers for a while.
#[derive(Debug, Clone)]
pub struct HealthAnswer {
    pub from: Ms,
    pub until: Ms,
    pub status: u16,
    /// Wall milliseconds before it answers.
    pub latency: u64,
    /// Only while this release is live.
    pub version: Option<u64>,
}

/// Commands that are carried out when the world comes to their time.
#[derive(Debug, Clone)]
pub struct ScriptStep {
    pub at: Ms,
    pub commands: Value,
}

/// A link to an app's log.
#[derive(Debug, Clone)]
pub struct LogSession {
    pub id: String,
    pub app: usize,
    pub lines: usize,
}
