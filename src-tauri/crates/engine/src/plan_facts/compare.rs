//! Reads what lies between two releases of a service. Nothing is sent.

use super::error::PlanError;
use super::ranges::{commit_of, environment, read_releases};
use super::sources::PlanSources;
use futures::future::join;
use slipway_domain::comparison::{
    ComparedConfig, ComparedRelease, Comparison, ComparisonSide, FileOfChange, ReleaseName, compare_commits, compare_config, relation,
};
use slipway_domain::environment::Environment;
use slipway_domain::humanize::count;
use slipway_domain::lineage::{live, pull_requests};
use slipway_domain::release::{Release, ReleaseCause};
use slipway_domain::service::is_migration;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::time::Time;
use slipway_vendor::{CodeHost, ReadError};

/// Changes whose migrations are looked into; each costs up to three requests.
const MOST_PATCHES: usize = 20;
/// Commits without a pull request whose files are read; each costs a request.
const MOST_SINGLE_COMMITS: usize = 50;

/// About eight requests; for each side three more for every hundred commits, one for every twenty pull requests, one for
/// each of at most [`MOST_SINGLE_COMMITS`] commits without a pull request (more where one changes over a hundred files),
/// and up to three for each of at most [`MOST_PATCHES`] changes with a migration.
pub(crate) async fn compare(
    sources: &PlanSources,
    state: &ServiceState,
    base: &ReleaseName,
    head: &ReleaseName,
) -> Result<Comparison, PlanError> {
    let (base, head) = join(find(sources, state, base), find(sources, state, head)).await;
    let (base, head) = (base?, head?);
    let mut gaps = Vec::new();
    let (code, config) = join(code(sources, state, (&base, &head)), config(sources, state, (&base, &head))).await;
    let ((brings, lacks), same_commit) = match code {
        Ok(code) => code,
        Err(why) => {
            gaps.push(why);
            ((None, None), false)
        }
    };
    let (config, config_same) = config.unwrap_or_else(|why| {
        gaps.push(why);
        (None, None)
    });
    gaps.extend([&brings, &lacks].into_iter().flatten().flat_map(|side| side.gaps.iter().cloned()));
    let (brings, lacks) = (brings.map(|side| side.side), lacks.map(|side| side.side));
    Ok(Comparison {
        service: state.name.clone(),
        relation: relation(same_commit, brings.as_ref(), lacks.as_ref()),
        base: base.compared(),
        head: head.compared(),
        brings: brings.unwrap_or_default(),
        lacks: lacks.unwrap_or_default(),
        config,
        config_same,
        gaps,
    })
}

/// A release with its environment and all of that environment's releases that were read.
struct Found {
    environment: Environment,
    release: Release,
}

impl Found {
    fn compared(&self) -> ComparedRelease {
        let live = live(&self.environment.releases).or(self.environment.current.as_ref());
        ComparedRelease {
            environment: self.environment.name.clone(),
            app: self.environment.app.clone(),
            version: self.release.version,
            code_version: self.release.code_version,
            commit: self.release.commit.clone(),
            released_at: self.release.released_at,
            live: live.is_some_and(|live| live.version == self.release.version),
        }
    }
}

async fn find(sources: &PlanSources, state: &ServiceState, wanted: &ReleaseName) -> Result<Found, PlanError> {
    let mut environment = environment(state, &wanted.environment)?;
    let platform = sources.accounts.platform(&state.config, &environment.app)?;
    read_releases(sources, &*platform, &mut environment, &state.main).await?;
    let known = match wanted.version {
        None => live(&environment.releases),
        Some(version) => environment.releases.iter().find(|release| release.version == version),
    };
    let mut release = match (known, wanted.version) {
        (Some(release), _) => release.clone(),
        (None, None) => return Err(PlanError::Impossible(format!("Nothing is known to run on {}", environment.app))),
        (None, Some(version)) => {
            let page = platform.releases_before(&environment.app, version.saturating_add(1), 1).await?;
            let found = page.releases.into_iter().find(|release| release.version == version);
            found.ok_or_else(|| PlanError::NotFound(format!("{} has no release v{version}", environment.app)))?
        }
    };
    release.commit = commit_of(sources, state, &environment.app, &release).await;
    Ok(Found { environment, release })
}

struct ReadSide {
    side: ComparisonSide,
    gaps: Vec<String>,
}

type Sides = ((Option<ReadSide>, Option<ReadSide>), bool);

async fn code(sources: &PlanSources, state: &ServiceState, (base, head): (&Found, &Found)) -> Result<Sides, String> {
    let commit = |found: &'_ Found| {
        let unknown = format!("The commit of {} v{} is not known", found.environment.name, found.release.version);
        found.release.commit.clone().ok_or(unknown)
    };
    let (older, newer) = (commit(base)?, commit(head)?);
    if older == newer {
        let none = || Some(ReadSide { side: compare_commits(&[], true, Some(&[])), gaps: Vec::new() });
        return Ok(((none(), none()), true));
    }
    let host = sources.accounts.code_host(&state.config).map_err(|e| e.to_string())?;
    let (brings, lacks) = join(side(&*host, state, &older, &newer), side(&*host, state, &newer, &older)).await;
    Ok(((Some(brings?), Some(lacks?)), false))
}

