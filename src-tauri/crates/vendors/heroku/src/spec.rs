//! The description of Heroku.

use crate::cli::HEROKU_CLI;
use crate::client::Heroku;
use crate::config_scan;
use crate::dialect::HerokuDialect;
use crate::profile::{ID, PLATFORM, TITLE};
use crate::token_ways;
use slipway_vendor::{Connection, PlatformRole, VendorSpec, WebHost};
use std::sync::Arc;

pub const SPEC: VendorSpec = VendorSpec {
    id: ID,
    title: TITLE,
    dialect: &HerokuDialect,
    token_variable: "HEROKU_API_KEY",
    secret_variables: &["HEROKU_API_KEY"],
    token_ways: token_ways::WAYS,
    web_hosts: &[WebHost::alone("dashboard.heroku.com"), WebHost::alone("devcenter.heroku.com")],
    cli_credentials: Some(HEROKU_CLI),
    code_host: None,
    ci: None,
    platform: Some(PlatformRole {
        profile: PLATFORM,
        app_page: Some("https://dashboard.heroku.com/apps/{app}"),
        releases_page: Some("https://dashboard.heroku.com/apps/{app}/activity"),
        key_word: "HEROKU",
        is_app_host,
        scan: config_scan::scan,
    }),
    connect: |account| {
        let heroku = Arc::new(Heroku::new(account.clone()));
        Connection { platform: Some(heroku.clone()), apps: Some(heroku), ..Connection::new(account) }
    },
};

/// `APP.herokuapp.com`, or since 2023 `APP-0123456789ab.herokuapp.com`.
fn is_app_host(host: &str, app: &str) -> bool {
    let Some(rest) = host.strip_suffix(".herokuapp.com").and_then(|h| h.strip_prefix(app)) else { return false };
    rest.is_empty() || rest.strip_prefix('-').is_some_and(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}
