//! Accounts and services are one truth for all processes that share a data folder: what another one
//! has changed is taken over within a second.

use super::{EventLoop, Key};
use crate::observe::sources;
use slipway_domain::snapshot::{Notice, ServiceState};
use slipway_domain::time::Time;
use std::collections::{HashMap, HashSet};

impl EventLoop {
    pub(super) async fn look_at_configuration(&mut self, now: Time) {
        if self.newer.is_none()
            && let Some(message) = self.core.newer().await
        {
            tracing::error!(message, "a newer version has written the databases");
            self.newer = Some(Notice { id: message.clone(), message, since: now });
            self.read_journal().await;
            self.publish(Vec::new(), Vec::new());
        }
        match self.core.store.file_state().await {
            Ok(state) if state.version == self.configuration_version => return,
            Ok(state) => self.configuration_version = state.version,
            Err(error) => return tracing::warn!(%error, "the configuration could not be looked at"),
        }
        self.read_dismissals();
        match self.is_configured_anew() {
            Ok(false) => {}
            Ok(true) => match self.core.accounts.reload(&self.core.store) {
                Ok(()) => self.reconfigured(),
                Err(error) => tracing::warn!(%error, "accounts could not be read again"),
            },
            Err(error) => tracing::warn!(%error, "the configuration could not be read again"),
        }
    }

    /// States are kept in the same database, so that most of its changes are none of the configuration.
    fn is_configured_anew(&self) -> Result<bool, crate::store::StoreError> {
        let services = self.core.store.services()?;
        let same = services.len() == self.services.len() && services.iter().zip(&self.services).all(|(now, shown)| *now == shown.config);
        Ok(!same || !self.core.accounts.is_current(&self.core.store)?)
    }

    /// Takes over the services that are stored now. What is under way was asked of others.
    pub(super) fn reconfigured(&mut self) {
        let Ok(configured) = self.core.store.services() else { return };
        let mut old: HashMap<String, ServiceState> = std::mem::take(&mut self.services).into_iter().map(|s| (s.name.clone(), s)).collect();
        let now = self.core.now();
        for config in configured {
            let same = old.remove(&config.name).filter(|s| s.repo == config.repo && s.branch == config.branch && s.config.ci == config.ci);
            let mut state = same.unwrap_or_else(|| ServiceState::unread(config.clone()));
            state.reconfigure(config);
            self.core.accounts.describe(&mut state);
            self.services.push(state);
        }
        self.generation += 1;
        self.reading.clear();
        self.polling_schedule.forget();
        self.probes.forget();
        self.publish_all();
        self.read_again_for_waiting();
        if self.polling {
            self.start_due(now);
        }
    }

    /// Who waits for a refresh waits for what is configured now.
    pub(super) fn read_again_for_waiting(&mut self) {
        for at in 0..self.waiting.len() {
            let left = std::mem::take(&mut self.waiting[at].left);
            let exists = |(service, source): &Key| {
                let state = self.services.iter().find(|s| s.name == *service);
                state.is_some_and(|state| sources(state).iter().any(|(known, _)| known == source))
            };
            let still: HashSet<Key> = left.into_iter().filter(exists).collect();
            for (service, source) in &still {
                self.start(service, source.clone());
            }
            self.waiting[at].left = still;
        }
        self.answer_waiting();
    }
}
