//! What is on its way to an environment and would replace what a plan makes live.

use super::sources::PlanSources;
use futures::future::{join, join_all};
use slipway_domain::environment::Environment;
use slipway_domain::estimate;
use slipway_domain::history::{Contained, History, RevertEvidence};
use slipway_domain::humanize::{list, short};
use slipway_domain::lineage;
use slipway_domain::pending_approvals::{gates, pending_approvals};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::shipment::{InFlight, InFlightKind};
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::status::{JobStatus, PipelineStatus, ReleaseStatus};
use slipway_domain::time::Time;

/// Pipelines read in detail for one plan; more of them are said not to have been read.
const DETAILED: usize = 12;

/// Pipelines of commits that the board does not know yet, of which what they carry is read.
const UNLOADED: usize = 3;

/// The pipelines of the branch, as the CI lists them now.
#[derive(Default)]
pub(super) struct Listed {
    pub pipelines: Vec<Pipeline>,
    /// Why the list is not known to be whole.
    pub gap: Option<String>,
}

/// Code that a plan makes live.
pub(super) struct Made<'a> {
    pub environment: &'a Environment,
    pub commit: Option<&'a str>,
    /// When that code was first live, or is to be: older pipelines cannot carry newer code.
    pub since: Option<Time>,
}

/// One request, beside the plan's other reads.
pub(super) async fn listed(sources: &PlanSources, state: &ServiceState) -> Listed {
    let (ci, project) = match (sources.accounts.ci(&state.config), &state.config.ci) {
        (Ok(Some(ci)), Some(project)) => (ci, project),
        (Ok(_), _) => return Listed::default(),
        (Err(error), _) => return Listed { pipelines: state.pipelines.clone(), gap: Some(not_read(&error)) },
    };
    match ci.pipelines(&project.project, &state.branch).await {
        Ok(fresh) => Listed { pipelines: with_known(fresh, &state.pipelines), gap: None },
        Err(error) => Listed { pipelines: state.pipelines.clone(), gap: Some(not_read(&error)) },
    }
}

fn not_read(error: &slipway_vendor::ReadError) -> String {
    format!("What is in flight could not be read: {error}")
}

/// Where the list does not tell the state of a pipeline, its known state is used. Older pipelines that still
/// run are kept.
fn with_known(fresh: Vec<Pipeline>, known: &[Pipeline]) -> Vec<Pipeline> {
    let older: Vec<Pipeline> = known.iter().filter(|k| !k.status.is_over() && fresh.iter().all(|p| p.id != k.id)).cloned().collect();
    let told = |listed: Pipeline| match known.iter().find(|k| k.id == listed.id && k.workflows.is_some()) {
        Some(known) if listed.status == PipelineStatus::Unknown || listed.status == known.status => known.clone(),
        Some(known) => Pipeline { workflows: known.workflows.clone(), jobs: known.jobs.clone(), ..listed },
        None => listed,
    };
    fresh.into_iter().map(told).chain(older).collect()
}

/// Reads again those of `wanted`: what the list does not tell, what moves, and what may have been run
/// again since. Returns those that could be read, with a sentence for those that could not.
pub(super) async fn followed(sources: &PlanSources, state: &ServiceState, wanted: Vec<Pipeline>) -> (Vec<Pipeline>, Option<String>) {
    let Ok(Some(ci)) = sources.accounts.ci(&state.config) else { return (wanted, None) };
    let mut unread: Vec<String> = wanted.iter().skip(DETAILED).map(name).collect();
    let read = join_all(wanted.iter().take(DETAILED).map(|pipeline| ci.details(pipeline))).await;
    let mut found = Vec::new();
    for (pipeline, read) in wanted.iter().zip(read) {
        match read {
            Ok(mut read) => {
                estimate::apply(&mut read, &state.usual, sources.clock.now());
                found.push(read);
            }
            Err(error) => {
                tracing::info!(service = state.name, %error, "a pipeline was not read for a plan");
                unread.push(name(pipeline));
                found.push(pipeline.clone());
            }
        }
    }
    let gap = (!unread.is_empty()).then(|| format!("{} could not be read as now", list(&unread)));
    (found, gap)
}

