//! The kinds of faults.

use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    Status(Answer),
    StatusAfter(Answer),
    HangBefore,
    HangAfter,
    Swallow,
    ResetBefore,
    ResetAfter,
    Latency {
        ms: u64,
    },
    SlowBody {
        #[serde(default = "second")]
        ms: u64,
    },
    Truncate,
    Html,
    Garbage,
    HugeBody(Huge),
    Bomb(Huge),
    UnknownValues {
        #[serde(default)]
        fields: Vec<String>,
    },
    Nulls {
        #[serde(default)]
        fields: Vec<String>,
        #[serde(default = "tenth")]
        share: f64,
        /// Drawn again for each call.
        #[serde(skip)]
        draw: u64,
    },
    Texts {
        fields: Map<String, Value>,
    },
    Partial {
        paths: Vec<String>,
        #[serde(default = "forbidden", rename = "type")]
        of_type: String,
        #[serde(default = "not_accessible")]
        message: String,
    },
    Redirect {
        #[serde(default = "found")]
        code: u16,
        #[serde(default = "other")]
        to: String,
    },
    PaginationLoop,
    PaginationForeign,
    Unauthorized,
    RateLimited {
        #[serde(default)]
        retry_after: Option<u64>,
    },
    Exhausted {
        #[serde(default = "five_minutes")]
        reset_in: i64,
        #[serde(default = "yes")]
        refuse: bool,
    },
    ClockSkew {
        seconds: i64,
    },
    Stale {
        seconds: f64,
    },
    Lag {
        seconds: f64,
    },
    ActBefore {
        verbs: Value,
    },
    ActAfter {
        verbs: Value,
    },
    DeliverLate {
        seconds: f64,
        #[serde(default)]
        answer: Gateway,
    },
}

/// What a gateway answers at once when it delivers the request later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gateway {
    #[default]
    Reset,
    Timeout,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub code: u16,
    #[serde(default)]
    pub body: Value,
    #[serde(default)]
    pub headers: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Huge {
    #[serde(default = "hundred")]
    pub megabytes: u64,
    /// False: one line without a newline at the end.
    #[serde(default = "yes")]
    pub lines: bool,
}

/// Every kind with the keys it accepts.
pub(super) const KINDS: [(&str, &[&str]); 30] = [
    ("status", &["code", "body", "headers"]),
    ("status_after", &["code", "body", "headers"]),
    ("hang_before", &[]),
    ("hang_after", &[]),
    ("swallow", &[]),
    ("reset_before", &[]),
    ("reset_after", &[]),
    ("latency", &["ms"]),
    ("slow_body", &["ms"]),
    ("truncate", &[]),
    ("html", &[]),
    ("garbage", &[]),
    ("huge_body", &["megabytes", "lines"]),
    ("bomb", &["megabytes", "lines"]),
    ("unknown_values", &["fields"]),
    ("nulls", &["fields", "share"]),
    ("texts", &["fields"]),
    ("partial", &["paths", "type", "message"]),
    ("redirect", &["code", "to"]),
    ("pagination_loop", &[]),
    ("pagination_foreign", &[]),
    ("unauthorized", &[]),
    ("rate_limited", &["retry_after"]),
    ("exhausted", &["reset_in", "refuse"]),
    ("clock_skew", &["seconds"]),
    ("stale", &["seconds"]),
    ("lag", &["seconds"]),
    ("act_before", &["verbs"]),
    ("act_after", &["verbs"]),
    ("deliver_late", &["seconds", "answer"]),
];

/// More than any vendor sends, and less than the memory of a test machine.
const MOST_MEGABYTES: u64 = 2048;
/// Ten years, in seconds.
const FAR: i64 = 10 * 365 * 24 * 3600;

impl Fault {
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Status(answer) | Self::StatusAfter(answer) => answer.check(),
            Self::HugeBody(huge) | Self::Bomb(huge) if !(1..=MOST_MEGABYTES).contains(&huge.megabytes) => {
                Err(format!("\"megabytes\" must be from 1 to {MOST_MEGABYTES}"))
            }
            Self::Nulls { share, .. } if !(0.0..=1.0).contains(share) => Err("\"share\" must be from 0 to 1".into()),
            Self::Texts { fields } if !fields.values().all(Value::is_string) => Err("\"fields\" must be texts".into()),
            Self::Partial { paths, .. } if paths.is_empty() => Err("\"paths\" must name at least one place".into()),
            Self::Redirect { code, .. } if !(300..400).contains(code) => Err("\"code\" must be from 300 to 399".into()),
            Self::Redirect { to, .. } if to != "same" && to != "other" && !to.contains("://") => {
                Err("\"to\" is \"same\", \"other\" or a URL".into())
            }
            Self::Redirect { to, .. } if HeaderValue::try_from(to.as_str()).is_err() => Err("\"to\" cannot be a header".into()),
            Self::ClockSkew { seconds } if !(-FAR..=FAR).contains(seconds) => Err(format!("\"seconds\" must be from -{FAR} to {FAR}")),
            Self::Exhausted { reset_in, .. } if !(-FAR..=FAR).contains(reset_in) => {
                Err(format!("\"reset_in\" must be from -{FAR} to {FAR}"))
            }
            Self::ActBefore { verbs } | Self::ActAfter { verbs } if !are_verbs(verbs) => {
                Err("\"verbs\" must be an object of verbs, or a list of them".into())
            }
            Self::Stale { seconds } | Self::Lag { seconds } | Self::DeliverLate { seconds, .. } if !(0.0..=86_400.0).contains(seconds) => {
                Err("\"seconds\" must be from 0 to 86400".into())
            }
            _ => Ok(()),
        }
    }

    pub fn spoils_the_wire(&self) -> bool {
        matches!(self, Self::HangAfter | Self::ResetAfter | Self::Truncate | Self::SlowBody { .. })
    }

    /// The fault as it applies to one call.
    pub fn seeded(&self, seed: u64) -> Self {
        let mut fault = self.clone();
        if let Self::Nulls { draw, .. } = &mut fault {
            *draw = seed;
        }
        fault
    }
}

impl Answer {
    fn check(&self) -> Result<(), String> {
        if !(100..600).contains(&self.code) {
            return Err(format!("\"code\" must be from 100 to 599, not {}", self.code));
        }
        for (name, value) in &self.headers {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if HeaderName::try_from(name).is_err() || HeaderValue::try_from(text).is_err() {
                return Err(format!("{name:?} cannot be a header of value {value}"));
            }
        }
        Ok(())
    }
}

/// As in `POST /world`; whether the world allows them is known when they are carried out.
fn are_verbs(verbs: &Value) -> bool {
    let one = |verbs: &Value| verbs.as_object().is_some_and(|verbs| !verbs.is_empty());
    one(verbs) || verbs.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(one))
}

fn second() -> u64 {
    1000
}

fn hundred() -> u64 {
    100
}

fn tenth() -> f64 {
    0.1
}

fn five_minutes() -> i64 {
    300
}

fn found() -> u16 {
    302
}

fn yes() -> bool {
    true
}

fn other() -> String {
    "other".into()
}

fn forbidden() -> String {
    "FORBIDDEN".into()
}

fn not_accessible() -> String {
    "Resource not accessible by personal access token".into()
}
