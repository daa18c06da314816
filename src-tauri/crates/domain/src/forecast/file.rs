//! One file of one revert.

use super::lines::{Merge, merge};
use super::revert::Step;
use super::tree::{Content, Side, Tree, Version, Why};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) enum Effect {
    /// The branch has it already as the revert would leave it.
    None,
    Becomes(Side),
    Conflict,
    /// It follows from what is still to be read.
    Pending,
}

pub(super) fn revert(tree: &mut Tree<'_>, step: &Step<'_>, path: &str) -> Result<Effect, Why> {
    if let Some(why) = step.unclear.get(path) {
        return Err(format!("{path} {why}"));
    }
    let (base, theirs, ours) = (tree.side(step.after, path)?, tree.side(step.before, path)?, tree.now(path)?);
    match (base, ours, theirs) {
        (Side::Pending, _, _) | (_, _, Side::Pending) => Ok(Effect::Pending),
        (Side::File(base), Side::Pending, Side::File(theirs)) => {
            // They will be merged with what is not known yet.
            tree.text(&base.content)?;
            tree.text(&theirs.content)?;
            Ok(Effect::Pending)
        }
        (_, Side::Pending, _) => Ok(Effect::Pending),
        (Side::Absent, _, Side::Absent) => Ok(Effect::None),
        (Side::File(base), Side::File(ours), Side::File(theirs)) => changed(tree, path, (&base, &ours, &theirs)),
        (Side::File(_), Side::Absent, Side::File(_)) => Ok(gone(tree, step, path)?.unwrap_or(Effect::Conflict)),
        (Side::File(_), Side::Absent, Side::Absent) => Ok(gone(tree, step, path)?.unwrap_or(Effect::None)),
        (Side::File(base), Side::File(ours), Side::Absent) => removed(tree, step, path, (&base, &ours)),
        (Side::Absent, Side::Absent, Side::File(theirs)) => match tree.has_room(step.after, path)? {
            Some(true) => Ok(Effect::Becomes(Side::File(theirs))),
            Some(false) => Err(format!("the folder of {path} is gone or was renamed since")),
            None => Ok(Effect::Pending),
        },
        (Side::Absent, Side::File(ours), Side::File(theirs)) => came_twice(tree, step, path, (&ours, &theirs)),
    }
}

/// Some where the branch may have it under another name, or where that is still to be read.
fn gone(tree: &mut Tree<'_>, step: &Step<'_>, path: &str) -> Result<Option<Effect>, Why> {
    match tree.may_be_renamed(step.after)? {
        Some(true) => Err(format!("{path} is gone from the branch, and may have been renamed")),
        Some(false) => Ok(None),
        None => Ok(Some(Effect::Pending)),
    }
}

fn same_mode(path: &str, versions: &[&Version]) -> Result<(), Why> {
    let differ = versions.windows(2).any(|pair| matches!(pair, [a, b] if a.executable != b.executable));
    if differ { Err(format!("the mode of {path} was changed")) } else { Ok(()) }
}

fn changed(tree: &mut Tree<'_>, path: &str, (base, ours, theirs): (&Version, &Version, &Version)) -> Result<Effect, Why> {
    same_mode(path, &[base, ours, theirs])?;
    let same = (tree.equal(&base.content, &theirs.content)?, tree.equal(&ours.content, &theirs.content)?);
    match (same, tree.equal(&base.content, &ours.content)?) {
        ((Some(true), _) | (_, Some(true)), _) => Ok(Effect::None),
        (_, Some(true)) => Ok(Effect::Becomes(Side::File(theirs.clone()))),
        ((Some(false), Some(false)), Some(false)) => merged(tree, path, Some(&base.content), (ours, theirs)),
        ((_, _), _) => Ok(Effect::Pending),
    }
}

/// The pull request brought the file.
fn removed(tree: &mut Tree<'_>, step: &Step<'_>, path: &str, (base, ours): (&Version, &Version)) -> Result<Effect, Why> {
    same_mode(path, &[base, ours])?;
    match tree.equal(&base.content, &ours.content)? {
        Some(true) => Ok(Effect::Becomes(Side::Absent)),
        Some(false) if step.may_rename => Err(format!("it may have renamed {path}")),
        Some(false) => Ok(Effect::Conflict),
        None => Ok(Effect::Pending),
    }
}

/// The pull request removed the file, and it is back on the branch.
fn came_twice(tree: &mut Tree<'_>, step: &Step<'_>, path: &str, (ours, theirs): (&Version, &Version)) -> Result<Effect, Why> {
    same_mode(path, &[ours, theirs])?;
    match tree.equal(&ours.content, &theirs.content)? {
        Some(true) => Ok(Effect::None),
        Some(false) if step.may_rename => Err(format!("it may have renamed {path}")),
        Some(false) => merged(tree, path, None, (ours, theirs)),
        None => Ok(Effect::Pending),
    }
}

/// Without a base, both sides have put the whole file there.
fn merged(tree: &mut Tree<'_>, path: &str, base: Option<&Content>, (ours, theirs): (&Version, &Version)) -> Result<Effect, Why> {
    let by_line = tree.merges_by_line(path)?;
    let base = base.map_or(Ok(Some(Arc::from([]))), |base| tree.text(base))?;
    let (our_text, their_text) = (tree.text(&ours.content)?, tree.text(&theirs.content)?);
    if by_line == Some(false) {
        return Err(format!(".gitattributes may choose another merge for {path}"));
    }
    let (Some(true), Some(base), Some(our_text), Some(their_text)) = (by_line, base, our_text, their_text) else {
        return Ok(Effect::Pending);
    };
    match merge(&base, &our_text, &their_text) {
        Merge::Conflict => Ok(Effect::Conflict),
        Merge::Disputed => Err(format!("whether {path} conflicts depends on how its equal lines are matched")),
        Merge::Clean(text) if *text == *our_text => Ok(Effect::None),
        Merge::Clean(text) => {
            let content = Content::Merged(Arc::from(text));
            Ok(Effect::Becomes(Side::File(Version { executable: ours.executable, content })))
        }
    }
}
