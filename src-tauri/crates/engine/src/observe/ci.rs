//! The CI: its newest pipelines, what of them is read in detail, and runs of old ones.

use super::observation::CiObservation;
use super::read_memory::ReadMemory;
use super::statistics::{self, FirstWorkflow, is_push};
use super::{DETAILED, Depth};
use crate::accounts::Accounts;
use crate::store::Store;
use futures::future::{join, join_all};
use slipway_domain::evidence::pipelines::failed_pipelines;
use slipway_domain::pipeline::{Pipeline, Trigger};
use slipway_domain::schedule::moves;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::status::PipelineStatus;
use slipway_http::Urgency;
use slipway_vendor::{Ci, ReadError, RunRef};
use std::collections::HashSet;

/// Pipelines read in detail by a first read.
const FIRST_PIPELINES: usize = 2;
/// Moving pipelines followed at once.
const FOLLOWED: usize = 6;
/// Pipelines kept that the CI's newest page no longer lists.
const OLDER: usize = 30;
/// Rotation, where the CI does not tell what ran lately: pipelines of so many seconds, each so
/// many seconds after its last read, at most so many a read.
const SWEPT_DAYS: f64 = 2.0 * 86_400.0;
const SWEEP_EVERY: f64 = 240.0;
const SWEEP: usize = 6;

pub(super) async fn read(
    accounts: &Accounts,
    store: &Store,
    memory: &ReadMemory,
    state: &ServiceState,
    depth: Depth,
    urgency: Urgency,
) -> Result<CiObservation, ReadError> {
    let (Some(ci), Some(project)) = (accounts.ci(&state.config)?, &state.config.ci) else {
        return Ok(CiObservation { pipelines: vec![], listed: true, past: None, runs: None, trouble: None });
    };
    let asked_first = match depth {
        Depth::Runs if is_calm(state) => Some(ask_runs(memory, state, &*ci, &project.project).await),
        Depth::List => Some(RunsAnswer::NotAsked),
        Depth::Whole | Depth::Releases | Depth::Instances | Depth::Runs => None,
    };
    if let Some(RunsAnswer::Listed(runs)) = &asked_first {
        let before = store.known_runs(&state.name, &project.project);
        if before.is_some() && new_runs(runs, before.as_deref(), &state.pipelines).is_empty() {
            let runs = Some(runs.iter().map(|run| run.workflow.clone()).collect());
            return Ok(CiObservation { pipelines: state.pipelines.clone(), listed: false, past: None, runs, trouble: None });
        }
    }
    let mut pipelines = ci.pipelines(&project.project, &state.branch).await?;
    let kept = kept(state, &*ci, &pipelines);
    pipelines.extend(others(memory, state, &*ci, &project.project).await);
    let mut told: Vec<Told> = pipelines.iter_mut().map(|pipeline| keep_known(pipeline, state)).collect();
    for pipeline in kept {
        if pipelines.iter().all(|listed| listed.id != pipeline.id) {
            pipelines.push(pipeline);
        }
    }
    told.resize(pipelines.len(), Told::Nothing);
    let asked = match asked_first {
        Some(asked) => asked,
        None => ask_runs(memory, state, &*ci, &project.project).await,
    };
    let again = reruns(store, asked, state, &*ci, &project.project, &mut pipelines).await;
    told.resize(pipelines.len(), Told::Nothing);
    let recent: Vec<&str> = pipelines.iter().take(DETAILED).map(|pipeline| pipeline.id.as_str()).collect();
    let resting = memory.not_to_be_read(&recent).await;
    let wanted = wanted_details(memory, state, &pipelines, &told, &again, &resting, urgency);
    let (workflow, named) = FirstWorkflow::of(&pipelines);
    let details = async {
        let details = join_all(wanted.iter().map(|i| workflow.details(&*ci, &pipelines[*i]))).await;
        // What waits for a name that nobody will tell ends.
        drop(workflow);
        details
    };
    let (details, past) = join(details, statistics::read(memory, state, &*ci, &project.project, named)).await;
    let mut trouble = None;
    for (i, detail) in wanted.into_iter().zip(details) {
        match detail {
            Ok(detail) => {
                memory.note_pipeline_read(&detail.id);
                pipelines[i] = detail;
            }
            // The error is told only of pipelines that are expected to have changed: of others what is shown still holds.
            Err(error) if is_awaited(state, &pipelines, i, told[i], &again) => trouble = Some(error),
            Err(error) => {
                tracing::info!(service = state.name, %error, "an older pipeline was not read");
                memory.note_unread(&pipelines[i].id, &error);
                memory.note_pipeline_read(&pipelines[i].id);
            }
        }
    }
    pipelines.sort_by(|a, b| b.is_newer_than(a).cmp(&a.is_newer_than(b)));
    let runs = match again {
        // What could not be read of them is news for the next read.
        Reruns::Listed { runs, .. } if trouble.is_none() => Some(runs),
        Reruns::Listed { .. } | Reruns::NotAsked | Reruns::Unsupported => None,
    };
    Ok(CiObservation { pipelines, listed: true, past, runs, trouble })
}

