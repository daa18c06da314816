//! Tokens given in the environment: which variables hold one, and which accounts they serve.

use slipway_domain::service::Account;
use slipway_http::{Origin, Secret};
use slipway_vendor::{VendorSpec, Vendors};
use std::collections::BTreeMap;

/// The tokens that Slipway itself takes from the environment. Never stored.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentTokens(BTreeMap<String, Secret>);

impl EnvironmentTokens {
    /// `variable`: the value of an environment variable. Those that the vendors name are taken.
    pub fn read(vendors: Vendors, variable: impl Fn(&str) -> Option<String>) -> Self {
        let secret = |name: &str| variable(name).map(Secret::new).filter(|token| !token.is_empty());
        let named = vendors.all().flat_map(|vendor| vendor.secret_variables);
        Self(named.filter_map(|name| Some(((*name).to_owned(), secret(name)?))).collect())
    }

    pub fn has(&self, vendor: &VendorSpec) -> bool {
        self.0.contains_key(vendor.token_variable)
    }

    /// What a variable holds that one of the vendors' CLIs takes its token from.
    pub(super) fn of_variable(&self, name: &str) -> Option<Secret> {
        self.0.get(name).cloned()
    }

    /// The token for `account`. Nothing in a variable says which server it is for, so it serves the
    /// only account of its kind, and only
    /// - at the vendor's own server, or
    /// - where a person connected that account to its URL without another place for its token
    ///   (`--no-keychain`): the variable is then what they mean to use there.
    ///
    /// An account whose token is in the keychain or with a CLI gets it at no other server.
    pub(super) fn token(&self, vendor: &VendorSpec, account: &Account, only_of_kind: bool) -> Option<Secret> {
        let serves = only_of_kind && may_serve(vendor, account);
        self.0.get(vendor.token_variable).filter(|_| serves).cloned()
    }
}

/// Whether a token in the environment may go where the account's requests go.
pub(super) fn may_serve(vendor: &VendorSpec, account: &Account) -> bool {
    let given_for_it = !account.keychain && !account.borrowed;
    let origin = Origin::of(vendor.dialect, &account.url);
    origin.is_some() && (given_for_it || origin == Origin::of_vendor(vendor.dialect))
}

/// By the name of the variable.
impl From<Vec<(&'static str, String)>> for EnvironmentTokens {
    fn from(tokens: Vec<(&'static str, String)>) -> Self {
        let tokens = tokens.into_iter().map(|(name, token)| (name.to_owned(), Secret::new(token)));
        Self(tokens.filter(|(_, token)| !token.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_the_vendor_and_the_account_it_was_given_for() {
        let tokens =
            EnvironmentTokens::read(slipway_registry::VENDORS, |name| (name == "GH_TOKEN").then(|| " gho_environment\n".to_owned()));
        assert!(tokens.has(&slipway_github::SPEC) && !tokens.has(&slipway_heroku::SPEC));
        assert!(!format!("{tokens:?}").contains("gho_"));
        let account = |url: &str, keychain, borrowed| Account {
            id: "github".into(),
            provider: slipway_github::ID,
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
            assert_eq!(tokens.token(&slipway_github::SPEC, &account, true).is_some(), served, "{account:?}");
            assert!(tokens.token(&slipway_github::SPEC, &account, false).is_none(), "it says not which of two it is for");
        }
    }
}
