//! Checks GraphQL requests against the published schema.

use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, request};
use serde_json::{Map, Value};

use crate::exchange::{Exchange, Violation};
use crate::graphql_answer::Reading;
use crate::strict_schema::Shape;

pub(crate) struct GraphQl {
    schema: Valid<Schema>,
    envelope: Shape,
    /// GitHub's error in REST's form, of a 401 or a 403.
    refusal: Shape,
}

impl GraphQl {
    pub(crate) fn new(schema: &str) -> Self {
        // GitHub's file is not valid SDL in every detail; what could be parsed of it is used.
        let schema = Schema::parse(schema, "github.graphql").unwrap_or_else(|error| error.partial);
        assert!(schema.types.len() > 1000, "GitHub's GraphQL schema was not read");
        Self { schema: Valid::assume_valid(schema), envelope: envelope(), refusal: refusal() }
    }

    pub(crate) fn operation(&self, exchange: &Exchange) -> Option<String> {
        let body = exchange.request_json()?.ok()?;
        let document = ExecutableDocument::parse(&self.schema, body["query"].as_str()?, "query.graphql").ok()?;
        let operation = document.operations.get(body["operationName"].as_str()).ok()?;
        let name = operation.name.as_ref().map_or("(nameless)", |name| name.as_str());
        Some(format!("{} {name}", operation.operation_type))
    }

    pub(crate) fn check_document(&self, document: &str) -> Vec<String> {
        match ExecutableDocument::parse_and_validate(&self.schema, document, "queries.graphql") {
            Ok(_) => Vec::new(),
            Err(invalid) => invalid.errors.iter().map(|error| error.to_string()).collect(),
        }
    }

    pub(crate) fn check(&self, exchange: &Exchange) -> Vec<Violation> {
        let body = match exchange.request_json() {
            Some(Ok(Value::Object(body))) if exchange.method == "POST" => body,
            _ => return vec![exchange.violation("request body", "is not a GraphQL request")],
        };
        let mut violations = Vec::new();
        for name in body.keys().filter(|name| !["query", "variables", "operationName"].contains(&name.as_str())) {
            violations.push(exchange.violation(format!("request body /{name}"), "is no member of a GraphQL request"));
        }
        let query = body.get("query").and_then(Value::as_str).unwrap_or_default();
        match ExecutableDocument::parse_and_validate(&self.schema, query, "query.graphql") {
            Err(invalid) => violations.extend(invalid.errors.iter().map(|e| exchange.violation("query", e.error.to_string()))),
            Ok(document) => violations.extend(self.asked(exchange, &body, &document)),
        }
        violations
    }

    /// Checks a valid document: its variables, and the answer to it.
    fn asked(&self, exchange: &Exchange, body: &Map<String, Value>, document: &Valid<ExecutableDocument>) -> Vec<Violation> {
        let operation = match document.operations.get(body.get("operationName").and_then(Value::as_str)) {
            Ok(operation) => operation,
            Err(error) => return vec![exchange.violation("request body /operationName", format!("{error:?}"))],
        };
        let mut violations = Vec::new();
        let variables = body.get("variables").cloned().filter(|v| !v.is_null()).unwrap_or_else(|| Value::Object(Map::new()));
        for name in variables.as_object().into_iter().flat_map(Map::keys) {
            if !operation.variables.iter().any(|v| v.name.as_str() == name) {
                violations.push(exchange.violation(format!("request body /variables/{name}"), "is not declared by the query"));
            }
        }
        match serde_json::from_value::<JsonMap>(variables) {
            Ok(values) => {
                if let Err(error) = request::coerce_variable_values(&self.schema, operation, &values) {
                    violations.push(exchange.violation("request body /variables", error.message().to_string()));
                }
            }
            Err(error) => violations.push(exchange.violation("request body /variables", error.to_string())),
        }
        let answer = match exchange.answer_json() {
            Some(Ok(answer)) => answer,
            _ => return [violations, vec![exchange.violation("answer", "is not JSON")]].concat(),
        };
        let shape = if exchange.status == 200 { &self.envelope } else { &self.refusal };
        violations.extend(shape.faults(&answer).into_iter().map(|f| exchange.violation(format!("answer {}", f.at), f.what)));
        if let Some(data) = answer.get("data").filter(|data| !data.is_null()) {
            let reading = Reading { schema: &self.schema, fragments: &document.fragments };
            let faults = reading.faults(&operation.selection_set, data);
            violations.extend(faults.into_iter().take(20).map(|f| exchange.violation(format!("answer /data{}", f.at), f.what)));
        }
        violations
    }
}

fn envelope() -> Shape {
    let path = serde_json::json!({ "type": "array", "items": { "type": ["string", "integer"] } });
    let error = serde_json::json!({
        "type": "object", "required": ["message"],
        "properties": {
            "message": { "type": "string" }, "type": { "type": "string" }, "path": path,
            "locations": { "type": "array", "items": {
                "type": "object", "required": ["line", "column"],
                "properties": { "line": { "type": "integer" }, "column": { "type": "integer" } },
            } },
            "extensions": { "type": "object", "additionalProperties": true },
        },
    });
    let whole = serde_json::json!({
        "type": "object", "minProperties": 1,
        "properties": {
            "data": { "type": ["object", "null"] }, "errors": { "type": "array", "minItems": 1, "items": error },
            "extensions": { "type": "object", "additionalProperties": true },
        },
    });
    Shape::new(&Value::Null, &whole)
}

fn refusal() -> Shape {
    let text = serde_json::json!({ "type": "string" });
    let whole = serde_json::json!({
        "type": "object", "required": ["message"],
        "properties": { "message": text, "documentation_url": text, "status": text },
    });
    Shape::new(&Value::Null, &whole)
}
