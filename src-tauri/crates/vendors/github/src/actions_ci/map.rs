//! From runs and jobs to pipelines: everything one push to a branch started is one pipeline.

use super::ids::{Repo, RunId};
use super::{status_map, wire};
use slipway_domain::pipeline::{Job, Pipeline, Trigger, Workflow, combine};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_domain::time::Time;
use std::collections::BTreeMap;

/// A run that can be asked for: it has a number, a file and a commit.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) attempt: u64,
    pub(super) number: u64,
    file: u64,
    /// Its workflow's, made unique within the pipeline.
    pub(super) name: String,
    pub(super) status: PipelineStatus,
    /// Left out by its conditions.
    pub(super) idle: bool,
    pub(super) error: Option<String>,
    created_at: Option<Time>,
    started_at: Option<Time>,
    stopped_at: Option<Time>,
    pub(super) sha: String,
    title: Option<String>,
    url: Option<String>,
    path: Option<String>,
    event: Option<String>,
    /// Of this repository, and not of a fork's branch that has the same name.
    is_own: bool,
}

/// The runs of one push, oldest first. Never empty.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) sha: String,
    pub(super) runs: Vec<Run>,
}

pub(super) fn run(wire: wire::Run) -> Option<Run> {
    let words = (wire.status.as_deref(), wire.conclusion.as_deref());
    let status = status_map::run(words.0, words.1);
    let name = wire.name.filter(|name| !name.is_empty()).or_else(|| wire.path.clone()).unwrap_or_default();
    let message = wire.head_commit.and_then(|commit| commit.message).or(wire.display_title);
    let never = status_map::never_started(words.0, words.1);
    Some(Run {
        id: wire.id?,
        attempt: wire.run_attempt.unwrap_or(1),
        number: wire.run_number?,
        file: wire.workflow_id.unwrap_or_default(),
        status,
        idle: status_map::is_idle(words.0, words.1),
        error: never.then(|| format!("GitHub could not start the workflow {name}; its file may be broken")),
        created_at: time(wire.created_at.as_deref()),
        started_at: time(wire.run_started_at.as_deref()),
        stopped_at: time(wire.updated_at.as_deref()).filter(|_| status.is_over()),
        sha: wire.head_sha?,
        title: message.and_then(|text| text.lines().next().map(str::to_owned)),
        url: wire.html_url,
        path: wire.path,
        event: wire.event,
        is_own: match (wire.repository.and_then(|r| r.id), wire.head_repository.and_then(|r| r.id)) {
            (Some(own), Some(head)) => own == head,
            (Some(_) | None, _) => true,
        },
        name,
    })
}

impl Run {
    /// None: of a pull request, whose head is none of the branch, or of a push.
    pub(super) fn other_trigger(&self) -> Option<Trigger> {
        match self.event.as_deref()? {
            "push" => None,
            event if event.starts_with("pull_request") || event == "merge_group" || !self.is_own => None,
            "schedule" => Some(Trigger::Schedule),
            "workflow_dispatch" => Some(Trigger::Manual),
            "repository_dispatch" => Some(Trigger::Api),
            _ => Some(Trigger::Other),
        }
    }
}

/// By commit, newest push first.
pub(super) fn pushes(runs: impl IntoIterator<Item = Run>) -> Vec<Push> {
    let mut by_sha: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for run in runs {
        by_sha.entry(run.sha.clone()).or_default().push(run);
    }
    let mut pushes: Vec<Push> = by_sha.into_iter().map(|(sha, runs)| Push::new(sha, runs)).collect();
    pushes.sort_by_key(|push| std::cmp::Reverse((push.created_at(), push.runs[0].id)));
    pushes
}

