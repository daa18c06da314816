use super::lost;
use serde_json::{Value, json};

/// A document that uses every feature of the schemas.
fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "at": { "type": ["string", "null"], "format": "date-time" },
            "count": { "type": "integer", "minimum": 0 },
            "health": { "$ref": "#/$defs/Health" },
            "worst": { "anyOf": [{ "$ref": "#/$defs/Health" }, { "type": "null" }] },
            "cause": { "$ref": "#/$defs/Cause" },
            "seconds": { "type": "object", "additionalProperties": { "type": "number" } },
            "releases": { "type": "array", "items": { "$ref": "#/$defs/Release" } },
            "note": { "type": "string" },
        },
        "required": ["name", "at", "count", "health", "worst", "cause", "seconds", "releases"],
        "$defs": {
            "Health": { "type": "string", "enum": ["healthy", "down"] },
            "Release": { "type": "object", "properties": { "version": { "type": "integer" } }, "required": ["version"] },
            "Cause": { "oneOf": [
                { "type": "object", "properties": { "cause": { "type": "string", "const": "deploy" } }, "required": ["cause"] },
                { "type": "object", "properties": { "cause": { "type": "string", "const": "rollback" }, "to": { "type": "integer" } },
                    "required": ["cause", "to"] },
            ] },
        },
    })
}

fn changed(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut later = schema();
    change(&mut later);
    lost(&schema(), &later)
}

#[track_caller]
fn is_lost(expected: &str, change: impl FnOnce(&mut Value)) {
    let lost = changed(change);
    assert!(lost.iter().any(|line| line == expected), "{lost:?}");
}

#[track_caller]
fn is_kept(change: impl FnOnce(&mut Value)) {
    assert_eq!(changed(change), Vec::<String>::new());
}

fn remove(object: &mut Value, name: &str) -> Value {
    object.as_object_mut().and_then(|members| members.remove(name)).expect("a member")
}

fn push(list: &mut Value, value: Value) {
    list.as_array_mut().expect("a list").push(value);
}

#[test]
fn additions_are_kept() {
    is_kept(|_| {});
    is_kept(|s| s["properties"]["more"] = json!({ "type": ["string", "null"] }));
    is_kept(|s| s["$defs"]["Release"]["properties"]["mark"] = json!({ "$ref": "#/$defs/Health" }));
    is_kept(|s| push(&mut s["$defs"]["Health"]["enum"], json!("restarting")));
    is_kept(|s| push(&mut s["required"], json!("note")));
    is_kept(|s| {
        let variant =
            json!({ "type": "object", "properties": { "cause": { "type": "string", "const": "config" } }, "required": ["cause"] });
        push(&mut s["$defs"]["Cause"]["oneOf"], variant);
    });
}

#[test]
fn what_was_null_at_times_may_always_be_there() {
    is_kept(|s| s["properties"]["at"]["type"] = json!("string"));
}

#[test]
fn names_of_definitions_do_not_count() {
    is_kept(|s| {
        let health = remove(&mut s["$defs"], "Health");
        s["$defs"]["State"] = health;
        s["properties"]["health"]["$ref"] = json!("#/$defs/State");
        s["properties"]["worst"]["anyOf"][0]["$ref"] = json!("#/$defs/State");
    });
}

#[test]
fn a_renamed_property_is_lost() {
    is_lost("name is gone", |s| {
        let name = remove(&mut s["properties"], "name");
        s["properties"]["title"] = name;
    });
    is_lost("releases.*.version is gone", |s| drop(remove(&mut s["$defs"]["Release"]["properties"], "version")));
}

#[test]
fn a_removed_word_is_lost() {
    is_lost("worst lost the word \"down\"", |s| s["$defs"]["Health"]["enum"] = json!(["healthy", "restarting"]));
    is_lost("cause is no object with cause \"deploy\" any more", |s| {
        drop(s["$defs"]["Cause"]["oneOf"].as_array_mut().map(|variants| variants.remove(0)));
    });
}

#[test]
fn another_type_is_lost() {
    is_lost("count is no integer any more", |s| s["properties"]["count"]["type"] = json!("string"));
    is_lost("count may be string now", |s| s["properties"]["count"]["type"] = json!(["integer", "string"]));
    is_lost("seconds.* is no number any more", |s| s["properties"]["seconds"]["additionalProperties"]["type"] = json!("integer"));
    is_lost("at had format \"date-time\", has nothing", |s| drop(remove(&mut s["properties"]["at"], "format")));
    is_lost("count had minimum 0, has nothing", |s| drop(remove(&mut s["properties"]["count"], "minimum")));
    is_lost("health has closed words in one of the two only", |s| drop(remove(&mut s["$defs"]["Health"], "enum")));
    is_lost("cause.to is no integer any more", |s| s["$defs"]["Cause"]["oneOf"][1]["properties"]["to"]["type"] = json!("string"));
}

#[test]
fn what_may_be_null_or_absent_now_is_lost() {
    is_lost("name may be null now", |s| s["properties"]["name"]["type"] = json!(["string", "null"]));
    is_lost("name may be null now", |s| s["properties"]["name"] = json!(true));
    is_lost("the document need not have any more \"name\"", |s| s["required"] = json!([]));
}

#[test]
fn what_has_no_rule_is_said() {
    is_lost("name uses pattern, for which there is no rule here", |s| s["properties"]["name"]["pattern"] = json!("v.*"));
    let endless = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "type": "array", "items": { "$ref": "#/$defs/A" } } } });
    let lost = lost(&endless, &endless);
    assert!(lost.iter().all(|line| line.ends_with("is nested too deeply to be compared")) && lost.len() == 1, "{lost:?}");
}

#[test]
fn the_places_of_a_tuple_are_compared() {
    let pair = |second: &str, least: u64| json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": second }], "minItems": least, "maxItems": 2 });
    assert_eq!(lost(&pair("integer", 2), &pair("integer", 2)), Vec::<String>::new());
    assert_eq!(lost(&pair("integer", 2), &pair("string", 2)), ["1 is no integer any more", "1 may be string now"]);
    assert_eq!(lost(&pair("integer", 2), &pair("integer", 1)), ["the document had minItems 2, has 1"]);
}
