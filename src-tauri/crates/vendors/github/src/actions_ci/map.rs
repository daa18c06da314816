//! Maps runs and jobs to pipelines: everything that one push to a branch started is one pipeline.

use super::ids::{Repo, RunId};
use super::{status_map, wire};
use slipway_domain::pipeline::{Job, Pipeline, Trigger, Workflow, combine};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_domain::time::Time;
use std::collections::BTreeMap;

/// A run with everything that later requests need: number, workflow file and commit.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) attempt: u64,
    pub(super) number: u64,
    file: u64,
    /// The name of its workflow, made unique within the pipeline.
    pub(super) name: String,
    pub(super) status: PipelineStatus,
    /// Skipped by the conditions of its workflow.
    pub(super) idle: bool,
    pub(super) error: Option<String>,
    created_at: Option<Time>,
    started_at: Option<Time>,
    stopped_at: Option<Time>,
    pub(super) sha: String,
    title: Option<String>,
    url: Option<String>,
    path: Option<String>,
    event: Option<String>,
    /// The run's head is in this repository, and not in a branch of a fork that has the same name.
    is_own: bool,
}

/// The runs of one push, oldest first. Never empty.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) sha: String,
    pub(super) runs: Vec<Run>,
}

pub(super) fn run(wire: wire::Run) -> Option<Run> {
    let words = (wire.status.as_deref(), wire.conclusion.as_deref());
    let status = status_map::run(words.0, words.1);
    let name = wire.name.filter(|name| !name.is_empty()).or_else(|| wire.path.clone()).unwrap_or_default();
    let message = wire.head_commit.and_then(|commit| commit.message).or(wire.display_title);
    let never = status_map::never_started(words.0, words.1);
    Some(Run {
        id: wire.id?,
        attempt: wire.run_attempt.unwrap_or(1),
        number: wire.run_number?,
        file: wire.workflow_id.unwrap_or_default(),
        status,
        idle: status_map::is_idle(words.0, words.1),
        error: never.then(|| format!("GitHub could not start the workflow {name}; its file may be broken")),
        created_at: time(wire.created_at.as_deref()),
        started_at: time(wire.run_started_at.as_deref()),
        stopped_at: time(wire.updated_at.as_deref()).filter(|_| status.is_over()),
        sha: wire.head_sha?,
        title: message.and_then(|text| text.lines().next().map(str::to_owned)),
        url: wire.html_url,
        path: wire.path,
        event: wire.event,
        is_own: match (wire.repository.and_then(|r| r.id), wire.head_repository.and_then(|r| r.id)) {
            (Some(own), Some(head)) => own == head,
            (Some(_) | None, _) => true,
        },
        name,
    })
}

impl Run {
    /// None for a run of a push, and for a run of a pull request, whose head is not on the branch.
    pub(super) fn other_trigger(&self) -> Option<Trigger> {
        match self.event.as_deref()? {
            "push" => None,
            event if event.starts_with("pull_request") || event == "merge_group" || !self.is_own => None,
            "schedule" => Some(Trigger::Schedule),
            "workflow_dispatch" => Some(Trigger::Manual),
            "repository_dispatch" => Some(Trigger::Api),
            _ => Some(Trigger::Other),
        }
    }
}

/// Groups runs by commit, newest push first.
pub(super) fn pushes(runs: impl IntoIterator<Item = Run>) -> Vec<Push> {
    let mut by_sha: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for run in runs {
        by_sha.entry(run.sha.clone()).or_default().push(run);
    }
    let mut pushes: Vec<Push> = by_sha.into_iter().map(|(sha, runs)| Push::new(sha, runs)).collect();
    pushes.sort_by_key(|push| std::cmp::Reverse((push.created_at(), push.runs[0].id)));
    pushes
}

