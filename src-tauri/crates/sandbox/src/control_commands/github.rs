//! Commands for the settings of repositories, and for many pull requests and checks at once.

use serde_json::{Value, json};

use super::arguments::{pull, service};
use crate::world::branch_rules::{LinearHistory, Ruleset};
use crate::world::check::{Check, CheckReport};
use crate::world::open_pull_request::NewPullRequest;
use crate::world::queue::Queue;
use crate::world::{World, sample_data};

const METHODS: [&str; 3] = ["merge", "squash", "rebase"];

fn list(value: &Value) -> Option<Vec<String>> {
    serde_json::from_value(value.clone()).ok()
}

pub(super) fn repository(world: &mut World, of: &Value) -> Result<Value, String> {
    let service = service(world, of)?;
    let repo = &mut world.services[service].repo;
    if let Some(archived) = of["archived"].as_bool() {
        repo.archived = archived;
    }
    if let Some(name) = of["rename"].as_str() {
        repo.former.push((repo.owner.clone(), repo.name.clone()));
        repo.name = name.to_owned();
    }
    if let Some(allowed) = of["auto_merge"].as_bool() {
        repo.auto_merge_allowed = allowed;
    }
    if let Some(methods) = list(&of["methods"]) {
        repo.methods = METHODS.into_iter().filter(|m| methods.iter().any(|wanted| wanted == m)).collect();
    }
    if let Some(checks) = list(&of["required_checks"]) {
        repo.required_checks = checks;
    }
    if let Some(linear) = of.get("linear_history") {
        repo.linear_history = match linear.as_str() {
            Some("protection") => Some(LinearHistory::Protection),
            Some("ruleset") => Some(LinearHistory::Ruleset),
            Some(_) => return Err("linear_history: protection, ruleset or null".into()),
            None => None,
        };
    }
    if let Some(seconds) = of["recheck_seconds"].as_f64() {
        repo.recheck_seconds = seconds;
    }
    if let Some(queue) = of.get("merge_queue") {
        repo.queue = queue.as_str().map(|method| Queue { method: method.to_owned(), entries: Vec::new() });
    }
    if let Some(ruleset) = of.get("ruleset") {
        repo.ruleset = ruleset.is_object().then(|| Ruleset {
            checks: list(&ruleset["checks"]).unwrap_or_default(),
            approvals: ruleset["approvals"].as_u64().map(|n| n as u32),
            methods: list(&ruleset["methods"]),
        });
    }
    Ok(json!({}))
}

pub(super) fn checks(world: &mut World, of: &Value) -> Result<Value, String> {
    let (service, number) = pull(world, of)?;
    let count = of["count"].as_u64().ok_or("count is a number")?;
    let (failing, running) = (list(&of["failing"]).unwrap_or_default(), list(&of["running"]).unwrap_or_default());
    let (now, base) = (world.now, world.rng.below(1 << 20) as u64 * 1024 + 1024);
    let later = now + world.span(86_400.0);
    let more = (1..=count).map(|n| {
        let name = format!("check-{n}");
        let ends = if running.contains(&name) { later } else { now - 1000 };
        Check {
            id: base + n,
            status_context: n % 3 == 0,
            starts: now - 60_000,
            ends,
            passes: !failing.contains(&name),
            reported: CheckReport::default(),
            name,
        }
    });
    world.pull_mut(service, number).checks.extend(more);
    Ok(json!({}))
}

pub(super) fn open_pulls(world: &mut World, of: &Value) -> Result<Value, String> {
    let service = service(world, of)?;
    let count = of["count"].as_u64().ok_or("count is a number")?;
    for _ in 0..count {
        let n = 200 + world.services[service].repo.next_number as usize;
        let idea = sample_data::idea(&mut world.rng, n, Some(false));
        let author = sample_data::author(&mut world.rng);
        let new = NewPullRequest { title: idea.title, body: String::new(), author, branch: idea.branch, commits: idea.commits };
        let number = world.open_pull(service, new);
        let now = world.now;
        world.make_ready(service, number, now);
    }
    let open = world.services[service].repo.pulls.values().filter(|p| p.state == crate::world::pull_request::PullState::Open);
    Ok(json!({"open": open.count()}))
}

pub(super) fn behind(world: &mut World, of: &Value) -> Result<Value, String> {
    let (service, number) = pull(world, of)?;
    let main = world.services[service].repo.main().clone();
    let before = world.services[service].repo.commit(&main).and_then(|tip| tip.parents.first().cloned());
    let pull = world.pull_mut(service, number);
    pull.out_of_date = true;
    if pull.fork == main {
        pull.fork = before.ok_or("main has one commit: nothing can be behind it")?;
        let (fork, first) = (pull.fork.clone(), pull.commits.first().cloned());
        // Branches that started from earlier commits of main keep their starting point.
        let commits = &mut world.services[service].repo.commits;
        if let Some(commit) = first.and_then(|first| commits.get_mut(&first)) {
            std::sync::Arc::make_mut(commit).parents = vec![fork];
        }
    }
    Ok(json!({}))
}
