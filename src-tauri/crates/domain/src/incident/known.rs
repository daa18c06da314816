//! What is known when records are followed, of one environment.

use crate::environment::Environment;
use crate::journal::Entry;
use crate::pin::Pin;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::time::Time;
use crate::watch::Watch;
use std::sync::Arc;

/// What is known when records are followed.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub services: &'a [Arc<ServiceState>],
    pub journal: &'a [Entry],
    pub watches: &'a [Watch],
    pub pins: &'a [Pin],
}

/// Of one environment.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) service: &'a ServiceState,
    pub(super) environment: &'a Environment,
    pub(super) known: Known<'a>,
    pub(super) now: Time,
}

impl<'a> Of<'a> {
    pub(super) fn watches(&self) -> impl Iterator<Item = &'a Watch> + use<'a> {
        let app = self.environment.app.as_str();
        self.known.watches.iter().filter(move |watch| watch.app == app)
    }

    pub(super) fn pins(&self) -> impl Iterator<Item = &'a Pin> + use<'a> {
        let app = self.environment.app.as_str();
        self.known.pins.iter().filter(move |pin| pin.app == app)
    }

    pub(super) fn platform(&self) -> &'static str {
        self.environment.platform.title
    }

    /// Its last read succeeded.
    pub(super) fn is_read(&self) -> bool {
        let source = self.service.source(&Source::Environment(self.environment.name.clone()));
        source.is_some_and(|source| source.error.is_none() && source.observed_at.is_some())
    }
}
