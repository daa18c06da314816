//! Two commands on one target, and another person who acts during a command: twenty-four seeded cases of each, over
//! all actions; and several requests by one consent. `cargo xtask attack` runs more of them.

use anyhow::{Result, ensure};
use slipway_tests::attack::{Options, attack};

/// A seed whose cases interfere in every way that is judged.
const SEED: u64 = 3;

#[tokio::test]
async fn races_of_two_commands_are_judged_by_ids() -> Result<()> {
    let report = attack(Options { pairs: 24, outsiders: 0, stops: 0, lanes: 4, seed: SEED, ..Options::default() }, |_| {}).await;
    ensure!(report.violations == 0, "{}", report.text);
    Ok(())
}

#[tokio::test]
async fn a_person_at_the_vendor_never_makes_it_send_what_was_not_shown() -> Result<()> {
    let report = attack(Options { pairs: 0, outsiders: 24, stops: 0, lanes: 4, seed: SEED, ..Options::default() }, |_| {}).await;
    ensure!(report.violations == 0, "{}", report.text);
    Ok(())
}

#[tokio::test]
async fn each_request_of_one_consent_has_an_intent_of_its_own() -> Result<()> {
    let report = attack(Options { pairs: 0, outsiders: 0, stops: 12, lanes: 4, seed: SEED, ..Options::default() }, |_| {}).await;
    ensure!(report.violations == 0, "{}", report.text);
    ensure!(report.stopped >= 20, "each case has two requests to send: {}", report.text);
    Ok(())
}
