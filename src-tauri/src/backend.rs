//! The backend of the window: its engine, on the user's data or on the sandbox, and what it sends out as events,
//! toasts and tray states.

mod arrival;
mod notifications;
mod opening;

use crate::embedded::Embedded;
use crate::ipc::{ErrorCode, IpcError, KeychainState, Place, SandboxInfo, Settings, SettingsTab, Vendor, World, WorldChange};
use crate::logs::Logs;
use crate::main_window;
use crate::notify::Toasts;
use crate::notify::clock::{LocalClock, SystemLocalClock};
use crate::notify::stored::Stored;
use crate::outputs::Outputs;
use crate::publication::{Difference, OwnState, Publication};
use crate::remembered::Memory;
use crate::tray::{Choice, Tray};
use crate::window_lock::Lock;
use anyhow::Result;
use arrival::Arrival;
use slipway_domain::diff::Event;
use slipway_domain::time::Time;
use slipway_engine::{Change, Engine, EnvironmentTokens};
use slipway_sandbox::Scenario;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a command waits for the engine to start before it fails.
const OPENING: Duration = Duration::from_secs(20);
const STOPPING: Duration = Duration::from_secs(2);
/// The tray mutes notifications for so long.
const MUTE_MINUTES: u32 = 60;
/// The key of the window's settings in the engine's store.
const SETTINGS: &str = "window";

#[derive(Clone, Copy, Debug)]
pub(crate) enum BackendKind {
    Own,
    Sandbox { scenario: Scenario, speed: f64 },
}

pub(crate) struct Backend {
    app: AppHandle,
    environment_tokens: EnvironmentTokens,
    stage: watch::Sender<Stage>,
    /// Held while the backend is exchanged: one exchange at a time.
    moving: tokio::sync::Mutex<()>,
    publication: Mutex<Publication>,
    muted_until: Mutex<Option<Time>>,
    pub logs: Logs,
    pub outputs: Outputs,
    clock: Arc<dyn LocalClock>,
    toasts: Toasts,
    pub tray: Tray,
    pub memory: Arc<Memory>,
    arrival: Mutex<Arrival>,
}

#[derive(Clone)]
enum Stage {
    Opening,
    Open(Arc<Open>),
    Failed(String),
}

struct Open {
    engine: Engine,
    embedded: Mutex<Option<Embedded>>,
    sandbox: Option<SandboxInfo>,
    forward: JoinHandle<()>,
    _lock: Option<Lock>,
}

impl Backend {
    pub(crate) fn new(app: &AppHandle, environment_tokens: EnvironmentTokens, memory: Arc<Memory>) -> Arc<Self> {
        let opener = app.clone();
        let clock: Arc<dyn LocalClock> = Arc::new(SystemLocalClock);
        Arc::new(Self {
            app: app.clone(),
            environment_tokens,
            stage: watch::Sender::new(Stage::Opening),
            moving: tokio::sync::Mutex::default(),
            publication: Mutex::default(),
            muted_until: Mutex::default(),
            logs: Logs::default(),
            outputs: Outputs::default(),
            toasts: Toasts::start(Arc::clone(&clock), move |place| go(&opener, place)),
            clock,
            tray: Tray::new(on_tray_choice),
            memory,
            arrival: Mutex::default(),
        })
    }

    /// Stops the current engine and starts the one of `kind`. If that fails there is none.
    pub(crate) async fn switch_to(self: &Arc<Self>, kind: BackendKind) -> Result<()> {
        let _one = self.moving.lock().await;
        self.leave().await;
        let opened = match kind {
            BackendKind::Own => self.open_own().await,
            BackendKind::Sandbox { scenario, speed } => self.open_sandbox(scenario, speed).await,
        };
        let stage = match &opened {
            Ok(open) => Stage::Open(Arc::clone(open)),
            Err(error) => Stage::Failed(format!("{error:#}")),
        };
        // What was sent of the engine before leads nowhere, also for who asks before the window is told.
        lock(&self.publication).gap();
        self.stage.send_replace(stage);
        self.read_again();
        self.refresh_tray();
        opened.map(|_| ())
    }

    pub(crate) fn app(&self) -> &AppHandle {
        &self.app
    }

    /// The engine, once it has started.
    pub(crate) async fn engine(&self) -> Result<Engine, IpcError> {
        Ok(self.open().await?.engine.clone())
    }

