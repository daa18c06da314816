//! What the likeliest apps run, and whose commits those are.

use crate::accounts::Accounts;
use crate::commit_index::CommitIndex;
use futures::future::join_all;
use slipway_domain::discover::{Inside, Look, Origin, ReleaseFacts, sha_in};
use slipway_domain::service::Service;
use slipway_domain::vendor::VendorId;
use slipway_vendor::discover::{App, AppSource, RepositoryFiles};
use slipway_vendor::{Platform, ReadError};
use std::collections::{BTreeSet, HashMap};

/// Newest releases of an app that are read.
const RELEASES: usize = 6;
/// Of them, the artifacts that are asked for their commits.
const ARTIFACTS: usize = 2;
/// Apps that are asked what was built on them.
const BUILDS: usize = 12;

pub(crate) type Looked = Look<Inside>;

pub(super) async fn look_into(
    (accounts, commits): (&Accounts, &CommitIndex),
    asked: &Service,
    repo: &str,
    (platform_id, apps): (VendorId, &[&App]),
    files: Option<&RepositoryFiles>,
    gaps: &mut Vec<(String, String)>,
) -> HashMap<String, Looked> {
    let Ok((source, platform)) = accounts.apps(asked, platform_id) else { return HashMap::new() };
    let releases = join_all(apps.iter().map(|app| releases(commits, &*platform, &app.name))).await;
    let mut looked: Vec<(&App, Look<Inside>)> = apps
        .iter()
        .zip(releases)
        .map(|(app, read)| match read {
            Ok(releases) => (*app, Look::Seen(Inside { releases, built: None })),
            Err(error) => (*app, Look::Unseen(format!("its releases could not be read: {error}"))),
        })
        .collect();
    let origins = origins(accounts, asked, repo, &looked, files, gaps).await;
    for (_, inside) in &mut looked {
        let Look::Seen(inside) = inside else { continue };
        for release in &mut inside.releases {
            release.origin = release.commit.as_ref().and_then(|commit| origins.get(commit)).copied();
        }
    }
    builds(&*source, platform_id, &mut looked, gaps).await;
    looked.into_iter().map(|(app, inside)| (app.name.clone(), inside)).collect()
}

async fn releases(commits: &CommitIndex, platform: &dyn Platform, app: &str) -> Result<Vec<ReleaseFacts>, ReadError> {
    let page = platform.releases(app, RELEASES).await?;
    let mut artifacts: Vec<&str> = Vec::new();
    for artifact_id in page.releases.iter().filter_map(|r| r.artifact_id.as_deref()) {
        if !artifacts.contains(&artifact_id) && artifacts.len() < ARTIFACTS {
            artifacts.push(artifact_id);
        }
    }
    // A artifact that cannot be read leaves its release without a commit, and the app without an origin.
    let found = join_all(
        artifacts
            .iter()
            .map(|artifact_id| async move { Some((*artifact_id, commits.artifact_commit_at(platform, app, artifact_id).await.ok()??)) }),
    )
    .await;
    let of_artifacts: HashMap<&str, String> = found.into_iter().flatten().collect();
    let fact = |release: &slipway_domain::release::Release| {
        let of_artifact = release.artifact_id.as_deref().and_then(|artifact_id| of_artifacts.get(artifact_id)).cloned();
        ReleaseFacts {
            version: release.version,
            commit: of_artifact.or_else(|| sha_in(&release.description).map(str::to_owned)),
            description: release.description.clone(),
            user: release.user.clone(),
            artifact_id: release.artifact_id.clone(),
            origin: None,
        }
    };
    Ok(page.releases.iter().map(fact).collect())
}

/// Whose each commit is, by the newest commits of the default branch and then by asking.
async fn origins(
    accounts: &Accounts,
    asked: &Service,
    repo: &str,
    looked: &[(&App, Looked)],
    files: Option<&RepositoryFiles>,
    gaps: &mut Vec<(String, String)>,
) -> HashMap<String, Origin> {
    let Some(files) = files else { return HashMap::new() };
    let insides = looked.iter().filter_map(|(_, inside)| inside.seen());
    let commits: BTreeSet<&String> = insides.flat_map(|i| &i.releases).filter_map(|r| r.commit.as_ref()).collect();
    let on_main = |commit: &str| files.newest_commits.iter().any(|newest| newest.starts_with(commit));
    let (main, others): (Vec<&String>, Vec<&String>) = commits.into_iter().partition(|c| on_main(c));
    let mut origins: HashMap<String, Origin> = main.into_iter().map(|commit| (commit.clone(), Origin::Main)).collect();
    if others.is_empty() {
        return origins;
    }
    let others: Vec<String> = others.into_iter().cloned().collect();
    let known = match accounts.repositories(asked) {
        Ok(source) => source.known_commits(repo, &others).await,
        Err(error) => Err(error),
    };
    match known {
        Ok(known) => {
            let origin = |known: bool| if known { Origin::Repository } else { Origin::Foreign };
            origins.extend(others.into_iter().zip(known).filter_map(|(commit, known)| Some((commit, origin(known?)))));
        }
        Err(error) => gaps.push((
            accounts.code_host_vendor().map_or_else(|_| String::new(), |vendor| vendor.to_string()),
            format!("Whose commits the apps run could not be asked: {error}"),
        )),
    }
    origins
}

/// Asked only of apps that run the repository's commits: the others build something else.
async fn builds(source: &dyn AppSource, vendor: VendorId, looked: &mut [(&App, Looked)], gaps: &mut Vec<(String, String)>) {
    let ours = |inside: &Inside| inside.releases.iter().any(|r| matches!(r.origin, Some(Origin::Main | Origin::Repository)));
    let asked = looked.iter_mut().filter_map(|(app, inside)| match inside {
        Look::Seen(inside) if ours(inside) => Some((&**app, inside)),
        Look::Seen(_) | Look::Unseen(_) => None,
    });
    let answers =
        join_all(asked.take(BUILDS).map(|(app, inside)| async move { (app, inside, source.built_artifacts(&app.name).await) })).await;
    for (app, inside, answer) in answers {
        match answer {
            Ok(built) => inside.built = Some(built),
            Err(error) => gaps.push((vendor.to_string(), format!("What was built on {} could not be read: {error}", app.name))),
        }
    }
}
