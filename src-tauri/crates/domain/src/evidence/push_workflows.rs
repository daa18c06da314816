//! What a push to the branch runs, and which pipelines run it.
//!
//! A pipeline is known by the workflows it runs and not by what triggered it: a nightly pipeline of
//! other workflows says nothing of whether the branch passes, and one that a person starts with the
//! workflows of a push says as much as a push's own.

use crate::pipeline::{Pipeline, Trigger, Workflow};
use crate::snapshot::ServiceState;

/// A workflow that pushes ran before is forgotten only when those of the pushes among this many newest
/// pipelines were read and none runs it.
const RECENT: usize = 12;

/// Fills `push_workflows` of the service, and which of its pipelines run them.
pub fn tell_kinds(service: &mut ServiceState) {
    service.push_workflows = push_workflows(service);
    let kinds: Vec<Option<bool>> = service.pipelines.iter().map(|pipeline| kind(service, pipeline)).collect();
    for (pipeline, kind) in service.pipelines.iter_mut().zip(kinds) {
        pipeline.runs_push_workflows = kind;
    }
}

/// Without setup workflows: every pipeline of a project may begin with the same one.
pub(super) fn own_names(pipeline: &Pipeline) -> Vec<&str> {
    let all = pipeline.workflows.as_deref().unwrap_or_default();
    let is_setup = |name: &str| all.iter().any(|workflow| workflow.setup && workflow.name == name);
    let mut names: Vec<&str> = Vec::new();
    for Workflow { name, .. } in all {
        if !is_setup(name) && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// The names that the pushes which were read ran, all together: a push may run only some. What was
/// known before counts while some of the newest pushes are unread, or none is in sight.
fn push_workflows(service: &ServiceState) -> Vec<String> {
    let pushes = || service.pipelines.iter().filter(|pipeline| pipeline.trigger == Some(Trigger::Push));
    let mut names: Vec<String> = Vec::new();
    for name in pushes().flat_map(own_names) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let is_recent = |pipeline: &Pipeline| service.pipelines.iter().take(RECENT).any(|recent| recent.id == pipeline.id);
    let unread = pushes().any(|pipeline| pipeline.workflows.is_none() && is_recent(pipeline));
    if unread || names.is_empty() {
        let before: Vec<String> = service.push_workflows.iter().filter(|name| !names.contains(name)).cloned().collect();
        names.extend(before);
    }
    names.sort();
    names
}

/// Whether the pipeline runs what a push runs. None: not known; such a pipeline must pass like one of a push.
fn kind(service: &ServiceState, pipeline: &Pipeline) -> Option<bool> {
    if pipeline.trigger == Some(Trigger::Push) {
        return Some(true);
    }
    let own = own_names(pipeline);
    if own.is_empty() {
        return (pipeline.workflows.is_some() && pipeline.trigger.is_some() && push_went_further(service, pipeline)).then_some(false);
    }
    if service.push_workflows.is_empty() {
        return None;
    }
    Some(own.iter().any(|name| service.push_workflows.iter().any(|known| known == name)))
}

/// A push of the same commit has run workflows that this pipeline never reached, so its failure is not the
/// commit's.
fn push_went_further(service: &ServiceState, pipeline: &Pipeline) -> bool {
    let same = |push: &&Pipeline| push.commit.is_some() && push.commit == pipeline.commit && push.trigger == Some(Trigger::Push);
    service.pipelines.iter().filter(same).any(|push| !own_names(push).is_empty())
}
