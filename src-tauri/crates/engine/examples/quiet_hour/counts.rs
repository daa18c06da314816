//! Counts the events by which the engine says that it observed, derived or wrote.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const COUNTED: [&str; 3] = ["slipway_engine::count::observation", "slipway_engine::count::derivation", "slipway_engine::count::write"];

#[derive(Clone, Default)]
pub struct Counts(Arc<[AtomicU64; 3]>);

impl Counts {
    pub fn install() -> Self {
        let counts = Self::default();
        tracing::subscriber::set_global_default(counts.clone()).expect("the only subscriber");
        counts
    }

    pub fn all(&self) -> [u64; 3] {
        std::array::from_fn(|at| self.0[at].load(Ordering::Relaxed))
    }

    pub fn since(&self, before: [u64; 3]) -> [u64; 3] {
        let now = self.all();
        std::array::from_fn(|at| now[at] - before[at])
    }
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
            self.0[at].fetch_add(1, Ordering::Relaxed);
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
