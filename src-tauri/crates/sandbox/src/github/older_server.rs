//! An Enterprise Server from before merge queues (3.12) and rulesets.

use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Value, json};

use crate::world::World;

const LACKS: [(&str, &str); 8] = [
    ("PullRequest", "isInMergeQueue"),
    ("PullRequest", "isMergeQueueEnabled"),
    ("PullRequest", "mergeQueue"),
    ("PullRequest", "mergeQueueEntry"),
    ("PullRequest", "viewerCanUpdateBranch"),
    ("Ref", "rules"),
    ("Mutation", "enqueuePullRequest"),
    ("Mutation", "dequeuePullRequest"),
];

/// Removes the fields that such a server does not have from its schema.
pub(super) fn remove_what_it_lacks(schema: &mut Schema) {
    for (name, field) in LACKS {
        if let Some(ExtendedType::Object(object)) = schema.types.get_mut(name) {
            object.make_mut().fields.shift_remove(field);
        }
    }
}

/// The error for every requested field that such a server does not have.
pub(super) fn lacks(world: &World, document: &ExecutableDocument) -> Vec<Value> {
    let mut errors = Vec::new();
    let of_version: &[(&str, &str)] = if world.older_github { &LACKS } else { &[] };
    let single = world.reading.lacks.iter().map(|(of, field)| (of.as_str(), field.as_str()));
    let lacks: Vec<(&str, &str)> = of_version.iter().copied().chain(single).collect();
    for operation in document.operations.iter() {
        walk(&operation.selection_set, &lacks, &mut errors);
    }
    for fragment in document.fragments.values() {
        walk(&fragment.selection_set, &lacks, &mut errors);
    }
    errors
}

fn walk(set: &SelectionSet, lacks: &[(&str, &str)], errors: &mut Vec<Value>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                let (of, name) = (set.ty.as_str(), field.name.as_str());
                if lacks.contains(&(of, name)) {
                    errors.push(json!({
                        "path": [of, name], "locations": [{"line": 1, "column": 1}],
                        "extensions": {"code": "undefinedField", "typeName": of, "fieldName": name},
                        "message": format!("Field '{name}' doesn't exist on type '{of}'"),
                    }));
                }
                walk(&field.selection_set, lacks, errors);
            }
            Selection::InlineFragment(fragment) => walk(&fragment.selection_set, lacks, errors),
            Selection::FragmentSpread(_) => {}
        }
    }
}