fn name(pipeline: &Pipeline) -> String {
    format!("pipeline #{}", pipeline.number)
}

/// The pipelines that may carry code which `made` does not contain.
pub(super) fn newer_than<'p>(pipelines: &'p [Pipeline], made: &Made<'_>, history: &History<'_>) -> Vec<&'p Pipeline> {
    let loaded = made.commit.and_then(|commit| history.commit(commit));
    let since = loaded.and_then(|commit| commit.committed_at).or(made.since);
    // A pipeline that was created before the code existed was created for older code.
    let by_time = |pipeline: &Pipeline| since.zip(pipeline.created_at).is_none_or(|(since, created)| created >= since);
    let newer = |pipeline: &&Pipeline| {
        let (Some(own), Some(made)) = (pipeline.commit.as_deref(), made.commit) else {
            return by_time(pipeline);
        };
        match history.contains(made, own) {
            Contained::Yes => false,
            Contained::No => true,
            Contained::Unknown => by_time(pipeline),
        }
    };
    pipelines.iter().filter(newer).collect()
}

/// Everything that would replace `made`, with what it carries.
pub(super) async fn over(
    sources: &PlanSources,
    state: &ServiceState,
    made: &Made<'_>,
    listed: &Listed,
    extra: &[Commit],
) -> (Vec<InFlight>, Vec<String>) {
    let evidence = RevertEvidence::default();
    let commits: Vec<Commit> = state.main.iter().chain(extra).cloned().collect();
    let history = History::new(&commits, &evidence);
    let wanted: Vec<Pipeline> = newer_than(&listed.pipelines, made, &history).into_iter().cloned().collect();
    let missing: Vec<&Pipeline> = wanted.iter().filter(|p| p.commit.as_deref().is_some_and(|sha| history.commit(sha).is_none())).collect();
    let carried = join_all(missing.iter().take(UNLOADED).map(|pipeline| between(sources, state, made, pipeline)));
    let built = build(sources, state, made.environment);
    let ((followed, carried), built) = join(join(followed(sources, state, wanted.clone()), carried), built).await;
    let mut all = commits.clone();
    all.extend(carried.into_iter().flatten());
    let (pipelines, unread) = followed;
    let mut gaps: Vec<String> = listed.gap.iter().cloned().chain(unread).collect();
    let mut in_flight: Vec<InFlight> = pipelines.iter().filter_map(|pipeline| of_pipeline(state, made, pipeline, &all)).collect();
    in_flight.extend(of_release(made));
    match built {
        Ok(found) => in_flight.extend(found.filter(|build| !is_of_pipeline(build, &pipelines)).map(|build| build.in_flight)),
        Err(error) => gaps.push(error),
    }
    in_flight.extend(queued(state));
    (in_flight, gaps)
}

async fn between(sources: &PlanSources, state: &ServiceState, made: &Made<'_>, pipeline: &Pipeline) -> Vec<Commit> {
    let (Some(base), Some(head)) = (made.commit, pipeline.commit.as_deref()) else { return Vec::new() };
    let Ok(host) = sources.accounts.code_host(&state.config) else { return Vec::new() };
    super::ranges::commits_between(&*host, state, base, head).await.unwrap_or_default()
}

