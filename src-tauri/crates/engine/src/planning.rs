//! Reads what a plan needs, fresh from the source, and hands it to the domain's guards.

use crate::board::migrations_of;
use crate::run::Core;
use crate::sync::RELEASES;
use futures::future::join;
use slipway_domain::action::Action;
use slipway_domain::environment::Environment;
use slipway_domain::guard::{
    Crossing, MergeFacts, RevertFacts, RollbackFacts, approvable, cancelable, choose_target, plan_approve, plan_cancel, plan_merge,
    plan_rerun, plan_revert, plan_rollback, rerunnable,
};
use slipway_domain::lineage::{self, live, pull_requests};
use slipway_domain::pipeline::{Pipeline, Workflow};
use slipway_domain::plan::{CrossedConfig, CrossedMigration, LeavingPullRequest, Plan};
use slipway_domain::pull_request::{PullRequest, judge};
use slipway_domain::release::{Cause, Release};
use slipway_domain::service::is_migration;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::status::MergeMethod;
use slipway_providers::{CodeHost, Platform, PullRequestNow, PullRequestState, ReadError};
use std::sync::Arc;

/// A page of releases when a target is searched further back.
const PAGE: usize = 200;
/// Pages read before a search for a target is given up: 10,000 releases.
const PAGES: usize = 50;

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("{0}")]
    NotFound(String),
    /// More than one thing answers to the name.
    #[error("{0}")]
    Ambiguous(String),
    /// There is nothing such an action could do; no plan can be shown.
    #[error("{0}")]
    Impossible(String),
    #[error("{0}")]
    Read(#[from] ReadError),
}

impl PlanError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Ambiguous(_) => "ambiguous",
            Self::Impossible(_) => "denied",
            Self::Read(_) => "unreachable",
        }
    }
}

/// `id` names the plan; a plan made again for the same consent keeps it.
pub async fn plan(core: &Arc<Core>, state: &ServiceState, action: &Action, id: String) -> Result<Plan, PlanError> {
    match action {
        Action::Merge { number, method, .. } => merge(core, state, *number, *method, id).await,
        Action::Revert { number, .. } => revert(core, state, *number, id).await,
        Action::RollBack { environment, to, reason, .. } => roll_back(core, state, environment, *to, reason.clone(), id).await,
        Action::Rerun { pipeline, .. } => {
            let found = fresh_pipeline(core, state, pipeline).await?;
            let workflow = the_one(&found, rerunnable(&found), pipeline)?;
            Ok(asked(action, plan_rerun(&state.name, &found, workflow, id, core.now())))
        }
        Action::Cancel { pipeline, .. } => {
            let found = fresh_pipeline(core, state, pipeline).await?;
            let workflow = the_one(&found, cancelable(&found), pipeline)?;
            Ok(asked(action, plan_cancel(&state.name, &found, workflow, id, core.now())))
        }
        Action::Approve { pipeline, .. } => {
            let found = fresh_pipeline(core, state, pipeline).await?;
            let workflow = the_one(&found, approvable(&found), pipeline)?;
            Ok(asked(action, plan_approve(&state.name, &found, workflow, id, core.now())))
        }
    }
}

/// Planned again, it must mean the same: a workflow that was named stays named.
fn asked(action: &Action, plan: Plan) -> Plan {
    Plan { action: action.clone(), ..plan }
}

/// The workflow an action means. Several are named, so that one can be asked for by its id.
fn the_one<'a>(pipeline: &Pipeline, candidates: Vec<&'a Workflow>, wanted: &str) -> Result<Option<&'a Workflow>, PlanError> {
    // One that was named is meant alone, also when nothing can be done to it any more.
    if has_workflow(pipeline, wanted) {
        return Ok(candidates.into_iter().find(|w| w.id == wanted));
    }
    if let [_, _, ..] = candidates[..] {
        let list: Vec<String> = candidates.iter().map(|w| format!("{} {}", w.name, w.id)).collect();
        return Err(PlanError::Ambiguous(format!(
            "{} workflows could be meant; name one by its id: {}",
            candidates.len(),
            list.join(", ")
        )));
    }
    Ok(candidates.first().copied())
}

async fn merge(core: &Arc<Core>, state: &ServiceState, number: u64, method: Option<MergeMethod>, id: String) -> Result<Plan, PlanError> {
    let host = core.connections.code_host()?;
    let PullRequestNow { mut pull_request, state: open, rules, merge_methods, .. } = host.pull_request(&state.repo, number).await?;
    fill_files(&*host, &mut pull_request, state).await;
    judge(&mut pull_request, &rules);
    let facts = MergeFacts {
        service: &state.name,
        repo: &state.repo,
        branch: &state.branch,
        pr: &pull_request,
        open: open == PullRequestState::Open,
        merged: open == PullRequestState::Merged,
        methods: &merge_methods,
        usual: state.usual.pipeline,
    };
    Ok(plan_merge(&facts, method, id, core.now()))
}

