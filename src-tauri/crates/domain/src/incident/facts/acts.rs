//! What was done through Slipway, by the journal; and reverts, by whomever.

use super::fact;
use crate::action::{ActionKind, OpenChange, PipelineChange, PullRequestChange, ReleaseChange};
use crate::incident::known::Of;
use crate::incident::model::{EntryKind, IncidentEntry};
use crate::journal::{Entry, EntryState, Expectation};
use crate::time::Time;

/// What an entry of the journal is to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::incident) enum Act {
    /// A way out that was chosen.
    WayOut,
    /// Something on its way was stopped.
    Stop,
    Other,
}

/// Entries about this environment, or about its service as a whole, since then.
pub(in crate::incident) fn entries<'a>(of: Of<'a>, from: Time) -> impl Iterator<Item = (&'a Entry, Act)> {
    let pinned: Vec<&str> = of.pins().filter_map(|pin| pin.entry.as_deref()).collect();
    let own = move |entry: &&Entry| {
        let is_of = entry.service == of.service.name || entry.repo.as_ref() == Some(&of.service.repo);
        is_of && (entry.at >= from || pinned.contains(&entry.id.as_str()))
    };
    of.known.journal.iter().filter(own).filter_map(move |entry| act(entry, of).map(|act| (entry, act)))
}

fn act(entry: &Entry, of: Of<'_>) -> Option<Act> {
    match &entry.request.kind {
        ActionKind::Release(action) => {
            let here = entry.app.as_ref().map_or(action.environment == of.environment.name, |app| *app == of.environment.app);
            here.then_some(Act::WayOut)
        }
        ActionKind::PullRequest(action) => Some(match action.change {
            PullRequestChange::Revert => Act::WayOut,
            PullRequestChange::Open(OpenChange::DisableAutoMerge | OpenChange::Dequeue) => Act::Stop,
            PullRequestChange::Open(
                OpenChange::Merge { .. } | OpenChange::Enqueue | OpenChange::EnableAutoMerge { .. } | OpenChange::UpdateBranch,
            ) => Act::Other,
        }),
        ActionKind::Pipeline(action) => Some(match action.change {
            PipelineChange::Cancel => Act::Stop,
            PipelineChange::Rerun | PipelineChange::Approve { .. } => Act::Other,
        }),
    }
}

pub(super) fn acts(of: Of<'_>, from: Time) -> Vec<IncidentEntry> {
    let mut found = Vec::new();
    for (entry, act) in entries(of, from) {
        match act {
            Act::WayOut => way_out(entry, &mut found),
            Act::Stop => found.extend(stopped(entry)),
            Act::Other => {}
        }
    }
    for number in reverts(of) {
        let commit = of.service.main.iter().find(|commit| commit.pull_request == Some(number));
        let merged = commit.and_then(|commit| commit.pull_request_merged_at.or(commit.committed_at).map(|at| (commit, at)));
        found.extend(merged.map(|(commit, at)| {
            let text = format!("Revert #{number} merged as {}", crate::humanize::short(&commit.sha));
            fact(format!("revert_merged-{number}"), EntryKind::RevertMerged, at, of.service.rules.host.title, text)
        }));
    }
    found
}

