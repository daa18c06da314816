//! A platform: what an app runs, what it released, and how it answers.

use super::DETAILED;
use super::app_lists::AppLists;
use super::formation::{self, Moved};
use super::observation::{EnvironmentObservation, FormationObservation, InstancesObservation, PlatformFacts};
use super::platform_facts::{self, FactSources};
use super::read_memory::ReadMemory;
use crate::accounts::Accounts;
use crate::commit_index::CommitIndex;
use crate::pipeline_couplings::PipelineCouplings;
use futures::future::{join, join_all};
use slipway_domain::environment::Environment;
use slipway_domain::lineage;
use slipway_domain::plan::choose_target;
use slipway_domain::release::{CodeId, Release};
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::ReleaseStatus;
use slipway_domain::time::Time;
use slipway_http::Urgency;
use slipway_vendor::{HealthUrl, Platform, ReadError, ReleasePage};
use std::collections::HashMap;

/// Releases read each time; older ones are asked for when needed.
pub(crate) const RELEASES: usize = 30;

/// What a platform is read with.
pub(super) struct PlatformReader<'a> {
    pub(super) accounts: &'a Accounts,
    pub(super) commits: &'a CommitIndex,
    pub(super) apps: &'a AppLists,
    pub(super) couplings: &'a PipelineCouplings,
    pub(super) memory: &'a ReadMemory,
    pub(super) urgency: Urgency,
}

/// How much of a source a read asks for. An environment's health URL, which costs the vendor nothing, is asked in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    Whole,
    /// What was released, not what runs: enough to see that a pin is violated.
    Releases,
    /// What runs, not what was released: enough to see a crash.
    Instances,
    /// Of a CI its list of pipelines, not what ran lately.
    List,
    /// Of a CI what ran lately, not its list of pipelines: enough to see that something ran.
    Runs,
}

pub(super) async fn read(
    reader: &PlatformReader<'_>,
    state: &ServiceState,
    name: &str,
    depth: Depth,
) -> Result<EnvironmentObservation, ReadError> {
    let Some(config) = state.config.environments.iter().find(|e| e.name == name) else {
        return Err(ReadError::NotFound(format!("{} has no environment {name}", state.name)));
    };
    let platform = reader.accounts.platform(&state.config, &config.app)?;
    let probe = async {
        let url = config.health_url.as_deref()?;
        if let Err(why) = HealthUrl::parse(url) {
            // An earlier version took it. That it is not asked says nothing of the app.
            tracing::warn!(service = state.name, environment = name, %why, "the health URL is not asked");
            return None;
        }
        let probe = platform.probe(url).await;
        if probe.is_none() {
            tracing::warn!(service = state.name, environment = name, "the health URL was not asked");
        }
        probe
    };
    let facts = FactSources { apps: reader.apps, couplings: reader.couplings, memory: reader.memory };
    let app = read_app(reader, state, config, &*platform, depth);
    let facts = async {
        match depth {
            Depth::Whole | Depth::Releases | Depth::List | Depth::Runs => platform_facts::read(&facts, state, config, &*platform).await,
            Depth::Instances => PlatformFacts::default(),
        }
    };
    let ((app, probe), facts) = join(join(app, probe), facts).await;
    let (page, instances, commits, formation) = app?;
    Ok(EnvironmentObservation { page, instances, formation, probe, commits, facts })
}

type AppObservation = (Option<ReleasePage>, InstancesObservation, HashMap<String, String>, FormationObservation);

/// What should run is asked after what runs: a scale between the two shows in the next read.
async fn read_app(
    reader: &PlatformReader<'_>,
    state: &ServiceState,
    config: &EnvironmentConfig,
    platform: &dyn Platform,
    depth: Depth,
) -> Result<AppObservation, ReadError> {
    let (page, instances) = join(read_releases(platform, &config.app, depth), read_instances(platform, &config.app, depth)).await;
    let page = page?;
    let environment = state.environment(&config.name);
    let releases = page.as_ref().map(|page| &*page.releases).or(environment.map(|known| &*known.releases)).unwrap_or_default();
    let known = match &instances {
        InstancesObservation::Read(instances) => Some(&**instances),
        InstancesObservation::NotAsked | InstancesObservation::Failed(_) => None,
    };
    let moved = Moved { releases, instances: known };
    let formation = formation::read(reader.memory, environment, &config.app, moved, platform);
    let is_hurt =
        environment.is_some_and(Environment::is_hurt) || known.is_some_and(|instances| formation::crashed(instances).next().is_some());
    // They are kept with the releases that were read.
    let commits = async { if page.is_some() { code_commits(reader, state, config, releases, is_hurt).await } else { HashMap::new() } };
    let (commits, formation) = join(commits, formation).await;
    Ok((page, instances, commits, formation))
}

async fn read_releases(platform: &dyn Platform, app: &str, depth: Depth) -> Result<Option<ReleasePage>, ReadError> {
    match depth {
        Depth::Instances => Ok(None),
        Depth::Whole | Depth::Releases | Depth::List | Depth::Runs => platform.releases(app, RELEASES).await.map(Some),
    }
}

async fn read_instances(platform: &dyn Platform, app: &str, depth: Depth) -> InstancesObservation {
    match depth {
        Depth::Releases => InstancesObservation::NotAsked,
        Depth::Whole | Depth::Instances | Depth::List | Depth::Runs => {
            platform.instances(app).await.map_or_else(InstancesObservation::Failed, InstancesObservation::Read)
        }
    }
}

async fn code_commits(
    reader: &PlatformReader<'_>,
    state: &ServiceState,
    config: &EnvironmentConfig,
    releases: &[Release],
    is_hurt: bool,
) -> HashMap<String, String> {
    let mut commits = HashMap::new();
    for code in releases.iter().filter_map(Release::named_code) {
        if let Some(commit) = reader.commits.known_commit(&code).await {
            commits.insert(code.to_string(), commit);
        }
    }
    let mut wanted: Vec<(CodeId, &Release)> = Vec::new();
    // What the live release brought, and so what may be reverted, is known only beside the code before it.
    let way_back = is_hurt.then(|| default_target(config, releases, reader.memory.now())).flatten();
    let unread = one_unread(reader, state, config, releases, &commits);
    for release in needed(releases).into_iter().chain(way_back).chain(unread) {
        let Some(code) = release.named_code() else { continue };
        if !commits.contains_key(code.as_str()) && !wanted.iter().any(|(known, _)| *known == code) {
            wanted.push((code, release));
        }
    }
    let found = join_all(wanted.iter().map(|(_, release)| reader.commits.release_commit(&state.config, &config.app, release))).await;
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
    reader: &PlatformReader<'_>,
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
    if first_read || turn.is_none_or(|e| e.name != config.name) || reader.memory.looks_around() {
        return None;
    }
    let unread = |r: &&Release| r.artifact_id.as_ref().is_some_and(|artifact_id| !known.contains_key(artifact_id));
    default_target(config, releases, reader.memory.now())
        .filter(unread)
        .or_else(|| releases.iter().find(unread).filter(|_| reader.memory.may_catch_up("code", reader.urgency)))
}
