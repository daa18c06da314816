//! Everything that can happen to the board.

use crate::observe::observation::Observation;
use crate::scheduler::change_probe::ProbeAnswer;
use slipway_domain::snapshot::Snapshot;
use slipway_domain::time::Time;
use slipway_domain::watch::{PlatformLog, ProbeSample};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

pub(crate) enum EngineEvent {
    Tick,
    /// A tick whose sender waits until all that is under way has answered.
    Step(oneshot::Sender<()>),
    Probe(ProbeAnswer),
    /// The health URL of a watched app was asked. None: that says nothing of the app.
    WatchProbe {
        watch: String,
        sample: Option<ProbeSample>,
    },
    /// The platform's log of a watched app was asked for. None: it was not read.
    WatchLog {
        watch: String,
        log: Option<PlatformLog>,
    },
    ReadFinished(ReadFinished),
    Refresh {
        service: Option<String>,
        /// What has not answered by then is marked as late, and the refresh ends.
        within: Duration,
        done: oneshot::Sender<Arc<Snapshot>>,
    },
    /// The time of the refresh of this number is up.
    Late(u64),
    /// Answered with the board as it is once all earlier events have been handled.
    CaughtUp(oneshot::Sender<Arc<Snapshot>>),
    Shown(Option<String>),
    Visible(bool),
    Reconfigured(oneshot::Sender<()>),
    JournalChanged,
    /// The look at open intents that nobody works on has ended.
    OrphansSettled,
    /// A person has ended an alert.
    Dismissed,
    /// A person has done something with an item of the inbox.
    InboxChanged,
    /// A person has set or ended a pin, marked a release, or changed a record.
    KeptChanged,
    /// What an account may do has changed.
    AccountsChanged,
    Stop(oneshot::Sender<()>),
}

/// One read of one source has ended, well or not.
pub(crate) struct ReadFinished {
    pub(crate) service: String,
    /// The configuration it began under: one of an earlier configuration is dropped.
    pub(crate) generation: u64,
    pub(crate) began: Time,
    pub(crate) observation: Box<Observation>,
}

impl EngineEvent {
    /// For the log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::Step(_) => "step",
            Self::Probe(_) => "probe",
            Self::WatchProbe { .. } => "watch_probe",
            Self::WatchLog { .. } => "watch_log",
            Self::ReadFinished(_) => "read_finished",
            Self::Refresh { .. } => "refresh",
            Self::Late(_) => "late",
            Self::CaughtUp(_) => "caught_up",
            Self::Shown(_) => "shown",
            Self::Visible(_) => "visible",
            Self::Reconfigured(_) => "reconfigured",
            Self::JournalChanged => "journal_changed",
            Self::OrphansSettled => "orphans_settled",
            Self::Dismissed => "dismissed",
            Self::InboxChanged => "inbox_changed",
            Self::KeptChanged => "kept_changed",
            Self::AccountsChanged => "accounts_changed",
            Self::Stop(_) => "stop",
        }
    }
}

/// Tells the loop. Cheap to clone.
#[derive(Clone)]
pub(crate) struct EventSender(mpsc::UnboundedSender<EngineEvent>);

impl EventSender {
    pub(crate) fn channel() -> (Self, mpsc::UnboundedReceiver<EngineEvent>) {
        let (sender, events) = mpsc::unbounded_channel();
        (Self(sender), events)
    }

    pub(crate) fn send(&self, event: EngineEvent) {
        // The loop is gone only when the engine has stopped; then nobody looks at the board.
        let _ = self.0.send(event);
    }
}
