//! Releases that start and go live.

use super::{EventKind, Found, was_read};
use crate::alert::Subject;
use crate::release::{Release, ReleaseCause};
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{ReleaseStatus, Severity};
use crate::watch::ended_events;

pub(super) fn release_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for environment in &new.environments {
        let Some(before) = old.environment(&environment.name) else { continue };
        if !was_read(old, &Source::Environment(environment.name.clone())) {
            continue;
        }
        let newest_before = before.releases.iter().map(|r| r.version).max().unwrap_or(0);
        // That a change of config is on its way is no news: it brings no code.
        let starts = |r: &&Release| r.version > newest_before && r.status == ReleaseStatus::Pending && !r.changes_config_only();
        for release in environment.releases.iter().rev().filter(starts) {
            let subject = Subject::environment(&environment.name, Some(release.version));
            let message = format!("Release v{} of {} started", release.version, environment.name);
            found.add(EventKind::ReleaseStarted, Severity::Info, message, subject);
        }
        let (was, is) = (before.current.as_ref(), environment.current.as_ref());
        // With preboot it is live when the old instances have gone, not when the platform calls it current.
        let switched = before.switching_until.is_some();
        let live = is.filter(|c| environment.switching_until.is_none() && was.is_some_and(|w| switched || w.version != c.version));
        if let Some(current) = live {
            let subject = Subject::environment(&environment.name, Some(current.version));
            let message = format!("v{} is live on {}{}", current.version, environment.name, config_names(current));
            found.add(EventKind::ReleaseLive, Severity::Info, message, subject);
        }
    }
}

/// Watches that have ended. What a bad one found was told when it was found.
pub(super) fn watch_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for environment in &new.environments {
        let Some(before) = old.environment(&environment.name) else { continue };
        if let Some((message, subject)) = ended_events(before, environment) {
            found.add(EventKind::WatchEnded, Severity::Info, message, subject);
        }
    }
}

/// Which config vars a release changed, by name.
fn config_names(release: &Release) -> String {
    match release.cause() {
        ReleaseCause::Config { names } => format!(" (config: {})", names.join(", ")),
        ReleaseCause::AddOn { name } => format!(" (add-on: {name})"),
        ReleaseCause::Deploy | ReleaseCause::Rollback { .. } | ReleaseCause::Promotion { .. } | ReleaseCause::Other => String::new(),
    }
}
