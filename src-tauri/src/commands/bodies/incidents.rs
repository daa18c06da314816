//! Records of incidents.

use super::{Of, Reply};
use slipway_domain::incident::{IncidentEntry, IncidentSummary, IncidentText, IncidentView};
use slipway_domain::time::Time;

/// Every record that is kept: open ones first, then the newest.
pub(in crate::commands) async fn incidents(backend: Of<'_>) -> Reply<Vec<IncidentSummary>> {
    Ok(backend.engine().await?.incidents().await?)
}

pub(in crate::commands) async fn incident(backend: Of<'_>, id: String) -> Reply<IncidentView> {
    Ok(backend.engine().await?.incident(&id).await?)
}

pub(in crate::commands) async fn incident_log(backend: Of<'_>, id: String) -> Reply<Vec<IncidentEntry>> {
    Ok(backend.engine().await?.incident_log(&id).await?)
}

pub(in crate::commands) async fn incident_markdown(backend: Of<'_>, id: String) -> Reply<String> {
    Ok(backend.engine().await?.incident_markdown(&id).await?)
}

pub(in crate::commands) async fn open_incident(
    backend: Of<'_>,
    service: String,
    environment: String,
    title: String,
) -> Reply<IncidentSummary> {
    Ok(backend.engine().await?.open_incident(&service, &environment, &title).await?)
}

pub(in crate::commands) async fn close_incident(backend: Of<'_>, id: String, reason: String) -> Reply<()> {
    Ok(backend.engine().await?.close_incident(&id, &reason).await?)
}

/// The mark stays; toasts, their sound and the tray's colour stop for what hurts now.
pub(in crate::commands) async fn acknowledge_incident(backend: Of<'_>, id: String) -> Reply<()> {
    Ok(backend.engine().await?.acknowledge_incident(&id).await?)
}

pub(in crate::commands) async fn add_incident_note(backend: Of<'_>, id: String, text: String, happened_at: Option<Time>) -> Reply<()> {
    Ok(backend.engine().await?.add_incident_note(&id, &text, happened_at).await?)
}

pub(in crate::commands) async fn edit_incident_entry(
    backend: Of<'_>,
    id: String,
    entry: String,
    happened_at: Time,
    text: String,
) -> Reply<()> {
    Ok(backend.engine().await?.edit_incident_entry(&id, &entry, happened_at, &text).await?)
}

pub(in crate::commands) async fn lift_incident_entry(backend: Of<'_>, id: String, entry: String) -> Reply<()> {
    Ok(backend.engine().await?.lift_incident_entry(&id, &entry).await?)
}

pub(in crate::commands) async fn set_incident_text(backend: Of<'_>, id: String, field: IncidentText, text: String) -> Reply<()> {
    Ok(backend.engine().await?.set_incident_text(&id, field, &text).await?)
}