/// The newest pipeline is read, and nothing that is known moves or waits for a person: a new run changes it, or a new
/// pipeline that nothing ran of, which the list tells.
fn is_calm(state: &ServiceState) -> bool {
    let is_well = state.source(&Source::Ci).is_some_and(|source| source.error.is_none());
    is_well
        && state.pipelines.first().is_some_and(|newest| newest.workflows.is_some())
        && !state.pipelines.iter().any(|pipeline| pipeline.status.is_moving() || pipeline.status == PipelineStatus::OnHold)
        && !moves(state, &Source::Ci)
}

/// What the newest page does not list and is kept: older pipelines, those that no push started where
/// they are a list of their own, and those by which the branch is red, wherever they have gone.
fn kept(state: &ServiceState, ci: &dyn Ci, listed: &[Pipeline]) -> Vec<Pipeline> {
    let red: HashSet<&str> = failed_pipelines(state).into_iter().map(|pipeline| pipeline.id.as_str()).collect();
    let older = |p: &Pipeline| listed.last().is_none_or(|oldest| oldest.is_newer_than(p));
    let apart = |p: &Pipeline| ci.lists_only_pushes() && !matches!(p.trigger, None | Some(Trigger::Push));
    let wanted = |p: &&Pipeline| older(p) || apart(p) || red.contains(p.id.as_str());
    let rank = |(at, p): &(usize, &Pipeline)| *at < OLDER || red.contains(p.id.as_str());
    state.pipelines.iter().filter(wanted).enumerate().filter(rank).map(|(_, pipeline)| pipeline.clone()).collect()
}

/// Pipelines that no push started, where they are a list of their own. When it cannot be read, the others are
/// still told.
async fn others(memory: &ReadMemory, state: &ServiceState, ci: &dyn Ci, project: &str) -> Vec<Pipeline> {
    if !ci.lists_only_pushes() || !memory.may_ask_others(&state.name) {
        return Vec::new();
    }
    match ci.other_pipelines(project, &state.branch).await {
        Ok(found) => found,
        Err(error) => {
            tracing::info!(service = state.name, %error, "what no push started was not read");
            Vec::new()
        }
    }
}

/// Whether the pipeline is expected to have changed: what is shown is older than it says while it is
/// not read.
fn is_awaited(state: &ServiceState, all: &[Pipeline], at: usize, told: Told, again: &Reruns) -> bool {
    let pipeline = &all[at];
    let runs_again = matches!(again, Reruns::Listed { again, .. } if again.contains(&pipeline.id));
    let mut read = state.pipelines.iter().filter(|known| known.workflows.is_some()).peekable();
    let is_newest = match read.peek() {
        Some(_) => read.all(|known| pipeline.is_newer_than(known)),
        None => all.iter().all(|other| !other.is_newer_than(pipeline)),
    };
    let is_new = pipeline.workflows.is_none() && is_newest;
    told == Told::Changed || pipeline.status.is_moving() || pipeline.status == PipelineStatus::OnHold || is_new || runs_again
}

/// What the CI's list said of a pipeline beside that there is one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Nothing of its state.
    Nothing,
    /// The state that is known already.
    Known,
    /// Another state than is known: it went on, or ran again.
    Changed,
}

/// Puts what was read of a pipeline in the place of what the list says.
fn keep_known(pipeline: &mut Pipeline, state: &ServiceState) -> Told {
    let known = state.pipelines.iter().find(|known| known.id == pipeline.id && known.workflows.is_some());
    let told = match known {
        _ if pipeline.status == PipelineStatus::Unknown => Told::Nothing,
        Some(known) if (known.status, known.stopped_at) != (pipeline.status, pipeline.stopped_at) => Told::Changed,
        Some(_) | None => Told::Known,
    };
    if let Some(known) = known {
        // What an older version stored does not tell what started it.
        let trigger = pipeline.trigger.or(known.trigger);
        *pipeline = Pipeline { continues: pipeline.continues, trigger, ..known.clone() };
    }
    told
}

