//! A record at its beginning.

use super::model::{Incident, Lessons, OpenedBy};
use crate::environment::Environment;
use crate::snapshot::ServiceState;
use crate::time::Time;

/// Without any entry yet. Its number is the next one among those that are known.
pub(super) fn opened(
    service: &ServiceState,
    environment: &Environment,
    opened_by: OpenedBy,
    title: String,
    opened_at: Time,
    known: &[Incident],
) -> Incident {
    let number = known.iter().map(|incident| incident.number).max().unwrap_or(0) + 1;
    Incident {
        id: format!("{}-{number}", environment.app),
        number,
        service: service.name.clone(),
        repo: service.repo.clone(),
        environment: environment.name.clone(),
        app: environment.app.clone(),
        production: environment.production,
        title,
        opened_by,
        opened_at,
        bad_release: None,
        causes: Vec::new(),
        entries: Vec::new(),
        log: Vec::new(),
        decision: None,
        cause: None,
        cause_by: None,
        left: Vec::new(),
        lessons: Lessons::default(),
        acknowledged: None,
        good_live: None,
        asks_since: None,
        close: None,
    }
}

/// The open record of an app. There is at most one.
pub(super) fn open_of<'a>(known: &'a [Incident], app: &str) -> Option<&'a Incident> {
    known.iter().find(|incident| incident.app == app && incident.close.is_none())
}
