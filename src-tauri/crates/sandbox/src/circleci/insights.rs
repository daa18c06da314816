//! Insights, computed from the runs in the world.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answers::{not_found, page};
use super::views::status;
use crate::http::{Call, Reply};
use crate::world::pipeline::{JobStatus, Status, WORKFLOW, Workflow};
use crate::world::{Ms, World};

pub(super) fn answer(world: &World, call: &Call, service: usize, rest: &[&str]) -> Reply {
    let named = rest.first().copied().unwrap_or(WORKFLOW);
    let done = |w: &&Workflow| *w.name == *named && matches!(w.status, Status::Success | Status::Failed | Status::Canceled);
    let runs: Vec<&Workflow> = world.services[service].workflows.iter().filter(done).collect();
    match rest {
        [] => {
            let seconds = runs.iter().map(|w| (w.status == Status::Success, seconds(Some(w.created), w.stopped)));
            let mut metrics = metrics(seconds.collect());
            (metrics["mttr"], metrics["total_recoveries"]) = (json!(0), json!(0));
            Reply::json(200, &json!({"items": [item(world, WORKFLOW, metrics)], "next_page_token": null}))
        }
        [name, ..] if !world.services[service].workflows.iter().any(|w| *w.name == **name) => not_found("Workflow not found"),
        [_] => page(call, (0..runs.len()).rev().collect(), |n| {
            let w = runs[*n];
            json!({"id": w.id, "branch": "main", "duration": seconds(Some(w.created), w.stopped), "credits_used": 120, "status": status(w.status),
                "created_at": world.stamp_ms(w.created), "stopped_at": w.stopped.map(|at| world.stamp_ms(at))})
        }),
        [_, "jobs"] => {
            let mut by_name: BTreeMap<&str, Vec<(bool, i64)>> = BTreeMap::new();
            for job in runs.iter().flat_map(|w| &w.jobs).filter(|j| j.approval.is_none()) {
                if matches!(job.status, JobStatus::Success | JobStatus::Failed) {
                    by_name.entry(&job.name).or_default().push((job.status == JobStatus::Success, seconds(job.started, job.stopped)));
                }
            }
            let items: Vec<Value> = by_name.into_iter().map(|(name, runs)| item(world, name, metrics(runs))).collect();
            Reply::json(200, &json!({"items": items, "next_page_token": null}))
        }
        [_, "jobs", name] => {
            let jobs: Vec<_> = runs.iter().flat_map(|w| &w.jobs).filter(|j| j.name == *name && j.stopped.is_some()).collect();
            page(call, (0..jobs.len()).rev().collect(), |n| {
                let job = jobs[*n];
                json!({"id": job.id, "status": super::views::job_status(job), "duration": seconds(job.started, job.stopped), "credits_used": 20,
                    "started_at": job.started.map(|at| world.stamp_ms(at)), "stopped_at": job.stopped.map(|at| world.stamp_ms(at))})
            })
        }
        _ => not_found("Not found").by_no_route(),
    }
}

fn seconds(from: Option<Ms>, to: Option<Ms>) -> i64 {
    from.zip(to).map_or(0, |(from, to)| (to - from) / 1000)
}

fn item(world: &World, name: &str, metrics: Value) -> Value {
    let week = 7 * 24 * 3_600_000;
    json!({"name": name, "metrics": metrics, "window_start": world.stamp_ms(world.now - week), "window_end": world.stamp_ms(world.now)})
}

/// Durations count only runs that passed.
fn metrics(runs: Vec<(bool, i64)>) -> Value {
    let mut passed: Vec<i64> = runs.iter().filter(|(ok, _)| *ok).map(|(_, s)| *s).collect();
    passed.sort_unstable();
    let at = |share: f64| passed.get(((passed.len().saturating_sub(1)) as f64 * share) as usize).copied().unwrap_or(0);
    let count = passed.len().max(1) as f64;
    let mean = passed.iter().sum::<i64>() as f64 / count;
    let variance = passed.iter().map(|s| (*s as f64 - mean).powi(2)).sum::<f64>() / count;
    json!({
        "total_runs": runs.len(), "successful_runs": passed.len(), "failed_runs": runs.len() - passed.len(),
        "success_rate": passed.len() as f64 / runs.len().max(1) as f64, "throughput": runs.len() as f64 / 7.0,
        "total_credits_used": runs.len() * 120,
        "duration_metrics": {"min": at(0.0), "mean": mean as i64, "median": at(0.5), "p95": at(0.95), "max": at(1.0), "standard_deviation": variance.sqrt()},
    })
}
