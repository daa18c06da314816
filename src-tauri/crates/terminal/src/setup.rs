//! Setting up accounts and services, the same in the window and in the terminal.

mod trial;

pub use trial::try_service;

use crate::safe_text::{is_direction, is_unseen, one_line};
use crate::vendors;
use slipway_domain::humanize::names_there_are;
use slipway_domain::service::{CiProject, EnvironmentConfig, Service};
use slipway_domain::watch::{DEFAULT_MINUTES, LONGEST_MINUTES, SHORTEST_MINUTES};
use slipway_engine::{Engine, SetupError};
use slipway_vendor::{HealthUrl, is_path_part, one_of};
use std::collections::HashSet;

const LONGEST_NAME: usize = 100;
const LONGEST_GLOB: usize = 300;

/// Adds a service that is valid and whose name is free, or sets which environments of an existing service are
/// production.
pub async fn add_service(engine: &Engine, service: Service) -> Result<(), SetupError> {
    check(&service).map_err(SetupError::Usage)?;
    let services = engine.services();
    let Some(known) = services.iter().find(|s| s.name == service.name) else {
        return engine.add_service(service).await;
    };
    let Some(answered) = answered(known, &service) else {
        return Err(SetupError::Usage(format!("There is a service {} already. Remove it first, then add it again.", service.name)));
    };
    engine.edit_service(known, answered).await
}

/// Saves `new` in place of `was` if it is valid; see [`Engine::edit_service`].
pub async fn edit_service(engine: &Engine, was: &Service, new: Service) -> Result<(), SetupError> {
    check(&new).map_err(SetupError::Usage)?;
    engine.edit_service(was, new).await
}

/// The service of that name; the error lists those that there are.
pub fn service_named(engine: &Engine, name: &str) -> Result<Service, SetupError> {
    let services = engine.services();
    if let Some(service) = services.iter().find(|service| service.name == name) {
        return Ok(service.clone());
    }
    Err(SetupError::Usage(format!(
        "There is no service {name}. {}",
        names_there_are(name, &services.iter().map(|s| s.name.as_str()).collect::<Vec<_>>())
    )))
}

/// The place of the environment in the service; the error lists those that it has.
pub fn environment_named(service: &Service, name: &str) -> Result<usize, SetupError> {
    let found = service.environments.iter().position(|environment| environment.name == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = service.environments.iter().map(|environment| environment.name.as_str()).collect();
        let all = names_there_are(name, &names);
        SetupError::Usage(format!("{} has no environment {name}. {all}", service.name))
    })
}

/// What a person says of an environment; None leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub struct SaidOfEnvironment<'a> {
    pub environment: &'a str,
    pub production: Option<bool>,
    pub watch_minutes: Option<u64>,
}

/// Follows another branch, or takes over what is said of an environment.
pub async fn set_service(engine: &Engine, name: &str, branch: Option<&str>, said: Option<SaidOfEnvironment<'_>>) -> Result<(), SetupError> {
    let was = service_named(engine, name)?;
    let mut service = was.clone();
    if let Some(branch) = branch {
        service.branch = branch.trim_start_matches("refs/heads/").to_owned();
    }
    if let Some(said) = said {
        let at = environment_named(&service, said.environment)?;
        let environment = &mut service.environments[at];
        environment.production = said.production.or(environment.production);
        environment.watch_minutes = said.watch_minutes.or(environment.watch_minutes);
    }
    self::branch(&service.branch).map_err(SetupError::Usage)?;
    engine.edit_service(&was, service).await
}

/// A message for the removal of an account whose token an earlier version also has in the keychain.
pub fn earlier_entry_stays(id: &str) -> String {
    format!(
        "A token that an earlier version of Slipway keeps for {id} stays in the keychain (service slipway, user {id}): it and other data folders may use it. When nothing does, delete it in your keychain's own program."
    )
}

/// The existing service with the production settings of `given`; None where `given` is another service or changes
/// nothing.
fn answered(known: &Service, given: &Service) -> Option<Service> {
    let mut answered = known.clone();
    for (environment, said) in answered.environments.iter_mut().zip(&given.environments) {
        environment.production = said.production.or(environment.production);
        environment.watch_minutes = said.watch_minutes.or(environment.watch_minutes);
    }
    // What the command line leaves out keeps its value.
    let same = |environment: &EnvironmentConfig, said: &EnvironmentConfig| {
        let (production, stage) = (environment.production, environment.stage.clone());
        let watch_minutes = said.watch_minutes.or(environment.watch_minutes);
        *environment == EnvironmentConfig { production, stage, watch_minutes, ..said.clone() }
    };
    let environments = answered.environments.len() == given.environments.len()
        && answered.environments.iter().zip(&given.environments).all(|(environment, said)| same(environment, said));
    let rest = (&known.repo, &known.branch, &known.ci, &known.accounts) == (&given.repo, &given.branch, &given.ci, &given.accounts);
    (environments && rest && answered != *known).then_some(answered)
}

