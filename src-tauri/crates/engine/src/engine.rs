//! What the window and the terminal call.

mod forecast;
mod inbox;
mod incidents;
mod inspection;
mod kept;
mod pins;
mod releases;
mod services;
mod setup;
mod start;
mod stop;

pub use inbox::InboxError;
pub use incidents::IncidentError;
pub use pins::PinError;
pub use releases::{ListedRelease, ReleaseReader};
pub use start::Options;

use crate::accounts::Accounts;
use crate::commit_index::CommitIndex;
use crate::dismissals::{self, DismissError};
use crate::engine_event::{EngineEvent, EventSender};
use crate::event_loop::{Change, TICK};
use crate::executor::work_in_progress::WorkInProgress;
use crate::executor::{self, ExecuteError, Execution, Executor};
use crate::issued_plans::IssuedPlans;
use crate::plan_facts::{self, PlanError, PlanSources};
use crate::ports::Clock;
use crate::reducer::derive;
use crate::sources::source_error;
use crate::storage::{self, Storage};
use crate::store::intents::{Intents, SettleError, Word};
use crate::store::{Store, StoreError};
use crate::supervise::{Panicked, caught};
use slipway_domain::action::Action;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::humanize::names_there_are;
use slipway_domain::journal::{Entry, EntryState, SettledAs};
use slipway_domain::plan::Plan;
use slipway_domain::snapshot::{Notice, ServiceState, Snapshot};
use slipway_domain::time::Time;
use slipway_vendor::ReadError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, oneshot, watch};
use tokio::time::Instant;

/// What a refresh may take; whoever asks for one waits no longer.
pub(crate) const REFRESH: Duration = Duration::from_secs(30);
/// How long the loop may take to say that the time is up, and how often it is asked when it panics.
const GRACE: Duration = Duration::from_secs(1);
const ASKED: usize = 3;
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

/// One data folder that is read and acted through. Cheap to clone; clones are one engine.
#[derive(Clone)]
pub struct Engine {
    accounts: Arc<Accounts>,
    store: Store,
    intents: Arc<Intents>,
    commits: Arc<CommitIndex>,
    plans: Arc<IssuedPlans>,
    sources: PlanSources,
    executor: Arc<Executor>,
    work: Arc<WorkInProgress>,
    clock: Arc<dyn Clock>,
    /// Who acts, for the journal.
    by: String,
    events: EventSender,
    published: watch::Receiver<Arc<Snapshot>>,
    changes: broadcast::Sender<Arc<Change>>,
}

impl Engine {
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.published.borrow().clone()
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub fn changes(&self) -> broadcast::Receiver<Arc<Change>> {
        self.changes.subscribe()
    }

    /// Reads every source of one service, or of all, once; returns when all have answered, or after
    /// [`REFRESH`].
    pub async fn refresh(&self, service: Option<&str>) -> Arc<Snapshot> {
        self.refresh_within(service, REFRESH).await
    }

    /// The same within a time of the caller's. What had not answered by then is marked as late in
    /// the snapshot: its values are those that were known before.
    pub async fn refresh_within(&self, service: Option<&str>, within: Duration) -> Arc<Snapshot> {
        let ended = Instant::now() + within;
        for _ in 0..ASKED {
            let (done, answer) = oneshot::channel();
            let left = ended.saturating_duration_since(Instant::now());
            self.events.send(EngineEvent::Refresh { service: service.map(str::to_owned), within: left, done });
            match tokio::time::timeout_at(ended + GRACE, answer).await {
                Ok(Ok(snapshot)) => return snapshot,
                // The loop panicked while it handled the event, and goes on.
                Ok(Err(_)) => {}
                Err(_) => break,
            }
        }
        Arc::new(unread(&self.snapshot(), service, self.now()))
    }

    /// The board once all that was told to the engine so far is in it; as it is now, should the loop
    /// not answer.
    pub async fn caught_up(&self) -> Arc<Snapshot> {
        let (done, answer) = oneshot::channel();
        self.events.send(EngineEvent::CaughtUp(done));
        match tokio::time::timeout(GRACE, answer).await {
            Ok(Ok(snapshot)) => snapshot,
            Ok(Err(_)) | Err(_) => self.snapshot(),
        }
    }

