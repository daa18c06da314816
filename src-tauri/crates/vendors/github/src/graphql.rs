//! GraphQL answers, which may have both data and errors.

use super::unsupported_fields::Gap;
use crate::dialect::{lacks_scope, single_sign_on};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_http::{AccountClient, Answer, plain};
use slipway_vendor::{ReadError, Refusal, SendError};

#[derive(Serialize)]
pub(super) struct GraphBody<'a, V> {
    pub(super) query: &'a str,
    pub(super) variables: V,
}

/// An answer with data. `errors` is not empty when a part of the data is missing.
#[derive(Debug)]
pub(super) struct Graph<T> {
    pub(super) data: T,
    pub(super) errors: Vec<GraphError>,
    /// The scopes of the token, where the host tells them.
    pub(super) scopes: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GraphError {
    #[serde(rename = "type")]
    kind: Option<String>,
    message: Option<String>,
    path: Option<Vec<Value>>,
    extensions: Option<Value>,
    /// A refusal of the token that the headers of the same answer report.
    #[serde(skip)]
    refused: Option<ReadError>,
}

/// Why a query returned nothing.
pub(super) enum Unanswered {
    /// The query has parts that this host does not support: an older Enterprise Server.
    Undefined(Vec<Gap>, ReadError),
    /// The query asks for more than the host returns in one answer, or computes in its 10 s.
    TooHeavy(ReadError),
    Failed(ReadError),
}

impl From<Unanswered> for ReadError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Undefined(_, error) | Unanswered::TooHeavy(error) | Unanswered::Failed(error) => error,
        }
    }
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: Option<T>,
    errors: Option<Vec<GraphError>>,
}

impl<T: DeserializeOwned> Graph<T> {
    /// `may_halve`: a query that is too heavy is reported as such and its partial data is not used.
    pub(super) fn read(account: &AccountClient, answer: Answer, may_halve: bool) -> Result<Self, Unanswered> {
        let (headers, status) = (answer.headers.clone(), answer.status);
        if GAVE_UP.contains(&status.as_u16()) {
            let error = answer.unanswered();
            return Err(if may_halve { Unanswered::TooHeavy(error) } else { Unanswered::Failed(error) });
        }
        let envelope: Envelope<T> = answer.decode().map_err(Unanswered::Failed)?;
        let mut errors = envelope.errors.unwrap_or_default();
        errors.iter_mut().for_each(|error| error.refused = error.about_token(&headers, status, account));
        // Beyond the primary limit GitHub answers 200 (docs "Rate limits for the GraphQL API").
        if errors.iter().any(GraphError::is_limit) {
            return Err(Unanswered::Failed(account.note_limited_answer("graphql")));
        }
        let nothing = envelope.data.is_none();
        let heavy = errors.iter().find(|error| error.is_too_heavy() || (nothing && error.is_breakdown()));
        if let Some(error) = heavy.filter(|_| may_halve) {
            return Err(Unanswered::TooHeavy(error.as_read_error()));
        }
        match (envelope.data, errors.first()) {
            (Some(data), _) => Ok(Self { data, errors, scopes: told_scopes(&headers) }),
            (None, Some(error)) if errors.iter().any(|error| error.gap().is_some()) => {
                Err(Unanswered::Undefined(errors.iter().filter_map(GraphError::gap).collect(), error.as_read_error()))
            }
            (None, Some(error)) => Err(Unanswered::Failed(error.as_read_error())),
            (None, None) => Err(Unanswered::Failed(ReadError::Garbled("GitHub's answer has neither data nor errors".to_owned()))),
        }
    }

