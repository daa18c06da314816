//! GitHub's users in REST's form.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::commit::Person;

/// The id of an account.
pub(crate) fn user_id(login: &str) -> i64 {
    login.bytes().map(i64::from).sum::<i64>() + 10_000
}

pub(crate) fn user(login: &str, url: &str) -> Value {
    let kind = if login.ends_with("-approver") || login.ends_with("[bot]") { "Bot" } else { "User" };
    let own = format!("{url}/users/{login}");
    json!({
        "login": login, "id": user_id(login), "node_id": format!("U_{login}"),
        "avatar_url": format!("{url}/avatars/{login}"), "gravatar_id": "", "url": own, "html_url": format!("{url}/{login}"),
        "followers_url": format!("{own}/followers"), "following_url": format!("{own}/following{{/other_user}}"),
        "gists_url": format!("{own}/gists{{/gist_id}}"), "starred_url": format!("{own}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{own}/subscriptions"), "organizations_url": format!("{own}/orgs"), "repos_url": format!("{own}/repos"),
        "events_url": format!("{own}/events{{/privacy}}"), "received_events_url": format!("{own}/received_events"),
        "type": kind, "site_admin": false,
    })
}

/// Null for a person without a GitHub account.
pub(crate) fn person(person: &Person, url: &str) -> Value {
    person.login.as_ref().map_or(Value::Null, |login| user(login, url))
}

/// The user of the token: `GET /user`.
pub(crate) fn viewer(world: &World, url: &str) -> Value {
    let viewer = &world.viewer;
    let mut own = user(viewer.login.as_deref().unwrap_or("ghost"), url);
    let private = json!({
        "name": viewer.name, "company": null, "blog": "", "location": null, "email": viewer.email, "hireable": null, "bio": null,
        "twitter_username": null, "public_repos": 0, "public_gists": 0, "followers": 12, "following": 9,
        "created_at": "2019-05-06T08:00:00Z", "updated_at": "2026-10-01T08:00:00Z", "private_gists": 0, "total_private_repos": 0,
        "owned_private_repos": 0, "disk_usage": 0, "collaborators": 0, "two_factor_authentication": true, "user_view_type": "private",
    });
    merged(&mut own, private);
    own
}

/// `into` with the members of `more`.
pub(crate) fn merged(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