    /// Looks for what is due by the clock now, and returns when all that is under way has
    /// answered. The engine looks by itself twice a second: this is for hosts with a clock of
    /// their own.
    pub async fn step(&self) {
        let (done, rested) = oneshot::channel();
        self.events.send(EngineEvent::Step(done));
        let _ = rested.await;
    }

    /// Reads what the plan needs and issues it. Nothing is sent.
    pub async fn plan(&self, action: Action) -> Result<Plan, PlanError> {
        self.plan_within(action, LONGEST_WAIT).await
    }

    /// As [`Self::plan`], for a caller that waits no longer than `patience` for what the vendor
    /// still works out. Reads themselves have their own deadlines.
    pub async fn plan_within(&self, action: Action, patience: Duration) -> Result<Plan, PlanError> {
        let state = self.state(&action.service)?;
        let id = uuid::Uuid::now_v7().to_string();
        let planned = caught(plan_facts::plan_within(&self.sources, &state, &action, id, patience)).await;
        let plan = planned.unwrap_or_else(|panicked| Err(ReadError::Internal(panicked.to_string()).into()))?;
        self.note_plan(&state, &plan).await;
        Ok(self.plans.issue(plan))
    }

    /// Executes an issued plan once. `asks_for_text`: what was typed must match the plan's
    /// `confirm_text`; a mismatch leaves the plan usable.
    pub async fn execute(
        &self,
        plan_id: &str,
        typed: Option<&str>,
        asks_for_text: bool,
        reason: Option<String>,
    ) -> Result<Execution, ExecuteError> {
        if let Some(why) = storage::newer(&self.intents, &self.store).await {
            return Err(ExecuteError::NotDurable(why));
        }
        let plan = self.plans.claim(plan_id).ok_or(ExecuteError::UnknownPlan)?;
        if let Some(wanted) = plan.confirm_text.clone().filter(|wanted| asks_for_text && typed != Some(wanted.as_str())) {
            self.plans.issue(plan);
            return Err(ExecuteError::NotConfirmed(format!("Type {wanted} to confirm")));
        }
        let why = reason.as_deref().or_else(|| plan.action.reason()).unwrap_or_default();
        if plan.goes_over_a_pin() && why.trim().is_empty() {
            self.plans.issue(plan);
            return Err(ExecuteError::NotConfirmed("It goes over a pin: say why. The reason is kept in the journal".to_owned()));
        }
        let state = self.state(&plan.action.service).map_err(|e| ExecuteError::Read(e.to_string()))?;
        self.executor.execute(state, plan, reason).await
    }

    /// Waits until the entry is settled. At the deadline its outcome is unknown: it stays in
    /// the journal and is checked again later.
    pub async fn settled(&self, entry_id: &str, timeout: Duration) -> Option<Entry> {
        let now = Instant::now();
        let deadline = now.checked_add(timeout).unwrap_or(now + LONGEST_WAIT);
        let mut changes = self.changes();
        loop {
            let entry = self.intents.entry(entry_id).await?;
            if !matches!(entry.state, EntryState::Planned | EntryState::Sent) {
                return Some(entry);
            }
            if Instant::now() >= deadline {
                let message = executor::unknown(&entry, &format!("Not seen within {} s", timeout.as_secs()));
                return match self.intents.mark_unknown(entry_id, message).await {
                    Ok(entry) => entry,
                    Err(error) => {
                        tracing::warn!(%error, "the journal could not be updated");
                        self.intents.entry(entry_id).await
                    }
                };
            }
            // Until the journal changes, or for one tick.
            let _ = tokio::time::timeout_at(deadline.min(Instant::now() + TICK), changes.recv()).await;
        }
    }

    /// Newest first.
    pub fn journal(&self) -> Result<Vec<Entry>, StoreError> {
        self.intents.all_now()
    }

