//! GraphQL requests are validated against the schema, costed and executed.

use std::cell::RefCell;
use std::sync::LazyLock;

use apollo_compiler::executable::{FragmentMap, Selection, SelectionSet};
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, ast};
use serde_json::{Value, json};

use super::answers::not_found;
use super::connection::{FORBIDDEN, HIDDEN, Node, Out, leaf, plain};
use super::mutations;
use super::node_ids::pull_of;
use super::objects::{Context, Object};
use super::{older_server, unknown_fields};
use crate::http::{Call, Mutation, Reply, Vendor};
use crate::operations;
use crate::state::Shared;
use crate::tokens::Token;
use crate::world::World;
use crate::world::degraded_reads::GaveUp;

/// A part of GitHub's published schema.
pub const SCHEMA: &str = concat!(include_str!("schema.graphql"), include_str!("more.graphql"));

static PARSED: LazyLock<Valid<Schema>> =
    LazyLock::new(|| Schema::parse_and_validate(SCHEMA, "schema.graphql").expect("the sandbox's own schema is valid"));

/// The schema of an Enterprise Server from before merge queues.
static OLDER: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let mut schema = (**PARSED).clone();
    older_server::remove_what_it_lacks(&mut schema);
    Valid::assume_valid(schema)
});

/// The operation's name and root fields, and what it would change.
pub(super) fn describe(call: &mut Call) {
    call.kind = "POST /graphql".into();
    let Some(body) = call.json() else { return };
    let Some(query) = body["query"].as_str() else { return };
    let document = ast::Document::parse(query, "query.graphql").unwrap_or_else(|e| e.partial);
    let named = body["operationName"].as_str();
    for definition in &document.definitions {
        let ast::Definition::OperationDefinition(operation) = definition else { continue };
        let name = operation.name.as_ref().map(|n| n.as_str());
        if named.is_some() && named != name {
            continue;
        }
        if let Some(name) = name {
            call.kind = format!("POST /graphql {name}");
            call.operations.push(name.to_owned());
        }
        for selection in &operation.selection_set {
            let ast::Selection::Field(field) = selection else { continue };
            call.operations.push(field.name.to_string());
            if operation.operation_type == ast::OperationType::Mutation {
                let input = field.arguments.iter().find(|a| a.name == "input").map(|a| &a.value);
                let target = input.and_then(|v| pull_id(v, &body["variables"])).and_then(|id| pull_of(&id));
                let target = target.map_or_else(|| "unknown".into(), |(o, r, n)| format!("{o}/{r}#{n}"));
                call.mutations.push(Mutation { kind: mutations::kind(field.name.as_str()).into(), target });
            }
        }
    }
}

fn pull_id(input: &ast::Value, variables: &Value) -> Option<String> {
    let text = |value: &ast::Value| match value {
        ast::Value::Variable(name) => variables[name.as_str()].as_str().map(str::to_owned),
        other => other.as_str().map(str::to_owned),
    };
    match input {
        ast::Value::Variable(name) => {
            let input = &variables[name.as_str()];
            input["pullRequestId"].as_str().or(input["id"].as_str()).map(str::to_owned)
        }
        ast::Value::Object(fields) => fields.iter().find(|(n, _)| *n == "pullRequestId" || *n == "id").and_then(|(_, v)| text(v)),
        _ => None,
    }
}

