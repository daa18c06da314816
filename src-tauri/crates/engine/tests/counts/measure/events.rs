//! Counts the events by which the engine says that it observed, derived or wrote.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const COUNTED: [&str; 4] = [
    "slipway_engine::count::observation",
    "slipway_engine::count::derivation",
    "slipway_engine::count::write",
    "slipway_engine::count::row",
];

#[derive(Clone, Default)]
pub(crate) struct Events {
    all: Arc<[AtomicU64; 4]>,
}

impl Events {
    /// Those of the whole process.
    pub(crate) fn installed() -> Self {
        static INSTALLED: OnceLock<Events> = OnceLock::new();
        let install = || {
            let events = Self::default();
            tracing::subscriber::set_global_default(events.clone()).expect("the only subscriber");
            events
        };
        INSTALLED.get_or_init(install).clone()
    }

    pub(crate) fn all(&self) -> [u64; 4] {
        std::array::from_fn(|at| self.all[at].load(Ordering::Relaxed))
    }

    pub(crate) fn since(&self, before: [u64; 4]) -> [u64; 4] {
        let now = self.all();
        std::array::from_fn(|at| now[at] - before[at])
    }
}

fn place(metadata: &Metadata<'_>) -> Option<usize> {
    COUNTED.iter().position(|target| *target == metadata.target())
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && place(metadata).is_some()
    }

    fn event(&self, event: &Event<'_>) {
        if let Some(at) = place(event.metadata()) {
            self.all[at].fetch_add(1, Ordering::Relaxed);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
