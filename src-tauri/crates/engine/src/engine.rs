//! What the window and the terminal call.

mod setup;

use crate::accounts::Accounts;
use crate::dismissals::{self, DismissError};
use crate::event_loop::EventLoop;
use crate::executor::{self, ExecuteError, Execution, settle_orphans};
use crate::observe;
use crate::plan_facts::{self, PlanError};
use crate::reducer::derive;
use crate::shared::{Change, Core, EngineEvent, Options};
use crate::storage::Storage;
use crate::store::intents::{Intents, SettleError, Word};
use crate::store::sqlite::Condition;
use crate::store::{Store, StoreError};
use crate::supervise;
use slipway_domain::action::Action;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::evidence::release_mark;
use slipway_domain::journal::{Entry, EntryState, SettledAs};
use slipway_domain::lineage;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::Plan;
use slipway_domain::release::Release;
use slipway_domain::snapshot::{Notice, ServiceState, Snapshot};
use slipway_domain::time::Time;
use slipway_http::{Http, Trust, bundles_of_environment};
use slipway_vendor::{Artifact, Ci, CiAbilities, FailedTest, LogStep, LogText, OutputAt, OutputPart, ReadError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Shorter than any interval, longer than nothing: due sources are looked for this often.
const TICK: Duration = Duration::from_millis(500);
const OLDER_RELEASES: usize = 100;
/// What a refresh may take; whoever asks for one waits no longer.
pub const REFRESH: Duration = Duration::from_secs(30);
/// How long the loop may take to say that the time is up, and how often it is asked when it panics.
const GRACE: Duration = Duration::from_secs(1);
const ASKED: usize = 3;
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

#[derive(Clone)]
pub struct Engine {
    core: Arc<Core>,
    published: watch::Receiver<Arc<Snapshot>>,
    changes: broadcast::Sender<Arc<Change>>,
}

impl Engine {
    /// Opens the data folder and starts the loop on the current tokio runtime. The last state
    /// is there at once, with its age.
    pub async fn start(options: Options) -> Result<Self, StoreError> {
        let folder = &options.data_dir;
        let unusable = |why: String| StoreError::Folder { folder: folder.display().to_string(), why };
        std::fs::create_dir_all(folder).map_err(|e| unusable(e.to_string()))?;
        let store = Store::open(folder)?;
        let intents = Intents::open(folder, uuid::Uuid::new_v4().to_string())?;
        for (file, condition) in [("cache.db", &store.condition), ("intents.db", &intents.condition)] {
            if *condition != Condition::Sound {
                tracing::error!(file, ?condition, "a database was not as it should be");
            }
        }
        let storage = Storage::of(&store, &intents);
        for note in storage.lasting_notes() {
            // On a full disk it cannot be kept; it is told again at the next start.
            if let Err(error) = intents.notify(&note, options.clock.now()) {
                tracing::warn!(%error, note, "a notice could not be kept");
            }
        }
        let clock = options.clock.clone();
        let trust = Trust::of(&bundles_of_environment());
        let http = Http::trusting(Arc::new(move || clock.now()), trust).map_err(|e| unusable(e.to_string()))?;
        let accounts = Accounts::new(options.vendors, http, folder, options.secrets, options.environment_tokens, &store)?;
        let snapshot = Arc::new(stored(&store, &accounts, options.clock.now())?);
        let (sender, events) = mpsc::unbounded_channel();
        let core = Arc::new(Core {
            store,
            intents,
            accounts,
            by: options.by,
            polling: options.polling,
            clock: options.clock,
            events: sender,
            plans: Default::default(),
            working: Default::default(),
            commits: Default::default(),
            pipeline_reads: Default::default(),
            asked: Default::default(),
            apps: Default::default(),
        });
        let (published, receiver) = watch::channel(snapshot.clone());
        let (changes, _) = broadcast::channel(256);
        let board = EventLoop::new(core.clone(), published, changes.clone(), snapshot.services.clone(), options.polling);
        tokio::spawn(board.run(events));
        tokio::spawn(tick(Arc::downgrade(&core)));
        Ok(Self { core, published: receiver, changes })
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.published.borrow().clone()
    }

    pub fn now(&self) -> Time {
        self.core.now()
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
        let ended = tokio::time::Instant::now() + within;
        for _ in 0..ASKED {
            let (done, answer) = oneshot::channel();
            let left = ended.saturating_duration_since(tokio::time::Instant::now());
            self.core.send(EngineEvent::Refresh { service: service.map(str::to_owned), within: left, done });
            match tokio::time::timeout_at(ended + GRACE, answer).await {
                Ok(Ok(snapshot)) => return snapshot,
                // The loop panicked over it and goes on.
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
        self.core.send(EngineEvent::CaughtUp(done));
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
        self.core.send(EngineEvent::Step(done));
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
        let planned = supervise::caught(plan_facts::plan_within(&self.core, &state, &action, id, patience)).await;
        let plan = planned.unwrap_or_else(|panicked| Err(ReadError::Internal(panicked.to_string()).into()))?;
        Ok(self.core.issue(plan))
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
        if let Some(why) = self.core.newer().await {
            return Err(ExecuteError::NotDurable(why));
        }
        let plan = self.core.claim(plan_id).ok_or(ExecuteError::UnknownPlan)?;
        if let Some(wanted) = plan.confirm_text.clone().filter(|wanted| asks_for_text && typed != Some(wanted.as_str())) {
            self.core.issue(plan);
            return Err(ExecuteError::NotConfirmed(format!("Type {wanted} to confirm")));
        }
        let state = self.state(&plan.action.service).map_err(|e| ExecuteError::Read(e.to_string()))?;
        executor::execute(&self.core, state, plan, reason).await
    }

    /// Waits until the entry is settled. At the deadline its outcome is unknown: it stays in
    /// the journal and is checked again later.
    pub async fn settled(&self, entry_id: &str, timeout: Duration) -> Option<Entry> {
        let now = tokio::time::Instant::now();
        let deadline = now.checked_add(timeout).unwrap_or(now + LONGEST_WAIT);
        let mut changes = self.changes();
        loop {
            let entry = self.core.intents.entry(entry_id).await?;
            if !matches!(entry.state, EntryState::Planned | EntryState::Sent) {
                return Some(entry);
            }
            if tokio::time::Instant::now() >= deadline {
                let message = executor::unknown(&entry, &format!("Not seen within {} s", timeout.as_secs()));
                return match self.core.intents.mark_unknown(entry_id, message).await {
                    Ok(entry) => entry,
                    Err(error) => {
                        tracing::warn!(%error, "the journal could not be updated");
                        self.core.intents.entry(entry_id).await
                    }
                };
            }
            // Woken by the journal, or soon anyway.
            let _ = tokio::time::timeout_at(deadline.min(tokio::time::Instant::now() + TICK), changes.recv()).await;
        }
    }

    /// Newest first.
    pub fn journal(&self) -> Result<Vec<Entry>, StoreError> {
        self.core.intents.all_now()
    }

    /// Records what a person says became of an open action whose outcome cannot be read.
    pub fn settle_by_word(&self, id: &str, settled_as: SettledAs, reason: &str) -> Result<Entry, SettleError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(SettleError::NoReason);
        }
        let word = Word { id: id.to_owned(), settled_as, by: self.core.by.clone(), reason: reason.to_owned(), at: self.now() };
        let entry = self.core.intents.settle_by_word(&word, |id| self.core.works_on(id))?;
        self.core.send(EngineEvent::JournalChanged);
        Ok(entry)
    }

    /// Ends an alert by a person's word, for all processes of the data folder.
    pub async fn dismiss(&self, service: &str, alert: &str, reason: &str) -> Result<Dismissal, DismissError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(DismissError::NoReason);
        }
        let snapshot = self.snapshot();
        let state = snapshot.service(service).ok_or_else(|| DismissError::NoSuchService(service.to_owned()))?;
        let found = dismissals::dismissible(state, alert)?;
        let dismissal = Dismissal {
            alert: alert.to_owned(),
            kind: found.kind,
            message: found.message,
            by: self.core.by.clone(),
            at: self.now(),
            reason: reason.to_owned(),
        };
        dismissals::keep(&self.core.store, service, &dismissal)?;
        self.core.send(EngineEvent::Dismissed);
        self.caught_up().await;
        Ok(dismissal)
    }

    /// One look at every open intent that a process left behind.
    pub async fn settle_open_intents(&self) {
        settle_orphans(&self.core).await;
    }

    pub async fn pipeline(&self, service: &str, pipeline: &str) -> Result<Pipeline, PlanError> {
        let state = self.state(service)?;
        let mut pipeline = plan_facts::fresh_pipeline(&self.core, &state, pipeline).await?;
        slipway_domain::estimate::apply(&mut pipeline, &state.usual, self.now());
        if let Some(commit) = state.main.iter().find(|c| Some(&c.sha) == pipeline.commit.as_ref()) {
            pipeline.pull_request = commit.pull_request;
            pipeline.title = Some(commit.pull_request_title.clone().unwrap_or_else(|| commit.title.clone()));
        }
        Ok(pipeline)
    }

    pub async fn older_releases(&self, service: &str, environment: &str, before: u64) -> Result<Vec<Release>, PlanError> {
        let state = self.state(service)?;
        let mut environment = state
            .environment(environment)
            .cloned()
            .ok_or_else(|| PlanError::NotFound(format!("{service} has no environment {environment}")))?;
        let page =
            self.core.accounts.platform(&state.config, &environment.app)?.releases_before(&environment.app, before, OLDER_RELEASES).await?;
        environment.releases = page.releases;
        self.core.fill_known_commits(&mut environment.releases).await;
        let live = environment.current.take();
        lineage::settle(&mut environment, &state.main);
        // None of the older ones is what runs.
        environment.current = live;
        release_mark::settle(&mut environment);
        Ok(environment.releases)
    }

    /// What the service's CI can tell.
    pub fn ci_abilities(&self, service: &str) -> Result<CiAbilities, ReadError> {
        Ok(self.ci(service)?.0.abilities())
    }

    pub async fn log_steps(&self, service: &str, job_number: u64) -> Result<Vec<LogStep>, ReadError> {
        let (ci, artifact_id) = self.ci(service)?;
        ci.steps(&artifact_id, job_number).await
    }

    pub async fn step_output(&self, service: &str, output_url: &str) -> Result<LogText, ReadError> {
        self.ci(service)?.0.step_output(output_url).await
    }

    pub async fn failed_tests(&self, service: &str, job_number: u64) -> Result<Vec<FailedTest>, ReadError> {
        let (ci, artifact_id) = self.ci(service)?;
        ci.failed_tests(&artifact_id, job_number).await
    }

    pub async fn artifacts(&self, service: &str, job_number: u64) -> Result<Vec<Artifact>, ReadError> {
        let (ci, artifact_id) = self.ci(service)?;
        ci.artifacts(&artifact_id, job_number).await
    }

    /// Reads on in the output of a release, or, without `version`, of the newest build. The link
    /// is what the platform gave: nothing from outside names it.
    pub async fn output(&self, service: &str, environment: &str, version: Option<u64>, at: &OutputAt) -> Result<OutputPart, ReadError> {
        let gone = || ReadError::NotFound(format!("{service} has no such output"));
        let snapshot = self.snapshot();
        let environment = snapshot.service(service).and_then(|s| s.environment(environment)).ok_or_else(gone)?;
        let platform = self.core.platform(service, &environment.app)?;
        let url = match version {
            None => environment.build.as_ref().and_then(|build| build.output_url.clone()),
            Some(version) => match environment.releases.iter().find(|r| r.version == version) {
                Some(release) => release.output_url.clone(),
                None => {
                    let page = platform.releases_before(&environment.app, version.saturating_add(1), 1).await?;
                    page.releases.into_iter().find(|r| r.version == version).and_then(|r| r.output_url)
                }
            },
        };
        let none = || ReadError::NotFound("It ran no release command, so it printed nothing".to_owned());
        platform.output(&url.ok_or_else(none)?, at).await
    }

    /// The service the window shows is read more often.
    pub fn set_shown(&self, service: Option<String>) {
        self.core.send(EngineEvent::Shown(service));
    }

    pub fn set_visible(&self, visible: bool) {
        self.core.send(EngineEvent::Visible(visible));
    }

    /// Seconds the vendor's clock is ahead of ours; None before its first answer.
    pub fn clock_ahead(&self, account: &str) -> Option<f64> {
        self.core.accounts.clock_ahead(account)
    }

    /// How the databases were found when they were opened.
    pub fn storage(&self) -> Storage {
        Storage::of(&self.core.store, &self.core.intents)
    }

    /// What must be acknowledged, oldest first; it is in the snapshot too.
    pub fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        self.core.intents.notices_now()
    }

    pub fn acknowledge(&self, notice: &str) -> Result<(), StoreError> {
        self.core.intents.acknowledge(notice)?;
        self.core.send(EngineEvent::JournalChanged);
        Ok(())
    }

    pub fn setting(&self, key: &str) -> Option<String> {
        self.core.store.setting(key)
    }

    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.core.store.set_setting(key, value)
    }

    pub fn keychain_trouble(&self) -> Option<String> {
        self.core.accounts.keychain_trouble()
    }

    pub fn keychain_asked(&self) -> bool {
        self.core.accounts.keychain_asked()
    }

    /// Forgets the trouble; the next read asks the keychain again.
    pub async fn recheck_keychain(&self) {
        self.core.accounts.recheck_keychain();
        if let Err(error) = self.reconfigured().await {
            tracing::warn!(%error, "accounts could not be read again");
        }
    }

    /// Returns when nothing is read any more and what is known is on disk.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        self.core.send(EngineEvent::Stop(done));
        let _ = stopped.await;
    }

    fn state(&self, service: &str) -> Result<ServiceState, PlanError> {
        let snapshot = self.snapshot();
        snapshot.service(service).cloned().ok_or_else(|| {
            let names: Vec<&str> = snapshot.services.iter().map(|s| s.name.as_str()).collect();
            let known = if names.is_empty() {
                "There are none yet; add one with `slipway service add`.".to_owned()
            } else {
                format!("There are: {}.", names.join(", "))
            };
            PlanError::NotFound(format!("There is no service {service}. {known}"))
        })
    }

    fn ci(&self, service: &str) -> Result<(Arc<dyn Ci>, String), ReadError> {
        let none = || ReadError::NotFound(format!("{service} has no CI"));
        let config = self.core.service(service).ok_or_else(none)?;
        let ci = self.core.accounts.ci(&config)?.ok_or_else(none)?;
        Ok((ci, config.ci.map(|c| c.project).unwrap_or_default()))
    }
}

/// What was known at the end of the last run.
fn stored(store: &Store, accounts: &Accounts, now: Time) -> Result<Snapshot, StoreError> {
    let mut services = store.states()?;
    for state in &mut services {
        accounts.describe(state);
        derive(state, now);
    }
    let observed_at = services.iter().flat_map(|s| &s.sources).filter_map(|s| s.observed_at).max();
    Ok(Snapshot { rev: 0, observed_at, services, accounts: Vec::new(), notices: Vec::new() })
}

/// The board when a refresh could not be made at all: nothing in it was read by it.
fn unread(known: &Snapshot, service: Option<&str>, now: Time) -> Snapshot {
    let mut snapshot = known.clone();
    let error = ReadError::Internal(supervise::Panicked.to_string());
    for state in snapshot.services.iter_mut().filter(|s| service.is_none_or(|name| s.name == name)) {
        for source in &mut state.sources {
            source.error = Some(observe::source_error(&error, source.error.as_ref(), now));
        }
        derive(state, now);
    }
    snapshot
}

/// Ends when the engine is gone.
async fn tick(core: std::sync::Weak<Core>) {
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let Some(core) = core.upgrade() else { return };
        if core.events.send(EngineEvent::Tick).is_err() {
            return;
        }
    }
}
