//! What happens at the services of `healthy`, by change; played in the order of time.

use crate::scenario::day::{Change, Does, Goes, Step, hours};
use crate::world::open_kinds::OpenKind;

use Does::{AddOn, Nightly, Opens, Reverts, RollsBack, Sets};
use Goes::{Crashes, FailsJob, FailsRelease, IsCanceled, Waits, Well};

const fn days(days: i64, more: i64) -> i64 {
    hours(24 * days, more)
}

/// A pull request with a migration that stays open.
const fn migrating(ago: i64, by: usize, title: &'static str, word: &'static str, kind: OpenKind) -> Step {
    Step::new(ago, by, Opens(Change { title, word, migration: true }, kind))
}

const IN_ONE_QUERY: &str = "Price the basket in one query";
const WITH_AN_INDEX: &str = "Price the basket in one query, with an index";
const WINDOW: &str = "Remember the chosen delivery window";
const EMPTY_BASKET: &str = "Reword the empty basket page";

pub(super) const STOREFRONT: &[Step] = &[
    // Still open.
    migrating(days(31, 118), 3, "Move prices to the new catalogue tables", "catalogue", OpenKind::Conflicts),
    migrating(days(16, 402), 5, "Charge sales tax by delivery address", "taxes", OpenKind::Behind),
    Step::opens(days(8, 77), 9, "Let support edit a delivered order", "orders", OpenKind::Changes),
    Step::opens(days(6, 291), 7, "Try a smaller image for web dynos", "image", OpenKind::Draft),
    Step::opens(days(4, 33), 10, "Upgrade the payment client to version 9", "payment_client", OpenKind::Missing),
    Step::opens(days(1, 381), 2, "Keep the basket after signing out", "sessions", OpenKind::Conversation),
    Step::opens(hours(26, 22), 8, "Send parcels from the nearest warehouse", "warehouses", OpenKind::Review),
    migrating(hours(21, 47), 4, "Round totals the way the invoice does", "totals", OpenKind::Ready),
    Step::opens(hours(7, 26), 11, "Drop the old basket cookie", "cookies", OpenKind::FailingCheck),
    Step::opens(hours(4, 12), 0, "Show delivery dates on the order page", "delivery_dates", OpenKind::Ready),
    Step::opens(hours(0, 14), 6, "Count abandoned baskets", "abandoned_baskets", OpenKind::RunningCheck),
    // The day before.
    Step::new(hours(35, 3), 0, Nightly),
    Step::begins(hours(47, 40), 5, "Cache the delivery slots for a minute", "delivery_slots"),
    Step::merges(hours(30, 38), 5, "Cache the delivery slots for a minute", Well),
    Step::begins(hours(44, 9), 10, "Show the price per kilo", "unit_prices"),
    Step::merges(hours(28, 16), 10, "Show the price per kilo", Well),
    Step::new(hours(27, 1), 6, Sets("PAYMENT_TIMEOUT")),
    Step::begins(hours(29, 52), 2, "Retry a parcel label when the carrier times out", "labels"),
    Step::merges(hours(25, 20), 2, "Retry a parcel label when the carrier times out", Well),
    Step::new(hours(11, 3), 0, Nightly),
    // Today; the failed release and the rollback are within the five hours that a timeline opens on.
    Step::begins(hours(25, 2), 8, "Drop the second tax lookup", "taxes"),
    Step::merges(hours(6, 31), 1, "Drop the second tax lookup", Well),
    Step::migrates(hours(28, 49), 3, WINDOW, "delivery_windows"),
    Step::merges(hours(4, 41), 3, WINDOW, FailsRelease),
    Step::begins(hours(4, 26), 3, "Build the delivery window index without a lock", "delivery_windows"),
    Step::merges(hours(4, 4), 3, "Build the delivery window index without a lock", Well),
    Step::begins(hours(24, 27), 7, IN_ONE_QUERY, "basket"),
    Step::merges(hours(3, 29), 7, IN_ONE_QUERY, Crashes),
    Step::new(hours(3, 12), 1, RollsBack),
    Step::new(hours(3, 7), 1, Reverts(IN_ONE_QUERY)),
    Step::merges(hours(3, 1), 1, "Revert \"Price the basket in one query\"", Well),
    Step::begins(hours(5, 55), 9, EMPTY_BASKET, "empty_basket"),
    Step::merges(hours(2, 38), 9, EMPTY_BASKET, IsCanceled),
    Step::begins(hours(2, 33), 9, "Correct a typo on the empty basket page", "empty_basket"),
    Step::merges(hours(2, 19), 9, "Correct a typo on the empty basket page", Well),
    Step::new(hours(1, 57), 0, AddOn),
    Step::new(hours(1, 39), 6, Sets("WEB_CONCURRENCY")),
    Step::migrates(hours(2, 48), 7, WITH_AN_INDEX, "basket"),
    Step::merges(hours(1, 18), 7, WITH_AN_INDEX, Well),
    Step::begins(hours(3, 38), 0, "Show the stock on the product page", "stock"),
    Step::merges(hours(0, 46), 4, "Show the stock on the product page", Well),
];

