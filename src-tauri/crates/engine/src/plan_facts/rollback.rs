//! What a rollback needs to know: releases back to a target, and everything on the way.

use super::error::PlanError;
use super::in_flight::{self, Made};
use super::ranges::{commit_of, commits_between, environment, marked, migrations_of_range, named, read_releases};
use super::rolled_back::{Carrier, shipped_again, unknown_code};
use super::sources::PlanSources;
use futures::future::join;
use slipway_domain::action::PinChoice;
use slipway_domain::environment::Environment;
use slipway_domain::history::{History, RevertEvidence};
use slipway_domain::lineage::{self, live, pull_requests};
use slipway_domain::pin::{PinnedChange, UnknownNames, bad_set, narrowed};
use slipway_domain::plan::{CrossedConfig, Plan, with_pin};
use slipway_domain::plan::{Crossing, RollbackFacts, choose_target, plan_rollback, rolled_back_already, with_in_flight, with_ships_again};
use slipway_domain::release::{Release, ReleaseCause};
use slipway_domain::shipment::{Change, RolledBackChange, Shipment};
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_vendor::{Platform, ReadError};

/// A page of releases when a target is searched further back.
const PAGE: usize = 200;
/// Pages read before a search for a target is given up: 10,000 releases.
const PAGES: usize = 50;

/// What is asked of a rollback.
pub(crate) struct RollbackWanted {
    pub(crate) to: Option<u64>,
    pub(crate) reason: Option<String>,
    pub(crate) pin: Option<PinChoice>,
}

pub(crate) async fn roll_back(
    sources: &PlanSources,
    state: &ServiceState,
    name: &str,
    wanted: RollbackWanted,
    id: String,
) -> Result<Plan, PlanError> {
    let RollbackWanted { to, reason, pin } = wanted;
    let mut environment = environment(state, name)?;
    let platform = sources.accounts.platform(&state.config, &environment.app)?;
    let (read, listed) = join(read_releases(sources, &*platform, &mut environment, &state.main), in_flight::listed(sources, state)).await;
    read?;
    let target = find_target(sources, &*platform, &mut environment, to, &state.main).await?;
    let now = live(&environment.releases)
        .cloned()
        .ok_or_else(|| PlanError::Impossible(format!("Nothing is known to run on {}", environment.app)))?;
    let (now, target) = with_commits(sources, state, &environment.app, now, target).await;
    for release in &mut environment.releases {
        if release.version == now.version {
            release.commit.clone_from(&now.commit);
        }
    }
    let made = Made { environment: &environment, commit: target.commit.as_deref(), since: target.released_at };
    let read = crossing(sources, state, &*platform, &environment, &now, &target);
    let ((crossing, commits), (over, gaps)) = join(read, in_flight::over(sources, state, &made, &listed, &[])).await;
    let bad = pin.as_ref().map(|pin| pinned(state, &commits, &now, &target, pin)).transpose()?;
    let again = ships_again(sources, state, &environment, &target, commits).await;
    let shipment = shipment(&crossing);
    let facts = RollbackFacts {
        service: &state.name,
        environment: &environment,
        target: &target,
        crossing,
        usual: state.usual.rollback.get(name).copied(),
        usual_pipeline: state.usual.pipeline,
    };
    let plan = Plan { shipment, ..plan_rollback(facts, to, reason, id, sources.clock.now()) };
    let plan = with_ships_again(with_in_flight(plan, over, gaps), again);
    Ok(match pin.zip(bad) {
        Some((pin, bad)) => with_pin(plan, pin, (&target, &now), bad),
        None => plan,
    })
}

/// What the rollback takes out and must stay out.
fn pinned(
    state: &ServiceState,
    read: &[Commit],
    left: &Release,
    target: &Release,
    pin: &PinChoice,
) -> Result<Vec<PinnedChange>, PlanError> {
    let none = RevertEvidence::default();
    let history = History::new(read.iter().chain(&state.main), &none);
    let bad = bad_set(&history, target.commit.as_deref(), left, left.commit.as_deref());
    match &pin.bad {
        Some(chosen) => narrowed(bad, chosen).map_err(|UnknownNames(why)| PlanError::Ambiguous(why)),
        None => Ok(bad),
    }
}

fn shipment(crossing: &Crossing) -> Shipment {
    let direct = crossing.direct_commits.iter().map(|sha| Change::of_sha(sha));
    Shipment {
        takes_out: crossing.leaving.iter().flatten().map(Change::of_leaving).chain(direct).collect(),
        brings: crossing.returning.iter().map(Change::of_leaving).collect(),
        ..Shipment::default()
    }
}

