//! GitHub's JSON of runs, jobs and environments.

use serde_json::{Value, json};

use super::super::repository::listed as repository;
use super::super::users::user;
use super::runs::{FILES, Run, environment_of, job_id, waiting_holds, workflow_file_id};
use crate::world::pipeline::{Job, JobStatus, Status, Workflow};
use crate::world::{Ms, World};

pub(super) struct View<'w> {
    pub world: &'w World,
    pub service: usize,
    pub url: &'w str,
}

impl View<'_> {
    /// `attempt` counts from 0.
    pub(super) fn run(&self, run: Run, attempt: usize) -> Value {
        let world = self.world;
        let s = &world.services[self.service];
        let attempts = run.attempts(s);
        let (first, w) = (&s.workflows[attempts[0]], &s.workflows[attempts[attempt]]);
        let p = &s.pipelines[run.pipeline];
        let (name, path) = FILES[run.file];
        let (id, full) = (run.id(self.service), format!("{}/{}", s.repo.owner, s.repo.name));
        let own = format!("{}/repos/{full}/actions/runs/{id}", self.url);
        let (status, conclusion) = if p.error.is_some() { ("completed", Some("startup_failure")) } else { words(w) };
        let commit = s.repo.commit(&p.revision);
        let message = commit.map_or("", |c| c.message.as_str());
        let author = commit.map(|c| json!({"name": c.author.name, "email": c.author.email}));
        let actor = user(p.actor.login.as_deref().unwrap_or("ghost"), self.url);
        let workflow = workflow_file_id(self.service, run.file);
        // The second file was added later, so its run numbers are lower.
        let number = p.number - if run.file == 0 { 97 } else { 0 };
        json!({
            "id": id, "name": name, "node_id": format!("WFR_{id}"), "check_suite_id": id + 5_000_000_000, "check_suite_node_id": format!("CS_{id}"),
            "head_branch": p.branch, "head_sha": p.revision, "path": path, "display_title": message.lines().next(),
            "run_number": number, "run_attempt": attempt + 1, "referenced_workflows": [], "event": p.trigger.event(),
            "status": status, "conclusion": conclusion, "workflow_id": workflow,
            "url": own, "html_url": format!("{}/{full}/actions/runs/{id}", self.url), "pull_requests": [],
            "created_at": world.stamp(first.created), "updated_at": world.stamp(changed(w)), "run_started_at": world.stamp(w.created),
            "actor": actor, "triggering_actor": actor, "jobs_url": format!("{own}/jobs"), "logs_url": format!("{own}/logs"),
            "check_suite_url": format!("{}/repos/{full}/check-suites/{}", self.url, id + 5_000_000_000),
            "artifacts_url": format!("{own}/artifacts"), "cancel_url": format!("{own}/cancel"), "rerun_url": format!("{own}/rerun"),
            "previous_attempt_url": (attempt > 0).then(|| format!("{own}/attempts/{attempt}")),
            "workflow_url": format!("{}/repos/{full}/actions/workflows/{workflow}", self.url),
            "head_commit": {
                "id": p.revision, "tree_id": p.revision, "message": message, "author": author, "committer": author,
                "timestamp": commit.map_or_else(|| world.stamp(p.created), |c| world.when(c.committed)),
            },
            "repository": repository(world, self.service, self.url), "head_repository": repository(world, self.service, self.url),
        })
    }

    /// Without jobs that still wait for others: GitHub does not list them.
    pub(super) fn jobs(&self, run: Run, attempt: usize, all: bool) -> Vec<Value> {
        let s = &self.world.services[self.service];
        let attempts = run.attempts(s);
        let from = if all { 0 } else { attempt };
        let mut views = Vec::new();
        for at in from..=attempt {
            let w = &s.workflows[attempts[at]];
            // A job that passed before is not run again and belongs to the attempt that ran it.
            let before = at.checked_sub(1).map(|before| &s.workflows[attempts[before]].jobs);
            let is_own = |job: &Job| before.is_none_or(|jobs| jobs.iter().all(|b| b.number != job.number));
            let listed = (0..w.jobs.len()).filter(|n| is_own(&w.jobs[*n]) && is_listed(w, *n));
            views.extend(listed.map(|job| self.job(run, at, job)));
        }
        views
    }

    pub(super) fn job(&self, run: Run, attempt: usize, job: usize) -> Value {
        let world = self.world;
        let s = &world.services[self.service];
        let w = &s.workflows[run.attempts(s)[attempt]];
        let j = &w.jobs[job];
        let id = job_id(self.service, j).unwrap_or_default();
        let (full, run_id) = (format!("{}/{}", s.repo.owner, s.repo.name), run.id(self.service));
        let (status, conclusion) = job_words(w, job);
        let created = j.queued.unwrap_or(w.created);
        let runner = j.started.map(|_| format!("GitHub Actions {}", id % 97));
        json!({
            "id": id, "run_id": run_id, "run_url": format!("{}/repos/{full}/actions/runs/{run_id}", self.url), "run_attempt": attempt + 1,
            "node_id": format!("CR_{id}"), "head_sha": s.pipelines[w.pipeline].revision, "head_branch": s.pipelines[w.pipeline].branch,
            "url": format!("{}/repos/{full}/actions/jobs/{id}", self.url),
            "html_url": format!("{}/{full}/actions/runs/{run_id}/job/{id}", self.url),
            "status": status, "conclusion": conclusion, "created_at": world.stamp(created),
            // Until it runs: the time at which it was queued.
            "started_at": world.stamp(j.started.unwrap_or(created)), "completed_at": j.stopped.map(|at| world.stamp(at)),
            "name": j.name, "steps": self.steps(j), "check_run_url": format!("{}/repos/{full}/check-runs/{id}", self.url),
            "labels": ["ubuntu-latest"], "runner_id": j.started.map(|_| id % 97), "runner_name": runner,
            "runner_group_id": j.started.map(|_| 0), "runner_group_name": j.started.map(|_| "GitHub Actions"), "workflow_name": FILES[run.file].0,
        })
    }

    fn steps(&self, job: &Job) -> Vec<Value> {
        let (Some(started), true) = (job.started, job.approval.is_none()) else { return Vec::new() };
        let stamp = |at: Ms| self.world.stamp(at);
        let soon = started + self.world.span(3.0);
        let run = format!("Run bin/ci {}", job.name);
        let names = ["Set up job", "Run actions/checkout@v5", run.as_str(), "Post Run actions/checkout@v5", "Complete job"];
        let conclusion = |n: usize| match (job.status, n) {
            (JobStatus::Failed, 2) => "failure",
            (JobStatus::Canceled, 2) => "cancelled",
            _ => "success",
        };
        let step = |(n, name): (usize, &&str)| {
            let (status, conclusion, from, to) = match job.stopped {
                Some(end) => {
                    let to = if n < 2 { soon.min(end) } else { end };
                    ("completed", Some(conclusion(n)), Some(if n < 2 { started } else { soon.min(end) }), Some(to))
                }
                None if n < 2 => ("completed", Some("success"), Some(started), Some(soon.min(self.world.now))),
                None if n == 2 => ("in_progress", None, Some(soon.min(self.world.now)), None),
                None => ("queued", None, None, None),
            };
            json!({"name": name, "number": n + 1, "status": status, "conclusion": conclusion, "started_at": from.map(stamp), "completed_at": to.map(stamp)})
        };
        names.iter().enumerate().map(step).collect()
    }

    pub(super) fn environment(&self, hold: &Job) -> Value {
        let s = &self.world.services[self.service];
        let ((name, id), full) = (environment_of(self.service, s, hold), format!("{}/{}", s.repo.owner, s.repo.name));
        json!({"id": id, "node_id": format!("EN_{id}"), "name": name, "url": format!("{}/repos/{full}/environments/{name}", self.url),
            "html_url": format!("{}/{full}/deployments/activity_log?environments_filter={name}", self.url)})
    }

    pub(super) fn pending(&self, workflow: usize) -> Value {
        let w = &self.world.services[self.service].workflows[workflow];
        let reviewer = json!({"type": "User", "reviewer": user(self.world.viewer.login.as_deref().unwrap_or("ghost"), self.url)});
        let pending = waiting_holds(w).into_iter().map(|hold| {
            json!({"environment": self.environment(&w.jobs[hold]), "wait_timer": 0, "wait_timer_started_at": null,
                "current_user_can_approve": true, "reviewers": [reviewer]})
        });
        Value::Array(pending.collect())
    }

    pub(super) fn approvals(&self, attempts: &[usize]) -> Value {
        let workflows = &self.world.services[self.service].workflows;
        let holds = attempts.iter().flat_map(|w| &workflows[*w].jobs).filter(|job| job.approval.is_some());
        let created = self.world.stamp(self.world.services[self.service].pipelines[0].created);
        let decided = holds.filter_map(|job| {
            let login = job.approved_by.as_deref()?;
            let mut environment = self.environment(job);
            (environment["created_at"], environment["updated_at"]) = (json!(created), json!(created));
            let state = if job.status == JobStatus::Success { "approved" } else { "rejected" };
            Some(json!({"state": state, "comment": "", "environments": [environment], "user": user(login, self.url)}))
        });
        Value::Array(decided.collect())
    }

    /// The deployment that an approval creates.
    pub(super) fn deployment(&self, workflow: usize, environment: &str) -> Value {
        let world = self.world;
        let s = &world.services[self.service];
        let (p, full) = (&s.pipelines[s.workflows[workflow].pipeline], format!("{}/{}", s.repo.owner, s.repo.name));
        let id = 2_400_000 + workflow;
        let own = format!("{}/repos/{full}/deployments/{id}", self.url);
        json!({
            "id": id, "node_id": format!("DE_{id}"), "url": own, "sha": p.revision, "ref": p.branch, "task": "deploy", "payload": {},
            "original_environment": environment, "environment": environment, "description": null,
            "creator": user(p.actor.login.as_deref().unwrap_or("ghost"), self.url),
            "created_at": world.stamp(world.now), "updated_at": world.stamp(world.now), "statuses_url": format!("{own}/statuses"),
            "repository_url": format!("{}/repos/{full}", self.url), "transient_environment": false, "production_environment": environment == "production",
        })
    }
}

