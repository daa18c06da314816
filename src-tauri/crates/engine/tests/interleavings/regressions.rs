//! Interleavings that once broke a promise, or nearly: played each time.

use crate::runner::run_steps;
use crate::steps::{Built, How, Outside, Step, Trouble, What};

fn merge() -> What {
    What::Merge(0)
}

#[test]
fn killed_after_it_was_done_and_clicked_again_in_the_other_copy() {
    let killed = |requests| Step::Click { copy: 0, what: merge(), how: How::KilledAt { requests, done: true } };
    for requests in 1..4 {
        run_steps(&[killed(requests), Step::Click { copy: 1, what: merge(), how: How::Once }]).expect("it holds");
    }
}

#[test]
fn lost_while_reads_are_old_and_confirmed_again() {
    let click = |copy| Step::Click { copy, what: What::RollBack { production: true }, how: How::Once };
    let old = Step::Trouble(Trouble::Old { lag: false });
    run_steps(&[Step::Trouble(Trouble::Done("reset_after")), old, click(0), click(1), Step::Crash { copy: 0 }, click(0)])
        .expect("it holds");
}

#[test]
fn an_old_plan_after_others_changed_its_target() {
    let show = |what| Step::Show { copy: 0, what };
    let old = || Step::ConfirmOld { which: 0 };
    run_steps(&[show(merge()), Step::Outside(Outside::Push(0)), Step::Outside(Outside::Advance(5)), old()]).expect("it holds");
    let release = Step::Outside(Outside::Release { production: true });
    run_steps(&[show(What::RollBack { production: true }), release, old(), old()]).expect("it holds");
}

#[test]
fn both_copies_at_once() {
    for what in [merge(), What::Revert(0), What::RollBack { production: true }] {
        run_steps(&[Step::Race { what }]).expect("it holds");
    }
}

#[test]
fn both_copies_consent_to_the_same_plan_one_after_the_other() {
    let promote = What::Promote;
    let release = What::Release { production: true, code: Built::OfVersion(3) };
    for what in [merge(), What::Revert(0), What::RollBack { production: true }, promote, release] {
        run_steps(&[Step::SameConsent { what }]).expect("it holds");
    }
}
