//! How far the revert of what is bad has come.

use super::carried::{Carried, carried};
use super::model::{Pin, PinProgress, PinStep, PinStepState};
use crate::commit::Commit;
use crate::environment::Environment;
use crate::history::{Contained, History, Reverted, revert_title};
use crate::humanize::about;
use crate::lineage::same_code;
use crate::pin::shipping::{Shipping, shipping};
use crate::pipeline::Pipeline;
use crate::pull_request::{PullRequest, ReviewDecision, ReviewState};
use crate::snapshot::ServiceState;
use crate::status::PipelineStatus;
use crate::time::Time;
use crate::watch::{Watch, WatchVerdict};

pub(super) fn progress(service: &ServiceState, environment: &Environment, pin: &Pin, history: &History<'_>, now: Time) -> PinProgress {
    let live = in_live(environment, pin, history);
    let watch = watch_of_live(environment);
    let verdict = watch.and_then(|watch| watch.verdict);
    let merged = merged_revert(service, pin, history);
    let open = if merged.is_some() { None } else { open_revert(service, pin, history) };
    let reverts_all = live.reverts_all || merged.as_ref().is_some_and(|merged| merged.all) || open.as_ref().is_some_and(|(_, all)| *all);
    let may_end = live.reverts_all && verdict == Some(WatchVerdict::Good);
    let steps = match (&merged, &open) {
        (Some(merged), _) => after_merge(service, environment, merged, &live, watch, history, now),
        (None, Some((pr, _))) => before_merge(service, pr),
        (None, None) => no_revert(service),
    };
    PinProgress {
        revert: merged.as_ref().and_then(|m| m.number).or(open.map(|(pr, _)| pr.number)),
        reverts_all,
        steps,
        violated: live.is_any(),
        brings_known: live.is_any() && live.known,
        offer: offer(environment, pin, &live, watch, may_end),
        brings: live.names,
        may_end,
    }
}

/// What the live code brings of the bad set. The release that it is pinned to brings nothing, whatever is loaded.
fn in_live(environment: &Environment, pin: &Pin, history: &History<'_>) -> Carried {
    let Some(live) = &environment.current else { return Carried::default() };
    let target = environment.releases.iter().find(|release| release.id == pin.target.id);
    let same_commit = live.commit.is_some() && live.commit == pin.target_commit;
    if live.id == pin.target.id || same_commit || target.is_some_and(|target| same_code(&environment.releases, target, live)) {
        return Carried::default();
    }
    // The rollback may not have been read yet: what was left is live until then.
    if live.id == pin.left.id && live.released_at.is_some_and(|at| at < pin.at) {
        return Carried::default();
    }
    carried(&pin.bad, live.commit.as_deref(), history)
}

/// The watch of the code that is live now.
pub(super) fn watch_of_live(environment: &Environment) -> Option<&Watch> {
    let (watch, live) = (environment.watch.as_ref()?, environment.current.as_ref()?);
    let watched = environment.releases.iter().find(|release| release.id == watch.release.id);
    let same = watch.release.id == live.id || watched.is_some_and(|watched| same_code(&environment.releases, watched, live));
    same.then_some(watch)
}

fn offer(environment: &Environment, pin: &Pin, live: &Carried, watch: Option<&Watch>, may_end: bool) -> Option<String> {
    let version = environment.current.as_ref()?.version;
    let reverted = format!("v{version} reverts {}", pin.names());
    match watch.map(|watch| watch.verdict) {
        _ if !live.reverts_all => None,
        _ if may_end && pin.ends_by_itself => None,
        _ if may_end => Some(format!("{reverted} and its watch was good")),
        Some(None) => None,
        Some(Some(WatchVerdict::Inconclusive)) => Some(format!("{reverted}; its watch showed no evidence either way")),
        Some(Some(WatchVerdict::Superseded)) | None => Some(format!("{reverted}; it was not watched to the end")),
        Some(Some(WatchVerdict::Good | WatchVerdict::Bad)) => None,
    }
}

/// What reverts the bad changes on the branch.
struct Merged {
    number: Option<u64>,
    at: Option<Time>,
    /// The commit from which on everything that can be is reverted.
    commit: String,
    all: bool,
}

