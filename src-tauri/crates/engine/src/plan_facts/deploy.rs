//! What putting built code live needs to know: where the code is, and what it brings.

use super::error::PlanError;
use super::in_flight::{self, Listed, Made};
use super::ranges::{commit_of, commits_between, environment, migrations_of_range, named, read_releases};
use super::rolled_back::{Carrier, shipped_again, unknown_code};
use super::sources::PlanSources;
use futures::future::join;
use slipway_domain::action::{Action, ActionKind, Code, ReleaseAction, ReleaseChange};
use slipway_domain::environment::{Build, Environment};
use slipway_domain::humanize::short;
use slipway_domain::lineage::{live, pull_requests};
use slipway_domain::plan::{Arriving, BuiltBy, Deploy, DeployFacts, plan_deploy, with_in_flight, with_release_pipeline, with_ships_again};
use slipway_domain::plan::{CrossedMigration, LeavingPullRequest, Plan, Request};
use slipway_domain::release::{CodeId, Release};
use slipway_domain::shipment::{Change, Shipment};
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::status::ReleaseStatus;
use slipway_domain::vendor::PlatformProfile;
use slipway_vendor::{CodeHost, Platform};

pub(crate) async fn promote(sources: &PlanSources, state: &ServiceState, from: &str, to: &str, id: String) -> Result<Plan, PlanError> {
    if from == to {
        return Err(PlanError::Impossible(format!("{from} cannot be promoted to itself")));
    }
    let (mut source, mut target) = (environment(state, from)?, environment(state, to)?);
    let platform = sources.accounts.platform(&state.config, &target.app)?;
    let title = platform.profile().title;
    let pipeline = sources.couplings.pipeline_of(&state.config, &target.app).await?;
    let none = || {
        PlanError::Impossible(format!("{} and {} are in no {title} pipeline together, so nothing can be promoted", source.app, target.app))
    };
    let pipeline = pipeline.ok_or_else(none)?;
    let apps = platform.latest_releases(&pipeline).await?;
    let id_of = |app: &str| apps.iter().find(|a| a.app == app).map(|a| a.app_id.clone());
    let (source_id, target_id) = id_of(&source.app).zip(id_of(&target.app)).ok_or_else(none)?;
    let sides =
        join(read_releases(sources, &*platform, &mut source, &state.main), read_releases(sources, &*platform, &mut target, &state.main));
    let ((read_source, read_target), listed) = join(sides, in_flight::listed(sources, state)).await;
    read_source?;
    read_target?;
    let nothing = || PlanError::Impossible(format!("Nothing is known to run on {}", source.app));
    let release = live(&source.releases).cloned().ok_or_else(nothing)?;
    let untold = || PlanError::Impossible(format!("{title} does not tell what code v{} of {} carries", release.version, source.app));
    let code = release.named_code().ok_or_else(untold)?;
    let commit = commit_of(sources, state, &source.app, &release).await;
    let deploy = Deploy {
        action: Action::promote(state.name.clone(), from.to_owned(), to.to_owned()),
        title: format!("Promote {from} v{} to {to}", release.version),
        step: format!("Release the code of {} v{} on {}", source.app, release.version, target.app),
        request: Request::Promote {
            app: target.app.clone(),
            pipeline,
            source_app_id: source_id,
            release_id: release.id.clone(),
            target_app_id: target_id,
        },
        code,
        commit,
        release: Some(slipway_domain::plan::ReleaseRef::from(&release)),
        source: format!("{from} v{}", release.version),
        deny: vec![],
    };
    finish(sources, state, target, deploy, listed, id).await
}

pub(crate) async fn release(sources: &PlanSources, state: &ServiceState, name: &str, code: &Code, id: String) -> Result<Plan, PlanError> {
    let mut environment = environment(state, name)?;
    let platform = sources.accounts.platform(&state.config, &environment.app)?;
    let (read, listed) = join(read_releases(sources, &*platform, &mut environment, &state.main), in_flight::listed(sources, state)).await;
    read?;
    let (title, artifact) = (platform.profile().title, platform.profile().vocabulary.artifact);
    let built = match code {
        Code::Build => of_build(&*platform, &environment).await?,
        Code::Version { version } => of_version(&*platform, &environment, *version).await?,
        Code::Artifact { artifact_id } => Built {
            artifact_id: artifact_id.clone(),
            commit: None,
            source: format!("{artifact} {artifact_id}"),
            words: format!("the built {artifact}"),
            deny: vec![],
        },
    };
    let app = environment.build_app.as_deref().filter(|_| matches!(code, Code::Build)).unwrap_or(&environment.app);
    let commit = match sources.commits.artifact_commit(&state.config, app, &built.artifact_id).await {
        Ok(commit) => commit.or(built.commit),
        Err(slipway_vendor::ReadError::NotFound(_)) => {
            return Err(PlanError::Impossible(format!("{title} knows no {artifact} {} for {app}", built.artifact_id)));
        }
        Err(error) => return Err(error.into()),
    };
    let named = commit.as_deref().map_or_else(|| built.artifact_id.clone(), |sha| short(sha).to_owned());
    let deploy = Deploy {
        action: Action::release(state.name.clone(), name.to_owned(), code.clone()),
        title: format!("Release {} on {name}", built.words),
        step: format!("Release {} on {} with its present config", built.words, environment.app),
        request: Request::ReleaseArtifact {
            app: environment.app.clone(),
            artifact_id: built.artifact_id.clone(),
            description: format!("Deploy {named}"),
        },
        code: CodeId::new(built.artifact_id),
        commit,
        release: None,
        source: built.source,
        deny: built.deny,
    };
    finish(sources, state, environment, deploy, listed, id).await
}

