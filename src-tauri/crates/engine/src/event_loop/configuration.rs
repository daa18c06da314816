//! Accounts and services are shared by all processes of a data folder: what another process has changed is
//! taken over within a second.

use super::{EventLoop, Key};
use crate::dismissals;
use crate::observe::Depth;
use crate::sources::sources;
use crate::storage;
use crate::store::StoreError;
use slipway_domain::snapshot::{Notice, ServiceState};
use slipway_domain::time::Time;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl EventLoop {
    pub(super) async fn look_at_configuration(&mut self, now: Time) {
        if self.newer.is_none()
            && let Some(message) = storage::newer(&self.with.intents, &self.with.store).await
        {
            tracing::error!(message, "a newer version has written the databases");
            self.newer = Some(Notice { id: message.clone(), message, since: now });
            self.read_journal().await;
            self.publish(Vec::new(), Vec::new());
        }
        match self.with.store.file_state().await {
            Ok(state) if state.version == self.configuration_version => return,
            Ok(state) => self.configuration_version = state.version,
            Err(error) => return tracing::warn!(%error, "the configuration could not be looked at"),
        }
        self.read_dismissals();
        match self.is_configured_anew() {
            Ok(false) => {}
            Ok(true) => match self.with.accounts.reload() {
                Ok(()) => self.reconfigured(),
                Err(error) => tracing::warn!(%error, "accounts could not be read again"),
            },
            Err(error) => tracing::warn!(%error, "the configuration could not be read again"),
        }
    }

    /// States are kept in the same database, so most changes of the file do not concern the configuration.
    fn is_configured_anew(&self) -> Result<bool, StoreError> {
        let services = self.with.store.services()?;
        let same = services.len() == self.services.len() && services.iter().zip(&self.services).all(|(now, shown)| *now == shown.config);
        Ok(!same || !self.with.accounts.is_current()?)
    }

    /// Whether the services that are stored have other names: another process has added, removed or renamed one.
    pub(super) fn has_other_services(&self) -> Result<bool, StoreError> {
        let stored = self.with.store.services()?;
        Ok(!stored.iter().map(|service| &service.name).eq(self.services.iter().map(|shown| &shown.name)))
    }

    /// Takes over the services that are stored now. Reads under way belong to the earlier configuration.
    pub(super) fn reconfigured(&mut self) {
        let Ok(configured) = self.with.store.services() else { return };
        let mut old: HashMap<String, Arc<ServiceState>> =
            std::mem::take(&mut self.services).into_iter().map(|s| (s.name.clone(), s)).collect();
        let now = self.with.clock.now();
        // A service under a new name, or of another process, is shown with what is stored of it.
        let is_new = configured.iter().any(|config| !old.contains_key(&config.name));
        let stored = if is_new { self.with.store.states().unwrap_or_default() } else { Vec::new() };
        for state in stored {
            old.entry(state.name.clone()).or_insert(state);
        }
        for config in configured {
            let same = old.remove(&config.name).filter(|s| s.repo == config.repo && s.branch == config.branch && s.config.ci == config.ci);
            let mut state = same.map_or_else(|| ServiceState::unread(config.clone()), Arc::unwrap_or_clone);
            state.reconfigure(config);
            self.with.accounts.describe(&mut state);
            self.services.push(Arc::new(state));
        }
        // They go with a service to its new name.
        self.dismissals = dismissals::all(&self.with.store);
        self.generation += 1;
        self.reading.clear();
        self.wanted_whole.clear();
        self.polling.forget();
        self.probes.forget();
        self.publish_all();
        self.read_again_for_waiting();
        if self.with.polls {
            self.start_due(now);
        }
    }

    /// Whoever waits for a refresh waits for the sources that are configured now.
    pub(super) fn read_again_for_waiting(&mut self) {
        for at in 0..self.waiting.len() {
            let left = std::mem::take(&mut self.waiting[at].left);
            let exists = |(service, source): &Key| {
                let state = self.services.iter().find(|s| s.name == *service);
                state.is_some_and(|state| sources(state).iter().any(|(known, _)| known == source))
            };
            let still: HashSet<Key> = left.into_iter().filter(exists).collect();
            for (service, source) in &still {
                self.start(service, source.clone(), Depth::Whole);
            }
            self.waiting[at].left = still;
        }
        self.answer_waiting();
    }
}