/// A rollback may go to code that was itself rolled back from.
async fn ships_again(
    sources: &PlanSources,
    state: &ServiceState,
    environment: &Environment,
    target: &Release,
    known: Vec<Commit>,
) -> Vec<RolledBackChange> {
    // Code from before what is live cannot carry what was left after it, unless a pin kept it out before.
    if environment.pin.is_none()
        && !lineage::rolled_back_from(&environment.releases).contains(&target.version)
        && target.code_version <= live(&environment.releases).and_then(|r| r.code_version)
    {
        return Vec::new();
    }
    match target.commit.as_deref() {
        Some(code) => shipped_again(sources, state, &mut [environment.clone()], Carrier { code, at_host: code, known }).await,
        None => unknown_code(std::slice::from_ref(environment)),
    }
}

/// Looks further back, page by page, until a target is found or there is nothing older.
async fn find_target(
    sources: &PlanSources,
    platform: &dyn Platform,
    environment: &mut Environment,
    to: Option<u64>,
    main: &[Commit],
) -> Result<Release, PlanError> {
    let at = sources.clock.now();
    for _ in 0..PAGES {
        let oldest = environment.releases.last().map_or(0, |r| r.version);
        let found = match (to, choose_target(environment, to, at)) {
            (_, Ok(target)) => Ok(target.clone()),
            // The version that was named has been read, so the refusal is final.
            (Some(version), Err(why)) if version >= oldest => Err(why),
            // Older releases do not change that a target must be named.
            (None, Err(why)) if rolled_back_already(environment, at).is_some() => Err(why),
            (Some(_) | None, Err(why)) if environment.releases_complete => Err(why),
            (Some(_) | None, Err(_)) => {
                let page = platform.releases_before(&environment.app, oldest, PAGE).await?;
                environment.releases_complete = page.complete || page.releases.is_empty();
                environment.releases.extend(page.releases);
                marked(sources, environment).await;
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

async fn with_commits(sources: &PlanSources, state: &ServiceState, app: &str, mut now: Release, mut target: Release) -> (Release, Release) {
    let (a, b) = join(commit_of(sources, state, app, &now), commit_of(sources, state, app, &target)).await;
    now.commit = a;
    target.commit = b;
    (now, target)
}

async fn crossing(
    sources: &PlanSources,
    state: &ServiceState,
    platform: &dyn Platform,
    environment: &Environment,
    now: &Release,
    target: &Release,
) -> (Crossing, Vec<Commit>) {
    let mut crossing = Crossing::default();
    let (code, config) =
        join(code_crossed(sources, state, environment, (now, target), &mut crossing), config_crossed(platform, environment, now, target))
            .await;
    let commits = code.unwrap_or_else(|why| {
        crossing.gaps.push(why);
        Vec::new()
    });
    match config {
        Ok((names, gap)) => {
            crossing.config = Some(names);
            crossing.gaps.extend(gap);
        }
        Err(why) => crossing.gaps.push(why),
    }
    (crossing, commits)
}

async fn code_crossed(
    sources: &PlanSources,
    state: &ServiceState,
    environment: &Environment,
    (now, target): (&Release, &Release),
    crossing: &mut Crossing,
) -> Result<Vec<Commit>, String> {
    if lineage::same_code(&environment.releases, now, target) {
        crossing.leaving = Some(vec![]);
        crossing.migrations = Some(vec![]);
        return Ok(Vec::new());
    }
    let unknown = |r: &Release| format!("The commit of v{} is not known, so which PRs leave cannot be told", r.version);
    let head = now.commit.as_deref().ok_or_else(|| unknown(now))?;
    let base = target.commit.as_deref().ok_or_else(|| unknown(target))?;
    let host = sources.accounts.code_host(&state.config).map_err(|e| e.to_string())?;
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
    let migrations = migrations_of_range(&*host, state, &numbers, &direct).await;
    crossing.migrations = Some(migrations.map_err(|e| format!("Which migrations are crossed could not be read: {e}"))?);
    Ok(leaving.into_iter().chain(returning).collect())
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
        between.find(|r| matches!(r.cause(), ReleaseCause::Config { ref names } if names.iter().any(|n| n == name))).map(|r| r.version)
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
        let ReleaseCause::Config { names } = release.cause() else { continue };
        for name in names {
            if !crossed.iter().any(|c| c.name == name) {
                crossed.push(CrossedConfig { name, effect: slipway_domain::plan::ConfigEffect::Changed, version: Some(release.version) });
            }
        }
    }
    crossed.sort_by(|a, b| a.name.cmp(&b.name));
    crossed
}
