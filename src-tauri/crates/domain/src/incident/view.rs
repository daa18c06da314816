//! A record as lists and readers see it.

use super::figures::{hurt_seconds, hurt_since, marks, times};
use super::model::{Incident, IncidentHead, IncidentSummary, IncidentView};
use super::timeline::timeline;

/// Open ones first, then the newest.
pub fn in_order(incidents: &[Incident]) -> Vec<&Incident> {
    let mut ordered: Vec<&Incident> = incidents.iter().collect();
    ordered.sort_by_key(|incident| (incident.close.is_some(), std::cmp::Reverse((incident.opened_at, incident.number))));
    ordered
}

pub fn summary(incident: &Incident) -> IncidentSummary {
    IncidentSummary {
        id: incident.id.clone(),
        number: incident.number,
        service: incident.service.clone(),
        environment: incident.environment.clone(),
        production: incident.production,
        title: incident.title.clone(),
        opened_at: incident.opened_at,
        closed_at: incident.close.as_ref().map(|close| close.at),
        open: incident.close.is_none(),
        hurt_since: hurt_since(incident),
        hurt_seconds: hurt_seconds(incident),
        asks: incident.asks_since.is_some(),
    }
}

pub fn view(incident: &Incident) -> IncidentView {
    let timeline = timeline(incident);
    IncidentView {
        times: times(incident),
        marks: marks(incident),
        hurt_since: hurt_since(incident),
        hurt_seconds: hurt_seconds(incident),
        edited: timeline.iter().filter(|entry| !entry.edits.is_empty()).count() as u64,
        timeline,
        log_count: incident.log.len() as u64,
        incident: Incident { entries: Vec::new(), log: Vec::new(), ..incident.clone() },
    }
}

/// What the board shows of it.
pub fn head(incident: &Incident) -> IncidentHead {
    IncidentHead {
        id: incident.id.clone(),
        number: incident.number,
        title: incident.title.clone(),
        opened_at: incident.opened_at,
        acknowledged: incident.acknowledged.clone(),
        asks_since: incident.asks_since,
    }
}
