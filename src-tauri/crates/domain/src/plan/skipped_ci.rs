//! Words in a commit's message for which a CI starts no pipeline.

use super::consequence::{Consequence, ConsequenceKind};
use super::pull_request::MergeFacts;
use crate::status::MergeMethod;

/// What the plan says where the commit that lands on the branch may be one that the CI skips. The
/// message is the code host's to write: by default the title is in that of a squash and of a merge commit,
/// the commits' own are listed in a squash, and a rebase leaves the last one as it is.
pub(super) fn skipped(facts: &MergeFacts<'_>, method: Option<MergeMethod>) -> Option<Consequence> {
    let ci = facts.ci?;
    let title = || (ci.skip_word)(&facts.pr.title).map(|word| (word, "the title says", "starts"));
    let commits = |messages: &[String]| {
        let found = messages.iter().find_map(|message| (ci.skip_word)(message));
        found.map(|word| (word, "a commit says", "may start"))
    };
    let last = facts.messages.len().saturating_sub(1);
    let (word, says, starts) = match method {
        Some(MergeMethod::Merge) => title(),
        Some(MergeMethod::Rebase) => commits(&facts.messages[last..]).map(|(word, _, _)| (word, "its last commit says", "starts")),
        Some(MergeMethod::Squash) | None => title().or_else(|| commits(facts.messages)),
    }?;
    Some(Consequence {
        subject: None,
        kind: ConsequenceKind::Warning,
        title: format!("{} {starts} no pipeline for it: {says} {word}", ci.title),
        details: vec!["It goes live with a later push that has a pipeline.".into()],
    })
}
