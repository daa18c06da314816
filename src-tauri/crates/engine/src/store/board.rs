//! The last known state of each service, shared by all processes of the data folder.
//!
//! A state is written when it differs, and of it only the [`parts`] that do. What a quiet read changes is only how old things are; these
//! [`Ages`] are a small row of their own, written with the state, else every 75 s and at the end. So another process
//! takes what it finds for up to 75 s older than it is, never for newer.

mod ages;
mod merge;
mod parts;

pub(crate) use ages::{Ages, of_one_content};

use super::{Cache, Store, StoreError};
use merge::newest_of_both;
use parts::Rows;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use slipway_domain::service::Service;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Seconds that ages are held back.
const AGES_EVERY: f64 = 75.0;

/// The runs of a project that a reader of a service has seen. It belongs to the state it was read
/// with, of that service and in that process: what another reader has seen is news for this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SeenRuns {
    pub(super) project: String,
    pub(super) runs: Vec<String>,
}

/// The state, and what is of no interest outside.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    state: Arc<ServiceState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen_runs: Option<SeenRuns>,
}

/// What this process knows of the rows.
#[derive(Default)]
pub(super) struct Board {
    /// What this process has read of each service, as it was saved last.
    own: HashMap<String, Stored>,
    /// Ages that are newer than those in the file.
    held_back: BTreeMap<String, Ages>,
    written: Option<Time>,
    /// Services whose row is what this process has read, if nobody else wrote since.
    agreed: HashSet<String>,
    /// Of the file, when ages were written last: another one means that somebody else wrote since.
    version: i64,
}

impl Board {
    pub(super) fn forget(&mut self, service: &str) {
        self.own.remove(service);
        self.held_back.remove(service);
        self.agreed.remove(service);
    }

    fn note_agreed(&mut self, service: &str, is_own: bool) {
        if is_own {
            self.agreed.insert(service.to_owned());
        } else {
            self.agreed.remove(service);
        }
    }
}

impl Store {
    /// The last state of each service that is configured. What follows from the facts is not derived
    /// again.
    pub(crate) fn states(&self) -> Result<Vec<Arc<ServiceState>>, StoreError> {
        let loaded = self.cache.wait(|cache| {
            let services = cache.services()?;
            services.into_iter().map(|service| cache.load(service)).collect::<Result<Vec<_>, StoreError>>()
        })?;
        let mut seen = self.seen_runs();
        Ok(loaded
            .into_iter()
            .map(|Stored { state, seen_runs }| {
                if let Some(runs) = seen_runs {
                    seen.entry(state.name.clone()).or_insert(runs);
                }
                state
            })
            .collect())
    }

    /// Keeps the state, and of each source what was asked for last: another process may have read it
    /// since.
    pub(crate) fn save_state(&self, state: Arc<ServiceState>, now: Time) {
        let seen_runs = self.seen_runs().get(&state.name).cloned();
        self.cache.tell(move |cache| {
            let service = state.name.clone();
            if let Err(error) = cache.save(Stored { state, seen_runs }, now) {
                tracing::warn!(%error, service, "the state could not be kept");
            }
        });
    }

    /// Keeps how old the parts of a state are that is otherwise as it was saved last.
    pub(crate) fn note_ages(&self, service: &str, ages: Ages, now: Time) {
        let service = service.to_owned();
        self.cache.tell(move |cache| {
            cache.board.held_back.insert(service, ages);
            let since = cache.board.written.get_or_insert(now);
            if !(0.0..AGES_EVERY).contains(&now.since(*since)) {
                cache.board.written = Some(now);
                cache.write_ages(Some(now));
            }
        });
    }

    /// What this process knows of the runs of a service's project; None before it asked.
    pub(crate) fn known_runs(&self, service: &str, project: &str) -> Option<Vec<String>> {
        self.seen_runs().get(service).filter(|seen| seen.project == project).map(|seen| seen.runs.clone())
    }

    /// To be kept with the state that was read with it, in which those runs are. Whether they are
    /// others than before.
    pub(crate) fn note_seen_runs(&self, service: &str, project: &str, runs: Vec<String>) -> bool {
        let seen = SeenRuns { project: project.to_owned(), runs };
        let before = self.seen_runs().insert(service.to_owned(), seen.clone());
        before.as_ref() != Some(&seen)
    }
}

impl Cache {
    fn load(&mut self, service: Service) -> Result<Stored, StoreError> {
        let (_, stored) = stored(&self.connection, &service.name)?;
        // One of another repository, branch or CI must not be acted on.
        let is_of = |s: &ServiceState| s.repo == service.repo && s.branch == service.branch && s.config.ci == service.ci;
        if let Some(stored) = &stored {
            self.board.own.insert(service.name.clone(), stored.clone());
        }
        let (state, seen_runs) = stored.map_or((None, None), |stored| (Some(stored.state), stored.seen_runs));
        let state = state.filter(|state| is_of(state));
        let mut state = state.map_or_else(|| ServiceState::unread(service.clone()), Arc::unwrap_or_clone);
        state.reconfigure(service);
        Ok(Stored { state: Arc::new(state), seen_runs })
    }

    fn save(&mut self, own: Stored, now: Time) -> Result<(), StoreError> {
        tracing::trace!(target: "slipway_engine::count::write", "one transaction");
        let name = own.state.name.clone();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let is_own = keep(&transaction, &own, Some(now))?;
        transaction.commit()?;
        self.board.note_agreed(&name, is_own);
        self.board.held_back.remove(&name);
        self.board.own.insert(name, own);
        Ok(())
    }

