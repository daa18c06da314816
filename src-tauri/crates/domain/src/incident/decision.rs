//! What was chosen, with what else there was; and what left with it.

use super::facts::{Act, acts_of, begins, chosen, opened};
use super::joining::live_at;
use super::known::Of;
use super::model::{Decision, DecisionOption, Incident, LeftChange, LeftOutcome};
use crate::action::{ActionKind, ReleaseChange};
use crate::history::{Contained, History, RevertEvidence, Reverted};
use crate::humanize::capital;
use crate::journal::{Entry, EntryState};
use crate::rolled_back::rolled_back;
use crate::shipment::Change;
use crate::time::Time;
use crate::ways_out::{RollbackChoice, ways_out};

/// Seconds after a choice within which what is known now was known then.
const THEN: f64 = 120.0;

pub(super) fn follow(record: &mut Incident, of: Of<'_>) {
    let from = begins(record, of);
    let mut ways: Vec<&Entry> = acts_of(of, from).filter(|(_, act)| *act == Act::WayOut).map(|(entry, _)| entry).collect();
    ways.sort_by_key(|entry| (entry.at, entry.id.clone()));
    // The first choice; another one takes its place while the first has not come true.
    let stood = ways.iter().position(|entry| entry.state == EntryState::Succeeded);
    let meant = stood.or_else(|| ways.len().checked_sub(1)).and_then(|at| ways.get(at));
    if let Some(entry) = meant {
        if record.decision.as_ref().is_none_or(|known| known.at != entry.at) {
            record.decision = Some(decision(entry, of));
        }
        took(record, entry, &ways);
    }
    left(record, of, from);
}

fn decision(entry: &Entry, of: Of<'_>) -> Decision {
    let is_fresh = of.now.since(entry.at).abs() < THEN;
    let then = |seconds: Option<f64>| seconds.filter(|_| is_fresh);
    let mut options = vec![DecisionOption {
        text: capital(&chosen(entry)),
        chosen: true,
        estimate_seconds: then(if is_revert(entry) { revert_seconds(of) } else { rollback_seconds(of) }),
        took_seconds: None,
    }];
    let offered = ways_out(of.service).into_iter().find(|ways| ways.environment.app == of.environment.app).filter(|_| is_fresh);
    let other = |text, estimate_seconds| DecisionOption { text, chosen: false, estimate_seconds, took_seconds: None };
    if let Some(ways) = &offered {
        if let (true, RollbackChoice::To(version)) = (is_revert(entry), &ways.rollback) {
            options.push(other(format!("Roll back to v{version}"), rollback_seconds(of)));
        }
        if let (false, Some(number)) = (is_revert(entry), ways.reverts.as_ref().and_then(|numbers| numbers.first())) {
            options.push(other(format!("Revert #{number}"), revert_seconds(of)));
        }
    }
    let next = of.environment.on_its_way.as_ref().and_then(|on_its_way| on_its_way.carriers.first()).filter(|_| is_fresh);
    options.push(match next {
        Some(carrier) => other(format!("Do nothing: {} releases it again", carrier.label), carrier.ships_in_seconds.map(|s| s as f64)),
        None => other("Do nothing".to_owned(), None),
    });
    Decision { at: entry.at, by: entry.by.clone(), reason: entry.reason.clone(), options }
}

fn is_revert(entry: &Entry) -> bool {
    matches!(entry.request.kind, ActionKind::PullRequest(_))
}

fn rollback_seconds(of: Of<'_>) -> Option<f64> {
    of.service.usual.rollback.get(&of.environment.name).map(|usual| usual.seconds)
}

/// CI and release; how long people take to review is not known.
fn revert_seconds(of: Of<'_>) -> Option<f64> {
    Some(of.service.usual.pipeline.as_ref()?.seconds + of.environment.usual_release_seconds?)
}

/// What each way took that was taken: until what it made was live.
fn took(record: &mut Incident, entry: &Entry, ways: &[&Entry]) {
    let live = |entry: &Entry| {
        let id = opened(entry).map_or_else(|| format!("verified-{}", entry.id), |number| format!("revert_live-{number}"));
        record.entries.iter().find(|known| known.id == id).map(|known| known.happened_at)
    };
    let spent = |entry: &Entry| live(entry).map(|at| at.since(entry.at)).filter(|seconds| *seconds >= 0.0);
    let chosen_took = spent(entry);
    let others: Vec<(String, Option<f64>)> = ways.iter().map(|other| (capital(&chosen(other)), spent(other))).collect();
    let Some(decision) = &mut record.decision else { return };
    for option in &mut decision.options {
        let seconds = if option.chosen { chosen_took } else { others.iter().find(|(text, _)| *text == option.text).and_then(|(_, s)| *s) };
        option.took_seconds = seconds.or(option.took_seconds);
    }
}

/// What left with a rollback, by whomever; and what became of it.
fn left(record: &mut Incident, of: Of<'_>, from: Time) {
    let evidence = RevertEvidence::default();
    let history = History::new(&of.service.main, &evidence);
    let rolled_back_since = of.environment.current.as_ref().is_some_and(|live| live_at(live).is_some_and(|at| at >= from));
    let now_left = rolled_back(of.environment, &history).filter(|_| rolled_back_since);
    let changes = now_left.map(|left| left.changes.iter().map(|one| one.change.clone()).collect::<Vec<Change>>()).unwrap_or_default();
    for change in changes {
        if !record.left.iter().any(|known| known.change.id == change.id) {
            record.left.push(LeftChange { change, became: None });
        }
    }
    let Some(live) = of.environment.current.as_ref() else { return };
    let (Some(code), Some(at)) = (live.commit.as_deref(), live_at(live)) else { return };
    for left in record.left.iter_mut().filter(|left| left.became.is_none()) {
        let commit = of.service.main.iter().find(|commit| match left.change.number {
            Some(number) => commit.pull_request == Some(number),
            None => commit.sha == left.change.id,
        });
        let Some(commit) = commit.filter(|commit| history.contains(code, &commit.sha) == Contained::Yes) else { continue };
        let reverted = match left.change.number {
            Some(number) => history.pull_request_reverted(number, code),
            None => history.reverted(&commit.sha, code),
        };
        let outcome = |reverted| Some(LeftOutcome { reverted, release: format!("v{}", live.version), at });
        left.became = match reverted {
            Reverted::Yes => outcome(true),
            Reverted::No => outcome(false),
            Reverted::Likely | Reverted::Unknown => None,
        };
    }
}

/// Whether a plan is of a way out of what hurts this environment.
pub fn is_way_out(kind: &ActionKind, environment: &str) -> bool {
    match kind {
        ActionKind::Release(action) => {
            action.environment == environment
                && matches!(action.change, ReleaseChange::RollBack { .. } | ReleaseChange::Promote { .. } | ReleaseChange::Release { .. })
        }
        ActionKind::PullRequest(action) => action.change == crate::action::PullRequestChange::Revert,
        ActionKind::Pipeline(_) => false,
    }
}
