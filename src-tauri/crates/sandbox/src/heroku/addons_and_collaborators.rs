//! The add-ons and the collaborators of an app.

use serde_json::{Value, json};

use super::views::View;

/// One database for every running app: its releases name its plan.
pub(super) fn addons(view: &View<'_>, app: usize) -> Value {
    let a = &view.world.apps[app];
    if a.builds_only {
        return json!([]);
    }
    let id = format!("{}add0000000a1", &a.id[..24]);
    json!([{
        "id": id, "name": format!("postgresql-{}", a.name), "state": "provisioned",
        "actions": [],
        "addon_service": {"id": "6c67493d-8fc2-4cd4-9161-4f1ec11cbe69", "name": "heroku-postgresql"},
        "plan": {"id": "062a1cc7-f79f-404c-9f91-135f70175577", "name": "heroku-postgresql:standard-0"},
        "app": {"id": a.id, "name": a.name}, "billing_entity": {"id": a.id, "name": a.name, "type": "app"},
        "billed_price": {"cents": 5_000, "contract": false, "unit": "month"}, "config_vars": ["DATABASE_URL"],
        "provider_id": id, "provision_message": "", "web_url": format!("https://data.heroku.com/datastores/{id}"),
        "created_at": view.world.stamp(a.created), "updated_at": view.world.stamp(a.created),
    }])
}

pub(super) fn collaborators(view: &View<'_>, app: usize) -> Value {
    let a = &view.world.apps[app];
    let one = |n: usize, email: &str| {
        let mut user = view.user(email);
        user["federated"] = json!(false);
        json!({
            "id": format!("{}c0115000000{n}", &a.id[..24]), "app": {"id": a.id, "name": a.name}, "user": user, "role": "member",
            "permissions": [{"name": "deploy", "description": "Can manage config, deploy, run commands and restart the app."},
                {"name": "view", "description": "Can view the app."}],
            "created_at": view.world.stamp(a.created), "updated_at": view.world.stamp(a.created),
        })
    };
    json!([one(1, &view.world.viewer.email), one(2, "ci@acme.example")])
}
