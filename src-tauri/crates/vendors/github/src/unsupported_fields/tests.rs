use super::*;
use crate::{history, observe, pull_request};
use apollo_compiler::executable::{Selection as Typed, SelectionSet};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};

const QUERIES: [&str; 5] = [observe::OBSERVE, observe::MORE, history::MORE, pull_request::NOW, pull_request::NEWEST];

fn schema() -> Valid<Schema> {
    Schema::parse_and_validate(slipway_sandbox::GITHUB_SCHEMA, "schema.graphql").unwrap()
}

fn valid(schema: &Valid<Schema>, text: &str) -> Valid<ExecutableDocument> {
    ExecutableDocument::parse_and_validate(schema, text, "query.graphql").unwrap_or_else(|e| panic!("{}\n{text}", e.errors))
}

/// Each field with its type, such as `Ref.rules`, and how often it is selected.
fn fields(document: &ExecutableDocument) -> Vec<(String, String)> {
    fn walk(set: &SelectionSet, into: &mut Vec<(String, String)>) {
        for selection in &set.selections {
            match selection {
                Typed::Field(field) => {
                    into.push((set.ty.to_string(), field.name.to_string()));
                    let told = type_of(Some(&set.ty), &field.name);
                    let real = field.ty().inner_named_type().to_string();
                    assert!(told.is_none_or(|told| told == real), "{}.{} is {real}", set.ty, field.name);
                    walk(&field.selection_set, into);
                }
                Typed::InlineFragment(fragment) => walk(&fragment.selection_set, into),
                Typed::FragmentSpread(_) => {}
            }
        }
    }
    let mut all = Vec::new();
    document.operations.iter().for_each(|operation| walk(&operation.selection_set, &mut all));
    document.fragments.values().for_each(|fragment| walk(&fragment.selection_set, &mut all));
    all.retain(|(_, field)| field != "__typename");
    all
}

#[test]
fn any_field_may_be_lacking_and_all_others_are_still_asked_for() {
    let schema = schema();
    for text in QUERIES {
        let whole = fields(&valid(&schema, text));
        for gap in whole.iter().collect::<BTreeSet<_>>() {
            let mut lacking = Lacking::default();
            lacking.learn([Gap::Field { parent: gap.0.clone(), field: gap.1.clone() }]);
            let Some(shorter) = lacking.without(text) else {
                assert_eq!(gap.1, "repository", "without {gap:?} there is something left");
                continue;
            };
            let document = valid(&schema, &shorter);
            let left = fields(&document);
            assert!(!left.contains(gap), "{gap:?}: {shorter}");
            let inside = |field: &(String, String)| !left.contains(field);
            // Fields below it are removed with it.
            let gone: BTreeSet<&(String, String)> = whole.iter().filter(|field| inside(field)).collect();
            let leaf = whole.len() - left.len() == whole.iter().filter(|field| *field == gap).count();
            assert!(!leaf || gone == BTreeSet::from([gap]), "{gap:?} took {gone:?} along");
        }
    }
}

#[test]
fn a_type_that_is_lacking_goes_with_its_fragments_alone() {
    let schema = schema();
    for (text, of, kept) in [
        (observe::OBSERVE, "MergeQueueParameters", "requiredStatusChecks"),
        (observe::OBSERVE, "PullRequestParameters", "mergeMethod"),
        (pull_request::NOW, "CrossReferencedEvent", "timelineItems"),
        (observe::MORE, "Ref", "headRefName"),
    ] {
        let mut lacking = Lacking::default();
        lacking.learn([Gap::Type(of.to_owned())]);
        let shorter = lacking.without(text).unwrap();
        valid(&schema, &shorter);
        assert!(!shorter.contains(&format!("on {of} ")) && shorter.contains(kept), "{shorter}");
    }
}

#[test]
fn an_argument_that_is_lacking_takes_its_field_along() {
    let mut lacking = Lacking::default();
    lacking.learn([Gap::Argument { field: "pullRequests".into(), argument: "baseRefName".into() }]);
    let shorter = lacking.without(observe::OBSERVE).unwrap();
    valid(&schema(), &shorter);
    assert!(!shorter.contains("pullRequests(") && shorter.contains("history("), "{shorter}");
    assert!(!shorter.contains("$base"), "a variable that nothing uses is an error: {shorter}");
}

#[test]
fn only_what_is_not_told_is_named() {
    let words = |gaps: &[(&str, &str)]| {
        let mut lacking = Lacking::default();
        lacking.learn(gaps.iter().map(|(parent, field)| Gap::Field { parent: (*parent).into(), field: (*field).into() }));
        lacking.in_words()
    };
    assert_eq!(words(&[("PullRequest", "canBeRebased"), ("PullRequest", "viewerCanUpdateBranch")]), [""; 0]);
    assert_eq!(words(&[("PullRequest", "mergeQueue")]), [""; 0], "that there is a queue is still told");
    assert_eq!(words(&[("PullRequest", "mergeQueue"), ("PullRequest", "isMergeQueueEnabled")]), ["merge queues"]);
    assert_eq!(words(&[("Ref", "rules")]), ["rulesets"]);
}
