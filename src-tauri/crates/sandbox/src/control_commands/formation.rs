//! Commands for process types and dynos:
//! - `{"formation": {"app", "types": {"web": 2, "worker": 1, "clock": 0}}}`: sets the process types, with all their
//!   dynos up.
//! - `{"scale": {"app", "process", "quantity"}}`: as `heroku ps:scale`; no release, and new dynos take a while to start.
//! - `{"dyno": {"app", "name"? or "process"?, "state": "up" | "starting" | "crashed" | "idle" | "down",
//!   "version"?}}`: sets the state of that dyno, or of all dynos of that process type; it stays until another event
//!   changes it.
//! - `{"one_off": {"app", "name": "run.4711", "process"?: "run", "state"?: "up", "attached": false}}`: starts a
//!   dyno outside the formation.
//! - `{"unlist_dynos": {"app", "process"?}}`: the platform leaves them out of its list; `dyno` with `"state"` lists
//!   them again.

use serde_json::{Value, json};

use super::arguments::app;
use crate::world::World;
use crate::world::formation::{dyno, dynos_of};
use crate::world::release::{Dyno, DynoState};

type Done = Result<Value, String>;

/// None: the command is not one of these.
pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Done> {
    Some(match verb {
        "formation" => formation(world, of),
        "scale" => scale(world, of),
        "dyno" => state(world, of),
        "one_off" => one_off(world, of),
        "unlist_dynos" => app(world, of).map(|app| {
            let process = of["process"].as_str();
            world.apps[app].dynos.retain(|dyno| process.is_some_and(|process| process != dyno.process));
            json!({})
        }),
        _ => return None,
    })
}

fn formation(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let types = of["types"].as_object().ok_or("types must be an object")?;
    let types = types.iter().map(|(name, quantity)| Some((name.clone(), quantity.as_u64()?)));
    let now = world.now;
    let a = &mut world.apps[app];
    a.formation = types.collect::<Option<_>>().ok_or("quantities are numbers")?;
    relist(world, app, now);
    Ok(json!({}))
}

fn relist(world: &mut World, app: usize, now: i64) {
    let a = &mut world.apps[app];
    let version = a.live_version();
    let names = |dyno: &Dyno| {
        dyno.name.rsplit('.').next().and_then(|n| n.parse().ok()).map_or(dyno.name.clone(), |n| a.dyno_name(&dyno.process, n))
    };
    let all: Vec<Dyno> = dynos_of(&a.formation, now).into_iter().map(|dyno| Dyno { name: names(&dyno), version, ..dyno }).collect();
    a.dynos.retain(Dyno::is_one_off);
    a.dynos.extend(all);
}

fn scale(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let process = world.apps[app].formation.iter().position(|(name, _)| Some(name.as_str()) == of["process"].as_str());
    world.scale(app, process.ok_or("no such process type")?, of["quantity"].as_u64().ok_or("quantity is a number")?);
    Ok(json!({}))
}

fn state(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let state = of["state"].as_str().and_then(DynoState::from_word).ok_or("state is up, starting, crashed, idle or down")?;
    let now = world.now;
    let is = |dyno: &Dyno| match (of["name"].as_str(), of["process"].as_str()) {
        (Some(name), _) => dyno.name == name,
        (None, process) => dyno.process == process.unwrap_or("web"),
    };
    if !world.apps[app].dynos.iter().any(is) {
        relist(world, app, now);
    }
    let version = of["version"].as_u64();
    for dyno in world.apps[app].dynos.iter_mut().filter(|dyno| is(dyno)) {
        (dyno.state, dyno.since) = (state, now);
        dyno.version = version.unwrap_or(dyno.version);
    }
    Ok(json!({}))
}

fn one_off(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let name = of["name"].as_str().unwrap_or("run.4711").to_owned();
    let process = of["process"].as_str().unwrap_or("run");
    let state = of["state"].as_str().map_or(Some(DynoState::Up), DynoState::from_word).ok_or("no such state")?;
    let (now, attached) = (world.now, of["attached"].as_bool().unwrap_or(false));
    let version = world.apps[app].live_version();
    world.apps[app].dynos.push(Dyno { attached, version, ..dyno(name, process, state, now) });
    Ok(json!({}))
}
