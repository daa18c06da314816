//! `slipway account`.

use super::{Exit, engine, print};
use crate::safe_text::one_line;
use crate::setup;
use anyhow::{Context, Result};
use slipway_domain::service::Account;
use slipway_domain::snapshot::TokenPlace;
use slipway_domain::status::ProviderKind;
use slipway_engine::{NewAccount, NewToken};
use std::io::{IsTerminal, Read};

pub async fn add(provider: ProviderKind, url: Option<String>, no_keychain: bool, another: bool) -> Result<Exit> {
    let token = if no_keychain { None } else { Some(token(provider)?) };
    if token.as_ref().is_some_and(String::is_empty) {
        print::say(&format!(
            "no token on standard input. Use: slipway account add {provider} < token.txt, or --no-keychain with {} set.",
            variable(provider)
        ));
        return Ok(Exit::Usage);
    }
    let keychain = token.is_some();
    let url = url.as_deref().map(setup::normal_url);
    match engine(false)
        .await?
        .add_account(NewAccount { provider, url, token: token.map_or(NewToken::None, NewToken::Keychain), another })
        .await
    {
        Ok(account) => {
            let variable = variable(provider);
            let place = match (keychain, is_set(provider)) {
                (true, _) => "its token is in the keychain".to_owned(),
                (false, true) => format!("its token is read from {variable}"),
                (false, false) => format!("it has no token yet: set {variable}"),
            };
            print::text(&format!("{}  {}  {}; {place}", one_line(&account.id), provider.title(), one_line(&account.url)))?;
            Ok(Exit::Done)
        }
        Err(error) => {
            print::say(&error.to_string());
            if keychain {
                print::note(&format!("Without a keychain: set {} and use --no-keychain.", variable(provider)));
            }
            Ok(super::setup_exit(&error))
        }
    }
}

pub async fn list() -> Result<Exit> {
    let engine = engine(false).await?;
    let accounts = engine.accounts();
    let snapshot = engine.snapshot();
    for account in &accounts {
        let known = snapshot.accounts.iter().find(|state| state.id == account.id).map(|state| state.token);
        let token = known.unwrap_or_else(|| expected(account, &accounts, is_set(account.provider)));
        let mut words = place(token).to_owned();
        if token == TokenPlace::Missing {
            words = format!("{words}: set {}", variable(account.provider));
        }
        print::text(&[account.id.as_str(), account.provider.word(), &account.url, &words].map(one_line).join("  "))?;
    }
    if accounts.is_empty() {
        print::note("No accounts yet. Add one: slipway account add github < token.txt");
    }
    Ok(Exit::Done)
}

pub async fn remove(id: &str) -> Result<Exit> {
    match engine(false).await?.remove_account(id).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            print::say(&error.to_string());
            Ok(super::setup_exit(&error))
        }
    }
}

fn token(provider: ProviderKind) -> Result<String> {
    let mut stdin = std::io::stdin();
    let mut text = String::new();
    if stdin.is_terminal() {
        print::note(&format!("{} token, then Enter:", provider.title()));
        let _unseen = Unseen::start();
        stdin.read_line(&mut text).context("cannot read the token")?;
    } else {
        stdin.read_to_string(&mut text).context("cannot read the token")?;
    }
    Ok(text.trim().to_owned())
}

/// While this lives, the terminal does not show what is typed.
#[cfg(unix)]
struct Unseen(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Unseen {
    fn start() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = std::io::stdin();
        let Ok(before) = tcgetattr(&stdin) else { return Self(None) };
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        Self(tcsetattr(&stdin, OptionalActions::Now, &unseen).ok().map(|()| before))
    }
}

#[cfg(unix)]
impl Drop for Unseen {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(before) = &self.0 {
            // The terminal may be gone; then nothing is shown on it either.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

#[cfg(not(unix))]
struct Unseen;

#[cfg(not(unix))]
impl Unseen {
    fn start() -> Self {
        Self
    }
}

fn variable(provider: ProviderKind) -> &'static str {
    match provider {
        ProviderKind::Github => "GH_TOKEN",
        ProviderKind::Circleci => "CIRCLE_TOKEN",
        ProviderKind::Heroku => "HEROKU_API_KEY",
    }
}

/// Whether this run has a token of the kind from its environment.
fn is_set(provider: ProviderKind) -> bool {
    super::environment_tokens().iter().any(|(kind, _)| *kind == provider)
}

/// Where the token would come from: nothing asks the keychain for a list.
fn expected(account: &Account, all: &[Account], set: bool) -> TokenPlace {
    let only = all.iter().filter(|a| a.provider == account.provider).count() == 1;
    match (set && only, account.keychain) {
        (true, _) => TokenPlace::Environment,
        (false, true) => TokenPlace::Keychain,
        (false, false) => TokenPlace::Missing,
    }
}

fn place(token: TokenPlace) -> &'static str {
    match token {
        TokenPlace::Keychain => "token in the keychain",
        TokenPlace::Environment => "token from the environment",
        TokenPlace::ThisRun => "token for this run only",
        TokenPlace::KeychainUnavailable => "keychain unavailable",
        TokenPlace::Missing => "no token",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_token_would_come_from() {
        let account = |id: &str, keychain| Account { id: id.into(), provider: ProviderKind::Github, url: "https://x".into(), keychain };
        let (kept, bare) = (account("github", true), account("github-2", false));
        let alone = |one: &Account, set| expected(one, std::slice::from_ref(one), set);
        assert_eq!(alone(&kept, true), TokenPlace::Environment);
        assert_eq!(alone(&kept, false), TokenPlace::Keychain);
        assert_eq!(alone(&bare, true), TokenPlace::Environment);
        assert_eq!(alone(&bare, false), TokenPlace::Missing);
        let both = [kept.clone(), bare.clone()];
        assert_eq!(expected(&kept, &both, true), TokenPlace::Keychain);
        assert_eq!(expected(&bare, &both, true), TokenPlace::Missing);
    }
}
