//! Tokens and their permissions: the banner's, which may do everything, and further registered ones.
//!
//! `POST /world` with `{"token": {"vendor", …}}` → `{"token": {"token"}}` registers a token, or changes the
//! permissions of a known one. Without `token` that of the banner is meant. Members that are absent are as for the
//! banner's token.
//!
//! | Field | Vendor | |
//! |-|-|-|
//! | `token` | all | its text |
//! | `revoked` | all | true: refused from now on, like an unknown token |
//! | `expires_at` | all | RFC 3339; in the past: refused. GitHub reports it in `github-authentication-token-expiration` |
//! | `scopes` | GitHub | a classic token's, reported in `x-oauth-scopes`; null: a fine-grained token, which reports none and may not read check runs |
//! | | Heroku | of the OAuth authorization: `identity`, `read`, `write`, `read-protected`, `write-protected`, `global` |
//! | `permission` | GitHub | `viewerPermission`, and whether it may change anything: `ADMIN` … `READ` |
//! | `sso` | GitHub | an organisation that requires single sign-on for this token |
//! | `two_factor` | Heroku | the code that `Heroku-Two-Factor-Code` must carry |
//! | `suspended`, `delinquent` | Heroku | true: the account is in this state |

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::{Call, Reply, Vendor};

#[derive(Debug, Clone)]
pub struct Token {
    vendor: Vendor,
    text: String,
    revoked: bool,
    expires_at: Option<Timestamp>,
    pub scopes: Option<Vec<String>>,
    pub permission: String,
    pub sso: Option<String>,
    two_factor: Option<String>,
    suspended: bool,
    delinquent: bool,
}

/// In the order of registration, the banner's first.
#[derive(Debug)]
pub struct Tokens(Vec<Token>);

impl Token {
    /// A token that may do everything.
    pub fn new(vendor: Vendor, text: &str) -> Self {
        let scopes: &[&str] = match vendor {
            Vendor::Github => &["repo", "read:org", "workflow"],
            Vendor::Heroku => &["global"],
            Vendor::Circleci | Vendor::Logs | Vendor::Control | Vendor::Elsewhere => &[],
        };
        Self {
            vendor,
            text: text.to_owned(),
            revoked: false,
            expires_at: None,
            scopes: Some(scopes.iter().map(|s| (*s).to_owned()).collect()),
            permission: "WRITE".into(),
            sso: None,
            two_factor: None,
            suspended: false,
            delinquent: false,
        }
    }

    pub fn has(&self, scopes: &[&str]) -> bool {
        self.scopes.as_ref().is_none_or(|own| own.iter().any(|scope| scopes.contains(&scope.as_str())))
    }

    /// Whether the vendor allows it to change anything.
    pub fn may_write(&self) -> bool {
        matches!(self.permission.as_str(), "ADMIN" | "MAINTAIN" | "WRITE")
    }

    /// GitHub's headers about the token.
    pub fn github_headers(&self, reply: Reply) -> Reply {
        let reply = match &self.scopes {
            Some(scopes) => reply.with("x-oauth-scopes", scopes.join(", ")).with("x-accepted-oauth-scopes", "repo"),
            None => reply,
        };
        match self.expires_at {
            Some(at) => reply.with("github-authentication-token-expiration", at.strftime("%Y-%m-%d %H:%M:%S UTC")),
            None => reply,
        }
    }

    /// The OAuth authorization that this token belongs to.
    pub fn authorization(&self) -> Value {
        let expires_in = self.expires_at.map(|at| at.duration_since(Timestamp::now()).as_secs());
        json!({
            "id": "b7d1f4e0-0000-4000-8000-0000000a0001", "description": "Slipway", "client": null, "grant": null, "refresh_token": null,
            "access_token": {"id": "b7d1f4e0-0000-4000-8000-0000000a0002", "token": self.text, "expires_in": expires_in},
            "session": null, "scope": self.scopes, "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z",
        })
    }

    fn is_alive(&self) -> bool {
        !self.revoked && self.expires_at.is_none_or(|at| at > Timestamp::now())
    }

    fn change(&mut self, of: &Value) -> Result<(), String> {
        let text = |name: &str| of[name].as_str().map(str::to_owned);
        let flag = |name: &str, was: bool| of[name].as_bool().unwrap_or(was);
        self.revoked = flag("revoked", self.revoked);
        self.suspended = flag("suspended", self.suspended);
        self.delinquent = flag("delinquent", self.delinquent);
        if let Some(at) = text("expires_at") {
            self.expires_at = Some(at.parse().map_err(|_| "expires_at is RFC 3339")?);
        }
        match &of["scopes"] {
            Value::Array(scopes) => self.scopes = Some(scopes.iter().filter_map(|s| s.as_str().map(str::to_owned)).collect()),
            Value::Null if of.get("scopes").is_some() => self.scopes = None,
            _ => {}
        }
        self.permission = text("permission").unwrap_or(std::mem::take(&mut self.permission));
        for (name, field) in [("sso", &mut self.sso), ("two_factor", &mut self.two_factor)] {
            if let Some(value) = of.get(name) {
                *field = value.as_str().map(str::to_owned);
            }
        }
        Ok(())
    }

