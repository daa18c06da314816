//! Commands of CI and platform.

use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::{OTHER, app, service};
use crate::world::World;
use crate::world::release::{Build, NewRelease, ReleaseStatus};

type Done = Result<Value, String>;

/// None: the command is not one of these.
pub(super) fn one(world: &mut World, verb: &str, of: &Value) -> Option<Done> {
    Some(match verb {
        "workflows" => workflows(world, of),
        "holds" => service(world, of).map(|service| {
            let names = of["names"].as_array().into_iter().flatten().filter_map(Value::as_str);
            world.services[service].shape.holds = names.map(Arc::from).collect();
            json!({})
        }),
        "age_pipeline" => age(world, of),
        "vcs" => vcs(world, of),
        "maintenance" => app(world, of).map(|app| {
            world.apps[app].maintenance = on(of);
            json!({})
        }),
        "preboot" => app(world, of).map(|app| {
            world.apps[app].preboot = on(of);
            json!({})
        }),
        "fail_next_promotion" => app(world, of).map(|app| {
            let error = of["error"].as_str().unwrap_or("Target app is locked.").to_owned();
            world.apps[app].refuses_promotion = Some(error);
            json!({})
        }),
        "expire_release" => expire(world, of),
        "build" => build(world, of),
        "break_production" => service(world, of).and_then(|service| {
            let number = world.break_production(service).map_err(|refusal| refusal.message)?;
            Ok(json!({"pull_request": number}))
        }),
        _ => return None,
    })
}

fn on(of: &Value) -> bool {
    of["on"].as_bool().unwrap_or(true)
}

fn workflows(world: &mut World, of: &Value) -> Done {
    let service = service(world, of)?;
    let names =
        |key: &str| -> Vec<Arc<str>> { of[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(Arc::from).collect() };
    let shape = &mut world.services[service].shape;
    shape.setup = of["setup"].as_bool();
    shape.also = names("also");
    shape.idle = names("not_run");
    Ok(json!({}))
}

fn pipeline(world: &World, of: &Value) -> Result<(usize, usize), String> {
    let service = service(world, of)?;
    let number = of["number"].as_u64().unwrap_or(0);
    let found = world.services[service].pipelines.iter().position(|p| p.number == number);
    found.map(|pipeline| (service, pipeline)).ok_or_else(|| format!("no pipeline {number}"))
}

fn age(world: &mut World, of: &Value) -> Done {
    let (service, pipeline) = pipeline(world, of)?;
    let by = (of["seconds"].as_f64().ok_or("seconds are a number")? * 1000.0) as i64;
    let earlier = |at: &mut Option<i64>| *at = at.map(|at| at - by);
    let s = &mut world.services[service];
    s.pipelines[pipeline].created -= by;
    for workflow in s.workflows.iter_mut().filter(|w| w.pipeline == pipeline) {
        workflow.created -= by;
        earlier(&mut workflow.stopped);
        for job in &mut workflow.jobs {
            job.created -= by;
            earlier(&mut job.queued);
            earlier(&mut job.started);
            earlier(&mut job.stopped);
        }
    }
    Ok(json!({}))
}

fn vcs(world: &mut World, of: &Value) -> Done {
    let service = service(world, of)?;
    let prefix = match of["is"].as_str() {
        Some("bitbucket") => "bb",
        Some("github") => "gh",
        _ => return Err("is: bitbucket or github".into()),
    };
    let s = &mut world.services[service];
    s.slug = format!("{prefix}/{}/{}", s.repo.owner, s.repo.name);
    Ok(json!({"slug": s.slug}))
}

fn expire(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let now = world.now;
    let release = world.apps[app].releases.last_mut().filter(|r| r.status == ReleaseStatus::Pending).ok_or("nothing is pending")?;
    (release.status, release.updated) = (ReleaseStatus::Expired, now);
    Ok(json!({"version": release.version}))
}

/// A build that a person started: it makes a release of the build app, and nothing copies that to other apps.
fn build(world: &mut World, of: &Value) -> Done {
    let app = app(world, of)?;
    let commit = world.services[world.apps[app].service].repo.main().clone();
    let slug = world.new_slug(&commit);
    let user = OTHER.to_owned();
    let new = NewRelease {
        description: format!("Deploy {}", &commit[..8]),
        slug: Some(slug.clone()),
        config: world.apps[app].config(),
        code_version: None,
        user: user.clone(),
    };
    let release = world.release(app, new);
    let build = Build {
        id: world.rng.uuid(),
        status: ReleaseStatus::Succeeded,
        commit,
        slug: Some(slug.clone()),
        release: Some(world.apps[app].releases[release].id.clone()),
        workflow: "".into(),
        created: world.now - world.span(240.0),
        updated: world.now,
        user,
    };
    let id = build.id.clone();
    world.apps[app].builds.push(build);
    Ok(json!({"build": id, "slug": slug}))
}
