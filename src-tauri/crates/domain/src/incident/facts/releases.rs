//! What went live: the bad release, and what came after it.

use super::fact;
use crate::humanize::list;
use crate::incident::joining::live_at;
use crate::incident::known::Of;
use crate::incident::model::{EntryKind, Incident, IncidentEntry};
use crate::release::{Release, ReleaseCause, ReleaseRef};
use crate::status::ReleaseStatus;
use crate::time::Time;

/// Pull requests that are named; the others are counted.
const NAMED: usize = 6;

pub(super) fn bad_live(record: &Incident, of: Of<'_>) -> Option<IncidentEntry> {
    let bad = record.bad_release.as_ref()?;
    let release = of.environment.releases.iter().find(|release| release.id == bad.id);
    let watched = of.watches().find(|watch| watch.release.id == bad.id).map(|watch| watch.live_at);
    let at = watched.or_else(|| release.and_then(live_at))?;
    let text = format!("{} live{}", bad.label, release.map_or(String::new(), with_pull_requests));
    let entry = fact(format!("bad_live-{}", bad.id), EntryKind::BadLive, at, of.platform(), text);
    Some(IncidentEntry { who: release.and_then(|release| release.user.clone()), ..entry })
}

/// Those that went live since then, without the bad one.
pub(super) fn releases(record: &Incident, of: Of<'_>, from: Time) -> Vec<IncidentEntry> {
    let bad = record.bad_release.as_ref().map(|bad| bad.id.as_str());
    let went_live =
        of.environment.releases.iter().filter(|release| release.status == ReleaseStatus::Succeeded && Some(release.id.as_str()) != bad);
    let mut found = Vec::new();
    for release in went_live {
        let Some(at) = live_at(release).filter(|at| *at >= from) else { continue };
        let (kind, text) = described(release);
        let word = if kind == EntryKind::Config { "config" } else { "live" };
        let entry = fact(format!("{word}-{}", release.id), kind, at, of.platform(), text);
        found.push(IncidentEntry { who: release.user.clone(), ..entry });
        let reverts =
            super::acts::reverts(of).into_iter().filter(|number| release.pull_requests.as_ref().is_some_and(|all| all.contains(number)));
        found.extend(reverts.map(|number| {
            let text = format!("Revert #{number} live with v{}", release.version);
            fact(format!("revert_live-{number}"), EntryKind::RevertLive, at, of.platform(), text)
        }));
    }
    found
}

/// The entry of a release that went live.
pub(in crate::incident) fn live_entry(release: &ReleaseRef) -> String {
    format!("live-{}", release.id)
}

fn described(release: &Release) -> (EntryKind, String) {
    let version = release.version;
    match release.cause() {
        ReleaseCause::Config { names } if names.is_empty() => (EntryKind::Config, format!("v{version} changed config")),
        ReleaseCause::Config { names } => (EntryKind::Config, format!("v{version} changed config {}", list(&names))),
        ReleaseCause::AddOn { name } => (EntryKind::Config, format!("v{version} changed add-on {name}")),
        ReleaseCause::Rollback { to } => (EntryKind::Live, format!("v{version} live, the code of v{to}")),
        ReleaseCause::Deploy | ReleaseCause::Promotion { .. } | ReleaseCause::Other => match release.code_version {
            Some(code) if code != version => (EntryKind::Live, format!("v{version} live, the code of v{code}")),
            Some(_) | None => (EntryKind::Live, format!("v{version} live{}", with_pull_requests(release))),
        },
    }
}

/// ` with #482, #483 and 2 more`
fn with_pull_requests(release: &Release) -> String {
    let numbers = release.pull_requests.as_deref().unwrap_or_default();
    let mut names: Vec<String> = numbers.iter().take(NAMED).map(|number| format!("#{number}")).collect();
    let more = numbers.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| format!("{more} more")));
    if names.is_empty() { String::new() } else { format!(" with {}", list(&names)) }
}
