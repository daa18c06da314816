//! What one read of one source brought.

use serde::{Deserialize, Serialize};
use slipway_domain::environment::{Build, HealthProbe, Instance, ProcessType};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::pull_request::ChangedFile;
use slipway_domain::snapshot::Source;
use slipway_vendor::{CodeFacts, PastDurations, ReadError, ReleasePage};
use std::collections::HashMap;

pub(crate) enum Observation {
    Code(Box<Result<CodeObservation, ReadError>>),
    Ci(Result<CiObservation, ReadError>),
    Environment(String, Box<Result<EnvironmentObservation, ReadError>>),
}

impl Observation {
    /// A read that gave nothing.
    pub(crate) fn failed(source: &Source, error: ReadError) -> Self {
        match source {
            Source::Code => Self::Code(Box::new(Err(error))),
            Source::Ci => Self::Ci(Err(error)),
            Source::Environment(name) => Self::Environment(name.clone(), Box::new(Err(error))),
        }
    }

    /// The source that was read.
    pub(crate) fn source(&self) -> Source {
        match self {
            Self::Code(_) => Source::Code,
            Self::Ci(_) => Source::Ci,
            Self::Environment(name, _) => Source::Environment(name.clone()),
        }
    }

    pub(crate) fn error(&self) -> Option<&ReadError> {
        match self {
            Self::Code(result) => (**result).as_ref().err(),
            Self::Ci(result) => result.as_ref().err(),
            Self::Environment(_, result) => (**result).as_ref().err(),
        }
    }
}

pub(crate) struct CodeObservation {
    pub(crate) facts: CodeFacts,
    /// By head sha.
    pub(crate) files: HashMap<String, TouchedFiles>,
    /// The branch no longer contains the commit that it stood at.
    pub(crate) lost_tip: bool,
}

/// The files of one head, as far as they could be read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct TouchedFiles {
    pub(crate) files: Vec<ChangedFile>,
    pub(crate) complete: bool,
}

pub(crate) struct CiObservation {
    pub(crate) pipelines: Vec<Pipeline>,
    /// The list of pipelines was read; else only what ran lately, and the pipelines are those that were known.
    pub(crate) listed: bool,
    pub(crate) past: Option<PastDurations>,
    /// The newest runs of the project, where they were asked.
    pub(crate) runs: Option<Vec<String>>,
    /// What could not be read of a pipeline that moves: its last known state must not pass for now.
    pub(crate) trouble: Option<ReadError>,
}

pub(crate) struct EnvironmentObservation {
    /// None: the releases were not asked for, and what is known of them stays.
    pub(crate) page: Option<ReleasePage>,
    pub(crate) instances: InstancesObservation,
    pub(crate) formation: FormationObservation,
    pub(crate) probe: Option<HealthProbe>,
    /// By code: see `Release::named_code`.
    pub(crate) commits: HashMap<String, String>,
    pub(crate) facts: PlatformFacts,
}

/// What runs.
pub(crate) enum InstancesObservation {
    /// They were not asked for: what is known of them stays.
    NotAsked,
    Read(Vec<Instance>),
    Failed(ReadError),
}

/// The process types that should run.
pub(crate) enum FormationObservation {
    NotAsked,
    Failed,
    Read(Vec<ProcessType>),
}

/// What was learnt of an app beside its releases and instances. None: not asked this time.
#[derive(Default)]
pub(crate) struct PlatformFacts {
    pub(crate) maintenance: Option<bool>,
    pub(crate) preboot: Option<bool>,
    pub(crate) build: Option<Build>,
    pub(crate) pipeline: Option<String>,
}