fn words(w: &Workflow) -> (&'static str, Option<&'static str>) {
    match w.status {
        Status::Success => ("completed", Some("success")),
        Status::Failed => ("completed", Some("failure")),
        Status::Canceled => ("completed", Some("cancelled")),
        Status::OnHold => ("waiting", None),
        // The least advanced job decides: while one is queued the run is queued.
        Status::Running | Status::Failing if w.jobs.iter().any(|j| j.status == JobStatus::Queued) => ("queued", None),
        Status::NotRun => ("completed", Some("skipped")),
        Status::Running | Status::Failing => ("in_progress", None),
    }
}

fn job_words(w: &Workflow, job: usize) -> (&'static str, Option<&'static str>) {
    match w.jobs[job].status {
        JobStatus::Blocked | JobStatus::OnHold => ("waiting", None),
        JobStatus::Queued => ("queued", None),
        JobStatus::Running => ("in_progress", None),
        JobStatus::Success => ("completed", Some("success")),
        JobStatus::Failed => ("completed", Some("failure")),
        JobStatus::Canceled => ("completed", Some("cancelled")),
        JobStatus::NotRun => ("completed", Some("skipped")),
    }
}

fn is_listed(w: &Workflow, job: usize) -> bool {
    let j = &w.jobs[job];
    let waits = || waiting_holds(w).iter().any(|hold| j.needs.contains(hold));
    j.approval.is_none() && (j.status != JobStatus::Blocked || waits())
}

/// When anything in it last changed.
fn changed(w: &Workflow) -> Ms {
    let of_jobs = w.jobs.iter().flat_map(|j| [j.queued, j.started, j.stopped]);
    w.stopped.or_else(|| of_jobs.flatten().max()).unwrap_or(w.created)
}
