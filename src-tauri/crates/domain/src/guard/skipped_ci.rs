//! Words in a commit's message for which a CI starts no pipeline.
//!
//! CircleCI, "Skip CI for a specific push": the newest commit of a push, within the first 250
//! characters of its title or body. GitHub, "Skipping workflow runs": anywhere in the message of
//! the newest commit, or a trailer at its end.

use super::merge::MergeFacts;
use crate::plan::{Consequence, ConsequenceKind};
use crate::service::CiProject;
use crate::status::{MergeMethod, ProviderKind};

const CIRCLECI: [&str; 2] = ["[ci skip]", "[skip ci]"];
const CIRCLECI_LOOKS_AT: usize = 250;
const ACTIONS: [&str; 5] = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];
const ACTIONS_TRAILERS: [&str; 2] = ["skip-checks:true", "skip-checks: true"];

/// The word in `message`, a whole commit message, for which this CI starts nothing.
pub fn skip_word(ci: &CiProject, message: &str) -> Option<&'static str> {
    match ci.provider {
        ProviderKind::Circleci => skip_word_of_circleci(message),
        ProviderKind::Github => skip_word_of_actions(message),
        ProviderKind::Heroku => None,
    }
}

fn skip_word_of_actions(message: &str) -> Option<&'static str> {
    let text = message.to_lowercase();
    ACTIONS.into_iter().find(|word| text.contains(word)).or_else(|| {
        let last = text.lines().rev().find(|line| !line.trim().is_empty())?;
        ACTIONS_TRAILERS.into_iter().find(|trailer| last.trim() == *trailer)
    })
}

pub fn skip_word_of_circleci(message: &str) -> Option<&'static str> {
    let text = message.to_lowercase();
    let (title, body) = text.split_once('\n').unwrap_or((&text, ""));
    let says = |part: &str| {
        let first: String = part.trim_start().chars().take(CIRCLECI_LOOKS_AT).collect();
        CIRCLECI.into_iter().find(|word| first.contains(word))
    };
    says(title).or_else(|| says(body))
}

/// What the plan says where the commit that lands on the branch may be one that the CI skips. The
/// message is GitHub's to write: by default the title is in that of a squash and of a merge commit,
/// the commits' own are listed in a squash, and a rebase leaves the last one as it is.
pub(super) fn skipped(facts: &MergeFacts<'_>, method: Option<MergeMethod>) -> Option<Consequence> {
    let ci = facts.ci?;
    let title = || skip_word(ci, &facts.pr.title).map(|word| (word, "the title says", "starts"));
    let commits = |messages: &[String]| {
        let found = messages.iter().find_map(|message| skip_word(ci, message));
        found.map(|word| (word, "a commit says", "may start"))
    };
    let last = facts.messages.len().saturating_sub(1);
    let (word, says, starts) = match method {
        Some(MergeMethod::Merge) => title(),
        Some(MergeMethod::Rebase) => commits(&facts.messages[last..]).map(|(word, _, _)| (word, "its last commit says", "starts")),
        Some(MergeMethod::Squash) | None => title().or_else(|| commits(facts.messages)),
    }?;
    Some(Consequence {
        kind: ConsequenceKind::Warning,
        title: format!("{} {starts} no pipeline for it: {says} {word}", ci.title()),
        details: vec!["It goes live with a later push that has a pipeline.".into()],
    })
}