    /// Writes the ages that were held back. They belong to what this process has read: where
    /// somebody else wrote since, that is compared with what is there now. `now`: see
    /// [`newest_of_both`].
    pub(super) fn write_ages(&mut self, now: Option<Time>) {
        let held_back = std::mem::take(&mut self.board.held_back);
        if held_back.is_empty() {
            return;
        }
        if let Err(error) = self.try_write_ages(&held_back, now) {
            // They are written with the next ones.
            tracing::warn!(%error, "the ages of what is known could not be kept");
            self.board.held_back = held_back;
        }
    }

    fn try_write_ages(&mut self, held_back: &BTreeMap<String, Ages>, now: Option<Time>) -> Result<(), StoreError> {
        tracing::trace!(target: "slipway_engine::count::write", "one transaction");
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = transaction.query_row("PRAGMA data_version", [], |r| r.get(0))?;
        let mut agreed = Vec::new();
        for (service, ages) in held_back {
            let Some(own) = self.board.own.get_mut(service) else { continue };
            ages.put_into(Arc::make_mut(&mut own.state));
            if version == self.board.version && self.board.agreed.contains(service) {
                put_ages(&transaction, service, ages)?;
            } else {
                agreed.push((service, keep(&transaction, own, now)?));
            }
        }
        transaction.commit()?;
        self.board.version = version;
        agreed.into_iter().for_each(|(service, is_own)| self.board.note_agreed(service, is_own));
        Ok(())
    }
}

/// What is stored of a service, with its newest ages. What an older version wrote and this one cannot
/// read is as if it were not there.
fn stored(connection: &Connection, service: &str) -> Result<(Rows, Option<Stored>), StoreError> {
    let query = "SELECT state.json, age.json FROM state LEFT JOIN age USING(service) WHERE service = ?1";
    let row: Option<(String, Option<String>)> = connection.query_row(query, [service], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    let Some((rest, ages)) = row else { return Ok((Rows::default(), None)) };
    let mut select = connection.prepare_cached("SELECT name, json FROM part WHERE service = ?1")?;
    let parts = select.query_map([service], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<Result<_, _>>()?;
    let rows = Rows { rest, parts };
    let Ok(mut stored) = rows.join() else { return Ok((rows, None)) };
    if let Some(ages) = ages.and_then(|json| serde_json::from_str::<Ages>(&json).ok()) {
        ages.put_into(Arc::make_mut(&mut stored.state));
    }
    Ok((rows, Some(stored)))
}

/// The rows of a service under its new name. What cannot be read is left out: it is read again.
pub(super) fn rename_rows(connection: &Connection, from: &str, to: &str) -> Result<(), StoreError> {
    let (_, known) = stored(connection, from)?;
    for table in ["state", "part", "age"] {
        connection.execute(&format!("DELETE FROM {table} WHERE service IN (?1, ?2)"), [from, to])?;
    }
    if let Some(mut known) = known {
        let state = Arc::make_mut(&mut known.state);
        to.clone_into(&mut state.name);
        let ages = Ages::taken_from(state);
        put_rows(connection, to, &Rows::default(), &Rows::of(known)?)?;
        put_ages(connection, to, &ages)?;
    }
    Ok(())
}

/// Writes what differs. Whether the row is what this process has read.
fn keep(connection: &Connection, own: &Stored, now: Option<Time>) -> Result<bool, StoreError> {
    let name = &own.state.name;
    let (rows, other) = stored(connection, name)?;
    let mut kept = match &other {
        None => own.clone(),
        Some(other) => newest_of_both(own.clone(), other, now),
    };
    let mut is_own = true;
    if let Some(other) = &other {
        let same_runs = kept.seen_runs == other.seen_runs;
        let state = Arc::make_mut(&mut kept.state);
        is_own = of_one_content(&own.state, state);
        if same_runs && of_one_content(&other.state, state) {
            let ages = Ages::of(state);
            if ages != Ages::of(&other.state) {
                put_ages(connection, name, &ages)?;
            }
            return Ok(is_own);
        }
    }
    let ages = Ages::taken_from(Arc::make_mut(&mut kept.state));
    put_rows(connection, name, &rows, &Rows::of(kept)?)?;
    put_ages(connection, name, &ages)?;
    Ok(is_own)
}

/// Writes the rows that are others than before.
fn put_rows(connection: &Connection, service: &str, before: &Rows, now: &Rows) -> Result<(), StoreError> {
    if before.rest != now.rest {
        tracing::trace!(target: "slipway_engine::count::row", table = "state");
        let put = "INSERT INTO state(service, json) VALUES(?1, ?2) ON CONFLICT(service) DO UPDATE SET json = ?2";
        connection.execute(put, params![service, now.rest])?;
    }
    for (name, json) in now.parts.iter().filter(|(name, json)| before.parts.get(*name) != Some(json)) {
        tracing::trace!(target: "slipway_engine::count::row", table = "part");
        let put = "INSERT INTO part(service, name, json) VALUES(?1, ?2, ?3) ON CONFLICT(service, name) DO UPDATE SET json = ?3";
        connection.execute(put, params![service, name, json])?;
    }
    for name in before.parts.keys().filter(|name| !now.parts.contains_key(*name)) {
        connection.execute("DELETE FROM part WHERE service = ?1 AND name = ?2", params![service, name])?;
    }
    Ok(())
}

fn put_ages(connection: &Connection, service: &str, ages: &Ages) -> Result<(), StoreError> {
    tracing::trace!(target: "slipway_engine::count::row", table = "age");
    let json = serde_json::to_string(ages)?;
    connection
        .execute("INSERT OR REPLACE INTO age(service, json) SELECT service, ?2 FROM state WHERE service = ?1", params![service, json])?;
    Ok(())
}

#[cfg(test)]
mod tests;
