use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use slipway_contracts::mutated::{changes, mutated};

const SHA: &str = "4be21d74be21d74be21d74be21d74be21d74be21";

fn repo() -> Repo {
    Repo::parse("acme/shop").unwrap()
}

fn wire(id: u64, more: Value) -> Value {
    let mut wire = json!({
        "id": id, "name": "CI", "path": ".github/workflows/ci.yml", "workflow_id": 7, "run_number": id % 1000, "run_attempt": 1,
        "event": "push", "status": "completed", "conclusion": "success", "head_branch": "main", "head_sha": SHA,
        "head_commit": { "message": "Add tax\n\nmore" }, "html_url": format!("https://github.com/acme/shop/actions/runs/{id}"),
        "created_at": "2026-11-23T10:00:00Z", "run_started_at": "2026-11-23T10:00:00Z", "updated_at": "2026-11-23T10:05:00Z",
    });
    for (key, value) in more.as_object().unwrap() {
        wire[key] = value.clone();
    }
    wire
}

fn read(wires: &[Value]) -> Vec<Push> {
    pushes(wires.iter().filter_map(|w| run(serde_json::from_value(w.clone()).unwrap())))
}

#[test]
fn the_runs_of_a_push_are_one_pipeline() {
    let pushes = read(&[
        wire(9103, json!({ "head_sha": "aaaaaaa", "created_at": "2026-11-23T11:00:00Z", "updated_at": "2026-11-23T11:04:00Z" })),
        wire(9102, json!({ "name": "Deploy", "workflow_id": 8, "conclusion": "failure", "updated_at": "2026-11-23T10:07:00Z" })),
        wire(9101, json!({})),
        wire(9100, json!({ "name": "Docs", "workflow_id": 9, "conclusion": "skipped" })),
    ]);
    let shas: Vec<&str> = pushes.iter().map(|p| p.sha.as_str()).collect();
    assert_eq!(shas, ["aaaaaaa", SHA]);
    let pipeline = pushes[1].pipeline(&repo(), "main");
    assert_eq!((pipeline.status, pipeline.number, pipeline.title.as_deref()), (PipelineStatus::Failed, 102, Some("Add tax")));
    assert_eq!(pipeline.id, format!("acme/shop/{SHA}/main"));
    assert_eq!(pipeline.url, Some(format!("https://github.com/acme/shop/commit/{SHA}/checks")));
    assert_eq!((pipeline.stopped_at, pipeline.workflows), (Time::parse("2026-11-23T10:07:00Z"), None));
    assert_eq!((pushes[0].seconds(), pushes[1].seconds()), (Some(240.0), None));
    let alone = pushes[0].pipeline(&repo(), "main");
    assert_eq!(alone.url.as_deref(), Some("https://github.com/acme/shop/actions/runs/9103"));
}

#[test]
fn what_was_left_out_alone_released_nothing() {
    let skipped = read(&[wire(1, json!({ "conclusion": "skipped" }))]);
    assert_eq!(skipped[0].pipeline(&repo(), "main").status, PipelineStatus::Canceled);
    let beside = read(&[wire(1, json!({ "conclusion": "skipped" })), wire(2, json!({ "name": "Deploy", "workflow_id": 8 }))]);
    assert_eq!(beside[0].pipeline(&repo(), "main").status, PipelineStatus::Passed);
    let broken = read(&[wire(1, json!({ "conclusion": "startup_failure", "name": ".github/workflows/ci.yml" }))]);
    let broken = broken[0].pipeline(&repo(), "main");
    assert!(broken.status == PipelineStatus::Failed && broken.error.unwrap().contains("ci.yml"));
}

#[test]
fn two_workflows_of_one_name_stay_two() {
    let pushes =
        read(&[wire(1, json!({})), wire(2, json!({ "workflow_id": 8, "path": ".github/workflows/deploy.yml", "status": "queued" }))]);
    let names: Vec<&str> = pushes[0].newest().iter().map(|run| run.name.as_str()).collect();
    assert_eq!(names, ["CI (ci.yml)", "CI (deploy.yml)"]);
    // The same workflow file again is a newer run of one workflow.
    let again = read(&[wire(1, json!({ "conclusion": "failure" })), wire(2, json!({}))]);
    assert_eq!((again[0].newest().len(), again[0].pipeline(&repo(), "main").status), (1, PipelineStatus::Passed));
    assert_eq!(again[0].seconds(), None);
}