/// A URL in its stored form, so that one address is one account. Text that is no URL is unchanged; it is refused
/// with a reason elsewhere.
pub fn normal_url(url: &str) -> String {
    slipway_http::written_url(url).map_or_else(|| url.trim().to_owned(), |parsed| parsed.as_str().trim_end_matches('/').to_owned())
}

pub fn repository(text: &str) -> Result<(), String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [owner, repo] if is_path_part(owner) && is_path_part(repo) => Ok(()),
        _ => Err("The repository is OWNER/REPO, of letters, digits and . _ -".to_owned()),
    }
}

pub fn ci(project: &CiProject) -> Result<(), String> {
    let known = vendors::known();
    match known.get(project.provider).and_then(|vendor| vendor.ci) {
        Some(role) if (role.is_project)(&project.project) => Ok(()),
        Some(role) => Err(format!("CI is {}", role.forms)),
        None => {
            let forms: Vec<String> = known.cis().map(|(_, role)| format!("CI is {}", role.forms)).collect();
            Err(format!("{} does not run pipelines; {}", known.title(project.provider), one_of(&forms).replace(" or CI", ", or CI")))
        }
    }
}

pub fn environment(config: &EnvironmentConfig) -> Result<(), String> {
    name("An environment's name", &config.name)?;
    for app in [Some(&config.app), config.build_app.as_ref()].into_iter().flatten() {
        if !is_path_part(app) {
            return Err(format!("{} needs an app's name, of letters, digits and . _ -", one_line(&config.name)));
        }
    }
    config.watch_minutes.map_or(Ok(()), watch_minutes)?;
    config.health_url.as_deref().map_or(Ok(()), health_url)
}

/// How long a release may be watched.
pub(crate) fn watch_minutes(minutes: u64) -> Result<(), String> {
    let known = SHORTEST_MINUTES..=LONGEST_MINUTES;
    let message = || format!("A release is watched for {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes; {DEFAULT_MINUTES} is usual");
    known.contains(&minutes).then_some(()).ok_or_else(message)
}

pub(crate) fn health_url(text: &str) -> Result<(), String> {
    HealthUrl::parse(text).map(drop).map_err(|error| error.to_string())
}

fn migration_path(glob: &str) -> Result<(), String> {
    let wrong = if glob.trim().is_empty() {
        "must not be empty"
    } else if glob.chars().any(is_unprintable) {
        "must be one line, without control characters"
    } else if glob.starts_with('/') || glob.chars().count() > LONGEST_GLOB {
        "is a path in the repository without a slash at its beginning, of at most 300 characters"
    } else {
        return Ok(());
    };
    Err(format!("A migration pattern {wrong}"))
}

fn branch(name: &str) -> Result<(), String> {
    if name.trim().is_empty() || name.chars().any(is_unprintable) {
        return Err("The branch's name is empty or cannot be printed".to_owned());
    }
    Ok(())
}

pub(crate) fn check(service: &Service) -> Result<(), String> {
    name("A service's name", &service.name)?;
    repository(&service.repo)?;
    branch(&service.branch)?;
    service.ci.as_ref().map_or(Ok(()), ci)?;
    service.migration_paths.iter().try_for_each(|glob| migration_path(glob))?;
    let mut seen = HashSet::new();
    for config in &service.environments {
        environment(config)?;
        if !seen.insert(&config.name) {
            return Err(format!("The environment {} is there twice", config.name));
        }
    }
    Ok(())
}

fn name(what: &str, text: &str) -> Result<(), String> {
    let wrong = if text.trim().is_empty() {
        "must not be empty"
    } else if text.chars().any(is_unprintable) {
        "must be one line, without control characters"
    } else if text.contains(['/', '\\']) {
        "must not contain a slash"
    } else if text.chars().count() > LONGEST_NAME {
        "has at most 100 characters"
    } else {
        return Ok(());
    };
    Err(format!("{what} {wrong}"))
}

