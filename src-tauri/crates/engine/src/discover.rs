//! Looking for a repository's service at the vendors.
//!
//! At most 120 requests, whatever the number of apps: one for the repository, one for the
//! CircleCI project, 30 for the lists of apps, pipelines and couplings (one each up to 1,000 of
//! them), three for each of the 24 likeliest apps (releases, two slugs), one for the builds of 12
//! of them, and two for the commits. A slug that is known is not asked again.

mod inside;

use crate::run::Core;
use inside::{Looked, look_into};
use slipway_domain::discover::{AppFacts, CiSystem, Evidence, Look, PlatformFacts, Proposal, RepoFacts, propose, rank};
use slipway_domain::service::Service;
use slipway_domain::status::ProviderKind;
use slipway_domain::words::count;
use slipway_vendor::ReadError;
use slipway_vendor::discover::{App, AppList, RepositoryFiles, RepositoryPage};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Apps that are looked into.
const LOOKED_INTO: usize = 24;

pub async fn repositories(core: &Core, accounts: &[String], after: Option<&str>) -> Result<RepositoryPage, ReadError> {
    core.connections.repositories(&nameless("", accounts))?.repositories(after).await
}

/// NotFound when the code host knows no such repository; everything else that cannot be read is
/// said in the proposal.
pub async fn discover(core: &Core, repo: &str, accounts: &[String]) -> Result<Proposal, ReadError> {
    let asked = nameless(repo, accounts);
    let (code, listed) = futures::future::join(files(core, &asked), apps(core, &asked)).await;
    let files = match code {
        Ok(files) => Look::Seen(files),
        Err(error @ ReadError::NotFound(_)) => return Err(error),
        Err(error) => Look::Unseen(error.to_string()),
    };
    let repo = files.seen().map_or(repo, |f| f.name.as_str()).to_owned();
    let mut gaps = ambiguous(core, &asked);
    gaps.extend(files.seen().iter().flat_map(|f| &f.gaps).map(|gap| ("github".to_owned(), gap.clone())));
    let configs = files.seen().map(|f| f.configs.as_slice()).unwrap_or_default();
    let (circleci, platform) = futures::future::join(project(core, &asked, &repo, files.seen()), async {
        match listed {
            Err(error) => Look::Unseen(error.to_string()),
            Ok(list) => {
                let chosen = likeliest(&list, &repo, configs);
                if chosen.len() < list.apps.len() {
                    let all = count(list.apps.len(), "app");
                    gaps.push(("heroku".to_owned(), format!("{} of {all} were looked into, the likeliest first", chosen.len())));
                }
                if !list.complete {
                    gaps.push(("heroku".to_owned(), format!("Only the first {} apps were listed", list.apps.len())));
                }
                gaps.extend(list.gaps.iter().map(|gap| ("heroku".to_owned(), gap.clone())));
                let looked = look_into(core, &asked, &repo, &chosen, files.seen(), &mut gaps).await;
                Look::Seen(facts(list, looked))
            }
        }
    })
    .await;
    let code = match files {
        Look::Seen(f) => Look::Seen(RepoFacts { default_branch: f.default_branch, archived: f.archived, configs: f.configs }),
        Look::Unseen(why) => Look::Unseen(why),
    };
    let mut proposal = propose(&Evidence { repo, code, circleci, platform, gaps });
    proposal.service.accounts = accounts.to_vec();
    Ok(proposal)
}

async fn files(core: &Core, asked: &Service) -> Result<RepositoryFiles, ReadError> {
    core.connections.repositories(asked)?.repository_files(&asked.repo).await
}

async fn apps(core: &Core, asked: &Service) -> Result<AppList, ReadError> {
    core.connections.apps(asked)?.0.apps().await
}

async fn project(core: &Core, asked: &Service, repo: &str, files: Option<&RepositoryFiles>) -> Look<Option<bool>> {
    if !files.is_some_and(|f| f.configs.iter().any(|c| c.system == CiSystem::CircleCi)) {
        return Look::Seen(None);
    }
    let known = match core.connections.projects(asked) {
        Ok(projects) => projects.has_project(&format!("gh/{repo}")).await,
        Err(error) => Err(error),
    };
    known.map_or_else(|error| Look::Unseen(error.to_string()), |known| Look::Seen(Some(known)))
}

/// By what is known of them without a further request, then by how lately they released.
fn likeliest<'l>(list: &'l AppList, repo: &str, configs: &[slipway_domain::discover::CiConfig]) -> Vec<&'l App> {
    let mut apps: Vec<&App> = list.apps.iter().collect();
    apps.sort_by_key(|a| (Reverse(rank(&a.name, a.coupling.as_ref(), repo, configs)), Reverse(a.released_at), a.name.clone()));
    apps.truncate(LOOKED_INTO);
    apps
}

fn facts(list: AppList, mut looked: HashMap<String, Looked>) -> PlatformFacts {
    let beyond = || Looked::Unseen(format!("it was not looked into: it is not among the {LOOKED_INTO} likeliest apps"));
    let app = |app: App| AppFacts {
        inside: looked.remove(&app.name).unwrap_or_else(beyond),
        name: app.name,
        owner: app.owner,
        region: app.region,
        build_stack: app.build_stack,
        web_url: app.web_url,
        released_at: app.released_at,
        coupling: app.coupling,
    };
    PlatformFacts { complete: list.complete, apps: list.apps.into_iter().map(app).collect() }
}

/// Where there are several accounts of a kind and none was named, the first is used.
fn ambiguous(core: &Core, asked: &Service) -> Vec<(String, String)> {
    let note = |kind: ProviderKind| {
        let (account, all) = core.connections.chosen(asked, kind)?;
        let named = asked.accounts.contains(&account.id);
        (all > 1 && !named).then(|| (kind.word().to_owned(), format!("Only the account {} of {all} was looked through", account.id)))
    };
    ProviderKind::ALL.iter().filter_map(|kind| note(*kind)).collect()
}

/// Names accounts, and is nothing more yet.
fn nameless(repo: &str, accounts: &[String]) -> Service {
    Service {
        name: repo.rsplit('/').next().unwrap_or_default().to_owned(),
        repo: repo.to_owned(),
        branch: String::new(),
        ci: None,
        environments: Vec::new(),
        accounts: accounts.to_vec(),
        migration_paths: Vec::new(),
    }
}
