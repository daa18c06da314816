//! The promises that every case must keep, judged by the ids in the sandbox's truth.

use serde_json::Value;

use super::action::Action;
use super::case::{Outsider, Place};
use super::effect::{happened, is_denied_by_truth};
use super::journal_check::journals;
use super::runner::{CaseResult, Run};
use super::truth::Change;
use super::violation::{Promise, Violation, violation};

pub(super) fn judge(played: &CaseResult) -> Vec<Violation> {
    let mut found = Vec::new();
    for run in &played.runs {
        outcome(played, run, &mut found);
        for change in played.asked_by(run) {
            shown(played, run, change, &mut found);
            overtook(played, run, change, &mut found);
            not_two_back(played, run, change, &mut found);
        }
    }
    one_per_target(played, &mut found);
    journals(played, &mut found);
    found
}

/// Further promises when another person acted.
pub(super) fn judge_outsider(case: &Outsider, played: &CaseResult, found: &mut Vec<Violation>) {
    let (Some(run), true, Place::BeforeLastRead) = (played.runs.first(), played.person_acted(), case.place) else { return };
    let Some(theirs) = played.by_others(run).into_iter().next() else { return };
    let asked = played.asked_by(run);
    let last_read = asked.first().and_then(|change| change.last_read());
    if played.plan_is_counted && last_read.is_some_and(|read| theirs.moment() < Some(read)) {
        found.push(violation(Promise::Shown, "what consent is about had changed before the last read, and it was sent all the same"));
    }
    if asked.is_empty() && run.exit == 3 && !run.report["plan"].is_null() {
        let basis = &run.report["plan"]["basis"];
        let made = theirs.made();
        let old = match () {
            () if theirs.target() == played.production && made["id"].is_string() => basis["live"]["id"] != made["id"],
            () if theirs.kind() == "push" => basis["head_sha"] != made["head_sha"],
            () => false,
        };
        if old {
            found.push(violation(Promise::Shown, "it was refused, and the plan that is printed is the old one"));
        }
    }
}

fn outcome(played: &CaseResult, run: &Run, found: &mut Vec<Violation>) {
    let asked = played.asked_by(run);
    let mut says = |what: String| found.push(violation(Promise::Outcome, format!("{}: {what}", run.action)));
    if asked.len() > 1 {
        says(format!("{} changes were asked for with one consent", asked.len()));
    }
    if let Some(other) = asked.iter().find(|change| change.kind() != run.action.kind()) {
        says(format!("asked for {} instead of {}", other.kind(), run.action.kind()));
    }
    let wanted = match run.exit {
        0 => "succeeded",
        1 => "failed",
        3 => "not_sent",
        4 => "unknown",
        code => return says(format!("exit code {code}: {}", run.stderr)),
    };
    if run.report["outcome"] != wanted {
        says(format!("exit code {} and outcome {}", run.exit, run.report["outcome"]));
    }
    match (run.exit, asked.first()) {
        (3, Some(_)) => says("nothing was sent, it says, and it was received".to_owned()),
        (0 | 1, None) => says(format!("{wanted}, it says, and nothing was received")),
        (0, Some(change)) if !happened(played, run, *change) => says("succeeded, it says, and the truth denies it".to_owned()),
        (0, Some(change)) => {
            if let Some(what) = other_id(run, *change) {
                says(what);
            }
        }
        (1, Some(change)) if is_denied_by_truth(played, run, *change) => says("failed, it says, and it happened".to_owned()),
        _ => {}
    }
}

/// The entry of an action that creates something names what that action created.
fn other_id(run: &Run, change: Change<'_>) -> Option<String> {
    let expectation = &run.report["entry"]["expectation"];
    let (named, made) = match run.action {
        Action::Revert => (&expectation["opened"], change.made()["pull_request"].clone()),
        Action::Rerun => (&expectation["workflow"], change.made()["workflow_id"].clone()),
        action if action.releases() => (&expectation["release"]["id"], change.release().into()),
        _ => return None,
    };
    (*named != made).then(|| format!("succeeded, it says of {named}, and ours is {made}"))
}