/// What `head` has and `base` lacks.
async fn side(host: &dyn CodeHost, state: &ServiceState, base: &str, head: &str) -> Result<ReadSide, String> {
    let range = host.commits_between(&state.repo, &state.branch, base, head).await;
    let range = range.map_err(|e| format!("What lies between the two commits could not be read: {e}"))?;
    let mut gaps = Vec::new();
    if !range.complete {
        gaps.push(format!("Only the first {} commits were compared", range.commits.len()));
    }
    let files = match migrations(host, state, &range.commits).await {
        Ok((files, unread)) => {
            gaps.extend(unread);
            Some(files)
        }
        Err(error) => {
            gaps.push(format!("Which migrations they bring could not be read: {error}"));
            None
        }
    };
    Ok(ReadSide { side: compare_commits(&range.commits, range.complete, files.as_deref()), gaps })
}

/// The migration files of a range with their lines, as far as those are shown.
async fn migrations(host: &dyn CodeHost, state: &ServiceState, commits: &[Commit]) -> Result<(Vec<FileOfChange>, Vec<String>), ReadError> {
    let numbers = pull_requests(&commits.iter().collect::<Vec<_>>());
    let direct: Vec<String> = commits.iter().filter(|c| c.pull_request.is_none()).map(|c| c.sha.clone()).collect();
    if direct.len() > MOST_SINGLE_COMMITS {
        let why = format!("{} commits came without a PR, of which the files are not read", direct.len());
        return Err(ReadError::NotFound(why));
    }
    let files = host.files_of_range(&state.repo, &numbers, &direct).await?;
    let touched: Vec<_> = files.into_iter().filter(|file| is_migration(&file.path, &state.config.migration_paths)).collect();
    let mut with_migration: Vec<u64> = touched.iter().filter_map(|file| file.pull_request).collect();
    with_migration.dedup();
    let mut single: Vec<String> = touched.iter().filter_map(|file| file.commit.clone()).collect();
    single.dedup();
    let paths: Vec<String> = touched.iter().map(|file| file.path.clone()).collect();
    let left_out = (with_migration.len() + single.len()).saturating_sub(MOST_PATCHES);
    with_migration.truncate(MOST_PATCHES);
    single.truncate(MOST_PATCHES - with_migration.len());
    let patches = if paths.is_empty() { Ok(Vec::new()) } else { host.patches(&state.repo, &with_migration, &single, &paths).await };
    let mut gaps = Vec::new();
    let patches = patches.unwrap_or_else(|error| {
        gaps.push(format!("What the migrations do could not be read: {error}"));
        Vec::new()
    });
    if left_out > 0 {
        gaps.push(format!("What the migrations of {left_out} more changes do was not read"));
    }
    let of_change = |file: slipway_vendor::RangeFile| {
        let patch = patches.iter().find(|p| p.path == file.path && p.pull_request == file.pull_request && p.commit == file.commit);
        FileOfChange { patch: patch.and_then(|p| p.patch.clone()), path: file.path, pull_request: file.pull_request, commit: file.commit }
    };
    let files: Vec<FileOfChange> = touched.into_iter().map(of_change).collect();
    let without_lines = files.iter().filter(|file| file.patch.is_none()).count();
    if without_lines > 0 && gaps.is_empty() {
        gaps.push(format!("The lines of {} were not shown", count(without_lines, "migration file")));
    }
    Ok((files, gaps))
}

type Config = (Option<Vec<ComparedConfig>>, Option<usize>);

async fn config(sources: &PlanSources, state: &ServiceState, (base, head): (&Found, &Found)) -> Result<Config, String> {
    let names = async |found: &Found| {
        let platform = sources.accounts.platform(&state.config, &found.environment.app).map_err(|e| e.to_string())?;
        let names = platform.config_names(&found.environment.app, &found.release.id).await;
        names.map_err(|e| format!("The names of {}'s config could not be read: {e}", found.environment.name))
    };
    let (of_base, of_head) = join(names(base), names(head)).await;
    let (of_base, of_head) = (of_base?, of_head?);
    Ok(compare_config(Some(&of_base), Some(&of_head), |name| changed_at(&head.environment, name)))
}

/// When a release that is known last changed the name.
fn changed_at(environment: &Environment, name: &str) -> Option<Time> {
    let changes = |release: &&Release| matches!(release.cause(), ReleaseCause::Config { names } if names.iter().any(|one| one == name));
    environment.releases.iter().find(changes)?.released_at
}
