//! A service: one deployable. A repository and branch, a CI project, its environments.

use crate::vendor::VendorId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Service {
    pub name: String,
    /// `OWNER/REPO`
    pub repo: String,
    pub branch: String,
    /// None: a service without CI.
    pub ci: Option<CiProject>,
    pub environments: Vec<EnvironmentConfig>,
    /// Ids of the accounts it is reached through, where there are several of a kind. A kind that
    /// is not named goes through the first of it.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Globs of the files that change the database, see [`DEFAULT_MIGRATION_PATHS`].
    pub migration_paths: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CiProject {
    pub provider: VendorId,
    /// The project by the name that the CI has for it; its adapter checks it.
    #[serde(rename = "slug")]
    pub project: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct EnvironmentConfig {
    pub name: String,
    pub provider: VendorId,
    pub app: String,
    pub build_app: Option<String>,
    pub health_url: Option<String>,
    /// Whether users are served from it, as a person said; None: nobody was asked yet, see
    /// [`Self::is_production`].
    #[serde(default)]
    pub production: Option<bool>,
    /// The platform's own word for it, such as the stage of its pipeline; None: not told.
    #[serde(default)]
    pub stage: Option<String>,
    /// How long a release is watched, in minutes; None: the usual length, see `watch::DEFAULT_MINUTES`.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub watch_minutes: Option<u64>,
}

impl Service {
    /// What runs `app`: a release app or a build app of one of the environments.
    pub fn platform_of(&self, app: &str) -> Option<VendorId> {
        let environment = self.environments.iter().find(|e| e.app == app || e.build_app.as_deref() == Some(app));
        environment.map(|e| e.provider)
    }
}

impl EnvironmentConfig {
    /// Only production can be hurt; every other environment has problems. Until a person says
    /// otherwise, an environment counts as production whose name or stage suggests it.
    pub fn is_production(&self) -> bool {
        self.production.unwrap_or_else(|| names_production(&self.name) || self.may_be_production())
    }

    /// Whether a person must still say if it is production: its name is not one of the plain words,
    /// but has one in it, or the platform has it in the production stage.
    pub fn asks_for_production(&self) -> bool {
        self.production.is_none() && !names_production(&self.name) && self.may_be_production()
    }

    fn may_be_production(&self) -> bool {
        let staged = self.stage.as_deref().is_some_and(|stage| stage.eq_ignore_ascii_case("production"));
        staged
            || self.name.split(|c: char| !c.is_alphanumeric()).any(|word| {
                let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
                names_production(word)
            })
    }
}

fn names_production(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "production" | "prod" | "live")
}

/// An account: where a provider is reached. Its token is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Account {
    pub id: String,
    pub provider: VendorId,
    /// The API's root, as given.
    pub url: String,
    /// False: the token is borrowed, comes from the environment or lives for this run only.
    pub keychain: bool,
    /// The token is that of the vendor's own CLI, which keeps it and is asked for it.
    #[serde(default)]
    pub borrowed: bool,
    /// Nothing is sent through it that changes anything.
    #[serde(default)]
    pub read_only: bool,
}

/// Where well-known frameworks keep migrations.
pub const DEFAULT_MIGRATION_PATHS: &[&str] = &[
    "**/db/migrate/**",
    "**/migrations/**",
    "**/prisma/migrations/**",
    "**/alembic/versions/**",
    "**/priv/repo/migrations/**",
    "**/db/migration/**",
];

pub fn default_migration_paths() -> Vec<String> {
    DEFAULT_MIGRATION_PATHS.iter().map(|p| (*p).to_owned()).collect()
}

/// Whether `path` matches one of `globs`: `**` any directories, `*` within one name.
pub fn is_migration(path: &str, globs: &[String]) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    globs.iter().any(|glob| {
        let pattern: Vec<&str> = glob.split('/').collect();
        matches_parts(&pattern, &parts)
    })
}

fn matches_parts(pattern: &[&str], parts: &[&str]) -> bool {
    match pattern.split_first() {
        None => parts.is_empty(),
        Some((&"**", [])) => !parts.is_empty(),
        Some((&"**", rest)) => (0..=parts.len()).any(|n| matches_parts(rest, &parts[n..])),
        Some((one, rest)) => parts.split_first().is_some_and(|(part, tail)| matches_name(one, part) && matches_parts(rest, tail)),
    }
}

fn matches_name(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name
            .strip_prefix(before)
            .is_some_and(|rest| rest.char_indices().map(|(i, _)| i).chain([rest.len()]).any(|i| matches_name(after, &rest[i..]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_what_a_person_says_else_what_the_name_suggests() {
        let named = |name: &str| EnvironmentConfig {
            name: name.into(),
            provider: VendorId::new("platform"),
            app: "app".into(),
            build_app: None,
            health_url: None,
            production: None,
            stage: None,
            watch_minutes: None,
        };
        for (name, production, asks) in [
            ("production", true, false),
            ("Prod", true, false),
            ("live", true, false),
            ("production-eu", true, true),
            ("eu_prod2", true, true),
            ("live-us", true, true),
            ("staging", false, false),
            ("delivery", false, false),
            ("products", false, false),
        ] {
            let found = named(name);
            assert_eq!((found.is_production(), found.asks_for_production()), (production, asks), "{name}");
            for said in [true, false] {
                let told = EnvironmentConfig { production: Some(said), ..found.clone() };
                assert_eq!((told.is_production(), told.asks_for_production()), (said, false), "{name}");
            }
        }
        let staged = EnvironmentConfig { stage: Some("production".into()), ..named("eu") };
        assert!(staged.is_production() && staged.asks_for_production(), "the platform's stage suggests it");
    }

    #[test]
    fn migration_paths() {
        let globs = default_migration_paths();
        for (path, expected) in [
            ("db/migrate/20261120_add.rb", true),
            ("engines/billing/db/migrate/1.rb", true),
            ("app/migrations/0001_initial.py", true),
            ("prisma/migrations/1/migration.sql", true),
            ("db/migrate.rb", false),
            ("app/models/migrations.rb", false),
            ("db/schema.rb", false),
        ] {
            assert_eq!(is_migration(path, &globs), expected, "{path}");
        }
        assert!(is_migration("sql/v12_up.sql", &["sql/*.sql".to_owned()]));
        assert!(!is_migration("sql/a/b.sql", &["sql/*.sql".to_owned()]));
    }
}