/// The vendor found the state that was agreed to, unless somebody acted between the last read and the write.
fn shown(played: &CaseResult, run: &Run, change: Change<'_>, found: &mut Vec<Violation>) {
    let Some(moment) = change.moment() else { return };
    let Some(why) = super::consent::differs(played, run, change) else { return };
    let read = change.last_read().unwrap_or(0);
    let others = played.by_others(run);
    let in_the_round_trip = |other: &&Change<'_>| other.moment().is_some_and(|at| at > read && at < moment);
    if others.iter().any(|other| in_the_round_trip(&other)) {
        return;
    }
    let earlier = others.iter().rev().find(|other| other.moment().is_some_and(|at| at < read));
    let by_other_run = earlier.is_some_and(|other| other.token().is_some());
    let two_folders = played.runs.iter().any(|other| other.folder != run.folder);
    // A promotion is accepted before its release is made: a read after its moment need not have shown it.
    if two_folders && earlier.is_some_and(|other| other.kind() == "promote") {
        return;
    }
    let promise = match (by_other_run, two_folders) {
        (true, true) => Promise::OneRoundTrip,
        (true, false) => Promise::OnePerTarget,
        (false, _) => Promise::Shown,
    };
    found.push(violation(promise, format!("{} was sent, and {why}; it could have been read", run.action)));
}

/// The entry names releases that others made in between.
fn overtook(played: &CaseResult, run: &Run, change: Change<'_>, found: &mut Vec<Violation>) {
    let entry = &run.report["entry"];
    if !run.action.releases() || !change.applied() || run.exit != 0 {
        return;
    }
    let seen = run.report["plan"]["expectation"]["after_version"].as_u64();
    let ours = change.release().and_then(|id| played.release(id)).and_then(|release| release["version"].as_u64());
    let (Some(seen), Some(ours)) = (seen, ours) else { return };
    let named: Vec<&Value> = entry["overtook"].as_array().into_iter().flatten().map(|release| &release["id"]).collect();
    for release in played.releases.as_array().into_iter().flatten() {
        let between = release["version"].as_u64().is_some_and(|version| version > seen && version < ours);
        if between && !named.contains(&&release["id"]) {
            let what = format!("v{} came between what was shown and ours, and the entry does not name it", release["version"]);
            found.push(violation(Promise::Overtook, format!("{}: {what}", run.action)));
        }
    }
}

fn not_two_back(played: &CaseResult, run: &Run, change: Change<'_>, found: &mut Vec<Violation>) {
    let live = change.before()["current"]["id"].as_str().and_then(|id| played.release(id));
    let is_rollback = live.is_some_and(|release| release["description"].as_str().is_some_and(|words| words.starts_with("Rollback to ")));
    let came_too_late = played.by_others(run).iter().any(|other| {
        let unread = other.moment().is_some_and(|at| change.last_read().is_none_or(|read| at > read));
        unread && other.release() == change.before()["current"]["id"].as_str()
    });
    // Two people who agreed to the same plan go to the same release, which is not further back.
    let target = run.report["plan"]["request"]["release_id"].as_str().and_then(|id| played.release(id));
    let goes_on = target.map(|release| &release["slug"]) != live.map(|release| &release["slug"]);
    if run.action == Action::RollBack && is_rollback && goes_on && !came_too_late {
        found.push(violation(Promise::NotTwoBack, "rollback without --to was sent while a rollback is live".to_owned()));
    }
}

fn one_per_target(played: &CaseResult, found: &mut Vec<Violation>) {
    let sent = |run: &&Run| !played.asked_by(run).is_empty();
    let mut sent: Vec<&Run> = played.runs.iter().filter(sent).collect();
    sent.sort_by_key(|run| played.asked_by(run).first().and_then(|change| change.moment()));
    let [first, second] = sent[..] else { return };
    if first.folder != second.folder {
        return;
    }
    let finished = stamp(&first.report["entry"]["finished_at"]);
    let planned = stamp(&second.report["plan"]["read_at"]);
    if finished.is_none() || planned.is_none() || planned < finished {
        let what = format!("{} was sent while {} was under way, or on what was read before it had finished", second.action, first.action);
        found.push(violation(Promise::OnePerTarget, what));
    }
}

/// Makes times comparable as text: without the Z a shorter fraction is the earlier time.
fn stamp(value: &Value) -> Option<&str> {
    value.as_str().map(|text| text.trim_end_matches('Z'))
}
