//! Which config vars differ between two releases. Values are compared and dropped here.

use super::client::Heroku;
use serde::Deserialize;
use slipway_domain::plan::ConfigEffect;
use slipway_vendor::ReadError;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The value of a config var: comparable, not printable.
#[derive(PartialEq, Deserialize)]
#[serde(transparent)]
struct Value(serde_json::Value);

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

type Vars = BTreeMap<String, Value>;

/// What going from `from` to `to` does to each name. Forbidden and NotFound are errors and differ from an empty
/// result: the caller may use the descriptions of the releases instead.
pub(super) async fn difference(heroku: &Heroku, app: &str, from: &str, to: &str) -> Result<Vec<(String, ConfigEffect)>, ReadError> {
    if from == to {
        return Ok(Vec::new());
    }
    let (from, to) = futures::future::try_join(vars(heroku, app, from), vars(heroku, app, to)).await?;
    Ok(compare(&from, &to))
}

/// The names alone, sorted. One request.
pub(super) async fn names(heroku: &Heroku, app: &str, release: &str) -> Result<Vec<String>, ReadError> {
    Ok(vars(heroku, app, release).await?.into_keys().collect())
}

/// Not cached for conditional requests, because values must not stay in memory.
async fn vars(heroku: &Heroku, app: &str, release: &str) -> Result<Vars, ReadError> {
    let mut answer = heroku.get(&["apps", app, "releases", release, "config-vars"]).await.map_err(unreadable)?;
    answer.slot = None;
    answer.decode()
}

/// A token without `read-protected` gets 403 here, some apps 404 (Dev Center, "OAuth scopes").
fn unreadable(error: ReadError) -> ReadError {
    match error {
        ReadError::NotFound(text) => ReadError::Forbidden(text),
        other => other,
    }
}

fn compare(from: &Vars, to: &Vars) -> Vec<(String, ConfigEffect)> {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let effect = |name: &String| match (from.get(name), to.get(name)) {
        (Some(a), Some(b)) if a == b => None,
        (Some(_), Some(_)) => Some(ConfigEffect::Changed),
        (Some(_), None) => Some(ConfigEffect::Removed),
        (None, Some(_)) => Some(ConfigEffect::Restored),
        (None, None) => None,
    };
    names.into_iter().filter_map(|name| Some((name.clone(), effect(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_effects_without_values() {
        let read = |text: &str| serde_json::from_str::<Vars>(text).unwrap();
        let from = read(r#"{"SAME":"1","CHANGED":"canary-old","NEW":"canary-new"}"#);
        let to = read(r#"{"SAME":"1","CHANGED":"canary","OLD":null}"#);
        let found = compare(&from, &to);
        let expected = [("CHANGED", ConfigEffect::Changed), ("NEW", ConfigEffect::Removed), ("OLD", ConfigEffect::Restored)];
        assert_eq!(found, expected.map(|(name, effect)| (name.to_owned(), effect)));
        assert!(!format!("{from:?}").contains("canary"));
    }
}
