//! The commands of `POST /world`: an object whose keys are commands, carried out in order; or a list of such
//! objects. Actions of a person at a vendor are attributed to `by`, a login (amara-okafor), and listed in the
//! truth's `changes`.
//!
//! - `{"advance": 60}`: simulates sixty seconds; everything that has happened is then sixty seconds older.
//! - `{"pass": 60}`: sets the world's wall clock forward by sixty seconds; what has happened keeps its time stamps.
//! - `{"open_pull": {"service", "title", "body"?, "branch"?, "login"?, "ready": true, "migration": false, "paths"?: []}}` → `{"pull_request": N}`
//! - `{"push": {"service", "number", "message"?}}` → `{"head_sha"}`: a new head; its checks start over.
//! - `{"merge": {"service", "number", "method"?, "by"?}}` → `{"sha"}`: another person merges.
//! - `{"make_ready": {"service", "number"}}`: all checks pass, approved, up to date, no conflict.
//! - `{"check": {"service", "number", "name", "state": "passed" | "failed" | "running"}}`: sets the state of a
//!   check of its head.
//! - `{"quiet_services": {"count": 20, "pull_requests": 5}}` → `{"services": [NAME]}`: new services in which
//!   nothing happens.
//! - `{"set_config": {"app", "vars": {"NAME": "value" or null}}}` → `{"version"}`
//! - `{"release": {"app", "code_of"?: "v12", "slug"?}}` → `{"version", "id"}`: releases the live code again, that
//!   of v12, or a slug.
//! - `{"rollback": {"app", "to"}}` → `{"version", "id"}`
//! - `{"promote": {"from": APP, "to": APP}}` → `{"promotion_id"}`: promotes the live release of one app to the
//!   other.
//! - `{"dynos": {"app", "state": "crashed" | "up"}}`
//! - `{"fail_next": {"service", "job", "lasting": false}}`: the next pipeline's job fails; lasting: the next merged change
//!   carries the fault until it is reverted.
//! - `{"fail_next_release": {"app"}}`
//! - `{"next_change": {"service"?, "is": "crashes" | "fails_release"}}`: the next merged change has this defect.
//! - `{"start_pipeline": {"service"}}` → `{"number"}`: builds main again.
//! - `{"hold": {"service", "held": true}}`: queued jobs wait.
//! - `{"repository": {"service", "archived"?, "rename"?: "new-name", "auto_merge"?: bool, "methods"?: ["squash"], "required_checks"?: [..],
//!   "linear_history"?: "protection" | "ruleset" or null, "recheck_seconds"?: 0 (after a merge the mergeability of the others is
//!   UNKNOWN for so long), "merge_queue"?: "squash" or null, "ruleset"?: {"checks"?, "approvals"?, "methods"?} or null}}`: how it is set on GitHub.
//! - `{"checks": {"service", "number", "count", "failing"?: [..], "running"?: [..]}}`: adds that many checks to its
//!   head, `check-1` and so on.
//! - `{"open_pulls": {"service", "count"}}` → `{"open"}`: opens that many ready pull requests without a migration.
//! - `{"behind": {"service", "number"}}`: main has moved on, and its protection requires the branch to be up to
//!   date.
//! - `{"enqueue": {"service", "number"}}`, `{"dequeue": …}`
//! - `{"auto_merge": {"service", "number", "on": true, "method"?}}`; refused, as by GitHub, where it could be
//!   merged at once.
//! - `{"revert": {"service", "number", "title"?, "body"?}}` → `{"pull_request": N}`
//! - `{"update_branch": {"service", "number"}}` → `{"head_sha"}`
//! - `{"older_github": true}`: an Enterprise Server without merge queues and rulesets.
//! - `{"generate_targets": {"seed", "count": 20}}` → `{"targets": [{"service", "app", "seed"}]}`: new services
//!   whose history differs by seed: config-only and failed releases, rollbacks, squash, merge and rebase commits.
//!
//! What GitHub decides a merge by, see [`merge_criteria`]:
//! - `{"check_runs": {"service", "number", "are": [{"name", "conclusion"? | "state": "running" | "queued", "id"?,
//!   "app"?, "app_id"?, "workflow"?, "event"?, "status": false}]}}`: the checks of its head; of two with the same
//!   identity the larger id is the rerun.
//! - `{"review": {"service", "number", "by", "state"}}`: `state` as in GitHub's API.
//! - `{"demands": {"service", "conversations"?, "code_owners"?, "signatures"?: "protection" | "ruleset" or null,
//!   "apps"?: [[CHECK, APP]], "approvals"?: 0, "checks"?: [..]}}`: what main requires.
//! - `{"conversations": {"service", "number", "open"?: 0, "resolved"?: 0}}`, `{"code_owners": {…, "asked": [..]}}`, `{"unsigned": {…, "on": true}}`
//! - `{"outsider": {"service", "number", "owner"?, "waiting"?: [WORKFLOW]}}`: its head is in a fork; nothing has
//!   run, and these workflows wait for a maintainer.
//! - `{"forbid": {"service", "number", "fields": ["requestedReviewer"]}}`: no token may read these fields of it.
//!
//! What CI and platform do by themselves or for other people, see [`ci_and_platform`]:
//! - `{"workflows": {"service", "setup"?: true | false, "also"?: [NAME], "not_run"?: [NAME]}}`: workflows of later
//!   pipelines besides `build-release`; `setup: false`: a setup workflow that never continues. Jobs:
//!   `generate-config`, `NAME-job`.
//! - `{"holds": {"service", "names": ["approve-release"]}}`: later pipelines wait for each of these approvals
//!   before they release; `approve-ENVIRONMENT` is for the release of that environment only.
//! - `{"rerun": {"service", "number", "workflow"?, "from_failed": false}}` → `{"workflow_id"}`
//! - `{"cancel": {"service", "number", "workflow"?}}`, `{"approve": {"service", "number", "workflow"?, "job"?}}`:
//!   in the newest workflow of the pipeline.
//! - `{"age_pipeline": {"service", "number", "seconds"}}`: moves all its time stamps that far back.
//! - `{"vcs": {"service", "is": "bitbucket" | "github"}}`: what the project's slug begins with.
//! - `{"maintenance": {"app", "on": true}}`, `{"preboot": {"app", "on": true}}`
//! - `{"fail_next_promotion": {"app", "error"}}`: the next promotion to it fails before it releases.
//! - `{"expire_release": {"app"}}` → `{"version"}`: its pending release expires.
//! - `{"eject": {"service", "number", "check"?}}`, `{"stop_auto_merge": …}`: GitHub removes it from its queue, or
//!   turns its auto-merge off, because the check failed.
//! - `{"rebaseable": {"service", "number", "on": true}}`: whether its commits can be rebased onto main.
//! - `{"deaf": {"service", "on": true}}`: the CI is not notified of pushes.
//! - `{"add_on": {"app", "description", "user"?, "plan"?, "vars"?: {"NAME": "value"}}}` → `{"version"}`: an add-on
//!   makes a release.
//! - `{"start_other": {"service", "by": "push" | "schedule" | "api" | "manual", "workflows"?: ["nightly"],
//!   "fails"?, "error"?, "skipped"?}}` → `{"number"}`: a pipeline of main's head; without `workflows` those of a
//!   push. `error`: its configuration is invalid; `skipped`: nothing of it runs. On GitHub Actions only `nightly` has
//!   a workflow file.
//! - `{"github_app": {"service", "on": true}}`: the project's pipelines have their commit in `trigger_parameters`
//!   only.
//! - `{"forget_jobs": {"service", "number"}}`: the jobs of the pipeline's workflows are deleted (404).
//! - `{"poison": {"service", "number"}}`: its record in the list of pipelines has an invalid form.
//! - `{"images": {"app", "are": "built" | "pushed" or null}}`: its artifacts are images, built by Heroku or pushed
//!   to its registry.
//! - Process types and dynos: see [`formation`].
//! - `{"break_production": {"service"}}` → `{"pull_request": N}`: the code that is live on production crashes; the
//!   pull request that brought it is to blame, so a rollback and its revert both heal it.
//! - `{"build": {"app"}}` → `{"build", "slug"}`: main is built on a build app and not released.
//! - Health pages, crashes on a schedule, logs, and a day in advance: see [`watched`].
//! - What makes a repository hard to read: `control_commands/degraded_reads.rs`.

