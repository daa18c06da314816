//! `slipway service`.

use super::{engine, setup_exit};
use crate::arguments::values;
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use crate::setup;
use crate::vendors;
use anyhow::Result;
use slipway_domain::service::Service;

pub(super) async fn add(service: Service) -> Result<Exit> {
    match setup::add_service(&engine(false).await?, service).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            print::say(&error.to_string());
            Ok(setup_exit(&error))
        }
    }
}

pub(super) async fn list() -> Result<Exit> {
    let services = engine(false).await?.services();
    for service in &services {
        print::text(&line(service))?;
    }
    if services.is_empty() {
        print::note(&format!("No services yet. Add one: {}", vendors::service_example(&vendors::ci_examples().join("|"))));
    }
    Ok(Exit::Done)
}

/// Follows another branch, or sets whether an environment is production.
pub(super) async fn set(name: &str, branch: Option<&str>, production: Option<(&str, bool)>) -> Result<Exit> {
    match setup::set_service(&engine(false).await?, name, branch, production).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            print::say(&error.to_string());
            Ok(setup_exit(&error))
        }
    }
}

pub(super) async fn remove(name: &str) -> Result<Exit> {
    match engine(false).await?.remove_service(name).await {
        Ok(()) => {
            print::text(&format!("Removed the service {}. Nothing changed at the vendors.", one_line(name)))?;
            Ok(Exit::Done)
        }
        Err(error) => {
            print::say(&error.to_string());
            Ok(setup_exit(&error))
        }
    }
}

fn line(service: &Service) -> String {
    let ci = service.ci.as_ref().map_or_else(|| "no CI".to_owned(), vendors::ci_text);
    let environments = service.environments.iter().map(values::environment_words);
    let parts = [service.name.clone(), format!("{}@{}", service.repo, service.branch), ci];
    let accounts = service.accounts.iter().map(|id| format!("account {id}"));
    parts.into_iter().chain(environments).chain(accounts).map(|part| one_line(&part)).collect::<Vec<_>>().join("  ")
}
