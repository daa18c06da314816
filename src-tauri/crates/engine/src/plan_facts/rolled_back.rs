//! What environments were rolled back from, read fresh: their releases, the commits on the way, and
//! what reverts them.

use super::ranges::{commit_of, commits_between, read_releases};
use super::sources::PlanSources;
use crate::reducer::reverts_opened;
use futures::future::{join, join_all};
use slipway_domain::environment::Environment;
use slipway_domain::evidence::health;
use slipway_domain::history::{History, RevertEvidence};
use slipway_domain::pin::kept_out;
use slipway_domain::rolled_back::{left_behind, rolled_back};
use slipway_domain::shipment::RolledBackChange;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::status::Health;
use std::collections::BTreeSet;

/// An environment as it is now, or as last known with why it could not be read.
pub(super) struct EnvironmentNow {
    pub environment: Environment,
    pub gap: Option<String>,
}

/// One request per environment, and one more for each production: its instances.
pub(super) async fn environments_now(sources: &PlanSources, state: &ServiceState) -> Vec<EnvironmentNow> {
    join_all(state.environments.iter().map(|environment| environment_now(sources, state, environment))).await
}

async fn environment_now(sources: &PlanSources, state: &ServiceState, known: &Environment) -> EnvironmentNow {
    let mut environment = known.clone();
    let unread = |why: String| {
        let gap = Some(format!("What runs on {} could not be read: {why}", known.name));
        EnvironmentNow { environment: known.clone(), gap }
    };
    let platform = match sources.accounts.platform(&state.config, &known.app) {
        Ok(platform) => platform,
        Err(error) => return unread(error.to_string()),
    };
    let instances = async { if known.production { platform.instances(&known.app).await.ok() } else { None } };
    let (read, instances) = join(read_releases(sources, &*platform, &mut environment, &state.main), instances).await;
    if let Err(error) = read {
        return unread(error.to_string());
    }
    environment.instances = instances.or(environment.instances);
    health::settle(&mut environment, sources.clock.now());
    EnvironmentNow { environment, gap: None }
}

/// Fills in the commits of the live release and of those that a rollback left. Each is asked for once.
async fn fill_commits(sources: &PlanSources, state: &ServiceState, environment: &mut Environment) {
    let Some(behind) = left_behind(&environment.releases) else { return };
    let wanted: Vec<_> = std::iter::once(behind.live).chain(behind.left).filter(|release| release.commit.is_none()).cloned().collect();
    let found = join_all(wanted.iter().map(|release| commit_of(sources, state, &environment.app, release))).await;
    for (release, commit) in wanted.iter().zip(found) {
        let same = |other: &&mut slipway_domain::release::Release| other.artifact_id.is_some() && other.artifact_id == release.artifact_id;
        environment.releases.iter_mut().filter(same).for_each(|other| other.commit.clone_from(&commit));
    }
}

/// Pull requests that our own requests opened as reverts, as far as the journal knows them.
async fn evidence(sources: &PlanSources, repo: &str) -> RevertEvidence {
    let entries = sources.intents.all().await.unwrap_or_default();
    RevertEvidence { opened: reverts_opened(&entries, repo), ..RevertEvidence::default() }
}

/// Code that may carry what was rolled back.
pub(super) struct Carrier<'a> {
    pub code: &'a str,
    /// The newest commit of it that the host has: another one when a merge is only planned.
    pub at_host: &'a str,
    /// Commits read for the plan.
    pub known: Vec<Commit>,
}

/// What the code would put live again of what `environments` were rolled back from, or are pinned against. What is
/// missing of the way there is read.
pub(super) async fn shipped_again(
    sources: &PlanSources,
    state: &ServiceState,
    environments: &mut [Environment],
    carrier: Carrier<'_>,
) -> Vec<RolledBackChange> {
    if environments.iter().all(|environment| environment.pin.is_none() && left_behind(&environment.releases).is_none()) {
        return Vec::new();
    }
    let Carrier { code, at_host, known } = carrier;
    let mut evidence = evidence(sources, &state.repo).await;
    join_all(environments.iter_mut().map(|environment| fill_commits(sources, state, environment))).await;
    let mut commits: Vec<Commit> = known.into_iter().chain(state.main.iter().cloned()).collect();
    let missing = missing_ranges(environments, &commits, at_host);
    if let Ok(host) = sources.accounts.code_host(&state.config) {
        let read = join_all(missing.iter().map(|(base, head)| commits_between(&*host, state, base, head))).await;
        commits.extend(read.into_iter().filter_map(Result::ok).flatten());
        fill_files(&*host, state, &commits, &mut evidence).await;
    }
    let history = History::new(&commits, &evidence);
    environments.iter().flat_map(|environment| again_on(environment, code, &history)).collect()
}

