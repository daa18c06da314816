//! Whole days, scripted: what goes live, goes wrong, is taken back and comes again, and what the board says at each
//! point. After every step the board is judged by the sandbox's truth, whatever the row says:
//!
//! 1. a pin never ends while a bad change is live unreverted, and a bad change that is live under a pin is told;
//! 2. a watch is never good of code that crashes, or with too few samples;
//! 3. what would bring a bad change back is told, as long as it can.

mod day;
mod rows;
mod truth;

use rows::Row;

/// Each row in a world of its own.
async fn run(row: &Row) {
    let mut day = day::Day::begin(row).await;
    for (at, (step, checks)) in row.steps.iter().enumerate() {
        day.step(step).await;
        let place = format!("{}, step {at} ({step:?})", row.name);
        truth::judge(&day, &place).await;
        for check in *checks {
            day.check(check, &place).await;
        }
    }
}

macro_rules! days {
    ($($name:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
        async fn $name() {
            run(&rows::$name()).await;
        })+
    };
}

days!(
    a_bad_change_and_its_revert,
    two_bad_changes_of_which_one_is_reverted,
    the_revert_of_a_revert,
    squashed,
    with_a_merge_commit,
    rebased,
    a_rollback_by_somebody_else,
    a_release_over_a_pin,
    a_laptop_asleep_through_the_watch,
    no_health_url,
    a_config_only_release_during_a_watch,
    a_merge_queue,
);
