//! The types that are sent between Rust and the window, besides the domain's own.

mod desktop;
mod error_code;
mod notifications;
mod vendors;

pub(crate) use desktop::{DesktopSettings, DesktopSwitch, TokenNeedView, TokenWayView, ZoomChange};
pub(crate) use error_code::ErrorCode;
pub(crate) use notifications::{NotificationServer, NotificationTest, Notifications};
use serde::{Deserialize, Serialize};
use slipway_domain::comparison::Comparison;
use slipway_domain::diff::Event;
use slipway_domain::inbox::InboxItem;
use slipway_domain::journal::Entry;
use slipway_domain::plan::Plan;
use slipway_domain::snapshot::{AccountState, Notice};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_domain::view::{ObjectChange, ServiceView};
use ts_rs::TS;
pub(crate) use vendors::Vendor;

/// The complete state, read at the start and again when a change was missed.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct World {
    pub snapshot: SnapshotView,
    /// Rust's clock when this was made: the window computes ages from it, never from its own clock.
    pub now: Time,
    /// Set while the sandbox is open.
    pub sandbox: Option<SandboxInfo>,
    pub settings: Settings,
    pub notifications: Notifications,
    pub keychain: KeychainState,
    pub muted_until: Option<Time>,
    /// In display order, which does not change while the program runs.
    pub vendors: Vec<Vendor>,
}

/// The snapshot as the window holds it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct SnapshotView {
    /// The window's own: every change adds one.
    pub rev: u64,
    pub observed_at: Option<Time>,
    pub services: Vec<ServiceView>,
    pub accounts: Vec<AccountState>,
    pub notices: Vec<Notice>,
    /// In the order in which it is shown: what is open, and what was done within the last day.
    pub inbox: Vec<InboxItem>,
}

/// Event `world`: what makes the state of `rev` of that of `rev - 1`. A reader that holds another
/// asks for the whole. What is None, and services that are not named, are unchanged.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct WorldChange {
    pub rev: u64,
    pub now: Time,
    pub observed_at: Option<Time>,
    pub services: Vec<ServiceChange>,
    /// Names in order; a service missing here was removed.
    pub order: Option<Vec<String>>,
    pub accounts: Option<Vec<AccountState>>,
    pub notices: Option<Vec<Notice>>,
    pub inbox: Option<InboxDifference>,
    pub keychain: KeychainState,
    pub muted_until: Option<Time>,
    pub settings: Option<Settings>,
    pub notifications: Option<Notifications>,
    pub events: Vec<Event>,
}

/// By id: items that are new or another, and all ids in order; one missing there is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub(crate) struct InboxDifference {
    pub order: Vec<String>,
    pub items: Vec<InboxItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case")]
