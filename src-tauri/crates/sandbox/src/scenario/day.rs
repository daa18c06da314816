//! A script of what people and vendors do to a service over some time, played by the same simulation.

use std::sync::Arc;

use crate::circleci::views::user_id;
use crate::world::commit::{ChangeKind, Flaw};
use crate::world::history_seed::MINUTE;
use crate::world::merge::MergeAsk;
use crate::world::open_kinds::OpenKind;
use crate::world::open_pull_request::NewPullRequest;
use crate::world::pipeline::Trigger;
use crate::world::release::NewRelease;
use crate::world::triggered_pipelines::Started;
use crate::world::{Ms, PlannedFailure, PlannedFailureKind, World, sample_data};

/// In minutes.
pub(super) const fn hours(hours: i64, minutes: i64) -> i64 {
    hours * 60 + minutes
}

/// Something that happens so many minutes before now; `by` is a person of the sample data.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub ago: i64,
    pub by: usize,
    pub does: Does,
}

#[derive(Clone, Copy)]
pub(super) enum Does {
    /// Opens a pull request that stays open.
    Opens(Change, OpenKind),
    /// Opens a pull request that is merged later.
    Begins(Change),
    /// Merges the pull request of this title.
    Merges(&'static str, Goes),
    RollsBack,
    /// Opens the revert of the pull request of this title.
    Reverts(&'static str),
    /// Changes config on both environments.
    Sets(&'static str),
    /// A provider of an add-on replaces the credentials of its resource on production.
    AddOn,
    Nightly,
}

/// A pull request, and the word in the paths of its files.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub title: &'static str,
    pub word: &'static str,
    pub migration: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    Well,
    /// The person who merged it cancels its pipeline.
    IsCanceled,
    /// This job fails; nothing is released.
    FailsJob(&'static str),
    /// Production's release phase fails.
    FailsRelease,
    /// Production's web dynos crash once it is released.
    Crashes,
    /// Its release waits for an approval that nobody has given yet.
    Waits,
}

impl Step {
    pub(super) const fn new(ago: i64, by: usize, does: Does) -> Self {
        Self { ago, by, does }
    }

    pub(super) const fn begins(ago: i64, by: usize, title: &'static str, word: &'static str) -> Self {
        Self::new(ago, by, Does::Begins(Change { title, word, migration: false }))
    }

    /// As `begins`, with a migration.
    pub(super) const fn migrates(ago: i64, by: usize, title: &'static str, word: &'static str) -> Self {
        Self::new(ago, by, Does::Begins(Change { title, word, migration: true }))
    }

    pub(super) const fn merges(ago: i64, by: usize, title: &'static str, goes: Goes) -> Self {
        Self::new(ago, by, Does::Merges(title, goes))
    }

    pub(super) const fn opens(ago: i64, by: usize, title: &'static str, word: &'static str, kind: OpenKind) -> Self {
        Self::new(ago, by, Does::Opens(Change { title, word, migration: false }, kind))
    }

    /// World time.
    pub(super) fn at(&self) -> Ms {
        -self.ago * MINUTE
    }
}

/// Plays the steps in their order; each begins within its minute, so no two are at the same second.
pub(super) fn play(world: &mut World, service: usize, steps: &[Step]) {
    for step in steps {
        let at = step.at() + world.rng.below(50_000) as Ms;
        world.run_until(at);
        perform(world, service, step, at);
    }
}

fn perform(world: &mut World, service: usize, step: &Step, at: Ms) {
    let person = sample_data::person(step.by);
    match step.does {
        Does::Opens(change, kind) => {
            let number = open(world, service, step.by, change);
            // People and CI have last looked at it after three quarters of the time since.
            world.make_kind(service, number, kind, at / 4);
        }
        Does::Begins(change) => {
            open(world, service, step.by, change);
        }
        Does::Merges(title, goes) => merge(world, service, step.by, title, goes),
        Does::RollsBack => {
            let app = production(world, service);
            let to = world.default_target(&world.apps[app].name).expect("there is an earlier release");
            world.roll_back(app, &format!("v{to}"), &person.email).expect("nothing else is being released");
        }
        Does::Reverts(title) => {
            let number = numbered(world, service, title);
            world.revert(service, number, None, None, false, &person).expect("what was merged can be reverted");
        }
        Does::Sets(name) => {
            let value = format!("set-{}", world.rng.below(1 << 30));
            for app in world.services[service].environments.iter().map(|e| e.app).collect::<Vec<_>>() {
                world.set_config(app, &[(name.to_owned(), Some(value.clone()))], &person.email);
            }
        }
        Does::AddOn => rotate(world, service),
        Does::Nightly => {
            let nightly = Some(vec![Arc::from("nightly")]);
            let started = Started { trigger: Trigger::Schedule, workflows: nightly, error: None, skipped: false, fails: false };
            world.start_other(service, started);
        }
    }
}

fn production(world: &World, service: usize) -> usize {
    world.services[service].environments.last().expect("a service has environments").app
}

fn numbered(world: &World, service: usize, title: &str) -> u64 {
    let pulls = &world.services[service].repo.pulls;
    pulls.values().rev().find(|pull| pull.title == title).unwrap_or_else(|| panic!("no pull request {title:?} is open")).number
}

fn open(world: &mut World, service: usize, by: usize, change: Change) -> u64 {
    let Change { title, word, migration } = change;
    let modified = |world: &mut World, path: String| sample_data::file(&path, &mut world.rng, ChangeKind::Modified);
    let mut files = vec![modified(world, format!("app/services/{word}.rb")), modified(world, format!("spec/services/{word}_spec.rb"))];
    if migration {
        let n = world.services[service].repo.next_number as usize;
        files.push(sample_data::migration_file(&mut world.rng, n, word));
        files.push(modified(world, "db/schema.rb".into()));
    }
    let mut commits = vec![files];
    for n in 0..world.rng.below(3) {
        commits.push(vec![modified(world, format!("app/models/{word}_{n}.rb"))]);
    }
    let branch: String = title.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let branch = branch.split('-').filter(|s| !s.is_empty()).take(5).collect::<Vec<_>>().join("-");
    let body = format!("{title}.\n\n- covered by specs\n- tried on staging");
    world.open_pull(service, NewPullRequest { title: title.into(), body, author: sample_data::person(by), branch, commits })
}

/// The pull request of this title is approved and merged.
pub(super) fn merge(world: &mut World, service: usize, by: usize, title: &str, goes: Goes) {
    let number = numbered(world, service, title);
    let app = production(world, service);
    match goes {
        Goes::FailsJob(job) => {
            let service = Some(world.services[service].name.clone());
            world.planned_failures.push(PlannedFailure { service, what: PlannedFailureKind::FlakyJob(job.into()) });
        }
        Goes::FailsRelease => world.apps[app].fail_next_release = true,
        Goes::Crashes => world.pull_mut(service, number).flaws.push(Flaw::Crashes),
        Goes::Well | Goes::IsCanceled | Goes::Waits => {}
    }
    // A revert is approved by a bot already.
    if world.pull_mut(service, number).reverts.is_none() {
        world.make_ready(service, number, world.now - 4 * MINUTE);
    }
    let ask = MergeAsk { method: "squash", sha: None, title: None, message: None, by: sample_data::person(by) };
    world.merge(service, number, &ask).unwrap_or_else(|why| panic!("#{number} {title:?} is not merged: {}", why.message));
    let newest = world.services[service].workflows.len() - 1;
    let id = user_id(sample_data::person(by).login.as_deref());
    if goes == Goes::IsCanceled {
        world.run_until(world.now + world.span(140.0));
        world.cancel(service, newest, &id.into()).expect("it still runs");
    } else if goes != Goes::Waits && world.services[service].approval {
        world.run_until(world.now + world.span(560.0));
        let hold = world.services[service].workflows[newest].jobs.iter().find_map(|job| job.approval.clone());
        if let Some(hold) = hold {
            // A pipeline whose checks failed does not wait.
            let _ = world.approve(service, newest, &hold, &id);
        }
    }
}

/// As Heroku Postgres does when it replaces credentials: by the provider's own user.
fn rotate(world: &mut World, service: usize) {
    let app = production(world, service);
    let live = world.apps[app].current().expect("something is live");
    let live = world.apps[app].releases[live].clone();
    let mut config = (*world.apps[app].config()).clone();
    config.insert("DATABASE_URL".into(), format!("postgres://rotated-{}", world.rng.below(1 << 30)));
    let new = NewRelease {
        description: "Update DATABASE by heroku-postgresql".into(),
        slug: live.slug,
        config: Arc::new(config),
        code_version: Some(live.code_version),
        user: "heroku-postgresql@addons.heroku.com".into(),
    };
    world.release(app, new);
}
