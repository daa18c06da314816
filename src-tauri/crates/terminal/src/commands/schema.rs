//! The JSON Schema of the terminal's output, generated from the types and committed in `schema/`.
//!
//! Scripts read these documents, so additions are the only allowed change. `schema/NAME.json` is the current
//! schema, `schema/baseline/NAME.json` that of the first version with a schema; the output must follow both.
//! `schema/golden/` has complete documents as earlier versions printed them. After an addition, `UPDATE_SCHEMA=1`
//! rewrites schemas and documents; it writes nothing when something was removed.

#![cfg(test)]

mod additions;
mod canonical;
mod golden;
mod not_serialisable;

use super::{action, inbox, incidents, journal, logs, pins, releases, services, stop};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use slipway_domain::comparison::Comparison;
use slipway_domain::diff::Event;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::forecast::RevertForecast;
use slipway_domain::incident::IncidentView;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::snapshot::{AccountState, Snapshot};
use std::path::{Path, PathBuf};

const UPDATE: &str = "UPDATE_SCHEMA";

/// A file below `schema/`.
fn file(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(path)
}

fn updates() -> bool {
    std::env::var_os(UPDATE).is_some()
}

fn schema_of<T: JsonSchema>(title: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    canonical::plain(generator.into_root_schema_for::<T>().to_value(), title)
}

/// Every document, by its file name.
fn documents() -> Vec<(&'static str, Value)> {
    vec![
        ("status", status()),
        ("watch", schema_of::<Event>("A line of slipway watch --json")),
        ("journal", schema_of::<journal::Document<'_>>("slipway journal --json")),
        ("inbox", schema_of::<inbox::Document<'_>>("slipway inbox --json")),
        ("incidents", schema_of::<incidents::Document<'_>>("slipway incidents --json")),
        ("incident", schema_of::<IncidentView>("slipway incidents show --json")),
        ("stop", schema_of::<stop::StopReport<'_>>("slipway stop with --json: the plans and an outcome for each")),
        ("pin", schema_of::<pins::PinReport<'_>>("slipway pin, unpin and mark-bad with --json")),
        ("action", schema_of::<action::Report<'_>>("slipway merge, rollback and every other action with --json: plan and outcome")),
        ("dismissal", schema_of::<Dismissal>("slipway dismiss --json")),
        ("services", schema_of::<services::Document>("slipway service list --json")),
        ("service-edit", schema_of::<services::edit::Document>("slipway service edit --json")),
        ("accounts", schema_of::<Vec<AccountState>>("slipway account list --json")),
        ("releases", schema_of::<releases::ReleaseLine<'_>>("A line of slipway releases --json")),
        ("pipelines", pipelines()),
        ("compare", schema_of::<Comparison>("slipway compare --json")),
        ("forecast", schema_of::<RevertForecast>("slipway forecast --json")),
        ("logs", schema_of::<logs::Document>("slipway logs --json")),
    ]
}

/// The snapshot with the changes that `status` makes: a source has its age, and what was never read is null.
fn status() -> Value {
    let mut schema = schema_of::<Snapshot>("slipway status --json");
    let source = &mut schema["$defs"]["SourceState"];
    source["properties"]["age_seconds"] = json!({ "type": ["integer", "null"], "minimum": 0 });
    source["properties"]["stale"] = json!({ "type": "boolean" });
    if let Some(required) = source["required"].as_array_mut() {
        required.extend([json!("age_seconds"), json!("stale")]);
    }
    for (part, fields) in [
        ("ServiceState", &["main", "pull_requests", "open_pull_requests", "pipelines"][..]),
        ("Pipeline", &["progress", "jobs"]),
        ("Environment", &["releases"]),
    ] {
        for field in fields {
            let kind = &mut schema["$defs"][part]["properties"][field]["type"];
            assert!(kind.is_string(), "{part} has no field {field} that is never null by itself");
            *kind = json!([kind.take(), "null"]);
        }
    }
    schema
}

/// A pipeline of `status`, with its service.
fn pipelines() -> Value {
    let mut schema = schema_of::<Pipeline>("A line of slipway pipelines --json");
    for field in ["progress", "jobs"] {
        let kind = &mut schema["properties"][field]["type"];
        assert!(kind.is_string(), "a pipeline has no field {field} that is never null by itself");
        *kind = json!([kind.take(), "null"]);
    }
    schema["properties"]["service"] = json!({ "type": "string" });
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(json!("service"));
    }
    schema
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, value: &Value) {
    let text = serde_json::to_string_pretty(value).expect("JSON") + "\n";
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The current output has every property and every enum value of an earlier version.
#[test]
fn documents_only_grow() {
    for (name, schema) in documents() {
        let committed = file(format!("{name}.json"));
        for earlier in [file(format!("baseline/{name}.json")), committed.clone()] {
            // A new document has no earlier schema; the first update writes both.
            if !earlier.exists() && updates() {
                write(&earlier, &schema);
            }
            let lost = additions::lost(&read(&earlier), &schema);
            assert!(lost.is_empty(), "{} is not kept:\n{}", earlier.display(), lost.join("\n"));
        }
        if updates() {
            write(&committed, &schema);
        }
        assert!(read(&committed) == schema, "{} is out of date; {UPDATE}=1 writes it again", committed.display());
    }
}
