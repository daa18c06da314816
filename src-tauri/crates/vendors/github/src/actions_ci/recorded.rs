//! Decoding of recorded runs and jobs of GitHub: npm's `@octokit/webhooks-examples`.

use super::map::{job, pushes, run};
use super::wire;
use crate::recorded_examples::examples;
use proptest::prelude::*;
use serde_json::{Value, json};
use slipway_contracts::mutated::{changes, mutated};
use slipway_domain::status::{JobStatus, PipelineStatus};
use std::sync::LazyLock;

static RUNS: LazyLock<Vec<Value>> = LazyLock::new(|| examples(&["workflow_run", "deployment_review"], "workflow_run"));
static JOBS: LazyLock<Vec<Value>> = LazyLock::new(|| examples(&["workflow_job"], "workflow_job"));

#[test]
fn runs_are_read() {
    let runs: wire::Runs = serde_json::from_value(json!({ "total_count": RUNS.len(), "workflow_runs": *RUNS })).unwrap();
    let read: Vec<_> = runs.workflow_runs.unwrap().into_iter().flatten().filter_map(run).collect();
    assert_eq!(read.len(), RUNS.len());
    for (read, real) in read.iter().zip(RUNS.iter()) {
        assert_eq!((Some(read.id), Some(read.sha.as_str())), (real["id"].as_u64(), real["head_sha"].as_str()));
        assert_ne!(read.status, PipelineStatus::Unknown, "{real}");
        assert_eq!(read.status == PipelineStatus::Passed, real["conclusion"] == "success");
    }
    assert!(!pushes(read).iter().any(|push| push.runs.is_empty()));
}

#[test]
fn jobs_are_read() {
    for real in JOBS.iter() {
        let read = job(serde_json::from_value(real.clone()).unwrap(), "CI").unwrap();
        assert_eq!(Some(read.name.as_str()), real["name"].as_str());
        assert_ne!(read.status, JobStatus::Unknown, "{real}");
        assert_eq!(read.status == JobStatus::Passed, real["conclusion"] == "success");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn what_github_may_change_breaks_nothing(changes in changes(), at in any::<prop::sample::Index>()) {
        for all in [&*RUNS, &*JOBS] {
            let Some(real) = (!all.is_empty()).then(|| all[at.index(all.len())].clone()) else { continue };
            let changed = mutated(real, &changes);
            let wire: wire::Run = serde_json::from_value(changed.clone()).unwrap();
            run(wire);
            let wire: wire::Job = serde_json::from_value(changed).unwrap();
            job(wire, "CI");
        }
    }
}