    /// Heroku's refusal of the whole account, or of a request without the second factor.
    pub fn heroku_refusal(&self, call: &Call) -> Option<Reply> {
        let refuse = |status, id, message: &str| Some(crate::heroku::answers::error(status, id, message));
        if self.suspended {
            return refuse(403, "suspended", "Your account has been suspended.");
        }
        if self.delinquent {
            return refuse(402, "delinquent", "Your account is delinquent. Please settle the outstanding balance.");
        }
        if let Some(code) = &self.two_factor
            && call.header("heroku-two-factor-code") != Some(code)
        {
            let message = "A second authentication factor or pre-authorization is required for this request";
            return refuse(403, "two_factor", message);
        }
        let wanted: &[&str] = match (call.method.as_str(), &call.route()[..]) {
            ("GET", ["account", "rate-limits"]) => return None,
            (_, ["account", ..]) => &["global", "identity"],
            (_, ["oauth", ..]) => &["global"],
            ("GET", [.., "config-vars"]) => &["global", "read-protected", "write-protected"],
            ("GET" | "HEAD", _) | ("POST", ["filters", ..]) => &["global", "read", "write", "read-protected", "write-protected"],
            (_, [.., "config-vars"]) => &["global", "write-protected"],
            (_, _) => &["global", "write", "write-protected"],
        };
        if self.has(wanted) { None } else { refuse(403, "forbidden", "You do not have access to this resource with this authorization.") }
    }

    /// GitHub's refusal of a REST call that the token may not make.
    pub fn github_refusal(&self, call: &Call, owner: &str) -> Option<Reply> {
        let docs = "https://docs.github.com/rest";
        if self.sso.as_deref() == Some(owner) {
            let body = json!({"message": self.sso_message(), "documentation_url": SSO_DOCS, "status": "403"});
            return Some(Reply::json(403, &body).with("x-github-sso", format!("required; url={}", sso_url(owner))));
        }
        // For a token that may not see it a private repository does not exist.
        if !self.has(&["repo"]) {
            return Some(Reply::json(404, &json!({"message": "Not Found", "documentation_url": docs, "status": "404"})));
        }
        let body = json!({"message": "Resource not accessible by personal access token", "documentation_url": docs, "status": "403"});
        (call.method != "GET" && !self.may_write()).then(|| Reply::json(403, &body))
    }

    /// GitHub's refusal of a GraphQL operation with these root fields, as errors in a 200.
    pub fn graphql_refusal(&self, call: &Call, repository: &str) -> Option<Reply> {
        let owner = repository.split('/').next().unwrap_or_default();
        let field = call.operations.iter().rev().find(|f| f.chars().next().is_some_and(char::is_lowercase))?;
        let of_a_repository = matches!(field.as_str(), "repository" | "node" | "nodes") || !call.mutations.is_empty();
        let refuse = |mut error: Value| {
            error["path"] = json!([field]);
            error["locations"] = json!([{"line": 1, "column": 1}]);
            Some(Reply::json(200, &json!({"data": {field.as_str(): null}, "errors": [error]})))
        };
        if !of_a_repository {
            return None;
        }
        if self.sso.is_some() {
            let reply = refuse(json!({"type": "FORBIDDEN", "extensions": {"saml_failure": true}, "message": self.sso_message()}));
            return reply.map(|r| r.with("x-github-sso", format!("required; url={}", sso_url(owner))));
        }
        if !self.has(&["repo"]) {
            let message = format!("Could not resolve to a Repository with the name '{repository}'.");
            return refuse(json!({"type": "NOT_FOUND", "message": message}));
        }
        let forbidden = !call.mutations.is_empty() && !self.may_write();
        let message = "Resource not accessible by personal access token";
        if forbidden { refuse(json!({"type": "FORBIDDEN", "message": message})) } else { None }
    }

    fn sso_message(&self) -> &'static str {
        "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization."
    }
}

const SSO_DOCS: &str = "https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/";

fn sso_url(owner: &str) -> String {
    format!("https://github.com/orgs/{owner}/sso?authorization_request=AZSANDBOX0000000000")
}

impl Tokens {
    pub fn new(banner: &BTreeMap<Vendor, String>) -> Self {
        Self(banner.iter().map(|(vendor, text)| Token::new(*vendor, text)).collect())
    }

    /// The token of the banner.
    fn first(&self, vendor: Vendor) -> &str {
        self.0.iter().find(|t| t.vendor == vendor).map_or("", |t| &t.text)
    }

    /// The token of a call, if the vendor still accepts it.
    pub fn of(&self, call: &Call) -> Option<Token> {
        let carries = |token: &&Token| {
            let circle = call.header("circle-token") == Some(&token.text) || call.param("circle-token") == Some(&token.text);
            call.authorized(&token.text) || (token.vendor == Vendor::Circleci && circle)
        };
        self.0.iter().filter(|t| t.vendor == call.vendor).find(carries).filter(|t| t.is_alive()).cloned()
    }

    /// Its index among the vendor's tokens; the banner's is 0.
    pub fn place(&self, token: &Token) -> Option<usize> {
        self.0.iter().filter(|t| t.vendor == token.vendor).position(|t| t.text == token.text)
    }

    /// The control command `token`.
    pub fn register(&mut self, of: &Value) -> Result<Value, String> {
        let vendor = match of["vendor"].as_str() {
            Some("github") => Vendor::Github,
            Some("circleci") => Vendor::Circleci,
            Some("heroku") => Vendor::Heroku,
            _ => return Err("vendor is github, circleci or heroku".into()),
        };
        let text = of["token"].as_str().map_or_else(|| self.first(vendor).to_owned(), str::to_owned);
        if !self.0.iter().any(|t| t.vendor == vendor && t.text == text) {
            self.0.push(Token::new(vendor, &text));
        }
        let Some(token) = self.0.iter_mut().find(|t| t.vendor == vendor && t.text == text) else { return Err("no such token".into()) };
        token.change(of)?;
        Ok(json!({"token": text}))
    }
}