/// What is known of runs that the list of pipelines does not show.
enum Reruns {
    /// Asked by what ran lately: the pipelines (by id) that have a run which is not known, and all
    /// those runs.
    Listed { again: Vec<String>, runs: Vec<String> },
    /// Not asked this time.
    NotAsked,
    /// The CI does not tell: recent pipelines are read again in rotation.
    Unsupported,
}

/// Finds runs of old pipelines. A rerun changes nothing in a list that is by creation, so what
/// ran lately is asked as well, in one request a read (every 15 s at most): a rerun of a pipeline
/// of any age is seen by the first read of the CI after it began, which is within 15 s while the
/// service is shown, 45 s otherwise and six minutes while the window is hidden.
///
/// Where the CI has no such list, stopped pipelines of the last two days are read again in
/// rotation, each four minutes after its last read, up to [`SWEEP`] a read: within five minutes
/// with up to 30 such pipelines, more slowly with more (50 are known at most).
async fn reruns(
    store: &Store,
    asked: RunsAnswer,
    state: &ServiceState,
    ci: &dyn Ci,
    project: &str,
    pipelines: &mut Vec<Pipeline>,
) -> Reruns {
    let runs = match asked {
        RunsAnswer::Listed(runs) => runs,
        RunsAnswer::NotAsked => return Reruns::NotAsked,
        RunsAnswer::Unsupported => return Reruns::Unsupported,
    };
    let before = store.known_runs(&state.name, project);
    let new = new_runs(&runs, before.as_deref(), pipelines);
    let mut again = Vec::new();
    for run in new.into_iter().take(FOLLOWED) {
        let of_commit: Vec<&Pipeline> = pipelines.iter().filter(|p| p.commit.is_some() && p.commit == run.commit).collect();
        match of_commit[..] {
            [pipeline] => again.push(pipeline.id.clone()),
            // A commit may have several: a push's and a nightly one.
            [] | [_, _, ..] => match ci.pipeline_of(project, &run.workflow).await {
                Ok(pipeline) if pipeline.branch.as_deref() == Some(&state.branch) => {
                    again.push(pipeline.id.clone());
                    if pipelines.iter().all(|known| known.id != pipeline.id) {
                        pipelines.push(pipeline);
                    }
                }
                Ok(_) => {}
                Err(error) => tracing::info!(service = state.name, %error, "the pipeline of a run was not read"),
            },
        }
    }
    Reruns::Listed { again, runs: runs.into_iter().map(|run| run.workflow).collect() }
}

/// What the CI was asked of what ran lately, and answered.
enum RunsAnswer {
    Listed(Vec<RunRef>),
    NotAsked,
    Unsupported,
}

async fn ask_runs(memory: &ReadMemory, state: &ServiceState, ci: &dyn Ci, project: &str) -> RunsAnswer {
    if is_first_read(state) {
        return RunsAnswer::NotAsked;
    }
    if !memory.may_ask_runs(&state.name, project).await {
        return if memory.runs_are_unsupported(project).await { RunsAnswer::Unsupported } else { RunsAnswer::NotAsked };
    }
    match ci.newest_runs(project, &state.branch).await {
        Ok(Some(runs)) => RunsAnswer::Listed(runs),
        Ok(None) => {
            memory.note_runs_unsupported(project);
            RunsAnswer::Unsupported
        }
        Err(error) => {
            tracing::info!(service = state.name, %error, "what ran lately was not read");
            RunsAnswer::NotAsked
        }
    }
}

/// Runs that neither a pipeline nor the list before has. In the first list only those count that
/// are newer than what ran for the newest pipeline: the others are the past.
fn new_runs<'a>(runs: &'a [RunRef], before: Option<&[String]>, pipelines: &[Pipeline]) -> Vec<&'a RunRef> {
    let known: HashSet<&str> = pipelines.iter().flat_map(|p| p.workflows.iter().flatten()).map(|w| w.id.as_str()).collect();
    let newest = pipelines.first().and_then(|p| p.commit.as_ref());
    let past = runs.iter().position(|run| run.commit.as_ref() == newest).unwrap_or(0);
    let unheard = |at: usize, run: &RunRef| match before {
        Some(before) => !before.contains(&run.workflow),
        None => at < past,
    };
    runs.iter().enumerate().filter(|(at, run)| !known.contains(run.workflow.as_str()) && unheard(*at, run)).map(|(_, run)| run).collect()
}

fn is_first_read(state: &ServiceState) -> bool {
    state.pipelines.iter().all(|p| p.workflows.is_none())
}

