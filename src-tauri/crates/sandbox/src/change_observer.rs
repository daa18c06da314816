//! Records what a change found and what it made, by reading the world right before and right after it.

use serde_json::{Value, json};

use crate::circleci::views::status as status_name;
use crate::github::actions::runs::{workflow_of_job, workflow_of_run};
use crate::github::repository::FIRST_ID;
use crate::http::{Mutation, Vendor};
use crate::world::World;
use crate::world::pull_request::PullState;
use crate::world::release::ReleaseStatus;

/// The target of a change, as indices into the world.
#[derive(Debug, Clone, Copy)]
enum Place {
    Pull { service: usize, number: u64 },
    App(usize),
    Workflow { service: usize, workflow: usize },
}

/// The state of the target before the change.
#[derive(Debug)]
pub(crate) struct ChangeObserver {
    kind: String,
    place: Option<Place>,
    before: Value,
    releases: usize,
    promotions: usize,
    workflows: usize,
    next_pull: u64,
}

/// What `GET /truth` reports about a change besides its name.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub before: Value,
    pub made: Value,
}

impl ChangeObserver {
    pub(crate) fn of(world: &World, mutation: &Mutation) -> Self {
        let place = place(world, mutation);
        let mut observer = Self {
            kind: mutation.kind.clone(),
            place,
            before: place.map_or(Value::Null, |place| state(world, place)),
            releases: 0,
            promotions: world.promotions.len(),
            workflows: 0,
            next_pull: 0,
        };
        match place {
            Some(Place::App(app)) => observer.releases = world.apps[app].releases.len(),
            Some(Place::Pull { service, .. }) => observer.next_pull = world.services[service].repo.next_number,
            Some(Place::Workflow { service, .. }) => observer.workflows = world.services[service].workflows.len(),
            None => {}
        }
        observer
    }

    pub(crate) fn seen(self, world: &World) -> Seen {
        let made = match self.place {
            Some(Place::App(app)) => self.made_of_app(world, app),
            Some(Place::Pull { service, number }) => self.made_of_pull(world, service, number),
            Some(Place::Workflow { service, workflow }) => {
                let workflows = &world.services[service].workflows;
                let made = workflows.get(self.workflows).unwrap_or(&workflows[workflow]);
                json!({"workflow_id": made.id})
            }
            None => json!({}),
        };
        Seen { before: self.before, made }
    }

    fn made_of_app(&self, world: &World, app: usize) -> Value {
        if self.kind == "promote" {
            return world.promotions.get(self.promotions).map_or(json!({}), |promotion| json!({"promotion_id": promotion.id}));
        }
        world.apps[app].releases.get(self.releases).map_or(json!({}), |release| json!({"version": release.version, "id": release.id}))
    }

    fn made_of_pull(&self, world: &World, service: usize, number: u64) -> Value {
        let repo = &world.services[service].repo;
        let Some(pull) = repo.pulls.get(&number) else { return json!({}) };
        match self.kind.as_str() {
            "merge" => json!({"sha": pull.merge_commit}),
            "update_branch" | "push" => json!({"head_sha": pull.head}),
            "revert" if repo.next_number > self.next_pull => json!({"pull_request": self.next_pull}),
            _ => json!({}),
        }
    }
}