    /// Records what a person says became of an open action whose outcome cannot be read.
    pub fn settle_by_word(&self, id: &str, settled_as: SettledAs, reason: &str) -> Result<Entry, SettleError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(SettleError::NoReason);
        }
        let word = Word { id: id.to_owned(), settled_as, by: self.by.clone(), reason: reason.to_owned(), at: self.now() };
        let entry = self.intents.settle_by_word(&word, |id| self.work.contains(id))?;
        self.events.send(EngineEvent::JournalChanged);
        Ok(entry)
    }

    /// Ends an alert by a person's word, for all processes of the data folder.
    pub async fn dismiss(&self, service: &str, alert: &str, reason: &str) -> Result<Dismissal, DismissError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(DismissError::NoReason);
        }
        let snapshot = self.snapshot();
        let state = snapshot.service(service).ok_or_else(|| dismissals::no_service(&snapshot, service))?;
        let found = dismissals::dismissible(state, alert)?;
        let dismissal = Dismissal {
            alert: alert.to_owned(),
            kind: found.kind,
            message: found.message,
            by: self.by.clone(),
            at: self.now(),
            reason: reason.to_owned(),
        };
        dismissals::keep(&self.store, service, &dismissal)?;
        self.events.send(EngineEvent::Dismissed);
        self.caught_up().await;
        Ok(dismissal)
    }

    /// One look at every open intent that a process left behind.
    pub async fn settle_open_intents(&self) {
        self.executor.settle_orphans().await;
    }

    /// The service the window shows is read more often.
    pub fn set_shown(&self, service: Option<String>) {
        self.events.send(EngineEvent::Shown(service));
    }

    pub fn set_visible(&self, visible: bool) {
        self.events.send(EngineEvent::Visible(visible));
    }

    /// Seconds the vendor's clock is ahead of ours; None before its first answer.
    pub fn clock_ahead(&self, account: &str) -> Option<f64> {
        self.accounts.clock_ahead(account)
    }

    /// How the databases were found when they were opened.
    pub fn storage(&self) -> Storage {
        Storage::of(&self.store, &self.intents)
    }

    /// What must be acknowledged, oldest first; it is in the snapshot too.
    pub fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        self.intents.notices_now()
    }

    pub fn acknowledge(&self, notice: &str) -> Result<(), StoreError> {
        self.intents.acknowledge(notice)?;
        self.events.send(EngineEvent::JournalChanged);
        Ok(())
    }

    pub fn setting(&self, key: &str) -> Option<String> {
        self.store.setting(key)
    }

    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.store.set_setting(key, value)
    }

    /// Writes it if it still is as `before`; false: something else has written it since.
    pub fn replace_setting(&self, key: &str, before: Option<&str>, value: &str) -> Result<bool, StoreError> {
        self.store.replace_setting(key, before, value)
    }

    pub fn keychain_trouble(&self) -> Option<String> {
        self.accounts.keychain_trouble()
    }

    pub fn keychain_asked(&self) -> bool {
        self.accounts.keychain_asked()
    }

    /// Forgets the trouble; the next read asks the keychain again.
    pub async fn recheck_keychain(&self) {
        self.accounts.recheck_keychain();
        if let Err(error) = self.reconfigured().await {
            tracing::warn!(%error, "accounts could not be read again");
        }
    }

    /// Returns when nothing is read any more and what is known is on disk.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        self.events.send(EngineEvent::Stop(done));
        let _ = stopped.await;
    }

    fn state(&self, service: &str) -> Result<Arc<ServiceState>, PlanError> {
        let snapshot = self.snapshot();
        snapshot.services.iter().find(|state| state.name == service).cloned().ok_or_else(|| {
            let names: Vec<&str> = snapshot.services.iter().map(|s| s.name.as_str()).collect();
            let hint = if names.is_empty() { " Add one with `slipway service add`." } else { "" };
            PlanError::NotFound(format!("There is no service {service}. {}{hint}", names_there_are(service, &names)))
        })
    }
}

/// The board when a refresh could not be made at all: nothing in it was read by it.
fn unread(known: &Snapshot, service: Option<&str>, now: Time) -> Snapshot {
    let mut snapshot = known.clone();
    let error = ReadError::Internal(Panicked.to_string());
    for state in snapshot.services.iter_mut().filter(|s| service.is_none_or(|name| s.name == name)) {
        let state = Arc::make_mut(state);
        for source in &mut state.sources {
            source.error = Some(source_error(&error, source.error.as_ref(), now));
        }
        derive(state, now);
    }
    snapshot
}
