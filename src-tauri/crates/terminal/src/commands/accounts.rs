//! `slipway account`.

use super::{engine, named};
use crate::exit::Exit;
use crate::print;
use crate::safe_text::one_line;
use crate::setup;
use crate::token_input;
use crate::vendors;
use anyhow::Result;
use slipway_domain::capability::{Capability, Grant, Need};
use slipway_domain::humanize::span;
use slipway_domain::snapshot::{AccountState, TokenPlace};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_engine::{AccountProbe, Engine, NewAccount, NewToken, SetupError, Tested};
use std::io::IsTerminal;

/// The source of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Input,
    Borrowed,
    /// From the environment, or not given yet.
    Nothing,
}

pub(super) async fn add(provider: VendorId, url: Option<String>, given: Given, another: bool, read_only: bool) -> Result<Exit> {
    let token = match given {
        Given::Input => match token(&format!("{} token", vendors::title(provider))) {
            Ok(token) => NewToken::Keychain(token),
            Err(why) => return Ok(unusable(&why)),
        },
        Given::Borrowed => NewToken::Borrowed,
        Given::Nothing => NewToken::None,
    };
    if matches!(&token, NewToken::Keychain(token) if token.is_empty()) {
        print::say(&format!(
            "no token on standard input. Use: slipway account add {provider} < token.txt, --borrow, or --no-keychain with {} set.",
            vendors::token_variable(provider)
        ));
        return Ok(Exit::Usage);
    }
    let url = url.as_deref().map(setup::normal_url);
    let engine = engine(false).await?;
    match engine.add_tested_account(NewAccount { provider, url, token, another, read_only }).await {
        Ok((account, tested)) => {
            let variable = vendors::token_variable(provider);
            let place = match (given, is_set(provider)) {
                (Given::Input, _) => "its token is in the keychain".to_owned(),
                (Given::Borrowed, _) => "its token is borrowed from the CLI".to_owned(),
                (Given::Nothing, true) => format!("its token is read from {variable}"),
                (Given::Nothing, false) => format!("it has no token yet: set {variable}"),
            };
            print::text(&format!("{}  {}  {}; {place}", one_line(&account.id), vendors::title(provider), one_line(&account.url)))?;
            told(&tested, &account.id)?;
            Ok(Exit::Done)
        }
        Err(error) => {
            print::say(&error.to_string());
            if matches!(error, SetupError::Refused(_)) {
                print::note("The account was not added.");
            } else if given == Given::Input {
                print::note(&format!("Without a keychain: set {} and use --no-keychain.", vendors::token_variable(provider)));
            }
            Ok(super::setup_exit(&error))
        }
    }
}

/// The result of testing a token that was stored. One that could not be tested is not reported as working.
fn told(tested: &Tested, id: &str) -> Result<()> {
    match tested {
        Tested::Works(probe) => signed_in(probe),
        Tested::NotTested(why) => {
            print::text("  not tested")?;
            print::say(&format!("warning: the token was not tested and is kept: {why}"));
            print::note(&format!("Test it when that is over: slipway account check {id}"));
            Ok(())
        }
        Tested::NoToken => print::text("  not tested: there is no token yet"),
    }
}

fn signed_in(probe: &AccountProbe) -> Result<()> {
    let user = probe.user.as_deref().map_or_else(|| "somebody the token may not name".to_owned(), one_line);
    print::text(&format!("  signed in as {user}"))?;
    probe.capabilities.iter().try_for_each(|capability| print::text(&line(capability)))
}

/// Tests the token and prints the vendor's answer. False when the token is not accepted.
async fn tell(engine: &Engine, id: &str) -> Result<bool> {
    match engine.test_account(id).await {
        Ok(probe) => {
            signed_in(&probe)?;
            Ok(true)
        }
        Err(error) => {
            print::say(&error.to_string());
            Ok(false)
        }
    }
}

fn line(capability: &Capability) -> String {
    let sign = match (capability.state, capability.need) {
        (Grant::Granted, _) => "yes",
        (Grant::Missing, Need::Required) => "MISSING",
        (Grant::Missing, Need::Useful) => "no",
        (Grant::Unknown, _) => "unknown",
    };
    let need = if capability.need == Need::Required { "required" } else { "useful" };
    let off = capability.why_disabled().map_or(String::new(), |_| format!("; off: {}", capability.disables.join(", ")));
    let advice = capability.advice.as_deref().map_or(String::new(), |advice| format!(". {advice}"));
    one_line(&format!("  {sign:<8} {:<30} {need} for {}{off}{advice}", capability.name, capability.purpose))
}

pub(super) async fn check(id: &str, json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    if let Err(unknown) = named::account(&engine, id) {
        print::say(&unknown);
        return Ok(Exit::Usage);
    }
    if !json {
        return Ok(if tell(&engine, id).await? { Exit::Done } else { Exit::Failed });
    }
    let tested = engine.test_account(id).await;
    let mut state = serde_json::to_value(engine.account_states().into_iter().find(|a| a.id == id))?;
    if let Err(error) = &tested {
        state["ok"] = false.into();
        state["error"] = serde_json::json!({"kind": error.kind(), "message": error.to_string(), "url": error.url()});
    }
    print::json(&state, true)?;
    Ok(if tested.is_ok() { Exit::Done } else { Exit::Failed })
}

