//! Commands for what GitHub decides a merge by.

use serde_json::{Value, json};

use super::arguments::{by, pull, service};
use crate::world::World;
use crate::world::branch_rules::DemandedBy;
use crate::world::check::{Check, CheckReport};

type Done = Result<Value, String>;

/// None: the command is not one of these.
pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Done> {
    Some(match verb {
        "check_runs" => check_runs(world, of),
        "review" => review(world, of),
        "demands" => demands(world, of),
        "conversations" => on_pull(world, of, |judged, of| {
            let number = |name: &str| of[name].as_u64().unwrap_or(0) as usize;
            judged.conversations = [vec![true; number("resolved")], vec![false; number("open")]].concat();
            Ok(())
        }),
        "code_owners" => on_pull(world, of, |judged, of| texts(&of["asked"]).map(|asked| judged.code_owners = asked)),
        "unsigned" => on_pull(world, of, |judged, of| {
            judged.unsigned = of["on"].as_bool().unwrap_or(true);
            Ok(())
        }),
        "forbid" => on_pull(world, of, |judged, of| texts(&of["fields"]).map(|fields| judged.forbidden = fields)),
        "outsider" => outsider(world, of),
        _ => return None,
    })
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    serde_json::from_value(value.clone()).map_err(|_| "a list of texts was expected".into())
}

fn on_pull(
    world: &mut World,
    of: &Value,
    change: fn(&mut crate::world::pull_request::MergeCriteria, &Value) -> Result<(), String>,
) -> Done {
    let (service, number) = pull(world, of)?;
    change(&mut world.pull_mut(service, number).judged, of)?;
    Ok(json!({}))
}

fn check_runs(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    let listed = of["are"].as_array().ok_or("are: a list of checks")?;
    let first = world.rng.below(1 << 20) as u64 * 1024 + 1024;
    let (now, later) = (world.now, world.now + world.span(86_400.0));
    let mut checks = Vec::new();
    for (n, one) in listed.iter().enumerate() {
        let text = |name: &str| one[name].as_str().map(str::to_owned);
        let conclusion = text("conclusion");
        let (starts, ends, passes) = match (conclusion.as_deref(), one["state"].as_str()) {
            (Some(word), _) => (now - 60_000, now - 1_000, Check::green(word)),
            (None, Some("running")) => (now - 1_000, later, true),
            (None, Some("queued")) => (later, later + 1, true),
            (None, _) => return Err("a check has a conclusion, or state: running or queued".into()),
        };
        let app = text("app").map(|slug| (slug, one["app_id"].as_u64().unwrap_or(15_368)));
        checks.push(Check {
            id: one["id"].as_u64().unwrap_or(first + n as u64 * 8),
            name: text("name").ok_or("a check has a name")?,
            status_context: one["status"].as_bool().unwrap_or(false),
            starts,
            ends,
            passes,
            reported: CheckReport { conclusion, app, workflow: text("workflow"), event: text("event") },
        });
    }
    world.pull_mut(service, number).checks = checks;
    Ok(json!({}))
}

/// GitHub accepts no review by the author.
fn review(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    let state = match of["state"].as_str() {
        Some("APPROVED") => "APPROVED",
        Some("CHANGES_REQUESTED") => "CHANGES_REQUESTED",
        Some("COMMENTED") => "COMMENTED",
        Some("DISMISSED") => "DISMISSED",
        _ => return Err("state: APPROVED, CHANGES_REQUESTED, COMMENTED or DISMISSED".into()),
    };
    let who = by(of).to_owned();
    if world.pull_mut(service, number).author.login.as_deref() == Some(who.as_str()) && state != "COMMENTED" {
        return Err("nobody reviews what is their own".into());
    }
    let now = world.now;
    world.review(service, number, &who, state, now);
    let pull = world.pull_mut(service, number);
    if state == "APPROVED" {
        pull.judged.code_owners.retain(|owner| *owner != who);
    }
    Ok(json!({}))
}

fn demands(world: &mut World, of: &Value) -> Done {
    let service = service(world, of)?;
    let by = |name: &str| match (of.get(name), of[name].as_str()) {
        (None, _) => Ok(None),
        (Some(Value::Null), _) => Ok(Some(None)),
        (_, Some("protection")) => Ok(Some(Some(DemandedBy::Protection))),
        (_, Some("ruleset")) => Ok(Some(Some(DemandedBy::Ruleset))),
        (_, _) => Err(format!("{name}: protection, ruleset or null")),
    };
    let (conversations, code_owners, signatures) = (by("conversations")?, by("code_owners")?, by("signatures")?);
    let repo = &mut world.services[service].repo;
    let demands = &mut repo.demands;
    demands.conversations = conversations.unwrap_or(demands.conversations);
    demands.code_owners = code_owners.unwrap_or(demands.code_owners);
    demands.signatures = signatures.unwrap_or(demands.signatures);
    if let Some(apps) = of.get("apps") {
        demands.apps = serde_json::from_value(apps.clone()).map_err(|_| "apps: [[NAME, APP], ..]")?;
    }
    if let Some(approvals) = of["approvals"].as_u64() {
        repo.required_approvals = approvals as u32;
    }
    if of.get("checks").is_some() {
        repo.required_checks = texts(&of["checks"])?;
    }
    Ok(json!({}))
}

/// Its head is in a fork; nothing has run, and its workflows wait for a maintainer.
fn outsider(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    let waiting = if of.get("waiting").is_some() { texts(&of["waiting"])? } else { vec![] };
    let pull = world.pull_mut(service, number);
    pull.judged.fork_of = Some(of["owner"].as_str().unwrap_or("stranger").to_owned());
    pull.judged.waiting = waiting;
    pull.checks.clear();
    Ok(json!({}))
}
