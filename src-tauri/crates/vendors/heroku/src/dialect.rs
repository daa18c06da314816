//! Heroku's HTTP: budgets, the second factor, and what refusals mean.
//!
//! Source: Platform API reference, "Rate limits" (`RateLimit-Remaining` of 4,500 an hour, refilled by about 75 a
//! minute), "Two-factor authentication" and "Errors" (the `id` of an error).

use crate::profile::{ID, TITLE};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;
use slipway_domain::vendor::VendorId;
use slipway_http::{Base, Call, HttpDialect, Roots};
use slipway_vendor::{ReadError, Refusal};

#[derive(Debug)]
pub(super) struct HerokuDialect;

impl HttpDialect for HerokuDialect {
    fn vendor(&self) -> VendorId {
        ID
    }

    fn title(&self) -> &'static str {
        TITLE
    }

    fn default_url(&self) -> &'static str {
        "https://api.heroku.com"
    }

    fn roots(&self, base: &Base<'_>) -> Roots {
        let root = format!("{}{}", base.origin, base.path);
        Roots { shown: root.clone(), rest: root.clone(), second: root }
    }

    fn hourly_limit(&self) -> Option<u64> {
        Some(4500)
    }

    fn refusal_of_token(&self, _status: StatusCode, _headers: &HeaderMap, body: &[u8], remedy: &str) -> Option<ReadError> {
        refusal(body, remedy)
    }

    fn second_factor_header(&self) -> Option<&'static str> {
        Some("heroku-two-factor-code")
    }

    /// It costs nothing and reports how many requests remain.
    fn cheapest_read(&self, roots: &Roots) -> Call {
        Call::get(format!("{}/account/rate-limits", roots.rest))
            .header(header::ACCEPT, HeaderValue::from_static("application/vnd.heroku+json; version=3"))
    }
}

fn refusal(body: &[u8], remedy: &str) -> Option<ReadError> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let (why, message) = match value["id"].as_str()? {
        "two_factor" => (
            Refusal::TwoFactor,
            "Heroku asks for a second factor. Enter the code in Settings, or give it with --two-factor CODE.".to_owned(),
        ),
        "suspended" => (Refusal::Suspended, "Heroku has suspended this account or app; Heroku's support can tell why.".to_owned()),
        "delinquent" => {
            (Refusal::Suspended, "This Heroku account owes money; settle it at dashboard.heroku.com/account/billing.".to_owned())
        }
        "forbidden" => {
            let message =
                format!("The Heroku token may not do this: its authorization has too little scope, or its user no access. {remedy}");
            (Refusal::Scope, message)
        }
        _ => return None,
    };
    Some(ReadError::Refused { why, message, url: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_second_factor_is_asked_for() {
        let two = refusal(br#"{"id":"two_factor","message":"x"}"#, "");
        assert!(matches!(two, Some(ReadError::Refused { why: Refusal::TwoFactor, .. })));
    }

    proptest! {
        #[test]
        fn odd_bodies_never_panic(body in prop::collection::vec(any::<u8>(), 0..60)) {
            refusal(&body, "");
        }
    }
}
