//! The `healthy` scenario: an afternoon of a lively day. Production is healthy everywhere; the day had a failed
//! release, a rollback that a revert and then a better change followed, changes of config, a canceled pipeline and
//! a nightly one. The first service is at rest, the second has a change in CI, and in the third a change waits for
//! an approval.

mod days;

use super::day::{self, Goes, Step, play};
use crate::world::branch_rules::DemandedBy;
use crate::world::history_seed::{HOUR, HistorySeed};
use crate::world::{Ci, Ms, World, generate};

const DAY: Ms = 24 * HOUR;
/// When the history of a service begins, before now.
const BEGIN: Ms = 38 * DAY;
/// When the part begins that is not left to chance.
const LATELY: Ms = 50 * HOUR;
/// Between two merges of the weeks before.
const STEP: Ms = 20 * HOUR;

pub(super) fn create(world: &mut World) {
    let services: [(&str, &[Step]); 3] =
        [("storefront", days::STOREFRONT), ("checkout-api", days::CHECKOUT_API), ("search-indexer", days::SEARCH_INDEXER)];
    // Slower than real time, the pipelines of one change would still run when the next is merged.
    let speed = world.speed;
    world.speed = speed.max(1.0);
    // The first may have been taken from a repository.
    for (name, steps) in services.into_iter().skip(world.services.len()) {
        service(world, name, steps);
    }
    world.speed = speed;
}

/// Weeks of ordinary work, and then the steps.
fn service(world: &mut World, name: &str, steps: &[Step]) {
    let service = generate::add_service(world, name, Ci::Circleci);
    world.services[service].repo.demands.conversations = Some(DemandedBy::Protection);
    world.set_past(-BEGIN);
    generate::root_commit(world, service, 327 + 40 * service as u64);
    world.first_releases(service, -BEGIN + HOUR, 1786 - 300 * service as u64);
    let mut steps = steps.to_vec();
    steps.sort_by_key(Step::at);
    let lately = steps.partition_point(|step| step.at() < -LATELY);
    let mut since = -BEGIN + DAY;
    // Pull requests that were opened weeks ago are based on the main of that time.
    for step in &steps[..lately] {
        weeks(world, service, since, step.at() - 2 * HOUR);
        play(world, service, &[*step]);
        since = step.at() + 6 * HOUR;
    }
    weeks(world, service, since, -LATELY);
    play(world, service, &steps[lately..]);
    if name == "checkout-api" {
        // Its slow checks run.
        world.run_until(-world.span(150.0));
        day::merge(world, service, 5, days::IN_FLIGHT, Goes::Well);
    }
    world.run_until(0);
}

fn weeks(world: &mut World, service: usize, since: Ms, until: Ms) {
    let merges = ((until - since) / STEP).max(0) as usize;
    world.seed_history(service, &HistorySeed { from: -since, until: -until, ..HistorySeed::usual(merges) });
    world.run_until(until);
}
