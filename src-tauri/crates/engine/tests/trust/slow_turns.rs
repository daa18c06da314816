//! A turn of the loop keeps all others waiting: one that takes long is in the log, with its event.

use crate::harness::{Harness, MovedClock};
use slipway_domain::time::Time;
use slipway_engine::ports::Clock;
use slipway_engine::{Engine, Options};
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A clock of which the next reading takes long.
struct SlowOnce {
    clock: Arc<MovedClock>,
    is_slow: AtomicBool,
}

impl Clock for SlowOnce {
    fn now(&self) -> Time {
        if self.is_slow.swap(false, Ordering::SeqCst) {
            // The loop is kept from going on, as by work that blocks.
            std::thread::sleep(Duration::from_millis(150));
        }
        self.clock.now()
    }
}

/// The events of slow turns that were logged.
#[derive(Clone, Default)]
struct SlowTurns(Arc<Mutex<Vec<String>>>);

impl Visit for SlowTurns {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "event" {
            self.0.lock().expect("not poisoned").push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl Subscriber for SlowTurns {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target() == "slipway_engine::event_loop" && metadata.fields().field("milliseconds").is_some()
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_slow_turn_is_logged_with_its_event() {
    let turns = SlowTurns::default();
    // The runtime of this test has this one thread.
    let _subscribed = tracing::subscriber::set_default(turns.clone());
    let harness = Harness::healthy().await;
    harness.engine().await.stop().await;
    let clock = Arc::new(SlowOnce { clock: harness.clock.clone(), is_slow: AtomicBool::new(false) });
    let options = Options { clock: clock.clone(), ..harness.options(harness.folder.path(), false) };
    let engine = Engine::start(options).await.expect("the engine starts");
    engine.step().await;
    turns.0.lock().expect("not poisoned").clear();
    // Another test may have met these events for the first time while this subscriber was being registered.
    tracing::callsite::rebuild_interest_cache();
    clock.is_slow.store(true, Ordering::SeqCst);
    engine.step().await;
    // A step is answered within its own turn, which is logged when it ends.
    engine.caught_up().await;
    let logged = turns.0.lock().expect("not poisoned").clone();
    assert!(logged.iter().any(|event| event == "step" || event == "tick"), "{logged:?}");
}
