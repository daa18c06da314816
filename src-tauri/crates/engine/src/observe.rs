//! One read of one source of a service. It asks for what moves, for what is needed now, and
//! for a little of what is still unread; never for what cannot have changed.

mod ci;
mod formation;
mod platform_facts;
mod waiting_runs;

pub(crate) use waiting_runs::{ask as ask_waiting_runs, may_wait};

use crate::shared::Core;
use formation::Moved;
use futures::future::{join, join_all};
use serde::{Deserialize, Serialize};
use slipway_domain::branch_news::still_contains;
use slipway_domain::environment::{Build, Environment, HealthProbe, Instance, ProcessType};
use slipway_domain::history::Contained;
use slipway_domain::lineage;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::choose_target;
use slipway_domain::pull_request::{ChangedFile, PullRequest};
use slipway_domain::release::{CodeId, Release};
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::snapshot::{ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::ReleaseStatus;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_vendor::{CodeFacts, CodeHost, PastDurations, Platform, ReadError, ReleasePage};
use std::collections::HashMap;
use std::sync::Arc;

/// Releases read each time; older ones are asked for when needed.
pub const RELEASES: usize = 30;
/// Newest pipelines whose details are worth having.
const DETAILED: usize = 12;
/// Pull requests whose files one read asks for: two requests.
const FILES: usize = 40;

pub enum Observation {
    Code(Box<Result<CodeObservation, ReadError>>),
    Ci(Result<CiObservation, ReadError>),
    Environment(String, Box<Result<EnvironmentObservation, ReadError>>),
}

impl Observation {
    /// A reading that gave nothing.
    pub fn failed(source: &Source, error: ReadError) -> Self {
        match source {
            Source::Code => Self::Code(Box::new(Err(error))),
            Source::Ci => Self::Ci(Err(error)),
            Source::Environment(name) => Self::Environment(name.clone(), Box::new(Err(error))),
        }
    }

    pub fn error(&self) -> Option<&ReadError> {
        match self {
            Self::Code(result) => (**result).as_ref().err(),
            Self::Ci(result) => result.as_ref().err(),
            Self::Environment(_, result) => (**result).as_ref().err(),
        }
    }
}

pub struct CodeObservation {
    pub facts: CodeFacts,
    /// By head sha.
    pub files: HashMap<String, TouchedFiles>,
    /// The branch no longer contains the commit that it stood at.
    pub lost_tip: bool,
}

/// The files of one head, as far as they could be read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TouchedFiles {
    pub files: Vec<ChangedFile>,
    pub complete: bool,
}

pub struct CiObservation {
    pub pipelines: Vec<Pipeline>,
    pub past: Option<PastDurations>,
    /// The newest runs of the project, where they were asked.
    pub runs: Option<Vec<String>>,
    /// What could not be read of a pipeline that moves: its last known state must not pass for now.
    pub trouble: Option<ReadError>,
}

pub struct EnvironmentObservation {
    pub page: ReleasePage,
    pub instances: Result<Vec<Instance>, ReadError>,
    pub formation: FormationObservation,
    pub probe: Option<HealthProbe>,
    /// By code: see `Release::named_code`.
    pub commits: HashMap<String, String>,
    pub facts: PlatformFacts,
}

/// The process types that should run.
pub enum FormationObservation {
    NotAsked,
    Failed,
    Read(Vec<ProcessType>),
}

/// What was learnt of an app beside its releases and instances. None: not asked this time.
#[derive(Default)]
pub struct PlatformFacts {
    pub maintenance: Option<bool>,
    pub preboot: Option<bool>,
    pub build: Option<Build>,
    pub pipeline: Option<String>,
}

/// Every source a service has.
pub fn sources(state: &ServiceState) -> Vec<(Source, VendorId)> {
    let mut sources = vec![(Source::Code, state.rules.host.vendor)];
    sources.extend(state.config.ci.iter().map(|ci| (Source::Ci, ci.provider)));
    sources.extend(state.config.environments.iter().map(|e| (Source::Environment(e.name.clone()), e.provider)));
    sources
}

pub async fn read(core: &Arc<Core>, state: &ServiceState, source: &Source) -> Observation {
    match source {
        Source::Code => Observation::Code(Box::new(read_code(core, state).await)),
        Source::Ci => Observation::Ci(ci::read(core, state).await),
        Source::Environment(name) => Observation::Environment(name.clone(), Box::new(read_environment(core, state, name).await)),
    }
}

