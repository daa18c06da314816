//! Whether what was asked has come true, by reading only.

mod landing;

use crate::execute::bare_pipeline;
use crate::run::Core;
use slipway_domain::journal::Expectation;
use slipway_domain::pipeline::{Job, Pipeline, Workflow};
use slipway_domain::release::Release;
use slipway_domain::status::{JobStatus, PipelineStatus, ReleaseStatus};
use slipway_providers::{PullRequestState, ReadError};
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It holds; the text says what was seen.
    Holds(String),
    /// It cannot come true any more.
    Never(String),
    /// Nothing of it is to be seen.
    NotSeen(String),
    /// It has begun: it must not be called failed for lack of time.
    UnderWay(String),
}

pub async fn look(core: &Arc<Core>, service: &str, expectation: &Expectation) -> Result<Finding, ReadError> {
    match expectation {
        Expectation::Merged { repo, number, head_sha } => merged(core, service, repo, *number, head_sha).await,
        Expectation::Enqueued { .. }
        | Expectation::Dequeued { .. }
        | Expectation::AutoMergeOn { .. }
        | Expectation::AutoMergeOff { .. }
        | Expectation::BranchUpdated { .. } => landing::look(&*core.code_host(service)?, expectation).await,
        Expectation::RevertOpened { repo, number, marker, .. } => {
            let found = core.code_host(service)?.find_revert(repo, marker).await?;
            Ok(found.map_or_else(
                || Finding::NotSeen(format!("GitHub shows no revert of #{number} made by Slipway")),
                |pr| Finding::Holds(format!("The revert of #{number} is pull request #{}", pr.number)),
            ))
        }
        Expectation::RolledBack { app, target_version, target_slug, after_version, .. } => {
            rolled_back(core, service, app, *target_version, target_slug.as_deref(), *after_version).await
        }
        Expectation::Released { app, slug, after_version, promotion, .. } => {
            released(core, service, app, slug, *after_version, promotion.as_deref()).await
        }
        Expectation::Reran { pipeline, known, name, .. } => {
            let now = workflows(core, service, &bare_pipeline(pipeline)).await?;
            let fits = |w: &&Workflow| !known.contains(&w.id) && name.as_ref().is_none_or(|name| *name == w.name);
            let new = now.workflows.iter().flatten().find(fits);
            Ok(new.map_or_else(
                || Finding::NotSeen(format!("{} shows no new workflow", ci_title(core, service))),
                |w| Finding::Holds(format!("Workflow {} runs again", w.name)),
            ))
        }
        Expectation::Canceled { pipeline, workflow } => canceled(core, service, pipeline, workflow).await,
        Expectation::Approved { pipeline, workflow, approval_id } => {
            let now = workflows(core, service, &with_hold(pipeline, workflow, approval_id)).await?;
            let hold = now.jobs.iter().find(|j| j.approval_id.as_ref() == Some(approval_id));
            Ok(match hold.map(|j| j.status) {
                Some(JobStatus::OnHold) => Finding::NotSeen("The hold is still waiting".into()),
                Some(JobStatus::Canceled) => Finding::Never("The hold was canceled".into()),
                Some(JobStatus::Passed | JobStatus::Running | JobStatus::Skipped | JobStatus::Failed) => {
                    Finding::Holds("The hold is approved".into())
                }
                Some(JobStatus::Queued | JobStatus::Unknown) | None => {
                    Finding::NotSeen(format!("{} does not show the hold", ci_title(core, service)))
                }
            })
        }
    }
}

async fn merged(core: &Arc<Core>, service: &str, repo: &str, number: u64, head_sha: &str) -> Result<Finding, ReadError> {
    let now = core.code_host(service)?.pull_request(repo, number).await?;
    let head = &now.pull_request.head_sha;
    Ok(match now.state {
        PullRequestState::Merged if head == head_sha => {
            let commit = now.merge_commit.as_deref().map_or(String::new(), |sha| format!(" as {}", slipway_domain::words::short(sha)));
            Finding::Holds(format!("GitHub says #{number} is merged{commit}"))
        }
        PullRequestState::Merged => {
            Finding::Never(format!("#{number} was merged with another head, {}", slipway_domain::words::short(head)))
        }
        PullRequestState::Closed => Finding::Never(format!("#{number} is closed and not merged")),
        PullRequestState::Open | PullRequestState::Unknown => Finding::NotSeen(format!("GitHub shows #{number} not merged")),
    })
}

