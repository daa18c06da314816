//! Decoding of recorded checks and pull requests of GitHub (npm's `@octokit/webhooks-examples`), converted to
//! GraphQL's spelling: enum values in capitals, names in camel case.

use super::{checks, map, wire};
use crate::recorded_examples::examples;
use proptest::prelude::*;
use serde_json::{Value, json};
use slipway_contracts::mutated::{changes, mutated};
use slipway_domain::status::CheckStatus;
use std::sync::LazyLock;

static PULLS: LazyLock<Vec<Value>> = LazyLock::new(|| examples(&["pull_request", "pull_request_review"], "pull_request"));
static RUNS: LazyLock<Vec<Value>> = LazyLock::new(|| examples(&["check_run"], "check_run"));
static STATUSES: LazyLock<Vec<Value>> = LazyLock::new(|| examples(&["status"], ""));

fn capitals(word: &Value) -> Value {
    word.as_str().map_or(Value::Null, |word| json!(word.to_uppercase()))
}

fn contexts() -> Vec<Value> {
    let run = |run: &Value| {
        json!({ "__typename": "CheckRun", "databaseId": run["id"], "name": run["name"], "status": capitals(&run["status"]),
            "conclusion": capitals(&run["conclusion"]), "startedAt": run["started_at"], "completedAt": run["completed_at"],
            "detailsUrl": run["details_url"] })
    };
    let status = |status: &Value| {
        json!({ "__typename": "StatusContext", "context": status["context"], "state": capitals(&status["state"]),
            "targetUrl": status["target_url"], "createdAt": status["created_at"] })
    };
    RUNS.iter().map(run).chain(STATUSES.iter().map(status)).collect()
}

fn pull(pull: &Value) -> Value {
    let contexts = contexts();
    json!({ "id": pull["node_id"], "number": pull["number"], "title": pull["title"], "url": pull["html_url"], "isDraft": pull["draft"],
        "createdAt": pull["created_at"], "updatedAt": pull["updated_at"], "headRefName": pull["head"]["ref"], "headRefOid": pull["head"]["sha"],
        "baseRefName": pull["base"]["ref"], "baseRefOid": pull["base"]["sha"], "author": { "login": pull["user"]["login"] },
        "additions": pull["additions"], "deletions": pull["deletions"], "changedFiles": pull["changed_files"],
        "mergeStateStatus": capitals(&pull["mergeable_state"]),
        "statusCheckRollup": { "contexts": { "totalCount": contexts.len(), "nodes": contexts } } })
}

#[test]
fn checks_are_read() {
    for context in contexts() {
        let rollup = serde_json::from_value(json!({ "contexts": { "totalCount": 1, "nodes": [context] } })).unwrap();
        let listed = checks::list(Some(rollup));
        let read = listed.checks;
        assert!(listed.complete && read.len() == 1, "{context}");
        let passed = context["conclusion"] == "SUCCESS" || context["state"] == "SUCCESS";
        assert_eq!(read[0].status == CheckStatus::Passed, passed, "{context}");
        assert_ne!(read[0].status, CheckStatus::Unknown, "{context}");
    }
}

#[test]
fn pull_requests_are_read() {
    for real in PULLS.iter() {
        let read = map::pull_request(serde_json::from_value(pull(real)).unwrap()).unwrap();
        assert_eq!((Some(read.number), Some(read.head_sha.as_str())), (real["number"].as_u64(), real["head"]["sha"].as_str()));
        assert_eq!(Some(read.title.as_str()), real["title"].as_str());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn what_github_may_change_breaks_nothing(changes in changes(), at in any::<prop::sample::Index>()) {
        if let Some(real) = (!PULLS.is_empty()).then(|| &PULLS[at.index(PULLS.len())]) {
            let wire: wire::PullRequest = serde_json::from_value(mutated(pull(real), &changes)).unwrap();
            map::pull_request(wire);
        }
    }
}
