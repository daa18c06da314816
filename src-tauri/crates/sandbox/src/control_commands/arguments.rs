//! What the verbs are given: who does it, and to what.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::world::World;
use crate::world::commit::Person;

/// Who it is by when the verb names nobody.
pub const OTHER: &str = "amara-okafor@acme.example";

/// The login of the person who acts.
pub fn by(of: &Value) -> &str {
    of["by"].as_str().unwrap_or("amara-okafor")
}

pub fn service(world: &World, of: &Value) -> Result<usize, String> {
    let name = of["service"].as_str().unwrap_or("");
    world.service(name).ok_or_else(|| format!("no service {name:?}"))
}

pub fn pull(world: &World, of: &Value) -> Result<(usize, u64), String> {
    let (service, number) = (service(world, of)?, of["number"].as_u64().unwrap_or(0));
    let known = world.services[service].repo.pulls.contains_key(&number);
    known.then_some((service, number)).ok_or_else(|| format!("no pull request {number}"))
}

pub fn app(world: &World, of: &Value) -> Result<usize, String> {
    let name = of["app"].as_str().unwrap_or("");
    world.app(name).ok_or_else(|| format!("no app {name:?}"))
}

pub fn email(of: &Value) -> String {
    format!("{}@acme.example", by(of))
}

pub fn person(of: &Value) -> Arc<Person> {
    Arc::new(Person { name: by(of).into(), email: email(of), login: Some(by(of).into()) })
}

pub fn version(world: &World, app: usize, release: usize) -> Value {
    let release = &world.apps[app].releases[release];
    json!({"version": release.version, "id": release.id})
}

/// The named workflow of a pipeline, or its newest.
pub fn workflow(world: &World, of: &Value) -> Result<(usize, usize), String> {
    let service = service(world, of)?;
    let s = &world.services[service];
    let number = of["number"].as_u64().unwrap_or(0);
    let pipeline = s.pipelines.iter().position(|p| p.number == number).ok_or_else(|| format!("no pipeline {number}"))?;
    let named = |name: &str| of["workflow"].as_str().is_none_or(|wanted| wanted == name);
    let found = s.workflows.iter().rposition(|w| w.pipeline == pipeline && named(&w.name));
    found.map(|workflow| (service, workflow)).ok_or_else(|| "no such workflow".into())
}