struct Built {
    artifact_id: String,
    commit: Option<String>,
    source: String,
    words: String,
    deny: Vec<String>,
}

async fn of_build(platform: &dyn Platform, environment: &Environment) -> Result<Built, PlanError> {
    let (title, artifact) = (platform.profile().title, platform.profile().vocabulary.artifact);
    let app = environment.build_app.as_deref();
    let app = app.ok_or_else(|| PlanError::Impossible(format!("{} has no build app", environment.name)))?;
    let build: Build = platform
        .newest_build(app)
        .await?
        .ok_or_else(|| PlanError::Impossible(format!("{app} has built nothing that {title} still lists")))?;
    if build.status == ReleaseStatus::Succeeded && build.artifact_id.is_none() {
        return Err(PlanError::Impossible(format!(
            "The newest build of {app} made no {artifact}, and {title} releases nothing else on another app"
        )));
    }
    let artifact_id = build.artifact_id.clone().filter(|_| build.status == ReleaseStatus::Succeeded);
    let artifact_id = artifact_id
        .ok_or_else(|| PlanError::Impossible(format!("The newest build of {app} is {}; there is nothing to release", build.status)))?;
    let words = build.commit.as_deref().map_or_else(|| "the newest build".to_owned(), |sha| format!("build {}", short(sha)));
    Ok(Built { artifact_id, commit: build.commit, source: format!("build {} of {app}", build.id), words, deny: vec![] })
}

/// The code of an earlier release. One that is not among the newest releases is asked for by its version.
async fn of_version(platform: &dyn Platform, environment: &Environment, version: u64) -> Result<Built, PlanError> {
    let known = environment.releases.iter().find(|r| r.version == version).cloned();
    let found: Option<Release> = match known {
        Some(release) => Some(release),
        None => platform
            .releases_before(&environment.app, version.saturating_add(1), 1)
            .await?
            .releases
            .into_iter()
            .find(|r| r.version == version),
    };
    let app = &environment.app;
    let release = found.ok_or_else(|| PlanError::Impossible(format!("{app} has no release v{version}")))?;
    let artifact_id =
        release.artifact_id.clone().ok_or_else(|| PlanError::Impossible(not_an_artifact(platform.profile(), &release, app)))?;
    let deny = match release.status {
        ReleaseStatus::Succeeded => {
            release.marked_bad.iter().map(|bad| format!("v{version} is marked bad by {}: {}", bad.by, bad.reason)).collect()
        }
        ReleaseStatus::Pending | ReleaseStatus::Failed | ReleaseStatus::Expired | ReleaseStatus::Unknown => {
            vec![format!("v{version} is {}: only code that was live can be released again", release.status)]
        }
    };
    Ok(Built { artifact_id, commit: None, source: format!("code of v{version}"), words: format!("the code of v{version}"), deny })
}

/// An image cannot be named in a release: only built artifacts can.
fn not_an_artifact(platform: PlatformProfile, release: &Release, app: &str) -> String {
    let (version, title, artifact) = (release.version, platform.title, platform.vocabulary.artifact);
    if release.is_image() {
        let instead = format!("`rollback --to v{version}` restores both");
        return format!("v{version} of {app} runs an image, and {title} releases only {artifact}s without their config; {instead}");
    }
    format!("v{version} of {app} carries no code")
}

async fn finish(
    sources: &PlanSources,
    state: &ServiceState,
    mut environment: Environment,
    deploy: Deploy,
    listed: Listed,
    id: String,
) -> Result<Plan, PlanError> {
    let mut arriving = Arriving::default();
    know_the_live_commit(sources, state, &mut environment).await;
    let commit = deploy.commit.clone();
    let made = Made { environment: &environment, commit: commit.as_deref(), since: None };
    let learnt = learn(sources, state, &environment, commit.as_deref(), &mut arriving);
    let builder = built_by(sources, state, commit.as_deref(), &listed);
    let ((learnt, (over, gaps)), builder) = join(join(learnt, in_flight::over(sources, state, &made, &listed, &[])), builder).await;
    let known = learnt.unwrap_or_else(|why| {
        arriving.gaps.push(why);
        Vec::new()
    });
    let again = match commit.as_deref() {
        Some(code) => shipped_again(sources, state, &mut [environment.clone()], Carrier { code, at_host: code, known }).await,
        None => unknown_code(std::slice::from_ref(&environment)),
    };
    let usual = slipway_domain::estimate::from_runs(&crate::reducer::release_seconds(&environment, false));
    let shipment = shipment(&arriving);
    let released = matches!(&deploy.action.kind, ActionKind::Release(ReleaseAction { change: ReleaseChange::Release { .. }, .. }));
    let plan =
        Plan { shipment, ..plan_deploy(DeployFacts { environment: &environment, deploy, arriving, usual }, id, sources.clock.now()) };
    let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
    let plan = if released { with_release_pipeline(plan, &builder, &environment.name, &names) } else { plan };
    Ok(with_ships_again(with_in_flight(plan, over, gaps), again))
}