impl Push {
    fn new(sha: String, mut runs: Vec<Run>) -> Self {
        runs.sort_by_key(|run| run.id);
        // Two files may give their workflows the same name; runs are told apart by it.
        let files: Vec<(String, u64)> = runs.iter().map(|run| (run.name.clone(), run.file)).collect();
        for run in &mut runs {
            if files.iter().any(|(name, file)| *name == run.name && *file != run.file) {
                let path = run.path.as_deref().unwrap_or_default();
                run.name = format!("{} ({})", run.name, path.rsplit('/').next().unwrap_or(path));
            }
        }
        Self { sha, runs }
    }

    fn created_at(&self) -> Option<Time> {
        self.runs.iter().filter_map(|run| run.created_at).min()
    }

    /// The newest run of each workflow: pushing a commit again runs them again.
    pub(super) fn newest(&self) -> Vec<&Run> {
        let mut newest: Vec<&Run> = Vec::new();
        for run in &self.runs {
            match newest.iter_mut().find(|known| known.name == run.name) {
                Some(known) => *known = run,
                None => newest.push(run),
            }
        }
        newest
    }

    /// One that no push started is a pipeline of its own; None where it is not told what did, or a
    /// pull request did.
    pub(super) fn alone(run: Run, repo: &Repo, branch: &str) -> Option<(Self, Pipeline)> {
        let trigger = run.other_trigger()?;
        let id = RunId { repo: repo.clone(), run: run.id, branch: branch.to_owned() };
        let push = Self::new(run.sha.clone(), vec![run]);
        let pipeline = Pipeline { id: id.to_string(), trigger: Some(trigger), ..push.pipeline(repo, branch) };
        Some((push, pipeline))
    }

    /// As the list tells it: without jobs, and so without workflows.
    pub(super) fn pipeline(&self, repo: &Repo, branch: &str) -> Pipeline {
        let newest = self.newest();
        let status = status(&newest.iter().map(|run| (run.status, run.idle)).collect::<Vec<_>>());
        let stopped_at = newest.iter().filter_map(|run| run.stopped_at).max();
        Pipeline {
            id: repo.push(&self.sha, branch).to_string(),
            // Each workflow counts its own runs; the highest count names the pipeline.
            number: self.runs.iter().map(|run| run.number).max().unwrap_or_default(),
            branch: Some(branch.to_owned()),
            commit: Some(self.sha.clone()),
            title: self.runs.iter().find_map(|run| run.title.clone()),
            url: self.url(),
            created_at: self.created_at(),
            stopped_at: stopped_at.filter(|_| status.is_over()),
            status,
            progress: 0.0,
            eta_seconds: None,
            pull_request: None,
            jobs: Vec::new(),
            workflows: None,
            error: newest.iter().find_map(|run| run.error.clone()),
            continues: false,
            run_started_at: None,
            trigger: Some(Trigger::Push),
            runs_push_workflows: None,
            nothing_ran: newest.iter().all(|run| run.idle).then(|| "its conditions left out every workflow".to_owned()),
        }
    }

    /// The run's page; of several, the page of their commit's checks.
    fn url(&self) -> Option<String> {
        let url = self.runs[0].url.as_ref()?;
        match (&self.runs[..], url.split_once("/actions/runs/")) {
            ([_], _) => Some(url.clone()),
            (_, Some((repository, _))) => Some(format!("{repository}/commit/{}/checks", self.sha)),
            (_, None) => None,
        }
    }

    /// Seconds from the push to the end of its last run; None unless all passed at the first attempt.
    pub(super) fn seconds(&self) -> Option<f64> {
        let newest = self.newest();
        let passed = newest.iter().all(|run| run.idle || (run.status == PipelineStatus::Passed && run.attempt == 1));
        let once = newest.len() == self.runs.len() && newest.iter().any(|run| !run.idle);
        let end = newest.iter().filter(|run| !run.idle).filter_map(|run| run.stopped_at).max();
        Some(end?.since(self.created_at()?)).filter(|_| passed && once)
    }
}

/// Of the newest runs, each with whether it was left out. Those say nothing while another ran.
pub(super) fn status(newest: &[(PipelineStatus, bool)]) -> PipelineStatus {
    let all_idle = newest.iter().all(|(_, idle)| *idle);
    combine(newest.iter().filter(|(_, idle)| all_idle || !idle).map(|(status, _)| *status))
}