impl Push {
    fn new(sha: String, mut runs: Vec<Run>) -> Self {
        runs.sort_by_key(|run| run.id);
        // Two workflow files may have the same name; the file name then tells their runs apart.
        let files: Vec<(String, u64)> = runs.iter().map(|run| (run.name.clone(), run.file)).collect();
        for run in &mut runs {
            if files.iter().any(|(name, file)| *name == run.name && *file != run.file) {
                let path = run.path.as_deref().unwrap_or_default();
                run.name = format!("{} ({})", run.name, path.rsplit('/').next().unwrap_or(path));
            }
        }
        Self { sha, runs }
    }

    fn created_at(&self) -> Option<Time> {
        self.runs.iter().filter_map(|run| run.created_at).min()
    }

    /// The newest run of each workflow: pushing a commit again starts its workflows again.
    pub(super) fn newest(&self) -> Vec<&Run> {
        let mut newest: Vec<&Run> = Vec::new();
        for run in &self.runs {
            match newest.iter_mut().find(|known| known.name == run.name) {
                Some(known) => *known = run,
                None => newest.push(run),
            }
        }
        newest
    }

    /// A run that no push started, as a pipeline of its own; None if a pull request started it, or if GitHub does
    /// not tell what did.
    pub(super) fn alone(run: Run, repo: &Repo, branch: &str) -> Option<(Self, Pipeline)> {
        let trigger = run.other_trigger()?;
        let id = RunId { repo: repo.clone(), run: run.id, branch: branch.to_owned() };
        let push = Self::new(run.sha.clone(), vec![run]);
        let pipeline = Pipeline { id: id.to_string(), trigger: Some(trigger), ..push.pipeline(repo, branch) };
        Some((push, pipeline))
    }

    /// The pipeline as the list reports it: without jobs, and so without workflows.
    pub(super) fn pipeline(&self, repo: &Repo, branch: &str) -> Pipeline {
        let newest = self.newest();
        let status = status(&newest.iter().map(|run| (run.status, run.idle)).collect::<Vec<_>>());
        let stopped_at = newest.iter().filter_map(|run| run.stopped_at).max();
        Pipeline {
            id: repo.push(&self.sha, branch).to_string(),
            // Each workflow numbers its own runs; the highest number is used for the pipeline.
            number: self.runs.iter().map(|run| run.number).max().unwrap_or_default(),
            branch: Some(branch.to_owned()),
            commit: Some(self.sha.clone()),
            title: self.runs.iter().find_map(|run| run.title.clone()),
            url: self.url(),
            created_at: self.created_at(),
            stopped_at: stopped_at.filter(|_| status.is_over()),
            status,
            progress: 0.0,
            eta_seconds: None,
            pull_request: None,
            jobs: Vec::new(),
            workflows: None,
            error: newest.iter().find_map(|run| run.error.clone()),
            continues: false,
            run_started_at: None,
            trigger: Some(Trigger::Push),
            runs_push_workflows: None,
            nothing_ran: newest.iter().all(|run| run.idle).then(|| "its conditions left out every workflow".to_owned()),
        }
    }

    /// The page of the run; for several runs, the page of their commit's checks.
    fn url(&self) -> Option<String> {
        let url = self.runs[0].url.as_ref()?;
        match (&self.runs[..], url.split_once("/actions/runs/")) {
            ([_], _) => Some(url.clone()),
            (_, Some((repository, _))) => Some(format!("{repository}/commit/{}/checks", self.sha)),
            (_, None) => None,
        }
    }

    /// Seconds from the push to the end of the last run; None unless all runs passed at the first attempt.
    pub(super) fn seconds(&self) -> Option<f64> {
        let newest = self.newest();
        let passed = newest.iter().all(|run| run.idle || (run.status == PipelineStatus::Passed && run.attempt == 1));
        let once = newest.len() == self.runs.len() && newest.iter().any(|run| !run.idle);
        let end = newest.iter().filter(|run| !run.idle).filter_map(|run| run.stopped_at).max();
        Some(end?.since(self.created_at()?)).filter(|_| passed && once)
    }
}

