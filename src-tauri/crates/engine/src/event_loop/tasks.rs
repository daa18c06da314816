//! Who owns each task of the loop, and what it means to the board when one panics.

use crate::engine_event::{EngineEvent, ReadFinished};
use crate::observe::observation::Observation;
use crate::scheduler::change_probe::ProbeAsked;
use crate::supervise::Panicked;
use slipway_domain::snapshot::Source;
use slipway_domain::time::Time;
use slipway_vendor::ReadError;

pub(super) enum TaskOwner {
    Read {
        service: String,
        source: Source,
        generation: u64,
        began: Time,
    },
    Probe(ProbeAsked),
    /// A question to the health URL of the watch of this id.
    WatchProbe(String),
    WatchLog(String),
    OrphanSettling,
    /// The end of the refresh of this number.
    Deadline(u64),
}

impl TaskOwner {
    pub(super) fn into_event_of_panic(self) -> EngineEvent {
        let error = || ReadError::Internal(Panicked.to_string());
        match self {
            Self::Read { service, source, generation, began } => {
                let observation = Box::new(Observation::failed(&source, error()));
                EngineEvent::ReadFinished(ReadFinished { service, generation, began, observation })
            }
            Self::Probe(asked) => EngineEvent::Probe(asked.failed(error())),
            Self::WatchProbe(watch) => EngineEvent::WatchProbe { watch, sample: None },
            Self::WatchLog(watch) => EngineEvent::WatchLog { watch, log: None },
            Self::OrphanSettling => EngineEvent::OrphansSettled,
            Self::Deadline(number) => EngineEvent::Late(number),
        }
    }
}
