//! What follows from a pin and from what is on its way.

use super::bad_set::brought;
use super::carriers::{on_its_way, would_be_merged};
use super::model::{OnItsWay, PinProgress, PinnedChange};
use super::progress::{progress, watch_of_live};
use crate::environment::Environment;
use crate::history::{History, RevertEvidence};
use crate::snapshot::ServiceState;
use crate::time::Time;
use crate::watch::WatchVerdict;

/// Fills `pin_progress` of every environment that is pinned, and `on_its_way` of those and of the hurt ones.
pub fn settle(service: &mut ServiceState, now: Time) {
    let found: Vec<(Option<PinProgress>, Option<OnItsWay>)> = {
        let evidence = evidence(service);
        let merged = would_be_merged(service);
        let history = History::new(service.main.iter().chain(&merged), &evidence);
        service.environments.iter().map(|environment| of(service, environment, &history, now)).collect()
    };
    for (environment, (progress, on_its_way)) in service.environments.iter_mut().zip(found) {
        (environment.pin_progress, environment.on_its_way) = (progress, on_its_way);
    }
}

fn of(service: &ServiceState, environment: &Environment, history: &History<'_>, now: Time) -> (Option<PinProgress>, Option<OnItsWay>) {
    let progress = environment.pin.as_ref().map(|pin| progress(service, environment, pin, history, now));
    let bad: Option<Vec<PinnedChange>> = match &environment.pin {
        Some(pin) => Some(pin.bad.clone()),
        None => is_hurt(environment).then(|| brought(environment, history, now)),
    };
    (progress, bad.map(|bad| on_its_way(service, environment, &bad, history, now)))
}

/// Its users are not served, or the watch of what is live was bad.
fn is_hurt(environment: &Environment) -> bool {
    let bad_watch = watch_of_live(environment).is_some_and(|watch| watch.verdict == Some(WatchVerdict::Bad));
    (environment.production && environment.is_hurt()) || bad_watch
}

/// What is known of reverts without asking for more.
fn evidence(service: &ServiceState) -> RevertEvidence {
    let whole = service.pull_requests.iter().filter(|pr| pr.files_complete);
    let files = whole.filter_map(|pr| Some((format!("#{}", pr.number), pr.files.as_ref()?.iter().map(|f| f.path.clone()).collect())));
    RevertEvidence { opened: service.reverts_opened.clone(), files: files.collect() }
}
