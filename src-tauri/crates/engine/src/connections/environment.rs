//! Tokens given in the environment: which variables hold one, and which accounts they serve.

use slipway_domain::service::Account;
use slipway_domain::status::ProviderKind;
use slipway_http::{Origin, Secret};

/// Every variable that holds a token of one of the vendors. Programs that Slipway starts get none
/// of them.
pub const TOKEN_VARIABLES: [&str; 7] =
    ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "CIRCLE_TOKEN", CIRCLECI_CLI_TOKEN, "HEROKU_API_KEY"];

/// The variable of the circleci CLI: a token that can be borrowed.
const CIRCLECI_CLI_TOKEN: &str = "CIRCLECI_CLI_TOKEN";

/// The tokens that Slipway itself takes from the environment. Never stored.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentTokens {
    of_accounts: Vec<(ProviderKind, Secret)>,
    /// What the circleci CLI would use at its own host.
    pub(super) circleci_cli: Option<Secret>,
}

impl EnvironmentTokens {
    /// `variable`: the value of an environment variable.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let secret = |name: &str| variable(name).map(Secret::new).filter(|token| !token.is_empty());
        Self {
            of_accounts: ProviderKind::ALL.iter().filter_map(|kind| Some((*kind, secret(token_variable(*kind))?))).collect(),
            circleci_cli: secret(CIRCLECI_CLI_TOKEN),
        }
    }

    pub fn has(&self, kind: ProviderKind) -> bool {
        self.of_accounts.iter().any(|(known, _)| *known == kind)
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = ProviderKind> {
        self.of_accounts.iter().map(|(kind, _)| *kind)
    }

    /// The token for `account`. Nothing in a variable says which server it is for, so it serves the
    /// only account of its kind, and only
    /// - at the vendor's own server, or
    /// - where a person connected that account to its URL without another place for its token
    ///   (`--no-keychain`): the variable is then what they mean to use there.
    ///
    /// An account whose token is in the keychain or with a CLI gets it at no other server.
    pub(super) fn token(&self, account: &Account, only_of_kind: bool) -> Option<Secret> {
        let serves = only_of_kind && may_serve(account);
        self.of_accounts.iter().find(|(kind, _)| serves && *kind == account.provider).map(|(_, token)| token.clone())
    }
}

/// Whether a token in the environment may go where the account's requests go.
pub(super) fn may_serve(account: &Account) -> bool {
    let given_for_it = !account.keychain && !account.borrowed;
    let origin = Origin::of(account.provider, &account.url);
    origin.is_some() && (given_for_it || origin == Origin::of_vendor(account.provider))
}

impl From<Vec<(ProviderKind, String)>> for EnvironmentTokens {
    fn from(tokens: Vec<(ProviderKind, String)>) -> Self {
        let tokens = tokens.into_iter().map(|(kind, token)| (kind, Secret::new(token)));
        Self { of_accounts: tokens.filter(|(_, token)| !token.is_empty()).collect(), circleci_cli: None }
    }
}

/// The variable that holds the token of an account of this kind.
pub fn token_variable(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Github => "GH_TOKEN",
        ProviderKind::Circleci => "CIRCLE_TOKEN",
        ProviderKind::Heroku => "HEROKU_API_KEY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_the_vendor_and_the_account_it_was_given_for() {
        let tokens = EnvironmentTokens::read(|name| (name == "GH_TOKEN").then(|| " gho_environment\n".to_owned()));
        assert!(tokens.has(ProviderKind::Github) && !tokens.has(ProviderKind::Heroku));
        assert!(!format!("{tokens:?}").contains("gho_"));
        let account = |url: &str, keychain, borrowed| Account {
            id: "github".into(),
            provider: ProviderKind::Github,
            url: url.into(),
            keychain,
            borrowed,
            read_only: false,
        };
        for (url, keychain, borrowed, served) in [
            ("https://api.github.com", true, false, true),
            ("https://api.github.com", false, true, true),
            ("https://github.com", false, false, true),
            ("https://git.acme.example/api/v3", false, false, true),
            ("https://git.acme.example/api/v3", true, false, false),
            ("https://git.acme.example/api/v3", false, true, false),
            ("https://api.github.com:8443", true, false, false),
            ("https://api.github.com.evil.example", true, false, false),
            ("http://127.0.0.1:4000", true, false, false),
            ("http://evil.example", false, false, false),
        ] {
            let account = account(url, keychain, borrowed);
            assert_eq!(tokens.token(&account, true).is_some(), served, "{account:?}");
            assert!(tokens.token(&account, false).is_none(), "it says not which of two it is for");
        }
    }

    #[test]
    fn every_token_is_kept_from_other_programs() {
        for name in ProviderKind::ALL.iter().map(|kind| token_variable(*kind)).chain([CIRCLECI_CLI_TOKEN]) {
            assert!(TOKEN_VARIABLES.contains(&name), "{name}");
        }
    }
}
