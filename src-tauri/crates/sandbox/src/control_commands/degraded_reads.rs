//! Commands that make a repository hard to read.
//!
//! - `{"heavy": {"nodes": 20000, "how": "502" | "504" | "limits" | "timeout"}}`: GraphQL queries with more nodes
//!   fail; null: none does.
//! - `{"lacks": ["PullRequest.canBeRebased"]}`: GraphQL fields that this GitHub does not have.
//! - `{"rename_main": {"service", "name"}}`: renames the default branch.
//! - `{"reset_main": {"service", "back": 2, "amend": false}}` → `{"sha"}`: resets it by that many commits, or
//!   replaces its newest commit.
//! - `{"other_bases": {"service", "count", "base"}}`: opens ready pull requests into another branch.
//! - `{"late_links": {"service", "on": true}}`: commits do not yet report the pull requests that brought them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::service;
use crate::world::add_commit::NewCommit;
use crate::world::degraded_reads::{GaveUp, Heavy};
use crate::world::open_pull_request::NewPullRequest;
use crate::world::{World, sample_data};

pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Result<Value, String>> {
    Some(match verb {
        "heavy" => heavy(world, of),
        "lacks" => lacks(world, of),
        "rename_main" => service(world, of).and_then(|service| {
            world.rename_main(service, of["name"].as_str().ok_or("name is a branch")?);
            Ok(json!({}))
        }),
        "reset_main" => service(world, of).and_then(|service| reset(world, service, of)),
        "other_bases" => service(world, of).and_then(|service| other_bases(world, service, of)),
        "late_links" => service(world, of).map(|service| {
            match of["on"].as_bool().unwrap_or(true) {
                true => world.reading.late_links.insert(service),
                false => world.reading.late_links.remove(&service),
            };
            json!({})
        }),
        _ => return None,
    })
}

fn heavy(world: &mut World, of: &Value) -> Result<Value, String> {
    let how = match of["how"].as_str() {
        None | Some("502") => GaveUp::Status(502),
        Some("504") => GaveUp::Status(504),
        Some("limits") => GaveUp::Limits,
        Some("timeout") => GaveUp::Timeout,
        Some(_) => return Err("how is 502, 504, limits or timeout".into()),
    };
    world.reading.heavy = of["nodes"].as_f64().map(|nodes| Heavy { nodes, how });
    Ok(json!({}))
}

fn lacks(world: &mut World, of: &Value) -> Result<Value, String> {
    let names: Vec<String> = serde_json::from_value(of.clone()).map_err(|_| "lacks takes a list of Type.field")?;
    let split = |name: &String| name.split_once('.').map(|(of, field)| (of.to_owned(), field.to_owned())).ok_or("a field is Type.field");
    world.reading.lacks = names.iter().map(split).collect::<Result<_, _>>()?;
    Ok(json!({}))
}

fn reset(world: &mut World, service: usize, of: &Value) -> Result<Value, String> {
    let mut tip = world.services[service].repo.main().clone();
    for _ in 0..of["back"].as_u64().unwrap_or(1) {
        let parent = world.services[service].repo.commits[&tip].parents.first().cloned();
        tip = parent.ok_or("main does not go back so far")?;
    }
    if of["amend"].as_bool() == Some(true) {
        let author = world.viewer.clone();
        let files =
            Arc::new(vec![sample_data::file("app/services/amended.rb", &mut world.rng, crate::world::commit::ChangeKind::Modified)]);
        let new = NewCommit { parents: vec![tip], message: "Amended".into(), author: &author, files, pull_request: None };
        tip = world.add_commit(service, new);
    }
    world.services[service].repo.branches.insert("main".into(), tip.clone());
    Ok(json!({"sha": tip}))
}

fn other_bases(world: &mut World, service: usize, of: &Value) -> Result<Value, String> {
    let (count, base) = (of["count"].as_u64().unwrap_or(1), of["base"].as_str().unwrap_or("release"));
    let tip = world.services[service].repo.main().clone();
    world.services[service].repo.branches.entry(base.to_owned()).or_insert(tip);
    let mut made = Vec::new();
    for _ in 0..count {
        let n = 200 + world.services[service].repo.next_number as usize;
        let idea = sample_data::idea(&mut world.rng, n, Some(false));
        let author = sample_data::author(&mut world.rng);
        let new = NewPullRequest {
            title: idea.title,
            body: String::new(),
            author,
            branch: format!("{}-{n}", idea.branch),
            commits: idea.commits,
        };
        let number = world.open_pull(service, new);
        let now = world.now;
        world.make_ready(service, number, now);
        world.reading.bases.insert((service, number), base.to_owned());
        made.push(number);
    }
    Ok(json!({"pull_requests": made}))
}
