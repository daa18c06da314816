//! Watches, pins, marks and records, put on the environments that they belong to.

use super::KeptRecords;
use slipway_domain::environment::Environment;
use slipway_domain::incident::head;
use slipway_domain::pin::BadRelease;
use slipway_domain::release::{Release, ReleaseWatch};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use slipway_domain::watch::{Watch, settle};
use std::borrow::Cow;

pub(super) fn apply(state: &mut ServiceState, kept: &KeptRecords, now: Time) {
    for environment in &mut state.environments {
        apply_to(environment, kept, now);
    }
}

fn apply_to(environment: &mut Environment, kept: &KeptRecords, now: Time) {
    let watches: Vec<Cow<'_, Watch>> =
        kept.watches.iter().filter(|watch| watch.app == environment.app).map(|watch| judged(watch, now)).collect();
    environment.watch = watches.iter().max_by_key(|watch| watch.live_at).map(|watch| Watch::clone(watch));
    environment.pin = kept.pins.iter().find(|pin| pin.app == environment.app && pin.is_open()).cloned();
    let open = kept.incidents.iter().filter(|incident| incident.app == environment.app && incident.close.is_none());
    environment.incident = open.max_by_key(|incident| incident.opened_at).map(head);
    mark_releases(environment, &kept.watches, &kept.bad_releases);
}

/// What is known of the environment's releases beside what the platform tells.
pub(crate) fn mark_releases(environment: &mut Environment, watches: &[Watch], bad_releases: &[BadRelease]) {
    let watches: Vec<&Watch> = watches.iter().filter(|watch| watch.app == environment.app).collect();
    for release in &mut environment.releases {
        release.watch = watches.iter().find(|watch| watch.release.id == release.id).map(|watch| in_short(watch));
        let bad = bad_releases.iter().find(|bad| bad.app == environment.app && is_of(release, bad));
        release.marked_bad = bad.cloned();
    }
}

/// One that nobody follows any more, because its machine slept or its window was closed, ends all the same.
fn judged(watch: &Watch, now: Time) -> Cow<'_, Watch> {
    if !watch.is_running() {
        return Cow::Borrowed(watch);
    }
    let mut watch = watch.clone();
    settle(&mut watch, now);
    Cow::Owned(watch)
}

/// Every release of the same code is as bad.
fn is_of(release: &Release, bad: &BadRelease) -> bool {
    let same_code = bad.code.as_deref().is_some_and(|code| release.named_code().is_some_and(|own| own.as_str() == code));
    release.id == bad.release.id || same_code
}

fn in_short(watch: &Watch) -> ReleaseWatch {
    ReleaseWatch {
        verdict: watch.verdict,
        reason: watch.reason.clone(),
        after_trouble: watch.recovered_at.is_some(),
        taken: watch.taken,
        planned: watch.planned,
    }
}
