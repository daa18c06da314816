//! `slipway compare`: what lies between two releases of a service.

mod text;

use super::{engine, named};
use crate::arguments::values::version;
use crate::exit::Exit;
use crate::look::when::Clock;
use crate::{print, safe_text};
use anyhow::Result;
use slipway_domain::comparison::{Relation, ReleaseName, markdown};
use slipway_domain::humanize::names_there_are;
use slipway_domain::snapshot::ServiceState;
use slipway_engine::PlanError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Markdown,
    Json,
}

pub(super) async fn show(service: &str, base: &str, head: &str, form: Form) -> Result<Exit> {
    let engine = engine(false).await?;
    let meant = named::service(&engine, service).and_then(|state| Ok((release(&state, base)?, release(&state, head)?)));
    let (base, head) = match meant {
        Ok(meant) => meant,
        Err(unknown) => {
            print::say(&unknown);
            return Ok(Exit::Usage);
        }
    };
    let comparison = match engine.compare(service, &base, &head).await {
        Ok(comparison) => comparison,
        Err(error) => {
            print::say(&error.to_string());
            let no_such_name = matches!(error, PlanError::NotFound(_));
            return Ok(if no_such_name { Exit::Usage } else { Exit::Failed });
        }
    };
    match form {
        Form::Json => print::json(&comparison, true)?,
        Form::Markdown => print::text(safe_text::lines(&markdown(&comparison)).trim_end())?,
        Form::Text => print::lines(&text::lines(&comparison, &Clock::at(engine.now())))?,
    }
    // What was read is printed; the exit code tells that it is not all.
    let is_known = comparison.gaps.is_empty() && comparison.relation != Relation::Unknown;
    Ok(if is_known { Exit::Done } else { Exit::Failed })
}

/// `staging`, `staging:v901`, or `v655` of production.
fn release(state: &ServiceState, name: &str) -> Result<ReleaseName, String> {
    let of = |environment: &str, version| ReleaseName { environment: environment.to_owned(), version };
    if state.environment(name).is_some() {
        return Ok(of(name, None));
    }
    if let Some((environment, number)) = name.rsplit_once(':') {
        let number = version(number).map_err(|why| format!("{name}: {why}"))?;
        let known = state.environment(environment).is_some();
        return if known { Ok(of(environment, Some(number))) } else { Err(no_environment(state, environment)) };
    }
    match version(name).ok() {
        Some(number) => match state.productions().collect::<Vec<_>>()[..] {
            [only] => Ok(of(&only.name, Some(number))),
            _ => {
                Err(format!("Which environment's v{number} is meant is not clear: write ENVIRONMENT:v{number}. {}", there_are(state, name)))
            }
        },
        None => Err(no_environment(state, name)),
    }
}

fn no_environment(state: &ServiceState, name: &str) -> String {
    format!("{} has no environment {name}. {}", state.name, there_are(state, name))
}

fn there_are(state: &ServiceState, name: &str) -> String {
    names_there_are(name, &state.environments.iter().map(|e| e.name.as_str()).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
