//! Counts the events by which the engine says that it observed, derived or wrote.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const COUNTED: [&str; 4] = [
    "slipway_engine::count::observation",
    "slipway_engine::count::derivation",
    "slipway_engine::count::write",
    "slipway_engine::count::row",
];

#[derive(Clone, Default)]
pub(crate) struct Counts {
    all: Arc<[AtomicU64; 4]>,
    /// Rows that were written, by table.
    tables: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Counts {
    pub(crate) fn install() -> Self {
        let counts = Self::default();
        tracing::subscriber::set_global_default(counts.clone()).expect("the only subscriber");
        counts
    }

    pub(crate) fn all(&self) -> [u64; 4] {
        std::array::from_fn(|at| self.all[at].load(Ordering::Relaxed))
    }

    pub(crate) fn tables(&self) -> BTreeMap<String, u64> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn since(&self, before: [u64; 4]) -> [u64; 4] {
        let now = self.all();
        std::array::from_fn(|at| now[at] - before[at])
    }
}

struct Tables<'a>(&'a Counts);

impl Visit for Tables<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "table" {
            *self.0.tables.lock().unwrap_or_else(PoisonError::into_inner).entry(value.to_owned()).or_default() += 1;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

fn place(metadata: &Metadata<'_>) -> Option<usize> {
    COUNTED.iter().position(|target| *target == metadata.target())
}

impl Subscriber for Counts {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && place(metadata).is_some()
    }

    fn event(&self, event: &Event<'_>) {
        if let Some(at) = place(event.metadata()) {
            self.all[at].fetch_add(1, Ordering::Relaxed);
            event.record(&mut Tables(self));
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
