//! Complete documents as an earlier version printed them, in `schema/golden/`: reading and printing them again
//! gives the same document. They come from the sandbox; lists were shortened and times cut to seconds.

use super::{file, read, updates, write};
use crate::commands::action::{Outcome, Report};
use crate::commands::releases::ReleaseLine;
use crate::commands::{inbox, incidents, journal, logs, pipelines, status};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use slipway_domain::comparison::Comparison;
use slipway_domain::diff::Event;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::forecast::RevertForecast;
use slipway_domain::inbox::InboxItem;
use slipway_domain::incident::{IncidentSummary, IncidentView};
use slipway_domain::journal::Entry;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::Plan;
use slipway_domain::release::Release;
use slipway_domain::snapshot::{AccountState, Notice, Snapshot};
use slipway_domain::time::Time;

fn parsed<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap_or_else(|error| panic!("an earlier document cannot be read: {error}"))
}

fn printed(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("JSON")
}

/// Printed by the command that `name` begins with.
fn again(name: &str, document: &Value) -> Value {
    let command = name.split(['-', '.']).next().unwrap_or_default();
    match command {
        "status" => status_again(document),
        "watch" => printed(&parsed::<Event>(document)),
        "journal" => {
            let entries: Vec<Entry> = parsed(&document["entries"]);
            let notices: Option<Vec<Notice>> = document.get("notices").map(parsed);
            printed(&journal::Document { entries: &entries, notices: notices.as_deref() })
        }
        "inbox" => {
            let items: Vec<InboxItem> = parsed(&document["items"]);
            printed(&inbox::Document::of(parsed(&document["observed_at"]), items.iter().collect()))
        }
        "incidents" => {
            let summaries: Vec<IncidentSummary> = parsed(&document["incidents"]);
            printed(&incidents::Document { incidents: summaries.iter().collect() })
        }
        "incident" => printed(&parsed::<IncidentView>(document)),
        "action" => {
            let (plan, entry): (Option<Plan>, Option<Entry>) = (parsed(&document["plan"]), parsed(&document["entry"]));
            let message = document["message"].as_str().unwrap_or_default();
            let replaced_by = entry.as_ref().and_then(|entry| entry.replaced_by.as_ref());
            let outcome: Outcome = parsed(&document["outcome"]);
            printed(&Report { plan: plan.as_ref(), entry: entry.as_ref(), outcome, message, replaced_by })
        }
        "dismissal" => printed(&parsed::<Dismissal>(document)),
        "accounts" => printed(&parsed::<Vec<AccountState>>(document)),
        "releases" => {
            let release: Release = parsed(document);
            let text = |name: &str| document[name].as_str();
            let (service, environment) = (text("service").unwrap_or_default(), text("environment").unwrap_or_default());
            printed(&ReleaseLine { service, environment, release: &release, rollback_refused: text("rollback_refused") })
        }
        "pipelines" => {
            let service = document["service"].as_str().unwrap_or_default();
            pipelines::with_service(service, printed(&parsed::<Pipeline>(document)))
        }
        "compare" => printed(&parsed::<Comparison>(document)),
        "forecast" => printed(&parsed::<RevertForecast>(document)),
        "logs" => printed(&parsed::<logs::Document>(document)),
        other => panic!("no command prints {other}"),
    }
}

/// A state has an empty list where the document has null, so printing must determine again which of them is meant.
fn status_again(document: &Value) -> Value {
    let mut state = document.clone();
    let mut absent = |path: &str, fields: &[(&str, Value)]| {
        let parts: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).collect();
        fill(&mut state["services"], &parts, fields);
    };
    absent("", &[("main", json!([])), ("pull_requests", json!([])), ("open_pull_requests", json!(0)), ("pipelines", json!([]))]);
    absent("pipelines", &[("progress", json!(0.0)), ("jobs", json!([]))]);
    absent("environments", &[("releases", json!([]))]);
    status::honest(&parsed::<Snapshot>(&state), now(document)).expect("JSON")
}

/// Sets null fields of every element below `path` to these values.
fn fill(elements: &mut Value, path: &[&str], fields: &[(&str, Value)]) {
    for element in elements.as_array_mut().into_iter().flatten() {
        match path.split_first() {
            Some((next, rest)) => fill(&mut element[*next], rest, fields),
            None => {
                for (name, value) in fields {
                    if element[*name].is_null() {
                        element[*name] = value.clone();
                    }
                }
            }
        }
    }
}

/// When the document was printed, derived from the age of the first source that was read.
fn now(document: &Value) -> Time {
    let sources =
        document["services"].as_array().into_iter().flatten().flat_map(|service| service["sources"].as_array().into_iter().flatten());
    let mut ages = sources.filter_map(|source| Some((Time::parse(source["observed_at"].as_str()?)?, source["age_seconds"].as_f64()?)));
    ages.next().map_or(Time::from_unix(0), |(at, age)| at.plus(age))
}

/// What `earlier` has and `later` has not; additional members are allowed.
fn differences(earlier: &Value, later: &Value, path: &str, found: &mut Vec<String>) {
    match (earlier, later) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                match after.get(name) {
                    Some(other) => differences(value, other, &format!("{path}.{name}"), found),
                    None => found.push(format!("{path}.{name} is gone")),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (n, (value, other)) in before.iter().zip(after).enumerate() {
                differences(value, other, &format!("{path}.{n}"), found);
            }
        }
        _ if earlier == later => {}
        _ => found.push(format!("{path} was {earlier}, is {later}")),
    }
}

#[test]
fn earlier_documents_are_printed_as_they_were() {
    let mut names: Vec<String> =
        std::fs::read_dir(file("golden")).expect("the folder").filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for command in [
        "accounts",
        "action",
        "compare",
        "dismissal",
        "forecast",
        "inbox",
        "incident",
        "incidents",
        "journal",
        "logs",
        "pipelines",
        "releases",
        "status",
        "watch",
    ] {
        assert!(names.iter().any(|name| name.starts_with(command)), "no document of {command}");
    }
    for name in names {
        let path = file("golden").join(&name);
        let documents: Vec<Value> = if name.ends_with(".jsonl") { lines(&path) } else { vec![read(&path)] };
        let later: Vec<Value> = documents.iter().map(|document| again(&name, document)).collect();
        let mut found = Vec::new();
        differences(&json!(documents), &json!(later), "", &mut found);
        assert!(found.is_empty(), "{name} is printed otherwise:\n{}", found.join("\n"));
        if updates() && name.ends_with(".jsonl") {
            let text: String = later.iter().map(|line| format!("{line}\n")).collect();
            std::fs::write(&path, text).expect("written");
        } else if updates() {
            write(&path, &later[0]);
        } else {
            assert!(documents == later, "{name} has more by now; {}=1 writes it again", super::UPDATE);
        }
    }
}

fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("a file");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn what_a_document_lost_is_named() {
    let mut found = Vec::new();
    differences(&json!({ "a": [{ "b": 1, "c": 2 }] }), &json!({ "a": [{ "b": 2, "d": 3 }], "e": 4 }), "", &mut found);
    assert_eq!(found, [".a.0.b was 1, is 2", ".a.0.c is gone"]);
}