/// Merged just now.
pub(super) const IN_FLIGHT: &str = "Show why a card was declined";

pub(super) const CHECKOUT_API: &[Step] = &[
    migrating(days(24, 211), 7, "Replace the retry table with a queue", "retries", OpenKind::Conflicts),
    migrating(days(12, 64), 2, "Store card fingerprints with each attempt", "fingerprints", OpenKind::Behind),
    Step::opens(days(7, 355), 11, "Talk to the bank over mTLS", "bank", OpenKind::Draft),
    Step::opens(days(3, 128), 4, "Require idempotency keys on captures", "captures", OpenKind::Missing),
    Step::opens(hours(27, 13), 10, "Ask for a second factor above 500 EUR", "second_factor", OpenKind::Review),
    Step::opens(hours(8, 4), 1, "Keep the basket when 3-D Secure fails", "three_d_secure", OpenKind::Ready),
    Step::opens(hours(5, 50), 6, "Stop logging declined card numbers", "card_logs", OpenKind::FailingCheck),
    Step::new(hours(34, 58), 0, Nightly),
    Step::begins(hours(46, 12), 8, "Refund in the currency that was paid", "refunds"),
    Step::merges(hours(29, 35), 8, "Refund in the currency that was paid", Well),
    Step::begins(hours(31, 6), 3, "Answer 409 to a capture that is under way", "captures"),
    Step::merges(hours(26, 51), 3, "Answer 409 to a capture that is under way", FailsJob("integration")),
    Step::begins(hours(26, 33), 3, "Wait for the lock in the capture specs", "captures"),
    Step::merges(hours(25, 58), 3, "Wait for the lock in the capture specs", Well),
    Step::new(hours(10, 58), 0, Nightly),
    Step::begins(hours(25, 4), 9, "Time the fraud check", "fraud_check"),
    Step::merges(hours(7, 17), 9, "Time the fraud check", Well),
    Step::new(hours(6, 31), 9, Sets("FRAUD_CHECK_TIMEOUT")),
    Step::begins(hours(6, 2), 1, "Give up on the fraud check after two seconds", "fraud_check"),
    Step::merges(hours(2, 19), 1, "Give up on the fraud check after two seconds", Well),
    Step::begins(hours(3, 9), 5, IN_FLIGHT, "declines"),
];

pub(super) const SEARCH_INDEXER: &[Step] = &[
    migrating(days(19, 90), 9, "Split the index by region", "regions", OpenKind::Behind),
    Step::opens(days(9, 260), 6, "Try vector search for synonyms", "synonyms", OpenKind::Draft),
    Step::opens(days(2, 41), 5, "Boost products that are in stock", "boosts", OpenKind::Changes),
    Step::opens(hours(23, 33), 11, "Rebuild in batches of five thousand", "rebuild", OpenKind::Review),
    migrating(hours(6, 44), 8, "Add a language column to documents", "languages", OpenKind::Ready),
    Step::new(hours(34, 53), 0, Nightly),
    Step::begins(hours(45, 31), 4, "Forget documents that were deleted", "deletions"),
    Step::merges(hours(28, 2), 4, "Forget documents that were deleted", Well),
    Step::new(hours(10, 53), 0, Nightly),
    Step::begins(hours(27, 30), 2, "Treat accents as their letters", "accents"),
    Step::merges(hours(5, 26), 2, "Treat accents as their letters", Well),
    Step::begins(hours(8, 48), 10, "Measure how stale the index is", "staleness"),
    Step::merges(hours(0, 32), 10, "Measure how stale the index is", Waits),
];
