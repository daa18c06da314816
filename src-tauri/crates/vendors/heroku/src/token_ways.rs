//! How tokens of Heroku are made.
//!
//! Sources: Dev Center "OAuth", "Scopes" (`identity`; `read`, `write`; `read-protected`, `write-protected`: with
//! config vars; `global`: everything), and the manual of `heroku authorizations:create` (`--scope`, `--description`).
//! The dashboard's page "Applications" makes authorizations of global scope only.

use slipway_vendor::{TokenNeed, TokenWay};

pub(super) const WAYS: &[TokenWay] = &[
    TokenWay {
        title: "Authorization with scopes",
        page: |_| None,
        command: Some("heroku authorizations:create --description Slipway --scope identity,read-protected,write"),
        needs: &[
            TokenNeed::to_read("identity", "showing whose token it is"),
            TokenNeed::to_read("read-protected", "apps, releases, dynos, and the names of config vars that a rollback changes"),
            TokenNeed::to_change("write", "rolling back and releasing"),
        ],
        note: Some("To read only, leave write out. Only the heroku CLI makes authorizations with scopes."),
    },
    TokenWay {
        title: "Authorization of the dashboard",
        page: |server| match server {
            None | Some("api.heroku.com") => Some("https://dashboard.heroku.com/account/applications".to_owned()),
            Some(_) => None,
        },
        command: None,
        needs: &[TokenNeed::to_read("global", "everything; the dashboard makes no others")],
        note: None,
    },
];
