//! What a GraphQL document requests and the sandbox's schema does not have: either GitHub does not have it either
//! and its error is returned, or it is not simulated.

use serde_json::{Value, json};

use crate::operations::graphql_has;

/// The errors in GitHub's words, or the names of what GitHub has and the sandbox does not. Errors that only the
/// sandbox's validation reports are dropped, so the result may be empty. If anything is unknown to GitHub too, only
/// those errors are returned, as by GitHub.
pub(super) fn told(errors: Vec<Value>) -> Result<Vec<Value>, Vec<String>> {
    let (mut wrong, mut follows, mut not_simulated) = (Vec::new(), Vec::new(), Vec::new());
    for error in errors {
        let message = error["message"].as_str().unwrap_or_default();
        if is_about_null_alone(message) {
            continue;
        }
        match missing(message) {
            Some(name) => not_simulated.push(name),
            None if follows_from_others(message) => follows.push(error),
            None => wrong.push(worded(error)),
        }
    }
    if not_simulated.is_empty() {
        wrong.append(&mut follows);
    }
    if wrong.is_empty() && !not_simulated.is_empty() {
        not_simulated.sort_unstable();
        not_simulated.dedup();
        return Err(not_simulated);
    }
    Ok(wrong)
}

/// GitHub accepts `... on User { name }` beside `... on Team { name }` though only one of them may be null.
fn is_about_null_alone(message: &str) -> bool {
    let Some((_, types)) = message.split_once("they return conflicting types ") else { return false };
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '[' | ']' | '_')).collect::<String>();
    let types = types.split(". Use different").next().unwrap_or_default();
    types.split_once(" and ").is_some_and(|(one, other)| bare(one) == bare(other))
}

/// Errors that follow once an unknown field and everything below it are removed from a document.
fn follows_from_others(message: &str) -> bool {
    message.ends_with(" is never used.") || message.contains(" must have a selection of subfields")
}

/// The texts in quotation marks.
fn quoted(message: &str) -> Vec<&str> {
    message.split('"').skip(1).step_by(2).collect()
}

/// `PullRequest.editor`, `PullRequest.files(orderBy)`, `Discussion`: what GitHub has and the sandbox does not.
fn missing(message: &str) -> Option<String> {
    let names = quoted(message);
    if message.starts_with("Cannot query field ")
        && let [field, kind, ..] = names[..]
    {
        return graphql_has(kind, Some(field), None).then(|| format!("{kind}.{field}"));
    }
    if message.starts_with("Unknown type ")
        && let [kind, ..] = names[..]
    {
        return graphql_has(kind, None, None).then(|| kind.to_owned());
    }
    if message.starts_with("Unknown argument ")
        && let [argument, place, ..] = names[..]
    {
        let (kind, field) = place.split_once('.')?;
        return graphql_has(kind, Some(field), Some(argument)).then(|| format!("{kind}.{field}({argument})"));
    }
    let (member, kind) = match names[..] {
        [member, kind, ..] if message.starts_with("Field ") && message.contains("is not defined by type") => (member, kind),
        [member, kind, ..] if message.starts_with("Value ") && message.contains("does not exist in") => (member, kind),
        _ => return None,
    };
    graphql_has(kind, Some(member), None).then(|| format!("{kind}.{member}"))
}

fn worded(mut error: Value) -> Value {
    let message = error["message"].as_str().unwrap_or_default().to_owned();
    if message.starts_with("Cannot query field ")
        && let [field, kind, ..] = quoted(&message)[..]
    {
        error["message"] = json!(format!("Field '{field}' doesn't exist on type '{kind}'"));
        error["path"] = json!([kind, field]);
        error["extensions"] = json!({"code": "undefinedField", "typeName": kind, "fieldName": field});
    }
    error
}
