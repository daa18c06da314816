//! Parts of queries that a host's schema does not have, such as an older Enterprise Server's. A query is sent
//! without exactly these parts; every other field is still requested.

mod types;

use apollo_compiler::ast::{Definition, Document, Selection, Value};
use apollo_compiler::{Name, Node};
use std::collections::BTreeSet;
use types::type_of;

/// A part of a query that a host does not support.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// A field of a type.
    Field { parent: String, field: String },
    /// A type that a fragment names, or that a fragment may not be on at its position.
    Type(String),
    /// An argument of a field. The field means something else without it, so it is removed too.
    Argument { field: String, argument: String },
}

#[derive(Debug, Default)]
pub(super) struct Lacking(BTreeSet<Gap>);

impl Lacking {
    pub(super) fn learn(&mut self, gaps: impl IntoIterator<Item = Gap>) {
        self.0.extend(gaps);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn has_field(&self, parent: &str, field: &str) -> bool {
        self.0.iter().any(|gap| matches!(gap, Gap::Field { parent: p, field: f } if p == parent && f == field))
    }

    fn has_type(&self, name: &str) -> bool {
        self.0.iter().any(|gap| matches!(gap, Gap::Type(gap) if gap == name))
    }

    /// Descriptions of what is unknown because of it; sorted.
    pub(super) fn in_words(&self) -> Vec<String> {
        let pull_request = |field| self.has_field("PullRequest", field);
        let mut words: BTreeSet<&str> = BTreeSet::new();
        if pull_request("isMergeQueueEnabled") && (pull_request("mergeQueue") || self.has_type("MergeQueue")) {
            words.insert("merge queues");
        } else if pull_request("mergeQueueEntry") {
            words.insert("places in merge queues");
        }
        if self.has_field("Ref", "rules") {
            words.insert("rulesets");
        }
        words.extend(WORDS.iter().filter(|(parent, field, _)| self.has_field(parent, field)).map(|(_, _, words)| *words));
        words.into_iter().map(str::to_owned).collect()
    }

    /// `text` without the unsupported parts; None where nothing would be left.
    pub(super) fn without(&self, text: &str) -> Option<String> {
        let Ok(mut document) = Document::parse(text, "query.graphql") else { return None };
        for definition in &mut document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => {
                    let operation = operation.make_mut();
                    self.strip(&mut operation.selection_set, Some(ROOT));
                    if operation.selection_set.is_empty() {
                        return None;
                    }
                }
                Definition::FragmentDefinition(fragment) => {
                    let fragment = fragment.make_mut();
                    let parent = fragment.type_condition.to_string();
                    self.strip(&mut fragment.selection_set, Some(&parent));
                    fill_if_empty(&mut fragment.selection_set);
                }
                _ => {}
            }
        }
        let gone: BTreeSet<Name> = fragments(&document).filter(|(_, on)| self.has_type(on)).map(|(name, _)| name.clone()).collect();
        spreads_removed(&mut document, &gone);
        unused_removed(&mut document);
        Some(document.to_string())
    }

    fn strip(&self, selections: &mut Vec<Selection>, parent: Option<&str>) {
        selections.retain_mut(|selection| match selection {
            Selection::Field(field) => {
                let lacks = self.0.iter().any(|gap| match gap {
                    // Where the type is not known here the name decides.
                    Gap::Field { parent: of, field: name } => field.name.as_str() == name && parent.is_none_or(|parent| parent == of),
                    Gap::Argument { field: name, argument } => {
                        field.name.as_str() == name && field.arguments.iter().any(|given| given.name.as_str() == argument)
                    }
                    Gap::Type(_) => false,
                });
                if lacks {
                    return false;
                }
                if !field.selection_set.is_empty() {
                    let of = type_of(parent, &field.name);
                    let field = field.make_mut();
                    self.strip(&mut field.selection_set, of.as_deref());
                    fill_if_empty(&mut field.selection_set);
                }
                true
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.type_condition.as_ref().map(ToString::to_string);
                if on.as_deref().is_some_and(|on| self.has_type(on)) {
                    return false;
                }
                let fragment = fragment.make_mut();
                self.strip(&mut fragment.selection_set, on.as_deref().or(parent));
                fill_if_empty(&mut fragment.selection_set);
                true
            }
            Selection::FragmentSpread(_) => true,
        });
    }
}

