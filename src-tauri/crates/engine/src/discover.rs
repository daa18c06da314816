//! Looking for a repository's service at the vendors.
//!
//! At most 120 requests, whatever the number of apps: one for the repository, one for each CI's
//! project, 30 for the lists of apps, pipelines and couplings (one each up to 1,000 of
//! them), three for each of the 24 likeliest apps (releases, two artifacts), one for the builds of 12
//! of them, and two for the commits. An artifact that is known is not asked again.

mod inside;

use crate::accounts::Accounts;
use crate::commit_index::CommitIndex;
use inside::{Looked, look_into};
use slipway_domain::discover::{
    AppFacts, CiCandidate, CiConfig, Evidence, Look, PlatformFacts, PlatformTraits, Proposal, RepoFacts, propose, rank,
};
use slipway_domain::humanize::count;
use slipway_domain::service::Service;
use slipway_domain::vendor::VendorId;
use slipway_vendor::ci_config::{self, CiConfigRules, PlatformScan};
use slipway_vendor::discover::{App, AppList, FolderFile, RepositoryFiles, RepositoryPage};
use slipway_vendor::{CiRole, ReadError, VendorSpec, Vendors};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Apps that are looked into.
const LOOKED_INTO: usize = 24;

pub(crate) async fn repositories(accounts: &Accounts, named: &[String], after: Option<&str>) -> Result<RepositoryPage, ReadError> {
    accounts.repositories(&nameless("", named))?.repositories(after).await
}

/// NotFound when the code host knows no such repository; everything else that cannot be read is
/// said in the proposal.
pub(crate) async fn discover(accounts: &Accounts, commits: &CommitIndex, repo: &str, named: &[String]) -> Result<Proposal, ReadError> {
    let asked = nameless(repo, named);
    let vendors = accounts.vendors();
    let none = || ReadError::NotFound("This program knows no platform".to_owned());
    let (platform, role) = vendors.platforms().next().ok_or_else(none)?;
    let platform_traits =
        PlatformTraits { vendor: platform.id, profile: role.profile, key_word: role.key_word, is_app_host: role.is_app_host };
    let (code, listed) = futures::future::join(files(accounts, &asked), apps(accounts, &asked, platform.id)).await;
    let files = match code {
        Ok(files) => Look::Seen(files),
        Err(error @ ReadError::NotFound(_)) => return Err(error),
        Err(error) => Look::Unseen(error.to_string()),
    };
    let repo = files.seen().map_or(repo, |f| f.name.as_str()).to_owned();
    let code_host = accounts.code_host_vendor()?;
    let mut gaps = ambiguous(accounts, &asked);
    gaps.extend(files.seen().iter().flat_map(|f| &f.gaps).map(|gap| (code_host.to_string(), gap.clone())));
    let configs = files.seen().map(|files| configs(vendors, role.scan, files)).unwrap_or_default();
    let source = platform.id.to_string();
    let (cis, platform) = futures::future::join(cis(accounts, &asked, &repo, &configs), async {
        match listed {
            Err(error) => Look::Unseen(error.to_string()),
            Ok(list) => {
                let chosen = likeliest(&list, &repo, &configs);
                if chosen.len() < list.apps.len() {
                    let all = count(list.apps.len(), "app");
                    gaps.push((source.clone(), format!("{} of {all} were looked into, the likeliest first", chosen.len())));
                }
                if !list.complete {
                    gaps.push((source.clone(), format!("Only the first {} apps were listed", list.apps.len())));
                }
                gaps.extend(list.gaps.iter().map(|gap| (source.clone(), gap.clone())));
                let looked = look_into((accounts, commits), &asked, &repo, (platform.id, &chosen), files.seen(), &mut gaps).await;
                Look::Seen(facts(list, looked))
            }
        }
    })
    .await;
    let code = match files {
        Look::Seen(f) => Look::Seen(RepoFacts { default_branch: f.default_branch, archived: f.archived, configs }),
        Look::Unseen(why) => Look::Unseen(why),
    };
    let mut proposal = propose(&Evidence { repo, code_host, code, cis, platform_traits, platform, gaps });
    proposal.service.accounts = named.to_vec();
    Ok(proposal)
}

async fn files(accounts: &Accounts, asked: &Service) -> Result<RepositoryFiles, ReadError> {
    let folders: Vec<&str> = accounts.vendors().cis().map(|(_, role)| role.config.folder).collect();
    accounts.repositories(asked)?.repository_files(&asked.repo, &folders).await
}

/// What the files say, each by the rules of the CI whose they are.
fn configs(vendors: Vendors, scan: PlatformScan, files: &RepositoryFiles) -> Vec<CiConfig> {
    let of = |file: &FolderFile| {
        let (vendor, role) = vendors.cis().find(|(_, role)| role.config.folder == file.folder)?;
        let mut config = ci_config::read(vendor.id, &role.config, scan, &file.path, file.text.as_deref().unwrap_or_default());
        config.whole = config.whole && file.text.is_some() && file.is_whole;
        Some(config)
    };
    files.files.iter().filter_map(of).collect()
}

async fn apps(accounts: &Accounts, asked: &Service, platform: VendorId) -> Result<AppList, ReadError> {
    accounts.apps(asked, platform)?.0.apps().await
}

/// Every CI, and whether it knows the project. It is asked only where the repository has a
/// configuration for it.
async fn cis(accounts: &Accounts, asked: &Service, repo: &str, configs: &[CiConfig]) -> Vec<CiCandidate> {
    let candidate = |(vendor, role): (&'static VendorSpec, CiRole)| async move {
        let project = (role.project_of)(repo);
        let is_set_up = configs.iter().any(|config| config.ci == vendor.id);
        let knows = match accounts.projects(asked, vendor.id) {
            // Which repositories are its projects is known without an account too.
            Ok(None) => None,
            _ if !is_set_up => Some(Look::Seen(None)),
            Ok(Some(projects)) => {
                let known = projects.has_project(&project).await;
                Some(known.map_or_else(|error| Look::Unseen(error.to_string()), |known| Look::Seen(Some(known))))
            }
            Err(error) => Some(Look::Unseen(error.to_string())),
        };
        let CiConfigRules { place, does_not_release, .. } = role.config;
        CiCandidate { vendor: vendor.id, profile: role.profile, project, configuration: place, does_not_release, knows }
    };
    // The one that is asked about its projects is preferred to one that has every repository.
    let mut cis = futures::future::join_all(accounts.vendors().cis().map(candidate)).await;
    cis.sort_by_key(|ci| ci.knows.is_none());
    cis
}

/// By what is known of them without a further request, then by how lately they released.
fn likeliest<'l>(list: &'l AppList, repo: &str, configs: &[CiConfig]) -> Vec<&'l App> {
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
fn ambiguous(accounts: &Accounts, asked: &Service) -> Vec<(String, String)> {
    let note = |kind: VendorId| {
        let (account, all) = accounts.chosen(asked, kind)?;
        let named = asked.accounts.contains(&account.id);
        (all > 1 && !named).then(|| (kind.to_string(), format!("Only the account {} of {all} was looked through", account.id)))
    };
    accounts.vendors().all().filter_map(|vendor| note(vendor.id)).collect()
}

/// Names accounts, and is nothing more yet.
fn nameless(repo: &str, named: &[String]) -> Service {
    Service {
        name: repo.rsplit('/').next().unwrap_or_default().to_owned(),
        repo: repo.to_owned(),
        branch: String::new(),
        ci: None,
        environments: Vec::new(),
        accounts: named.to_vec(),
        migration_paths: Vec::new(),
    }
}
