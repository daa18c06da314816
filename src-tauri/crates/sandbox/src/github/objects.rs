//! One object of an answer: its type, and how its fields are resolved.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};

use super::connection::{FORBIDDEN, HIDDEN, Node, Out, fail};
use super::mutations::Outcome;
use crate::tokens::Token;
use crate::world::World;

/// What every resolver can read.
pub(super) struct Context<'w> {
    pub world: &'w World,
    pub url: &'w str,
    pub rate: Out,
    /// The results of the mutations, in order; None while mutations are still collected.
    pub outcomes: Option<Vec<Outcome>>,
    pub token: &'w Token,
    pub asked: std::cell::RefCell<Vec<(String, serde_json::Value)>>,
}

pub(super) struct Object<'w> {
    pub context: &'w Context<'w>,
    pub node: Node,
}

impl ObjectValue for Object<'_> {
    fn type_name(&self) -> &str {
        match &self.node {
            Node::Query => "Query",
            Node::Viewer => "User",
            Node::Mutation => "Mutation",
            Node::Repo(_) => "Repository",
            Node::Pull(..) => "PullRequest",
            Node::Commit(..) => "Commit",
            Node::Ref(..) => "Ref",
            Node::Compare(..) => "Comparison",
            Node::Rollup(..) => "StatusCheckRollup",
            Node::Plain(kind, _) => kind,
        }
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let context = self.context;
        let out = match &self.node {
            Node::Query => context.query(info)?,
            Node::Viewer => context.viewer(info)?,
            Node::Mutation => context.mutation(info)?,
            Node::Repo(service) => context.repo(*service, info)?,
            Node::Pull(service, number) => context.pull(*service, *number, info)?,
            Node::Commit(service, oid) => context.commit(*service, oid, info)?,
            Node::Ref(service, name) => context.reference(*service, name, info)?,
            Node::Compare(service, base, head) => context.compare(*service, base, head, info)?,
            Node::Rollup(service, number) => context.rollup(*service, *number, info)?,
            Node::Plain(_, fields) => {
                let found = fields.iter().find(|(name, _)| *name == info.field_name());
                found.map(|(_, out)| out.clone()).ok_or_else(|| self.unknown_field_error(info))?
            }
        };
        resolved(context, out)
    }
}

fn resolved<'a>(context: &'a Context<'a>, out: Out) -> Result<ResolvedValue<'a>, FieldError> {
    Ok(match out {
        Out::Leaf(value) => ResolvedValue::leaf(to_apollo(value)),
        Out::One(node) => ResolvedValue::object(Object { context, node }),
        // For an item that fails the executor makes the whole list null; for an item of an unknown type only the
        // item, as GitHub does.
        Out::Many(items) => ResolvedValue::List(Box::new(items.into_iter().map(move |out| match out {
            Out::Forbidden => resolved(context, Out::One(Node::Plain(HIDDEN, Vec::new()))),
            out => resolved(context, out),
        }))),
        Out::Forbidden => return fail(FORBIDDEN),
    })
}

fn to_apollo(value: serde_json::Value) -> apollo_compiler::response::JsonValue {
    serde_json::from_value(value).unwrap_or_default()
}
