//! What setting a service up reads, over HTTP against the repositories of the sandbox's `set-ups` scenario.

#[path = "support/fixed_token.rs"]
mod fixed_token;

use fixed_token::FixedToken;
use slipway_circleci::CircleCi;
use slipway_contracts::{Contracts, Recorder, Vendor};
use slipway_domain::discover::CiConfig;
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_heroku::Heroku;
use slipway_http::{AccountClient, Http, Secret};
use slipway_sandbox::{Options, Sandbox, Scenario};
use slipway_vendor::ReadError;
use slipway_vendor::ci_config;
use slipway_vendor::discover::{AppSource, FolderFile, ProjectSource, RepositorySource};
use std::sync::Arc;

struct World {
    sandbox: Sandbox,
    recorder: Recorder,
}

impl World {
    async fn start() -> Self {
        let options = Options { speed: 60.0, scenario: Scenario::SetUps, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let vendors =
            [(Vendor::Github, sandbox.github_url()), (Vendor::Circleci, sandbox.circleci_url()), (Vendor::Heroku, sandbox.heroku_url())];
        let recorder = Recorder::before(&vendors).await.unwrap();
        Self { sandbox, recorder }
    }

    fn account(&self, vendor: Vendor) -> AccountClient {
        let (kind, token) = match vendor {
            Vendor::Github => (slipway_github::SPEC.dialect, self.sandbox.github_token()),
            Vendor::Circleci => (slipway_circleci::SPEC.dialect, self.sandbox.circleci_token()),
            Vendor::Heroku => (slipway_heroku::SPEC.dialect, self.sandbox.heroku_token()),
        };
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        http.account(kind, Some(self.recorder.url(vendor)), Arc::new(FixedToken(Secret::new(token)))).unwrap()
    }

    /// Every request and answer follows its vendor's contract.
    fn keeps_to_contract(&self) {
        let contracts = Contracts::load().unwrap();
        contracts.missing().iter().for_each(|missing| println!("{missing}"));
        let violations = contracts.report(&self.recorder.taken());
        assert!(violations.is_empty(), "{}", violations.join("\n"));
    }
}

/// Where CIs keep their configuration.
const FOLDERS: [&str; 2] = [".circleci", ".github/workflows"];

fn config(file: &FolderFile) -> CiConfig {
    let (vendor, role) = slipway_registry::VENDORS.cis().find(|(_, role)| role.config.folder == file.folder).expect("a CI's folder");
    let scan = slipway_heroku::SPEC.platform.expect("a platform").scan;
    ci_config::read(vendor.id, &role.config, scan, &file.path, file.text.as_deref().expect("text"))
}

#[tokio::test]
async fn github_tells_repositories_files_and_whose_commits() {
    let world = World::start().await;
    let github = Github::new(world.account(Vendor::Github));
    let page = github.repositories(None).await.unwrap();
    assert!(page.next.is_none() && page.repositories.len() == 8, "{page:?}");
    assert!(page.repositories.iter().all(|r| r.pushed_at.is_some() && r.name.starts_with("acme/")));

    let files = github.repository_files("acme/payments", &FOLDERS).await.unwrap();
    assert_eq!((files.name.as_str(), files.default_branch.as_deref(), files.gaps.len()), ("acme/payments", Some("main"), 0));
    let configs: Vec<CiConfig> = files.files.iter().map(config).collect();
    let systems: Vec<(&str, bool, bool)> =
        configs.iter().map(|c| (c.path.split('/').next().unwrap_or_default(), c.deploys, c.whole)).collect();
    assert_eq!(systems, [(".circleci", false, true), (".github", true, true)]);
    assert_eq!(files.newest_commits.len(), 6);
    assert!(matches!(github.repository_files("acme/no-such", &FOLDERS).await, Err(ReadError::NotFound(_))));

    let facts = github.branch("acme/payments", "main").await.unwrap();
    assert_eq!((facts.name.as_str(), facts.default_branch.as_deref(), facts.exists), ("acme/payments", Some("main"), Some(true)));
    assert_eq!(github.branch("acme/payments", "no-such").await.unwrap().exists, Some(false));
    let (own, short) = (files.newest_commits[2].clone(), files.newest_commits[3][..8].to_owned());
    let other = github.repository_files("acme/kiosk", &FOLDERS).await.unwrap().newest_commits[0].clone();
    let asked = [own, other, short, "main".to_owned(), "not hexadecimal".to_owned()];
    let known = github.known_commits("acme/payments", &asked).await.unwrap();
    assert_eq!(known, [Some(true), Some(false), Some(true), Some(false), Some(false)]);
    world.keeps_to_contract();
}

#[tokio::test]
async fn circleci_and_heroku_tell_projects_apps_and_builds() {
    let world = World::start().await;
    let circleci = CircleCi::new(world.account(Vendor::Circleci));
    assert!(circleci.has_project("gh/acme/kiosk").await.unwrap());
    assert!(!circleci.has_project("gh/acme/handbook").await.unwrap());

    let heroku = Heroku::new(world.account(Vendor::Heroku));
    let list = heroku.apps().await.unwrap();
    assert!(list.complete && list.gaps.is_empty());
    let app = |name: &str| list.apps.iter().find(|a| a.name == name).unwrap_or_else(|| panic!("no {name}")).clone();
    let production = app("fierce-canyon-4821");
    let coupling = production.coupling.clone().unwrap();
    assert_eq!((coupling.pipeline.as_str(), coupling.stage.as_str()), ("loyalty", "production"));
    assert_eq!(
        (production.owner.as_deref(), production.region.as_deref(), production.build_stack.as_deref()),
        (Some("acme"), Some("eu"), Some("heroku-24"))
    );
    assert!(production.released_at.is_some() && production.web_url.is_some() && app("acme-kiosk").coupling.is_none());
    assert_eq!(heroku.built_artifacts("fierce-canyon-4821").await.unwrap(), Vec::<String>::new());
    assert_eq!(heroku.built_artifacts("still-lake-1177").await.unwrap().len(), 6);
    world.keeps_to_contract();
}
