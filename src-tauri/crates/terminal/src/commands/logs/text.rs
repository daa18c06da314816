//! Jobs and their logs as text. A line of a log is never wrapped, so that it can be copied.

use super::JobLog;
use crate::look::marks::{of_job, of_pipeline};
use crate::look::{Line, Tone};
use slipway_domain::humanize::{count, list, span};
use slipway_domain::pipeline::{Job, Pipeline};
use slipway_domain::status::JobStatus;

/// Lines of a failed test's message; its log has the rest.
const MESSAGE: usize = 12;

/// The pipeline, and which of its jobs are printed.
pub(super) fn overview(pipeline: &Pipeline, jobs: &[&Job], named: bool) -> Vec<Line> {
    let mut first = Line::of(&format!("#{}", pipeline.number), Tone::Strong).and("  ", Tone::Plain);
    first.append(&of_pipeline(pipeline).line());
    first.add(&pipeline.title.as_deref().map_or(String::new(), |title| format!("  {title}")), Tone::Plain);
    let mut lines = vec![first];
    if let Some(error) = &pipeline.error {
        lines.push(Line::of(&format!("  {error}"), Tone::Warn));
    }
    if named {
        return lines;
    }
    let names = |status| jobs.iter().filter(|job| job.status == status).map(|job| job.name.clone()).collect::<Vec<_>>();
    let (failed, running) = (names(JobStatus::Failed), names(JobStatus::Running));
    match failed.as_slice() {
        [] => {
            lines.push(Line::plain("  No job of it failed. Its jobs:"));
            lines.extend(pipeline.jobs.iter().map(line_of_job));
            if pipeline.jobs.is_empty() {
                lines.push(Line::plain("    none"));
            }
        }
        [_] => {}
        [..] => lines.push(Line::of(&format!("  {} failed: {}", count(failed.len(), "job"), list(&failed)), Tone::Warn)),
    }
    if !running.is_empty() {
        lines.push(Line::of(&format!("  Still running: {}", list(&running)), Tone::Run));
    }
    lines
}

fn line_of_job(job: &Job) -> Line {
    let mut line = Line::plain("    ");
    line.append(&of_job(job.status).with(&job.name));
    line.and(&format!("  {}", of_job(job.status).word), Tone::Grey)
}

pub(super) fn job(log: &JobLog) -> String {
    let shown = of_job(log.status);
    let mut lines = vec![Line::default(), shown.with(&format!("{}: {}", log.name, shown.word))];
    if let Some(tests) = log.failed_tests.as_ref().filter(|tests| !tests.is_empty()) {
        lines.push(Line::of(&format!("  {}:", count(tests.len(), "failed test")), Tone::Warn));
        for test in tests {
            lines.push(Line::of(&format!("    {}", test.name), Tone::Strong));
            lines.extend(test.file.iter().map(|file| Line::of(&format!("      {file}"), Tone::Grey)));
            lines.extend(message(&test.message));
        }
    }
    for step in &log.steps {
        let took = step.seconds.map_or(String::new(), |seconds| format!(", {}", span(seconds)));
        let part = if step.omitted_bytes == 0 { "" } else { ", the end of its output" };
        lines.push(Line::of(&format!("  {}: {}{took}{part}", step.name, of_job(step.status).word), Tone::Strong));
        lines.extend(step.lines.iter().map(|text| Line::plain(&format!("    {text}"))));
        if step.lines.is_empty() {
            lines.push(Line::of("    it printed nothing", Tone::Grey));
        }
    }
    lines.extend(log.notes.iter().map(|note| Line::of(&format!("  {note}"), Tone::Grey)));
    lines.iter().map(Line::render).collect::<Vec<_>>().join("\n")
}

fn message(text: &str) -> Vec<Line> {
    let all: Vec<&str> = text.lines().collect();
    let mut lines: Vec<Line> = all.iter().take(MESSAGE).map(|line| Line::plain(&format!("      {line}"))).collect();
    if all.len() > MESSAGE {
        lines.push(Line::of(&format!("      and {} more", count(all.len() - MESSAGE, "line")), Tone::Grey));
    }
    lines
}