/// Indices of the pipelines to read in detail now.
fn wanted_details(
    memory: &ReadMemory,
    state: &ServiceState,
    pipelines: &[Pipeline],
    told: &[Told],
    again: &Reruns,
    resting: &HashSet<String>,
    urgency: Urgency,
) -> Vec<usize> {
    if is_first_read(state) {
        return first_details(pipelines);
    }
    let moved = |i: &usize| is_awaited(state, pipelines, *i, told[*i], again);
    let mut wanted: Vec<usize> = (0..pipelines.len()).filter(moved).take(FOLLOWED).collect();
    // Where the CI does not tell what ran lately, looking around is reading old pipelines again.
    if memory.looks_around() && !matches!(again, Reruns::Unsupported) {
        return wanted;
    }
    // Pipelines of several workflows cost more than one quiet refresh may: only a running
    // program catches up on them.
    let affordable = memory.polls() || state.pipelines.iter().all(|p| p.newest_workflows().len() <= 1);
    let recent = pipelines.len().min(DETAILED);
    let may = |i: &usize| pipelines[*i].workflows.is_none() && !wanted.contains(i) && !resting.contains(&pipelines[*i].id);
    let unread = (0..recent).find(|i| affordable && may(i)).filter(|_| memory.may_catch_up("pipelines", urgency));
    match (unread, again) {
        (Some(unread), _) => wanted.push(unread),
        // A list that tells what became of its pipelines tells of a rerun too.
        (None, Reruns::Unsupported) => {
            let swept = swept(memory, pipelines, |i| told[i] == Told::Nothing && !wanted.contains(&i));
            wanted.extend(swept);
        }
        (None, Reruns::Listed { .. } | Reruns::NotAsked) => {}
    }
    wanted
}

/// The newest pipeline and the newest one that a push started: the workflows of a push tell the other
/// triggers apart.
fn first_details(pipelines: &[Pipeline]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..pipelines.len()).collect();
    order.sort_by(|a, b| pipelines[*b].is_newer_than(&pipelines[*a]).cmp(&pipelines[*a].is_newer_than(&pipelines[*b])));
    let pushed = order.iter().copied().find(|i| is_push(&pipelines[*i]));
    let mut wanted: Vec<usize> = order.first().copied().into_iter().chain(pushed).collect();
    wanted.extend(order.into_iter().skip(1));
    let mut first = Vec::new();
    for i in wanted {
        if !first.contains(&i) {
            first.push(i);
        }
    }
    first.truncate(FIRST_PIPELINES);
    first
}

/// Those read longest ago first; a program that does not stay reads one.
fn swept(memory: &ReadMemory, pipelines: &[Pipeline], may: impl Fn(usize) -> bool) -> Vec<usize> {
    let now = memory.now();
    let recent = |p: &Pipeline| p.workflows.is_some() && p.created_at.is_some_and(|at| now.since(at) < SWEPT_DAYS);
    let due = |p: &Pipeline| memory.pipeline_read_at(&p.id).is_none_or(|at| now.since(at) >= SWEEP_EVERY);
    let mut due: Vec<usize> = (0..pipelines.len()).filter(|i| may(*i) && recent(&pipelines[*i]) && due(&pipelines[*i])).collect();
    due.sort_by_key(|i| memory.pipeline_read_at(&pipelines[*i].id));
    due.truncate(if memory.polls() { SWEEP } else { 1 });
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifier::pipeline::bare_pipeline;
    use slipway_domain::pipeline::Workflow;

    fn pipeline(id: &str, commit: &str, workflows: &[&str]) -> Pipeline {
        let run = |id: &&str| Workflow::bare(*id, "w", PipelineStatus::Passed);
        Pipeline { commit: Some(commit.into()), workflows: Some(workflows.iter().map(run).collect()), ..bare_pipeline(id) }
    }

    #[test]
    fn a_run_nobody_knows_is_a_rerun() {
        let run = |workflow: &str, commit: &str| RunRef { workflow: workflow.into(), commit: Some(commit.into()) };
        let known = [pipeline("new", "c9", &["w9"]), pipeline("old", "c1", &["w1"])];
        let listed = [run("w1b", "c1"), run("w9", "c9"), run("w5", "c5"), run("w1", "c1")];
        let ids = |runs: Vec<&RunRef>| runs.into_iter().map(|r| r.workflow.clone()).collect::<Vec<_>>();
        // Without a list before, what is older than the newest pipeline's run is the past.
        assert_eq!(ids(new_runs(&listed, None, &known)), ["w1b"]);
        let before = ["w9".to_owned(), "w1".to_owned()];
        assert_eq!(ids(new_runs(&listed, Some(&before), &known)), ["w1b", "w5"]);
        assert!(new_runs(&listed, Some(&listed.clone().map(|r| r.workflow)), &known).is_empty());
    }
}
