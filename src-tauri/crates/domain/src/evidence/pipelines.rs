//! Whether the branch passes.
//!
//! It is red from a failed pipeline that runs what a push runs until such a pipeline of that commit,
//! or of a newer one, has passed.

use super::verdict::{Failure, Verdict};
use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::Environment;
use crate::history::{History, RevertEvidence};
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{Health, PipelineStatus, Severity};

/// Characters of a CI's reason that an alert quotes.
const REASON: usize = 240;

/// The newest pipeline of the branch that says something decides.
pub fn deciding_pipeline(service: &ServiceState) -> Option<&Pipeline> {
    let decides = |p: &&Pipeline| matches!(p.status, PipelineStatus::Failing | PipelineStatus::Failed | PipelineStatus::Passed);
    service.pipelines.iter().filter(|p| p.is_of_push()).find(decides)
}

/// The pipelines by which the branch is red, newest first. One is left out when a newer pipeline decided the
/// same workflows again, unless it was itself run again after that.
pub fn failed_pipelines(service: &ServiceState) -> Vec<&Pipeline> {
    let evidence = RevertEvidence::default();
    let history = History::new(&service.main, &evidence);
    let all = verdicts(service);
    let stands = |failure: Failure<'_>| !all.iter().any(|other| other.answers(failure, &all, &history));
    let red = |(_, verdict): &(&Pipeline, &Verdict<'_>)| verdict.failures().any(stands);
    service.pipelines.iter().zip(&all).filter(red).map(|(pipeline, _)| pipeline).collect()
}

/// Whether a workflow that a push runs has failed in it.
pub fn fails_the_branch(service: &ServiceState, pipeline: &Pipeline) -> bool {
    Verdict::of(service, pipeline).has_failed()
}

fn verdicts(service: &ServiceState) -> Vec<Verdict<'_>> {
    service.pipelines.iter().map(|pipeline| Verdict::of(service, pipeline)).collect()
}

pub(crate) fn pipeline_failed(service: &ServiceState, pipeline: &Pipeline) -> Alert {
    let stays = production_stays(service);
    let again = if pipeline.status.is_moving() && pipeline.status != PipelineStatus::Failing { " It runs again." } else { "" };
    Alert {
        kind: AlertKind::PipelineFailed,
        severity: Severity::Problem,
        message: format!("{}{again}{stays}", what_failed(service, pipeline)),
        since: pipeline.stopped_at.or(pipeline.created_at),
        subject: Subject { pull_request: pipeline.pull_request, ..Subject::pipeline(&pipeline.id) },
    }
}

fn what_failed(service: &ServiceState, pipeline: &Pipeline) -> String {
    let failed: Vec<_> = Verdict::of(service, pipeline).failures().filter_map(|failure| failure.workflow).collect();
    if let Some(what) = could_not_start(pipeline) {
        return format!("Pipeline #{} {what}. Push a fix: running it again changes nothing.", pipeline.number);
    }
    let job = pipeline.failed_job().map(|job| job.name.as_str()).or_else(|| failed.iter().find_map(|w| w.failed_job.as_deref()));
    let place = match (job, &pipeline.error) {
        (Some(job), _) => format!(" in {job}"),
        (None, Some(reason)) => format!(": {}", one_line(reason)),
        (None, None) => String::new(),
    };
    format!("Pipeline #{} failed{place}.", pipeline.number)
}

/// Why running it again changes nothing, as the predicate of a sentence about the pipeline: what failed
/// could not start, because of a broken configuration or what the CI does not allow.
pub fn could_not_start(pipeline: &Pipeline) -> Option<String> {
    let newest = pipeline.newest_workflows();
    if let (Some(reason), true, false) = (&pipeline.error, newest.is_empty(), pipeline.status.is_moving()) {
        return Some(format!("could not start: {}", one_line(reason)));
    }
    let mut failed = newest.into_iter().filter(|workflow| workflow.status == PipelineStatus::Failed);
    let first = failed.next()?.error.as_ref()?;
    failed.all(|workflow| workflow.error.is_some()).then(|| format!("failed: {}", one_line(first)))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let cut: String = line.trim_end_matches('.').chars().take(REASON).collect();
    if line.chars().count() > REASON { format!("{cut}…") } else { cut }
}

/// What is still live, where every production environment is shown to be well.
fn production_stays(service: &ServiceState) -> String {
    let is_read = |e: &Environment| {
        let source = service.source(&Source::Environment(e.name.clone()));
        source.is_some_and(|source| source.error.is_none() && source.observed_at.is_some())
    };
    let is_well = |e: &Environment| matches!(e.health, Health::Healthy | Health::Releasing) && is_read(e);
    let live = |e: &Environment| e.current.as_ref().map(|r| r.version).filter(|_| is_well(e));
    let all: Option<Vec<(&str, u64)>> = service.productions().map(|e| Some((e.name.as_str(), live(e)?))).collect();
    match all.as_deref() {
        None | Some([]) => String::new(),
        Some([(_, version)]) => format!(" Production is not affected: v{version} stays live."),
        Some(several) => {
            let several: Vec<String> = several.iter().map(|(name, version)| format!("v{version} of {name}")).collect();
            format!(" Production is not affected: {} stay live.", several.join(" and "))
        }
    }
}

/// What shows that the branch passes again: every failure of the pipeline was decided anew by one
/// that passed, or its own rerun has passed.
pub(super) fn cure(alert: &Alert, new: &ServiceState) -> Option<String> {
    let id = alert.subject.pipeline.as_deref()?;
    let evidence = RevertEvidence::default();
    let history = History::new(&new.main, &evidence);
    let all = verdicts(new);
    let (_, own) = new.pipelines.iter().zip(&all).find(|(pipeline, _)| pipeline.id == id)?;
    let by_another = |failure| all.iter().any(|other| other.passed && other.answers(failure, &all, &history));
    let cured = if own.has_failed() { own.failures().all(by_another) } else { own.passed };
    cured.then(|| format!("The pipeline of {} passes again.", new.branch))
}
