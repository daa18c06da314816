//! Heroku's JSON, as far as it is read. Every field may be missing or null.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Release {
    pub(super) id: Option<String>,
    pub(super) version: Option<u64>,
    pub(super) status: Option<String>,
    pub(super) current: Option<bool>,
    pub(super) eligible_for_rollback: Option<bool>,
    pub(super) description: Option<String>,
    pub(super) slug: Option<Named>,
    pub(super) user: Option<User>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) output_stream_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub(super) id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    pub(super) email: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Dyno {
    pub(super) name: Option<String>,
    #[serde(rename = "type")]
    pub(super) process: Option<String>,
    pub(super) state: Option<String>,
    pub(super) release: Option<DynoRelease>,
    pub(super) updated_at: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DynoRelease {
    pub(super) version: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Slug {
    pub(super) commit: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Authorization {
    pub(super) scope: Option<Vec<String>>,
    pub(super) access_token: Option<AccessToken>,
}

/// Not printable: it holds a token.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AccessToken {
    pub(super) token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    pub(super) id: Option<String>,
    pub(super) email: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct App {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) owner: Option<User>,
    pub(super) team: Option<Titled>,
    pub(super) region: Option<Titled>,
    pub(super) build_stack: Option<Titled>,
    pub(super) web_url: Option<String>,
    pub(super) released_at: Option<String>,
}

/// Teams, regions, stacks and pipelines, as far as they are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Titled {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Coupling {
    pub(super) app: Option<Named>,
    pub(super) pipeline: Option<Named>,
    pub(super) stage: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Build {
    pub(super) slug: Option<Named>,
}