async fn revert(core: &Arc<Core>, state: &ServiceState, number: u64, id: String) -> Result<Plan, PlanError> {
    let host = core.connections.code_host()?;
    let now = host.pull_request(&state.repo, number).await?;
    let mut pr = now.pull_request;
    if pr.migrations.is_none()
        && let Ok(files) = host.files_of_range(&state.repo, &[number], &[]).await
    {
        pr.migrations = Some(files.into_iter().map(|f| f.path).filter(|p| is_migration(p, &state.config.migration_paths)).collect());
    }
    // GitHub's own words in the body of every revert, by whoever made it.
    let open_revert = host.find_revert(&state.repo, &format!("Reverts {}#{number}", state.repo)).await.ok().flatten().map(|pr| pr.number);
    let facts = RevertFacts {
        service: &state.name,
        repo: &state.repo,
        branch: &state.branch,
        pr: &pr,
        merged: now.state == PullRequestState::Merged,
        merge_commit: now.merge_commit.as_deref(),
        open_revert,
        usual: state.usual.pipeline,
    };
    Ok(plan_revert(&facts, id, core.now()))
}

/// The files of this very head: known, or asked for. Not known is said by the plan.
async fn fill_files(host: &dyn CodeHost, pr: &mut PullRequest, state: &ServiceState) {
    if let Some(known) = state.pull_request(pr.number).filter(|k| k.head_sha == pr.head_sha && k.files.is_some()) {
        pr.files = known.files.clone();
        pr.files_complete = known.files_complete;
        pr.behind_by = pr.behind_by.or(known.behind_by);
    } else if let Ok(found) = host.changed_files(std::slice::from_ref(&pr.node_id)).await
        && let Some(of) = found.into_iter().find(|f| f.head_sha == pr.head_sha)
    {
        pr.files = Some(of.files);
        pr.files_complete = of.complete;
    }
    pr.migrations = migrations_of(pr, &state.config.migration_paths);
}

async fn roll_back(
    core: &Arc<Core>,
    state: &ServiceState,
    name: &str,
    to: Option<u64>,
    reason: Option<String>,
    id: String,
) -> Result<Plan, PlanError> {
    let platform = core.connections.platform()?;
    let known = state.environment(name).ok_or_else(|| {
        let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        PlanError::NotFound(format!("{} has no environment {name}. It has: {names}.", state.name))
    })?;
    let mut environment = known.clone();
    read_releases(core, &*platform, &mut environment, &state.main).await?;
    let target = find_target(&*platform, &mut environment, to, &state.main).await?;
    let now = live(&environment.releases)
        .cloned()
        .ok_or_else(|| PlanError::Impossible(format!("Nothing is known to run on {}", environment.app)))?;
    let (now, target) = with_commits(core, &environment.app, now, target).await;
    for release in &mut environment.releases {
        if release.version == now.version {
            release.commit.clone_from(&now.commit);
        }
    }
    let crossing = crossing(core, state, &*platform, &environment, &now, &target).await;
    let facts = RollbackFacts {
        service: &state.name,
        environment: &environment,
        target: &target,
        crossing,
        usual: state.usual.rollback.get(name).copied(),
        usual_pipeline: state.usual.pipeline,
    };
    Ok(plan_rollback(facts, to, reason, id, core.now()))
}

async fn read_releases(core: &Core, platform: &dyn Platform, environment: &mut Environment, main: &[Commit]) -> Result<(), ReadError> {
    let page = platform.releases(&environment.app, RELEASES).await?;
    environment.releases = page.releases;
    environment.releases_complete = page.complete;
    for release in &mut environment.releases {
        release.commit = release.slug.as_ref().and_then(|slug| core.known_commit(slug));
    }
    lineage::settle(environment, main);
    Ok(())
}

