//! Control commands that act as another person: they are applied to the world and recorded among the changes.

use std::sync::Mutex;

use serde_json::{Map, Value};

use crate::change_observer::ChangeObserver;
use crate::control_commands;
use crate::control_commands::arguments::{by, workflow};
use crate::http::{Mutation, Vendor};
use crate::request_log::{Change, RequestLog};
use crate::world::World;

/// An object of commands, or a list of such objects.
pub(crate) fn act(world: &mut World, request_log: &Mutex<RequestLog>, body: &Value) -> Result<Value, String> {
    match body {
        Value::Array(list) => list.iter().map(|one| act(world, request_log, one)).collect::<Result<Vec<_>, _>>().map(Value::Array),
        Value::Object(verbs) => {
            let mut done = Map::new();
            for (verb, of) in verbs {
                done.insert(verb.clone(), one(world, request_log, verb, of)?);
            }
            Ok(Value::Object(done))
        }
        _ => Err("an object of verbs is expected".into()),
    }
}

fn one(world: &mut World, request_log: &Mutex<RequestLog>, verb: &str, of: &Value) -> Result<Value, String> {
    let Some((vendor, mutation)) = about(world, verb, of) else { return control_commands::one(world, verb, of) };
    let observer = ChangeObserver::of(world, &mutation);
    let done = control_commands::one(world, verb, of)?;
    let at = world.stamp_ms(world.now);
    let seen = observer.seen(world);
    let who = by(of).to_owned();
    let change = Change::by_a_person(vendor, mutation, who, at, seen);
    request_log.lock().expect("the request log's lock is never poisoned").write_down(change);
    Ok(done)
}

/// The change that the command makes, named like the request that would make it.
fn about(world: &World, verb: &str, of: &Value) -> Option<(Vendor, Mutation)> {
    let text = |name: &str| of[name].as_str().unwrap_or_default();
    let pull = || {
        let repo = &world.services[world.service(text("service"))?].repo;
        Some(format!("{}/{}#{}", repo.owner, repo.name, of["number"]))
    };
    let workflow = || workflow(world, of).ok().map(|(service, workflow)| world.services[service].workflows[workflow].id.to_string());
    let (vendor, kind, target) = match verb {
        "merge" | "push" | "enqueue" | "dequeue" | "revert" | "update_branch" => (Vendor::Github, verb, pull()?),
        "auto_merge" if of["on"].as_bool() == Some(false) => (Vendor::Github, "disable_auto_merge", pull()?),
        "auto_merge" => (Vendor::Github, "enable_auto_merge", pull()?),
        "rerun" | "cancel" | "approve" => (Vendor::Circleci, verb, workflow()?),
        "release" | "rollback" => (Vendor::Heroku, verb, text("app").to_owned()),
        "set_config" => (Vendor::Heroku, "config", text("app").to_owned()),
        "promote" => (Vendor::Heroku, verb, world.apps[world.app(text("to"))?].id.to_string()),
        _ => return None,
    };
    Some((vendor, Mutation { kind: kind.to_owned(), target }))
}
