//! Job logs for the window: read step by step, cached when a step is over, and bounded.

use crate::held_lines::lacking;
use crate::ipc::{ErrorCode, HeldLines, IpcError, LogLine, LogPage, LogStepView};
use slipway_domain::pipeline::Job;
use slipway_domain::status::JobStatus;
use slipway_engine::Engine;
use slipway_terminal::job_output;
use slipway_vendor::{LogStep, LogText, ReadError};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The most lines of a step that the window gets; the newest are kept.
const LINES: usize = 20_000;
/// The most bytes of finished steps that are cached.
const KEPT: usize = 32 * 1024 * 1024;

/// Outputs of finished steps, which no longer change.
#[derive(Default)]
pub(crate) struct Logs(Mutex<VecDeque<(Key, Arc<LogText>)>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    service: String,
    job: u64,
    step: usize,
}

impl Logs {
    /// Every step; with lines for those that are shown first: failed ones, running ones, and the last.
    pub(crate) async fn page(&self, engine: &Engine, service: &str, job: u64, held: &[HeldLines]) -> Result<LogPage, IpcError> {
        let steps = match engine.log_steps(service, job).await {
            Ok(steps) => steps,
            Err(ReadError::NotFound(message) | ReadError::Forbidden(message)) => {
                return Ok(LogPage { steps: Vec::new(), over: true, unavailable: Some(message), note: None });
            }
            Err(error) => return Err(error.into()),
        };
        let over = match known_status(engine, service, job) {
            Some(status) => status.is_over(),
            None => steps.iter().all(|s| s.status != JobStatus::Running),
        };
        let note = engine.ci_abilities(service).ok().and_then(|abilities| job_output::note(abilities, &steps, over));
        let last = steps.len().saturating_sub(1);
        let mut views = Vec::with_capacity(steps.len());
        for (at, step) in steps.iter().enumerate() {
            let wanted = at == last || matches!(step.status, JobStatus::Failed | JobStatus::Running);
            let key = Key { service: service.to_owned(), job, step: at };
            let text = if wanted { Some(self.output(engine, key, step).await?) } else { None };
            views.push(view(step, text.as_deref(), held.get(at).copied().unwrap_or_default()));
        }
        Ok(LogPage { steps: views, over, unavailable: None, note })
    }

    /// One step with its lines.
    pub(crate) async fn step(&self, engine: &Engine, service: &str, job: u64, at: usize) -> Result<LogStepView, IpcError> {
        let steps = engine.log_steps(service, job).await?;
        let step = steps.get(at).ok_or_else(|| IpcError::new(ErrorCode::NotFound, "The job has no such step any more."))?;
        let key = Key { service: service.to_owned(), job, step: at };
        let text = self.output(engine, key, step).await?;
        Ok(view(step, Some(&text), HeldLines::default()))
    }

    /// Another backend has other jobs with the same numbers.
    pub(crate) fn forget(&self) {
        self.kept().clear();
    }

    async fn output(&self, engine: &Engine, key: Key, step: &LogStep) -> Result<Arc<LogText>, IpcError> {
        let kept = self.kept().iter().find(|(k, _)| *k == key).map(|(_, text)| Arc::clone(text));
        if let Some(text) = kept {
            return Ok(text);
        }
        let Some(url) = &step.output_url else { return Ok(Arc::default()) };
        let text = Arc::new(engine.step_output(&key.service, url).await?);
        if step.status != JobStatus::Running {
            self.keep(key, Arc::clone(&text));
        }
        Ok(text)
    }

    fn keep(&self, key: Key, text: Arc<LogText>) {
        let mut kept = self.kept();
        kept.push_back((key, text));
        while kept.len() > 1 && kept.iter().map(|(_, t)| t.text.len()).sum::<usize>() > KEPT {
            kept.pop_front();
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, VecDeque<(Key, Arc<LogText>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn known_status(engine: &Engine, service: &str, number: u64) -> Option<JobStatus> {
    let snapshot = engine.snapshot();
    let mut jobs = snapshot.service(service)?.pipelines.iter().flat_map(|p| &p.jobs);
    jobs.find(|j: &&Job| j.number == Some(number)).map(|j| j.status)
}

fn view(step: &LogStep, text: Option<&LogText>, held: HeldLines) -> LogStepView {
    let (lines, from, cut) = match text {
        Some(log) => {
            let (tail, cut) = newest_lines(&log.text);
            let mut parsed = job_output::lines(tail);
            let ended = job_output::exit_words(step, &parsed);
            parsed.extend(ended.iter().flat_map(|words| job_output::lines(words)));
            let lines = parsed.into_iter().map(LogLine::from).collect();
            let cut = log.cut + cut as u64;
            let (from, lines) = lacking(lines, cut, held);
            (Some(lines), from, cut)
        }
        None => (None, 0, 0),
    };
    LogStepView {
        name: step.name.clone(),
        has_output: step.output_url.is_some(),
        status: step.status.word().to_owned(),
        seconds: step.seconds,
        lines,
        from,
        cut,
    }
}

/// The newest lines that the window gets, and the number of bytes before them.
pub(crate) fn newest_lines(text: &str) -> (&str, usize) {
    job_output::newest_lines(text, LINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_says_how_it_ended() {
        let step = LogStep { name: "rspec".into(), status: JobStatus::Failed, output_url: None, seconds: None, exit_code: Some(1) };
        let silent = LogText { text: "nothing\n".into(), cut: 12 };
        let shown = view(&step, Some(&silent), HeldLines::default());
        assert_eq!(shown.cut, 12);
        let last = shown.lines.and_then(|mut lines| lines.pop());
        assert!(last.is_some_and(|l| l.failure && l.spans[0].text == "Exited with code 1"));
    }
}
