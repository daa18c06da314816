//! What opens a record, or joins the one that is open.

use super::known::Of;
use super::model::{Incident, OpenedBy};
use crate::environment::Outage;
use crate::release::{Release, ReleaseRef};
use crate::time::Time;
use crate::watch::{SignalKind, Watch};

/// Seconds after which what is found for the first time is history, and no incident: it was there before Slipway.
const OLD: f64 = 86_400.0;
/// Seconds within which a crash after a release is told as one after that release. Later there is no evidence for it.
const AFTER_RELEASE: f64 = 3600.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cause {
    /// Names this cause alone, in every process.
    pub(super) id: String,
    pub(super) opens: OpenedBy,
    pub(super) title: String,
    pub(super) at: Time,
    /// The release that it is known to be of.
    pub(super) bad: Option<ReleaseRef>,
    /// When it was last seen again after it had ended; None: it has not come again.
    pub(super) again: Option<Time>,
}

impl Cause {
    /// Whether the record has taken it. What comes again after a record closed by itself is of no record yet.
    pub(super) fn is_of(&self, record: &Incident) -> bool {
        let by_itself = record.close.as_ref().filter(|close| close.by.is_none());
        let came_again = by_itself.zip(self.again).is_some_and(|(close, again)| again > close.at);
        record.causes.contains(&self.id) && !came_again
    }
}

pub(super) fn causes(of: Of<'_>) -> Vec<Cause> {
    let mut found: Vec<Cause> = of.watches().filter_map(|watch| of_watch(watch, of.now)).collect();
    found.extend(of_failed_release(of));
    found.extend(of.pins().filter(|pin| pin.is_open()).map(|pin| Cause {
        id: format!("pin {}", pin.id),
        opens: OpenedBy::Pin,
        title: format!("Rolled back from {}", pin.left.label),
        at: pin.at,
        bad: Some(pin.left.clone()),
        again: None,
    }));
    found.extend(of.environment.open_outage().filter(|_| of.environment.production).map(|outage| of_outage(outage, of)));
    found
}

pub(super) fn join(record: &mut Incident, cause: &Cause) {
    if !record.causes.contains(&cause.id) {
        record.causes.push(cause.id.clone());
    }
    if record.bad_release.is_none() && cause.bad.is_some() {
        record.bad_release = cause.bad.clone();
    }
}

fn of_watch(watch: &Watch, now: Time) -> Option<Cause> {
    let at = watch.bad_at.filter(|at| now.since(*at) < OLD)?;
    let kind = watch.signals.iter().min_by_key(|signal| signal.at).map(|signal| signal.kind);
    let what = match kind {
        Some(SignalKind::Processes) => "Crashed",
        Some(SignalKind::HealthCheck) => "Health failed",
        Some(SignalKind::Platform) => "Platform reported errors",
        Some(SignalKind::Latency) | None => "Watch was bad",
    };
    let (id, title) = (format!("watch {}", watch.id), format!("{what} after {}", watch.release.label));
    Some(Cause { id, opens: OpenedBy::Watch, title, at, bad: Some(watch.release.clone()), again: None })
}

fn of_failed_release(of: Of<'_>) -> Option<Cause> {
    let failed = of.environment.failed_release.as_ref().filter(|_| of.environment.production)?;
    let at = failed.updated_at.or(failed.released_at)?;
    let old_stayed = of.environment.current.as_ref().is_some_and(|live| live.version != failed.version);
    let title = if old_stayed { "Release failed, old stayed" } else { "Release failed" };
    (of.now.since(at) < OLD).then(|| Cause {
        id: format!("failed release {}", failed.id),
        opens: OpenedBy::ReleaseFailed,
        title: title.to_owned(),
        at,
        bad: None,
        again: None,
    })
}

fn of_outage(outage: &Outage, of: Of<'_>) -> Cause {
    let bad = began_after(outage, of);
    let what = if outage.process.is_some() { "Crashed" } else { "Health failed" };
    let after = bad.map_or(String::new(), |release| format!(" after v{}", release.version));
    Cause {
        id: format!("hurt since {}", outage.since),
        opens: OpenedBy::Hurt,
        title: format!("{what}{after}"),
        at: outage.since,
        bad: bad.map(ReleaseRef::from),
        again: outage.last_unwell.filter(|_| outage.reopened),
    }
}

/// The release of new code after which it began, where it was soon after.
fn began_after<'a>(outage: &Outage, of: Of<'a>) -> Option<&'a Release> {
    let releases = &of.environment.releases;
    let began = releases.iter().find(|release| Some(release.version) == outage.began_under)?;
    let code = began.code_version.unwrap_or(began.version);
    let brought = releases.iter().find(|release| release.version == code).filter(|release| !release.changes_config_only())?;
    let after = outage.since.since(live_at(brought)?);
    (-60.0..AFTER_RELEASE).contains(&after).then_some(brought)
}

/// When the platform says that it was live: its release phase had ended then.
pub(super) fn live_at(release: &Release) -> Option<Time> {
    let soon = |at: &Time| release.released_at.is_none_or(|released| (0.0..AFTER_RELEASE).contains(&at.since(released)));
    release.updated_at.filter(soon).or(release.released_at)
}
