//! What a step acts on, chosen from the sandbox's truth.

use crate::steps::Pick;
use serde_json::Value;

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn nth<T>(all: &[T], pick: Pick) -> Option<&T> {
    all.get(usize::from(pick) % all.len().max(1))
}

/// The newest releases of an app, as they are.
pub(super) fn releases(truth: &Value, app: &str) -> Vec<Value> {
    let found = list(&truth["environments"]).iter().find(|e| e["app"] == *app);
    found.map(|e| list(&e["releases"]).to_vec()).unwrap_or_default()
}

pub(super) fn build_app(truth: &Value) -> Value {
    list(&truth["environments"]).first().map(|e| e["build_app"].clone()).unwrap_or_default()
}

pub(super) fn environment(production: bool) -> &'static str {
    if production { "production" } else { "staging" }
}

/// A pull request in this state; one that merges now, if there is one.
pub(super) fn pull(truth: &Value, state: &str, pick: Pick) -> Option<u64> {
    let all: Vec<&Value> = list(&truth["pull_requests"]).iter().filter(|p| p["state"] == state).collect();
    let clean: Vec<&Value> = all.iter().copied().filter(|p| p["merge_state"] == "CLEAN").collect();
    let from = if clean.is_empty() { all } else { clean };
    nth(&from, pick)?["number"].as_u64()
}

/// An open pull request that does not merge now.
pub(super) fn waiting(truth: &Value, pick: Pick) -> Option<u64> {
    let fits = |p: &&Value| p["state"] == "open" && p["merge_state"] != "CLEAN";
    let all: Vec<&Value> = list(&truth["pull_requests"]).iter().filter(fits).collect();
    nth(&all, pick)?["number"].as_u64()
}

/// The newest pipeline whose newest workflow has one of these states.
pub(super) fn pipeline(truth: &Value, states: &[&str]) -> Option<String> {
    let fits = |p: &&Value| list(&p["workflows"]).last().is_some_and(|w| states.iter().any(|s| w["status"] == *s));
    list(&truth["pipelines"]).iter().find(fits)?["id"].as_str().map(str::to_owned)
}
