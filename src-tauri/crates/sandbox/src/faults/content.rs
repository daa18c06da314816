//! Valid answers that are changed: unknown enum values, nulls, and partial GraphQL answers.

use axum::body::Body;
use axum::http::Response;
use serde_json::{Map, Value, json};

use super::body::bytes_of;
use crate::rng::Rng;

/// Fields with a closed set of values.
const VOCABULARIES: [&str; 14] = [
    "status",
    "state",
    "conclusion",
    "mergeable",
    "mergeable_state",
    "mergeStateStatus",
    "reviewDecision",
    "viewerPermission",
    "viewerDefaultMergeMethod",
    "result",
    "type",
    "outcome",
    "lifecycle",
    "author_association",
];

/// Applies `change` to the JSON of an answer; other bodies stay as they are. The ETag of a changed answer is
/// removed, else a later 304 would confirm it.
pub(super) async fn changed(response: Response<Body>, change: impl FnOnce(&mut Value)) -> Response<Body> {
    let (mut parts, bytes) = bytes_of(response).await;
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else { return Response::from_parts(parts, Body::from(bytes)) };
    change(&mut value);
    parts.headers.remove("etag");
    parts.headers.remove("content-length");
    Response::from_parts(parts, Body::from(serde_json::to_vec(&value).unwrap_or_default()))
}

/// Replaces an enum value by an unknown one in the same letter case.
pub(super) fn unknown_values(value: &mut Value, fields: &[String]) {
    let named = |key: &str| if fields.is_empty() { VOCABULARIES.contains(&key) } else { fields.iter().any(|f| f == key) };
    each_member(value, &mut |key, member| {
        if let Value::String(word) = member
            && named(key)
        {
            let shouts = word.chars().any(char::is_uppercase);
            *member = json!(if shouts { "BRAND_NEW" } else { "brand_new" });
        }
    });
}

/// `data` is kept, so that it is still a GraphQL answer.
pub(super) fn nulls(value: &mut Value, fields: &[String], share: f64, draw: u64) {
    let mut rng = Rng::new(draw);
    each_member(value, &mut |key, member| {
        let hit = if fields.is_empty() { key != "data" && rng.chance(share) } else { fields.iter().any(|f| f == key) };
        if hit {
            *member = Value::Null;
        }
    });
}

/// `{}` in the new text is replaced by the old text.
pub(super) fn texts(value: &mut Value, fields: &Map<String, Value>) {
    each_member(value, &mut |key, member| {
        if let (Value::String(old), Some(Value::String(new))) = (&*member, fields.get(key)) {
            *member = json!(new.replace("{}", old));
        }
    });
}

fn each_member(value: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                visit(key, member);
                each_member(member, visit);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| each_member(element, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Puts null at each place that a path names, with an error for it, as in a partial GraphQL answer.
pub(super) fn partial(value: &mut Value, paths: &[String], of_type: &str, message: &str) {
    let mut errors = Vec::new();
    for path in paths {
        let parts: Vec<&str> = path.split('.').collect();
        if let Some(data) = value.get_mut("data") {
            spoil(data, &parts, &mut Vec::new(), &mut |place| {
                errors.push(json!({"type": of_type, "path": place, "locations": [{"line": 1, "column": 1}], "message": message}));
            });
        }
    }
    if let (Value::Object(answer), false) = (&mut *value, errors.is_empty()) {
        match answer.get_mut("errors").and_then(Value::as_array_mut) {
            Some(known) => known.extend(errors),
            None => drop(answer.insert("errors".into(), Value::Array(errors))),
        }
    }
}

fn spoil(value: &mut Value, parts: &[&str], place: &mut Vec<Value>, note: &mut impl FnMut(Vec<Value>)) {
    let Some((part, rest)) = parts.split_first() else {
        if !value.is_null() {
            *value = Value::Null;
            note(place.clone());
        }
        return;
    };
    let mut step = |key: Value, inner: &mut Value| {
        place.push(key);
        spoil(inner, rest, place, note);
        place.pop();
    };
    match value {
        Value::Array(elements) if *part == "*" => elements.iter_mut().enumerate().for_each(|(n, inner)| step(json!(n), inner)),
        Value::Array(elements) => {
            let at = part.parse::<usize>().ok();
            if let Some((n, inner)) = at.and_then(|n| Some((n, elements.get_mut(n)?))) {
                step(json!(n), inner);
            }
        }
        Value::Object(members) if *part == "*" => keyed(members, &mut step),
        Value::Object(members) => {
            if let Some(inner) = members.get_mut(*part) {
                step(json!(part), inner);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn keyed(members: &mut Map<String, Value>, step: &mut impl FnMut(Value, &mut Value)) {
    members.iter_mut().for_each(|(key, inner)| step(json!(key), inner));
}
