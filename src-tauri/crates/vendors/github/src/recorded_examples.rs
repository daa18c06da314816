//! Recorded payloads of GitHub, from npm.

use serde_json::Value;

/// The part `of` (empty: all) of every example of these webhooks. Empty, with a message, where the package is not
/// installed.
pub(crate) fn examples(webhooks: &[&str], of: &str) -> Vec<Value> {
    let Some(package) = slipway_contracts::node_package("@octokit/webhooks-examples") else {
        println!("skipped: npm's @octokit/webhooks-examples is not here; `cargo xtask test` installs it");
        return Vec::new();
    };
    let text = std::fs::read_to_string(package.join("api.github.com/index.json")).expect("the package's examples");
    let all: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let wanted = all.iter().filter(|webhook| webhooks.iter().any(|name| webhook["name"] == *name));
    let examples = wanted.flat_map(|webhook| webhook["examples"].as_array().into_iter().flatten());
    let parts: Vec<Value> = examples.map(|example| if of.is_empty() { example.clone() } else { example[of].clone() }).collect();
    assert!(!parts.is_empty() && parts.iter().all(Value::is_object), "{webhooks:?} have {of}");
    parts
}
