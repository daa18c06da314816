//! The values of resolvers, and GraphQL's connections.

use apollo_compiler::executable::Selection;
use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use serde_json::{Value, json};

use crate::world::Oid;

/// The value of a field before its own fields are resolved.
#[derive(Clone)]
pub(super) enum Out {
    Leaf(Value),
    One(Node),
    Many(Vec<Out>),
    /// Null with an error, because the token may not see it.
    Forbidden,
}

/// An object of the schema. Most are looked up in the world when one of their fields is requested.
#[derive(Clone)]
pub(super) enum Node {
    Query,
    Viewer,
    Mutation,
    Repo(usize),
    Pull(usize, u64),
    Commit(usize, Oid),
    Ref(usize, String),
    Compare(usize, Oid, Oid),
    /// The checks of a pull request's head.
    Rollup(usize, u64),
    Plain(&'static str, Vec<(&'static str, Out)>),
}

pub(super) fn leaf(value: impl Into<Value>) -> Out {
    Out::Leaf(value.into())
}

pub(super) fn null() -> Out {
    Out::Leaf(Value::Null)
}

pub(super) fn maybe(node: Option<Node>) -> Out {
    node.map_or_else(null, Out::One)
}

pub(super) fn plain(kind: &'static str, fields: Vec<(&'static str, Out)>) -> Node {
    Node::Plain(kind, fields)
}

pub(super) fn fail<T>(message: impl Into<String>) -> Result<T, FieldError> {
    Err(FieldError { message: message.into() })
}

/// GitHub's message for a field that a token may not see.
pub(super) const FORBIDDEN: &str = "Resource not accessible by personal access token";

/// Stands for an item of a list that a token may not see; it is no type of the schema.
pub(super) const HIDDEN: &str = "HiddenFromTheToken";

/// An argument as plain JSON.
pub(super) fn arg(info: &ResolveInfo<'_>, name: &str) -> Option<Value> {
    let value = info.arguments().get(name)?;
    serde_json::to_value(value).ok().filter(|v| !v.is_null())
}

pub(super) fn text_arg(info: &ResolveInfo<'_>, name: &str) -> Option<String> {
    arg(info, name).and_then(|v| v.as_str().map(str::to_owned))
}

fn counts_only(info: &ResolveInfo<'_>) -> bool {
    let counts = |selection: &Selection| matches!(selection, Selection::Field(f) if matches!(f.name.as_str(), "totalCount" | "__typename"));
    info.field_selections().iter().all(|field| field.selection_set.selections.iter().all(counts))
}

/// Selects a page of `items` by `first`/`after` or `last`/`before`; GitHub requires one of them.
pub(super) fn connect(info: &ResolveInfo<'_>, kind: &'static str, items: Vec<Out>) -> Result<Out, FieldError> {
    connect_with(info, kind, items, Vec::new())
}

pub(super) fn connect_with(
    info: &ResolveInfo<'_>,
    kind: &'static str,
    items: Vec<Out>,
    extra: Vec<(&'static str, Out)>,
) -> Result<Out, FieldError> {
    let number = |name| arg(info, name).and_then(|v| v.as_i64());
    let field = info.field_name();
    let (first, last) = (number("first"), number("last"));
    let asked = match (first, last) {
        (Some(_), Some(_)) => {
            return fail(format!("Passing both `first` and `last` to paginate the `{field}` connection is not supported."));
        }
        // GitHub returns the total without a page: `stargazers { totalCount }`.
        (None, None) if counts_only(info) => 0,
        (None, None) => return fail(format!("You must provide a `first` or `last` value to properly paginate the `{field}` connection.")),
        (Some(n), None) | (None, Some(n)) => n,
    };
    if !(0..=100).contains(&asked) {
        return fail(format!("Requesting {asked} records on the `{field}` connection exceeds the `first` limit of 100 records."));
    }
    let total = items.len();
    let (from, to) = match first {
        Some(n) => {
            let from = cursor(info, "after")?.map_or(0, |c| c + 1).min(total);
            (from, (from + n as usize).min(total))
        }
        None => {
            let to = cursor(info, "before")?.unwrap_or(total).min(total);
            (to.saturating_sub(asked as usize), to)
        }
    };
    let mark = |n: usize| leaf(format!("Y3Vyc29yOg{n}"));
    let empty = from >= to;
    let page = plain(
        "PageInfo",
        vec![
            ("hasNextPage", leaf(to < total)),
            ("hasPreviousPage", leaf(from > 0)),
            ("startCursor", if empty { null() } else { mark(from) }),
            ("endCursor", if empty { null() } else { mark(to - 1) }),
        ],
    );
    let nodes: Vec<Out> = items.into_iter().skip(from).take(to - from).collect();
    let edge = |(n, node): (usize, &Out)| Out::One(plain("PullRequestEdge", vec![("cursor", mark(from + n)), ("node", node.clone())]));
    let edges = if kind == "PullRequestConnection" { nodes.iter().enumerate().map(edge).collect() } else { vec![] };
    let mut fields =
        vec![("nodes", Out::Many(nodes)), ("edges", Out::Many(edges)), ("pageInfo", Out::One(page)), ("totalCount", leaf(json!(total)))];
    fields.extend(extra);
    Ok(Out::One(plain(kind, fields)))
}

fn cursor(info: &ResolveInfo<'_>, name: &str) -> Result<Option<usize>, FieldError> {
    let Some(text) = text_arg(info, name) else { return Ok(None) };
    match text.strip_prefix("Y3Vyc29yOg").and_then(|n| n.parse().ok()) {
        Some(n) => Ok(Some(n)),
        None => fail(format!("`{text}` does not appear to be a valid cursor.")),
    }
}
