//! What the sandbox says happened, against what was shown, confirmed and told.

use serde_json::Value;
use slipway_domain::journal::{Entry, EntryState, Expectation};
use slipway_domain::plan::{Plan, Request};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Who the sandbox's Heroku token belongs to.
const US: &str = "robinhale@acme.example";

/// The mutation a request is, as the sandbox counts it.
pub(crate) fn counted(request: &Request) -> (&'static str, String) {
    match request {
        Request::Merge { repo, number, .. } => ("merge", format!("{repo}#{number}")),
        Request::Enqueue { repo, number, .. } => ("enqueue", format!("{repo}#{number}")),
        Request::Dequeue { repo, number, .. } => ("dequeue", format!("{repo}#{number}")),
        Request::EnableAutoMerge { repo, number, .. } => ("enable_auto_merge", format!("{repo}#{number}")),
        Request::DisableAutoMerge { repo, number, .. } => ("disable_auto_merge", format!("{repo}#{number}")),
        Request::UpdateBranch { repo, number, .. } => ("update_branch", format!("{repo}#{number}")),
        Request::Revert { repo, number, .. } => ("revert", format!("{repo}#{number}")),
        Request::RollBack { app, .. } => ("rollback", app.clone()),
        Request::RerunFromFailed { workflow } => ("rerun", workflow.clone()),
        Request::CancelWorkflow { workflow } => ("cancel", workflow.clone()),
        Request::Approve { workflow, .. } => ("approve", workflow.clone()),
        Request::Promote { target_app_id, .. } => ("promote", target_app_id.clone()),
        Request::ReleaseArtifact { app, .. } => ("release", app.clone()),
    }
}

/// Everything that must hold of what is in the journal now. `confirmed`: the plans a person said yes
/// to, by id, as they were shown; `by_others`: mutations that were not ours; `before`: releases that
/// were there when it began.
pub(crate) fn check(
    truth: &Value,
    journal: &[Entry],
    confirmed: &HashMap<String, Plan>,
    by_others: &BTreeMap<(String, String), u64>,
    before: &HashSet<String>,
) -> Result<(), String> {
    let mut consents: BTreeMap<(String, String), u64> = BTreeMap::new();
    for entry in journal {
        let plan = confirmed.get(&entry.id).ok_or_else(|| format!("nobody confirmed {entry:?}"))?;
        if plan.expectation().cloned().map(bare) != Some(bare(entry.expectation.clone())) {
            return Err(format!("shown {:?}, begun {:?}", plan.expectation(), entry.expectation));
        }
        if entry.state == EntryState::NotSent {
            continue;
        }
        let request = plan.request().ok_or_else(|| format!("there was nothing to send: {entry:?}"))?;
        let (kind, target) = counted(request);
        *consents.entry((kind.to_owned(), target)).or_default() += 1;
        if entry.state == EntryState::Succeeded {
            let holds = is_true(&entry.expectation, truth);
            holds.map_err(|why| format!("told that it succeeded, but {why}: {entry:?}"))?;
        }
    }
    for mutation in truth["mutations"].as_array().into_iter().flatten() {
        let text = |name: &str| mutation[name].as_str().unwrap_or_default().to_owned();
        let key = (text("kind"), text("target"));
        let allowed = consents.get(&key).copied().unwrap_or(0) + by_others.get(&key).copied().unwrap_or(0);
        let received = mutation["received"].as_u64().unwrap_or(0);
        if received > allowed {
            return Err(format!("{received} mutations for {allowed} consents: {mutation}"));
        }
    }
    merged_heads(truth, journal, confirmed)?;
    released_code(truth, journal, by_others, before)
}

/// As it was before the answer named what it made. What came between the showing and the last read
/// without changing what consent is about (a release that failed) counts as seen.
fn bare(mut expectation: Expectation) -> Expectation {
    match &mut expectation {
        Expectation::Released { promotion, release, after_version, .. } => {
            (*promotion, *release, *after_version) = (None, None, 0);
        }
        Expectation::RolledBack { release, after_version, .. } => (*release, *after_version) = (None, 0),
        Expectation::RevertOpened { opened, .. } => *opened = None,
        Expectation::Reran { workflow, known, .. } => {
            *workflow = None;
            known.clear();
        }
        _ => {}
    }
    expectation
}

