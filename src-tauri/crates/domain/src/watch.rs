//! A release that is watched after it went live: what is looked at, and what that shows. Silence is never health.

mod alerts;
mod begin;
mod evidence;
mod follow;
mod judge;
mod limits;
mod mann_whitney;
mod model;
mod read;
mod schedule;
mod signals;

pub(crate) use alerts::ended_events;
pub use alerts::{is_bad_now, watch_bad};
pub use begin::{Began, DEFAULT_MINUTES, LONGEST_MINUTES, SHORTEST_MINUTES, begin, watched_release};
pub use follow::{WatchNews, follow, is_forgotten, later_release, settle};
pub use judge::{Judgement, judge};
pub use limits::crash_limit;
pub use mann_whitney::p_value;
pub use model::{
    Baseline, CrashedInstance, LaterRelease, PlatformError, PlatformLog, ProbeSample, ProcessSample, SignalKind, Watch, WatchEvidence,
    WatchEvidenceLevel, WatchSignal, WatchVerdict,
};
pub use read::{has_failed, probe_sample, process_sample};
pub use schedule::{Slot, planned_samples, probe_offsets, process_offsets, slot_at};
