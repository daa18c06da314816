//! Makes a schema strict: members that it does not name are forbidden.
//!
//! The vendors use three dialects (OpenAPI 3.0 twice, draft 4 once). A schema is rewritten to draft 2020-12 with
//! everything that it refers to, and every object schema with declared members gets `unevaluatedProperties: false`,
//! which also covers compositions.

use std::collections::{HashMap, VecDeque};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::paths::follow;

pub(crate) struct Shape {
    validator: Validator,
}

/// A place in a value, as a JSON pointer, and the error there.
pub(crate) struct Fault {
    pub(crate) at: String,
    pub(crate) what: String,
    unexplained: bool,
}

impl Fault {
    pub(crate) fn new(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into(), unexplained: false }
    }
}

impl Shape {
    /// `schema` is a part of `document`, into which its references lead.
    pub(crate) fn new(document: &Value, schema: &Value) -> Self {
        let mut strict = Strict { document, numbers: HashMap::new(), waiting: VecDeque::new() };
        let mut root = strict.place(schema);
        let mut definitions = Map::new();
        while let Some((number, pointer)) = strict.waiting.pop_front() {
            let target = document.pointer(&pointer).unwrap_or_else(|| panic!("the contract refers to {pointer}, which it lacks"));
            let target = strict.part(target);
            definitions.insert(number.to_string(), target);
        }
        if let Value::Object(root) = &mut root {
            root.insert("$defs".into(), Value::Object(definitions));
        }
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let validator = options.build(&root).unwrap_or_else(|error| panic!("a contract's schema cannot be used: {error}"));
        Self { validator }
    }

    pub(crate) fn faults(&self, value: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        for error in self.validator.iter_errors(value) {
            tell(&error, &mut faults);
        }
        // After an inner error the members around it count as unevaluated; only the inner one is reported.
        let failing: Vec<String> = faults.iter().filter(|f| !f.unexplained).map(|f| f.at.clone()).collect();
        faults.retain(|f| !f.unexplained || !failing.iter().any(|at| at.starts_with(&f.at)));
        faults.truncate(200);
        faults
    }
}

/// Of alternatives the one with the fewest errors is reported.
fn tell(error: &ValidationError<'_>, faults: &mut Vec<Fault>) {
    if let ValidationErrorKind::AnyOf { context } = error.kind()
        && let Some(nearest) = context.iter().filter(|branch| !is_null_branch(branch)).min_by_key(|branch| branch.len())
    {
        nearest.iter().for_each(|error| tell(error, faults));
        return;
    }
    let mut what = error.to_string();
    if what.len() > 300 {
        what = format!("{}…", what.chars().take(300).collect::<String>());
    }
    let unexplained = matches!(error.kind(), ValidationErrorKind::UnevaluatedProperties { .. });
    faults.push(Fault { at: error.instance_path().to_string(), what, unexplained });
}

fn is_null_branch(errors: &[ValidationError<'_>]) -> bool {
    matches!(errors, [one] if matches!(one.kind(), ValidationErrorKind::Type { .. }) && one.to_string().contains("\"null\""))
}

struct Strict<'a> {
    document: &'a Value,
    numbers: HashMap<String, usize>,
    waiting: VecDeque<(usize, String)>,
}

impl Strict<'_> {
    /// Converts the schema of a separate value: a member, an element, a whole body.
    fn place(&mut self, schema: &Value) -> Value {
        let mut out = self.part(schema);
        if declares(self.document, schema, 0)
            && let Value::Object(members) = &mut out
        {
            members.insert("unevaluatedProperties".into(), Value::Bool(false));
        }
        out
    }

    /// Converts a schema that may be one of several for the same value.
    fn part(&mut self, schema: &Value) -> Value {
        let Value::Object(members) = schema else { return schema.clone() };
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            return json!({ "$ref": self.reference(reference) });
        }
        let is_null = |name: &str| members.get(name) == Some(&Value::Bool(true));
        let nullable = is_null("nullable") || is_null("x-nullable");
        let mut out = Map::new();
        for (keyword, value) in members {
            self.keyword(keyword, value, &mut out);
        }
        if !nullable {
            return Value::Object(out);
        }
        json!({ "anyOf": [{ "type": "null" }, out] })
    }

    fn keyword(&mut self, keyword: &str, value: &Value, out: &mut Map<String, Value>) {
        let value = match (keyword, value) {
            ("properties" | "patternProperties", Value::Object(of)) => of.iter().map(|(name, of)| (name.clone(), self.place(of))).collect(),
            ("items" | "additionalProperties" | "not", of) => self.place(of),
            ("allOf" | "anyOf" | "oneOf", Value::Array(of)) => of.iter().map(|of| self.part(of)).collect(),
            // A boolean in the older drafts.
            ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => return,
            (
                "type" | "enum" | "required" | "format" | "pattern" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum"
                | "minLength" | "maxLength" | "minItems" | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" | "multipleOf",
                of,
            ) => of.clone(),
            _ => return,
        };
        // The alternatives in the vendors' `oneOf` overlap: their own examples match two of them.
        let keyword = if keyword == "oneOf" { "anyOf" } else { keyword };
        out.insert(keyword.into(), value);
    }

    fn reference(&mut self, to: &str) -> String {
        let pointer = to.strip_prefix('#').unwrap_or_else(|| panic!("{to} leads out of the contract")).to_owned();
        let next = self.numbers.len();
        let number = *self.numbers.entry(pointer.clone()).or_insert(next);
        if number == next {
            self.waiting.push_back((number, pointer));
        }
        format!("#/$defs/{number}")
    }
}

/// Whether the schema names members, itself or in its parts.
fn declares(document: &Value, schema: &Value, depth: usize) -> bool {
    let schema = follow(document, schema);
    let of =
        |keyword: &str| schema[keyword].as_array().is_some_and(|all| depth < 8 && all.iter().any(|s| declares(document, s, depth + 1)));
    schema["properties"].as_object().is_some_and(|p| !p.is_empty()) || of("allOf") || of("anyOf") || of("oneOf")
}
