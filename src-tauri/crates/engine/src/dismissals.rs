//! The alerts that a person has ended, shared by all processes of a data folder. They are kept as settings: what a person
//! entered outlives the cache's own values.

use crate::store::service_edit::DISMISSED;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use slipway_domain::dismissal::Dismissal;
use slipway_domain::evidence::dismissals::refusal;
use slipway_domain::humanize::names_there_are;
use slipway_domain::snapshot::{ServiceState, Snapshot};

#[derive(Debug, thiserror::Error)]
pub enum DismissError {
    #[error("Say why: the reason is kept and shown.")]
    NoReason,
    #[error("There is no service {name}. {known}")]
    NoSuchService { name: String, known: String },
    /// `known`: the alerts that a person can end.
    #[error("{service} has no alert {alert}. An alert that is gone needs no word. Of those that a person can end: {known}")]
    NoSuchAlert { service: String, alert: String, known: String },
    /// The alert's cause can be read, so it ends only when that changes.
    #[error("It cannot be dismissed. {0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Serialize, Deserialize)]
struct Kept {
    service: String,
    dismissal: Dismissal,
}

/// The alert that is meant, and what it says: refused while a person's word does not end it.
pub(crate) fn dismissible(state: &ServiceState, alert: &str) -> Result<slipway_domain::alert::Alert, DismissError> {
    let ids = || state.alerts.iter().filter(|known| refusal(state, known).is_none()).map(|known| known.id()).collect::<Vec<_>>();
    let known = || names_there_are(alert, &ids());
    let gone = || DismissError::NoSuchAlert { service: state.name.clone(), alert: alert.to_owned(), known: known() };
    let found = state.alerts.iter().find(|known| known.id() == alert).ok_or_else(gone)?;
    refusal(state, found).map_or_else(|| Ok(found.clone()), |why| Err(DismissError::Refused(why)))
}

pub(crate) fn no_service(snapshot: &Snapshot, name: &str) -> DismissError {
    let names: Vec<&str> = snapshot.services.iter().map(|s| s.name.as_str()).collect();
    DismissError::NoSuchService { name: name.to_owned(), known: names_there_are(name, &names) }
}

pub(crate) fn keep(store: &Store, service: &str, dismissal: &Dismissal) -> Result<(), DismissError> {
    let kept = Kept { service: service.to_owned(), dismissal: dismissal.clone() };
    let json = serde_json::to_string(&kept).map_err(StoreError::from)?;
    Ok(store.set_setting(&format!("{DISMISSED}{service}:{}", dismissal.alert), &json)?)
}

/// Of every service, oldest first. One that makes no sense is left out: its alert is shown again.
pub(crate) fn all(store: &Store) -> Vec<(String, Dismissal)> {
    let kept = store.settings(DISMISSED).inspect_err(|error| tracing::warn!(%error, "dismissals could not be read")).unwrap_or_default();
    let mut all: Vec<(String, Dismissal)> =
        kept.iter().filter_map(|json| serde_json::from_str::<Kept>(json).ok()).map(|kept| (kept.service, kept.dismissal)).collect();
    all.sort_by_key(|(_, dismissal)| dismissal.at);
    all
}
