//! References to a pull request: other pull requests whose bodies name it.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};

use super::connection::{Node, Out, connect, leaf, plain};
use super::objects::Context;
use crate::world::pull_request::PullRequest;

impl Context<'_> {
    /// Only `CrossReferencedEvent`s, oldest first.
    pub(super) fn timeline(&self, service: usize, number: u64, info: &ResolveInfo<'_>) -> Result<Out, FieldError> {
        let repo = &self.world.services[service].repo;
        let mut names = vec![format!("{}/{}", repo.owner, repo.name)];
        names.extend(repo.former.iter().map(|(owner, name)| format!("{owner}/{name}")));
        let refers = |pull: &&PullRequest| pull.number != number && names_pull(&pull.body, &names, number);
        let event = |pull: &PullRequest| {
            let at = || leaf(self.world.stamp(pull.created));
            Out::One(plain(
                "CrossReferencedEvent",
                vec![
                    ("id", leaf(format!("CRE_{service}_{number}_{}", pull.number))),
                    ("actor", Out::One(self.user(&pull.author))),
                    ("createdAt", at()),
                    ("referencedAt", at()),
                    ("isCrossRepository", leaf(false)),
                    ("willCloseTarget", leaf(false)),
                    ("source", Out::One(Node::Pull(service, pull.number))),
                    ("target", Out::One(Node::Pull(service, number))),
                ],
            ))
        };
        let events = repo.pulls.values().filter(refers).map(event).collect();
        connect(info, "PullRequestTimelineItemsConnection", events)
    }
}

/// Whether a text contains `#12`, alone or after the repository's name, and not as part of another number.
fn names_pull(body: &str, names: &[String], number: u64) -> bool {
    let mark = format!("#{number}");
    body.match_indices(&mark).any(|(at, _)| {
        let (before, after) = (&body[..at], &body[at + mark.len()..]);
        let alone = before.is_empty() || before.ends_with(|c: char| c.is_whitespace() || c == '(');
        let named = names.iter().any(|name| before.ends_with(name.as_str()));
        (alone || named) && !after.starts_with(|c: char| c.is_alphanumeric())
    })
}
