//! Output streams of builds and release phases: texts that stay open until they are complete.
//!
//! The links are signed, as the vendor's are, so credentials that are sent are recorded as a violation. `Range:
//! bytes=N-` resumes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;

use super::answers::error;
use crate::http::{Call, Reply, Vendor};
use crate::state::Shared;
use crate::world::commit::Flaw;
use crate::world::release::{Build, Release, ReleaseStatus};
use crate::world::{World, migrations};

/// The interval at which new output is checked.
const LOOK: Duration = Duration::from_millis(100);
/// The duration of a build's output in wall seconds.
const BUILD: f64 = 250.0;

/// None when the call is for something else.
pub(crate) fn answer(shared: &Arc<Shared>, call: &Call) -> Option<Response<Body>> {
    let (kind, id) = match call.route()[..] {
        ["release-output", id] => (Kind::Release, id.to_owned()),
        ["build-output", id] => (Kind::Build, id.to_owned()),
        _ => return None,
    };
    if call.headers.contains_key("authorization") {
        let mut request_log = shared.request_log.lock().expect("the request log's lock is never poisoned");
        request_log.violation(Vendor::Heroku, "authorization was sent to an output stream", call);
    }
    let Some((text, over)) = printed(&shared.now(), kind, &id) else {
        return Some(error(404, "not_found", "Couldn't find that stream.").into_response());
    };
    let from = call.header("range").and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok()).unwrap_or(0);
    if over && from > 0 && from >= text.len() {
        return Some(Reply::text(416, "").with("Content-Range", format!("bytes */{}", text.len())).into_response());
    }
    let mut response = Response::new(Body::from_stream(stream(shared.clone(), kind, id, from)));
    *response.status_mut() = if from > 0 { axum::http::StatusCode::PARTIAL_CONTENT } else { axum::http::StatusCode::OK };
    response.headers_mut().insert("content-type", axum::http::HeaderValue::from_static("text/plain; charset=utf-8"));
    Some(response)
}

#[derive(Clone, Copy)]
enum Kind {
    Release,
    Build,
}

fn stream(shared: Arc<Shared>, kind: Kind, id: String, from: usize) -> impl futures::Stream<Item = Result<Bytes, Infallible>> {
    futures::stream::unfold((shared, id, from, false), move |(shared, id, from, over)| async move {
        if over {
            return None;
        }
        loop {
            let (text, over) = printed(&shared.now(), kind, &id)?;
            let new = text.get(from..).unwrap_or("").to_owned();
            if !new.is_empty() || over {
                let at = from + new.len();
                return Some((Ok(Bytes::from(new)), (shared, id, at, over)));
            }
            tokio::time::sleep(LOOK).await;
        }
    })
}

/// The output so far, and whether it is complete.
fn printed(world: &World, kind: Kind, id: &str) -> Option<(String, bool)> {
    world.apps.iter().find_map(|app| match kind {
        Kind::Release => {
            let release = app.releases.iter().find(|r| *r.id == *id)?;
            Some((release_text(world, app.service, release), release.status != ReleaseStatus::Pending))
        }
        Kind::Build => {
            let build = app.builds.iter().find(|b| *b.id == *id)?;
            Some((build_text(world, build), build.status != ReleaseStatus::Pending))
        }
    })
}

fn release_text(world: &World, service: usize, release: &Release) -> String {
    let mut text = String::from("$ bin/rails db:migrate\n");
    let commit = world.commit_of(release);
    let files = commit.and_then(|c| world.services[service].repo.commit(c)).map(|c| c.files.clone()).unwrap_or_default();
    for file in files.iter().filter(|f| migrations::is_migration(&f.path)) {
        let name = file.path.rsplit('/').next().unwrap_or("");
        text.push_str(&format!("== {name}: migrating ==\n"));
    }
    match release.status {
        ReleaseStatus::Pending | ReleaseStatus::Expired => {}
        ReleaseStatus::Succeeded => text.push_str("Release command finished.\n"),
        ReleaseStatus::Failed => {
            let flawed = commit.is_some_and(|c| world.services[service].repo.flaws(c).contains(&Flaw::FailsRelease));
            let why = if flawed {
                "PG::UndefinedColumn: ERROR: column orders.delivery_window does not exist"
            } else {
                "PG::LockNotAvailable: canceling statement due to lock timeout"
            };
            text.push_str(&format!("rails aborted!\n{why}\nRelease command exited with status 1.\n"));
        }
    }
    text
}

fn build_text(world: &World, build: &Build) -> String {
    let steps = [
        "-----> Building on the Heroku-24 stack",
        "-----> Using buildpack: heroku/ruby",
        "-----> Installing bundler 2.6.2",
        "-----> Installing dependencies using bundler 2.6.2",
        "       Running: bundle install",
        "       Bundle complete! 84 Gemfile dependencies, 212 gems now installed.",
        "-----> Detecting rake tasks",
        "-----> Preparing app for Rails asset pipeline",
        "       Running: rake assets:precompile",
        "       Asset precompilation completed (41.20s)",
        "-----> Discovering process types",
        "       Procfile declares types -> release, web, worker",
    ];
    let shown = match build.status {
        ReleaseStatus::Pending => {
            let whole = world.span(BUILD).max(1) as f64;
            (((world.now - build.created) as f64 / whole * steps.len() as f64) as usize + 1).min(steps.len())
        }
        ReleaseStatus::Succeeded => steps.len(),
        ReleaseStatus::Failed | ReleaseStatus::Expired => 9,
    };
    let mut text: String = steps[..shown].iter().map(|line| format!("{line}\n")).collect();
    match build.status {
        ReleaseStatus::Pending => {}
        ReleaseStatus::Succeeded => text.push_str("-----> Compressing...\n       Done: 61M\n-----> Launching...\n"),
        ReleaseStatus::Failed | ReleaseStatus::Expired => text.push_str(" !\n !     Push rejected, failed to compile Ruby app.\n"),
    }
    text
}
