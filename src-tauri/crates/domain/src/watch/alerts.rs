//! What a watch says on the board.

use super::begin::watched_release;
use super::model::{Watch, WatchVerdict};
use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::Environment;
use crate::humanize::capital;
use crate::status::Severity;

/// The watch of the live code, while it is bad and has not recovered.
fn bad(environment: &Environment) -> Option<&Watch> {
    let watch = environment.watch.as_ref()?;
    let is_bad = watch.verdict == Some(WatchVerdict::Bad) && watch.recovered_at.is_none() && watch.superseded_by.is_none();
    // Where it is not known which release put the code live, nothing shows that other code is.
    let is_live = watched_release(&environment.releases).is_none_or(|release| release.id == watch.release.id);
    (is_bad && is_live).then_some(watch)
}

/// Whether what is live is shown to be bad: it is not called healthy meanwhile, whatever its processes do.
pub fn is_bad_now(environment: &Environment) -> bool {
    bad(environment).is_some()
}

/// The alert while the watch of the live code is bad.
pub fn watch_bad(environment: &Environment) -> Option<Alert> {
    let watch = bad(environment)?;
    let why = watch.reason.as_deref().unwrap_or("its watch is bad");
    let release = &watch.release.label;
    let (severity, message) = if environment.production {
        (Severity::Hurt, format!("Production is hurt: {release} of {} is bad: {why}", watch.service))
    } else {
        (Severity::Problem, format!("{release} of {} is bad: {why}", capital(&environment.name)))
    };
    let subject = Subject::environment(&environment.name, watch.release.ordinal);
    Some(Alert { kind: AlertKind::WatchBad, severity, message, since: watch.bad_at, subject })
}

/// The watches of an environment that have ended between two of its states, each with its words.
pub(crate) fn ended_events(before: &Environment, now: &Environment) -> Option<(String, Subject)> {
    let was = before.watch.as_ref().filter(|watch| watch.is_running())?;
    let (label, subject) = (&was.release.label, Subject::environment(&now.name, was.release.ordinal));
    match now.watch.as_ref().filter(|watch| watch.id == was.id) {
        Some(watch) if watch.is_running() => None,
        Some(watch) => Some((format!("Watch of {label} on {} ended: {}", now.name, ending(watch)), subject)),
        None => {
            let short = now.releases.iter().find(|release| release.id == was.release.id)?.watch.as_ref()?;
            let verdict = short.verdict?;
            let reason = short.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
            Some((format!("Watch of {label} on {} ended: {verdict}{reason}", now.name), subject))
        }
    }
}

fn ending(watch: &Watch) -> String {
    let reason = watch.reason.clone().unwrap_or_default();
    match watch.verdict {
        // Its reason begins with the word.
        Some(WatchVerdict::Good) => reason,
        Some(verdict) => format!("{verdict}: {reason}"),
        None => reason,
    }
}