fn shipment(arriving: &Arriving) -> Shipment {
    let direct = arriving.direct_commits.iter().map(|sha| Change::of_sha(sha));
    Shipment {
        takes_out: arriving.leaving.iter().map(Change::of_leaving).collect(),
        brings: arriving.pull_requests.iter().flatten().map(Change::of_leaving).chain(direct).collect(),
        ..Shipment::default()
    }
}

/// The newest pipeline of the commit, as it is now.
async fn built_by(sources: &PlanSources, state: &ServiceState, commit: Option<&str>, listed: &Listed) -> BuiltBy {
    if state.config.ci.is_none() {
        return BuiltBy::NoCi;
    }
    let Some(commit) = commit else { return BuiltBy::NotKnown("The commit it was built from is not known.".to_owned()) };
    let of_it = listed.pipelines.iter().chain(&state.pipelines).filter(|pipeline| pipeline.commit.as_deref() == Some(commit));
    let newest = of_it.reduce(|newest, other| if other.is_newer_than(newest) { other } else { newest });
    let Some(newest) = newest else {
        let gap = listed.gap.clone().map_or_else(|| format!("No pipeline of {} is listed.", short(commit)), |gap| format!("{gap}."));
        return BuiltBy::NotKnown(gap);
    };
    let (found, unread) = in_flight::followed(sources, state, vec![newest.clone()]).await;
    match (found.into_iter().next(), unread) {
        (Some(pipeline), None) => BuiltBy::Pipeline(Box::new(pipeline)),
        (Some(_) | None, _) => BuiltBy::NotKnown(format!("Pipeline #{} could not be read.", newest.number)),
    }
}

/// Fills in the commit of the live release, so that it can be compared with the commit that comes.
async fn know_the_live_commit(sources: &PlanSources, state: &ServiceState, environment: &mut Environment) {
    let Some(now) = live(&environment.releases) else { return };
    let (version, commit) = (now.version, commit_of(sources, state, &environment.app, now).await);
    for release in environment.releases.iter_mut().filter(|r| r.version == version) {
        release.commit.clone_from(&commit);
    }
}

async fn learn(
    sources: &PlanSources,
    state: &ServiceState,
    environment: &Environment,
    commit: Option<&str>,
    arriving: &mut Arriving,
) -> Result<Vec<Commit>, String> {
    let now = live(&environment.releases).ok_or_else(|| format!("Nothing is known to run on {}", environment.app))?;
    let unknown = |what: &str| format!("The commit of {what} is not known, so what it brings cannot be told");
    let head = commit.ok_or_else(|| unknown("the new code"))?;
    let base = now.commit.clone().ok_or_else(|| unknown(&format!("v{}", now.version)))?;
    if head == base {
        arriving.pull_requests = Some(vec![]);
        arriving.migrations = Some(vec![]);
        return Ok(Vec::new());
    }
    let host = sources.accounts.code_host(&state.config).map_err(|e| e.to_string())?;
    let (come, go) = join(commits_between(&*host, state, &base, head), commits_between(&*host, state, head, &base)).await;
    let (come, go) = (come?, go?);
    let commits: Vec<Commit> = come.iter().chain(&go).cloned().collect();
    let (come, go) = join(range(&*host, state, &come), range(&*host, state, &go)).await;
    let (prs, direct, migrations) = come?;
    arriving.pull_requests = Some(prs);
    arriving.direct_commits = direct;
    arriving.migrations = Some(migrations);
    let (leaving, _, left) = go?;
    arriving.leaving = leaving;
    arriving.left_migrations = left;
    Ok(commits)
}

type Range = (Vec<LeavingPullRequest>, Vec<String>, Vec<CrossedMigration>);

async fn range(host: &dyn CodeHost, state: &ServiceState, commits: &[Commit]) -> Result<Range, String> {
    if commits.is_empty() {
        return Ok((vec![], vec![], vec![]));
    }
    let numbers = pull_requests(&commits.iter().collect::<Vec<_>>());
    let direct: Vec<String> = commits.iter().filter(|c| c.pull_request.is_none()).map(|c| c.sha.clone()).collect();
    let migrations = migrations_of_range(host, state, &numbers, &direct).await;
    let migrations = migrations.map_err(|e| format!("Which migrations it brings could not be read: {e}"))?;
    Ok((named(commits, &numbers), direct, migrations))
}