#[test]
fn an_attempt_before_keeps_what_was_known_of_it() {
    let again = read(&[wire(
        5,
        json!({ "run_attempt": 3, "status": "in_progress", "conclusion": null, "run_started_at": "2026-11-24T09:00:00Z" }),
    )]);
    let run = &again[0].runs[0];
    let known = [Workflow::bare("acme/shop/5/2", "CI", PipelineStatus::Failed)];
    let all = attempts(&repo(), run, run.status, &known);
    let told: Vec<(&str, PipelineStatus)> = all.iter().map(|w| (w.id.as_str(), w.status)).collect();
    assert_eq!(
        told,
        [("acme/shop/5/1", PipelineStatus::Unknown), ("acme/shop/5/2", PipelineStatus::Failed), ("acme/shop/5/3", PipelineStatus::Running)]
    );
    let mut pipeline = again[0].pipeline(&repo(), "main");
    pipeline.workflows = Some(all);
    assert_eq!(pipeline.newest_workflows()[0].id, "acme/shop/5/3");
    assert_eq!(pipeline.stopped_at, None);
}

#[test]
fn a_rerun_shows_what_passed_before_and_what_runs_again() {
    let wires = |list: Value| serde_json::from_value::<Vec<wire::Job>>(list).unwrap();
    let listed = wires(json!([
        { "id": 1, "run_attempt": 1, "name": "unit", "status": "completed", "conclusion": "success" },
        { "id": 2, "run_attempt": 1, "name": "lint", "status": "completed", "conclusion": "failure" },
        { "id": 3, "run_attempt": 1, "name": "release", "status": "completed", "conclusion": "skipped" },
        { "id": 4, "run_attempt": 2, "name": "lint", "status": "in_progress" },
    ]));
    let shown: Vec<u64> = newest_jobs(listed, 2).into_iter().filter_map(|job| job.id).collect();
    assert_eq!(shown, [1, 4]);
    // Two jobs of one attempt may have the same name.
    let twins = wires(json!([{ "id": 1, "run_attempt": 1, "name": "a" }, { "id": 2, "run_attempt": 1, "name": "a" }]));
    assert_eq!(newest_jobs(twins, 1).len(), 2);
}

proptest! {
    #[test]
    fn what_is_missing_or_new_breaks_nothing_and_turns_nothing_green(changes in changes()) {
        let all = json!({
            "runs": { "total_count": 1, "workflow_runs": [wire(9, json!({ "conclusion": "failure" }))] },
            "jobs": { "total_count": 1, "jobs": [{ "id": 4, "run_attempt": 1, "name": "unit", "status": "completed", "conclusion": "failure",
                "started_at": "2026-11-23T10:00:00Z", "completed_at": "2026-11-23T10:01:00Z", "html_url": "u",
                "steps": [{ "name": "Run", "status": "completed", "conclusion": "failure", "number": 1, "started_at": null, "completed_at": null }] }] },
            "pending": [{ "environment": { "id": 1, "name": "production" }, "wait_timer": 0, "current_user_can_approve": true, "reviewers": [] }],
            "approvals": [{ "state": "approved", "environments": [{ "id": 1, "name": "production" }], "comment": "" }],
        });
        let all = mutated(all, &changes);
        let part = |name: &str| match &all[name] { Value::Object(_) => all[name].clone(), _ => json!({}) };
        let list = |name: &str| match &all[name] { Value::Array(_) => all[name].clone(), _ => json!([]) };
        let runs: wire::Runs = serde_json::from_value(part("runs")).unwrap();
        for push in pushes(runs.workflow_runs.into_iter().flatten().flatten().filter_map(run)) {
            prop_assert_ne!(push.pipeline(&repo(), "main").status, PipelineStatus::Passed);
        }
        let jobs: wire::Jobs = serde_json::from_value(part("jobs")).unwrap();
        for job in jobs.jobs.into_iter().flatten().flatten().filter_map(|wire| job(wire, "CI")) {
            prop_assert_ne!(job.status, JobStatus::Passed);
        }
        let _: Vec<Option<wire::PendingDeployment>> = serde_json::from_value(list("pending")).unwrap();
        let _: Vec<Option<wire::Approval>> = serde_json::from_value(list("approvals")).unwrap();
    }
}
