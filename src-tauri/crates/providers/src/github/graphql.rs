//! GraphQL answers: data and errors together, as GitHub gives them.

use crate::http::{AccountClient, Answer, lacks_scope, plain, single_sign_on};
use crate::{ReadError, Refusal, SendError};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct GraphBody<'a, V> {
    pub(super) query: &'a str,
    pub(super) variables: V,
}

/// An answer with data. `errors` is not empty when a part is missing.
#[derive(Debug)]
pub(super) struct Graph<T> {
    pub(super) data: T,
    pub(super) errors: Vec<GraphError>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GraphError {
    #[serde(rename = "type")]
    kind: Option<String>,
    message: Option<String>,
    path: Option<Vec<Value>>,
    extensions: Option<Value>,
    /// Said of the token, by the headers of the same answer.
    #[serde(skip)]
    refused: Option<ReadError>,
}

/// Why a query gave nothing.
pub(super) enum Unanswered {
    /// A field or a type that this host does not have: an older Enterprise Server.
    Undefined(ReadError),
    Failed(ReadError),
}

impl From<Unanswered> for ReadError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Undefined(error) | Unanswered::Failed(error) => error,
        }
    }
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: Option<T>,
    errors: Option<Vec<GraphError>>,
}

impl<T: DeserializeOwned> Graph<T> {
    pub(super) fn read(account: &AccountClient, answer: Answer) -> Result<Self, Unanswered> {
        let (headers, status) = (answer.headers.clone(), answer.status);
        let envelope: Envelope<T> = answer.decode().map_err(Unanswered::Failed)?;
        let mut errors = envelope.errors.unwrap_or_default();
        errors.iter_mut().for_each(|error| error.refused = error.about_token(&headers, status, account));
        // Over the primary limit GitHub answers 200 (docs "Rate limits for the GraphQL API").
        if errors.iter().any(GraphError::is_limit) {
            return Err(Unanswered::Failed(account.note_limited_answer("graphql")));
        }
        match (envelope.data, errors.first()) {
            (Some(data), _) => Ok(Self { data, errors }),
            (None, Some(error)) if errors.iter().any(GraphError::is_undefined) => Err(Unanswered::Undefined(error.as_read_error())),
            (None, Some(error)) => Err(Unanswered::Failed(error.as_read_error())),
            (None, None) => Err(Unanswered::Failed(ReadError::Garbled("GitHub's answer has neither data nor errors".to_owned()))),
        }
    }

    /// The data of a mutation. Errors without data are GitHub's no, but for those it gives when
    /// it gave up in the middle.
    pub(super) fn sent(answer: Answer) -> Result<T, SendError> {
        let status = answer.status.as_u16();
        let (headers, account) = (answer.headers.clone(), answer.account.clone());
        let envelope: Envelope<Value> = answer.decode_sent()?;
        let mut errors = envelope.errors.unwrap_or_default();
        errors.iter_mut().for_each(|error| error.refused = error.about_token(&headers, StatusCode::OK, &account));
        let field = envelope.data.as_ref().and_then(|data| data.as_object()?.values().find(|v| !v.is_null()));
        match (field, errors.first()) {
            (None, Some(error)) if error.is_breakdown() => Err(SendError::Lost(error.text())),
            (None, Some(error)) => Err(SendError::Refused { status, message: error.text() }),
            (None, None) => Err(SendError::Lost("GitHub's answer does not say what became of it".to_owned())),
            (Some(_), _) => serde_json::from_value(envelope.data.unwrap_or_default())
                .map_err(|_| SendError::Lost("GitHub's answer is not of the documented form".to_owned())),
        }
    }
}

impl GraphError {
    pub(super) fn text(&self) -> String {
        if let Some(refused) = &self.refused {
            return refused.to_string();
        }
        plain(self.message.as_deref().unwrap_or("GitHub gave an error without a message"))
    }

    /// Where in the data it happened: `repository.pullRequests.nodes.3.statusCheckRollup`.
    pub(super) fn place(&self) -> String {
        let part = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.path.iter().flatten().map(part).collect::<Vec<_>>().join(".")
    }

    pub(super) fn as_read_error(&self) -> ReadError {
        if let Some(refused) = &self.refused {
            return refused.clone();
        }
        let text = format!("GitHub: {}", self.text());
        match self.kind.as_deref() {
            Some("NOT_FOUND") => ReadError::NotFound(text),
            Some("FORBIDDEN" | "INSUFFICIENT_SCOPES" | "SAML") => ReadError::Forbidden(text),
            _ if self.is_breakdown() => ReadError::Unreachable(text),
            _ => ReadError::Garbled(text),
        }
    }

    /// The token may not see it.
    pub(super) fn is_forbidden(&self) -> bool {
        let said = self.message.as_deref().is_some_and(|message| message.starts_with("Resource not accessible by"));
        said || matches!(self.kind.as_deref(), Some("FORBIDDEN" | "INSUFFICIENT_SCOPES"))
    }

    /// graphql-ruby's codes for what the schema lacks.
    fn is_undefined(&self) -> bool {
        let code = self.extensions.as_ref().and_then(|e| e.get("code")).and_then(Value::as_str);
        matches!(code, Some("undefinedField" | "undefinedType"))
    }

    /// GraphQL answers 200 also to a token that may not look.
    fn about_token(&self, headers: &HeaderMap, status: StatusCode, account: &AccountClient) -> Option<ReadError> {
        let kind = self.kind.as_deref();
        let saml = self.extensions.as_ref().is_some_and(|e| e["saml_failure"] == true);
        if saml {
            return single_sign_on(headers);
        }
        if matches!(kind, Some("NOT_FOUND" | "FORBIDDEN" | "INSUFFICIENT_SCOPES"))
            && let Some(lacks) = lacks_scope(status, headers, &account.remedy())
        {
            return Some(lacks);
        }
        let personal = self.message.as_deref().is_some_and(|m| m.starts_with("Resource not accessible by"));
        let message = || {
            let said = plain(self.message.as_deref().unwrap_or_default());
            format!("The GitHub token may not do this ({said}): give it write access to the repository. {}", account.remedy())
        };
        (personal && kind == Some("FORBIDDEN")).then(|| ReadError::Refused { why: Refusal::Scope, message: message(), url: None })
    }

    fn is_limit(&self) -> bool {
        matches!(self.kind.as_deref(), Some("RATE_LIMITED" | "RATE_LIMIT"))
    }

    fn is_breakdown(&self) -> bool {
        let text = self.message.as_deref().unwrap_or_default();
        matches!(self.kind.as_deref(), Some("INTERNAL" | "INTERNAL_SERVER_ERROR")) || text.starts_with("Something went wrong")
    }
}
