//! GitHub: GraphQL at `/graphql`, everything else REST; `/api` and `/api/v3` as on Enterprise Server.

use serde_json::{Value, json};

use crate::exchange::{Exchange, Violation};
use crate::graphql::GraphQl;
use crate::openapi::OpenApi;

pub(crate) struct Github {
    graphql: Option<GraphQl>,
    rest: Option<OpenApi>,
}

impl Github {
    pub(crate) fn new(schema: Option<&str>, rest: Option<Value>) -> Self {
        // Statuses that every operation may have in addition to its own.
        let refer = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let error = json!({ "anyOf": [refer("basic-error"), refer("validation-error"), refer("validation-error-simple")] });
        Self { graphql: schema.map(GraphQl::new), rest: rest.map(|contract| OpenApi::new(contract, "", error)) }
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.graphql.is_some() && self.rest.is_some()
    }

    pub(crate) fn rest_operations(&self) -> Vec<String> {
        self.rest.iter().flat_map(OpenApi::operations).collect()
    }

    pub(crate) fn operation(&self, exchange: &Exchange) -> Option<String> {
        match is_graphql(exchange) {
            true => self.graphql.as_ref()?.operation(exchange),
            false => self.rest.as_ref()?.operation(&rooted(exchange)),
        }
    }

    pub(crate) fn check_document(&self, document: &str) -> Vec<String> {
        self.graphql.as_ref().map(|contract| contract.check_document(document)).unwrap_or_default()
    }

    pub(crate) fn check(&self, exchange: &Exchange) -> Vec<Violation> {
        let violations = match is_graphql(exchange) {
            true => self.graphql.as_ref().map(|contract| contract.check(exchange)),
            false => self.rest.as_ref().map(|contract| contract.check(&rooted(exchange))),
        };
        violations.unwrap_or_default()
    }
}

fn is_graphql(exchange: &Exchange) -> bool {
    matches!(exchange.path.as_str(), "/graphql" | "/api/graphql")
}

fn rooted(exchange: &Exchange) -> Exchange {
    let mut exchange = exchange.clone();
    if let Some(path) = exchange.path.strip_prefix("/api/v3") {
        exchange.path = path.to_owned();
    }
    exchange
}
