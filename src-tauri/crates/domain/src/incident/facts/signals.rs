//! Signs of trouble: each kind once, then counted.

use super::fact;
use crate::incident::known::Of;
use crate::incident::model::{EntryKind, IncidentEntry};
use crate::release::Release;
use crate::status::ReleaseStatus;
use crate::time::Time;
use crate::watch::{SignalKind, WatchSignal};

/// The entry of releases that failed and never went live.
pub(in crate::incident) const FAILED_RELEASE: &str = "signal-release_failed";

pub(super) fn signals(of: Of<'_>, from: Time) -> Vec<IncidentEntry> {
    let mut found: Vec<IncidentEntry> = SignalKind::ALL.iter().filter_map(|kind| of_kind(*kind, of, from)).collect();
    found.extend(of_outage(of));
    found.extend(of_failed_releases(of, from));
    found
}

/// All signs of this kind that the watches saw. How fast it answers is no sign of its own.
fn of_kind(kind: SignalKind, of: Of<'_>, from: Time) -> Option<IncidentEntry> {
    if kind == SignalKind::Latency {
        return None;
    }
    let bad = of.watches().filter(|watch| watch.live_at >= from && watch.bad_at.is_some());
    let signs: Vec<&WatchSignal> = bad.flat_map(|watch| &watch.signals).filter(|signal| signal.kind == kind).collect();
    let first = signs.iter().min_by_key(|signal| (signal.at, &signal.text))?;
    let source = match kind {
        SignalKind::HealthCheck => "probe",
        SignalKind::Processes | SignalKind::Platform | SignalKind::Latency => of.platform(),
    };
    let entry = fact(format!("signal-{kind}"), EntryKind::Signal, first.at, source, first.text.clone());
    let last_at = signs.iter().map(|signal| signal.last_at).max().unwrap_or(first.at);
    Some(IncidentEntry { count: signs.iter().map(|signal| signal.count).sum(), last_at, ..entry })
}

/// What was seen without a watch. Its first sign has the incident's time; a health check that failed later has that of
/// the answer.
fn of_outage(of: Of<'_>) -> Vec<IncidentEntry> {
    let Some(outage) = of.environment.open_outage() else { return Vec::new() };
    let last_at = outage.last_unwell.unwrap_or(outage.since).max(outage.since);
    let mut found = Vec::new();
    if let Some(process) = &outage.process {
        let entry = fact("signal-processes".to_owned(), EntryKind::Signal, outage.since, of.platform(), format!("{process} crashed"));
        found.push(IncidentEntry { last_at, ..entry });
    }
    if outage.health_check {
        let probe = of.environment.probe.as_ref().filter(|probe| probe.status.is_none_or(|status| status >= 500));
        let at = if outage.process.is_none() { Some(outage.since) } else { probe.map(|probe| probe.checked_at) };
        let text = match probe.map(|probe| probe.status) {
            Some(Some(status)) => format!("Health check answered {status}"),
            Some(None) => "Health check had no answer".to_owned(),
            None => "Health check failed".to_owned(),
        };
        let entry = at.map(|at| fact("signal-health_check".to_owned(), EntryKind::Signal, at, "probe", text));
        found.extend(entry.map(|entry| IncidentEntry { last_at: last_at.max(entry.happened_at), ..entry }));
    }
    found
}

fn of_failed_releases(of: Of<'_>, from: Time) -> Option<IncidentEntry> {
    if !of.environment.production {
        return None;
    }
    let ended = |release: &Release| release.updated_at.or(release.released_at);
    let failed = of.environment.releases.iter().filter(|release| release.status == ReleaseStatus::Failed);
    let mut times: Vec<(Time, u64)> = failed.filter_map(|release| ended(release).map(|at| (at, release.version))).collect();
    times.retain(|(at, _)| *at >= from);
    let (first, last) = (times.iter().min().copied()?, times.iter().max().copied()?);
    let entry = fact(FAILED_RELEASE.to_owned(), EntryKind::Signal, first.0, of.platform(), format!("Release v{} failed", first.1));
    Some(IncidentEntry { count: times.len() as u64, last_at: last.0, ..entry })
}
