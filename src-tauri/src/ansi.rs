//! A job's output as the window gets it.

use crate::ipc::{LogLine, LogSpan};
use slipway_terminal::job_output::{self, OutputLine, OutputSpan};

pub(crate) fn lines(text: &str) -> Vec<LogLine> {
    job_output::lines(text).into_iter().map(LogLine::from).collect()
}

impl From<OutputLine> for LogLine {
    fn from(OutputLine { spans, failure }: OutputLine) -> Self {
        Self { spans: spans.into_iter().map(LogSpan::from).collect(), failure }
    }
}

impl From<OutputSpan> for LogSpan {
    fn from(OutputSpan { text, color, bold, dim }: OutputSpan) -> Self {
        Self { text, color, bold, dim }
    }
}
