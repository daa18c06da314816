//! Commands for pipelines that no push starts, and for their failures.

use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::service;
use crate::world::World;
use crate::world::pipeline::Trigger;
use crate::world::triggered_pipelines::Started;

type Done = Result<Value, String>;

/// None: the command is not one of these.
pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Done> {
    Some(match verb {
        "start_other" => start(world, of),
        "github_app" => service(world, of).map(|service| {
            world.services[service].ci_app = of["on"].as_bool().unwrap_or(true);
            json!({})
        }),
        "forget_jobs" => pipeline(world, of).map(|(service, pipeline)| {
            world.services[service].pipelines[pipeline].forgotten = true;
            json!({})
        }),
        "poison" => pipeline(world, of).map(|(service, pipeline)| {
            world.services[service].pipelines[pipeline].poisoned = true;
            json!({})
        }),
        _ => return None,
    })
}

fn start(world: &mut World, of: &Value) -> Done {
    let service = service(world, of)?;
    let trigger = match of["by"].as_str() {
        Some("push") => Trigger::Push,
        Some("schedule") => Trigger::Schedule,
        Some("api") => Trigger::Api,
        Some("manual") => Trigger::Manual,
        _ => return Err("by is push, schedule, api or manual".into()),
    };
    let names = of["workflows"].as_array().map(|names| names.iter().filter_map(Value::as_str).map(Arc::from).collect());
    let error = of["error"].as_str().map(str::to_owned);
    let is = |key: &str| of[key].as_bool().unwrap_or(false);
    let made = world.start_other(service, Started { trigger, workflows: names, error, skipped: is("skipped"), fails: is("fails") });
    Ok(json!({"number": world.services[service].pipelines[made].number}))
}

fn pipeline(world: &World, of: &Value) -> Result<(usize, usize), String> {
    let service = service(world, of)?;
    let number = of["number"].as_u64().unwrap_or(0);
    let found = world.services[service].pipelines.iter().position(|p| p.number == number);
    found.map(|pipeline| (service, pipeline)).ok_or_else(|| format!("no pipeline {number}"))
}
