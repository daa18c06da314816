//! Rules: which calls are hit, how often, and with what probability.

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
    /// What other people did because of it, or why they could not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<Value>,
    #[serde(skip)]
    rng: Rng,
}

const SELECTORS: [&str; 9] = ["vendor", "method", "path", "operation", "calls", "after", "count", "probability", "seed"];
/// Members that `GET /faults` adds; they are ignored when a list is posted again.
const LISTED: [&str; 4] = ["id", "seen", "fired", "done"];
const VENDORS: [Vendor; 4] = [Vendor::Github, Vendor::Circleci, Vendor::Logs, Vendor::Heroku];

#[derive(Debug, Default)]
pub struct Faults {
    pub rules: Vec<Rule>,
    next: u64,
}

impl Faults {
    /// A rule, a list of rules, or `{"rules": […]}`. Either all are accepted or none, with the reason.
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

    /// Whether the world before the last change must be kept.
    pub fn snapshots(&self) -> bool {
        self.rules.iter().any(|r| matches!(r.fault, Fault::Stale { .. }))
    }

    /// For how many seconds earlier states of the world must be kept.
    pub fn lag(&self) -> Option<f64> {
        let lags = self.rules.iter().filter_map(|r| if let Fault::Lag { seconds } = r.fault { Some(seconds) } else { None });
        lags.max_by(f64::total_cmp)
    }

    /// Records what a rule made other people do.
    pub fn note(&mut self, rule: u64, done: Value) {
        if let Some(rule) = self.rules.iter_mut().find(|r| r.id == rule) {
            rule.done.push(done);
        }
    }

    /// Every rule that hits this call, with its number, in the order in which they were added.
    pub fn hit(&mut self, call: &Call) -> Vec<(u64, Fault)> {
        let mut faults = Vec::new();
        for rule in self.rules.iter_mut().filter(|r| r.matches(call)) {
            rule.seen += 1;
            let due = rule.seen > rule.after && rule.count.is_none_or(|n| rule.fired < n);
            if due && rule.probability.is_none_or(|p| rule.rng.chance(p)) {
                rule.fired += 1;
                faults.push((rule.id, rule.fault.seeded(rule.rng.next())));
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
            done: Vec::new(),
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

/// `*` matches any text, including slashes. Takes at most the length of the path times the number of stars.
fn fits(glob: &str, path: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(mut rest) = parts.next().and_then(|head| path.strip_prefix(head)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

impl Fault {
    /// The kind must be known and accept every remaining key.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A file of rules as a person may have written it.
    fn rules() -> impl Strategy<Value = Value> {
        let odd = prop_oneof![
            prop::sample::select(vec![
                json!(null),
                json!(true),
                json!(0),
                json!(1),
                json!(-1),
                json!(0.5),
                json!(1e308),
                json!(u64::MAX),
                json!(i64::MIN),
                json!(i64::MAX),
                json!(""),
                json!("x"),
                json!("writes"),
                json!("github"),
                json!("same"),
                json!("http://x\ny"),
                json!([]),
                json!(["a", 1]),
                json!({"a b": "c"}),
            ]),
            "\\PC{0,6}".prop_map(|text| json!(text)),
        ];
        let kinds = prop::sample::select(KINDS.to_vec());
        let keys: Vec<&str> = SELECTORS.into_iter().chain(LISTED).chain(KINDS.iter().flat_map(|(_, keys)| keys.iter().copied())).collect();
        let rule = (kinds, prop::collection::vec((prop::sample::select(keys), odd.clone()), 0..5)).prop_map(|((kind, takes), pairs)| {
            let fits = |key: &str| takes.contains(&key) || SELECTORS.contains(&key);
            let members = pairs.into_iter().filter(|(key, value)| fits(key) || value.is_null()).map(|(key, value)| (key.to_owned(), value));
            Value::Object(members.chain([("kind".to_owned(), json!(kind))]).collect())
        });
        prop_oneof![6 => rule.clone(), 1 => prop::collection::vec(rule, 0..3).prop_map(Value::from), 1 => odd]
    }

    proptest! {
        /// Each file is accepted or refused with a message; the list of accepted rules is accepted again.
        #[test]
        fn any_file_of_rules_is_taken_or_refused(value in rules()) {
            let mut faults = Faults::default();
            match faults.add(value) {
                Err(why) => prop_assert!(!why.is_empty() && faults.rules.is_empty()),
                Ok(ids) => {
                    prop_assert_eq!(ids.len(), faults.rules.len());
                    let listed = json!({"rules": faults.rules});
                    let again = Faults::default().add(listed.clone());
                    prop_assert!(again.is_ok(), "{listed}: {again:?}");
                    let _ = (faults.snapshots(), faults.lag());
                }
            }
        }

        #[test]
        fn globs_fit_as_they_read(glob in "[ab*/é]{0,8}", path in "[ab/é]{0,10}") {
            fn slowly(glob: &[char], path: &[char]) -> bool {
                match glob.split_first() {
                    None => path.is_empty(),
                    Some(('*', rest)) => (0..=path.len()).any(|n| slowly(rest, &path[n..])),
                    Some((c, rest)) => path.first() == Some(c) && slowly(rest, &path[1..]),
                }
            }
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(fits(&glob, &path), slowly(&chars(&glob), &chars(&path)));
        }
    }

    #[test]
    fn many_stars_cost_little() {
        assert!(!fits(&format!("{}b", "*a".repeat(40)), &"a".repeat(4000)));
    }
}
