//! Lists in which a record that cannot be decoded is dropped without the others.

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

/// Decodes a list. A missing list, or a value that is no list, is None; a record that is null or has another form
/// is None in its place.
pub fn each<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<Vec<Option<T>>>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(items) => Some(items.into_iter().map(one).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => None,
    })
}

fn one<T: DeserializeOwned>(item: Value) -> Option<T> {
    serde_json::from_value::<Option<T>>(item)
        .inspect_err(|error| tracing::info!(kind = ?error.classify(), "a record of a list makes no sense"))
        .ok()
        .flatten()
}

/// An answer whose whole body is such a list.
pub struct Each<T>(pub Option<Vec<Option<T>>>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        each(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_record_that_makes_no_sense_is_lost_alone() {
        let read = |value: Value| serde_json::from_value::<Each<u64>>(value).unwrap().0;
        assert_eq!(read(json!([1, null, "two", { "n": 3 }, 4])), Some(vec![Some(1), None, None, None, Some(4)]));
        assert_eq!((read(json!([])), read(json!(null)), read(json!({}))), (Some(vec![]), None, None));
    }
}
