//! Maps the statuses of GitHub Actions to the domain's. Runs and jobs have a status and, once it is `completed`, a
//! conclusion (REST description, `workflow-run` and `job`).

use slipway_domain::status::{JobStatus, PipelineStatus};

pub(super) fn run(status: Option<&str>, conclusion: Option<&str>) -> PipelineStatus {
    match (status, conclusion) {
        (Some("completed"), conclusion) => match conclusion {
            // For jobs that depend on it, GitHub treats a neutral conclusion as a success.
            Some("success" | "neutral") => PipelineStatus::Passed,
            Some("failure" | "timed_out" | "startup_failure") => PipelineStatus::Failed,
            // A run that was skipped, or abandoned by GitHub, released nothing.
            Some("cancelled" | "skipped" | "stale") => PipelineStatus::Canceled,
            // A maintainer must approve it on GitHub.
            Some("action_required") => PipelineStatus::OnHold,
            Some(_) | None => PipelineStatus::Unknown,
        },
        (Some("queued" | "requested" | "pending"), _) => PipelineStatus::Queued,
        (Some("in_progress"), _) => PipelineStatus::Running,
        (Some("waiting"), _) => PipelineStatus::OnHold,
        (Some(_) | None, _) => PipelineStatus::Unknown,
    }
}

/// The status of a job or a step.
pub(super) fn job(status: Option<&str>, conclusion: Option<&str>) -> JobStatus {
    match (status, conclusion) {
        (Some("completed"), conclusion) => match conclusion {
            Some("success" | "neutral") => JobStatus::Passed,
            Some("failure" | "timed_out" | "startup_failure") => JobStatus::Failed,
            Some("cancelled" | "stale") => JobStatus::Canceled,
            Some("skipped") => JobStatus::Skipped,
            Some("action_required") => JobStatus::OnHold,
            Some(_) | None => JobStatus::Unknown,
        },
        (Some("queued" | "requested" | "pending"), _) => JobStatus::Queued,
        (Some("in_progress"), _) => JobStatus::Running,
        (Some("waiting"), _) => JobStatus::OnHold,
        (Some(_) | None, _) => JobStatus::Unknown,
    }
}

/// Whether a run was skipped by its conditions; it then says nothing about the pipeline if another run ran.
pub(super) fn is_idle(status: Option<&str>, conclusion: Option<&str>) -> bool {
    (status, conclusion) == (Some("completed"), Some("skipped"))
}

/// Whether GitHub could not start the run, because its file is invalid.
pub(super) fn never_started(status: Option<&str>, conclusion: Option<&str>) -> bool {
    (status, conclusion) == (Some("completed"), Some("startup_failure"))
}

/// The status of a run follows its least advanced job (`queued` or `waiting` while others run), so until the run is
/// over the statuses of its jobs count. Until then a job whose failure the workflow tolerates looks like any failed
/// one.
/// looks like any failed one until then.
pub(super) fn with_jobs(run: PipelineStatus, jobs: &[JobStatus]) -> PipelineStatus {
    let any = |status| jobs.contains(&status);
    match run {
        PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing if any(JobStatus::Failed) => PipelineStatus::Failing,
        PipelineStatus::OnHold if any(JobStatus::Running) && any(JobStatus::Failed) => PipelineStatus::Failing,
        PipelineStatus::OnHold if any(JobStatus::Running) => PipelineStatus::Running,
        PipelineStatus::Queued if any(JobStatus::Running) || any(JobStatus::Passed) => PipelineStatus::Running,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_and_none_is_green_by_accident() {
        use PipelineStatus as P;
        let runs = [
            (Some("queued"), None, P::Queued),
            (Some("requested"), None, P::Queued),
            (Some("pending"), None, P::Queued),
            (Some("in_progress"), None, P::Running),
            (Some("waiting"), None, P::OnHold),
            (Some("completed"), Some("success"), P::Passed),
            (Some("completed"), Some("neutral"), P::Passed),
            (Some("completed"), Some("failure"), P::Failed),
            (Some("completed"), Some("timed_out"), P::Failed),
            (Some("completed"), Some("startup_failure"), P::Failed),
            (Some("completed"), Some("cancelled"), P::Canceled),
            (Some("completed"), Some("skipped"), P::Canceled),
            (Some("completed"), Some("stale"), P::Canceled),
            (Some("completed"), Some("action_required"), P::OnHold),
            (Some("completed"), None, P::Unknown),
            (Some("completed"), Some("brand_new"), P::Unknown),
            // A conclusion counts only once the run is over.
            (Some("in_progress"), Some("success"), P::Running),
            (Some("brand_new"), Some("success"), P::Unknown),
            (None, Some("success"), P::Unknown),
            (None, None, P::Unknown),
        ];
        for (status, conclusion, expected) in runs {
            assert_eq!(run(status, conclusion), expected, "{status:?} {conclusion:?}");
            let job = job(status, conclusion);
            assert_eq!(job == JobStatus::Passed, expected == P::Passed, "{status:?} {conclusion:?}");
            assert_eq!(job == JobStatus::Unknown, expected == P::Unknown, "{status:?} {conclusion:?}");
        }
        assert_eq!(job(Some("completed"), Some("skipped")), JobStatus::Skipped);
    }

    #[test]
    fn what_the_jobs_do_counts_until_the_run_is_over() {
        use JobStatus::*;
        let table = [
            (PipelineStatus::Queued, vec![Running, Queued], PipelineStatus::Running),
            (PipelineStatus::Queued, vec![Queued], PipelineStatus::Queued),
            (PipelineStatus::Queued, vec![Passed, Queued], PipelineStatus::Running),
            (PipelineStatus::Running, vec![Failed, Running], PipelineStatus::Failing),
            (PipelineStatus::OnHold, vec![Passed, Queued], PipelineStatus::OnHold),
            (PipelineStatus::OnHold, vec![Passed, Running], PipelineStatus::Running),
            (PipelineStatus::Passed, vec![Failed, Passed], PipelineStatus::Passed),
            (PipelineStatus::Failed, vec![Passed], PipelineStatus::Failed),
            (PipelineStatus::Unknown, vec![Passed], PipelineStatus::Unknown),
        ];
        for (run, jobs, expected) in table {
            assert_eq!(with_jobs(run, &jobs), expected, "{run} {jobs:?}");
        }
    }
}
