//! What must hold whatever was read, and in whatever order.

use super::{changes, main_line, pinned, revert, watched};
use crate::sample::{at, commit};
use proptest::prelude::*;
use slipway_domain::history::{History, RevertEvidence, Reverted};
use slipway_domain::pin::{ended, settle};
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::watch::WatchVerdict;

/// A branch on which each change may revert earlier ones, oldest last; `c1` is on top of `c0`.
fn branch() -> impl Strategy<Value = Vec<Commit>> {
    prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..2), 2..8).prop_map(|reverts| {
        let mut line: Vec<Commit> = vec![commit("a", &["0"], Some(100))];
        for (at, of) in reverts.iter().enumerate() {
            let parent = line[0].sha.clone();
            let of: Vec<u64> = of.iter().filter(|_| at > 0).map(|index| index.index(at.max(1)) as u64 + 1).collect();
            line.insert(0, revert(&format!("c{at}"), &parent, at as u64 + 1, &of));
        }
        line
    })
}

fn stage(main: Vec<Commit>, live: usize) -> ServiceState {
    let sha = format!("c{}", live.min(main.len().saturating_sub(2)));
    let mut state = pinned(main, "c0", &[], changes(&[(1, "c0")]));
    let releases =
        super::lived(&[(1, "a", "Deploy", true), (2, "c0", "Deploy", true), (3, "a", "Rollback to v1", true), (4, &sha, "Deploy", true)]);
    let pin = state.environments[0].pin.clone();
    state.environments = vec![slipway_domain::environment::Environment { pin, production: true, ..releases }];
    watched(&mut state, 4, Some(WatchVerdict::Good));
    state
}

proptest! {
    #[test]
    fn the_order_of_reading_does_not_matter(main in branch(), live in 0usize..8, turn in any::<prop::sample::Index>()) {
        let whole = stage(main.clone(), live);
        let mut other = whole.clone();
        // The tip stays what it is: only what is known of the rest comes in another order.
        let by = turn.index(other.main.len() - 1);
        other.main[1..].rotate_left(by);
        settle(&mut other, at(200_000));
        prop_assert_eq!(&whole.environments[0].on_its_way, &other.environments[0].on_its_way);
        let (one, two) = (whole.environments[0].pin_progress.clone().unwrap(), other.environments[0].pin_progress.clone().unwrap());
        prop_assert_eq!((one.violated, one.brings, one.may_end, one.reverts_all), (two.violated, two.brings, two.may_end, two.reverts_all));
    }

    /// Judged by the whole history, which is the truth; what is loaded is any part of it.
    #[test]
    fn a_pin_never_ends_while_a_bad_commit_is_live_unreverted(main in branch(), live in 0usize..8, kept in prop::collection::vec(any::<bool>(), 8)) {
        let truth = stage(main.clone(), live);
        let sha = truth.environments[0].current.as_ref().unwrap().commit.clone().unwrap();
        let none = RevertEvidence::default();
        let runs = History::new(&main, &none).reverted("c0", &sha) != Reverted::Yes;
        let mut part = truth.clone();
        part.main = main.iter().zip(kept.iter().chain(std::iter::repeat(&true))).filter(|(_, kept)| **kept).map(|(c, _)| c.clone()).collect();
        settle(&mut part, at(200_000));
        let environment = &part.environments[0];
        let ends = ended(environment, environment.pin.as_ref().unwrap(), at(0)).is_some();
        prop_assert!(!(runs && ends), "{:?}", environment.pin_progress);
    }

    /// Without anything loaded nothing is known to be reverted.
    #[test]
    fn what_is_not_known_never_ends_it(live in 0usize..8) {
        let mut state = stage(main_line(), live);
        state.main = vec![];
        settle(&mut state, at(200_000));
        let environment = &state.environments[0];
        prop_assert!(ended(environment, environment.pin.as_ref().unwrap(), at(0)).is_none());
    }
}