/// What a pin keeps out is named once, with the pin.
fn again_on(environment: &Environment, code: &str, history: &History<'_>) -> Vec<RolledBackChange> {
    let mut again = kept_out(environment, Some(code), history);
    let left = rolled_back(environment, history).map(|left| left.shipped_again_by(code, history)).unwrap_or_default();
    let others: Vec<RolledBackChange> = left.into_iter().filter(|one| again.iter().all(|known| known.change.id != one.change.id)).collect();
    again.extend(others);
    again
}

/// What code that is not known may bring back: all that pins keep out.
pub(super) fn unknown_code(environments: &[Environment]) -> Vec<RolledBackChange> {
    let none = RevertEvidence::default();
    let history = History::new([], &none);
    environments.iter().flat_map(|environment| kept_out(environment, None, &history)).collect()
}

/// Ranges that the loaded history does not hold: from what is live to the new code, and from what is
/// live to each code that was left.
fn missing_ranges(environments: &[Environment], commits: &[Commit], code: &str) -> Vec<(String, String)> {
    let evidence = RevertEvidence::default();
    let history = History::new(commits, &evidence);
    let mut missing: BTreeSet<(String, String)> = BTreeSet::new();
    for environment in environments {
        let pinned = environment.pin.as_ref().and_then(|pin| pin.target_commit.as_deref());
        if let Some(target) = pinned.filter(|target| history.first_parents_between(target, code).is_none()) {
            missing.insert((target.to_owned(), code.to_owned()));
        }
    }
    for behind in environments.iter().filter_map(|environment| left_behind(&environment.releases)) {
        let Some(live) = behind.live.commit.as_deref() else { continue };
        let heads = behind.left.iter().filter_map(|release| release.commit.as_deref()).chain([code]);
        missing.extend(
            heads.filter(|head| history.first_parents_between(live, head).is_none()).map(|head| (live.to_owned(), head.to_owned())),
        );
    }
    missing.into_iter().collect()
}

/// The files of changes of which one reverts the other by its title. Without them nothing is said to
/// be likely.
async fn fill_files(host: &dyn slipway_vendor::CodeHost, state: &ServiceState, commits: &[Commit], evidence: &mut RevertEvidence) {
    let pairs = History::new(commits, evidence).titles_to_compare();
    let ids: BTreeSet<&String> =
        pairs.iter().flat_map(|(later, earlier)| [later, earlier]).filter(|id| !evidence.files.contains_key(*id)).collect();
    let numbers: Vec<u64> = ids.iter().filter_map(|id| id.strip_prefix('#')?.parse().ok()).collect();
    let shas: Vec<String> = ids.iter().filter(|id| !id.starts_with('#')).map(|id| (*id).clone()).collect();
    if ids.is_empty() {
        return;
    }
    match host.files_of_range(&state.repo, &numbers, &shas).await {
        Ok(files) => {
            for file in files {
                let id = file.pull_request.map(|number| format!("#{number}")).or(file.commit);
                if let Some(id) = id {
                    evidence.files.entry(id).or_default().insert(file.path);
                }
            }
        }
        Err(error) => tracing::info!(service = state.name, %error, "the files of possible reverts were not read"),
    }
}

/// Productions that are down, or not shown to be up again, in words.
pub(super) fn outages(environments: &[Environment]) -> Vec<String> {
    let hurt = environments.iter().filter(|environment| environment.production && environment.is_hurt());
    hurt.map(|environment| {
        let on = environment.current.as_ref().map_or(String::new(), |release| format!(" on v{}", release.version));
        let is = if environment.health == Health::Down { "is down" } else { "was down and is not shown to be up again" };
        format!("{} is hurt: {} {is}{on}", slipway_domain::humanize::capital(&environment.name), environment.app)
    })
    .collect()
}