/// GitHub allows 50; an answer that tells more must not cost more.
const MOST_ATTEMPTS: u64 = 100;

/// The attempts of a run, oldest first. GitHub tells of the last; what an earlier one came to is
/// taken from what was known, and unknown else.
pub(super) fn attempts(repo: &Repo, run: &Run, status: PipelineStatus, known: &[Workflow]) -> Vec<Workflow> {
    let id = repo.attempt(run.id, run.attempt);
    let earlier = (run.attempt.saturating_sub(MOST_ATTEMPTS).max(1)..run.attempt).map(|attempt| {
        let id = id.at(attempt).to_string();
        let before = known.iter().find(|workflow| workflow.id == id && !workflow.status.is_moving());
        before.cloned().unwrap_or_else(|| Workflow {
            id,
            name: run.name.clone(),
            created_at: run.created_at.filter(|_| attempt == 1),
            ..Workflow::bare("", "", PipelineStatus::Unknown)
        })
    });
    let last = Workflow {
        created_at: run.started_at.or(run.created_at),
        stopped_at: run.stopped_at,
        failed_job: known.iter().find(|before| before.id == id.to_string()).and_then(|before| before.failed_job.clone()),
        error: run.error.clone(),
        ..Workflow::bare(id.to_string(), run.name.as_str(), status)
    };
    earlier.chain([last]).collect()
}

/// GitHub tells nothing of what a job waits for: `needs` is not in its answers, and a job that
/// waits for others is not listed before they are done.
pub(super) fn job(wire: wire::Job, workflow: &str) -> Option<Job> {
    let status = status_map::job(wire.status.as_deref(), wire.conclusion.as_deref());
    let id = wire.id?;
    // Before a job runs its stamps say when it was queued.
    let ran = status == JobStatus::Running || (status.is_over() && status != JobStatus::Skipped);
    let started_at = time(wire.started_at.as_deref()).filter(|_| ran);
    let stopped_at = time(wire.completed_at.as_deref()).filter(|_| status.is_over());
    Some(Job {
        id: id.to_string(),
        number: ran.then_some(id),
        workflow: workflow.to_owned(),
        name: wire.name.unwrap_or_default(),
        status,
        duration_seconds: started_at.zip(stopped_at).map(|(start, stop)| stop.since(start).max(0.0)),
        started_at,
        stopped_at,
        dependencies: Vec::new(),
        approval_id: None,
        usual_seconds: None,
        url: wire.html_url,
    })
}

/// The newest execution of each job. A re-run of the failed ones leaves the passed ones with
/// the attempt before; what failed there is run again and shows up once it is queued.
pub(super) fn newest_jobs(wires: Vec<wire::Job>, attempt: u64) -> Vec<wire::Job> {
    let mut newest: Vec<wire::Job> = Vec::new();
    for wire in wires {
        let of = |job: &wire::Job| (job.run_attempt.unwrap_or(attempt), job.id);
        let counts = of(&wire).0 >= attempt || status_map::job(wire.status.as_deref(), wire.conclusion.as_deref()) == JobStatus::Passed;
        match newest.iter_mut().find(|known| known.name == wire.name && of(known).0 != of(&wire).0) {
            Some(known) if counts && of(known) < of(&wire) => *known = wire,
            Some(_) => {}
            None if counts => newest.push(wire),
            None => {}
        }
    }
    newest
}

pub(super) fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(Time::parse)
}

#[cfg(test)]
mod tests {
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
        // The same file again is a newer run of one workflow.
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
            [
                ("acme/shop/5/1", PipelineStatus::Unknown),
                ("acme/shop/5/2", PipelineStatus::Failed),
                ("acme/shop/5/3", PipelineStatus::Running)
            ]
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
        // Two jobs of one attempt may share a name.
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
}
