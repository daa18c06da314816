//! Whatever is read, in whatever order and by however many processes.

use super::{World, failed, holds, read};
use crate::sample::{at, service};
use proptest::prelude::*;
use slipway_domain::inbox::{InboxChange, InboxItem};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::snapshot::{ServiceState, SourceError, SourceErrorKind};
use std::collections::BTreeSet;

/// What one read of the CI shows of three pipelines, or that it failed.
#[derive(Clone, Debug)]
struct Read {
    held: [bool; 3],
    red: [bool; 3],
    fails: bool,
}

fn reads() -> impl Strategy<Value = Vec<Read>> {
    let one = (any::<[bool; 3]>(), any::<[bool; 3]>(), proptest::bool::weighted(0.2));
    proptest::collection::vec(one.prop_map(|(held, red, fails)| Read { held, red, fails }), 1..8)
}

/// Each pipeline is of a branch of its own, so that none supersedes another.
fn apart(mut state: ServiceState, number: u64) -> Pipeline {
    let mut one = state.pipelines.remove(0);
    one.branch = Some(format!("branch-{number}"));
    for workflow in one.workflows.iter_mut().flatten() {
        workflow.name = format!("build-release-{number}");
    }
    for job in &mut one.jobs {
        job.workflow = format!("build-release-{number}");
    }
    one
}

fn state(shown: &Read, began: i64) -> ServiceState {
    let pipelines = (0..3)
        .flat_map(|n| {
            let number = n as u64;
            let held = shown.held[n].then(|| apart(holds(10 + number), 10 + number));
            held.into_iter().chain(shown.red[n].then(|| apart(failed(20 + number), 20 + number)))
        })
        .collect();
    let mut state = read(ServiceState { pipelines, ..service() }, at(began));
    if shown.fails {
        let error = SourceError { kind: SourceErrorKind::Unreachable, message: String::new(), since: at(began), retry_at: None, url: None };
        state.sources[1].error = Some(error);
    }
    state
}

/// Names of the causes that the read shows.
fn shown(read: &Read) -> BTreeSet<String> {
    let named = |of: [bool; 3], first: usize| (0..3).filter(move |n| of[*n]).map(move |n| format!("pipeline-{}", first + n));
    named(read.held, 10).chain(named(read.red, 20)).collect()
}

fn open(world: &World) -> BTreeSet<String> {
    world.items.iter().filter(|item| item.is_open()).filter_map(|item| item.subject.pipeline.clone()).collect()
}

/// At most one item is open for a cause, and none is open beside one that a person is done with while it holds.
fn no_item_is_twice(items: &[InboxItem]) -> bool {
    let live: Vec<&str> = items.iter().filter(|item| item.holds).map(|item| item.cause.as_str()).collect();
    let ids: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
    live.iter().collect::<BTreeSet<_>>().len() == live.len() && ids.len() == items.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_in_which_reads_arrive_does_not_matter((reads, order) in reads().prop_flat_map(|reads| {
        let order: Vec<usize> = (0..reads.len()).collect();
        (Just(reads), Just(order).prop_shuffle())
    })) {
        let mut world = World::of(state(&reads[0], 0));
        let newest = Read { fails: false, ..reads[reads.len() - 1].clone() };
        for n in order {
            world.services[0] = state(&reads[n], n as i64 * 30);
            world.follow(at(1000));
            prop_assert!(no_item_is_twice(&world.items), "{:?}", world.items);
        }
        // Whatever arrived late, the newest read that succeeded is what counts.
        world.services[0] = state(&newest, reads.len() as i64 * 30);
        world.follow(at(1001));
        prop_assert_eq!(open(&world), shown(&newest));
        prop_assert!(world.follow(at(1002)).is_empty(), "nothing more to say");
    }

    #[test]
    fn nothing_closes_while_its_cause_is_read_to_go_on(reads in reads()) {
        let mut world = World::of(state(&reads[0], 0));
        let mut before: Option<&Read> = None;
        for (n, one) in reads.iter().enumerate() {
            world.services[0] = state(one, n as i64 * 30);
            let was = open(&world);
            world.follow(at(n as i64 * 30 + 2));
            prop_assert!(shown(one).is_subset(&open(&world)), "what is shown is open");
            if one.fails {
                prop_assert!(was.is_subset(&open(&world)), "a failed read closes nothing");
            }
            before = Some(one);
        }
        prop_assert!(before.is_some());
    }

    #[test]
    fn items_survive_being_written_and_what_a_person_did_stays(reads in reads(), done in any::<prop::sample::Index>()) {
        let mut world = World::of(state(&reads[0], 0));
        for (n, one) in reads.iter().enumerate() {
            world.services[0] = state(one, n as i64 * 30);
            world.follow(at(n as i64 * 30 + 2));
            // As it is stored after each read, and by another process taken up again.
            world.items = serde_json::from_str(&serde_json::to_string(&world.items).expect("JSON")).expect("items");
            prop_assert!(world.follow(at(n as i64 * 30 + 2)).is_empty());
        }
        if let Some(at_place) = (!world.items.is_empty()).then(|| done.index(world.items.len())) {
            let read_then = InboxChange::Read.apply(&world.items[at_place], "lena", at(900)).expect("read");
            world.items[at_place] = read_then.clone();
            world.services[0] = state(&reads[0], 2000);
            world.follow(at(2002));
            prop_assert_eq!(world.items[at_place].read_at, read_then.read_at, "read stays read");
        }
    }
}