fn is_unprintable(c: char) -> bool {
    c.is_control() || is_direction(c) || is_unseen(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::vendor::VendorId;

    fn shop() -> Service {
        let production = EnvironmentConfig {
            name: "production".into(),
            provider: VendorId::new("heroku"),
            app: "shop".into(),
            build_app: None,
            health_url: None,
            production: None,
            stage: None,
            watch_minutes: None,
        };
        Service {
            name: "shop".into(),
            repo: "acme/shop.js".into(),
            branch: "main".into(),
            ci: Some(CiProject { provider: VendorId::new("circleci"), project: "gh/acme/shop.js".into() }),
            environments: vec![production],
            accounts: Vec::new(),
            migration_paths: Vec::new(),
        }
    }

    #[test]
    fn services() {
        assert_eq!(check(&shop()), Ok(()));
        assert_eq!(check(&Service { name: "Läden 2".into(), ci: None, ..shop() }), Ok(()));
        for name in ["", "  ", "a\nb", "a\u{1b}b", "a\u{202e}b", "a\u{200b}b", "a/b", "a\\b", &"x".repeat(101)] {
            assert!(check(&Service { name: name.to_owned(), ..shop() }).is_err(), "{name:?}");
        }
        for repo in ["acme", "acme/", "/shop", "acme/shop/x", "acme/..", "./shop", "acme/sh op", "acme/shop?x", "acme/shop#1"] {
            assert!(check(&Service { repo: repo.to_owned(), ..shop() }).is_err(), "{repo:?}");
        }
        for branch in ["", " ", "a\nb"] {
            assert!(check(&Service { branch: branch.to_owned(), ..shop() }).is_err(), "{branch:?}");
        }
    }

    #[test]
    fn a_known_service_is_added_again_only_to_say_what_is_production() {
        let known = Service { migration_paths: vec!["sql/*".into()], ..shop() };
        let given = |change: &dyn Fn(&mut Service)| {
            let mut service = shop();
            change(&mut service);
            answered(&known, &service)
        };
        let said = given(&|s| s.environments[0].production = Some(false));
        assert_eq!(said.as_ref().map(|s| (s.environments[0].production, &s.migration_paths)), Some((Some(false), &known.migration_paths)));
        assert_eq!(given(&|_| ()), None, "nothing new");
        let others: [&dyn Fn(&mut Service); 4] =
            [&|s| s.repo = "acme/other".into(), &|s| s.environments[0].app = "other".into(), &|s| s.environments.clear(), &|s| s.ci = None];
        for other in others {
            let also = |s: &mut Service| {
                s.environments.iter_mut().for_each(|e| e.production = Some(true));
                other(s);
            };
            assert_eq!(given(&also), None, "another service");
        }
    }

    #[test]
    fn projects() {
        let of = |artifact_id: &str| ci(&CiProject { provider: VendorId::new("circleci"), project: artifact_id.to_owned() });
        for artifact_id in [
            "gh/acme/shop",
            "github/acme/shop",
            "bb/acme/shop",
            "bitbucket/acme/shop",
            "circleci/5034460f-c7c4-4c43-9457-de07e2029e7b/PLpAb3x9VXjYSwQz",
        ] {
            assert_eq!(of(artifact_id), Ok(()), "{artifact_id}");
        }
        for artifact_id in ["", "gh", "gh/acme", "gh/acme/shop/x", "gl/acme/shop", "gh//shop", "gh/../shop", "gh/acme/sh op", "gh/acme/a?b"]
        {
            assert!(of(artifact_id).is_err(), "{artifact_id:?}");
        }
        let actions = |artifact_id: &str| ci(&CiProject { provider: VendorId::new("github"), project: artifact_id.to_owned() });
        assert_eq!(actions("acme/shop.js"), Ok(()));
        for artifact_id in ["", "acme", "gh/acme/shop", "acme/..", "acme/sh op", "acme/a?b", "/shop"] {
            assert!(actions(artifact_id).is_err(), "{artifact_id:?}");
        }
        assert!(ci(&CiProject { provider: VendorId::new("heroku"), project: "gh/acme/shop".to_owned() }).is_err());
    }

    #[test]
    fn environments() {
        let [production] = &shop().environments[..] else { panic!("one environment") };
        let twice = Service { environments: vec![production.clone(), production.clone()], ..shop() };
        assert_eq!(check(&twice), Err("The environment production is there twice".to_owned()));
        for app in ["", " ", "..", "shop/config-vars"] {
            assert!(environment(&EnvironmentConfig { app: app.to_owned(), ..production.clone() }).is_err(), "{app:?}");
            assert!(environment(&EnvironmentConfig { build_app: Some(app.to_owned()), ..production.clone() }).is_err(), "{app:?}");
        }
        assert!(environment(&EnvironmentConfig { name: " ".into(), ..production.clone() }).is_err());
        for (url, ok) in [("ftp://x", false), ("http://shop.example/up", false), ("http://127.0.0.1:80/up", true), ("https://x/up", true)] {
            assert_eq!(environment(&EnvironmentConfig { health_url: Some(url.into()), ..production.clone() }).is_ok(), ok, "{url}");
        }
        for (glob, ok) in [("db/**", true), ("", false), (" ", false), ("/db/**", false), ("a\nb", false), (&*"x".repeat(301), false)] {
            assert_eq!(check(&Service { migration_paths: vec![glob.to_owned()], ..shop() }).is_ok(), ok, "{glob:?}");
        }
    }

    #[test]
    fn one_address_is_one_url() {
        for (given, stored) in [
            ("HTTPS://Git.ACME.example/API/v3//", "https://git.acme.example/API/v3"),
            (" https://api.github.com/ ", "https://api.github.com"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("no url/", "no url/"),
            ("https://api.git\nhub.com/", "https://api.git\nhub.com/"),
            ("https:///api.github.com", "https:///api.github.com"),
        ] {
            assert_eq!(normal_url(given), stored);
        }
    }
}
