//! Which workflows ran lately, whatever pipeline they belong to.
//!
//! v2 lists pipelines by their creation, so a rerun of an old one changes nothing in that list,
//! and its insights are up to a day late. v1.1's list of recent builds is by the build: a rerun's
//! jobs come first (v1.1 reference, "Recent builds for a project branch"). v1.1 is being retired,
//! its GETs stay; where it answers no more, the engine reads recent pipelines again in rotation.

use super::slug::Slug;
use super::{CircleCi, JSON, join, map, wire};
use http::header;
use slipway_domain::pipeline::Pipeline;
use slipway_http::Call;
use slipway_http::lenient_list::Each;
use slipway_vendor::{ReadError, RunRef};

/// Builds asked for: the jobs of several runs. The most v1.1 gives.
const BUILDS: &str = "100";

/// Newest first, each workflow once. None where this API is not there any more.
pub(super) async fn newest(ci: &CircleCi, slug: &Slug, branch: &str) -> Result<Option<Vec<RunRef>>, ReadError> {
    let [vcs, org, project] = slug.long_segments();
    let root = ci.account.address().second();
    let url = join(root, &["project", vcs, org, project, "tree", branch], &[("limit", BUILDS), ("shallow", "true")]);
    let answer = match ci.account.read(Call::get(url).header(header::ACCEPT, JSON)).await {
        Err(ReadError::NotFound(_) | ReadError::Forbidden(_)) => return Ok(None),
        answer => answer?,
    };
    let Ok(Each(Some(builds))) = answer.decode::<Each<wire::BuildSummary>>() else { return Ok(None) };
    let mut runs: Vec<RunRef> = Vec::new();
    for build in builds.into_iter().flatten() {
        let Some(workflow) = build.workflows.and_then(|w| w.workflow_id) else { continue };
        if !runs.iter().any(|run| run.workflow == workflow) {
            runs.push(RunRef { workflow, commit: build.vcs_revision });
        }
    }
    Ok(Some(runs))
}

/// `GET /workflow/{id}` names the pipeline, `GET /pipeline/{id}` is it.
pub(super) async fn pipeline_of(ci: &CircleCi, slug: &Slug, workflow: &str) -> Result<Pipeline, ReadError> {
    let found: wire::Workflow = ci.get(&["workflow", workflow], &[]).await?.decode()?;
    let unnamed = || ReadError::Garbled("CircleCI's answer names no pipeline".to_owned());
    let id = found.pipeline_id.ok_or_else(unnamed)?;
    let pipeline: wire::Pipeline = ci.get(&["pipeline", &id], &[]).await?.decode()?;
    map::pipeline(pipeline, slug, ci.is_cloud()).ok_or_else(unnamed)
}
