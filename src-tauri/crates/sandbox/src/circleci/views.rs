//! CircleCI's v2 JSON.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::pipeline::{Job, JobStatus, Status, Trigger};

pub(crate) struct View<'w> {
    pub world: &'w World,
}

/// v2's type of the trigger.
fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Push => "webhook",
        Trigger::Schedule => "scheduled_pipeline",
        Trigger::Api => "api",
        Trigger::Manual => "explicit",
    }
}

/// A stable id for a login.
pub(crate) fn user_id(login: Option<&str>) -> String {
    let n = login.unwrap_or("ghost").bytes().fold(11u64, |h, b| h.wrapping_mul(131).wrapping_add(b.into()));
    format!("c1rc1e00-0000-4000-8000-{:012x}", n & 0xffff_ffff_ffff).replace('r', "0")
}

pub(crate) fn provider(slug: &str) -> &'static str {
    if slug.starts_with("bb/") { "Bitbucket" } else { "GitHub" }
}

pub(crate) fn host(slug: &str) -> &'static str {
    if slug.starts_with("bb/") { "bitbucket.org" } else { "github.com" }
}

pub(crate) fn job_status(job: &Job) -> &'static str {
    match job.status {
        JobStatus::Blocked => "blocked",
        JobStatus::Queued => "queued",
        JobStatus::Running => "running",
        JobStatus::OnHold => "on_hold",
        JobStatus::Success => "success",
        JobStatus::Failed => "failed",
        JobStatus::Canceled => "canceled",
        JobStatus::NotRun => "not_run",
    }
}

pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Running => "running",
        Status::Failing => "failing",
        Status::OnHold => "on_hold",
        Status::Success => "success",
        Status::Failed => "failed",
        Status::Canceled => "canceled",
        Status::NotRun => "not_run",
    }
}

impl View<'_> {
    pub(crate) fn pipeline(&self, service: usize, pipeline: usize) -> Value {
        let s = &self.world.services[service];
        let p = &s.pipelines[pipeline];
        let commit = s.repo.commit(&p.revision);
        let repository = format!("https://{}/{}/{}", host(&s.slug), s.repo.owner, s.repo.name);
        let created = self.world.stamp_ms(p.created);
        let (kind, parameters) = (trigger(p.trigger), self.trigger_parameters(service, pipeline));
        let state = match () {
            () if p.error.is_some() => "errored",
            () if p.setup => "setup",
            () => "created",
        };
        let errors: Vec<Value> = p.error.iter().map(|message| json!({"type": "config", "message": message})).collect();
        let mut value = json!({
            "id": p.id, "number": p.number, "project_slug": s.slug, "state": state, "errors": errors,
            "created_at": created, "updated_at": created,
            "trigger": {"type": kind, "received_at": created, "actor": {"login": p.actor.login, "avatar_url": null}},
            "vcs": {
                "provider_name": provider(&s.slug), "origin_repository_url": repository, "target_repository_url": repository,
                "revision": p.revision, "branch": p.branch,
                "commit": {"subject": commit.map_or("", |c| c.headline()), "body": commit.map_or("", |c| c.body())},
            },
        });
        if let Some(parameters) = parameters {
            value["trigger_parameters"] = parameters;
            value.as_object_mut().map(|pipeline| pipeline.remove("vcs"));
        }
        value
    }

    /// The parts that clients read for projects of the GitHub App; the contract describes only an object.
    fn trigger_parameters(&self, service: usize, pipeline: usize) -> Option<Value> {
        let s = &self.world.services[service];
        let p = &s.pipelines[pipeline];
        let commit = s.repo.commit(&p.revision);
        let by = if p.trigger == Trigger::Schedule { "schedule" } else { "github_app" };
        s.ci_app.then(|| {
            json!({
                "circleci": {"event_time": self.world.stamp_ms(p.created), "trigger_type": by, "event_type": "push"},
                "git": {"branch": p.branch, "checkout_sha": p.revision, "ref": format!("refs/heads/{}", p.branch), "tag": "",
                    "commit_title": commit.map_or("", |c| c.headline()), "commit_message": commit.map_or("", |c| c.message.as_str()),
                    "repo_owner": s.repo.owner, "repo_name": s.repo.name},
            })
        })
    }

    /// A pipeline in a list. A record with a planned defect has another form there.
    pub(crate) fn listed(&self, service: usize, pipeline: usize) -> Value {
        if self.world.services[service].pipelines[pipeline].poisoned {
            return json!({"id": 7, "number": {"of": "nothing"}, "vcs": [], "trigger": "?"});
        }
        self.pipeline(service, pipeline)
    }

    pub(crate) fn workflow(&self, service: usize, workflow: usize) -> Value {
        let s = &self.world.services[service];
        let w = &s.workflows[workflow];
        let p = &s.pipelines[w.pipeline];
        let mut value = json!({
            "id": w.id, "name": w.name, "status": status(w.status), "pipeline_id": p.id, "pipeline_number": p.number,
            "project_slug": s.slug, "created_at": self.world.stamp_ms(w.created), "stopped_at": w.stopped.map(|at| self.world.stamp_ms(at)),
            "started_by": user_id(p.actor.login.as_deref()),
        });
        if let Some(by) = &w.canceled_by {
            value["canceled_by"] = json!(by);
        }
        if let Some(tag) = w.tag {
            value["tag"] = json!(tag);
        }
        value
    }

    pub(crate) fn job(&self, service: usize, workflow: usize, job: usize) -> Value {
        let s = &self.world.services[service];
        let w = &s.workflows[workflow];
        let j = &w.jobs[job];
        let stamp = |at: Option<i64>| at.map(|at| self.world.stamp_ms(at));
        let needs: Vec<_> = j.needs.iter().map(|n| &w.jobs[*n].id).collect();
        let mut value = json!({
            "id": j.id, "name": j.name, "status": job_status(j), "type": if j.approval.is_some() { "approval" } else { "build" },
            "dependencies": needs, "project_slug": s.slug, "started_at": stamp(j.started), "stopped_at": stamp(j.stopped),
        });
        if let Some(number) = j.number.filter(|_| j.started.is_some()) {
            value["job_number"] = json!(number);
        }
        if let Some(request) = &j.approval {
            value["approval_request_id"] = json!(request);
        }
        if let Some(by) = &j.approved_by {
            value["approved_by"] = json!(by);
        }
        value
    }
}
