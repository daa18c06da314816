//! Mutations of answers as a vendor may change them: fields and elements are removed, added or null, and enum
//! values are unknown. For property tests of the decoders.

use proptest::prelude::*;
use serde_json::{Value, json};

/// The place, as an index into all places of the value, and the mutation.
pub type Change = (prop::sample::Index, Kind);

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Remove,
    Null,
    NewWord,
    NewField,
}

pub fn changes() -> impl Strategy<Value = Vec<Change>> {
    let kind = prop_oneof![Just(Kind::Remove), Just(Kind::Null), Just(Kind::NewWord), Just(Kind::NewField)];
    prop::collection::vec((any::<prop::sample::Index>(), kind), 1..12)
}

pub fn mutated(mut value: Value, changes: &[Change]) -> Value {
    for (index, kind) in changes {
        let mut places = Vec::new();
        collect(&value, String::new(), &mut places);
        if !places.is_empty() {
            change(&mut value, &places[index.index(places.len())], *kind);
        }
    }
    value
}

/// JSON pointers to every member and element.
pub fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    let mut down = |key: String, inner: &Value| {
        let at = format!("{at}/{key}");
        places.push(at.clone());
        collect(inner, at, places);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, inner)| down(key.clone(), inner)),
        Value::Array(elements) => elements.iter().enumerate().for_each(|(index, inner)| down(index.to_string(), inner)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

pub fn change(value: &mut Value, place: &str, kind: Kind) {
    match kind {
        Kind::Remove => {
            let Some((parent, key)) = place.rsplit_once('/') else { return };
            if let Some(Value::Object(members)) = value.pointer_mut(parent) {
                members.remove(key);
            }
        }
        Kind::Null => {
            if let Some(slot) = value.pointer_mut(place) {
                *slot = Value::Null;
            }
        }
        Kind::NewWord => {
            if let Some(slot @ Value::String(_)) = value.pointer_mut(place) {
                *slot = json!("BRAND_NEW");
            }
        }
        Kind::NewField => {
            if let Some(Value::Object(members)) = value.pointer_mut(place) {
                members.insert("brandNew".to_owned(), json!({ "x": [1, null] }));
            }
        }
    }
}
