//! Whether what was to be released is live.

use crate::alert::{Alert, AlertKind, Subject};
use crate::commit::Commit;
use crate::environment::Environment;
use crate::lineage::queries::{code, contains, predecessor, same_code};
use crate::release::{Release, ReleaseCause};
use crate::snapshot::ServiceState;
use crate::status::{ReleaseStatus, Severity};

/// The newest release that failed and whose code, or newer code, has not been live since. A release
/// of older code (config vars, an add-on, a rollback) is no cure, nor is one that expired or waits.
pub fn unresolved<'a>(environment: &'a Environment, main: &[Commit]) -> Option<&'a Release> {
    let releases = &environment.releases;
    let listed = releases.iter().filter(|release| release.status == ReleaseStatus::Failed);
    // A failed release that is older than the list is kept in a field of its own.
    let beyond = environment.failed_release.iter().filter(|kept| releases.last().is_some_and(|oldest| kept.version < oldest.version));
    listed.chain(beyond).find(|failed| cured_by(releases, failed, main).is_none())
}

/// How a later release cured one that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carries {
    SameCode,
    NewerCode,
}

/// The oldest later release that brought the code of `failed`, or newer; or that of another release
/// in the same series of failures.
fn cured_by<'a>(newest_first: &'a [Release], failed: &Release, main: &[Commit]) -> Option<(&'a Release, Carries)> {
    let row = row_of(newest_first, failed);
    let later = newest_first.iter().rev().filter(|release| release.version > failed.version && release.status == ReleaseStatus::Succeeded);
    let cures = |release: &'a Release| {
        let of = |one: &Release| carries(newest_first, release, one, main);
        of(failed).or_else(|| row.iter().find_map(|other| of(other))).map(|carries| (release, carries))
    };
    later.into_iter().find_map(cures)
}

/// Other releases that failed before or after `failed`, each with code of its own, with no code that
/// went live between them.
fn row_of<'a>(newest_first: &'a [Release], failed: &Release) -> Vec<&'a Release> {
    if failed.changes_config_only() {
        return Vec::new();
    }
    let between = |a: u64, b: u64| {
        let went_live = |r: &Release| r.status == ReleaseStatus::Succeeded && !r.changes_config_only();
        newest_first.iter().any(|r| r.version > a.min(b) && r.version < a.max(b) && went_live(r))
    };
    let other = |r: &&Release| r.status == ReleaseStatus::Failed && r.version != failed.version && !r.changes_config_only();
    newest_first.iter().filter(other).filter(|r| !between(r.version, failed.version)).collect()
}

/// Whether `release` put the code of `failed` live, or newer code: by ancestry where both commits are
/// known, else when it brought code that never ran before `failed`.
fn carries(newest_first: &[Release], release: &Release, failed: &Release, main: &[Commit]) -> Option<Carries> {
    if same_code(newest_first, release, failed) {
        return Some(Carries::SameCode);
    }
    let brought = code(newest_first, release)?;
    // What was live when it failed is the old code, whatever its age.
    if predecessor(newest_first, failed).and_then(|live| code(newest_first, live)).as_ref() == Some(&brought) {
        return None;
    }
    if let (Some(new), Some(old)) = (&release.commit, &failed.commit) {
        if new == old || contains(main, new, old) == Some(true) {
            return Some(if new == old { Carries::SameCode } else { Carries::NewerCode });
        }
        if contains(main, old, new) == Some(true) {
            return None;
        }
    }
    let brings = match release.cause() {
        ReleaseCause::Deploy | ReleaseCause::Promotion { .. } => true,
        ReleaseCause::Rollback { .. } | ReleaseCause::Config { .. } | ReleaseCause::AddOn { .. } | ReleaseCause::Other => false,
    };
    let ran = |r: &&Release| r.version < failed.version && r.status == ReleaseStatus::Succeeded;
    let ran_before = newest_first.iter().filter(ran).any(|r| code(newest_first, r).as_ref() == Some(&brought));
    (brings && !ran_before).then_some(Carries::NewerCode)
}

pub(crate) fn release_failed(environment: &Environment, main: &[Commit]) -> Option<Alert> {
    let failed = unresolved(environment, main)?;
    let stays = environment.current.as_ref().map_or(String::new(), |r| format!(" v{} stays live.", r.version));
    Some(Alert {
        kind: AlertKind::ReleaseFailed,
        severity: Severity::Problem,
        message: format!("Release v{} of {} failed.{stays}", failed.version, environment.name),
        since: failed.updated_at.or(failed.released_at),
        subject: Subject::environment(&environment.name, Some(failed.version)),
    })
}

/// What shows that the code of the release that failed, or newer code, is live.
pub(super) fn cure(alert: &Alert, new: &ServiceState) -> Option<String> {
    let environment = new.environment(alert.subject.environment.as_deref()?)?;
    let version = alert.subject.release?;
    let failed = environment.releases.iter().find(|release| release.version == version)?;
    let (release, carries) = cured_by(&environment.releases, failed, &new.main)?;
    let what = match carries {
        Carries::SameCode => "the code",
        Carries::NewerCode => "newer code than that",
    };
    Some(format!("Releases of {} succeed again: v{} brought {what} of v{version}.", environment.name, release.version))
}
