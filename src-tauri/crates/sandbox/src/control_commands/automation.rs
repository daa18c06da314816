//! Commands for what vendors do by themselves: a queue removes a pull request, an add-on changes its config.

use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::{OTHER, app, pull, service};
use crate::world::World;
use crate::world::release::{Images, NewRelease};

type Done = Result<Value, String>;

/// None: the command is not one of these.
pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Done> {
    Some(match verb {
        "eject" => eject(world, of),
        "stop_auto_merge" => stop_auto_merge(world, of),
        "rebaseable" => pull(world, of).map(|(service, number)| {
            world.pull_mut(service, number).rebaseable = of["on"].as_bool().unwrap_or(true);
            json!({})
        }),
        "deaf" => service(world, of).map(|service| {
            world.services[service].deaf = of["on"].as_bool().unwrap_or(true);
            json!({})
        }),
        "add_on" => add_on(world, of),
        "images" => images(world, of),
        _ => return None,
    })
}

/// GitHub removes it from the queue because one of the queue's own checks failed.
fn eject(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    if !world.dequeue(service, number) {
        return Err(format!("#{number} is not in the queue"));
    }
    fail_check(world, service, number, of)
}

fn stop_auto_merge(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    let now = world.now;
    let pull = world.pull_mut(service, number);
    if pull.auto_merge.take().is_none() {
        return Err(format!("auto-merge of #{number} is off"));
    }
    pull.updated = now;
    fail_check(world, service, number, of)
}

fn fail_check(world: &mut World, service: usize, number: u64, of: &Value) -> Done {
    let Some(name) = of["check"].as_str() else { return Ok(json!({})) };
    let now = world.now;
    let check = world.pull_mut(service, number).checks.iter_mut().find(|check| check.name == name).ok_or("no such check")?;
    (check.starts, check.ends, check.passes) = (now - 1000, now, false);
    Ok(json!({}))
}

fn add_on(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let description = of["description"].as_str().ok_or("description is a text")?.to_owned();
    let live = world.apps[app].current().ok_or("nothing is live")?;
    let live = world.apps[app].releases[live].clone();
    let mut config = (*world.apps[app].config()).clone();
    for (name, value) in of["vars"].as_object().into_iter().flatten() {
        config.insert(name.clone(), value.as_str().unwrap_or_default().to_owned());
    }
    if let Some(plan) = of["plan"].as_str() {
        world.apps[app].plans.push(plan.to_owned());
    }
    let user = of["user"].as_str().unwrap_or(OTHER).to_owned();
    let new = NewRelease { description, slug: live.slug, config: Arc::new(config), code_version: Some(live.code_version), user };
    let release = world.release(app, new);
    Ok(json!({"version": world.apps[app].releases[release].version}))
}

fn images(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    world.apps[app].images = match of["are"].as_str() {
        Some("built") => Some(Images::Built),
        Some("pushed") => Some(Images::Pushed),
        Some(_) => return Err("are: built, pushed or null".into()),
        None => None,
    };
    Ok(json!({}))
}