/// None for what is over, and for what waits for the approval of other environments only.
fn of_pipeline(state: &ServiceState, made: &Made<'_>, pipeline: &Pipeline, commits: &[Commit]) -> Option<InFlight> {
    let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
    let waits: Vec<String> = match pipeline.status {
        PipelineStatus::Passed | PipelineStatus::Failed | PipelineStatus::Canceled => return None,
        PipelineStatus::OnHold | PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing | PipelineStatus::Unknown => {
            let open = pending_approvals(pipeline)
                .into_iter()
                .filter(|hold| gates(pipeline, hold.job, &names).contains(&made.environment.name.as_str()));
            open.map(|hold| hold.job.name.clone()).collect()
        }
    };
    let others_may_approve = pipeline.jobs.iter().any(|job| job.status == JobStatus::OnHold);
    if waits.is_empty() && pipeline.status == PipelineStatus::OnHold && !pending_approvals(pipeline).is_empty() {
        return None;
    }
    let waits_for = match waits[..] {
        [] if pipeline.status == PipelineStatus::OnHold && others_may_approve => Some("an approval".to_owned()),
        [] => None,
        _ => Some(format!("approval of {}", list(&waits))),
    };
    let carried = made.commit.zip(pipeline.commit.as_deref()).and_then(|(base, head)| lineage::between(commits, base, head));
    let unknown = carried.is_none().then_some(pipeline.pull_request).flatten();
    let carries = carried.map(|commits| lineage::pull_requests(&commits)).unwrap_or_default();
    Some(InFlight {
        kind: InFlightKind::Pipeline,
        id: pipeline.id.clone(),
        label: format!("Pipeline #{}", pipeline.number),
        carries: carries.into_iter().chain(unknown).collect(),
        ships_in_seconds: pipeline.eta_seconds,
        waits_for,
    })
}

fn of_release(made: &Made<'_>) -> Option<InFlight> {
    let pending = made.environment.releases.iter().find(|release| release.status == ReleaseStatus::Pending)?;
    Some(InFlight {
        kind: InFlightKind::Release,
        id: pending.id.clone(),
        label: format!("Release v{}", pending.version),
        carries: pending.pull_requests.clone().unwrap_or_default(),
        ships_in_seconds: None,
        waits_for: None,
    })
}

/// A build that is under way, and the commit it builds.
struct PendingBuild {
    in_flight: InFlight,
    commit: Option<String>,
}

fn is_of_pipeline(build: &PendingBuild, pipelines: &[Pipeline]) -> bool {
    pipelines.iter().any(|pipeline| !pipeline.status.is_over() && pipeline.commit.is_some() && pipeline.commit == build.commit)
}

/// A build of the app itself is live when it is done; one of a build app waits to be released.
async fn build(sources: &PlanSources, state: &ServiceState, environment: &Environment) -> Result<Option<PendingBuild>, String> {
    let app = environment.build_app.as_ref().unwrap_or(&environment.app);
    let unread = |error: slipway_vendor::ReadError| format!("What {app} builds could not be read: {error}");
    let platform = sources.accounts.platform(&state.config, app).map_err(unread)?;
    let build = platform.newest_build(app).await.map_err(unread)?.filter(|build| build.status == ReleaseStatus::Pending);
    Ok(build.map(|build| {
        let code = build.commit.as_deref().map_or_else(String::new, |sha| format!(" of {}", short(sha)));
        let in_flight = InFlight {
            kind: InFlightKind::Build,
            id: build.id,
            label: format!("The build{code} on {app}"),
            carries: Vec::new(),
            ships_in_seconds: None,
            waits_for: environment.build_app.as_ref().filter(|own| **own != environment.app).map(|_| "its release".to_owned()),
        };
        PendingBuild { in_flight, commit: build.commit }
    }))
}

/// Pull requests that the host merges by itself: as the board knows them.
fn queued(state: &ServiceState) -> Vec<InFlight> {
    let of = |kind, number: u64, label: String, seconds| InFlight {
        kind,
        id: format!("#{number}"),
        label,
        carries: vec![number],
        ships_in_seconds: seconds,
        waits_for: None,
    };
    let waiting = state.pull_requests.iter().filter_map(|pr| match (&pr.queue, &pr.auto_merge) {
        (Some(entry), _) => Some(of(InFlightKind::MergeQueue, pr.number, format!("#{} {}: {}", pr.number, pr.title, entry.place()), None)),
        (None, Some(_)) => Some(of(InFlightKind::AutoMerge, pr.number, format!("#{} {}: auto-merge is on", pr.number, pr.title), None)),
        (None, None) => None,
    });
    waiting.collect()
}
