//! The sandbox's GraphQL schema is contained in the one GitHub publishes.
//!
//! The published schema is test material and not part of the project: it is searched for at
//! `SLIPWAY_GITHUB_SCHEMA`, then under `node_modules` from here upwards.

use std::collections::BTreeSet;
use std::path::PathBuf;

use apollo_compiler::Schema;
use apollo_compiler::schema::{ExtendedType, FieldDefinition, InputValueDefinition};
use slipway_sandbox::operations::PUBLISHED_GRAPHQL;

const INSIDE: [&str; 2] =
    ["tests/contracts/node_modules/@octokit/graphql-schema/schema.graphql", "node_modules/@octokit/graphql-schema/schema.graphql"];

fn published() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("SLIPWAY_GITHUB_SCHEMA") {
        return Some(path.into());
    }
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().flat_map(|folder| INSIDE.map(|p| folder.join(p))).find(|p| p.is_file())
}

#[test]
fn is_contained_in_githubs() {
    let Some(path) = published() else {
        println!("skipped: GitHub's published schema is not here (set SLIPWAY_GITHUB_SCHEMA)");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the published schema can be read");
    // GitHub's file is not valid SDL in every detail; what could be parsed of it is used.
    let theirs = Schema::parse(text, "github.graphql").unwrap_or_else(|e| e.partial);
    let ours = Schema::parse_and_validate(slipway_sandbox::GITHUB_SCHEMA, "ours.graphql").expect("ours is valid");
    let mut wrong = Vec::new();
    for (name, mine) in ours.types.iter().filter(|(n, t)| !t.is_built_in() && !n.starts_with("__")) {
        match theirs.types.get(name) {
            None => wrong.push(format!("{name} is not GitHub's")),
            Some(published) => compare(name, mine, published, &mut wrong),
        }
    }
    assert!(ours.types.len() > 60 && theirs.types.len() > 1000, "both schemas were read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The list that distinguishes unknown names from those that are not simulated: all types of GitHub, and the
/// members of those that the sandbox simulates in part. `UPDATE_OPERATIONS=1` rewrites it.
#[test]
fn what_githubs_graphql_has_is_listed_in_full() {
    let Some(path) = published() else {
        println!("skipped: GitHub's published schema is not here (set SLIPWAY_GITHUB_SCHEMA)");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the published schema can be read");
    let theirs = Schema::parse(text, "github.graphql").unwrap_or_else(|e| e.partial);
    let ours = Schema::parse_and_validate(slipway_sandbox::GITHUB_SCHEMA, "ours.graphql").expect("ours is valid");
    let of_theirs = theirs.types.iter().filter(|(name, kind)| !kind.is_built_in() && !name.starts_with("__"));
    let mut lines: Vec<String> = of_theirs
        .map(|(name, kind)| {
            let members = if ours.types.contains_key(name) { members_of(kind) } else { BTreeSet::new() };
            let members = members.into_iter().collect::<Vec<_>>().join(", ");
            if members.is_empty() { name.to_string() } else { format!("{name}: {members}") }
        })
        .collect();
    lines.sort_unstable();
    if std::env::var_os("UPDATE_OPERATIONS").is_some() {
        let list = concat!(env!("CARGO_MANIFEST_DIR"), "/src/operations/github-graphql.txt");
        std::fs::write(list, lines.join("\n") + "\n").expect("the list can be written");
        return;
    }
    let listed: Vec<&str> = PUBLISHED_GRAPHQL.lines().collect();
    let lacking: Vec<&String> = lines.iter().filter(|line| !listed.contains(&line.as_str())).collect();
    let strange: Vec<&&str> = listed.iter().filter(|line| !lines.iter().any(|own| own == **line)).collect();
    assert!(lacking.is_empty() && strange.is_empty(), "not listed: {lacking:?}; not GitHub's: {strange:?}");
}

/// Fields with their arguments, or values.
fn members_of(kind: &ExtendedType) -> BTreeSet<String> {
    let field = |name: &str, field: &FieldDefinition| {
        let arguments: Vec<&str> = field.arguments.iter().map(|argument| argument.name.as_str()).collect();
        if arguments.is_empty() { name.to_owned() } else { format!("{name}({})", arguments.join(" ")) }
    };
    match kind {
        ExtendedType::Object(of) => of.fields.iter().map(|(name, of)| field(name, of)).collect(),
        ExtendedType::Interface(of) => of.fields.iter().map(|(name, of)| field(name, of)).collect(),
        ExtendedType::InputObject(of) => of.fields.keys().map(ToString::to_string).collect(),
        ExtendedType::Enum(of) => of.values.keys().map(ToString::to_string).collect(),
        ExtendedType::Scalar(_) | ExtendedType::Union(_) => BTreeSet::new(),
    }
}

fn compare(name: &str, mine: &ExtendedType, published: &ExtendedType, wrong: &mut Vec<String>) {
    match (mine, published) {
        (ExtendedType::Scalar(_), ExtendedType::Scalar(_)) => {}
        (ExtendedType::Object(a), ExtendedType::Object(b)) => {
            for interface in a.implements_interfaces.iter().filter(|i| !b.implements_interfaces.contains(*i)) {
                wrong.push(format!("{name} does not implement {}", interface.name));
            }
            a.fields.iter().for_each(|(n, f)| field(name, f, b.fields.get(n).map(|f| &***f), wrong));
        }
        (ExtendedType::Interface(a), ExtendedType::Interface(b)) => {
            a.fields.iter().for_each(|(n, f)| field(name, f, b.fields.get(n).map(|f| &***f), wrong));
        }
        (ExtendedType::Union(a), ExtendedType::Union(b)) => {
            let strange = a.members.iter().filter(|m| !b.members.contains(*m));
            wrong.extend(strange.map(|m| format!("{name} has no member {}", m.name)));
        }
        (ExtendedType::Enum(a), ExtendedType::Enum(b)) => {
            let strange = a.values.keys().filter(|v| !b.values.contains_key(*v));
            wrong.extend(strange.map(|v| format!("{name} has no value {v}")));
        }
        (ExtendedType::InputObject(a), ExtendedType::InputObject(b)) => {
            for (n, f) in &a.fields {
                argument(name, f, b.fields.get(n).map(|f| &***f), wrong);
            }
            let needed = b.fields.iter().filter(|(n, f)| f.is_required() && !a.fields.contains_key(*n));
            wrong.extend(needed.map(|(n, _)| format!("{name} lacks the required {n}")));
        }
        _ => wrong.push(format!("{name} is of another kind")),
    }
}

fn field(of: &str, mine: &FieldDefinition, published: Option<&FieldDefinition>, wrong: &mut Vec<String>) {
    let name = format!("{of}.{}", mine.name);
    let Some(published) = published else { return wrong.push(format!("{name} is not GitHub's")) };
    if mine.ty.to_string() != published.ty.to_string() {
        wrong.push(format!("{name} is {}, not {}", published.ty, mine.ty));
    }
    for arg in &mine.arguments {
        argument(&name, arg, published.argument_by_name(&arg.name).map(|a| &**a), wrong);
    }
    let needed = published.arguments.iter().filter(|a| a.is_required() && mine.argument_by_name(&a.name).is_none());
    wrong.extend(needed.map(|a| format!("{name} lacks the required argument {}", a.name)));
}

fn argument(of: &str, mine: &InputValueDefinition, published: Option<&InputValueDefinition>, wrong: &mut Vec<String>) {
    let name = format!("{of}({})", mine.name);
    let Some(published) = published else { return wrong.push(format!("{name} is not GitHub's")) };
    if mine.ty.to_string() != published.ty.to_string() {
        wrong.push(format!("{name} is {}, not {}", published.ty, mine.ty));
    }
    let default = |v: &InputValueDefinition| v.default_value.as_ref().map(|d| d.to_string());
    if default(mine) != default(published) {
        wrong.push(format!("{name} defaults to {:?}, not {:?}", default(published), default(mine)));
    }
}
