//! Which bad changes some code would bring back.

use super::model::PinnedChange;
use crate::history::{Contained, History, Reverted};

/// What some code brings of a bad set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Names of what it contains, or may contain, and is not shown to revert.
    pub names: Vec<String>,
    /// Whether it contains every one of them, unreverted, is known.
    pub known: bool,
    /// Only the title and the files of a later change say that one of them is reverted.
    pub likely_reverted: bool,
    /// It contains every one of the set, and reverts every one.
    pub reverts_all: bool,
}

/// `code` None: which code it is, is not known.
pub fn carried(bad: &[PinnedChange], code: Option<&str>, history: &History<'_>) -> Carried {
    let mut found = Carried { known: true, reverts_all: !bad.is_empty(), ..Carried::default() };
    for one in bad {
        let (contained, reverted) = stands(one, code, history);
        found.reverts_all &= contained == Contained::Yes && reverted == Reverted::Yes;
        if contained == Contained::No || reverted == Reverted::Yes {
            continue;
        }
        found.names.push(one.change.name());
        found.known &= contained == Contained::Yes && reverted == Reverted::No;
        found.likely_reverted |= reverted == Reverted::Likely;
    }
    found
}

impl Carried {
    pub fn is_any(&self) -> bool {
        !self.names.is_empty()
    }
}

/// It is contained where any of its commits is, and reverted where every one is.
fn stands(one: &PinnedChange, code: Option<&str>, history: &History<'_>) -> (Contained, Reverted) {
    let Some(code) = code.filter(|_| !one.commits.is_empty()) else { return (Contained::Unknown, Reverted::Unknown) };
    let contained = one.commits.iter().map(|sha| history.contains(code, sha)).max().unwrap_or(Contained::Unknown);
    let reverted = one.commits.iter().map(|sha| history.reverted(sha, code)).min().unwrap_or(Reverted::Unknown);
    (contained, reverted)
}
