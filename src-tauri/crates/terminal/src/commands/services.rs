//! `slipway service`.

pub(super) mod edit;

use super::{engine, setup_exit};
use crate::arguments::values;
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use crate::setup::{self, SaidOfEnvironment};
use crate::vendors;
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::service::{Service, default_migration_paths};
use slipway_domain::trial::{PartPlace, Trial, Trials, TriedKind, TriedPart};
use slipway_engine::{Engine, SetupError};

/// `slipway service list --json`: in the order of the services.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document {
    services: Vec<Service>,
}

pub(super) async fn add(service: Service, unchecked: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    let is_new = !engine.services().iter().any(|known| known.name == service.name);
    if is_new && let Err(error) = setup::check(&service) {
        return refused(&SetupError::Usage(error));
    }
    if is_new && !unchecked {
        let (_, missing) = finds_missing(&engine, &service, &PartPlace::all_of(&service)).await;
        if missing {
            return Ok(Exit::Failed);
        }
    }
    let line = summary(&service);
    match setup::add_service(&engine, service).await {
        Ok(()) => {
            print::text(&format!("{} {line}", if is_new { "Added" } else { "Changed" }))?;
            Ok(Exit::Done)
        }
        Err(error) => refused(&error),
    }
}

pub(super) async fn list(json: bool) -> Result<Exit> {
    let services = engine(false).await?.services();
    if json {
        print::json(&Document { services }, true)?;
        return Ok(Exit::Done);
    }
    for service in &services {
        print::text(&line(service))?;
    }
    if services.is_empty() {
        print::note(&format!("No services yet. Add one: {}", vendors::service_example(&vendors::ci_examples().join("|"))));
    }
    Ok(Exit::Done)
}

/// Follows another branch, or says something of an environment.
pub(super) async fn set(name: &str, branch: Option<&str>, said: Option<SaidOfEnvironment<'_>>) -> Result<Exit> {
    match setup::set_service(&engine(false).await?, name, branch, said).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => refused(&error),
    }
}

pub(super) async fn remove(name: &str) -> Result<Exit> {
    match engine(false).await?.remove_service(name).await {
        Ok(()) => {
            print::text(&format!("Removed the service {}. Nothing changed at the vendors.", one_line(name)))?;
            Ok(Exit::Done)
        }
        Err(error) => refused(&error),
    }
}

fn refused(error: &SetupError) -> Result<Exit> {
    print::say(&error.to_string());
    Ok(setup_exit(error))
}

/// Reads what of the service `places` names. True: something of it does not exist, so it must not be kept.
async fn finds_missing(engine: &Engine, service: &Service, places: &[PartPlace]) -> (Trials, bool) {
    let trials = setup::try_service(engine, service, places).await;
    let missing = tell_missing(&trials);
    (trials, missing)
}

/// Says what was not found, or else what is in doubt. True: something does not exist.
fn tell_missing(trials: &Trials) -> bool {
    let missing: Vec<&TriedPart> = trials.parts.iter().filter(|part| part.missing).collect();
    if missing.is_empty() {
        for part in trials.parts.iter().filter(|part| part.trial != Trial::Works && is_told(part)) {
            print::say(&format!("{}: {}", part_name(part), part.message));
        }
        return false;
    }
    for part in missing {
        print::say(&format!("{}: {}", part_name(part), part.message));
    }
    print::say("Nothing was saved. With --unchecked it is saved all the same.");
    true
}

/// Which files migrations are is known from pull requests, and of a new service none was read.
fn is_told(part: &TriedPart) -> bool {
    part.part != TriedKind::Migrations
}

fn part_name(part: &TriedPart) -> String {
    let word = part.part.word().replace('_', " ");
    part.environment.as_ref().map_or(word.clone(), |environment| format!("{environment} {word}"))
}

/// `storefront: acme/storefront@main, gh/acme/storefront, production and staging`
fn summary(service: &Service) -> String {
    let ci = service.ci.as_ref().map_or_else(|| "no CI".to_owned(), vendors::ci_text);
    let names: Vec<String> = service.environments.iter().map(|environment| environment.name.clone()).collect();
    let environments = if names.is_empty() { "no environment".to_owned() } else { slipway_domain::humanize::list(&names) };
    one_line(&format!("{}: {}@{}, {ci}, {environments}", service.name, service.repo, service.branch))
}

fn line(service: &Service) -> String {
    let ci = service.ci.as_ref().map_or_else(|| "no CI".to_owned(), vendors::ci_text);
    let environments = service.environments.iter().map(values::environment_words);
    let parts = [service.name.clone(), format!("{}@{}", service.repo, service.branch), ci];
    let accounts = service.accounts.iter().map(|id| format!("account {id}"));
    let own = service.migration_paths != default_migration_paths();
    let migrations = own.then(|| format!("migrations {}", globs(&service.migration_paths)));
    let all = parts.into_iter().chain(environments).chain(accounts).chain(migrations);
    all.map(|part| one_line(&part)).collect::<Vec<_>>().join("  ")
}

fn globs(globs: &[String]) -> String {
    if globs.is_empty() { "none".to_owned() } else { globs.join(" ") }
}
