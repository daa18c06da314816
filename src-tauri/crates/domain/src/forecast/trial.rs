//! Reverts tried one after another.

use super::file::{Effect, revert};
use super::files::{Files, Missing};
use super::model::ForecastOutcome;
use super::revert::{RevertOfLanding, Step};
use super::tree::Tree;
use super::{MOST_BYTES, MOST_FILES};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    Told(ForecastOutcome),
    /// To be read and put into the files; then it is tried again.
    Needs(Missing),
}

/// What is left after some reverts.
enum Left {
    Told(ForecastOutcome),
    Pending,
}

/// What `reverts` would do to the branch at `tip`, in their order. A pull request that was merged by a rebase is
/// taken out at once and commit by commit: what both say is the answer.
pub fn forecast(files: &Files, tip: &str, reverts: &[RevertOfLanding]) -> Tried {
    let not_known = |why: String| Tried::Told(ForecastOutcome::NotKnown { why });
    if !reverts.iter().all(RevertOfLanding::is_complete) {
        return not_known("its files were not all read".to_owned());
    }
    let paths: BTreeSet<&str> = reverts.iter().flat_map(RevertOfLanding::paths).collect();
    if paths.len() > MOST_FILES {
        return not_known(format!("it touched {} files, and no more than {MOST_FILES} are compared", paths.len()));
    }
    let at_once: Vec<Step<'_>> = reverts.iter().filter_map(RevertOfLanding::whole).collect();
    let one_by_one: Vec<Step<'_>> = reverts.iter().flat_map(|revert| revert.steps().rev()).collect();
    let mut missing = Missing::default();
    let mut left = |steps: &[Step<'_>]| {
        let mut tree = Tree::new(files, tip);
        let left = after(&mut tree, steps);
        missing.merge(tree.missing);
        left
    };
    let first = left(&at_once);
    let second = if one_by_one.len() > at_once.len() { Some(left(&one_by_one)) } else { None };
    match (first, second) {
        (Left::Told(told), None) => Tried::Told(told),
        (Left::Told(told), Some(Left::Told(other))) => Tried::Told(agreed(told, &other)),
        (Left::Pending, _) | (_, Some(Left::Pending)) if files.bytes_with(&missing) > MOST_BYTES => {
            not_known(format!("its files are larger than {} MB", MOST_BYTES / 1_000_000))
        }
        (Left::Pending, _) | (_, Some(Left::Pending)) => Tried::Needs(missing),
    }
}

fn agreed(told: ForecastOutcome, other: &ForecastOutcome) -> ForecastOutcome {
    match (&told, other) {
        (ForecastOutcome::Clean, ForecastOutcome::Clean)
        | (ForecastOutcome::NothingLeft, ForecastOutcome::NothingLeft)
        | (ForecastOutcome::Conflicts { .. }, ForecastOutcome::Conflicts { .. })
        | (ForecastOutcome::NotKnown { .. }, _) => told,
        (_, ForecastOutcome::NotKnown { .. }) => other.clone(),
        (ForecastOutcome::Clean | ForecastOutcome::NothingLeft | ForecastOutcome::Conflicts { .. }, _) => {
            let why = "it was merged as several commits, and it matters whether they are reverted at once or one by one";
            ForecastOutcome::NotKnown { why: why.to_owned() }
        }
    }
}

fn after(tree: &mut Tree<'_>, steps: &[Step<'_>]) -> Left {
    let mut changes = false;
    let mut unclear: Option<String> = None;
    let mut pending = false;
    for step in steps {
        let mut conflicts = Vec::new();
        for path in &step.paths {
            match revert(tree, step, path) {
                Ok(Effect::None) => {}
                Ok(Effect::Becomes(side)) => {
                    tree.put(path, side);
                    changes = true;
                }
                Ok(Effect::Conflict) => conflicts.push((*path).to_owned()),
                Ok(Effect::Pending) => {
                    tree.put(path, super::tree::Side::Pending);
                    pending = true;
                }
                Err(why) => unclear = unclear.or(Some(why)),
            }
        }
        // A conflict is one whatever the other files say; but not one after what is not known.
        if !pending && !conflicts.is_empty() && (unclear.is_none() || steps.len() == 1) {
            return Left::Told(ForecastOutcome::Conflicts { paths: conflicts });
        }
        if !conflicts.is_empty() && pending {
            return Left::Pending;
        }
    }
    match unclear {
        _ if pending => Left::Pending,
        Some(why) => Left::Told(ForecastOutcome::NotKnown { why }),
        None if changes => Left::Told(ForecastOutcome::Clean),
        None => Left::Told(ForecastOutcome::NothingLeft),
    }
}
