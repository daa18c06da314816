//! The three-way merge of texts, line by line, as git does it.
//!
//! Which lines count as changed depends on how equal lines are matched, and no two programs match them the same in
//! every text. The merge is therefore worked out in several ways; where they disagree on whether it is clean, the
//! answer is disputed.

use imara_diff::{Algorithm, Diff, InternedInput};
use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merge {
    /// The merged text.
    Clean(Vec<u8>),
    Conflict,
    /// It depends on how equal lines are matched.
    Disputed,
}

/// Merges what `ours` and `theirs` changed in `base`. A line ends after `\n`; `\r` belongs to the line, and a last
/// line without an end differs from the same line with one.
pub fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Merge {
    // git's merge matches lines with the first; its result must not hang on that.
    let ways = [(Algorithm::Histogram, true), (Algorithm::Myers, true), (Algorithm::Histogram, false), (Algorithm::Myers, false)];
    let mut merged = ways.into_iter().map(|way| {
        let [our_changes, their_changes] = [ours, theirs].map(|side| changes(base, side, way));
        merge_changes(&lines(ours), &lines(theirs), &our_changes, &their_changes)
    });
    let first = merged.next().flatten();
    if merged.any(|other| other.is_some() != first.is_some()) {
        return Merge::Disputed;
    }
    first.map_or(Merge::Conflict, Merge::Clean)
}

/// Lines of the base that a side replaced, and the lines it has instead.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    base: Range<usize>,
    side: Range<usize>,
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn changes(base: &[u8], side: &[u8], (algorithm, shifted): (Algorithm, bool)) -> Vec<Change> {
    let input = InternedInput::new(base, side);
    let mut diff = Diff::compute(algorithm, &input);
    if shifted {
        // git moves a change down as far as equal lines let it.
        diff.postprocess_no_heuristic(&input);
    }
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Change { base: range(hunk.before), side: range(hunk.after) }).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Ours,
    Theirs,
    Both,
}

/// A part of the result that is not as in the base.
#[derive(Clone, Debug)]
struct Region {
    taken: Taken,
    ours: Range<usize>,
    theirs: Range<usize>,
}

/// None: a conflict.
fn merge_changes(ours: &[&[u8]], theirs: &[&[u8]], our_changes: &[Change], their_changes: &[Change]) -> Option<Vec<u8>> {
    let regions = regions(ours, theirs, our_changes, their_changes);
    let mut text: Vec<u8> = Vec::new();
    let mut written = 0;
    for region in regions {
        match region.taken {
            Taken::Ours => {}
            // Both sides changed it, to the same.
            Taken::Both if is_settled(ours.get(region.ours.clone())?, theirs.get(region.theirs.clone())?) => {}
            Taken::Both => return None,
            Taken::Theirs => {
                text.extend(ours.get(written..region.ours.start)?.concat());
                text.extend(theirs.get(region.theirs)?.concat());
                written = region.ours.end;
            }
        }
    }
    text.extend(ours.get(written..)?.concat());
    Some(text)
}

/// git compares the two sides of a conflict only where neither is empty.
fn is_settled(ours: &[&[u8]], theirs: &[&[u8]]) -> bool {
    !ours.is_empty() && ours == theirs
}

fn regions(ours: &[&[u8]], theirs: &[&[u8]], mut a: &[Change], mut b: &[Change]) -> Vec<Region> {
    let mut found = Vec::new();
    // How far a position of the base has moved in each side by the changes before it.
    let (mut our_shift, mut their_shift) = (0isize, 0isize);
    loop {
        match (a.first(), b.first()) {
            (None, None) => return found,
            // Changes that touch are in conflict: the line between them is what tells them apart.
            (Some(one), other) if other.is_none_or(|other| one.base.end < other.base.start) => {
                append(&mut found, Region { taken: Taken::Ours, ours: one.side.clone(), theirs: moved(&one.base, their_shift) });
                (our_shift, a) = (shift_after(one), &a[1..]);
            }
            (one, Some(other)) if one.is_none_or(|one| other.base.end < one.base.start) => {
                append(&mut found, Region { taken: Taken::Theirs, ours: moved(&other.base, our_shift), theirs: other.side.clone() });
                (their_shift, b) = (shift_after(other), &b[1..]);
            }
            (Some(one), Some(other)) => {
                let same = one.base == other.base && ours.get(one.side.clone()) == theirs.get(other.side.clone());
                if !same {
                    append(&mut found, overlap(one, other));
                }
                // The one that ends first may be followed by another within the later one.
                let ends = one.base.end.cmp(&other.base.end);
                if ends.is_ge() {
                    (their_shift, b) = (shift_after(other), &b[1..]);
                }
                if ends.is_le() {
                    (our_shift, a) = (shift_after(one), &a[1..]);
                }
            }
            // One of the first two arms has taken it.
            (Some(_), None) | (None, Some(_)) => return found,
        }
    }
}

fn shift_after(change: &Change) -> isize {
    change.side.end as isize - change.base.end as isize
}

fn moved(base: &Range<usize>, shift: isize) -> Range<usize> {
    base.start.saturating_add_signed(shift)..base.end.saturating_add_signed(shift)
}

/// Both sides over the lines that either changed.
fn overlap(one: &Change, other: &Change) -> Region {
    let widened = |change: &Change, with: &Change| {
        let before = change.base.start.saturating_sub(with.base.start);
        let after = with.base.end.saturating_sub(change.base.end);
        change.side.start.saturating_sub(before)..change.side.end + after
    };
    Region { taken: Taken::Both, ours: widened(one, other), theirs: widened(other, one) }
}

/// Regions that touch become one; of different kinds, one that both changed.
fn append(found: &mut Vec<Region>, region: Region) {
    match found.last_mut().filter(|last| region.ours.start <= last.ours.end || region.theirs.start <= last.theirs.end) {
        Some(last) => {
            if last.taken != region.taken {
                last.taken = Taken::Both;
            }
            // A wide change of one side is compared with each of the other's; the last tells where both end.
            last.ours.end = region.ours.end;
            last.theirs.end = region.theirs.end;
        }
        None => found.push(region),
    }
}
