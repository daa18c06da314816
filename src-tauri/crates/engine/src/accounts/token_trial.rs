//! Whether a vendor accepts a token, asked before anything of it is kept.

use super::new_account::{AccountProbe, NewToken, SetupError};
use super::rate_limit_store::WaitFile;
use super::{Accounts, account_selection};
use crate::locks::lock;
use async_trait::async_trait;
use slipway_domain::service::Account;
use slipway_http::{Secret, TokenSource};
use slipway_vendor::{Identity, ReadError, Refusal};
use std::sync::Arc;

/// What became of the question whether a token works. Only `Works` says that it does.
#[derive(Clone, Debug)]
pub enum Tested {
    Works(AccountProbe),
    /// It could not be asked, and why.
    NotTested(ReadError),
    /// There is no token yet that could be tested.
    NoToken,
}

/// A token that is tried, and nothing else of its account.
struct Tried(Secret);

#[async_trait]
impl TokenSource for Tried {
    async fn token(&self) -> Result<Secret, ReadError> {
        Ok(self.0.clone())
    }

    fn remedy(&self) -> String {
        "Nothing was kept: give another one.".to_owned()
    }

    fn read_only(&self) -> Option<String> {
        Some("The token is only tried: nothing is changed with it.".to_owned())
    }
}

impl Accounts {
    /// Asks the account's server whether it accepts the token. Refused is an error: such a token is
    /// not kept.
    pub(crate) async fn try_token(&self, account: &Account, token: &NewToken) -> Result<Tested, SetupError> {
        let secret = match token {
            NewToken::Keychain(token) | NewToken::ThisRun(token) if token.trim().is_empty() => {
                return Err(SetupError::Usage("The token is empty. Paste it again.".to_owned()));
            }
            NewToken::Keychain(token) | NewToken::ThisRun(token) => Secret::new(token),
            NewToken::Borrowed => {
                let lent = self.tokens.borrowed(account).await;
                lent.map_err(|error| SetupError::Usage(error.to_string()))?
            }
            NewToken::None => match self.tokens.environment_token(account, self.would_be_only(account)) {
                Some(secret) => secret,
                None => return Ok(Tested::NoToken),
            },
        };
        match self.ask_who(account, secret).await {
            Ok(Identity { user, scopes, capabilities }) => Ok(Tested::Works(AccountProbe { user, scopes, capabilities })),
            Err(error) if is_refusal(&error) => Err(SetupError::Refused(error)),
            Err(error) => Ok(Tested::NotTested(error)),
        }
    }

    /// Whether the account will be the only one of its kind once it is stored: one that is only in
    /// the environment gives way to it.
    fn would_be_only(&self, account: &Account) -> bool {
        let mut accounts = lock(&self.accounts).clone();
        accounts.retain(|known| known.id != account.id && !known.id.ends_with("-environment"));
        accounts.push(account.clone());
        account_selection::is_only(&accounts, account)
    }

    async fn ask_who(&self, account: &Account, secret: Secret) -> Result<Identity, ReadError> {
        let vendor = self.known_vendor(account)?;
        let source = Arc::new(Tried(secret));
        let client = self.http.account(vendor.dialect, Some(&account.url), source).map_err(|e| ReadError::Garbled(e.to_string()))?;
        // A wait that the server asked for holds for whoever asks.
        client.share_waits(Arc::new(WaitFile::of(&self.folder, account)));
        self.pass_second_factor(&client);
        (vendor.connect)(client).whoami().await
    }
}

/// The vendor has answered, and the answer is that this token is not let in. A second factor or single
/// sign-on is a person's to give, with the same token.
fn is_refusal(error: &ReadError) -> bool {
    match error {
        // What cannot be put into a request is no token either.
        ReadError::SignIn(_) | ReadError::NoToken(_) | ReadError::Forbidden(_) => true,
        ReadError::Refused { why, .. } => match why {
            Refusal::Expired | Refusal::Revoked | Refusal::Scope | Refusal::Suspended => true,
            Refusal::SingleSignOn | Refusal::TwoFactor => false,
        },
        ReadError::NotFound(_)
        | ReadError::RateLimited { .. }
        | ReadError::Unreachable(_)
        | ReadError::Intermediary { .. }
        | ReadError::Garbled(_)
        | ReadError::Late(_)
        | ReadError::Internal(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_about_the_token_refuses_it() {
        let refused = |why| ReadError::Refused { why, message: String::new(), url: None };
        let text = String::new;
        for (error, refuses) in [
            (ReadError::SignIn(text()), true),
            (ReadError::Forbidden(text()), true),
            (refused(Refusal::Expired), true),
            (refused(Refusal::Revoked), true),
            (refused(Refusal::Suspended), true),
            (refused(Refusal::Scope), true),
            (refused(Refusal::TwoFactor), false),
            (refused(Refusal::SingleSignOn), false),
            (ReadError::Unreachable(text()), false),
            (ReadError::Garbled(text()), false),
            (ReadError::Intermediary { why: slipway_vendor::Intermediary::Portal, message: text() }, false),
            (ReadError::NotFound(text()), false),
            (ReadError::RateLimited { message: text(), until: None }, false),
            (ReadError::Late(text()), false),
        ] {
            assert_eq!(is_refusal(&error), refuses, "{error:?}");
        }
    }
}
