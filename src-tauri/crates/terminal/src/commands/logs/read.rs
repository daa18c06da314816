//! Reads what a job left: its failed tests and its steps.

use super::{FailedTest, JobLog, StepLog};
use crate::job_output;
use slipway_domain::pipeline::Job;
use slipway_domain::status::JobStatus;
use slipway_engine::Engine;
use slipway_vendor::{LogStep, ReadError};

/// `lines`: the most of a step; None: all of every step.
pub(super) async fn job(engine: &Engine, service: &str, job: &Job, lines: Option<usize>) -> JobLog {
    let mut log = JobLog {
        name: job.name.clone(),
        workflow: job.workflow.clone(),
        status: job.status,
        url: job.url.clone(),
        failed_tests: None,
        steps: Vec::new(),
        notes: Vec::new(),
        read: false,
    };
    let Some(number) = job.number else {
        log.notes.push("It has not started, so there is no log.".to_owned());
        log.read = true;
        return log;
    };
    let tests = failed_tests(engine, service, number, &mut log).await;
    match engine.log_steps(service, number).await {
        Ok(steps) => {
            log.read = read_steps(engine, service, &steps, lines, &mut log).await && tests;
        }
        Err(error) => log.notes.push(format!("The log could not be read: {error}")),
    }
    log
}

/// Whether they were read, or there are none to read.
async fn failed_tests(engine: &Engine, service: &str, number: u64, log: &mut JobLog) -> bool {
    let lists = engine.ci_abilities(service).is_ok_and(|abilities| abilities.failed_tests);
    if !lists || log.status != JobStatus::Failed {
        return true;
    }
    match engine.failed_tests(service, number).await {
        Ok(tests) => {
            let tests = tests.into_iter().map(|test| FailedTest { name: test.name, file: test.file, message: test.message });
            log.failed_tests = Some(tests.collect());
            true
        }
        // A job that keeps no tests is answered as one that is not there.
        Err(ReadError::NotFound(_)) => true,
        Err(error) => {
            log.notes.push(format!("The failed tests could not be read: {error}"));
            false
        }
    }
}

/// Whether every step that is wanted was read.
async fn read_steps(engine: &Engine, service: &str, steps: &[LogStep], lines: Option<usize>, log: &mut JobLog) -> bool {
    let mut all = true;
    for step in wanted(steps, lines.is_none()) {
        log.steps.push(match read_step(engine, service, step, lines).await {
            Ok(read) => read,
            Err(error) => {
                log.notes.push(format!("The output of {} could not be read: {error}", step.name));
                all = false;
                continue;
            }
        });
    }
    let abilities = engine.ci_abilities(service).ok();
    log.notes.extend(abilities.and_then(|abilities| job_output::note(abilities, steps, log.status.is_over())));
    all
}

/// The steps that failed or run; where there are none, the last one that printed something.
fn wanted(steps: &[LogStep], all: bool) -> Vec<&LogStep> {
    if all {
        return steps.iter().collect();
    }
    let telling: Vec<&LogStep> = steps.iter().filter(|step| matches!(step.status, JobStatus::Failed | JobStatus::Running)).collect();
    if telling.is_empty() { steps.iter().rfind(|step| step.output_url.is_some()).into_iter().collect() } else { telling }
}

async fn read_step(engine: &Engine, service: &str, step: &LogStep, lines: Option<usize>) -> Result<StepLog, ReadError> {
    let output = match &step.output_url {
        Some(url) => engine.step_output(service, url).await?,
        None => Default::default(),
    };
    let (tail, before) = lines.map_or((output.text.as_str(), 0), |most| job_output::newest_lines(&output.text, most));
    let parsed = job_output::lines(tail);
    let ended = job_output::exit_words(step, &parsed);
    Ok(StepLog {
        name: step.name.clone(),
        status: step.status,
        seconds: step.seconds,
        lines: parsed.iter().map(job_output::OutputLine::text).chain(ended).collect(),
        omitted_bytes: output.cut + before as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, status: JobStatus, output: bool) -> LogStep {
        let output_url = output.then(|| format!("https://ci.example/{name}"));
        LogStep { name: name.into(), status, output_url, seconds: None, exit_code: None }
    }

    #[test]
    fn the_steps_that_tell_why() {
        let names = |steps: &[LogStep], all| wanted(steps, all).into_iter().map(|step| step.name.clone()).collect::<Vec<_>>();
        let failed =
            [step("checkout", JobStatus::Passed, true), step("rspec", JobStatus::Failed, true), step("upload", JobStatus::Skipped, false)];
        assert_eq!(names(&failed, false), ["rspec"]);
        assert_eq!(names(&failed, true), ["checkout", "rspec", "upload"]);
        let running = [step("checkout", JobStatus::Passed, true), step("rspec", JobStatus::Running, true)];
        assert_eq!(names(&running, false), ["rspec"]);
        let passed =
            [step("checkout", JobStatus::Passed, true), step("rspec", JobStatus::Passed, true), step("end", JobStatus::Passed, false)];
        assert_eq!(names(&passed, false), ["rspec"]);
        assert!(names(&[], false).is_empty());
    }
}
