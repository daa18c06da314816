//! Runs commands in parallel. The output of each is shown completely when it has ended.

use std::collections::{BTreeSet, VecDeque};
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::count::Tally;

/// After this time without an end the running commands are listed.
const SILENCE: Duration = Duration::from_secs(60);

/// How a command is counted.
pub(crate) type Counted = fn(&str) -> Option<Tally>;

pub(crate) struct Job {
    pub name: String,
    pub command: Command,
    /// None: it passes or fails as a whole.
    pub counted: Option<Counted>,
    /// It runs after all others, with no other command beside it.
    pub alone: bool,
}

pub(crate) struct Ended {
    pub name: String,
    pub output: String,
    pub tally: Tally,
    pub took: Duration,
}

/// Runs them all in this order, `workers` at a time.
pub(crate) fn run(jobs: Vec<Job>, workers: usize, mut show: impl FnMut(Ended)) {
    let (alone, together): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| job.alone);
    side_by_side(together, workers.max(1), &mut show);
    side_by_side(alone, 1, &mut show);
}

fn side_by_side(jobs: Vec<Job>, workers: usize, show: &mut impl FnMut(Ended)) {
    let waiting = Mutex::new(VecDeque::from(jobs));
    let running = Mutex::new(BTreeSet::new());
    let (tell, hear) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let tell = tell.clone();
            let (waiting, running) = (&waiting, &running);
            scope.spawn(move || {
                while let Some(job) = next(waiting) {
                    locked(running).insert(job.name.clone());
                    let ended = job.run();
                    locked(running).remove(&ended.name);
                    // The receiver exists until all senders are dropped.
                    let _ = tell.send(ended);
                }
            });
        }
        drop(tell);
        loop {
            match hear.recv_timeout(SILENCE) {
                Ok(ended) => show(ended),
                Err(RecvTimeoutError::Timeout) => {
                    let names: Vec<String> = locked(&running).iter().cloned().collect();
                    println!("(running: {})", names.join(", "));
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    });
}

fn next(waiting: &Mutex<VecDeque<Job>>) -> Option<Job> {
    locked(waiting).pop_front()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Job {
    fn run(self) -> Ended {
        let Self { name, command, counted, alone: _ } = self;
        let began = Instant::now();
        let (output, succeeded) = match output(command) {
            Ok(ended) => ended,
            Err(error) => (format!("{error:#}\n"), false),
        };
        let tally = judged(counted, &output, succeeded);
        Ended { name, output, tally, took: began.elapsed() }
    }
}

/// Both streams in the order in which they were written. They go to a file, because a pipe would stay open as long
/// as any child process of the program.
fn output(mut command: Command) -> Result<(String, bool)> {
    let mut file = tempfile::tempfile().context("no file for the output")?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file.try_clone()?);
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    // The tests' own output explains an exit code, but not a signal.
    if status.code().is_none() {
        text.push_str(&format!("ended by {status}\n"));
    }
    Ok((text, status.success()))
}

/// The last count is the program's own, since output that it quotes comes earlier. A test program without a count
/// did not run to its end, whatever its exit code.
fn judged(counted: Option<Counted>, output: &str, succeeded: bool) -> Tally {
    let Some(counted) = counted else { return Tally::one(succeeded) };
    output.lines().filter_map(counted).next_back().map_or(Tally::one(false), |tally| tally.or_failed(succeeded))
}

#[cfg(all(test, unix))]
mod tests;