pub fn source_error(error: &ReadError, before: Option<&SourceError>, now: Time) -> SourceError {
    let kind: SourceErrorKind = error.kind();
    let since = before.filter(|b| b.kind == kind).map_or(now, |b| b.since);
    SourceError { kind, message: error.to_string(), since, retry_at: error.retry_at(), url: error.url().map(str::to_owned) }
}

async fn read_code(core: &Arc<Core>, state: &ServiceState) -> Result<CodeObservation, ReadError> {
    let host = core.accounts.code_host(&state.config)?;
    if let Some(tip) = state.main.first() {
        for (pr, by) in state.pull_requests.iter().filter_map(|pr| Some((pr, pr.behind_by?))) {
            host.remember_behind(&tip.sha, &pr.head_sha, by);
        }
    }
    let known_level: u8 = core.store.get(&page_key(&state.repo)).await.unwrap_or_default();
    if known_level > 0 {
        host.remember_page_level(&state.repo, known_level);
    }
    let mut facts = host.observe(&state.repo, &state.branch).await?;
    waiting_runs::fill(&*host, state, &mut facts.pull_requests).await;
    if facts.page_level != known_level {
        core.store.put(&page_key(&state.repo), &facts.page_level);
    }
    let lost_tip = lost_tip(&*host, state, &facts).await;
    let mut files = HashMap::new();
    let mut unread: Vec<&PullRequest> = Vec::new();
    let keys = facts.pull_requests.iter().map(|pr| files_key(&pr.head_sha)).collect();
    let known: Vec<Option<TouchedFiles>> = core.store.get_all(keys).await;
    for (pr, known) in facts.pull_requests.iter().zip(known) {
        match known {
            Some(known) => drop(files.insert(pr.head_sha.clone(), known)),
            None => unread.push(pr),
        }
    }
    unread.truncate(FILES);
    if !unread.is_empty() {
        let ids: Vec<String> = unread.iter().map(|pr| pr.node_id.clone()).collect();
        // What a pull request touches is worth having, not worth failing for.
        match host.changed_files(&ids).await {
            Ok(found) => {
                for pr in unread {
                    let touched = found.iter().find(|f| f.node_id == pr.node_id && f.head_sha == pr.head_sha);
                    // A list that is cut or missing is kept as such, or it would be asked for ever.
                    let touched =
                        touched.map_or_else(TouchedFiles::default, |f| TouchedFiles { files: f.files.clone(), complete: f.complete });
                    core.store.put(&files_key(&pr.head_sha), &touched);
                    files.insert(pr.head_sha.clone(), touched);
                }
            }
            Err(error) => tracing::info!(service = state.name, %error, "changed files were not read"),
        }
    }
    Ok(CodeObservation { facts, files, lost_tip })
}

/// One request, only where both readings together do not show it. What cannot be read is not said.
async fn lost_tip(host: &dyn CodeHost, state: &ServiceState, facts: &CodeFacts) -> bool {
    let (Some(was), Some(is)) = (state.main.first(), facts.main.first()) else { return false };
    match still_contains(&state.main, &facts.main) {
        Contained::Yes => false,
        Contained::No => true,
        Contained::Unknown => match host.contains(&state.repo, &was.sha, &is.sha).await {
            Ok(contains) => !contains,
            // A host compares no commits that have nothing in common, or of which one is gone.
            Err(ReadError::NotFound(_)) => true,
            Err(error) => {
                tracing::info!(service = state.name, %error, "whether the branch was reset was not read");
                false
            }
        },
    }
}

fn page_key(repo: &str) -> String {
    format!("page_level:{}", repo.to_lowercase())
}

fn files_key(head_sha: &str) -> String {
    format!("files:{head_sha}")
}

async fn read_environment(core: &Arc<Core>, state: &ServiceState, name: &str) -> Result<EnvironmentObservation, ReadError> {
    let Some(config) = state.config.environments.iter().find(|e| e.name == name) else {
        return Err(ReadError::NotFound(format!("{} has no environment {name}", state.name)));
    };
    let platform = core.accounts.platform(&state.config, &config.app)?;
    let probe = async {
        match &config.health_url {
            Some(url) => Some(platform.probe(url).await),
            None => None,
        }
    };
    let app = read_app(core, state, config, &*platform);
    let ((app, probe), facts) = join(join(app, probe), platform_facts::read(core, state, config, &*platform)).await;
    let (page, instances, commits, formation) = app?;
    Ok(EnvironmentObservation { page, instances, formation, probe, commits, facts })
}

