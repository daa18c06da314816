//! The fields of GraphQL's mutations: each is collected first and told of once it was applied.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};

use super::connection::{Node, Out, arg, fail, leaf, maybe, null, plain};
use super::mutations::Done;
use super::objects::Context;

impl Context<'_> {
    /// The current queue entry, or the one that was removed.
    fn entry_of(&self, done: &Done) -> Option<Node> {
        let (service, number) = done.at;
        match &done.dequeued {
            Some((at, entry)) => Some(self.entry(service, number, *at, entry)),
            None => self.queue_entry(service, number),
        }
    }

    /// Collects the mutation in the first pass and returns its result in the second.
    pub(super) fn mutation(&self, info: &ResolveInfo<'_>) -> Result<Out, FieldError> {
        let at = self.asked.borrow().len();
        let input = arg(info, "input").unwrap_or_default();
        self.asked.borrow_mut().push((info.field_name().to_owned(), input));
        let Some(outcomes) = &self.outcomes else { return Ok(null()) };
        match outcomes.get(at).map(|o| &o.result) {
            Some(Ok(done)) => Ok(Out::One(plain(
                done.payload,
                vec![
                    ("clientMutationId", leaf(done.client_id.clone())),
                    ("pullRequest", Out::One(done.pull.clone())),
                    ("mergeQueueEntry", maybe(self.entry_of(done))),
                    ("revertPullRequest", maybe(done.revert.clone())),
                    ("actor", Out::One(self.actor(self.world.viewer.login.as_deref().unwrap_or("ghost")))),
                ],
            ))),
            Some(Err(message)) => fail(message.clone()),
            None => Ok(null()),
        }
    }
}
