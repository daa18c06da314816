//! What the backend has to do with notifications: their rules, their mute, and what it tells the toasts and the tray.

use super::{Backend, Open, Stage, lock};
use crate::ipc::{IpcError, NotificationTest, Notifications};
use crate::notify::stored::{self, Stored};
use crate::notify::{self, Delivery};
use crate::tray::Silence;
use slipway_domain::notification_rules::NotificationSettings;
use slipway_domain::snapshot::Snapshot;
use slipway_domain::time::Time;
use slipway_engine::{Change, Engine};
use slipway_terminal::vendors;
use std::sync::Arc;
use std::time::Duration;

impl Backend {
    pub(super) fn notifications(&self, engine: &Engine) -> Notifications {
        let Stored { settings, trouble } = Stored::of(engine);
        Notifications::new(settings, trouble, stored::me(&engine.snapshot().accounts, vendors::known()))
    }

    /// Changes the stored rules; the toasts obey from now on, and the window shows it.
    pub(crate) async fn change_notifications(
        &self,
        change: impl Fn(&mut NotificationSettings) -> Result<(), String>,
    ) -> Result<(), IpcError> {
        let settings = stored::change(&self.engine().await?, change)?;
        self.toasts.obey(settings, *lock(&self.muted_until));
        self.send_difference();
        self.refresh_tray();
        Ok(())
    }

    pub(crate) async fn test_notification(&self, service: Option<&str>) -> Result<NotificationTest, IpcError> {
        let settings = Stored::of(&self.engine().await?).settings;
        Ok(notify::test(&self.toasts, &settings, service).await)
    }

    /// 0 minutes: toasts are shown again. What is locked is shown in any case.
    pub(crate) fn mute(self: &Arc<Self>, minutes: u32) {
        let seconds = f64::from(minutes) * 60.0;
        let until = (minutes > 0).then(|| self.clock.now().plus(seconds));
        *lock(&self.muted_until) = until;
        if let Some(open) = self.opened_now() {
            self.toasts.obey(Stored::of(&open.engine).settings, until);
        }
        self.send_difference();
        self.refresh_tray();
        if minutes > 0 {
            let backend = Arc::clone(self);
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(Duration::from_secs_f64(seconds + 1.0)).await;
                backend.refresh_tray();
            });
        }
    }

    pub(crate) fn is_muted(&self) -> bool {
        self.muted_until(self.clock.now()).is_some()
    }

    pub(super) fn muted_until(&self, now: Time) -> Option<Time> {
        lock(&self.muted_until).filter(|until| *until > now)
    }

    pub(super) fn show_in_tray(&self, snapshot: &Snapshot, stored: &Stored) {
        let muted_until = self.muted_until(self.clock.now());
        let local = |until: Time| until.0.to_zoned(self.clock.zone()).strftime("%H:%M").to_string();
        let quiet_hours = Some(stored.settings.quiet_hours);
        self.tray.show(&self.app, snapshot, Silence { muted_until: muted_until.map(local), quiet_hours });
    }

    /// Tells the toasts of a change, where one of its events may be news.
    pub(super) fn tell(&self, snapshot: &Snapshot, change: &Change, stored: Stored) {
        if change.events.is_empty() && !self.toasts.awaits_states() {
            return;
        }
        let is_about = |name: &str| change.events.iter().any(|event| event.service == name);
        let unchanged = snapshot.services.iter().filter(|state| is_about(&state.name));
        self.toasts.tell(Delivery {
            events: change.events.clone(),
            services: change.services.iter().chain(unchanged).cloned().collect(),
            settings: stored.settings,
            me: stored::me(&snapshot.accounts, vendors::known()),
            muted_until: *lock(&self.muted_until),
        });
    }

    /// The sandbox is open, by itself or in the user's own window.
    pub(crate) fn shows_sandbox(&self) -> bool {
        self.opened_now().is_some_and(|open| open.sandbox.is_some())
    }

    fn opened_now(&self) -> Option<Arc<Open>> {
        match &*self.stage.borrow() {
            Stage::Open(open) => Some(Arc::clone(open)),
            Stage::Opening | Stage::Failed(_) => None,
        }
    }
}
