//! Two commands on one target, and a person at the vendor in the middle of a command: twenty-four seeded
//! cases of each, over every action. `cargo xtask attack` plays more of them.

use anyhow::{Result, ensure};
use slipway_tests::attack::{Options, attack};

/// One whose cases come into each other's way in every manner that is judged.
const SEED: u64 = 3;

#[tokio::test]
async fn races_of_two_commands_are_judged_by_ids() -> Result<()> {
    let report = attack(Options { pairs: 24, outsiders: 0, lanes: 4, seed: SEED, ..Options::default() }, |_| {}).await;
    ensure!(report.violations == 0, "{}", report.text);
    Ok(())
}

#[tokio::test]
async fn a_person_at_the_vendor_never_makes_it_send_what_was_not_shown() -> Result<()> {
    let report = attack(Options { pairs: 0, outsiders: 24, lanes: 4, seed: SEED, ..Options::default() }, |_| {}).await;
    ensure!(report.violations == 0, "{}", report.text);
    Ok(())
}
