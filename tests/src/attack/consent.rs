//! Whether the state that the vendor found is the one that the plan showed.

use serde_json::{Value, json};

use super::action::Action;
use super::runner::{CaseResult, Run};
use super::setting::Setting;
use super::truth::Change;

/// How the state that the vendor found differs from the plan; None when it does not.
pub(super) fn differs(played: &CaseResult, run: &Run, change: Change<'_>) -> Option<String> {
    let plan = &run.report["plan"];
    if plan.is_null() {
        return Some("no plan was printed".to_owned());
    }
    let before = change.before();
    match run.action.stage() {
        Setting::Production => of_app(played, run, plan, change),
        Setting::Finished | Setting::Running | Setting::OnHold => of_workflow(run.action, before),
        Setting::ReadyPull | Setting::QueueOpen | Setting::Queued | Setting::HeldBack | Setting::WaitsByItself | Setting::Behind => {
            of_open_pull(run.action, plan, before)
        }
        // Several requests by one consent are judged in `stops`.
        Setting::Hurt => None,
        Setting::Merged => of_merged_pull(plan, before),
    }
}

fn of_app(played: &CaseResult, run: &Run, plan: &Value, change: Change<'_>) -> Option<String> {
    let (live, newest) = (&change.before()["current"], &change.before()["newest"]);
    let seen = plan["expectation"]["after_version"].as_u64();
    // A release that was in progress in the plan may become live at any time.
    if plan["basis"]["live"]["id"] != live["id"] && live["version"].as_u64() > seen {
        return Some(format!("{} was shown live and v{} was", plan["basis"]["live"]["label"], live["version"]));
    }
    if newest["version"].as_u64() > seen {
        return Some(format!("v{} was under way and was not shown", newest["version"]));
    }
    if run.action != Action::Promote {
        return None;
    }
    // The source of a promotion is a separate target: what others released there before the last read.
    let source = &plan["basis"]["source"]["id"];
    let read = change.last_read().unwrap_or(0);
    let on_source = |other: &Change<'_>| other.target() == played.staging && other.moment().is_some_and(|at| at < read);
    let theirs = played.by_others(run).into_iter().rfind(on_source)?;
    let differs = theirs.made()["id"] != *source;
    differs.then(|| format!("v{} was live on the source and was not shown", theirs.made()["version"]))
}

fn of_open_pull(action: Action, plan: &Value, before: &Value) -> Option<String> {
    let head = plan["basis"]["head_sha"].as_str().or_else(|| plan["request"]["head_sha"].as_str());
    if before["state"] != "open" {
        return Some(format!("it was {} already", before["state"]));
    }
    let queued = before["queued"] == json!(true);
    let waits = !before["auto_merge"].is_null();
    match action {
        Action::Enqueue if queued => return Some("it was in the queue already".to_owned()),
        Action::Dequeue if !queued => return Some("it was not in the queue".to_owned()),
        Action::AutoMergeOn if waits => return Some("auto-merge was on already".to_owned()),
        Action::AutoMergeOff if !waits => return Some("auto-merge was off already".to_owned()),
        _ => {}
    }
    (head.is_some() && before["head_sha"].as_str() != head).then(|| format!("the head was {}", before["head_sha"]))
}

fn of_merged_pull(plan: &Value, before: &Value) -> Option<String> {
    let confirmed = plan["confirmations"].as_array().into_iter().flatten().filter(|c| c["kind"] == "revert_exists");
    let named: String = confirmed.map(|c| c["objects"].to_string()).collect();
    let unseen = before["reverted_by"].as_array().into_iter().flatten().find(|number| !named.contains(&number.to_string()));
    unseen.map(|number| format!("#{number} reverted it already and was not shown"))
}

fn of_workflow(action: Action, before: &Value) -> Option<String> {
    let status = before["status"].as_str().unwrap_or_default();
    let over = matches!(status, "success" | "failed" | "error" | "canceled" | "unauthorized" | "not_run");
    match action {
        Action::Rerun if before["id"] != before["newest_workflow_id"] => Some("it had been run again already".to_owned()),
        Action::Rerun if !over => Some(format!("it was {status}")),
        Action::Cancel if over => Some(format!("it was {status} already")),
        Action::Approve if status != "on_hold" => Some(format!("it was {status}")),
        _ => None,
    }
}