/// What was promoted or released from an artifact is what was shown, code for code.
fn released_code(
    truth: &Value,
    journal: &[Entry],
    by_others: &BTreeMap<(String, String), u64>,
    before: &HashSet<String>,
) -> Result<(), String> {
    let others_promote = by_others.keys().any(|(kind, _)| kind == "promote");
    for environment in list(&truth["world"]["services"]).iter().flat_map(|s| list(&s["environments"])) {
        let consented = |release: &Value| {
            journal.iter().any(|e| {
                matches!(&e.expectation, Expectation::Released { app, code, after_version, .. }
                    if environment["app"] == **app && release["slug"] == **code && release["version"].as_u64() > Some(*after_version))
            })
        };
        let new = |r: &&Value| r["user"] == US && r["id"].as_str().is_some_and(|id| !before.contains(id));
        for release in list(&environment["releases"]).iter().filter(new) {
            let says = release["description"].as_str().unwrap_or_default();
            let not_deployed = says.starts_with("Rollback") || (others_promote && says.starts_with("Promote"));
            if !not_deployed && !consented(release) {
                return Err(format!("released without being shown: {release}"));
            }
        }
    }
    Ok(())
}

/// What our account merged is what was shown, head for head.
fn merged_heads(truth: &Value, journal: &[Entry], confirmed: &HashMap<String, Plan>) -> Result<(), String> {
    for service in list(&truth["world"]["services"]) {
        let repo = service["repo"].as_str().unwrap_or_default();
        let ours = |p: &&Value| p["state"] == "merged" && list(&truth["mutations"]).iter().any(|m| merge_of(m, repo, p));
        for pull in list(&service["pull_requests"]).iter().filter(ours) {
            let shown = journal.iter().filter_map(|e| confirmed.get(&e.id)?.request()).any(|request| {
                matches!(request, Request::Merge { repo: r, number, head_sha, .. }
                    if r == repo && pull["number"] == *number && pull["head_sha"] == *head_sha)
            });
            if !shown {
                return Err(format!("merged with a head that was not shown: {pull}"));
            }
        }
    }
    Ok(())
}

fn merge_of(mutation: &Value, repo: &str, pull: &Value) -> bool {
    mutation["kind"] == "merge"
        && mutation["applied"].as_u64() > Some(0)
        && mutation["target"].as_str() == Some(format!("{repo}#{}", pull["number"]).as_str())
}

/// Every release there is.
pub(crate) fn releases(truth: &Value) -> HashSet<String> {
    let environments = list(&truth["world"]["services"]).iter().flat_map(|s| list(&s["environments"]));
    environments.flat_map(|e| list(&e["releases"])).filter_map(|r| r["id"].as_str().map(str::to_owned)).collect()
}

/// Whether an open entry is one that the vendors rightly show nothing of.
pub(crate) fn cannot_be_shown(entry: &Entry, journal: &[Entry], truth: &Value) -> bool {
    entry.state == EntryState::Unknown && (is_true(&entry.expectation, truth).is_err() || is_anothers(entry, journal, truth))
}

/// What the world has of it came by other entries: of one pull request there may be several reverts.
fn is_anothers(entry: &Entry, journal: &[Entry], truth: &Value) -> bool {
    let Expectation::RevertOpened { repo, number, .. } = &entry.expectation else { return false };
    let same = |e: &&Entry| matches!(&e.expectation, Expectation::RevertOpened { repo: r, number: n, .. } if r == repo && n == number);
    let told = journal.iter().filter(same).filter(|e| e.state == EntryState::Succeeded).count() as u64;
    let target = format!("{repo}#{number}");
    let of_it = list(&truth["mutations"]).iter().filter(|m| m["kind"] == "revert" && m["target"] == *target);
    of_it.filter_map(|m| m["applied"].as_u64()).sum::<u64>() <= told
}