pub mod arguments;
mod automation;
mod ci_and_platform;
mod degraded_reads;
mod formation;
mod github;
mod merge_criteria;
mod other_pipelines;
mod people;
mod watched;

use std::sync::Arc;

use serde_json::{Value, json};

use arguments::{app, email, person, pull, service, version};

use crate::rng::Rng;
use crate::world::commit::{ChangeKind, Flaw, Person};
use crate::world::merge::MergeAsk;
use crate::world::open_pull_request::NewPullRequest;
use crate::world::pull_request::PullState;
use crate::world::release::DynoState;
use crate::world::{PlannedFailure, PlannedFailureKind, World, generate, sample_data};

pub fn one(world: &mut World, verb: &str, of: &Value) -> Result<Value, String> {
    let text = |name: &str| of[name].as_str();
    match verb {
        "advance" => {
            world.advance(of.as_f64().ok_or("advance takes seconds")?);
            Ok(json!({}))
        }
        "pass" => {
            world.pass(of.as_f64().ok_or("pass takes seconds")?);
            Ok(json!({}))
        }
        "open_pull" => open_pull(world, of),
        "push" => {
            let (service, number) = pull(world, of)?;
            // A branch may have commits after its pull request was closed; the pull request's head stays.
            if world.pull_mut(service, number).state != PullState::Open {
                return Err(format!("pull request {number} is not open"));
            }
            let files = vec![sample_data::file("app/services/pushed.rb", &mut world.rng, ChangeKind::Modified)];
            let head = world.push(service, number, text("message").unwrap_or("Address review"), files);
            Ok(json!({"head_sha": head}))
        }
        "merge" => {
            let (service, number) = pull(world, of)?;
            let method = text("method").unwrap_or("squash");
            let ask = MergeAsk { method, sha: None, title: None, message: None, by: person(of) };
            world.merge(service, number, &ask).map(|sha| json!({"sha": sha})).map_err(|r| r.message)
        }
        "make_ready" => {
            let (service, number) = pull(world, of)?;
            let now = world.now;
            world.make_ready(service, number, now);
            let pull = world.pull_mut(service, number);
            (pull.draft, pull.conflicts, pull.out_of_date, pull.refuses_with) = (false, false, false, None);
            pull.reviews.retain(|r| r.state == "APPROVED");
            Ok(json!({}))
        }
        "check" => {
            let (service, number) = pull(world, of)?;
            let now = world.now;
            let (starts, ends, passes) = match text("state") {
                Some("passed") => (now - 1000, now, true),
                Some("failed") => (now - 1000, now, false),
                Some("running") => (now, now + world.span(3600.0), true),
                _ => return Err("state is passed, failed or running".into()),
            };
            let checks = &mut world.pull_mut(service, number).checks;
            let check = checks.iter_mut().find(|c| Some(c.name.as_str()) == text("name")).ok_or("no such check")?;
            (check.starts, check.ends, check.passes) = (starts, ends, passes);
            Ok(json!({}))
        }
        "quiet_services" => {
            let (count, open) = (of["count"].as_u64().unwrap_or(20), of["pull_requests"].as_u64().unwrap_or(5));
            let names: Vec<String> = (1..=count).map(|n| format!("quiet-{n}")).collect();
            let now = world.now;
            for name in &names {
                let service = generate::invent(world, name, 8);
                generate::open_many(world, service, open as usize);
            }
            world.open_in_order();
            world.set_past(now);
            Ok(json!({"services": names}))
        }
        "set_config" => {
            let app = app(world, of)?;
            let vars = of["vars"].as_object().ok_or("vars must be an object")?;
            let vars: Vec<_> = vars.iter().map(|(k, v)| (k.clone(), v.as_str().map(str::to_owned))).collect();
            let release = world.set_config(app, &vars, &email(of));
            Ok(version(world, app, release))
        }
        "dynos" => {
            let app = app(world, of)?;
            let state = match text("state") {
                Some("crashed") => DynoState::Crashed,
                Some("up") => DynoState::Up,
                _ => return Err("state is crashed or up".into()),
            };
            let now = world.now;
            for dyno in world.apps[app].dynos.iter_mut().filter(|dyno| dyno.process == "web") {
                (dyno.state, dyno.since) = (state, now);
            }
            Ok(json!({}))
        }
        "fail_next" => {
            let service = service(world, of)?;
            let name = world.services[service].name.clone();
            let job = text("job").unwrap_or("integration").to_owned();
            let jobs = world.jobs_to_come(service);
            if !jobs.contains(&job) {
                return Err(format!("{name} has no job {job:?}; there are {}", jobs.join(", ")));
            }
            let lasting = of["lasting"].as_bool().unwrap_or(false);
            let what = if lasting { PlannedFailureKind::Flaw(Flaw::FailsJob(job)) } else { PlannedFailureKind::FlakyJob(job) };
            world.planned_failures.push(PlannedFailure { service: Some(name), what });
            Ok(json!({}))
        }
        "fail_next_release" => {
            let app = app(world, of)?;
            world.apps[app].fail_next_release = true;
            Ok(json!({}))
        }
        "next_change" => {
            let flaw = match text("is") {
                Some("crashes") => Flaw::Crashes,
                Some("fails_release") => Flaw::FailsRelease,
                _ => return Err("is: crashes or fails_release".into()),
            };
            world
                .planned_failures
                .push(PlannedFailure { service: text("service").map(str::to_owned), what: PlannedFailureKind::Flaw(flaw) });
            Ok(json!({}))
        }
        "start_pipeline" => {
            let service = service(world, of)?;
            let (main, by) = (world.services[service].repo.main().clone(), world.viewer.clone());
            let made = world.start_pipeline(service, &main, &by);
            Ok(json!({"number": world.services[service].pipelines[made].number}))
        }
        "hold" => {
            let service = service(world, of)?;
            world.hold(service, of["held"].as_bool().unwrap_or(true));
            Ok(json!({}))
        }
        "repository" => github::repository(world, of),
        "checks" => github::checks(world, of),
        "open_pulls" => github::open_pulls(world, of),
        "behind" => github::behind(world, of),
        "older_github" => {
            world.older_github = of.as_bool().unwrap_or(true);
            Ok(json!({}))
        }
        "generate_targets" => Ok(generate_targets(world, of)),
        other => {
            let done = merge_criteria::one(world, other, of)
                .or_else(|| people::one(world, other, of))
                .or_else(|| automation::one(world, other, of))
                .or_else(|| ci_and_platform::one(world, other, of))
                .or_else(|| formation::one(world, other, of))
                .or_else(|| watched::one(world, other, of))
                .or_else(|| degraded_reads::one(world, other, of))
                .or_else(|| other_pipelines::one(world, other, of));
            done.unwrap_or_else(|| Err(format!("no verb {other:?}")))
        }
    }
}