fn merged_revert(service: &ServiceState, pin: &Pin, history: &History<'_>) -> Option<Merged> {
    let tip = service.main.first()?.sha.as_str();
    let commits = pin.bad.iter().flat_map(|one| &one.commits);
    let mut found: Vec<&Commit> = commits.flat_map(|sha| history.reverting(sha, tip)).collect();
    let place = |commit: &&Commit| service.main.iter().position(|other| other.sha == commit.sha).unwrap_or(usize::MAX);
    found.sort_by_key(place);
    let newest = found.first()?;
    let all = carried(&pin.bad, Some(tip), history).reverts_all;
    let at = newest.pull_request_merged_at.or(newest.committed_at);
    Some(Merged { number: newest.pull_request, at, commit: newest.sha.clone(), all })
}

/// The open pull request that reverts the most: of our own making, else by its title.
fn open_revert<'a>(service: &'a ServiceState, pin: &Pin, history: &History<'_>) -> Option<(&'a PullRequest, bool)> {
    let tip = service.main.first().map_or("", |commit| commit.sha.as_str());
    let ours = |pr: &PullRequest, number: u64| service.reverts_opened.contains(&(pr.number, number));
    let titled = |pr: &PullRequest, title: &str| pr.title == revert_title(title);
    let reverts = |pr: &PullRequest| {
        pin.bad.iter().filter(|one| one.change.number.is_some_and(|number| ours(pr, number)) || titled(pr, &one.change.title)).count()
    };
    let into_it = service.pull_requests.iter().filter(|pr| pr.base_branch == service.branch);
    let (most, pr) = into_it.map(|pr| (reverts(pr), pr)).filter(|(n, _)| *n > 0).max_by_key(|(n, pr)| (*n, pr.number))?;
    // The rest must be reverted on the branch already.
    let rest = pin.bad.iter().filter(|one| one.change.number.is_none_or(|number| !ours(pr, number)));
    let all = most > 0 && rest.flat_map(|one| &one.commits).all(|sha| history.reverted(sha, tip) == Reverted::Yes);
    Some((pr, all))
}

fn step(label: &str, state: PinStepState, detail: Option<String>, at: Option<Time>) -> PinStep {
    PinStep { label: label.to_owned(), detail, state, at }
}

fn no_revert(service: &ServiceState) -> Vec<PinStep> {
    let mut steps = vec![step("Opened", PinStepState::Current, Some("none is open".to_owned()), None)];
    steps.push(step("Approved", PinStepState::Later, None, None));
    steps.push(step("Merged", PinStepState::Later, None, None));
    steps.extend(later(service));
    steps
}

/// What follows the merge, with its usual time.
fn later(service: &ServiceState) -> [PinStep; 3] {
    let pipeline = service.usual.pipeline.map(|usual| about(usual.seconds));
    [
        step("Pipeline", PinStepState::Later, pipeline, None),
        step("Live", PinStepState::Later, None, None),
        step("Watch good", PinStepState::Later, None, None),
    ]
}

fn before_merge(service: &ServiceState, pr: &PullRequest) -> Vec<PinStep> {
    let given = pr.reviews.iter().filter(|review| review.state == ReviewState::Approved).count();
    let missing = service.rules.required_approvals.map(|wanted| (wanted as usize).saturating_sub(given));
    let (approved, detail) = match pr.review_decision {
        ReviewDecision::Approved => (PinStepState::Done, None),
        ReviewDecision::None => (PinStepState::Done, Some("none demanded".to_owned())),
        ReviewDecision::ReviewRequired => (PinStepState::Current, missing.filter(|n| *n > 0).map(|n| format!("{n} missing"))),
        ReviewDecision::ChangesRequested => (PinStepState::Current, Some("changes requested".to_owned())),
    };
    let (merged, how) = match (approved, &pr.queue, &pr.auto_merge) {
        (_, Some(entry), _) => (PinStepState::Current, Some(entry.waits().to_owned())),
        (PinStepState::Done, None, Some(_)) => (PinStepState::Current, Some("by auto-merge".to_owned())),
        (PinStepState::Done, None, None) => (PinStepState::Current, Some("by a person".to_owned())),
        (_, None, _) => (PinStepState::Later, None),
    };
    let mut steps = vec![
        step("Opened", PinStepState::Done, None, pr.created_at),
        step("Approved", approved, detail, None),
        step("Merged", merged, how, None),
    ];
    steps.extend(later(service));
    steps
}

