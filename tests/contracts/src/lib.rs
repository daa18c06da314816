//! The vendors' published contracts, and checks of exchanges against them.
//!
//! [`Recorder`] is a proxy between a client and the sandbox that records every [`Exchange`]; [`Contracts::check`]
//! compares one with its vendor's contract and lists each [`Violation`]. Unknown members and unknown operations are
//! violations, in requests and in answers.

mod answer_gate;
mod contract_files;
mod exchange;
mod github;
mod graphql;
mod graphql_answer;
mod hyper_schema;
pub mod mutated;
mod openapi;
mod paths;
mod recorder;
mod strict_schema;

pub use answer_gate::Pace;
pub use contract_files::{client_program, node_package};
pub use exchange::{Exchange, Vendor, Violation};
pub use recorder::Recorder;

use anyhow::Result;
use contract_files::Published;
use github::Github;
use hyper_schema::HyperSchema;
use openapi::OpenApi;
use serde_json::json;

/// The contracts that were found. A vendor without one is not checked and is listed in [`Contracts::missing`].
pub struct Contracts {
    github: Github,
    circleci: Option<OpenApi>,
    circleci_logs: OpenApi,
    heroku: Option<HyperSchema>,
    missing: Vec<String>,
}

/// Additions to v2's contract of 2022, each with its source.
const CIRCLECI_SINCE: &str = include_str!("../overlays/circleci-v2.json");
/// v1.1 has no published schema: the two calls that are still used, after its documentation.
const CIRCLECI_V1: &str = include_str!("../overlays/circleci-v1.1.json");

impl Contracts {
    /// Fails when a contract was found and cannot be read.
    pub fn load() -> Result<Self> {
        let mut published = Published::default();
        let github =
            Github::new(published.text(&contract_files::GITHUB_GRAPHQL)?.as_deref(), published.json(&contract_files::GITHUB_REST)?);
        let error = json!({ "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } } });
        let circleci = published.json(&contract_files::CIRCLECI)?.map(|mut contract| {
            merge(&mut contract, serde_json::from_str(CIRCLECI_SINCE).expect("the overlay is JSON"));
            OpenApi::new(contract, "/api/v2", error.clone())
        });
        let circleci_logs = OpenApi::new(serde_json::from_str(CIRCLECI_V1).expect("the overlay is JSON"), "/api/v1.1", error);
        let heroku = published.json(&contract_files::HEROKU)?.map(HyperSchema::new);
        Ok(Self { github, circleci, circleci_logs, heroku, missing: published.missing })
    }

    /// The contracts that were not found, each with how to get it.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Whether this vendor's exchanges are checked completely.
    pub fn has(&self, vendor: Vendor) -> bool {
        match vendor {
            Vendor::Github => self.github.is_whole(),
            Vendor::Circleci => self.circleci.is_some(),
            Vendor::Heroku => self.heroku.is_some(),
        }
    }

    /// Every operation of a vendor except GraphQL's; empty where its contract was not found.
    pub fn operations(&self, vendor: Vendor) -> Vec<String> {
        match vendor {
            Vendor::Github => self.github.rest_operations(),
            Vendor::Circleci => self.circleci.iter().flat_map(OpenApi::operations).chain(self.circleci_logs.operations()).collect(),
            Vendor::Heroku => self.heroku.iter().flat_map(HyperSchema::operations).collect(),
        }
    }

    /// The operation's name in the contract, such as `GET /apps/{}/releases` or `graphql OpenPRs`.
    pub fn operation(&self, exchange: &Exchange) -> Option<String> {
        match exchange.vendor {
            Vendor::Github => self.github.operation(exchange),
            Vendor::Circleci => self.circle(exchange)?.operation(exchange),
            Vendor::Heroku => self.heroku.as_ref()?.operation(exchange),
        }
    }

    pub fn check(&self, exchange: &Exchange) -> Vec<Violation> {
        match exchange.vendor {
            Vendor::Github => self.github.check(exchange),
            Vendor::Circleci => self.circle(exchange).map(|contract| contract.check(exchange)).unwrap_or_default(),
            Vendor::Heroku => self.heroku.as_ref().map(|contract| contract.check(exchange)).unwrap_or_default(),
        }
    }

    /// The violations of several exchanges, each reported once for an operation and a place.
    pub fn report(&self, exchanges: &[Exchange]) -> Vec<String> {
        let mut told = std::collections::BTreeMap::new();
        for exchange in exchanges {
            for violation in self.check(exchange) {
                let operation = self.operation(exchange).unwrap_or_else(|| exchange.path.clone());
                told.entry((exchange.vendor, operation, violation.place(), violation.what.clone())).or_insert(violation);
            }
        }
        told.into_values().map(|violation| violation.to_string()).collect()
    }

    /// The errors of a GraphQL document for GitHub, whatever its variables are.
    pub fn check_document(&self, document: &str) -> Vec<String> {
        self.github.check_document(document)
    }

    fn circle(&self, exchange: &Exchange) -> Option<&OpenApi> {
        if exchange.path.starts_with("/api/v1.1/") { Some(&self.circleci_logs) } else { self.circleci.as_ref() }
    }
}

/// Merges as in RFC 7396.
fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
    match patch {
        serde_json::Value::Object(patch) => {
            if !into.is_object() {
                *into = json!({});
            }
            let members = into.as_object_mut().expect("just made one");
            for (name, value) in patch {
                if value.is_null() {
                    members.remove(&name);
                } else {
                    merge(members.entry(name).or_insert(serde_json::Value::Null), value);
                }
            }
        }
        other => *into = other,
    }
}