const ROOT: &str = "Query";

/// What is unknown about the requirements of a branch without a field. For a field that is not listed, the
/// remaining data shows that it is missing.
const WORDS: [(&str, &str, &str); 7] = [
    ("PullRequest", "mergeStateStatus", "whether it would merge"),
    ("PullRequest", "reviewDecision", "reviews that are demanded"),
    ("PullRequest", "reviewThreads", "conversations"),
    ("Ref", "refUpdateRule", "branch protection"),
    ("RefUpdateRule", "requiresLinearHistory", "linear history"),
    ("RefUpdateRule", "requiresConversationResolution", "conversations"),
    ("RefUpdateRule", "requiresCodeOwnerReviews", "code owners"),
];

/// A selection must not be empty.
fn fill_if_empty(selections: &mut Vec<Selection>) {
    if selections.is_empty() {
        let field = apollo_compiler::ast::Field {
            alias: None,
            name: apollo_compiler::name!("__typename"),
            arguments: Vec::new(),
            directives: Default::default(),
            selection_set: Vec::new(),
        };
        selections.push(Selection::Field(Node::new(field)));
    }
}

fn fragments(document: &Document) -> impl Iterator<Item = (&Name, &Name)> {
    document.definitions.iter().filter_map(|definition| match definition {
        Definition::FragmentDefinition(fragment) => Some((&fragment.name, &fragment.type_condition)),
        _ => None,
    })
}

fn sets_of(document: &mut Document) -> impl Iterator<Item = &mut Vec<Selection>> {
    document.definitions.iter_mut().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(&mut operation.make_mut().selection_set),
        Definition::FragmentDefinition(fragment) => Some(&mut fragment.make_mut().selection_set),
        _ => None,
    })
}

fn spreads_removed(document: &mut Document, gone: &BTreeSet<Name>) {
    fn remove(selections: &mut Vec<Selection>, gone: &BTreeSet<Name>) {
        selections.retain_mut(|selection| {
            let inside = match selection {
                Selection::FragmentSpread(spread) => return !gone.contains(&spread.fragment_name),
                Selection::Field(field) if field.selection_set.is_empty() => return true,
                Selection::Field(field) => &mut field.make_mut().selection_set,
                Selection::InlineFragment(fragment) => &mut fragment.make_mut().selection_set,
            };
            remove(inside, gone);
            fill_if_empty(inside);
            true
        });
    }
    if !gone.is_empty() {
        for selections in sets_of(document) {
            remove(selections, gone);
            fill_if_empty(selections);
        }
    }
}

#[derive(Default)]
struct Used {
    fragments: BTreeSet<Name>,
    variables: BTreeSet<Name>,
}

impl Used {
    fn see(&mut self, selections: &[Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    field.arguments.iter().for_each(|argument| self.see_value(&argument.value));
                    self.see(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.see(&fragment.selection_set),
                Selection::FragmentSpread(spread) => drop(self.fragments.insert(spread.fragment_name.clone())),
            }
        }
    }

    fn see_value(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => drop(self.variables.insert(name.clone())),
            Value::List(values) => values.iter().for_each(|value| self.see_value(value)),
            Value::Object(fields) => fields.iter().for_each(|(_, value)| self.see_value(value)),
            Value::Null | Value::Enum(_) | Value::String(_) | Value::Float(_) | Value::Int(_) | Value::Boolean(_) => {}
        }
    }
}

/// A fragment or a variable that is not used is an error.
fn unused_removed(document: &mut Document) {
    let mut used = Used::default();
    for definition in &document.definitions {
        if let Definition::OperationDefinition(operation) = definition {
            used.see(&operation.selection_set);
        }
    }
    let mut known = BTreeSet::new();
    while let Some(next) = used.fragments.difference(&known).next().cloned() {
        for definition in &document.definitions {
            match definition {
                Definition::FragmentDefinition(fragment) if fragment.name == next => used.see(&fragment.selection_set),
                _ => {}
            }
        }
        known.insert(next);
    }
    document.definitions.retain_mut(|definition| match definition {
        Definition::FragmentDefinition(fragment) => known.contains(&fragment.name),
        Definition::OperationDefinition(operation) => {
            operation.make_mut().variables.retain(|variable| used.variables.contains(&variable.name));
            true
        }
        _ => true,
    });
}

#[cfg(test)]
mod tests;
