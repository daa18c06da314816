//! The release that a rollback goes to. The one before is not always a good one.

use crate::environment::Environment;
use crate::humanize::{list, span};
use crate::lineage::queries::{code, is_config_only, live, live_by_rollback, rolled_back_from, same_code};
use crate::release::Release;
use crate::status::ReleaseStatus;
use crate::time::Time;
use crate::watch::WatchVerdict;

/// The most versions that are named where there is no such release.
const NAMED: usize = 5;

/// Seconds that code without a verdict of its watch must have been live for, to count as good.
const LIVE_LONG_ENOUGH: f64 = 30.0 * 60.0;

/// The release a rollback goes to, or why there is none.
pub(crate) type Target<'a> = Result<&'a Release, String>;

/// Without `to`: see [`good_target`]. None while what is live came by a rollback: two people who press the same
/// button must not go two releases back.
pub fn choose_target(environment: &Environment, to: Option<u64>, at: Time) -> Target<'_> {
    let releases = &environment.releases;
    let Some(now) = live(releases) else {
        return Err(format!("Nothing is known to run on {}", environment.app));
    };
    if let Some(version) = to {
        return named_target(environment, now, version);
    }
    if now.cause.is_none() {
        return Err(format!("How v{} of {} came to be is not known", now.version, environment.app));
    }
    if let Some(refused) = rolled_back_already(environment, at) {
        return Err(refused);
    }
    good_target(environment, now, at).ok_or_else(|| none_is_good(environment, now))
}

/// The newest earlier release that succeeded, is eligible, whose code differs from the live one, was never rolled
/// back from, is not marked bad, and is known to have been good: its watch said so, or, where no watch judged it,
/// it was live for half an hour. Config-only releases are skipped.
pub fn good_target<'a>(environment: &'a Environment, now: &Release, at: Time) -> Option<&'a Release> {
    let fits = |r: &&Release| is_possible(environment, now, r) && was_good(environment, r, at);
    environment.releases.iter().find(fits)
}

fn is_possible(environment: &Environment, now: &Release, release: &Release) -> bool {
    let releases = &environment.releases;
    release.version < now.version
        && release.status == ReleaseStatus::Succeeded
        && release.eligible_for_rollback
        && release.marked_bad.is_none()
        && !rolled_back_from(releases).contains(&release.version)
        && !is_config_only(releases, release)
        && code(releases, release).is_some_and(|own| Some(own) != code(releases, now))
}

fn was_good(environment: &Environment, release: &Release, at: Time) -> bool {
    let releases = &environment.releases;
    let of_code = || releases.iter().filter(|other| other.version == release.version || same_code(releases, other, release));
    let judged = of_code().find_map(|other| match other.watch.as_ref()?.verdict? {
        verdict @ (WatchVerdict::Good | WatchVerdict::Bad) => Some(verdict),
        WatchVerdict::Inconclusive | WatchVerdict::Superseded => None,
    });
    match judged {
        Some(verdict) => verdict == WatchVerdict::Good,
        None => of_code().any(|other| live_for(releases, other, at).is_some_and(|seconds| seconds >= LIVE_LONG_ENOUGH)),
    }
}

/// How long the code of `release` ran from it on without other code coming. None where it is not known.
fn live_for(newest_first: &[Release], release: &Release, at: Time) -> Option<f64> {
    if release.status != ReleaseStatus::Succeeded {
        return None;
    }
    let began = release.updated_at.or(release.released_at)?;
    let later = newest_first.iter().rev().filter(|r| r.version > release.version && r.status == ReleaseStatus::Succeeded);
    match later.into_iter().find(|r| !same_code(newest_first, r, release)) {
        Some(next) => Some(next.released_at?.since(began)),
        None => Some(at.since(began)),
    }
}

fn none_is_good(environment: &Environment, now: &Release) -> String {
    let possible: Vec<String> =
        environment.releases.iter().filter(|r| is_possible(environment, now, r)).take(NAMED).map(|r| format!("v{}", r.version)).collect();
    let app = &environment.app;
    if possible.is_empty() {
        return format!(
            "{app} has no release to roll back to: none that succeeded, is eligible, has other code than v{}, is not marked bad and was \
             never rolled back from; revert a PR instead",
            now.version
        );
    }
    format!(
        "No earlier release of {app} is known to have been good: no watch of {} was good, and none was live for 30 min; name one with \
         `--to`, or revert a PR",
        list(&possible)
    )
}

/// Why there is no default target while what is live came by a rollback.
pub fn rolled_back_already(environment: &Environment, at: Time) -> Option<String> {
    let rollback = live_by_rollback(&environment.releases)?;
    let to = rollback.rollback_to()?;
    let began = rollback.released_at.map_or(String::new(), |since| format!(" {} ago", span(at.since(since))));
    let by = rollback.user.as_ref().map_or(String::new(), |user| format!(" by {user}"));
    Some(format!("{} runs v{to} since a rollback{began}{by}; name the release with `--to`", environment.name))
}

fn named_target<'a>(environment: &'a Environment, now: &Release, version: u64) -> Target<'a> {
    let releases = &environment.releases;
    let Some(release) = releases.iter().find(|r| r.version == version) else {
        return Err(format!("{} has no release v{version}; {}", environment.app, newest_versions(releases)));
    };
    rollback_refused(environment, now, release).map_or(Ok(release), Err)
}

fn newest_versions(releases: &[Release]) -> String {
    let newest: Vec<String> = releases.iter().take(NAMED).map(|r| format!("v{}", r.version)).collect();
    if newest.is_empty() { "it has none".to_owned() } else { format!("its newest are {}", list(&newest)) }
}

/// Why a rollback to `release` is refused while `now` is live; None where one may be planned.
pub fn rollback_refused(environment: &Environment, now: &Release, release: &Release) -> Option<String> {
    let version = release.version;
    match () {
        () if version == now.version => Some(format!("v{version} is live already")),
        () if release.status != ReleaseStatus::Succeeded => {
            Some(format!("v{version} is {}: only a release that succeeded can be rolled back to", release.status))
        }
        () if !release.eligible_for_rollback => {
            Some(format!("{} says v{version} is not eligible for rollback", environment.platform.title))
        }
        () => release.marked_bad.as_ref().map(|bad| format!("v{version} is marked bad by {}: {}", bad.by, bad.reason)),
    }
}