type AppObservation = (ReleasePage, Result<Vec<Instance>, ReadError>, HashMap<String, String>, FormationObservation);

/// What should run is asked after what runs: a scale between the two shows in the next read.
async fn read_app(
    core: &Arc<Core>,
    state: &ServiceState,
    config: &EnvironmentConfig,
    platform: &dyn Platform,
) -> Result<AppObservation, ReadError> {
    let (page, instances) = join(platform.releases(&config.app, RELEASES), platform.instances(&config.app)).await;
    let page = page?;
    let moved = Moved { releases: &page.releases, instances: instances.as_deref().ok() };
    let formation = formation::read(core, state.environment(&config.name), &config.app, moved, platform);
    let (commits, formation) = join(code_commits(core, state, config, &page.releases), formation).await;
    Ok((page, instances, commits, formation))
}

async fn code_commits(core: &Arc<Core>, state: &ServiceState, config: &EnvironmentConfig, releases: &[Release]) -> HashMap<String, String> {
    let mut commits = HashMap::new();
    for code in releases.iter().filter_map(Release::named_code) {
        if let Some(commit) = core.known_commit(&code).await {
            commits.insert(code.to_string(), commit);
        }
    }
    let mut wanted: Vec<(CodeId, &Release)> = Vec::new();
    for release in needed(releases).into_iter().chain(one_unread(core, state, config, releases, &commits)) {
        let Some(code) = release.named_code() else { continue };
        if !commits.contains_key(code.as_str()) && !wanted.iter().any(|(known, _)| *known == code) {
            wanted.push((code, release));
        }
    }
    let found = join_all(wanted.iter().map(|(_, release)| core.release_commit(&state.config, &config.app, release))).await;
    for ((code, _), commit) in wanted.into_iter().zip(found) {
        match commit {
            Ok(Some(commit)) => drop(commits.insert(code.to_string(), commit)),
            Ok(None) => {}
            Err(error) => tracing::info!(service = state.name, %error, "the commit of a release was not read"),
        }
    }
    commits
}

/// What is live and what is coming.
fn needed(releases: &[Release]) -> Vec<&Release> {
    let pending = releases.iter().find(|r| r.status == ReleaseStatus::Pending);
    [lineage::live(releases), pending].into_iter().flatten().collect()
}

/// Where a rollback would go.
fn default_target<'a>(config: &EnvironmentConfig, releases: &'a [Release], now: Time) -> Option<&'a Release> {
    let mut environment = Environment { releases: releases.to_vec(), ..Environment::unread(config) };
    lineage::settle(&mut environment, &[]);
    let version = choose_target(&environment, None, now).ok()?.version;
    releases.iter().find(|r| r.version == version)
}

/// After the first read: one older artifact a time, production's first, and first of all where a
/// rollback would go.
fn one_unread<'a>(
    core: &Core,
    state: &ServiceState,
    config: &EnvironmentConfig,
    releases: &'a [Release],
    known: &HashMap<String, String>,
) -> Option<&'a Release> {
    let unread_of = |e: &Environment| e.releases.iter().take(RELEASES).any(|r| r.artifact_id.is_some() && r.commit.is_none());
    let first_read = state.environment(&config.name).is_none_or(|e| e.releases.is_empty());
    // One thing at a time: older pipelines come first.
    if state.pipelines.iter().take(DETAILED).any(|p| p.workflows.is_none()) {
        return None;
    }
    let turn =
        state.environments.iter().find(|e| e.production && unread_of(e)).or_else(|| state.environments.iter().find(|e| unread_of(e)));
    if first_read || turn.is_none_or(|e| e.name != config.name) || core.looks_around() {
        return None;
    }
    let unread = |r: &&Release| r.artifact_id.as_ref().is_some_and(|artifact_id| !known.contains_key(artifact_id));
    default_target(config, releases, core.now()).filter(unread).or_else(|| releases.iter().find(unread))
}
