//! The record of an incident: alert, decision, recovery. It writes itself; people correct it, and the first
//! value of what they correct is kept.

mod model;

pub use model::{
    Acknowledgement, Decision, DecisionOption, EntryKind, Incident, IncidentClose, IncidentEntry, IncidentHead, IncidentTimes, Lessons,
    OpenedBy, TimeEdit,
};
