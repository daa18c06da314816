//! `/apps/{app}/formation`: the process types, and how many dynos of each should run.

use serde_json::{Value, json};

use super::answers::error;
use super::views::View;
use crate::http::{Call, Reply, Vendor};
use crate::state::Shared;
use crate::world::World;

pub(super) fn read(view: &View<'_>, app: usize, which: &[&str]) -> Reply {
    match which {
        [] => Reply::json(200, &all(view, app)),
        [name] => match find(view.world, app, name) {
            Some(index) => Reply::json(200, &view.process_type(app, index)),
            None => unknown(),
        },
        _ => error(404, "not_found", "The requested API endpoint was not found."),
    }
}

/// Changes one process type, or several with `updates`. Nothing is changed if one of them is invalid.
pub(super) fn change(shared: &Shared, world: &mut World, call: &Call, app: usize, which: &[&str]) -> Reply {
    let Some(body) = call.json() else { return error(400, "bad_request", "Unable to parse the JSON request.") };
    let wanted: Vec<(Option<&str>, &Value)> = match (which, body["updates"].as_array()) {
        ([name], _) => vec![(Some(*name), &body)],
        ([], Some(updates)) => updates.iter().map(|update| (update["type"].as_str(), update)).collect(),
        ([], None) => return error(422, "invalid_params", "Require params: updates."),
        _ => return error(404, "not_found", "The requested API endpoint was not found."),
    };
    let mut changes = Vec::new();
    for (name, update) in wanted {
        let Some(name) = name else { return error(422, "invalid_params", "Require params: type.") };
        let Some(index) = find(world, app, name) else { return unknown() };
        match (&update["quantity"], update["quantity"].as_u64()) {
            (Value::Null, _) => {}
            (_, Some(quantity)) => changes.push((index, quantity)),
            (_, None) => return error(422, "invalid_params", "Invalid quantity."),
        }
    }
    for (index, quantity) in changes {
        world.scale(app, index, quantity);
    }
    let view = View { world, url: shared.url(Vendor::Heroku) };
    let changed = match which {
        [name] => find(view.world, app, name).map_or(Value::Null, |index| view.process_type(app, index)),
        _ => all(&view, app),
    };
    Reply::json(200, &changed).applying(call)
}

fn all(view: &View<'_>, app: usize) -> Value {
    json!((0..view.world.apps[app].formation.len()).map(|index| view.process_type(app, index)).collect::<Vec<_>>())
}

/// Finds a process type by its id or its name.
fn find(world: &World, app: usize, name: &str) -> Option<usize> {
    let a = &world.apps[app];
    let of = |index: usize| format!("{}{index:012x}", &a.id[..24]);
    (0..a.formation.len()).find(|index| a.formation[*index].0 == name || of(*index) == name)
}

fn unknown() -> Reply {
    error(404, "not_found", "Couldn't find that process type.")
}