fn open_pull(world: &mut World, of: &Value) -> Result<Value, String> {
    let service = service(world, of)?;
    let n = 200 + world.services[service].repo.next_number as usize;
    let idea = sample_data::idea(&mut world.rng, n, of["migration"].as_bool());
    let title = of["title"].as_str().map_or(idea.title, str::to_owned);
    let body = of["body"].as_str().unwrap_or("").to_owned();
    let mut author = sample_data::author(&mut world.rng);
    if let Some(login) = of["login"].as_str() {
        author = Arc::new(Person { name: login.into(), email: "somebody@acme.example".into(), login: Some(login.into()) });
    }
    let branch = of["branch"].as_str().map_or(idea.branch, str::to_owned);
    let mut commits = idea.commits;
    for path in of["paths"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let file = sample_data::file(path, &mut world.rng, ChangeKind::Modified);
        commits.last_mut().ok_or("a pull request has commits")?.push(file);
    }
    let number = world.open_pull(service, NewPullRequest { title, body, author, branch, commits });
    if of["ready"].as_bool().unwrap_or(true) {
        let now = world.now;
        world.make_ready(service, number, now);
    }
    Ok(json!({"pull_request": number}))
}

fn generate_targets(world: &mut World, of: &Value) -> Value {
    let (first, count) = (of["seed"].as_u64().unwrap_or(1), of["count"].as_u64().unwrap_or(20));
    let (now, rng) = (world.now, world.rng.clone());
    let mut targets = Vec::new();
    for seed in first..first + count {
        world.rng = Rng::new(seed);
        let name = format!("target-{seed}");
        if world.service(&name).is_none() {
            generate::invent_seeded(world, &name);
        }
        targets.push(json!({"service": name, "app": format!("{name}-production"), "seed": seed}));
    }
    world.rng = rng;
    world.open_in_order();
    world.set_past(now);
    json!({"targets": targets})
}