    pub(crate) async fn world(&self) -> Result<World, IpcError> {
        let open = self.open().await?;
        // Under the lock: every change that is sent from now on is the difference from this, and what is older is not sent
        // after what is newer.
        let (own, snapshot) = {
            let mut publication = lock(&self.publication);
            let own = self.own_state(&open.engine);
            let snapshot = publication.whole(&open.engine.snapshot(), &own, open.engine.now());
            (own, snapshot)
        };
        Ok(World {
            snapshot,
            now: open.engine.now(),
            sandbox: open.sandbox.clone(),
            settings: own.settings,
            notifications: own.notifications,
            keychain: keychain(&open.engine),
            muted_until: self.muted_until(open.engine.now()),
            vendors: Vendor::list(slipway_terminal::vendors::known()),
        })
    }

    pub(crate) fn set_settings(&self, engine: &Engine, settings: &Settings) -> Result<(), IpcError> {
        let text = serde_json::to_string(settings).map_err(|e| IpcError::new(ErrorCode::Internal, e.to_string()))?;
        engine.set_setting(SETTINGS, &text)?;
        if !self.shows_sandbox() {
            self.keep_theme(settings.theme);
        }
        self.send_difference();
        Ok(())
    }

    /// The change that makes the present state of that of `rev`. None where the window was sent another one last.
    pub(crate) async fn world_since(&self, rev: u64) -> Result<Option<WorldChange>, IpcError> {
        let open = self.open().await?;
        let mut publication = lock(&self.publication);
        if publication.rev() != rev {
            return Ok(None);
        }
        let own = self.own_state(&open.engine);
        let difference = publication.difference_of_all(&open.engine.snapshot(), own, open.engine.now());
        Ok(Some(self.change(&open.engine, difference, Vec::new())))
    }

    /// Only in the sandbox; the engine reads the service at once instead of at its next turn.
    pub(crate) async fn break_production(&self, service: &str) -> Result<(), IpcError> {
        let open = self.open().await?;
        let broken = match &*lock(&open.embedded) {
            Some(embedded) => embedded.break_production(service),
            None => Err("Only the sandbox's production can be broken on purpose.".to_owned()),
        };
        broken.map_err(|why| IpcError::new(ErrorCode::Denied, why))?;
        open.engine.refresh(Some(service)).await;
        Ok(())
    }

    /// Sends the window all that differs from what it was sent last.
    pub(crate) fn send_difference(&self) {
        let Stage::Open(open) = &*self.stage.borrow() else { return };
        let mut publication = lock(&self.publication);
        let own = self.own_state(&open.engine);
        let difference = publication.difference_of_all(&open.engine.snapshot(), own, open.engine.now());
        self.emit(&open.engine, difference, Vec::new());
    }

    /// Makes the window read the complete state again, by a jump in its revision: another engine is behind it.
    fn read_again(&self) {
        let Stage::Open(open) = &*self.stage.borrow() else { return };
        let mut publication = lock(&self.publication);
        self.emit(&open.engine, Difference { rev: publication.gap(), ..Difference::default() }, Vec::new());
    }

    fn own_state(&self, engine: &Engine) -> OwnState {
        OwnState { settings: settings(engine), notifications: self.notifications(engine) }
    }

    pub(crate) async fn stop(&self) {
        let _one = self.moving.lock().await;
        self.leave().await;
    }

    async fn open(&self) -> Result<Arc<Open>, IpcError> {
        let mut stage = self.stage.subscribe();
        let ready = stage.wait_for(|stage| !matches!(stage, Stage::Opening));
        match tokio::time::timeout(OPENING, ready).await {
            Ok(Ok(stage)) => match &*stage {
                Stage::Open(open) => Ok(Arc::clone(open)),
                Stage::Failed(why) => Err(IpcError::new(ErrorCode::NotOpen, why.clone())),
                Stage::Opening => Err(IpcError::new(ErrorCode::NotOpen, "Slipway is still opening.")),
            },
            Ok(Err(_)) | Err(_) => Err(IpcError::new(ErrorCode::NotOpen, "Slipway is still opening.")),
        }
    }

    async fn leave(&self) {
        let Stage::Open(open) = self.stage.send_replace(Stage::Opening) else { return };
        open.forward.abort();
        if tokio::time::timeout(STOPPING, open.engine.stop()).await.is_err() {
            tracing::warn!("the engine did not stop in time");
        }
        let embedded = lock(&open.embedded).take();
        if let Some(embedded) = embedded {
            embedded.stop().await;
        }
        self.logs.forget();
        self.outputs.forget();
        self.toasts.forget();
    }

