//! What lies between two commits, and what an environment ran: read once, for every plan that needs it.

use super::error::PlanError;
use super::sources::PlanSources;
use crate::observe::platform::RELEASES;
use crate::reducer::mark_releases;
use slipway_domain::environment::Environment;
use slipway_domain::humanize::names_there_are;
use slipway_domain::lineage;
use slipway_domain::plan::{CrossedMigration, LeavingPullRequest};
use slipway_domain::release::Release;
use slipway_domain::service::is_migration;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_vendor::{CodeHost, Platform, ReadError};

pub(super) fn environment(state: &ServiceState, name: &str) -> Result<Environment, PlanError> {
    state.environment(name).cloned().ok_or_else(|| {
        let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
        PlanError::NotFound(format!("{} has no environment {name}. {}", state.name, names_there_are(name, &names)))
    })
}

pub(super) async fn read_releases(
    sources: &PlanSources,
    platform: &dyn Platform,
    environment: &mut Environment,
    main: &[Commit],
) -> Result<(), ReadError> {
    let page = platform.releases(&environment.app, RELEASES).await?;
    environment.releases = page.releases;
    environment.releases_complete = page.complete;
    sources.commits.fill_known_commits(&mut environment.releases).await;
    marked(sources, environment).await;
    lineage::settle(environment, main);
    Ok(())
}

/// With what is kept of the releases: a mark, the verdict of a watch.
pub(super) async fn marked(sources: &PlanSources, environment: &mut Environment) {
    let unread = |error| tracing::warn!(%error, "what is kept of releases could not be read");
    let watches = sources.intents.kept().await.map_err(unread).unwrap_or_default();
    let bad = sources.intents.kept().await.map_err(unread).unwrap_or_default();
    mark_releases(environment, &watches, &bad);
}

pub(super) async fn commit_of(sources: &PlanSources, state: &ServiceState, app: &str, release: &Release) -> Option<String> {
    match sources.commits.release_commit(&state.config, app, release).await {
        Ok(commit) => commit,
        Err(error) => {
            tracing::info!(%error, app, version = release.version, "the commit of a release was not read");
            None
        }
    }
}

pub(super) async fn commits_between(host: &dyn CodeHost, state: &ServiceState, base: &str, head: &str) -> Result<Vec<Commit>, String> {
    let range = host.commits_between(&state.repo, &state.branch, base, head).await;
    let range = range.map_err(|e| format!("Which PRs leave could not be read: {e}"))?;
    if !range.complete {
        return Err("The range between the two releases is too long to read whole".to_owned());
    }
    Ok(range.commits)
}

/// Each migration file that pull requests and single commits touched, once, by path.
pub(super) async fn migrations_of_range(
    host: &dyn CodeHost,
    state: &ServiceState,
    numbers: &[u64],
    direct: &[String],
) -> Result<Vec<CrossedMigration>, ReadError> {
    let files = host.files_of_range(&state.repo, numbers, direct).await?;
    let mut migrations: Vec<CrossedMigration> = Vec::new();
    for file in files.into_iter().filter(|f| is_migration(&f.path, &state.config.migration_paths)) {
        if !migrations.iter().any(|m| m.path == file.path) {
            migrations.push(CrossedMigration { path: file.path, pull_request: file.pull_request });
        }
    }
    migrations.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(migrations)
}

/// Titles and authors as the commits tell them. The author is the commit's, except for a merge
/// commit, which its merger made.
pub(super) fn named(commits: &[Commit], numbers: &[u64]) -> Vec<LeavingPullRequest> {
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