pub(crate) enum ServiceChange {
    /// A service that was not there.
    Added { service: ServiceView },
    /// What differs of one that was.
    Parts { name: String, parts: ObjectChange },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct SandboxInfo {
    pub scenario: String,
    pub scenarios: Vec<String>,
    pub speed: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct Settings {
    pub theme: Theme,
    #[serde(default)]
    pub density: Density,
    /// Whether single-letter keys are on.
    pub single_keys: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: Theme::System, density: Density::Comfortable, single_keys: true }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

/// How high rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Density {
    #[default]
    Comfortable,
    Compact,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum KeychainState {
    /// Not used yet.
    Unasked,
    Works,
    /// Absent, locked or not answering; `message` says which, and what to do.
    Unavailable {
        message: String,
    },
}

/// Event `goto`, and the target of a toast or of a tray item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "place", rename_all = "snake_case")]
pub(crate) enum Place {
    Flow {
        service: String,
    },
    Pipeline {
        service: String,
        pipeline: String,
    },
    PullRequest {
        service: String,
        number: u64,
    },
    Timeline {
        service: String,
    },
    Releases {
        service: String,
    },
    Pipelines {
        service: String,
    },
    Environment {
        service: String,
        environment: String,
    },
    /// All services.
    Board,
    Inbox,
    /// Records of incidents.
    Incidents,
    Incident {
        id: String,
    },
    Journal,
    Settings {
        tab: Option<SettingsTab>,
    },
    /// A link led nowhere; the message says why.
    Nowhere {
        message: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SettingsTab {
    Accounts,
    Services,
    Alerts,
    General,
}

impl SettingsTab {
    pub(crate) fn named(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "result", rename_all = "snake_case")]
pub(crate) enum ExecuteReply {
    /// The intent is stored and the request was sent, or the journal says why it was not. The outcome arrives in
    /// the service's `actions`, in `world` events and in the journal.
    Started { entry: Box<Entry> },
    /// The shown plan is no longer valid; nothing was sent. This is the new plan.
    Stale { plan: Box<Plan>, why: String },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct ExecuteRequest {
    pub plan_id: String,
    /// The text that the person typed, where the plan's `confirm_text` requires it.
    pub typed: Option<String>,
    pub reason: Option<String>,
}

/// What the window holds of a text that grows: it is sent only what it lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct HeldLines {
    pub lines: usize,
    /// As it was sent with them.
    pub cut: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct LogPage {
    pub steps: Vec<LogStepView>,
    /// True when the job has ended and nothing will be added.
    pub over: bool,
    /// Why there is no log, as a text for people.
    pub unavailable: Option<String>,
    /// What the CI does not report about this job, as a text for people.
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct LogStepView {
    pub name: String,
    /// False: the CI stores no separate output for this step.
    pub has_output: bool,
    /// The status of a job: passed, failed, running, queued, skipped, canceled, unknown, …
    pub status: String,
    pub seconds: Option<f64>,
    /// None: collapsed and not read yet; `log_step` reads it.
    pub lines: Option<Vec<LogLine>>,
    /// The place of the first of `lines`: what stands before it is what the window holds.
    pub from: usize,
    /// Bytes cut from the beginning of a long log.
    pub cut: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct LogLine {
    pub spans: Vec<LogSpan>,
    pub failure: bool,
}

/// Text in one style. Control sequences are never sent to the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct LogSpan {
    pub text: String,
    /// 0 to 15, as in a terminal's palette.
    pub color: Option<u8>,
    pub bold: bool,
    pub dim: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct FailedTestView {
    pub name: String,
    pub file: Option<String>,
    pub message: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct ArtifactView {
    pub path: String,
    pub url: String,
    /// Whether `open_link` would open it.
    pub opens: bool,
}

/// The output so far of a build or a release phase.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct OutputView {
    pub lines: Vec<LogLine>,
    /// The place of the first of `lines`: what stands before it is what the window holds.
    pub from: usize,
    /// Bytes cut from the beginning of a long output.
    pub cut: u64,
    /// The output is complete.
    pub over: bool,
    /// Why there is no output yet or at all, as a text for people.
    pub unavailable: Option<String>,
}

/// What lies between two releases.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct ComparisonView {
    pub comparison: Comparison,
    /// The same in one sentence.
    pub sentence: String,
    /// The same as release notes.
    pub markdown: String,
}

/// Not printable and never sent back, because it contains a token.
#[derive(Deserialize, TS)]
pub(crate) struct NewAccount {
    pub provider: VendorId,
    /// None: the vendor's own.
    pub url: Option<String>,
    pub token: String,
    /// False: kept in memory for this run only.
    pub keychain: bool,
    /// In addition to an account of its kind at the same URL, instead of replacing that.
    pub another: bool,
    /// The token of the vendor's own CLI is used; `token` is empty.
    pub borrow: bool,
    pub read_only: bool,
}

/// An account that was stored.
#[derive(Clone, Debug, Serialize, TS)]
pub(crate) struct AddedAccount {
    pub account: AccountState,
    /// Why its token is not known to work; None when it was tested and works.
    pub not_tested: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct BorrowableAccount {
    pub provider: VendorId,
    /// The name of the CLI's program.
    pub cli: String,
    pub url: Option<String>,
}

/// Repositories from which a service can be made, most recently pushed first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct RepositoryList {
    pub repositories: Vec<PickedRepository>,
    /// The cursor of the next hundred; None at the end.
    pub next: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct PickedRepository {
    /// `OWNER/REPO`
    pub name: String,
    pub private: bool,
    pub archived: bool,
    pub pushed_at: Option<Time>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct AccountTest {
    pub ok: bool,
    pub user: Option<String>,
    pub message: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub(crate) struct IpcError {
    pub code: ErrorCode,
    pub message: String,
    /// Seconds.
    pub retry_after: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::{Density, Settings, Theme};

    #[test]
    fn settings_of_before_there_was_a_density_keep_the_rest() -> Result<(), serde_json::Error> {
        let kept: Settings = serde_json::from_str(r#"{"theme": "dark", "single_keys": false}"#)?;
        assert_eq!(kept, Settings { theme: Theme::Dark, density: Density::Comfortable, single_keys: false });
        Ok(())
    }
}