pub(super) async fn replace(id: &str) -> Result<Exit> {
    let engine = engine(false).await?;
    let account = match named::account(&engine, id) {
        Ok(account) => account,
        Err(unknown) => {
            print::say(&unknown);
            return Ok(Exit::Usage);
        }
    };
    let token = match token(&format!("{} token for {}", vendors::title(account.provider), one_line(&account.url))) {
        Ok(token) => token,
        Err(why) => return Ok(unusable(&why)),
    };
    match engine.replace_tested_token(id, token, true).await {
        Ok(tested) => {
            print::text(&format!("The token of {} was replaced.", one_line(id)))?;
            told(&tested, id)?;
            Ok(Exit::Done)
        }
        Err(error) => {
            print::say(&error.to_string());
            if matches!(error, SetupError::Refused(_)) {
                print::note(&format!("The token was not kept; {id} has the one it had."));
            }
            Ok(super::setup_exit(&error))
        }
    }
}

pub(super) async fn set(id: &str, read_only: bool) -> Result<Exit> {
    match engine(false).await?.set_read_only(id, read_only).await {
        Ok(()) => {
            let word = if read_only { "forbidden" } else { "allowed" };
            print::text(&format!("Changes through {} are {word} now.", one_line(id)))?;
            Ok(Exit::Done)
        }
        Err(error) => {
            print::say(&error.to_string());
            Ok(super::setup_exit(&error))
        }
    }
}

pub(super) async fn list(json: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    let accounts = engine.account_states();
    if json {
        print::json(&accounts, true)?;
        return Ok(Exit::Done);
    }
    for account in &accounts {
        let mut words = place(account.token).to_owned();
        if account.token == TokenPlace::Missing {
            words = format!("{words}: set {}", vendors::token_variable(account.provider));
        }
        if account.read_only {
            words.push_str(", read-only");
        }
        words = format!("{words}, {}", tested_words(account, engine.now()));
        for why in account.capabilities.iter().filter_map(Capability::why_disabled) {
            words = format!("{words}. {why}");
        }
        print::text(&[account.id.as_str(), account.provider.as_str(), &account.url, &words].map(one_line).join("  "))?;
    }
    if accounts.is_empty() {
        let first = vendors::known().all().next().map_or_else(String::new, |vendor| vendor.id.to_string());
        print::note(&format!("No accounts yet. Add one: slipway account add {first} < token.txt, or --borrow"));
    }
    Ok(Exit::Done)
}

/// `worked as lena-h when tested, 3 min ago`; without a test nothing is reported as working.
pub(super) fn tested_words(account: &AccountState, now: Time) -> String {
    match (account.tested_at, &account.user) {
        (None, _) => "not tested".to_owned(),
        (Some(at), Some(user)) => format!("worked as {} when tested, {} ago", one_line(user), span(now.since(at))),
        (Some(at), None) => format!("worked when tested, {} ago", span(now.since(at))),
    }
}

/// `everywhere`: also the entry of an earlier version; on a terminal this is confirmed.
pub(super) async fn remove(id: &str, everywhere: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    let removed = remove_from(&engine, id, everywhere).await;
    if let Err(error) = &removed {
        print::say(&error.to_string());
        return Ok(super::setup_exit(error));
    }
    print::text(&format!("Removed the account {}.", one_line(id)))?;
    Ok(Exit::Done)
}

async fn remove_from(engine: &Engine, id: &str, everywhere: bool) -> Result<(), SetupError> {
    let has_earlier = engine.has_earlier_entry(id).await?;
    if has_earlier && (everywhere || asked_for_earlier(id)) {
        return engine.remove_account_everywhere(id).await;
    }
    engine.remove_account(id).await?;
    if has_earlier {
        print::note(&setup::earlier_entry_stays(id));
    }
    Ok(())
}

/// It is not known whether other data folders use the entry, so a person must confirm.
fn asked_for_earlier(id: &str) -> bool {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() || !std::io::stderr().is_terminal() {
        return false;
    }
    print::note(&format!(
        "An earlier version of Slipway keeps a token of {id} in the keychain too. It, and other data folders, may use it. Delete it everywhere? [y/N]"
    ));
    let mut answer = String::new();
    stdin.read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

fn unusable(why: &str) -> Exit {
    print::say(why);
    Exit::Usage
}

/// `what` is read from a prompt when standard input is a terminal.
fn token(what: &str) -> Result<String, String> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return token_input::read(stdin.lock());
    }
    print::note(&format!("{what}, then Enter:"));
    token_input::token(&rpassword::read_password().map_err(|error| format!("cannot read the token: {error}"))?)
}

/// Whether the environment has a token of this kind for this run.
fn is_set(provider: VendorId) -> bool {
    vendors::known().get(provider).is_some_and(|vendor| super::environment_tokens().has(vendor))
}

fn place(token: TokenPlace) -> &'static str {
    match token {
        TokenPlace::Keychain => "token in the keychain",
        TokenPlace::Environment => "token from the environment",
        TokenPlace::ThisRun => "token for this run only",
        TokenPlace::Borrowed => "token borrowed from the CLI",
        TokenPlace::KeychainUnavailable => "keychain unavailable",
        TokenPlace::Missing => "no token",
    }
}