/// The combined status of runs, each with whether it was skipped. Skipped runs count only if there are no others.
pub(super) fn status(newest: &[(PipelineStatus, bool)]) -> PipelineStatus {
    let all_idle = newest.iter().all(|(_, idle)| *idle);
    combine(newest.iter().filter(|(_, idle)| all_idle || !idle).map(|(status, _)| *status))
}

/// GitHub allows 50 attempts; an answer with a higher number must not cost more.
const MOST_ATTEMPTS: u64 = 100;

/// All attempts of a run, oldest first. GitHub only reports the last; the outcome of an earlier one is taken from
/// `known`, else it is unknown.
pub(super) fn attempts(repo: &Repo, run: &Run, status: PipelineStatus, known: &[Workflow]) -> Vec<Workflow> {
    let id = repo.attempt(run.id, run.attempt);
    let earlier = (run.attempt.saturating_sub(MOST_ATTEMPTS).max(1)..run.attempt).map(|attempt| {
        let id = id.at(attempt).to_string();
        let before = known.iter().find(|workflow| workflow.id == id && !workflow.status.is_moving());
        before.cloned().unwrap_or_else(|| Workflow {
            id,
            name: run.name.clone(),
            created_at: run.created_at.filter(|_| attempt == 1),
            ..Workflow::bare("", "", PipelineStatus::Unknown)
        })
    });
    let last = Workflow {
        created_at: run.started_at.or(run.created_at),
        stopped_at: run.stopped_at,
        failed_job: known.iter().find(|before| before.id == id.to_string()).and_then(|before| before.failed_job.clone()),
        error: run.error.clone(),
        ..Workflow::bare(id.to_string(), run.name.as_str(), status)
    };
    earlier.chain([last]).collect()
}

/// GitHub does not report dependencies between jobs: `needs` is not in its answers, and a job that waits for others
/// is not listed before they are over.
pub(super) fn job(wire: wire::Job, workflow: &str) -> Option<Job> {
    let status = status_map::job(wire.status.as_deref(), wire.conclusion.as_deref());
    let id = wire.id?;
    // Until a job runs, its start time is the time at which it was queued.
    let ran = status == JobStatus::Running || (status.is_over() && status != JobStatus::Skipped);
    let started_at = time(wire.started_at.as_deref()).filter(|_| ran);
    let stopped_at = time(wire.completed_at.as_deref()).filter(|_| status.is_over());
    Some(Job {
        id: id.to_string(),
        number: ran.then_some(id),
        workflow: workflow.to_owned(),
        name: wire.name.unwrap_or_default(),
        status,
        duration_seconds: started_at.zip(stopped_at).map(|(start, stop)| stop.since(start).max(0.0)),
        started_at,
        stopped_at,
        dependencies: Vec::new(),
        approval_id: None,
        usual_seconds: None,
        url: wire.html_url,
    })
}

/// The newest execution of each job. A re-run of failed jobs leaves the passed ones in the previous attempt; the
/// failed ones appear again once they are queued.
pub(super) fn newest_jobs(wires: Vec<wire::Job>, attempt: u64) -> Vec<wire::Job> {
    let mut newest: Vec<wire::Job> = Vec::new();
    for wire in wires {
        let of = |job: &wire::Job| (job.run_attempt.unwrap_or(attempt), job.id);
        let counts = of(&wire).0 >= attempt || status_map::job(wire.status.as_deref(), wire.conclusion.as_deref()) == JobStatus::Passed;
        match newest.iter_mut().find(|known| known.name == wire.name && of(known).0 != of(&wire).0) {
            Some(known) if counts && of(known) < of(&wire) => *known = wire,
            Some(_) => {}
            None if counts => newest.push(wire),
            None => {}
        }
    }
    newest
}

pub(super) fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(Time::parse)
}

#[cfg(test)]
mod tests;
