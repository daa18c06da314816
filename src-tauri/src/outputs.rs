//! The output of builds and release phases for the window: reading continues where the last call stopped, and what
//! is kept is bounded.

use crate::ansi;
use crate::held_lines::lacking;
use crate::ipc::{HeldLines, IpcError, OutputView};
use crate::logs::newest_lines;
use slipway_engine::Engine;
use slipway_vendor::{OutputAt, ReadError};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most bytes of one output that are kept; the newest.
const LONGEST: usize = 5 << 20;
/// The most outputs that are kept.
const KEPT: usize = 4;

#[derive(Default)]
pub(crate) struct Outputs(Mutex<VecDeque<(Key, Arc<tokio::sync::Mutex<Output>>)>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    service: String,
    environment: String,
    /// Of a release, or of a build by its id.
    of: Result<u64, String>,
}

#[derive(Default)]
struct Output {
    text: String,
    cut: u64,
    at: OutputAt,
    over: bool,
}

impl Outputs {
    /// The output so far. Waits a moment for more while the command runs.
    pub(crate) async fn read(
        &self,
        engine: &Engine,
        service: &str,
        environment: &str,
        version: Option<u64>,
        held: HeldLines,
    ) -> Result<OutputView, IpcError> {
        let of = match version {
            Some(version) => Ok(version),
            None => Err(build_id(engine, service, environment).unwrap_or_default()),
        };
        let output = self.kept(Key { service: service.to_owned(), environment: environment.to_owned(), of });
        // One reader at a time continues from a position.
        let mut output = output.lock().await;
        if !output.over {
            match engine.output(service, environment, version, &output.at).await {
                Ok(part) => output.add(&part.text, part.at, part.over),
                Err(ReadError::NotFound(why)) if output.text.is_empty() => {
                    return Ok(OutputView { lines: Vec::new(), from: 0, cut: 0, over: false, unavailable: Some(why) });
                }
                // A link that stops working after it returned output has ended.
                Err(ReadError::NotFound(_)) => output.over = true,
                Err(error) => return Err(error.into()),
            }
        }
        let (tail, cut) = newest_lines(&output.text);
        let cut = output.cut + cut as u64;
        let (from, lines) = lacking(ansi::lines(tail), cut, held);
        Ok(OutputView { lines, from, cut, over: output.over, unavailable: None })
    }

    /// Another backend has other outputs with the same names.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn kept(&self, key: Key) -> Arc<tokio::sync::Mutex<Output>> {
        let mut all = self.lock();
        if let Some((_, known)) = all.iter().find(|(k, _)| *k == key) {
            return Arc::clone(known);
        }
        let new = Arc::default();
        all.push_back((key, Arc::clone(&new)));
        if all.len() > KEPT {
            all.pop_front();
        }
        new
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Key, Arc<tokio::sync::Mutex<Output>>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Output {
    fn add(&mut self, text: &str, at: OutputAt, over: bool) {
        self.text.push_str(text);
        (self.at, self.over) = (at, over);
        if self.text.len() > LONGEST {
            let from = self.text.len() - LONGEST;
            let from = (from..self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
            self.cut += from as u64;
            self.text.drain(..from);
        }
    }
}

fn build_id(engine: &Engine, service: &str, environment: &str) -> Option<String> {
    let snapshot = engine.snapshot();
    let build = snapshot.service(service)?.environment(environment)?.build.as_ref()?;
    Some(build.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_five_megabytes_are_kept_at_a_character() {
        let mut output = Output::default();
        for n in 0..6 {
            output.add(&"\u{e9}".repeat(1 << 19), OutputAt { bytes: n, event: None }, n == 5);
        }
        output.add("x", OutputAt { bytes: 7, event: None }, true);
        assert!(output.text.len() <= LONGEST && output.text.ends_with("\u{e9}x") && output.over);
        assert_eq!(output.cut + output.text.len() as u64, 6 * (1 << 20) + 1);
    }
}
