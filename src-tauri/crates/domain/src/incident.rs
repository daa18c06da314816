//! The record of an incident: alert, decision, recovery. It writes itself; people correct it, and the first
//! value of what they correct is kept.

mod causes;
mod change;
mod closing;
mod decision;
mod facts;
mod figures;
mod follow;
mod joining;
mod known;
mod log;
mod markdown;
mod model;
mod opening;
mod timeline;
mod view;

pub use causes::{causes, is_acknowledged, is_known_to_a_person, is_silenced};
pub use change::{Hand, IncidentRefused, acknowledged, closed, edited, lifted, noted, opened_by_hand, planned, with_text};
pub use decision::is_way_out;
pub use figures::{hurt_seconds, hurt_since, marks, times};
pub use follow::follow;
pub use known::Known;
pub use markdown::markdown;
pub use model::{
    Acknowledgement, Decision, DecisionOption, EntryKind, Incident, IncidentClose, IncidentEntry, IncidentHead, IncidentMarks,
    IncidentSummary, IncidentText, IncidentTimes, IncidentView, LeftChange, LeftOutcome, Lessons, OpenedBy, TimeEdit,
};
pub use timeline::{LONGEST_TIMELINE, log, timeline};
pub use view::{head, in_order, summary, view};