    fn opened(self: &Arc<Self>, engine: Engine, embedded: Option<Embedded>, held: Option<Lock>) -> Arc<Open> {
        let sandbox = embedded.as_ref().map(|e| SandboxInfo {
            scenario: e.scenario.to_string(),
            scenarios: Scenario::NAMES.map(str::to_owned).to_vec(),
            speed: e.speed,
        });
        if sandbox.is_none() {
            self.keep_theme(settings(&engine).theme);
        }
        let forward = tokio::spawn(forward(Arc::clone(self), engine.clone()));
        Arc::new(Open { engine, embedded: Mutex::new(embedded), sandbox, forward, _lock: held })
    }

    fn publish(&self, engine: &Engine, change: &Change) {
        let snapshot = engine.snapshot();
        {
            // Held until it is sent: changes leave in the order of their revisions.
            let mut publication = lock(&self.publication);
            let changed: Vec<&str> = change.services.iter().map(|state| state.name.as_str()).collect();
            let difference = publication.difference(&snapshot, &changed, engine.now());
            self.emit(engine, difference, change.events.clone());
        }
        let stored = Stored::of(engine);
        self.show_in_tray(&snapshot, &stored);
        self.tell(&snapshot, change, stored);
    }

    fn emit(&self, engine: &Engine, difference: Difference, events: Vec<Event>) {
        let change = self.change(engine, difference, events);
        if let Err(error) = self.app.emit_to(main_window::LABEL, "world", change) {
            tracing::warn!(%error, "the window was not told of a change");
        }
    }

    fn change(&self, engine: &Engine, difference: Difference, events: Vec<Event>) -> WorldChange {
        let Difference { rev, services, order, accounts, notices, inbox, own } = difference;
        let (settings, notifications) = own.map(|own| (own.settings, own.notifications)).unzip();
        WorldChange {
            rev,
            now: engine.now(),
            observed_at: engine.snapshot().observed_at,
            services,
            order,
            accounts,
            notices,
            inbox,
            keychain: keychain(engine),
            muted_until: self.muted_until(engine.now()),
            settings,
            notifications,
            events,
        }
    }

    fn refresh_tray(&self) {
        if let Stage::Open(open) = &*self.stage.borrow() {
            self.show_in_tray(&open.engine.snapshot(), &Stored::of(&open.engine));
        }
    }
}

/// Opens the window at a place.
pub(crate) fn go(app: &AppHandle, place: Place) {
    main_window::show(app);
    if let Err(error) = app.emit_to(main_window::LABEL, "goto", place) {
        tracing::warn!(%error, "the window was not told where to go");
    }
}

fn on_tray_choice(app: &AppHandle, choice: Choice) {
    match choice {
        Choice::Open => main_window::show(app),
        Choice::AllServices => go(app, Place::Board),
        Choice::Inbox => go(app, Place::Inbox),
        Choice::Refresh => {
            let backend = of(app);
            tauri::async_runtime::spawn(async move {
                match backend.engine().await {
                    Ok(engine) => drop(engine.refresh(None).await),
                    // The window says why there is none.
                    Err(error) => {
                        tracing::warn!(error = error.message, "nothing was read");
                        main_window::show(&backend.app);
                    }
                }
            });
        }
        Choice::Settings => go(app, Place::Settings { tab: None }),
        Choice::Mute => {
            let backend = of(app);
            // Away from the desktop's own thread: the rules are read from the disk.
            tauri::async_runtime::spawn(async move {
                backend.mute(if backend.is_muted() { 0 } else { MUTE_MINUTES });
            });
        }
        Choice::Alerts => go(app, Place::Settings { tab: Some(SettingsTab::Alerts) }),
        Choice::Quit => app.exit(0),
        Choice::Service(service) => go(app, Place::Flow { service }),
    }
}

/// The backend of a running window.
pub(crate) fn of(app: &AppHandle) -> Arc<Backend> {
    Arc::clone(&app.state::<Arc<Backend>>())
}

async fn forward(backend: Arc<Backend>, engine: Engine) {
    let mut changes = engine.changes();
    loop {
        match changes.recv().await {
            Ok(change) => backend.publish(&engine, &change),
            Err(RecvError::Lagged(_)) => backend.send_difference(),
            Err(RecvError::Closed) => return,
        }
    }
}

fn settings(engine: &Engine) -> Settings {
    engine.setting(SETTINGS).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

pub(crate) fn keychain(engine: &Engine) -> KeychainState {
    match engine.keychain_trouble() {
        Some(message) => KeychainState::Unavailable { message },
        None if engine.keychain_asked() => KeychainState::Works,
        None => KeychainState::Unasked,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