fn way_out(entry: &Entry, found: &mut Vec<IncidentEntry>) {
    let of = |word: &str, kind, at, text| IncidentEntry {
        who: Some(entry.by.clone()),
        ..fact(format!("{word}-{}", entry.id), kind, at, "Slipway", text)
    };
    let reason = entry.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    found.push(of("decided", EntryKind::Decided, entry.at, format!("Chose to {}{reason}", chosen(entry))));
    let what = crate::humanize::capital(&noun(entry));
    if let Some(at) = entry.sent_at {
        found.push(of("sent", EntryKind::Sent, at, format!("{what} sent, one request")));
    }
    let ended = entry.finished_at.unwrap_or(entry.at);
    match (entry.state, opened(entry)) {
        (EntryState::Succeeded, Some(number)) => {
            let text = format!("Revert #{number} opened");
            let id = format!("revert_opened-{number}");
            found.push(IncidentEntry { who: Some(entry.by.clone()), ..fact(id, EntryKind::RevertOpened, ended, "Slipway", text) });
        }
        (EntryState::Succeeded, None) => found.push(of("verified", EntryKind::Verified, ended, format!("{what} verified"))),
        (EntryState::Failed | EntryState::NotSent, _) => {
            found.push(of("failed", EntryKind::Failed, ended, format!("{what} did not happen: {}", entry.message.trim_end_matches('.'))));
        }
        (EntryState::Unknown, _) => {
            found.push(of("unknown", EntryKind::Failed, ended, format!("{what}: outcome unknown")));
        }
        (EntryState::Planned | EntryState::Sent, _) => {}
    }
}

fn stopped(entry: &Entry) -> Option<IncidentEntry> {
    let at = entry.finished_at.filter(|_| entry.state == EntryState::Succeeded)?;
    let what = match &entry.request.kind {
        ActionKind::PullRequest(action) => match action.change {
            PullRequestChange::Open(OpenChange::Dequeue) => format!("#{} taken out of the queue", action.number),
            PullRequestChange::Open(_) | PullRequestChange::Revert => format!("Auto-merge of #{} turned off", action.number),
        },
        ActionKind::Pipeline(_) | ActionKind::Release(_) => format!("Stopped {}", entry.target),
    };
    let of = fact(format!("stopped-{}", entry.id), EntryKind::Stopped, at, "Slipway", what);
    Some(IncidentEntry { who: Some(entry.by.clone()), ..of })
}

/// `roll back to v1846`, `revert #482`
pub(in crate::incident) fn chosen(entry: &Entry) -> String {
    match (&entry.request.kind, &entry.expectation) {
        (ActionKind::Release(_), Expectation::RolledBack { target_version, .. }) => format!("roll back to v{target_version}"),
        (ActionKind::Release(action), _) => match &action.change {
            ReleaseChange::RollBack { to: Some(version), .. } => format!("roll back to v{version}"),
            ReleaseChange::RollBack { to: None, .. } => "roll back".to_owned(),
            ReleaseChange::Promote { from } => format!("promote from {from}"),
            ReleaseChange::Release { .. } => "release what is built".to_owned(),
        },
        (ActionKind::PullRequest(action), _) => format!("revert #{}", action.number),
        (ActionKind::Pipeline(_), _) => entry.action.replace('_', " "),
    }
}

fn noun(entry: &Entry) -> String {
    entry.action.replace('_', " ")
}

/// The revert that our request opened.
pub(in crate::incident) fn opened(entry: &Entry) -> Option<u64> {
    match &entry.expectation {
        Expectation::RevertOpened { opened, .. } => *opened,
        Expectation::Merged { .. }
        | Expectation::Enqueued { .. }
        | Expectation::Dequeued { .. }
        | Expectation::AutoMergeOn { .. }
        | Expectation::AutoMergeOff { .. }
        | Expectation::BranchUpdated { .. }
        | Expectation::RolledBack { .. }
        | Expectation::Reran { .. }
        | Expectation::Canceled { .. }
        | Expectation::Approved { .. }
        | Expectation::Released { .. } => None,
    }
}

/// Pull requests that revert what hurts: opened through Slipway, or seen to revert what the pin keeps out.
pub(in crate::incident) fn reverts(of: Of<'_>) -> Vec<u64> {
    let ours = of.known.journal.iter().filter(|entry| entry.repo.as_ref() == Some(&of.service.repo)).filter_map(opened);
    let pinned = of.environment.pin_progress.as_ref().and_then(|progress| progress.revert);
    let mut numbers: Vec<u64> = ours.chain(pinned).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
