//! The parts of Heroku's JSON that are read. Every field may be missing or null.

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
    pub(super) artifacts: Option<Vec<Option<Artifact>>>,
    pub(super) addon_plan_names: Option<Vec<Option<String>>>,
    pub(super) user: Option<User>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) output_stream_url: Option<String>,
    pub(super) app: Option<App>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub(super) id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Artifact {
    pub(super) id: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
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
    pub(super) attach_url: Option<String>,
    pub(super) release: Option<DynoRelease>,
    pub(super) updated_at: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Formation {
    #[serde(rename = "type")]
    pub(super) process: Option<String>,
    pub(super) quantity: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DynoRelease {
    pub(super) version: Option<u64>,
}

/// Used for images too: both report the commit they were built from.
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

macro_rules! lenient {
    ($($name:ident { $($field:ident: $type:ty),+ $(,)? })+) => { $(
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        pub(super) struct $name { $(pub(super) $field: Option<$type>),+ }
    )+ };
}

lenient! {
    App {
        id: String,
        name: String,
        maintenance: bool,
        owner: User,
        team: Titled,
        region: Titled,
        build_stack: Titled,
        web_url: String,
        released_at: String,
        generation: Titled,
    }
    LogSession { logplex_url: String }
    Titled { id: String, name: String }
    Feature { enabled: bool }
    Coupling { app: Named, pipeline: Named, stage: String }
    SourceBlob { version: String }
    Build {
        id: String,
        status: String,
        source_blob: SourceBlob,
        slug: Named,
        created_at: String,
        updated_at: String,
        output_stream_url: String,
    }
    PromotionTarget { app: Named, release: Named, status: String, error_message: String }
}
