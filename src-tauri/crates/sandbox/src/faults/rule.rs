//! Rules: which calls are hit, how often, by which chance.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::kinds::{Fault, KINDS};
use crate::http::{Call, Vendor};
use crate::rng::Rng;

#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    pub id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<String>,
    pub after: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    #[serde(flatten)]
    pub fault: Fault,
    pub seen: u64,
    pub fired: u64,
    #[serde(skip)]
    rng: Rng,
}

const SELECTORS: [&str; 9] = ["vendor", "method", "path", "operation", "calls", "after", "count", "probability", "seed"];
/// What `GET /faults` adds; a listing may be posted again as it is.
const LISTED: [&str; 3] = ["id", "seen", "fired"];
const VENDORS: [Vendor; 4] = [Vendor::Github, Vendor::Circleci, Vendor::Logs, Vendor::Heroku];

#[derive(Debug, Default)]
pub struct Faults {
    pub rules: Vec<Rule>,
    next: u64,
}

impl Faults {
    /// A rule, a list of rules, or `{"rules": […]}`: all of them, or none and what is wrong.
    pub fn add(&mut self, value: Value) -> Result<Vec<u64>, String> {
        let list = match value {
            Value::Object(mut o) if o.contains_key("rules") => match (o.remove("rules"), o.keys().next()) {
                (_, Some(other)) => return Err(format!("{other:?} does not stand beside \"rules\"")),
                (Some(Value::Array(list)), None) => list,
                _ => return Err("\"rules\" must be a list".into()),
            },
            Value::Array(list) => list,
            one => vec![one],
        };
        let mut rules = Vec::new();
        for (n, value) in list.into_iter().enumerate() {
            let id = self.next + n as u64 + 1;
            rules.push(Rule::parse(value, id).map_err(|why| format!("rule {}: {why}", n + 1))?);
        }
        self.next += rules.len() as u64;
        let ids = rules.iter().map(|r| r.id).collect();
        self.rules.extend(rules);
        Ok(ids)
    }

    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|r| r.id != id);
        self.rules.len() < before
    }

    /// Whether the world before a change must be kept.
    pub fn snapshots(&self) -> bool {
        self.rules.iter().any(|r| matches!(r.fault, Fault::Stale { .. }))
    }

    /// How many seconds of the world's past must be kept.
    pub fn lag(&self) -> Option<f64> {
        let lags = self.rules.iter().filter_map(|r| if let Fault::Lag { seconds } = r.fault { Some(seconds) } else { None });
        lags.max_by(f64::total_cmp)
    }

    /// Every rule that hits this call, in the order they were added.
    pub fn hit(&mut self, call: &Call) -> Vec<Fault> {
        let mut faults = Vec::new();
        for rule in self.rules.iter_mut().filter(|r| r.matches(call)) {
            rule.seen += 1;
            let due = rule.seen > rule.after && rule.count.is_none_or(|n| rule.fired < n);
            if due && rule.probability.is_none_or(|p| rule.rng.chance(p)) {
                rule.fired += 1;
                faults.push(rule.fault.seeded(rule.rng.next()));
            }
        }
        faults
    }
}

impl Rule {
    fn parse(value: Value, id: u64) -> Result<Self, String> {
        let Value::Object(mut keys) = value else { return Err(format!("an object is expected, not {value}")) };
        LISTED.iter().for_each(|key| drop(keys.remove(*key)));
        let (selectors, fault): (Map<String, Value>, Map<String, Value>) =
            keys.into_iter().partition(|(key, _)| SELECTORS.contains(&key.as_str()));
        let fault = Fault::parse(fault)?;
        let text = |key: &str| match selectors.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(format!("{key:?} must be text, not {other}")),
        };
        let number = |key: &str| match selectors.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| format!("{key:?} must be a whole number, not {value}")),
        };
        let one_of = |key: &str, known: &[&str]| match text(key)? {
            Some(word) if !known.contains(&word.as_str()) => Err(format!("{key:?} is one of {}, not {word:?}", known.join(", "))),
            word => Ok(word),
        };
        let probability = match selectors.get("probability") {
            None | Some(Value::Null) => None,
            Some(value) => Some(
                value
                    .as_f64()
                    .filter(|p| (0.0..=1.0).contains(p))
                    .ok_or_else(|| format!("\"probability\" must be a number from 0 to 1, not {value}"))?,
            ),
        };
        let seed = number("seed")?;
        Ok(Self {
            id,
            vendor: one_of("vendor", &VENDORS.map(Vendor::name))?,
            method: text("method")?,
            path: text("path")?,
            operation: text("operation")?,
            calls: one_of("calls", &["reads", "writes"])?,
            after: number("after")?.unwrap_or(0),
            count: number("count")?,
            probability,
            seed,
            fault,
            seen: 0,
            fired: 0,
            rng: Rng::new(seed.unwrap_or(id)),
        })
    }

    fn matches(&self, call: &Call) -> bool {
        let same = |want: &Option<String>, is: &str| want.as_ref().is_none_or(|w| w.eq_ignore_ascii_case(is));
        let calls = if call.mutations.is_empty() { "reads" } else { "writes" };
        same(&self.vendor, call.vendor.name())
            && same(&self.method, &call.method)
            && same(&self.calls, calls)
            && self.path.as_ref().is_none_or(|glob| fits(glob, &call.path))
            && self.operation.as_ref().is_none_or(|o| call.operations.contains(o) || call.kind == *o)
    }
}

/// `*` stands for any text, slashes too.
fn fits(glob: &str, path: &str) -> bool {
    let Some((head, rest)) = glob.split_once('*') else { return glob == path };
    let Some(path) = path.strip_prefix(head) else { return false };
    (0..=path.len()).filter(|n| path.is_char_boundary(*n)).any(|n| fits(rest, &path[n..]))
}

impl Fault {
    /// The kind must be known and take every key that is left.
    fn parse(keys: Map<String, Value>) -> Result<Self, String> {
        let names = || KINDS.map(|(name, _)| name).join(", ");
        let kind = match keys.get("kind") {
            Some(Value::String(kind)) => kind.clone(),
            Some(other) => return Err(format!("\"kind\" must be text, not {other}")),
            None => return Err(format!("\"kind\" is missing; there are {}", names())),
        };
        let Some((_, known)) = KINDS.iter().find(|(name, _)| *name == kind) else {
            return Err(format!("no kind {kind:?}; there are {}", names()));
        };
        for key in keys.keys().filter(|k| *k != "kind") {
            if !known.contains(&key.as_str()) {
                let takes = if known.is_empty() { "nothing".into() } else { known.join(", ") };
                return Err(format!("{kind:?} does not take {key:?}; it takes {takes}, and any rule takes {}", SELECTORS.join(", ")));
            }
        }
        let fault: Self = serde_json::from_value(json!(keys)).map_err(|e| format!("{kind:?}: {e}"))?;
        fault.check().map_err(|why| format!("{kind:?}: {why}"))?;
        Ok(fault)
    }
}
