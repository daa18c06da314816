//! A request and its answer, as they were transmitted.

use std::fmt;

use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    Github,
    Circleci,
    Heroku,
}

#[derive(Clone, Debug)]
pub struct Exchange {
    pub vendor: Vendor,
    pub method: String,
    /// Percent-encoded, as in the request.
    pub path: String,
    /// Decoded.
    pub query: Vec<(String, String)>,
    pub accept: String,
    pub request: Vec<u8>,
    pub status: u16,
    pub content_type: String,
    pub answer: Vec<u8>,
}

impl Exchange {
    /// The request's body; None when there is none.
    pub fn request_json(&self) -> Option<Result<Value, serde_json::Error>> {
        (!self.request.is_empty()).then(|| serde_json::from_slice(&self.request))
    }

    /// The answer's body; None when there is none.
    pub fn answer_json(&self) -> Option<Result<Value, serde_json::Error>> {
        (!self.answer.is_empty()).then(|| serde_json::from_slice(&self.answer))
    }

    pub fn answers_json(&self) -> bool {
        self.content_type.split(';').next().is_some_and(|kind| kind.trim().ends_with("json"))
    }

    pub(crate) fn violation(&self, at: impl Into<String>, what: impl Into<String>) -> Violation {
        Violation { call: format!("{:?} {} {} ({})", self.vendor, self.method, self.path, self.status), at: at.into(), what: what.into() }
    }
}

/// A difference between an exchange and its contract.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub call: String,
    /// `request`, `query`, `request body /sha`, `answer /0/slug/id`.
    pub at: String,
    pub what: String,
}

impl Violation {
    /// The place without indices, so that the same fault in every element is one violation.
    pub(crate) fn place(&self) -> String {
        self.at.split('/').map(|part| if part.parse::<u64>().is_ok() { "*" } else { part }).collect::<Vec<_>>().join("/")
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.call, self.at, self.what)
    }
}
