//! What crosses between Rust and the window besides the domain's own values.

mod error_code;
mod vendors;

pub use error_code::ErrorCode;
use serde::{Deserialize, Serialize};
use slipway_domain::diff::Event;
use slipway_domain::journal::Entry;
use slipway_domain::plan::Plan;
use slipway_domain::snapshot::{AccountState, Notice, ServiceState, Snapshot};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use std::sync::Arc;
use ts_rs::TS;
pub use vendors::Vendor;

/// The whole state, read once at the start and again when `rev` jumps.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct World {
    pub snapshot: Snapshot,
    /// Rust's clock when this was made: the window counts from it, never from its own.
    pub now: Time,
    /// Set while the sandbox is open.
    pub sandbox: Option<SandboxInfo>,
    pub settings: Settings,
    pub keychain: KeychainState,
    pub muted_until: Option<Time>,
    /// In the order in which they are listed; the same for as long as the program runs.
    pub vendors: Vec<Vendor>,
}

/// Event `world`: what changed between `rev - 1` and `rev`. Services not named are unchanged.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WorldChange {
    pub rev: u64,
    pub now: Time,
    pub observed_at: Option<Time>,
    pub services: Vec<Arc<ServiceState>>,
    /// Names in order; a service missing here was removed.
    pub order: Vec<String>,
    pub accounts: Vec<AccountState>,
    pub notices: Vec<Notice>,
    pub keychain: KeychainState,
    pub muted_until: Option<Time>,
    pub events: Vec<Event>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SandboxInfo {
    pub scenario: String,
    pub scenarios: Vec<String>,
    pub speed: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    pub theme: Theme,
    /// Single-letter keys; can be turned off.
    pub single_keys: bool,
    pub notifications: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: Theme::System, single_keys: true, notifications: true }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KeychainState {
    /// Not asked yet.
    Unasked,
    Works,
    /// Absent, locked or not answering; `message` says which and what to do.
    Unavailable {
        message: String,
    },
}

/// Event `goto`, and what a toast or the tray opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Place {
    Flow { service: String },
    Pipeline { service: String, pipeline: String },
    PullRequest { service: String, number: u64 },
    Timeline { service: String },
    Journal,
    Settings,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum ExecuteReply {
    /// The intent is durable and the request was sent, or the journal says why not. What
    /// becomes of it arrives in the service's `actions`, in `world` events and the journal.
    Started { entry: Box<Entry> },
    /// What was shown no longer holds; nothing was sent. Show this one instead.
    Stale { plan: Box<Plan>, why: String },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExecuteRequest {
    pub plan_id: String,
    /// What the person typed, where the plan's `confirm_text` asks for it.
    pub typed: Option<String>,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LogPage {
    pub steps: Vec<LogStepView>,
    /// True when the job has ended and nothing will be added.
    pub over: bool,
    /// Why there is no log, for people.
    pub unavailable: Option<String>,
    /// What the CI does not tell of this job, for people.
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LogStepView {
    pub name: String,
    /// False: the CI keeps no output of this step by itself.
    pub has_output: bool,
    /// A job's words: passed, failed, running, queued, skipped, canceled, unknown, …
    pub status: String,
    pub seconds: Option<f64>,
    /// None: folded and not read yet; ask with `log_step`.
    pub lines: Option<Vec<LogLine>>,
    /// Bytes cut from the beginning of a long log.
    pub cut: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogLine {
    pub spans: Vec<LogSpan>,
    pub failure: bool,
}

/// A run of text in one style. Control sequences never reach the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogSpan {
    pub text: String,
    /// 0 to 15, the terminal's palette.
    pub color: Option<u8>,
    pub bold: bool,
    pub dim: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FailedTestView {
    pub name: String,
    pub file: Option<String>,
    pub message: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ArtifactView {
    pub path: String,
    pub url: String,
    /// Whether `open_link` would open it.
    pub opens: bool,
}

/// What a build or a release phase has printed so far.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OutputView {
    pub lines: Vec<LogLine>,
    /// Bytes cut from the beginning of a long output.
    pub cut: u64,
    /// Nothing will be added.
    pub over: bool,
    /// Why there is none yet, or none at all, for people.
    pub unavailable: Option<String>,
}

/// Neither printed nor sent back: it has a token in it.
#[derive(Deserialize, TS)]
pub struct NewAccount {
    pub provider: VendorId,
    /// None: the vendor's own.
    pub url: Option<String>,
    pub token: String,
    /// False: for this run only.
    pub keychain: bool,
    /// Beside an account of its kind at the same URL, not in its place.
    pub another: bool,
    /// The token is that of the vendor's own CLI; `token` is empty.
    pub borrow: bool,
    pub read_only: bool,
}

/// An account that is kept.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AddedAccount {
    pub account: AccountState,
    /// Why its token is not known to work; None when it was tested and does.
    pub not_tested: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BorrowableAccount {
    pub provider: VendorId,
    /// The name of the program.
    pub cli: String,
    pub url: Option<String>,
}

/// Repositories to make a service of, most recently pushed first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RepositoryList {
    pub repositories: Vec<PickedRepository>,
    /// Asks for the next hundred; None at the end.
    pub next: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PickedRepository {
    /// `OWNER/REPO`
    pub name: String,
    pub private: bool,
    pub archived: bool,
    pub pushed_at: Option<Time>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AccountTest {
    pub ok: bool,
    pub user: Option<String>,
    pub message: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct IpcError {
    pub code: ErrorCode,
    pub message: String,
    /// Seconds.
    pub retry_after: Option<u64>,
}
