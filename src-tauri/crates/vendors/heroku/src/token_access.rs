//! What a Heroku token may do, found out by reads only.
//!
//! Scopes (Dev Center "OAuth", "Scopes"): `identity` the account; `read`, `write` apps without config
//! vars; `read-protected`, `write-protected` with them; `global` everything.

use super::client::Heroku;
use super::wire;
use slipway_domain::capability::{Capability, Grant, Need};
use slipway_http::Secret;
use slipway_vendor::{Identity, ReadError, Refusal};

/// At most three requests.
pub(super) async fn whoami(heroku: &Heroku) -> Result<Identity, ReadError> {
    let user = match heroku.get(&["account"]).await {
        Ok(answer) => {
            let account: wire::Account = answer.decode()?;
            account.email.or(account.id)
        }
        // A token without `identity` may still read apps.
        Err(ReadError::Refused { why: Refusal::Scope, .. }) => None,
        Err(error) => return Err(error),
    };
    let scopes = own_scopes(heroku).await?;
    let may_read = match &scopes {
        Some(_) => None,
        None => Some(reads_apps(heroku).await?),
    };
    let capabilities = capabilities(scopes.as_deref(), user.is_some(), may_read);
    Ok(Identity { user, scopes, capabilities })
}

/// An error about one app names that app and is not the account's: the token may be able to read others.
pub(super) fn of_app(app: &str, error: ReadError) -> ReadError {
    match error {
        ReadError::NotFound(_) => ReadError::NotFound(format!(
            "Heroku has no app {app} that this account may see: it was renamed or deleted, or the account has lost its access to it"
        )),
        ReadError::Refused { why: Refusal::Scope, .. } => ReadError::Forbidden(format!(
            "Heroku does not let this account read the app {app}: its user has no access to it, or the token too little scope"
        )),
        ReadError::Forbidden(why) => ReadError::Forbidden(format!("Heroku does not let this account read the app {app}: {why}")),
        ReadError::SignIn(_)
        | ReadError::NoToken(_)
        | ReadError::RateLimited { .. }
        | ReadError::Refused { .. }
        | ReadError::Unreachable(_)
        | ReadError::Garbled(_)
        | ReadError::Intermediary { .. }
        | ReadError::Late(_)
        | ReadError::Internal(_) => error,
    }
}

/// The scopes of the authorization that this token belongs to. Only `global` tokens may read them. The tokens of
/// other authorizations are in the answer; they are compared and dropped.
async fn own_scopes(heroku: &Heroku) -> Result<Option<Vec<String>>, ReadError> {
    let authorizations: Vec<wire::Authorization> = match heroku.get(&["oauth", "authorizations"]).await {
        Ok(answer) => answer.decode_once()?,
        Err(ReadError::Refused { why: Refusal::Scope, .. } | ReadError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    // The transport has removed the token of this request from the answer.
    let is_own = |a: &wire::Authorization| a.access_token.as_ref().and_then(|t| t.token.as_ref()).is_some_and(|t| Secret::is_redaction(t));
    Ok(authorizations.into_iter().find(is_own).and_then(|a| a.scope))
}

async fn reads_apps(heroku: &Heroku) -> Result<bool, ReadError> {
    match heroku.get(&["apps"]).await {
        Ok(_) => Ok(true),
        Err(ReadError::Refused { why: Refusal::Scope, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn capabilities(scopes: Option<&[String]>, identity: bool, reads: Option<bool>) -> Vec<Capability> {
    let any = |wanted: &[&str]| scopes.map(|own| own.iter().any(|scope| wanted.contains(&scope.as_str())));
    let grant = |known: Option<bool>| match known {
        Some(true) => Grant::Granted,
        Some(false) => Grant::Missing,
        None => Grant::Unknown,
    };
    let reads = any(&["global", "read", "write", "read-protected", "write-protected"]).or(reads);
    // What cannot be read cannot be changed either.
    let writes = any(&["global", "write", "write-protected"]).or(reads.filter(|may| !may));
    let config = any(&["global", "read-protected", "write-protected"]).or(reads.filter(|may| !may));
    let of = |name: &str, need, state, purpose: &str, disables: &[&str]| Capability {
        name: name.to_owned(),
        need,
        state,
        purpose: purpose.to_owned(),
        disables: disables.iter().map(|action| (*action).to_owned()).collect(),
        advice: match state {
            Grant::Granted => None,
            Grant::Missing => Some(format!("Make an authorization with it: heroku authorizations:create --scope {name}")),
            Grant::Unknown => Some("Heroku tells the scopes only to a token with global scope.".to_owned()),
        },
    };
    vec![
        of("read", Need::Required, grant(reads), "releases and dynos", &[]),
        of("write", Need::Required, grant(writes), "rolling back", &["rollback"]),
        of("read-protected", Need::Useful, grant(config), "naming the config vars a rollback changes", &[]),
        of("identity", Need::Useful, grant(Some(identity)), "showing whose token it is", &[]),
    ]
}