    /// The data of a mutation. Errors without data mean that GitHub refused it, except those that it returns when
    /// it timed out while working.
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

/// Statuses of a gateway whose server did not finish.
pub(super) const GAVE_UP: &[u16] = &[502, 504];

/// `X-OAuth-Scopes`, which is only sent for classic tokens (docs "Scopes for OAuth apps").
pub(super) fn told_scopes(headers: &HeaderMap) -> Option<Vec<String>> {
    let list = headers.get("x-oauth-scopes")?.to_str().ok()?;
    Some(list.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect())
}

fn gap_in_words(message: &str) -> Option<Gap> {
    let quoted: Vec<&str> = message.split(['\'', '"']).skip(1).step_by(2).collect();
    let field = |parent: &str, field: &str| Gap::Field { parent: parent.to_owned(), field: field.to_owned() };
    match quoted[..] {
        [name, parent, ..] if message.starts_with("Field") && message.contains("doesn't exist on type") => {
            // The apostrophe of "doesn't" counts as a quote here.
            let on = message.rsplit_once("on type '").map_or(parent, |(_, on)| on.trim_end_matches(['\'', '.', ' ']));
            Some(field(on, name))
        }
        [name, parent, ..] if message.starts_with("Cannot query field") => Some(field(parent, name)),
        [name, ..] if message.contains("doesn't accept argument") => {
            let argument = message.rsplit_once("argument '")?.1.trim_end_matches(['\'', '.', ' ']);
            Some(Gap::Argument { field: name.to_owned(), argument: argument.to_owned() })
        }
        [argument, place, ..] if message.starts_with("Unknown argument") => {
            let field = place.rsplit('.').next()?;
            Some(Gap::Argument { field: field.to_owned(), argument: argument.to_owned() })
        }
        [name, ..] if message.starts_with("Unknown type") => Some(Gap::Type(name.to_owned())),
        _ => {
            let rest = message.strip_prefix("No such type ")?;
            let name = rest.split([',', ' ']).next().filter(|name| !name.is_empty())?;
            Some(Gap::Type(name.to_owned()))
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

    /// The path in the data at which the error occurred: `repository.pullRequests.nodes.3.statusCheckRollup`.
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

    /// Which part of the query the schema does not have, by the codes of graphql-ruby, else by the texts of
    /// graphql-ruby and graphql-js.
    fn gap(&self) -> Option<Gap> {
        let told = |name: &str| Some(self.extensions.as_ref()?.get(name)?.as_str()?.to_owned());
        let by_code = match told("code").as_deref() {
            Some("undefinedField") => told("typeName").zip(told("fieldName")).map(|(parent, field)| Gap::Field { parent, field }),
            Some("undefinedType" | "cannotSpreadFragment") => told("typeName").map(Gap::Type),
            Some("argumentNotAccepted") => {
                told("name").zip(told("argumentName")).map(|(field, argument)| Gap::Argument { field, argument })
            }
            Some(_) | None => None,
        };
        by_code.or_else(|| gap_in_words(self.message.as_deref()?))
    }

    /// GitHub's types and messages for a query that is too large or takes too long.
    fn is_too_heavy(&self) -> bool {
        let limit = self.kind.as_deref().is_some_and(|kind| kind.ends_with("LIMIT_EXCEEDED") || kind.ends_with("LIMITS_EXCEEDED"));
        let text = self.message.as_deref().unwrap_or_default().to_lowercase();
        let said = ["timeout", "timed out", "resource limits for this query", "exceeds the maximum limit", "exceeds max complexity"];
        !self.is_limit() && (limit || said.iter().any(|words| text.contains(words)))
    }

    /// GraphQL answers 200 even to a token without permission.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_schema_lacks_is_read_from_codes_and_from_words() {
        let field = |parent: &str, field: &str| Some(Gap::Field { parent: parent.into(), field: field.into() });
        let argument = |field: &str, argument: &str| Some(Gap::Argument { field: field.into(), argument: argument.into() });
        let of_type = |name: &str| Some(Gap::Type(name.into()));
        let coded = |code: &str, more: &str| format!(r#"{{"message":"m","extensions":{{"code":"{code}"{more}}}}}"#);
        let worded = |message: &str| serde_json::json!({ "message": message }).to_string();
        for (error, expected) in [
            (coded("undefinedField", r#","typeName":"Ref","fieldName":"rules""#), field("Ref", "rules")),
            (coded("undefinedType", r#","typeName":"MergeQueueParameters""#), of_type("MergeQueueParameters")),
            (coded("cannotSpreadFragment", r#","typeName":"Actor","fragmentName":"unknown","parentName":"X""#), of_type("Actor")),
            (coded("argumentNotAccepted", r#","name":"rules","typeName":"Field","argumentName":"first""#), argument("rules", "first")),
            (coded("missingRequiredArguments", ""), None),
            (worded("Field 'rules' doesn't exist on type 'Ref'"), field("Ref", "rules")),
            (worded("Field 'rules' doesn't exist on type 'Ref'."), field("Ref", "rules")),
            (worded("Cannot query field \"rules\" on type \"Ref\"."), field("Ref", "rules")),
            (worded("No such type MergeQueueParameters, so it can't be a fragment condition"), of_type("MergeQueueParameters")),
            (worded("Unknown type \"MergeQueueParameters\"."), of_type("MergeQueueParameters")),
            (worded("Field 'rules' doesn't accept argument 'first'"), argument("rules", "first")),
            (worded("Unknown argument \"first\" on field \"Ref.rules\"."), argument("rules", "first")),
            (worded("Something went wrong"), None),
            (worded("Field"), None),
            (worded(""), None),
        ] {
            let read: GraphError = serde_json::from_str(&error).unwrap();
            assert_eq!(read.gap(), expected, "{error}");
        }
    }

    #[test]
    fn what_is_too_heavy_is_told_from_what_may_not_be_asked_now() {
        for (kind, message, heavy) in [
            (Some("RESOURCE_LIMITS_EXCEEDED"), "", true),
            (Some("MAX_NODE_LIMIT_EXCEEDED"), "", true),
            (None, "Resource limits for this query exceeded.", true),
            (None, "This query requests up to 1,234,567 possible nodes which exceeds the maximum limit of 500,000.", true),
            (
                None,
                "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.",
                true,
            ),
            (Some("RATE_LIMITED"), "API rate limit exceeded", false),
            (Some("RATE_LIMIT"), "API rate limit exceeded", false),
            (Some("FORBIDDEN"), "Resource not accessible by personal access token", false),
            (None, "Something went wrong", false),
        ] {
            let error = GraphError { kind: kind.map(str::to_owned), message: Some(message.into()), ..GraphError::default() };
            assert_eq!(error.is_too_heavy(), heavy, "{kind:?} {message}");
        }
    }
}
