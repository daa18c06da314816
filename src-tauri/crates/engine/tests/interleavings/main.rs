//! The action state machine under random interleavings of clicks, faults, crashes, changes by others
//! and time, with two copies of the engine on one data folder. However they fall:
//!
//! 1. never two mutations for one consent;
//! 2. never a mutation on a target that was not shown, or on one that had visibly changed since;
//! 3. never a `Succeeded` that the sandbox's truth denies;
//! 4. no intent is lost, and each settles once the trouble is over.
//!
//! `SLIPWAY_SEED` chooses the cases (the same seed, the same cases), `SLIPWAY_CASES` how many there
//! are. What once failed is kept in [`regressions`].

#[path = "../harness/engine_harness.rs"]
mod harness;
mod processes;
mod regressions;
mod runner;
mod steps;
mod truth;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use runner::{Tally, run_steps};
use std::cell::RefCell;
use steps::Step;

/// As many as take well under a minute.
const CASES: u32 = 12;
const SEED: u64 = 1;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn interleavings_keep_the_promise() {
    let (seed, cases) = (number("SLIPWAY_SEED", SEED), number("SLIPWAY_CASES", CASES.into()));
    println!("SLIPWAY_SEED={seed} SLIPWAY_CASES={cases}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases: cases as u32, max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tally = RefCell::new(Tally::default());
    let outcome = runner.run(&vec(any::<Step>(), 6..18), |steps| {
        *tally.borrow_mut() += run_steps(&steps).map_err(TestCaseError::fail)?;
        Ok(())
    });
    let tally = tally.into_inner();
    println!("{tally:?}");
    match outcome {
        Ok(()) => {
            assert!(tally.intents as u64 >= cases && tally.succeeded > 0 && tally.killed_on_the_way > 0, "too little happened: {tally:?}")
        }
        Err(TestError::Fail(why, steps)) => panic!("SLIPWAY_SEED={seed}: {why}\nfewest steps found:\n{steps:#?}"),
        Err(TestError::Abort(why)) => panic!("SLIPWAY_SEED={seed}: {why}"),
    }
}