fn place(world: &World, mutation: &Mutation) -> Option<Place> {
    let (kind, target) = (mutation.kind.as_str(), mutation.target.as_str());
    if let Some((repo, number)) = target.split_once('#') {
        let (owner, name) = repo.split_once('/')?;
        let service = match owner {
            "repositories" => name.parse::<usize>().ok()?.checked_sub(FIRST_ID).filter(|s| *s < world.services.len())?,
            _ => world.repo(owner, name)?,
        };
        return Some(Place::Pull { service, number: number.parse().ok()? });
    }
    if !matches!(kind, "rerun" | "cancel" | "approve") {
        return world.app(target).map(Place::App);
    }
    if let Some((repo, run)) = target.split_once("/runs/") {
        let (owner, name) = repo.split_once('/')?;
        let service = world.repo(owner, name)?;
        let workflow = workflow_of_run(&world.services[service], service, run.parse().ok()?)?;
        return Some(Place::Workflow { service, workflow });
    }
    if let Some((repo, job)) = target.split_once("/jobs/") {
        let (owner, name) = repo.split_once('/')?;
        let service = world.repo(owner, name)?;
        let workflow = workflow_of_job(&world.services[service], service, job.parse().ok()?)?;
        return Some(Place::Workflow { service, workflow });
    }
    world.workflow(target).map(|(service, workflow)| Place::Workflow { service, workflow })
}

fn state(world: &World, place: Place) -> Value {
    match place {
        Place::App(app) => state_of_app(world, app),
        Place::Pull { service, number } => state_of_pull(world, service, number),
        Place::Workflow { service, workflow } => {
            let s = &world.services[service];
            let w = &s.workflows[workflow];
            let newest = s.workflows.iter().rev().find(|other| other.pipeline == w.pipeline && other.name == w.name);
            json!({
                "id": w.id, "status": status_name(w.status), "pipeline": s.pipelines[w.pipeline].number,
                "newest_workflow_id": newest.map(|newest| &newest.id),
            })
        }
    }
}

fn state_of_app(world: &World, app: usize) -> Value {
    let app = &world.apps[app];
    let short = |n: usize| {
        let release = &app.releases[n];
        let status = match release.status {
            ReleaseStatus::Pending => "pending",
            ReleaseStatus::Succeeded => "succeeded",
            ReleaseStatus::Failed => "failed",
            ReleaseStatus::Expired => "expired",
        };
        json!({"version": release.version, "id": release.id, "status": status, "slug": release.slug, "code_version": release.code_version})
    };
    json!({"current": app.current().map(short), "newest": app.releases.len().checked_sub(1).map(short)})
}

fn state_of_pull(world: &World, service: usize, number: u64) -> Value {
    let repo = &world.services[service].repo;
    let Some(pull) = repo.pulls.get(&number) else { return Value::Null };
    let state = match pull.state {
        PullState::Open => "open",
        PullState::Merged => "merged",
        PullState::Closed => "closed",
    };
    let reverts: Vec<u64> = repo.pulls.values().filter(|other| other.reverts == Some(number)).map(|other| other.number).collect();
    json!({
        "state": state, "head_sha": pull.head, "base_sha": repo.main(), "merge_state": pull.merge_state(repo, world.now),
        "auto_merge": pull.auto_merge, "queued": world.queue_entry(service, number).is_some(), "merged_by": pull.merged_by,
        "merge_sha": pull.merge_commit, "reverted_by": reverts,
    })
}

/// The releases that a promotion has made by now: it releases a moment after it was accepted.
pub(crate) fn completed(world: &World, mut made: Value) -> Value {
    let promotion = made["promotion_id"].as_str().and_then(|id| world.promotions.iter().find(|p| *p.id == *id));
    if let Some(promotion) = promotion {
        let releases = promotion.targets.iter().filter_map(|target| Some((target.app, target.release?)));
        let release = |(app, n): (usize, usize)| {
            let release = &world.apps[app].releases[n];
            json!({"app": world.apps[app].name, "version": release.version, "id": release.id})
        };
        made["releases"] = releases.map(release).collect();
    }
    made
}

/// The person whom the vendor records for actions of a token.
pub(crate) fn who(world: &World, vendor: Vendor) -> String {
    match vendor {
        Vendor::Heroku => world.viewer.email.clone(),
        Vendor::Github | Vendor::Circleci | Vendor::Logs | Vendor::Control | Vendor::Elsewhere => {
            world.viewer.login.clone().unwrap_or_default()
        }
    }
}
