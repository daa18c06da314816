//! Checks exchanges against Heroku's JSON hyper-schema (draft 4).
//!
//! It lists neither statuses nor errors; they are taken from the Platform API reference: 200, 201, 202 and 206 have
//! the link's target, everything from 400 on `{id, message, url}`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::exchange::{Exchange, Violation};
use crate::paths::{Segment, fits, segments, template};
use crate::strict_schema::{Fault, Shape};

pub(crate) struct HyperSchema {
    document: Value,
    links: Vec<Link>,
    shapes: Mutex<HashMap<String, Arc<Shape>>>,
}

struct Link {
    method: String,
    segments: Vec<Segment>,
    shown: String,
    /// The resource of the link, and the link's index in it.
    resource: String,
    index: usize,
}

/// Addresses that the vendor returns for one read and that are not part of its API.
const BESIDE: [&str; 3] = ["release-output", "build-output", "streams"];

impl HyperSchema {
    pub(crate) fn new(document: Value) -> Self {
        let mut links = Vec::new();
        for (resource, of) in document["definitions"].as_object().into_iter().flatten() {
            for (index, link) in of["links"].as_array().into_iter().flatten().enumerate() {
                let (Some(href), Some(method)) = (link["href"].as_str(), link["method"].as_str()) else { continue };
                let shown = shown(href);
                links.push(Link { method: method.into(), segments: template(&shown, |_| false), shown, resource: resource.clone(), index });
            }
        }
        Self { document, links, shapes: Mutex::default() }
    }

    pub(crate) fn operation(&self, exchange: &Exchange) -> Option<String> {
        let link = *self.find(exchange).first()?;
        Some(format!("{} {}", link.method, link.shown))
    }

    /// Every operation, with its parameters without their names.
    pub(crate) fn operations(&self) -> impl Iterator<Item = String> {
        self.links.iter().map(|link| format!("{} {}", link.method, link.shown))
    }

    /// All links of this method and path: a rollback and a release of a slug have the same.
    fn find(&self, exchange: &Exchange) -> Vec<&Link> {
        let path = segments(&exchange.path);
        let fitting = self.links.iter().filter(|l| l.method == exchange.method);
        let fitting: Vec<_> = fitting.filter_map(|l| Some((fits(&l.segments, &path)?, l))).collect();
        let best = fitting.iter().map(|(fit, _)| *fit).max();
        fitting.into_iter().filter(|(fit, _)| Some(*fit) == best).map(|(_, l)| l).collect()
    }

    pub(crate) fn check(&self, exchange: &Exchange) -> Vec<Violation> {
        if segments(&exchange.path).first().is_some_and(|first| BESIDE.contains(first)) {
            return Vec::new();
        }
        let links = self.find(exchange);
        if links.is_empty() {
            return vec![exchange.violation("request", "the contract has no such operation")];
        }
        let mut violations: Vec<Violation> =
            exchange.query.iter().map(|(name, _)| exchange.violation("query", format!("the contract has no parameter {name}"))).collect();
        violations.extend(self.body(exchange, &links));
        violations.extend(self.answer(exchange, &links));
        violations
    }

    fn body(&self, exchange: &Exchange, links: &[&Link]) -> Vec<Violation> {
        let value = match exchange.request_json() {
            None => json!({}),
            Some(Ok(value)) => value,
            Some(Err(error)) => return vec![exchange.violation("request body", format!("is not JSON: {error}"))],
        };
        let faults = |link: &&Link| match &self.described(link)["schema"] {
            Value::Null if value == json!({}) => Vec::new(),
            Value::Null => vec![Fault::new("", "the contract has none")],
            schema => self.shape(format!("{} {} request {}", link.resource, link.index, link.method), schema).faults(&value),
        };
        nearest(links, faults).into_iter().map(|f| exchange.violation(format!("request body {}", f.at), f.what)).collect()
    }

    fn answer(&self, exchange: &Exchange, links: &[&Link]) -> Vec<Violation> {
        let value = match (exchange.status, exchange.answer_json()) {
            (304, None) => return Vec::new(),
            (_, Some(Ok(value))) => value,
            (_, Some(Err(error))) => return vec![exchange.violation("answer", format!("is not JSON: {error}"))],
            (_, None) => return vec![exchange.violation("answer", "is empty")],
        };
        let faults = match exchange.status {
            200 | 201 | 202 | 206 => nearest(links, |link| match &self.described(link)["targetSchema"] {
                Value::Null => Vec::new(),
                schema => self.shape(format!("{} {} answer", link.resource, link.index), schema).faults(&value),
            }),
            400.. => self.shape("error".into(), &error()).faults(&value),
            _ => vec![Fault::new("", "the vendor has no such status")],
        };
        faults.into_iter().map(|f| exchange.violation(format!("answer {}", f.at), f.what)).collect()
    }

    fn described(&self, link: &Link) -> &Value {
        &self.document["definitions"][&link.resource]["links"][link.index]
    }

    fn shape(&self, name: String, schema: &Value) -> Arc<Shape> {
        let mut shapes = self.shapes.lock().expect("the shapes' lock is never poisoned");
        shapes.entry(name).or_insert_with(|| Arc::new(Shape::new(&self.document, schema))).clone()
    }
}

/// The faults under the link that fits best; of links that fit equally well, all of theirs.
fn nearest(links: &[&Link], faults: impl Fn(&&Link) -> Vec<Fault>) -> Vec<Fault> {
    let all: Vec<Vec<Fault>> = links.iter().map(faults).collect();
    let least = all.iter().map(Vec::len).min().unwrap_or_default();
    all.into_iter().filter(|faults| faults.len() == least).flatten().collect()
}

fn error() -> Value {
    json!({
        "type": "object", "required": ["id", "message"],
        "properties": {
            "id": { "type": "string" }, "message": { "type": "string" }, "url": { "type": "string", "format": "uri" },
            // The app that a two-factor challenge is about.
            "app": { "type": "object", "properties": { "id": { "type": "string" }, "name": { "type": "string" } } },
        },
    })
}

/// `/apps/{(%23%2Fdefinitions%2Fapp%2Fdefinitions%2Fidentity)}/dynos` as `/apps/{app}/dynos`.
fn shown(href: &str) -> String {
    let part = |part: &str| match part.strip_prefix("{(").and_then(|p| p.strip_suffix(")}")) {
        Some(reference) => {
            let pointer = percent_decode_str(reference).decode_utf8_lossy().into_owned();
            format!("{{{}}}", pointer.split('/').nth(2).unwrap_or("id"))
        }
        None => part.to_owned(),
    };
    href.split('/').map(part).collect::<Vec<_>>().join("/")
}
