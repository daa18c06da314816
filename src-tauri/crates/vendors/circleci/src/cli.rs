//! The token of the circleci CLI (CircleCI docs "Local CLI": `~/.circleci/cli.yml`, `CIRCLECI_CLI_HOST`,
//! `CIRCLECI_CLI_TOKEN`).

use slipway_http::Secret;
use slipway_vendor::cli_credentials::{CliCredentials, CliTokenSource};

pub(super) const CLI_TOKEN: &str = "CIRCLECI_CLI_TOKEN";

pub(super) const CIRCLECI_CLI: CliCredentials = CliCredentials {
    program: "circleci",
    sign_in: "circleci setup",
    own_url: || host().or_else(|| setting("host")),
    sources: |_, is_own| {
        if !is_own {
            return Vec::new();
        }
        vec![CliTokenSource::Variable(CLI_TOKEN), CliTokenSource::File(setting("token").map(Secret::new))]
    },
    quiet: &[],
    hidden: Vec::new,
};

fn host() -> Option<String> {
    std::env::var("CIRCLECI_CLI_HOST").ok().map(|host| host.trim().to_owned()).filter(|host| !host.is_empty())
}

/// A top-level line `name: value` of `~/.circleci/cli.yml`.
fn setting(name: &str) -> Option<String> {
    let text = std::fs::read_to_string(std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?.join(".circleci").join("cli.yml"))
        .ok()?;
    yaml_line(&text, name)
}

fn yaml_line(text: &str, name: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let value = value.trim().trim_matches(['"', '\'']).to_owned();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_a_line_of_its_own() {
        let yaml = "host: https://circleci.com\nendpoint: graphql-unstable\ntoken: \"abc\"\n";
        assert_eq!(yaml_line(yaml, "token").as_deref(), Some("abc"));
        assert_eq!(yaml_line(yaml, "host").as_deref(), Some("https://circleci.com"));
        assert_eq!(yaml_line("token: \n", "token"), None);
    }
}
