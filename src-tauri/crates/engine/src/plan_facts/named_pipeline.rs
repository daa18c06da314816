//! Which pipeline and which of its workflows are meant by what a person wrote.

use super::error::PlanError;
use super::sources::PlanSources;
use slipway_domain::humanize::names_there_are;
use slipway_domain::pipeline::{Pipeline, Workflow};
use slipway_domain::snapshot::ServiceState;

/// The pipeline by number or id, its workflows and jobs as they are now.
pub(crate) async fn fresh_pipeline(sources: &PlanSources, state: &ServiceState, wanted: &str) -> Result<Pipeline, PlanError> {
    let ci = sources.accounts.ci(&state.config)?.ok_or_else(|| PlanError::Impossible(format!("{} has no CI", state.name)))?;
    let mut listed = Vec::new();
    let mut found = candidates(&state.pipelines, wanted);
    if found.is_empty()
        && let Some(project) = &state.config.ci
    {
        listed = ci.pipelines(&project.project, &state.branch).await?;
        found = candidates(&listed, wanted);
    }
    match found[..] {
        [] => {
            let known = if listed.is_empty() { &state.pipelines } else { &listed };
            let numbers: Vec<String> = known.iter().map(|p| p.number.to_string()).collect();
            let known = names_there_are(wanted, &numbers);
            Err(PlanError::NotFound(format!("{} has no pipeline {wanted} on {}. {known}", state.name, state.branch)))
        }
        [one] => Ok(ci.details(one).await?),
        [..] => {
            let list: Vec<String> = found.iter().map(|p| format!("#{} {}", p.number, p.id)).collect();
            Err(PlanError::Ambiguous(format!("{wanted} names {} pipelines: {}", found.len(), list.join(", "))))
        }
    }
}

fn candidates<'a>(pipelines: &'a [Pipeline], wanted: &str) -> Vec<&'a Pipeline> {
    let number: Option<u64> = wanted.trim_start_matches('#').parse().ok();
    let exact: Vec<&Pipeline> =
        pipelines.iter().filter(|p| p.id == wanted || has_workflow(p, wanted) || (number.is_some() && Some(p.number) == number)).collect();
    if !exact.is_empty() || wanted.len() < 4 {
        return exact;
    }
    pipelines.iter().filter(|p| p.id.starts_with(wanted)).collect()
}

pub(super) fn has_workflow(pipeline: &Pipeline, id: &str) -> bool {
    pipeline.workflows.iter().flatten().any(|w| w.id == id)
}

/// The workflow that an action means. Where several could be meant, the error lists their ids.
pub(super) fn the_one<'a>(pipeline: &Pipeline, candidates: Vec<&'a Workflow>, wanted: &str) -> Result<Option<&'a Workflow>, PlanError> {
    // A workflow that was named is meant even when nothing can be done to it any more.
    if has_workflow(pipeline, wanted) {
        return Ok(candidates.into_iter().find(|w| w.id == wanted));
    }
    if let [_, _, ..] = candidates[..] {
        let list: Vec<String> = candidates.iter().map(|w| format!("{} {}", w.name, w.id)).collect();
        return Err(PlanError::Ambiguous(format!(
            "{} workflows could be meant; name one by its id: {}",
            candidates.len(),
            list.join(", ")
        )));
    }
    Ok(candidates.first().copied())
}
