//! A merge that no pipeline followed.

use crate::alert::{Alert, AlertKind, Subject};
use crate::commit::Commit;
use crate::humanize::{count, span};
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::Severity;
use crate::time::Time;

/// Seconds. A CI starts a pipeline within seconds; after this long its absence is reported.
const MISSED_AFTER: f64 = 180.0;
/// It is a problem where each of this many earlier merges had a pipeline.
const USUAL: usize = 20;

/// The newest merge of the branch that has no pipeline while none of it or of a newer commit is
/// seen. Said only of what the CI was asked about after the time in which it would have started.
pub fn no_pipeline(service: &ServiceState, now: Time) -> Option<Alert> {
    service.config.ci.as_ref()?;
    let ci = service.ci_profile;
    let read = service.source(&Source::Ci).filter(|source| source.error.is_none())?;
    let line = first_parents(&service.main);
    let without: Vec<&Commit> = line.iter().copied().take_while(|commit| pipeline_of(&service.pipelines, commit).is_none()).collect();
    let merge = without.iter().copied().find(|commit| {
        let missed = |at: Time| now.since(at) >= MISSED_AFTER && read.observed_at.is_some_and(|asked| asked.since(at) >= MISSED_AFTER);
        commit.pull_request.is_some() && commit.committed_at.is_some_and(missed)
    })?;
    let merged_at = merge.committed_at?;
    // A pipeline whose commit is not in sight is newer than it when it began after it.
    let in_sight = |pipeline: &Pipeline| pipeline.commit.as_ref().is_some_and(|sha| service.main.iter().any(|commit| &commit.sha == sha));
    if service.pipelines.iter().any(|p| !in_sight(p) && p.is_of_push() && p.created_at.is_some_and(|began| began >= merged_at)) {
        return None;
    }
    let number = merge.pull_request?;
    let usual = each_had_one(service, &line, merge);
    let says = (ci.skip_word)(&merge.title).map_or(String::new(), |word| format!(" Its message says {word}."));
    let before = if usual { format!(" Each of the {} before had one.", count(USUAL, "merge")) } else { String::new() };
    let message =
        format!("#{number} was merged {} ago and {} started no pipeline for it.{says}{before}", span(now.since(merged_at)), ci.title);
    Some(Alert {
        kind: AlertKind::NoPipeline,
        severity: if usual { Severity::Problem } else { Severity::Info },
        message,
        since: Some(merged_at),
        subject: Subject::pull_request(number),
    })
}

fn pipeline_of<'a>(pipelines: &'a [Pipeline], commit: &Commit) -> Option<&'a Pipeline> {
    pipelines.iter().find(|pipeline| pipeline.commit.as_ref() == Some(&commit.sha) && pipeline.is_of_push())
}

/// The branch's own commits, newest first: what merge commits brought in is left out.
fn first_parents(main: &[Commit]) -> Vec<&Commit> {
    let mut line: Vec<&Commit> = main.first().into_iter().collect();
    while let Some(parent) = line.last().and_then(|commit| commit.parents.first()) {
        // Histories are finite, and one that is not known to go on ends here.
        let Some(next) = main.iter().find(|commit| &commit.sha == parent).filter(|next| line.len() < main.len() && !line.contains(next))
        else {
            break;
        };
        line.push(next);
    }
    line
}

/// Whether each of the merges before `merge` is seen to have had a pipeline, and there are enough.
fn each_had_one(service: &ServiceState, line: &[&Commit], merge: &Commit) -> bool {
    let mut merges: Vec<(u64, bool)> = Vec::new();
    for commit in line.iter().skip_while(|commit| commit.sha != merge.sha).skip(1) {
        let Some(number) = commit.pull_request.filter(|number| Some(*number) != merge.pull_request) else { continue };
        let had = pipeline_of(&service.pipelines, commit).is_some();
        // A rebase leaves several commits, of which the newest has the pipeline.
        match merges.iter_mut().find(|(known, _)| *known == number) {
            Some((_, any)) => *any |= had,
            None => merges.push((number, had)),
        }
    }
    merges.len() >= USUAL && merges.iter().take(USUAL).all(|(_, had)| *had)
}
