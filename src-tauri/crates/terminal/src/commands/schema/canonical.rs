//! The canonical form of a committed schema: without details that can change while the documents do not.

use serde_json::{Map, Value, json};

/// Removes descriptions, defaults and number widths, which come from Rust; and uses one form for closed lists of
/// values, whether or not each has a description.
pub(super) fn plain(schema: Value, title: &str) -> Value {
    let mut schema = simplified(schema);
    schema["title"] = json!(title);
    schema
}

fn simplified(schema: Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(key, value)| is_kept(key, value));
            words(kept.map(|(key, value)| (key.clone(), below(&key, value))).collect())
        }
        other => other,
    }
}

fn is_kept(key: &str, value: &Value) -> bool {
    match key {
        "title" | "description" | "default" | "maximum" => false,
        "format" => value == "date-time",
        _ => true,
    }
}

/// Names of properties and definitions are not keywords.
fn below(key: &str, value: Value) -> Value {
    match (key, value) {
        ("properties" | "$defs", Value::Object(named)) => named.into_iter().map(|(name, schema)| (name, simplified(schema))).collect(),
        ("const" | "enum" | "required", value) => value,
        (_, Value::Array(schemas)) => schemas.into_iter().map(simplified).collect(),
        (_, value) => simplified(value),
    }
}

/// `oneOf` with single values becomes an `enum`.
fn words(mut schema: Map<String, Value>) -> Value {
    let Some(alternatives) = schema.get("oneOf").and_then(Value::as_array) else { return Value::Object(schema) };
    let Some(words) = alternatives.iter().map(words_of).collect::<Option<Vec<_>>>() else { return Value::Object(schema) };
    let words = words.concat();
    schema.remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), json!(words));
    Value::Object(schema)
}

fn words_of(schema: &Value) -> Option<Vec<Value>> {
    if schema["type"] != "string" {
        return None;
    }
    schema["enum"].as_array().cloned().or_else(|| schema.get("const").map(|word| vec![word.clone()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_change_nothing() {
        let commented = json!({
            "description": "How it fares.",
            "oneOf": [{ "type": "string", "enum": ["up"] }, { "description": "It crashed.", "type": "string", "const": "down" }],
        });
        assert_eq!(plain(commented, "t"), plain(json!({ "type": "string", "enum": ["up", "down"] }), "t"));
    }

    #[test]
    fn names_of_properties_are_no_keywords() {
        let schema = json!({ "type": "object", "properties": { "title": { "type": "string" }, "default": { "type": "integer", "format": "uint64" } } });
        let expected =
            json!({ "type": "object", "properties": { "title": { "type": "string" }, "default": { "type": "integer" } }, "title": "t" });
        assert_eq!(plain(schema, "t"), expected);
    }
}
