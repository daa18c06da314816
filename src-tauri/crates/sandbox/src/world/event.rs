//! What the clock will do.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    JobStarts { service: usize, workflow: usize, job: usize },
    JobEnds { service: usize, workflow: usize, job: usize },
    Releases { service: usize, workflow: usize, job: usize },
    PhaseEnds { app: usize, release: usize },
    DynosUp { app: usize, release: usize },
    Crashes { app: usize, release: usize },
    Continues { service: usize, pipeline: usize },
    Promotes { promotion: usize },
}