/// Looks further back, page by page, until a target is found or there is nothing older.
async fn find_target(
    platform: &dyn Platform,
    environment: &mut Environment,
    to: Option<u64>,
    main: &[Commit],
) -> Result<Release, PlanError> {
    for _ in 0..PAGES {
        let oldest = environment.releases.last().map_or(0, |r| r.version);
        let found = match (to, choose_target(environment, to)) {
            (_, Ok(target)) => Ok(target.clone()),
            // A named version that is in sight is refused for what it is.
            (Some(version), Err(why)) if version >= oldest => Err(why),
            (Some(_) | None, Err(why)) if environment.releases_complete => Err(why),
            (Some(_) | None, Err(_)) => {
                let page = platform.releases_before(&environment.app, oldest, PAGE).await?;
                environment.releases_complete = page.complete || page.releases.is_empty();
                environment.releases.extend(page.releases);
                lineage::settle(environment, main);
                continue;
            }
        };
        return found.map_err(PlanError::Impossible);
    }
    Err(PlanError::Impossible(format!(
        "The newest {} releases of {} hold no target; name one with its version.",
        PAGE * PAGES,
        environment.app
    )))
}

async fn with_commits(core: &Arc<Core>, app: &str, mut now: Release, mut target: Release) -> (Release, Release) {
    let (a, b) = join(commit_of(core, app, &now), commit_of(core, app, &target)).await;
    now.commit = a;
    target.commit = b;
    (now, target)
}

async fn commit_of(core: &Arc<Core>, app: &str, release: &Release) -> Option<String> {
    let slug = release.slug.as_ref()?;
    match core.slug_commit(app, slug).await {
        Ok(commit) => commit,
        Err(error) => {
            tracing::info!(%error, app, version = release.version, "a slug was not read");
            None
        }
    }
}

async fn crossing(
    core: &Arc<Core>,
    state: &ServiceState,
    platform: &dyn Platform,
    environment: &Environment,
    now: &Release,
    target: &Release,
) -> Crossing {
    let mut crossing = Crossing::default();
    let (code, config) =
        join(code_crossed(core, state, now, target, &mut crossing), config_crossed(platform, environment, now, target)).await;
    if let Err(why) = code {
        crossing.gaps.push(why);
    }
    match config {
        Ok((names, gap)) => {
            crossing.config = Some(names);
            crossing.gaps.extend(gap);
        }
        Err(why) => crossing.gaps.push(why),
    }
    crossing
}

async fn code_crossed(
    core: &Arc<Core>,
    state: &ServiceState,
    now: &Release,
    target: &Release,
    crossing: &mut Crossing,
) -> Result<(), String> {
    if now.slug.is_some() && now.slug == target.slug {
        crossing.leaving = Some(vec![]);
        crossing.migrations = Some(vec![]);
        return Ok(());
    }
    let unknown = |r: &Release| format!("The commit of v{} is not known, so which pull requests leave cannot be told", r.version);
    let head = now.commit.as_deref().ok_or_else(|| unknown(now))?;
    let base = target.commit.as_deref().ok_or_else(|| unknown(target))?;
    let host = core.connections.code_host().map_err(|e| e.to_string())?;
    // The target may carry newer code than what runs, after an earlier rollback.
    let forward = target.code_version > now.code_version;
    let leaving = commits_between(&*host, state, base, head);
    let returning = async { if forward { commits_between(&*host, state, head, base).await } else { Ok(vec![]) } };
    let (leaving, returning) = join(leaving, returning).await;
    let (leaving, returning) = (leaving?, returning?);
    let numbers = pull_requests(&leaving.iter().collect::<Vec<_>>());
    let back = pull_requests(&returning.iter().collect::<Vec<_>>());
    let direct: Vec<String> = leaving.iter().filter(|c| c.pull_request.is_none()).map(|c| c.sha.clone()).collect();
    crossing.leaving = Some(named(&leaving, &numbers));
    crossing.returning = named(&returning, &back);
    crossing.direct_commits.clone_from(&direct);
    let files = host
        .files_of_range(&state.repo, &numbers, &direct)
        .await
        .map_err(|e| format!("Which migrations are crossed could not be read: {e}"))?;
    let mut migrations: Vec<CrossedMigration> = Vec::new();
    for file in files.into_iter().filter(|f| is_migration(&f.path, &state.config.migration_paths)) {
        if !migrations.iter().any(|m| m.path == file.path) {
            migrations.push(CrossedMigration { path: file.path, pull_request: file.pull_request });
        }
    }
    migrations.sort_by(|a, b| a.path.cmp(&b.path));
    crossing.migrations = Some(migrations);
    Ok(())
}

async fn commits_between(host: &dyn CodeHost, state: &ServiceState, base: &str, head: &str) -> Result<Vec<Commit>, String> {
    let range = host.commits_between(&state.repo, &state.branch, base, head).await;
    let range = range.map_err(|e| format!("Which pull requests leave could not be read: {e}"))?;
    if !range.complete {
        return Err("The range between the two releases is too long to read whole".to_owned());
    }
    Ok(range.commits)
}

