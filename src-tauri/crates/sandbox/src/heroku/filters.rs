//! `POST /filters/apps`: several apps by their ids.

use serde_json::{Value, json};

use super::answers::error;
use super::pagination;
use super::views::View;
use crate::http::{Call, Reply};

/// In the form of a team's app, which has fewer members than an app.
fn of_team(mut app: Value) -> Value {
    if let Value::Object(members) = &mut app {
        ["acm", "generation", "organization"].iter().for_each(|name| drop(members.remove(*name)));
    }
    app["team"] = json!({"name": app["team"]["name"]});
    app
}

pub(super) fn apps(view: &View<'_>, call: &Call) -> Reply {
    let Some(body) = call.json() else { return error(400, "bad_request", "Unable to parse the JSON request.") };
    let ids = &body["in"]["id"];
    let wanted: Vec<&str> = match ids {
        Value::Null => Vec::new(),
        Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            return error(422, "invalid_params", "in.id must be an array of ids.");
        }
    };
    let world = view.world;
    let mut apps: Vec<usize> = (0..world.apps.len()).filter(|app| wanted.contains(&&*world.apps[*app].id)).collect();
    apps.sort_by_key(|app| &world.apps[*app].id);
    pagination::page(call, "id", apps, |app| json!(world.apps[*app].id), |app| of_team(view.app(*app)))
}