fn after_merge(
    service: &ServiceState,
    environment: &Environment,
    merged: &Merged,
    live: &Carried,
    watch: Option<&Watch>,
    history: &History<'_>,
    now: Time,
) -> Vec<PinStep> {
    let mut steps = vec![
        step("Opened", PinStepState::Done, None, None),
        step("Approved", PinStepState::Done, None, None),
        step("Merged", PinStepState::Done, None, merged.at),
    ];
    let is_live = live.reverts_all || contains(environment.current.as_ref().and_then(|r| r.commit.as_deref()), merged, history);
    let pipeline = service.pipelines.iter().find(|pipeline| contains(pipeline.commit.as_deref(), merged, history));
    steps.push(if is_live { step("Pipeline", PinStepState::Done, None, None) } else { of_pipeline(service, environment, pipeline) });
    let since = environment.current.as_ref().and_then(|release| release.updated_at.or(release.released_at)).filter(|_| is_live);
    let passed = pipeline.is_some_and(|pipeline| pipeline.status == PipelineStatus::Passed);
    let released = match (is_live, passed) {
        (true, _) => PinStepState::Done,
        (false, true) => PinStepState::Current,
        (false, false) => PinStepState::Later,
    };
    steps.push(step("Live", released, None, since));
    steps.push(if is_live { of_watch(watch, now) } else { step("Watch good", PinStepState::Later, None, None) });
    steps
}

fn contains(code: Option<&str>, merged: &Merged, history: &History<'_>) -> bool {
    code.is_some_and(|code| history.contains(code, &merged.commit) == Contained::Yes)
}

fn of_pipeline(service: &ServiceState, environment: &Environment, pipeline: Option<&Pipeline>) -> PinStep {
    let names: Vec<&str> = service.environments.iter().map(|e| e.name.as_str()).collect();
    let Some(pipeline) = pipeline else { return step("Pipeline", PinStepState::Current, Some("not seen yet".to_owned()), None) };
    let number = format!("#{}", pipeline.number);
    match (pipeline.status, shipping(pipeline, &environment.name, &names)) {
        (PipelineStatus::Passed, _) => step("Pipeline", PinStepState::Done, Some(number), pipeline.stopped_at),
        (_, Shipping::Waits(approvals)) => step("Pipeline", PinStepState::Current, Some(format!("{number} waits for {approvals}")), None),
        (PipelineStatus::Failed | PipelineStatus::Failing | PipelineStatus::Canceled, _) => {
            step("Pipeline", PinStepState::Current, Some(format!("{number} is {}", pipeline.status)), pipeline.stopped_at)
        }
        (PipelineStatus::OnHold | PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Unknown, _) => {
            let left = pipeline.eta_seconds.map_or(number.clone(), |left| about(left as f64));
            step("Pipeline", PinStepState::Current, Some(left), None)
        }
    }
}

fn of_watch(watch: Option<&Watch>, now: Time) -> PinStep {
    let label = "Watch good";
    let Some(watch) = watch else { return step(label, PinStepState::Unknown, Some("not watched".to_owned()), None) };
    let said = |state, text: &str| step(label, state, Some(text.to_owned()), watch.ended_at);
    match watch.verdict {
        Some(WatchVerdict::Good) => step(label, PinStepState::Done, None, watch.ended_at),
        Some(WatchVerdict::Bad) => said(PinStepState::Current, "it was bad"),
        Some(WatchVerdict::Inconclusive) => said(PinStepState::Unknown, "no evidence either way"),
        Some(WatchVerdict::Superseded) => said(PinStepState::Unknown, "not watched to the end"),
        None => {
            let passed = (now.since(watch.began_at) / 60.0).max(0.0) as u64 + 1;
            let whole = watch.length_seconds / 60;
            step(label, PinStepState::Current, Some(format!("minute {} of {whole}", passed.min(whole))), None)
        }
    }
}