/// Titles and authors as the commits tell them. The author is the commit's, except for a merge
/// commit, which its merger made.
fn named(commits: &[Commit], numbers: &[u64]) -> Vec<LeavingPullRequest> {
    let of = |number: u64| commits.iter().filter(move |c| c.pull_request == Some(number));
    numbers
        .iter()
        .map(|number| {
            let own = of(*number).find(|c| c.parents.len() < 2).or_else(|| of(*number).next());
            let title = own.map(|c| c.pull_request_title.clone().unwrap_or_else(|| c.title.clone()));
            LeavingPullRequest { number: *number, title: title.unwrap_or_default(), author: own.and_then(|c| c.author.clone()) }
        })
        .collect()
}

/// Names whose values differ, by the platform's own preview; where it may not be read, the
/// names that the descriptions of the releases between tell.
async fn config_crossed(
    platform: &dyn Platform,
    environment: &Environment,
    now: &Release,
    target: &Release,
) -> Result<(Vec<CrossedConfig>, Option<String>), String> {
    let version_of = |name: &str| {
        let mut between = environment.releases.iter().filter(|r| r.version > target.version && r.version <= now.version);
        between.find(|r| matches!(r.cause(), Cause::Config { ref names } if names.iter().any(|n| n == name))).map(|r| r.version)
    };
    match platform.config_difference(&environment.app, &now.id, &target.id).await {
        Ok(names) => {
            let mut crossed: Vec<CrossedConfig> =
                names.into_iter().map(|(name, effect)| CrossedConfig { version: version_of(&name), name, effect }).collect();
            crossed.sort_by(|a, b| a.name.cmp(&b.name));
            Ok((crossed, None))
        }
        Err(ReadError::Forbidden(why) | ReadError::NotFound(why)) => {
            let gap = format!("Config names are from the releases' descriptions only: {why}");
            Ok((described_config(environment, now, target), Some(gap)))
        }
        Err(error) => Err(format!("Which config changes are undone could not be read: {error}")),
    }
}

fn described_config(environment: &Environment, now: &Release, target: &Release) -> Vec<CrossedConfig> {
    let mut crossed: Vec<CrossedConfig> = Vec::new();
    for release in environment.releases.iter().filter(|r| r.version > target.version && r.version <= now.version) {
        let Cause::Config { names } = release.cause() else { continue };
        for name in names {
            if !crossed.iter().any(|c| c.name == name) {
                crossed.push(CrossedConfig { name, effect: slipway_domain::plan::ConfigEffect::Changed, version: Some(release.version) });
            }
        }
    }
    crossed.sort_by(|a, b| a.name.cmp(&b.name));
    crossed
}

/// The pipeline by number or id, its workflows and jobs as they are now.
pub async fn fresh_pipeline(core: &Arc<Core>, state: &ServiceState, wanted: &str) -> Result<Pipeline, PlanError> {
    let ci = core.connections.ci(&state.config)?.ok_or_else(|| PlanError::Impossible(format!("{} has no CI", state.name)))?;
    let listed;
    let mut found = candidates(&state.pipelines, wanted);
    if found.is_empty()
        && let Some(project) = &state.config.ci
    {
        listed = ci.pipelines(&project.slug, &state.branch).await?;
        found = candidates(&listed, wanted);
    }
    match found[..] {
        [] => {
            Err(PlanError::NotFound(format!("{} has no pipeline {wanted} on {}. `slipway status` lists them.", state.name, state.branch)))
        }
        [one] => Ok(ci.details(one).await?),
        [..] => {
            let list: Vec<String> = found.iter().map(|p| format!("#{} {}", p.number, p.id)).collect();
            Err(PlanError::Ambiguous(format!("{wanted} names {} pipelines: {}", found.len(), list.join(", "))))
        }
    }
}

fn candidates<'a>(pipelines: &'a [Pipeline], wanted: &str) -> Vec<&'a Pipeline> {
    let number: Option<u64> = wanted.trim_start_matches('#').parse().ok();
    let exact: Vec<&Pipeline> =
        pipelines.iter().filter(|p| p.id == wanted || has_workflow(p, wanted) || (number.is_some() && Some(p.number) == number)).collect();
    if !exact.is_empty() || wanted.len() < 4 {
        return exact;
    }
    pipelines.iter().filter(|p| p.id.starts_with(wanted)).collect()
}

fn has_workflow(pipeline: &Pipeline, id: &str) -> bool {
    pipeline.workflows.iter().flatten().any(|w| w.id == id)
}
