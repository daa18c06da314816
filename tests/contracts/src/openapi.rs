//! Checks exchanges against an OpenAPI 3.0 description.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::exchange::{Exchange, Violation};
use crate::paths::{Segment, fits, follow, segments, template};
use crate::strict_schema::Shape;

pub(crate) struct OpenApi {
    document: Value,
    root: &'static str,
    /// The vendor's error form, for statuses that an operation does not list.
    error: Value,
    operations: Vec<Operation>,
    shapes: Mutex<HashMap<String, Arc<Shape>>>,
}

struct Operation {
    method: String,
    path: String,
    segments: Vec<Segment>,
}

impl OpenApi {
    /// `root` is the prefix of all paths; `error` a schema within `document`.
    pub(crate) fn new(document: Value, root: &'static str, error: Value) -> Self {
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, _) in methods.as_object().into_iter().flatten().filter(|(_, o)| o["responses"].is_object()) {
                let several = |name: &str| parameters(&document, path, method).any(|p| p["name"] == name && p["x-multi-segment"] == true);
                operations.push(Operation { method: method.to_uppercase(), path: path.clone(), segments: template(path, several) });
            }
        }
        Self { document, root, error, operations, shapes: Mutex::default() }
    }

    pub(crate) fn operation(&self, exchange: &Exchange) -> Option<String> {
        self.find(exchange).map(|operation| format!("{} {}{}", operation.method, self.root, operation.path))
    }

    /// Every operation, with its parameters as named in the contract.
    pub(crate) fn operations(&self) -> impl Iterator<Item = String> {
        self.operations.iter().map(|operation| format!("{} {}{}", operation.method, self.root, operation.path))
    }

    fn find(&self, exchange: &Exchange) -> Option<&Operation> {
        let path = segments(exchange.path.strip_prefix(self.root)?);
        let fitting = self.operations.iter().filter(|o| o.method == exchange.method);
        fitting.filter_map(|o| Some((fits(&o.segments, &path)?, o))).max_by_key(|(fit, _)| *fit).map(|(_, o)| o)
    }

    pub(crate) fn check(&self, exchange: &Exchange) -> Vec<Violation> {
        let Some(operation) = self.find(exchange) else {
            return vec![exchange.violation("request", "the contract has no such operation")];
        };
        let mut violations = self.query(exchange, operation);
        violations.extend(self.body(exchange, operation));
        violations.extend(self.answer(exchange, operation));
        violations
    }

    fn query(&self, exchange: &Exchange, operation: &Operation) -> Vec<Violation> {
        let known: Vec<&Value> =
            parameters(&self.document, &operation.path, &operation.method.to_lowercase()).filter(|p| p["in"] == "query").collect();
        let mut violations = Vec::new();
        for (name, text) in &exchange.query {
            let Some(parameter) = known.iter().find(|p| p["name"] == *name) else {
                violations.push(exchange.violation("query", format!("the contract has no parameter {name}")));
                continue;
            };
            let schema = follow(&self.document, &parameter["schema"]);
            let value = typed(schema, text);
            let shape = Shape::new(&self.document, schema);
            violations.extend(shape.faults(&value).into_iter().map(|f| exchange.violation(format!("query {name}"), f.what)));
        }
        let given = |name: &Value| exchange.query.iter().any(|(n, _)| *name == **n);
        let lacking = known.iter().filter(|p| p["required"] == true && !given(&p["name"]));
        violations.extend(lacking.map(|p| exchange.violation("query", format!("lacks the required {}", p["name"]))));
        violations
    }

    fn body(&self, exchange: &Exchange, operation: &Operation) -> Vec<Violation> {
        let described = follow(&self.document, &self.described(operation)["requestBody"]);
        let content = &described["content"]["application/json"]["schema"];
        match exchange.request_json() {
            None if described["required"] == true => vec![exchange.violation("request body", "is required")],
            None => Vec::new(),
            Some(Err(error)) => vec![exchange.violation("request body", format!("is not JSON: {error}"))],
            Some(Ok(value)) if content.is_null() && value != json!({}) => {
                vec![exchange.violation("request body", "the contract has none")]
            }
            Some(Ok(_)) if content.is_null() => Vec::new(),
            Some(Ok(value)) => {
                let shape = self.shape(format!("{} {} request", operation.method, operation.path), content);
                shape.faults(&value).into_iter().map(|f| exchange.violation(format!("request body {}", f.at), f.what)).collect()
            }
        }
    }

    fn answer(&self, exchange: &Exchange, operation: &Operation) -> Vec<Violation> {
        if exchange.status == 304 {
            return Vec::new();
        }
        let responses = &self.described(operation)["responses"];
        let of_status = Some(&responses[exchange.status.to_string()]).filter(|r| !r.is_null());
        let listed = of_status.or_else(|| Some(&responses["default"]).filter(|r| !r.is_null() && exchange.status >= 400));
        let name = format!("{} {} {}", operation.method, operation.path, exchange.status);
        let schema = match listed {
            Some(response) => {
                let content = &follow(&self.document, response)["content"];
                // JSON in a form that the caller chooses (raw, diff) is not described, except that it is JSON.
                &["application/json", "application/scim+json"]
                    .into_iter()
                    .map(|kind| &content[kind])
                    .find(|c| !c.is_null())
                    .unwrap_or(&Value::Null)["schema"]
            }
            None if exchange.status >= 300 => &self.error,
            None => return vec![exchange.violation("answer", "the contract lists no such status")],
        };
        let says_nothing = exchange.answer.is_empty();
        if says_nothing && (schema.is_null() || listed.is_none()) {
            return Vec::new();
        }
        if schema.is_null() && exchange.status < 300 {
            return vec![exchange.violation("answer", "the contract has no body here")];
        }
        if !exchange.answers_json() {
            // A log and an archive are not JSON, and are not described as such.
            let described = schema.is_null() && exchange.status < 400;
            return if described {
                Vec::new()
            } else {
                vec![exchange.violation("answer", format!("is {:?}, not JSON", exchange.content_type))]
            };
        }
        // An operation lists only some of its error statuses.
        let schema = match exchange.status {
            ..300 => schema.clone(),
            _ if schema.is_null() => self.error.clone(),
            _ => json!({ "anyOf": [schema, self.error] }),
        };
        match exchange.answer_json() {
            None => vec![exchange.violation("answer", "is empty")],
            Some(Err(error)) => vec![exchange.violation("answer", format!("is not JSON: {error}"))],
            Some(Ok(value)) => {
                let shape = self.shape(name, &schema);
                shape.faults(&value).into_iter().map(|f| exchange.violation(format!("answer {}", f.at), f.what)).collect()
            }
        }
    }

    fn described(&self, operation: &Operation) -> &Value {
        &self.document["paths"][&operation.path][operation.method.to_lowercase()]
    }

    fn shape(&self, name: String, schema: &Value) -> Arc<Shape> {
        let mut shapes = self.shapes.lock().expect("the shapes' lock is never poisoned");
        shapes.entry(name).or_insert_with(|| Arc::new(Shape::new(&self.document, schema))).clone()
    }
}

/// The parameters of an operation, with those of its path.
fn parameters<'a>(document: &'a Value, path: &str, method: &str) -> impl Iterator<Item = &'a Value> {
    let item = &document["paths"][path];
    let lists = [&item["parameters"], &item[method]["parameters"]];
    lists.into_iter().filter_map(Value::as_array).flatten().map(|p| follow(document, p))
}

/// The text of a parameter, converted to the type in its schema.
fn typed(schema: &Value, text: &str) -> Value {
    let parsed = match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("number") => text.parse::<f64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        Some("array") => Some(text.split(',').map(|part| typed(&schema["items"], part)).collect()),
        _ => None,
    };
    parsed.unwrap_or_else(|| json!(text))
}
