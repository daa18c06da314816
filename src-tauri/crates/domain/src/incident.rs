//! The record of an incident: alert, decision, recovery. It writes itself; people correct it, and the first
//! value of what they correct is kept.

mod causes;
mod change;
mod facts;
mod figures;
mod markdown;
mod model;
mod opening;
mod timeline;
mod view;

pub use causes::{causes, is_acknowledged};
pub use change::{Hand, IncidentRefused, acknowledged, closed, edited, lifted, noted, opened_by_hand, with_text};
pub use figures::{hurt_seconds, hurt_since, marks, times};
pub use markdown::markdown;
pub use model::{
    Acknowledgement, Decision, DecisionOption, EntryKind, Incident, IncidentClose, IncidentEntry, IncidentHead, IncidentMarks,
    IncidentSummary, IncidentText, IncidentTimes, IncidentView, LeftChange, LeftOutcome, Lessons, OpenedBy, TimeEdit,
};
pub use timeline::{LONGEST_TIMELINE, log, timeline};
pub use view::{in_order, summary, view};
