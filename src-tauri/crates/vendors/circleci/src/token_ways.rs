//! How tokens of CircleCI are made.
//!
//! Source: docs "Managing API tokens": personal tokens have the rights of their user, and no scopes; tokens of a
//! project do not work with API v2.

use slipway_vendor::{TokenNeed, TokenWay};

pub(super) const WAYS: &[TokenWay] = &[TokenWay {
    title: "Personal API token",
    page: |server| match server {
        None | Some("circleci.com") => Some("https://app.circleci.com/settings/user/tokens".to_owned()),
        Some(_) => None,
    },
    command: None,
    needs: &[
        TokenNeed::to_read("your user's own rights", "pipelines, jobs, logs and tests of the projects that you follow"),
        TokenNeed::to_change("the same token", "rerun, cancel and approve"),
    ],
    note: Some(
        "CircleCI's personal tokens have no scopes, and tokens of a project do not reach its API v2. The switch Read-only keeps \
                Slipway from writing.",
    ),
}];