/// Whether the world has what the expectation names.
fn is_true(expectation: &Expectation, truth: &Value) -> Result<(), String> {
    let services = list(&truth["world"]["services"]);
    let found = match expectation {
        Expectation::Merged { repo, number, head_sha } => {
            pulls(services, repo).any(|p| p["number"] == *number && p["state"] == "merged" && p["head_sha"] == **head_sha)
        }
        // These pass again: that it was done once, or that it is over, is what is left to see.
        Expectation::Enqueued { repo, number, .. } => applied(truth, "enqueue", repo, *number) || is_over(services, repo, *number),
        Expectation::Dequeued { repo, number } => applied(truth, "dequeue", repo, *number) || is_over(services, repo, *number),
        Expectation::AutoMergeOn { repo, number } => applied(truth, "enable_auto_merge", repo, *number) || is_over(services, repo, *number),
        Expectation::AutoMergeOff { repo, number } => {
            applied(truth, "disable_auto_merge", repo, *number) || is_over(services, repo, *number)
        }
        Expectation::BranchUpdated { repo, number, head_sha, .. } => {
            pulls(services, repo).any(|p| p["number"] == *number && p["head_sha"] != **head_sha)
        }
        Expectation::RevertOpened { repo, number, .. } => pulls(services, repo).any(|p| p["reverts"] == *number),
        Expectation::RolledBack { app, target_version, after_version, .. } => {
            let environments = services.iter().flat_map(|s| list(&s["environments"])).filter(|e| e["app"] == **app);
            let mut releases = environments.flat_map(|e| list(&e["releases"]));
            releases.any(|r| {
                r["version"].as_u64() > Some(*after_version)
                    && r["description"] == format!("Rollback to v{target_version}")
                    && r["status"] == "succeeded"
            })
        }
        Expectation::Released { app, code, after_version, .. } => {
            let environments = services.iter().flat_map(|s| list(&s["environments"])).filter(|e| e["app"] == **app);
            let mut releases = environments.flat_map(|e| list(&e["releases"]));
            releases.any(|r| r["version"].as_u64() > Some(*after_version) && r["slug"] == **code && r["status"] == "succeeded")
        }
        Expectation::Reran { pipeline, known, .. } => workflows(services, pipeline).any(|w| known.iter().all(|known| w["id"] != **known)),
        Expectation::Canceled { pipeline, workflow } => workflows(services, pipeline)
            .any(|w| w["id"] == **workflow && ["canceled", "failed"].iter().any(|stopped| w["status"] == *stopped)),
        Expectation::Approved { pipeline, workflow, .. } => {
            let mut jobs = workflows(services, pipeline).filter(|w| w["id"] == **workflow).flat_map(|w| list(&w["jobs"]));
            !jobs.any(|j| j["status"] == "on_hold")
        }
    };
    if found { Ok(()) } else { Err("the world does not have it".to_owned()) }
}

fn applied(truth: &Value, kind: &str, repo: &str, number: u64) -> bool {
    let target = format!("{repo}#{number}");
    list(&truth["mutations"]).iter().any(|m| m["kind"] == kind && m["target"] == *target && m["applied"].as_u64() > Some(0))
}

fn is_over(services: &[Value], repo: &str, number: u64) -> bool {
    pulls(services, repo).any(|p| p["number"] == number && p["state"] != "open")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn pulls<'a>(services: &'a [Value], repo: &'a str) -> impl Iterator<Item = &'a Value> {
    services.iter().filter(move |s| s["repo"] == *repo).flat_map(|s| list(&s["pull_requests"]))
}

fn workflows<'a>(services: &'a [Value], pipeline: &'a str) -> impl Iterator<Item = &'a Value> {
    let pipelines = services.iter().flat_map(|s| list(&s["pipelines"]));
    pipelines.filter(move |p| p["id"] == *pipeline).flat_map(|p| list(&p["workflows"]))
}
