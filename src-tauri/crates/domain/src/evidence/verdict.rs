//! What the runs of a pipeline have decided, and whether another pipeline has decided the same again.
//!
//! A run that has only started, waits or was cancelled decides nothing: the decision before it stays.

use super::push_workflows::own_names;
use crate::history::{Contained, History};
use crate::pipeline::{Pipeline, Trigger, Workflow, combine};
use crate::snapshot::ServiceState;
use crate::status::PipelineStatus;
use crate::time::Time;

/// What is decided of the workflows of a pipeline that a push runs.
pub(super) struct Verdict<'a> {
    pipeline: &'a Pipeline,
    /// The newest decided run of each workflow.
    decided: Vec<Decided<'a>>,
    /// It failed without a workflow that did, such as by a broken configuration.
    failed_whole: bool,
    pub(super) passed: bool,
}

struct Decided<'a> {
    workflow: &'a Workflow,
    failed: bool,
}

/// One failure: of a workflow, or of the pipeline as a whole.
#[derive(Clone, Copy)]
pub(super) struct Failure<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) workflow: Option<&'a Workflow>,
}

impl<'a> Verdict<'a> {
    pub(super) fn of(service: &ServiceState, pipeline: &'a Pipeline) -> Self {
        let whole = pipeline.runs_push_workflows.is_none() || matches!(pipeline.trigger, None | Some(Trigger::Push));
        let none = pipeline.runs_push_workflows == Some(false);
        let counts = |workflow: &Workflow| !none && (whole || service.push_workflows.contains(&workflow.name));
        let decided = decided(pipeline, counts);
        let any_failed = decided.iter().any(|run| run.failed);
        let has_failed = matches!(pipeline.status, PipelineStatus::Failed | PipelineStatus::Failing);
        let passed = match () {
            () if none || any_failed => false,
            () if whole => pipeline.status == PipelineStatus::Passed,
            () => {
                let newest: Vec<PipelineStatus> =
                    pipeline.newest_workflows().into_iter().filter(|workflow| counts(workflow)).map(|workflow| workflow.status).collect();
                combine(newest) == PipelineStatus::Passed
            }
        };
        Self { pipeline, decided, failed_whole: whole && !none && has_failed && !any_failed, passed }
    }

    pub(super) fn failures(&self) -> impl Iterator<Item = Failure<'a>> {
        let failed = self.decided.iter().filter(|run| run.failed).map(|run| Some(run.workflow));
        let whole = self.failed_whole.then_some(None);
        failed.chain(whole).map(|workflow| Failure { pipeline: self.pipeline, workflow }).collect::<Vec<_>>().into_iter()
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed_whole || self.decided.iter().any(|run| run.failed)
    }

    /// Whether this pipeline has decided anew, for the same commit or a newer one, what `failure`
    /// decided: passed as a whole, or failed by itself.
    pub(super) fn answers(&self, failure: Failure<'_>, all: &[Verdict<'_>], history: &History<'_>) -> bool {
        if self.pipeline.id == failure.pipeline.id || !(self.passed || self.has_failed()) {
            return false;
        }
        let Some(failed) = failure.workflow else {
            return self.is_later(self.last(), failure) && self.is_as_new(failure.pipeline, history);
        };
        let again = self.decided.iter().find(|run| run.workflow.name == failed.name);
        let answered = match again {
            Some(run) => (self.passed || run.failed) && self.is_later(run.workflow.created_at, failure),
            None => self.passed && self.is_later(self.last(), failure) && self.renames(failure, all),
        };
        answered && self.is_as_new(failure.pipeline, history)
    }

    fn last(&self) -> Option<Time> {
        self.decided.iter().filter_map(|run| run.workflow.created_at).max().or(self.pipeline.created_at)
    }

    fn is_later(&self, began: Option<Time>, failure: Failure<'_>) -> bool {
        let failed = failure.workflow.map_or(failure.pipeline.created_at, |workflow| workflow.created_at);
        match began.zip(failed) {
            Some((began, failed)) if began != failed => began > failed,
            Some(_) | None => self.pipeline.is_newer_than(failure.pipeline),
        }
    }

    /// Whether its commit is the same or newer: by the branch's history, else by when it was made.
    fn is_as_new(&self, other: &Pipeline, history: &History<'_>) -> bool {
        let (Some(own), Some(theirs)) = (&self.pipeline.commit, &other.commit) else { return self.pipeline.is_newer_than(other) };
        match () {
            () if own == theirs || history.contains(own, theirs) == Contained::Yes => true,
            () if history.contains(theirs, own) == Contained::Yes => false,
            () => self.pipeline.is_newer_than(other),
        }
    }

    /// The workflows were changed since: it runs one that no pipeline ran up to the failed one. That
    /// it merely did not run the failed workflow shows nothing.
    fn renames(&self, failure: Failure<'_>, all: &[Verdict<'_>]) -> bool {
        let is_new = |name: &str| {
            let ran = |pipeline: &Pipeline| own_names(pipeline).contains(&name);
            let before = |other: &&Verdict<'_>| !other.pipeline.is_newer_than(failure.pipeline);
            !all.iter().filter(before).any(|other| ran(other.pipeline))
        };
        own_names(self.pipeline).into_iter().any(is_new)
    }
}

fn decided<'a>(pipeline: &'a Pipeline, counts: impl Fn(&Workflow) -> bool) -> Vec<Decided<'a>> {
    let mut newest: Vec<Decided<'a>> = Vec::new();
    for workflow in pipeline.workflows.iter().flatten().filter(|workflow| counts(workflow)) {
        let Some(failed) = has_failed(workflow) else { continue };
        let run = Decided { workflow, failed };
        match newest.iter_mut().find(|known| known.workflow.name == workflow.name) {
            Some(known) if known.workflow.created_at <= workflow.created_at => *known = run,
            Some(_) => {}
            None => newest.push(run),
        }
    }
    newest
}

/// None: undecided. A run of which a job failed has failed, also when it is cancelled after that.
fn has_failed(workflow: &Workflow) -> Option<bool> {
    match workflow.status {
        PipelineStatus::Failed | PipelineStatus::Failing => Some(true),
        PipelineStatus::Passed => Some(false),
        PipelineStatus::Canceled | PipelineStatus::Running | PipelineStatus::OnHold | PipelineStatus::Queued | PipelineStatus::Unknown => {
            workflow.failed_job.is_some().then_some(true)
        }
    }
}
