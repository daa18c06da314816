//! The difference between two JSON objects of one type. Lists whose elements have an identity are
//! compared by it, so that an element that moves or changes does not send the others again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Fields that hold lists, and the field by which their elements are known.
const IDENTITIES: [(&str, &str); 9] = [
    ("pull_requests", "number"),
    ("main", "sha"),
    ("pipelines", "id"),
    ("jobs", "id"),
    ("workflows", "id"),
    ("environments", "name"),
    ("releases", "id"),
    ("alerts", "id"),
    ("actions", "id"),
];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(
    type = "{ set?: { [name in string]: unknown }, within?: { [name in string]: ObjectChange }, lists?: { [name in string]: ListChange } }"
)]
pub struct ObjectChange {
    /// Fields that have another value, with the whole of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Fields that hold an object of which a part differs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub within: BTreeMap<String, ObjectChange>,
    /// Fields that hold a list whose elements have an identity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, ListChange>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ListChange {
    /// The field by which elements are known.
    pub by: String,
    /// Every element in its place, by its identity; None where it is as before. What is not here is gone.
    #[ts(type = "Array<unknown> | null")]
    pub order: Option<Vec<Value>>,
    /// New elements, whole.
    #[ts(type = "Array<unknown>")]
    pub added: Vec<Value>,
    /// Elements of which a part differs: identity and change.
    #[ts(type = "Array<[unknown, ObjectChange]>")]
    pub changed: Vec<(Value, ObjectChange)>,
}

impl ObjectChange {
    /// None where they have not the same fields: then only the whole tells the difference.
    pub fn between(before: &Map<String, Value>, after: &Map<String, Value>) -> Option<Self> {
        if before.len() != after.len() {
            return None;
        }
        let mut change = Self::default();
        for (name, next) in after {
            let known = before.get(name)?;
            if known != next {
                change.add(name, known, next);
            }
        }
        Some(change)
    }

    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.within.is_empty() && self.lists.is_empty()
    }

    fn add(&mut self, name: &str, known: &Value, next: &Value) {
        match (known, next) {
            (Value::Object(known), Value::Object(next)) => {
                if let Some(change) = Self::between(known, next) {
                    self.within.insert(name.to_owned(), change);
                    return;
                }
            }
            (Value::Array(known), Value::Array(next)) => {
                if let Some(change) = ListChange::between(name, known, next) {
                    self.lists.insert(name.to_owned(), change);
                    return;
                }
            }
            _ => {}
        }
        self.set.insert(name.to_owned(), next.clone());
    }
}

impl ListChange {
    /// None where elements have no identity, or two have the same.
    fn between(field: &str, known: &[Value], next: &[Value]) -> Option<Self> {
        let (_, by) = IDENTITIES.iter().find(|(name, _)| *name == field)?;
        let (before, after) = (identified(known, by)?, identified(next, by)?);
        let order: Vec<Value> = after.iter().map(|(id, _)| (*id).clone()).collect();
        let is_moved = before.iter().map(|(id, _)| *id).ne(after.iter().map(|(id, _)| *id));
        let places: BTreeMap<String, &Map<String, Value>> = before.iter().map(|(id, element)| (id.to_string(), *element)).collect();
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for (id, element) in after {
            match places.get(&id.to_string()).map(|known| (ObjectChange::between(known, element), *known == element)) {
                Some((_, true)) => {}
                Some((Some(change), false)) => changed.push((id.clone(), change)),
                Some((None, false)) | None => added.push(Value::Object(element.clone())),
            }
        }
        Some(Self { by: (*by).to_owned(), order: is_moved.then_some(order), added, changed })
    }
}

/// Each element with its identity. None where one has none, or two have the same.
fn identified<'a>(list: &'a [Value], by: &str) -> Option<Vec<(&'a Value, &'a Map<String, Value>)>> {
    let found: Vec<_> = list.iter().map(|element| Some((element.get(by)?, element.as_object()?))).collect::<Option<_>>()?;
    let ids: std::collections::BTreeSet<String> = found.iter().map(|(id, _)| id.to_string()).collect();
    (ids.len() == found.len()).then_some(found)
}
