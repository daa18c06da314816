//! `slipway incidents`: records of what hurt, and what persons add to them.

mod text;

use super::engine;
use crate::arguments::{IncidentsArguments, IncidentsCommand};
use crate::exit::Exit;
use crate::look::when::Clock;
use crate::{print, safe_text};
use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::humanize::names_there_are;
use slipway_domain::incident::{IncidentRefused, IncidentSummary};
use slipway_engine::{Engine, IncidentError};

/// Seconds after which a closed record is listed with `--all` only.
const LISTED: f64 = 90.0 * 86_400.0;

/// The document of `--json`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document<'a> {
    /// Open ones first, then the newest.
    pub(super) incidents: Vec<&'a IncidentSummary>,
}

pub(super) async fn run(arguments: IncidentsArguments) -> Result<Exit> {
    let engine = engine(false).await?;
    let Some(command) = arguments.command else {
        return list(&engine, arguments.service.as_deref(), arguments.all, arguments.json).await;
    };
    match carried_out(&engine, command).await? {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            print::say(&error.to_string());
            Ok(exit(&error))
        }
    }
}

async fn list(engine: &Engine, service: Option<&str>, all: bool, json: bool) -> Result<Exit> {
    let records = engine.incidents().await?;
    let mut known: Vec<String> = engine.services().into_iter().map(|service| service.name).collect();
    known.extend(records.iter().map(|record| record.service.clone()));
    if let Some(name) = service.filter(|name| !known.iter().any(|other| other == name)) {
        known.sort();
        known.dedup();
        print::say(&format!("There is no service {name}. {}", names_there_are(name, &known)));
        return Ok(Exit::Usage);
    }
    let now = engine.now();
    let is_listed = |record: &&IncidentSummary| all || record.closed_at.is_none_or(|closed| now.since(closed) < LISTED);
    let is_meant = |record: &&IncidentSummary| service.is_none_or(|name| record.service == name);
    let listed: Vec<&IncidentSummary> = records.iter().filter(is_meant).filter(is_listed).collect();
    if json {
        print::json(&Document { incidents: listed }, true)?;
    } else if listed.is_empty() {
        print::note(if all { "No incident is kept." } else { "No incident in 90 days." });
    } else {
        print::lines(&text::list(&listed, &Clock::at(now)))?;
    }
    Ok(Exit::Done)
}

async fn carried_out(engine: &Engine, command: IncidentsCommand) -> Result<Result<(), IncidentError>> {
    let done = match command {
        IncidentsCommand::Show { incident, markdown, json } => show(engine, &incident, markdown, json).await,
        IncidentsCommand::Open { service, environment, title } => match engine.open_incident(&service, &environment, &title).await {
            Ok(record) => Ok(print::text(&format!("opened: incident {}", record.number))),
            Err(error) => Err(error),
        },
        IncidentsCommand::Close { incident, reason } => match id_of(engine, &incident).await {
            Ok(id) => engine.close_incident(&id, &reason).await.map(|()| print::text("closed")),
            Err(error) => Err(error),
        },
        IncidentsCommand::Note { incident, text } => match id_of(engine, &incident).await {
            Ok(id) => engine.add_incident_note(&id, &text, None).await.map(|()| print::text("noted")),
            Err(error) => Err(error),
        },
        IncidentsCommand::Acknowledge { incident } => match id_of(engine, &incident).await {
            Ok(id) => engine.acknowledge_incident(&id).await.map(|()| print::text("acknowledged: this computer is not told of it again")),
            Err(error) => Err(error),
        },
    };
    match done {
        Ok(printed) => printed.map(Ok),
        Err(error) => Ok(Err(error)),
    }
}

async fn show(engine: &Engine, incident: &str, markdown: bool, json: bool) -> Result<Result<()>, IncidentError> {
    let id = id_of(engine, incident).await?;
    if markdown {
        let document = engine.incident_markdown(&id).await?;
        return Ok(print::text(safe_text::lines(&document).trim_end()));
    }
    let view = engine.incident(&id).await?;
    Ok(if json { print::json(&view, true) } else { print::lines(&text::record(&view, &Clock::at(engine.now()))) })
}

/// The id of the record with this number or id.
async fn id_of(engine: &Engine, incident: &str) -> Result<String, IncidentError> {
    let number = incident.trim_start_matches('#').parse::<u64>().ok();
    let found = engine.incidents().await?.into_iter().find(|record| Some(record.number) == number || record.id == incident);
    found.map(|record| record.id).ok_or_else(|| IncidentError::NoSuchIncident(incident.to_owned()))
}

fn exit(error: &IncidentError) -> Exit {
    match error {
        IncidentError::NoSuchIncident(_) | IncidentError::NoSuchService { .. } | IncidentError::NoSuchEnvironment { .. } => Exit::Usage,
        IncidentError::Refused(IncidentRefused::NoReason | IncidentRefused::NoText) => Exit::Usage,
        IncidentError::Refused(_) | IncidentError::Store(_) => Exit::Failed,
    }
}
