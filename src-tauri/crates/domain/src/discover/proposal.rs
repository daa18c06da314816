//! A service that could be added, and how sure each part of it is.

use crate::service::Service;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Proposal {
    pub service: Service,
    /// Branch, CI, then each environment with its build app and health URL.
    pub parts: Vec<Part>,
    /// What a person should answer before accepting.
    pub questions: Vec<String>,
    /// Apps that were considered and left out.
    pub set_aside: Vec<SetAside>,
    /// What could not be looked at.
    pub unread: Vec<Unread>,
}

impl Proposal {
    /// Whether anything of it was seen at the vendors.
    pub fn found(&self) -> bool {
        self.service.ci.is_some()
            || !self.service.environments.is_empty()
            || self.parts.iter().any(|p| p.part == PartKind::Branch && p.confidence == Confidence::Sure)
    }

    pub fn part(&self, kind: PartKind, environment: Option<&str>) -> Option<&Part> {
        self.parts.iter().find(|p| p.part == kind && p.environment.as_deref() == environment)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Part {
    pub part: PartKind,
    /// The environment it is about; None for branch and CI.
    pub environment: Option<String>,
    /// None: there is none, as far as was seen.
    pub value: Option<String>,
    pub confidence: Confidence,
    pub reasons: Vec<String>,
    pub alternatives: Vec<Alternative>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    Branch,
    Ci,
    /// The value is its release app.
    Environment,
    BuildApp,
    HealthUrl,
}

/// Ordered: the least sure first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    Guess,
    Likely,
    Sure,
}

impl Confidence {
    pub fn word(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Alternative {
    pub value: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetAside {
    pub app: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Unread {
    /// The vendor's id.
    pub source: String,
    pub message: String,
}
