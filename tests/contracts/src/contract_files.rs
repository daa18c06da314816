//! Where the contracts are found. None of them is part of the project.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

pub(crate) struct Place {
    what: &'static str,
    /// A variable with another path to it.
    variable: &'static str,
    /// Searched in this folder of the repository or of a folder above it.
    below: &'static str,
    comes: &'static str,
}

pub(crate) const GITHUB_GRAPHQL: Place = Place {
    what: "GitHub's GraphQL schema",
    variable: "SLIPWAY_GITHUB_SCHEMA",
    below: "node_modules/@octokit/graphql-schema/schema.graphql",
    comes: "`cargo xtask test` installs it from npm",
};
pub(crate) const GITHUB_REST: Place = Place {
    what: "GitHub's REST description",
    variable: "SLIPWAY_GITHUB_OPENAPI",
    below: "target/contracts/api.github.com.json",
    comes: "`cargo xtask test` takes it from npm's @octokit/openapi",
};
pub(crate) const HEROKU: Place = Place {
    what: "Heroku's Platform API schema",
    variable: "SLIPWAY_HEROKU_SCHEMA",
    below: "shared/contracts/heroku-platform-api.schema.json",
    comes: "it is not in this checkout",
};
pub(crate) const CIRCLECI: Place = Place {
    what: "CircleCI's API description",
    variable: "SLIPWAY_CIRCLECI_OPENAPI",
    below: "shared/contracts/circleci-v2.openapi.json",
    comes: "it is not in this checkout",
};

#[derive(Default)]
pub(crate) struct Published {
    pub(crate) missing: Vec<String>,
}

impl Published {
    pub(crate) fn text(&mut self, place: &Place) -> Result<Option<String>> {
        let Some(path) = find(place) else {
            self.missing.push(format!(
                "{} is not here, so what it governs goes unchecked: {} (or set {})",
                place.what, place.comes, place.variable
            ));
            return Ok(None);
        };
        fs::read_to_string(&path).map(Some).with_context(|| path.display().to_string())
    }

    pub(crate) fn json(&mut self, place: &Place) -> Result<Option<Value>> {
        let text = self.text(place)?;
        text.map(|text| serde_json::from_str(&text)).transpose().context(place.what)
    }
}

fn find(place: &Place) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(place.variable) {
        return Some(path.into());
    }
    here().ancestors().map(|folder| folder.join(place.below)).find(|path| path.is_file())
}

/// A package in this folder's `package.json`, if it is installed.
pub fn node_package(name: &str) -> Option<PathBuf> {
    let path = here().join("node_modules").join(name);
    path.is_dir().then_some(path)
}

/// A program that `cargo xtask test` has installed into `target/clients`, such as `python/bin/gh`.
pub fn client_program(path: &str) -> Option<PathBuf> {
    let place = |folder: &Path| folder.join("target/clients").join(path);
    here().ancestors().map(place).find(|path| path.is_file())
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