pub(super) fn answer(shared: &Shared, world: &mut World, call: &Call, token: &Token) -> Reply {
    let docs = "https://docs.github.com/graphql";
    let address = shared.address(call);
    if call.method != "POST" {
        return not_found();
    }
    let Some(body) = call.json() else {
        return Reply::json(400, &json!({"message": "Problems parsing JSON", "documentation_url": docs, "status": "400"}));
    };
    let Some(query) = body["query"].as_str() else {
        return Reply::json(
            400,
            &json!({"message": "A query attribute must be specified and must be a string.", "documentation_url": docs, "status": "400"}),
        );
    };
    let document = match ExecutableDocument::parse_and_validate(&PARSED, query, "query.graphql") {
        Ok(document) => document,
        Err(invalid) => {
            let errors = invalid.errors.iter().map(|e| to_value(&e.unstable_to_json_compat())).collect();
            match unknown_fields::told(errors) {
                Ok(errors) if errors.is_empty() => Valid::assume_valid(invalid.partial),
                Ok(errors) => return Reply::json(200, &json!({"errors": errors})),
                Err(names) => return not_simulated(shared, call, &names),
            }
        }
    };
    let missing = older_server::lacks(world, &document);
    if !missing.is_empty() {
        return Reply::json(200, &json!({"errors": missing}));
    }
    let operation = match document.operations.get(body["operationName"].as_str()) {
        Ok(operation) => operation,
        Err(_) => return errors("An operation name is required"),
    };
    let variables: JsonMap = serde_json::from_value(body["variables"].clone()).unwrap_or_default();
    let mut cost = Cost { variables: &body["variables"], fragments: &document.fragments, requests: 0.0, nodes: 0.0 };
    cost.walk(&operation.selection_set, 1.0);
    let points = ((cost.requests / 100.0).round() as i64).max(1);
    if cost.nodes > 500_000.0 {
        return errors(&format!("This query requests up to {} possible nodes which exceeds the maximum limit of 500,000.", cost.nodes));
    }
    if let Some(heavy) = world.reading.heavy.as_ref().filter(|heavy| cost.nodes > heavy.nodes) {
        return gave_up(heavy.how);
    }
    let rate = {
        let mut rates = shared.rates.lock().expect("the rates' lock is never poisoned");
        rates.graphql.spend(points);
        let mut request_log = shared.request_log.lock().expect("the request log's lock is never poisoned");
        request_log.spent(Vendor::Github, "graphql", points.unsigned_abs());
        drop(request_log);
        let window = &rates.graphql;
        let reset = jiff::Timestamp::from_second(window.reset()).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ");
        plain(
            "RateLimit",
            vec![
                ("cost", leaf(points)),
                ("limit", leaf(window.limit)),
                ("nodeCount", leaf(cost.nodes as i64)),
                ("remaining", leaf(window.remaining())),
                ("resetAt", leaf(reset.to_string())),
                ("used", leaf(window.used)),
            ],
        )
    };
    let mutating = operation.operation_type == ast::OperationType::Mutation;
    let mut outcomes: Option<Vec<mutations::Outcome>> = None;
    if mutating {
        // The mutations are collected with their arguments, then applied, then the answer is resolved.
        let context = Context { world, url: &address, rate: Out::One(rate.clone()), outcomes: None, asked: RefCell::default(), token };
        let root = Object { context: &context, node: Node::Mutation };
        if let Err(error) = Execution::new(&PARSED, &document).operation(operation).raw_variable_values(&variables).execute_sync(&root) {
            return errors(&error.message().to_string());
        }
        let asked = context.asked.into_inner();
        outcomes = Some(asked.iter().map(|(field, input)| mutations::apply(world, field, input)).collect());
    }
    let applied = match &outcomes {
        Some(outcomes) => call.mutations.iter().zip(outcomes).filter(|(_, o)| o.result.is_ok()).map(|(m, _)| m.clone()).collect(),
        None => Vec::new(),
    };
    let context = Context { world, url: &address, rate: Out::One(rate), outcomes, asked: RefCell::default(), token };
    let root = Object { context: &context, node: if mutating { Node::Mutation } else { Node::Query } };
    let schema = if world.older_github { &*OLDER } else { &*PARSED };
    // GitHub answers introspection for every token.
    let execution = Execution::new(schema, &document).operation(operation).raw_variable_values(&variables);
    let run = execution.enable_schema_introspection(true).execute_sync(&root);
    let mut answer = match run {
        Ok(response) => serde_json::to_value(&response).unwrap_or_default(),
        Err(error) => return errors(&error.message().to_string()),
    };
    for error in answer.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        let told = error["message"].as_str().unwrap_or("").trim_start_matches("resolver error: ");
        let message = if told.contains(HIDDEN) { FORBIDDEN } else { told }.to_owned();
        error["type"] = match () {
            () if message.starts_with("Could not resolve") => json!("NOT_FOUND"),
            () if message == FORBIDDEN => json!("FORBIDDEN"),
            () => json!("UNPROCESSABLE"),
        };
        error["message"] = json!(message);
    }
    Reply { applied, ..Reply::json(200, &answer) }
}

/// GitHub's answer to a query that takes more than 10 s, or asks for more than is allowed.
fn gave_up(how: GaveUp) -> Reply {
    let timeout = "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `5A1D:0:0` when reporting this issue.";
    match how {
        GaveUp::Status(status) => Reply::text(status, "<html><head><title>Unicorn!</title></head></html>"),
        GaveUp::Limits => Reply::json(
            200,
            &json!({"data": null, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}]}),
        ),
        GaveUp::Timeout => Reply::json(200, &json!({"data": null, "errors": [{"message": timeout}]})),
    }
}

fn errors(message: &str) -> Reply {
    Reply::json(200, &json!({"errors": [{"message": message}]}))
}

/// GitHub has all of these, and the sandbox does not.
fn not_simulated(shared: &Shared, call: &Call, names: &[String]) -> Reply {
    let mut request_log = shared.request_log.lock().expect("the request log's lock is never poisoned");
    names.iter().for_each(|name| request_log.not_simulated(call.vendor, name));
    operations::not_simulated(call.vendor, &names.join(", "))
}

fn to_value(error: &apollo_compiler::response::GraphQLError) -> Value {
    serde_json::to_value(error).unwrap_or_default()
}

/// GitHub's cost: one request for each connection, times the nodes of the connections around it.
struct Cost<'a> {
    variables: &'a Value,
    fragments: &'a FragmentMap,
    requests: f64,
    nodes: f64,
}

impl Cost<'_> {
    fn walk(&mut self, set: &SelectionSet, around: f64) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let pages = field.arguments.iter().find(|a| a.name == "first" || a.name == "last");
                    let mut inside = around;
                    if let Some(argument) = pages {
                        let count = match &*argument.value {
                            ast::Value::Variable(name) => self.variables[name.as_str()].as_f64(),
                            other => other.to_f64(),
                        };
                        inside = around * count.unwrap_or(1.0);
                        self.requests += around;
                        self.nodes += inside;
                    } else if field.ty().inner_named_type().ends_with("Connection") {
                        // It only counts; the docs do not say that it is free.
                        self.requests += around;
                    }
                    self.walk(&field.selection_set, inside);
                }
                Selection::InlineFragment(fragment) => self.walk(&fragment.selection_set, around),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.fragment_name) {
                        self.walk(&fragment.selection_set, around);
                    }
                }
            }
        }
    }
}
