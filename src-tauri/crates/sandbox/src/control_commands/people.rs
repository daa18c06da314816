//! Commands for what another person does in the vendors' web pages. Each accepts `by`, a login.

use serde_json::{Value, json};

use super::arguments::{app, by, email, person, pull, version, workflow};
use crate::circleci::views::user_id;
use crate::world::World;
use crate::world::pipeline::JobStatus;
use crate::world::release::NewRelease;

type Done = Result<Value, String>;

/// None: the command is not one of these.
pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Done> {
    Some(match verb {
        "auto_merge" => auto_merge(world, of),
        "revert" => revert(world, of),
        "update_branch" => update_branch(world, of),
        "enqueue" => pull(world, of).and_then(|(service, number)| world.enqueue(service, number, None, false, by(of)).map(|()| json!({}))),
        "dequeue" => pull(world, of).and_then(|(service, number)| match world.dequeue(service, number) {
            true => Ok(json!({})),
            false => Err(format!("#{number} is not in the queue")),
        }),
        "rerun" => rerun(world, of),
        "cancel" => cancel(world, of),
        "approve" => approve(world, of),
        "release" => release(world, of),
        "promote" => promote(world, of),
        "rollback" => app(world, of).and_then(|app| {
            let made = world.roll_back(app, of["to"].as_str().unwrap_or(""), &email(of)).map_err(|r| r.message)?;
            Ok(version(world, app, made))
        }),
        _ => return None,
    })
}

fn auto_merge(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    if of["on"].as_bool() == Some(false) {
        let was = world.pull_mut(service, number).auto_merge.take();
        return was.map(|_| json!({})).ok_or_else(|| format!("auto-merge of #{number} is off"));
    }
    let method = match of["method"].as_str() {
        None | Some("squash") => "SQUASH",
        Some("merge") => "MERGE",
        Some("rebase") => "REBASE",
        Some(other) => return Err(format!("method is merge, squash or rebase, not {other:?}")),
    };
    world.may_wait(service, number, None)?;
    world.pull_mut(service, number).auto_merge = Some(method);
    Ok(json!({}))
}

fn revert(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    let made = world.revert(service, number, of["title"].as_str(), of["body"].as_str(), false, &person(of));
    made.map(|number| json!({"pull_request": number})).map_err(|r| r.message)
}

fn update_branch(world: &mut World, of: &Value) -> Done {
    let (service, number) = pull(world, of)?;
    world.update_branch(service, number, None).map_err(|r| r.message)?;
    Ok(json!({"head_sha": world.pull_mut(service, number).head}))
}

fn rerun(world: &mut World, of: &Value) -> Done {
    let (service, workflow) = workflow(world, of)?;
    let from_failed = of["from_failed"].as_bool().unwrap_or(false);
    world.rerun(service, workflow, from_failed).map(|id| json!({"workflow_id": id})).map_err(|r| r.message)
}

fn cancel(world: &mut World, of: &Value) -> Done {
    let (service, workflow) = workflow(world, of)?;
    let user = user_id(Some(by(of)));
    world.cancel(service, workflow, &user.into()).map(|()| json!({})).map_err(|r| r.message)
}

fn approve(world: &mut World, of: &Value) -> Done {
    let (service, workflow) = workflow(world, of)?;
    let named = |name: &str| of["job"].as_str().is_none_or(|wanted| wanted == name);
    let holds = &world.services[service].workflows[workflow].jobs;
    let hold = holds.iter().find(|job| job.status == JobStatus::OnHold && named(&job.name)).and_then(|job| job.approval.clone());
    let user = user_id(Some(by(of)));
    let hold = hold.ok_or("nothing waits for an approval")?;
    world.approve(service, workflow, &hold, &user).map(|()| json!({})).map_err(|r| r.message)
}

fn release(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    if let Some(slug) = of["slug"].as_str() {
        let made = world.release_slug(app, slug, of["description"].as_str(), &email(of)).map_err(|r| r.message)?;
        return Ok(version(world, app, made));
    }
    let from = match of["code_of"].as_str() {
        Some(named) => world.apps[app].find(named).ok_or_else(|| format!("no release {named}"))?,
        None => world.apps[app].current().ok_or("nothing is live")?,
    };
    let (from, config) = (world.apps[app].releases[from].clone(), world.apps[app].config());
    let new = NewRelease {
        description: of["description"].as_str().unwrap_or("Deploy again").into(),
        slug: from.slug,
        config,
        code_version: Some(from.code_version),
        user: email(of),
    };
    let made = world.release(app, new);
    Ok(version(world, app, made))
}

fn promote(world: &mut World, of: &Value) -> Done {
    let named = |world: &World, key: &str| {
        let name = of[key].as_str().unwrap_or("");
        world.app(name).ok_or_else(|| format!("no app {name:?}"))
    };
    let (from, to) = (named(world, "from")?, named(world, "to")?);
    let coupled =
        |app: usize| move |pipeline: &&crate::world::heroku_pipeline::HerokuPipeline| pipeline.couplings.iter().any(|c| c.app == app);
    let pipeline = world.heroku_pipelines.iter().filter(coupled(from)).find(coupled(to));
    let pipeline = pipeline.map(|found| found.id.clone()).ok_or("no pipeline holds both apps")?;
    let live = world.apps[from].current().ok_or("nothing is live")?;
    let made = world.promote(&pipeline, (from, live), &[to], &email(of)).map_err(|r| r.message)?;
    Ok(json!({"promotion_id": world.promotions[made].id}))
}
