//! Checks each account: its token, the vendor's answer, and the difference of the clocks.

use super::Check;
use crate::vendors;
use slipway_domain::humanize::span;
use slipway_domain::service::Account;
use slipway_domain::snapshot::SourceErrorKind;
use slipway_engine::Engine;
use slipway_vendor::ReadError;

/// The time limit for one account, whatever the time-outs and tries of its requests.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(40);
/// Seconds by which the clocks may differ: signed links and rate limits are timed in minutes.
const CLOCKS: f64 = 60.0;

pub(super) async fn checks(engine: &Engine) -> Vec<Check> {
    let accounts = engine.accounts();
    if accounts.is_empty() {
        let advice = "Add one in the window's Settings or with `slipway account add`.";
        return vec![Check::warning("accounts", "Accounts", "none is connected", advice)];
    }
    let each = accounts.iter().map(|account| check(engine, account));
    let mut checks: Vec<Check> = futures::future::join_all(each).await.into_iter().flatten().collect();
    checks.extend(unserved(engine, &accounts));
    checks
}

async fn check(engine: &Engine, account: &Account) -> Vec<Check> {
    let id = format!("account:{}", account.id);
    let name = format!("{} ({})", vendors::title(account.provider), account.id);
    let answer = tokio::time::timeout(LONGEST, engine.test_account(&account.id)).await;
    let place = place(account);
    let mut checks = vec![match answer {
        Ok(Ok(_)) => Check::ok(&id, &name, format!("{place} takes its token")),
        Ok(Err(error)) => refused(&id, &name, place, &error),
        Err(_) => Check::problem(&id, &name, format!("{place} does not answer"), UNREACHABLE),
    }];
    if let Some(ahead) = engine.clock_ahead(&account.id) {
        checks.push(clocks(&account.id, &vendors::title(account.provider), ahead));
    }
    checks
}

const UNREACHABLE: &str = "Check the network, the proxy (HTTPS_PROXY) and the account's URL.";

/// In Slipway's own words, because the vendor's may name people and repositories.
fn refused(id: &str, name: &str, place: &str, error: &ReadError) -> Check {
    let token = "Enter a new token, in Settings or with `slipway account add`.";
    let (found, advice) = match error.kind() {
        SourceErrorKind::SignIn => (format!("{place} refuses its token"), token),
        SourceErrorKind::Expired => (format!("its token at {place} has expired"), token),
        SourceErrorKind::Revoked => (format!("{place} no longer accepts its token"), token),
        SourceErrorKind::Scope => {
            (format!("{place} finds too little scope in its token"), "Make a token with what `slipway account check` says is missing.")
        }
        SourceErrorKind::SingleSignOn => (
            format!("an organisation at {place} wants single sign-on of its token"),
            "Authorise the token for single sign-on; `slipway account check` gives the link.",
        ),
        SourceErrorKind::TwoFactor => {
            (format!("{place} asks for a second factor"), "Give the code with --two-factor CODE, or in Settings.")
        }
        SourceErrorKind::Suspended => (format!("{place} has suspended the account, or it owes money"), "Settle it at the vendor's."),
        SourceErrorKind::NoToken => {
            ("it has no token, or the keychain does not give it".to_owned(), "See the keychain above, or put a token in.")
        }
        SourceErrorKind::Forbidden => (
            format!("{place} does not let this token in"),
            "Check what the token may do, at the vendor. `slipway account list` says what is missing.",
        ),
        SourceErrorKind::NotFound => {
            (format!("{place} does not know what was asked"), "Check the account's URL: it must be the API's root.")
        }
        SourceErrorKind::RateLimited => {
            return Check::warning(id, name, format!("{place} asks to wait"), "It goes on by itself when the wait is over.");
        }
        SourceErrorKind::Unreachable => (format!("{place} cannot be reached"), UNREACHABLE),
        SourceErrorKind::Proxy => (
            format!("a proxy stands before {place} and does not lead there"),
            "Check HTTPS_PROXY, ALL_PROXY and NO_PROXY; `slipway account check` says what the proxy does.",
        ),
        SourceErrorKind::Portal => (
            format!("a web page answers in the place of {place}"),
            "Sign in to the network with a browser, or check the account's URL: it must be the API's root.",
        ),
        SourceErrorKind::Late => (format!("{place} was not asked to the end"), "Run it again when the network is faster."),
        SourceErrorKind::Internal => {
            ("Slipway had an internal error while it asked".to_owned(), "Report it; the log has the place where it happened.")
        }
        SourceErrorKind::Garbled => (
            format!("{place} answers something else than it documents"),
            "Check the account's URL, and what stands between: a proxy or a sign-in page may answer in its place.",
        ),
    };
    Check::problem(id, name, found, advice)
}

fn clocks(account: &str, vendor: &str, ahead: f64) -> Check {
    let (id, name) = (format!("clock:{account}"), format!("Clock ({account})"));
    let seconds = ahead.abs();
    if seconds <= CLOCKS {
        return Check::ok(&id, &name, format!("within {} s of {vendor}'s", seconds.round()));
    }
    let which = if ahead > 0.0 { "behind" } else { "ahead of" };
    Check::problem(
        &id,
        &name,
        format!("this machine is {} {which} {vendor}'s", span(seconds)),
        "Set this machine's clock: ages, waits and estimates are told by it.",
    )
}

/// Services for which there is no account.
fn unserved(engine: &Engine, accounts: &[Account]) -> Option<Check> {
    let kinds = |s: &slipway_domain::service::Service| {
        let platforms = s.environments.iter().map(|e| e.provider);
        let mut kinds: Vec<_> = s.ci.iter().map(|c| c.provider).chain(platforms).collect();
        kinds.extend(vendors::known().code_host().map(|(vendor, _)| vendor.id));
        kinds
    };
    let lacking = engine.services().iter().filter(|s| kinds(s).iter().any(|k| !accounts.iter().any(|a| a.provider == *k))).count();
    (lacking > 0).then(|| {
        Check::warning(
            "services",
            "Services",
            format!("{lacking} have no account for one of their vendors"),
            "Connect it in Settings, or with `slipway account add`.",
        )
    })
}

/// The vendor's own host, or another.
fn place(account: &Account) -> &'static str {
    let url = account.url.as_str();
    let host = url.split("://").nth(1).unwrap_or(url).split(['/', ':']).next().unwrap_or_default();
    match host {
        "127.0.0.1" | "localhost" | "[" => "this machine",
        _ if vendors::known().get(account.provider).is_some_and(|vendor| url == vendor.dialect.default_url()) => "the vendor",
        _ => "its own server",
    }
}
