//! Which workflows ran recently, in whichever pipeline.
//!
//! v2 lists pipelines by creation, so a rerun of an old one does not change that list, and its insights are up to a
//! day late. v1.1's list of recent builds is ordered by build, so the jobs of a rerun come first (v1.1 reference,
//! "Recent builds for a project branch"). v1.1 is being retired, but its GETs stay; where it no longer answers, the
//! engine reads recent pipelines again in rotation.

use super::client::{CircleCi, JSON, join};
use super::slug::Slug;
use super::{map, wire};
use http::header;
use slipway_domain::pipeline::Pipeline;
use slipway_http::Call;
use slipway_http::lenient_list::Each;
use slipway_vendor::{ReadError, RunRef};

/// Builds per request: the jobs of several runs. The most that v1.1 returns.
const BUILDS: &str = "100";

/// Newest first, each workflow once. None where this API no longer exists.
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

/// `GET /workflow/{id}` names the pipeline, `GET /pipeline/{id}` returns it.
pub(super) async fn pipeline_of(ci: &CircleCi, slug: &Slug, workflow: &str) -> Result<Pipeline, ReadError> {
    let found: wire::Workflow = ci.get(&["workflow", workflow], &[]).await?.decode()?;
    let unnamed = || ReadError::Garbled("CircleCI's answer names no pipeline".to_owned());
    let id = found.pipeline_id.ok_or_else(unnamed)?;
    let pipeline: wire::Pipeline = ci.get(&["pipeline", &id], &[]).await?.decode()?;
    map::pipeline(pipeline, slug, ci.is_cloud()).ok_or_else(unnamed)
}