/// Our release is the oldest one after what was seen that says it is a rollback to the target,
/// or carries the target's code.
async fn rolled_back(
    core: &Arc<Core>,
    service: &str,
    app: &str,
    target: u64,
    slug: Option<&str>,
    after: u64,
) -> Result<Finding, ReadError> {
    let page = core.platform(service, app)?.releases(app, 30).await?;
    let ours = |r: &&Release| {
        r.version > after
            && (r.rollback_to() == Some(target)
                || (r.rollback_to().is_none() && slug.is_some_and(|code| r.runs_code(code)) && !r.changes_config_only()))
    };
    let Some(ours) = page.releases.iter().rev().find(ours) else {
        return Ok(Finding::NotSeen(format!("{app} has no new release with the code of v{target}")));
    };
    let version = ours.version;
    let replaced = page.releases.iter().any(|r| r.version > version && r.status == ReleaseStatus::Succeeded);
    Ok(match ours.status {
        ReleaseStatus::Succeeded if ours.current => Finding::Holds(format!("v{version} is live with the code and config of v{target}")),
        ReleaseStatus::Succeeded if replaced => Finding::Never(format!("v{version} went live and was replaced by a newer release")),
        ReleaseStatus::Failed | ReleaseStatus::Expired => {
            Finding::Never(format!("v{version} failed in its release phase; what was live stays"))
        }
        ReleaseStatus::Pending => Finding::UnderWay(format!("v{version} is being released")),
        ReleaseStatus::Succeeded | ReleaseStatus::Unknown => Finding::UnderWay(format!("v{version} is not current yet")),
    })
}

/// Ours is the oldest release after what was seen that carries the slug: nothing else put that
/// code live, for it was not live then. What a promotion says of its target comes first.
async fn released(
    core: &Arc<Core>,
    service: &str,
    app: &str,
    slug: &str,
    after: u64,
    promotion: Option<&str>,
) -> Result<Finding, ReadError> {
    let platform = core.platform(service, app)?;
    let mut under_way = false;
    if let Some(promotion) = promotion {
        for target in platform.promotion_targets(promotion).await? {
            match target.status {
                ReleaseStatus::Failed => {
                    let why = target.error.unwrap_or_else(|| "the platform gives no reason".to_owned());
                    return Ok(Finding::Never(format!("The promotion to {app} failed: {why}")));
                }
                ReleaseStatus::Pending => under_way = true,
                ReleaseStatus::Succeeded | ReleaseStatus::Expired | ReleaseStatus::Unknown => {}
            }
        }
    }
    let page = platform.releases(app, 30).await?;
    let Some(ours) = page.releases.iter().rev().find(|r| r.version > after && r.runs_code(slug)) else {
        let seen = format!("{app} has no new release with this code");
        return Ok(if under_way { Finding::UnderWay(format!("The promotion is under way; {seen} yet")) } else { Finding::NotSeen(seen) });
    };
    let version = ours.version;
    let replaced = page.releases.iter().any(|r| r.version > version && r.status == ReleaseStatus::Succeeded && r.code() != ours.code());
    Ok(match ours.status {
        ReleaseStatus::Succeeded if replaced => Finding::Never(format!("v{version} went live and was replaced by a newer release")),
        ReleaseStatus::Succeeded if ours.current || page.releases.iter().any(|r| r.current && r.code() == ours.code()) => {
            Finding::Holds(format!("v{version} is live on {app}"))
        }
        ReleaseStatus::Failed | ReleaseStatus::Expired => {
            Finding::Never(format!("v{version} failed in its release phase; what was live stays"))
        }
        ReleaseStatus::Pending => Finding::UnderWay(format!("v{version} is being released")),
        ReleaseStatus::Succeeded | ReleaseStatus::Unknown => Finding::UnderWay(format!("v{version} is not current yet")),
    })
}

async fn canceled(core: &Arc<Core>, service: &str, pipeline: &str, workflow: &str) -> Result<Finding, ReadError> {
    let now = workflows(core, service, &bare_pipeline(pipeline)).await?;
    let status = now.workflows.iter().flatten().find(|w| w.id == workflow).map(|w| w.status);
    Ok(match status {
        Some(PipelineStatus::Canceled) => Finding::Holds("The workflow is canceled".into()),
        Some(PipelineStatus::Passed) => Finding::Never("The workflow had passed before it could be canceled".into()),
        Some(PipelineStatus::Failed) => Finding::Holds("The workflow has stopped: failed".into()),
        Some(
            PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing | PipelineStatus::OnHold | PipelineStatus::Unknown,
        ) => Finding::NotSeen("The workflow still runs".into()),
        None => Finding::NotSeen(format!("{} does not show the workflow", ci_title(core, service))),
    })
}

async fn workflows(core: &Arc<Core>, service: &str, known: &Pipeline) -> Result<Pipeline, ReadError> {
    core.ci(service)?.details(known).await
}

/// A CI that forgets a hold once it is decided is told which one is asked about.
fn with_hold(pipeline: &str, workflow: &str, approval_id: &str) -> Pipeline {
    let hold = Job {
        id: format!("{workflow}/{approval_id}"),
        number: None,
        workflow: workflow.to_owned(),
        name: String::new(),
        status: JobStatus::OnHold,
        duration_seconds: None,
        started_at: None,
        stopped_at: None,
        dependencies: Vec::new(),
        approval_id: Some(approval_id.to_owned()),
        usual_seconds: None,
        url: None,
    };
    Pipeline { jobs: vec![hold], ..bare_pipeline(pipeline) }
}

fn ci_title(core: &Core, service: &str) -> &'static str {
    core.service(service).and_then(|config| config.ci.map(|ci| ci.title())).unwrap_or("The CI")
}
