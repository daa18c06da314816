//! What holds of every watch.

use super::{later, probe, processes, watch};
use crate::sample::at;
use proptest::prelude::*;
use slipway_domain::watch::{PlatformError, PlatformLog, Watch, WatchNews, WatchVerdict, follow, planned_samples};

const ID: &str = "storefront-production/release-8";

fn begun(has_health_url: bool, minutes: u64) -> Watch {
    let length_seconds = minutes * 60;
    Watch { length_seconds, planned: planned_samples(length_seconds, has_health_url), ..watch(has_health_url) }
}

/// Anything that may be seen of a watch of twenty minutes, also too early and too late.
fn news() -> impl Strategy<Value = WatchNews> {
    let when = -100..1500i64;
    let id = || ID.to_owned();
    prop_oneof![
        12 => (when.clone(), prop::bool::weighted(0.1)).prop_map(move |(at, failed)| WatchNews::Probe { watch: id(), sample: probe(at, failed) }),
        6 => (when.clone(), 0..3u64, prop::collection::vec((1..4u8, -50..1500i64), 0..2)).prop_map(move |(at, up, crashed)| {
            let names: Vec<(String, i64)> = crashed.into_iter().map(|(n, since)| (format!("web.{n}"), since.min(at))).collect();
            let names: Vec<(&str, i64)> = names.iter().map(|(name, since)| (name.as_str(), *since)).collect();
            WatchNews::Processes { watch: id(), sample: processes(at, up, &names) }
        }),
        1 => (when.clone(), 0..200i64).prop_map(move |(first, long)| {
            let error = PlatformError { code: "H10".into(), text: "App crashed".into(), at: at(first), last_at: at(first + long), count: 3 };
            WatchNews::PlatformLog { watch: id(), log: PlatformLog { read_at: Some(at(first + long)), errors: vec![error], not_told: None } }
        }),
        1 => (9..12u64, when.clone()).prop_map(move |(version, at)| WatchNews::ConfigChanged { watch: id(), later: later(version, at.max(version as i64)) }),
        1 => (20..22u64, 1100..1500i64).prop_map(move |(version, at)| WatchNews::Superseded { watch: id(), later: later(version, at) }),
    ]
}

/// All good samples but those that are left out.
fn mostly_well(has_health_url: bool, skipped: &[bool]) -> Vec<WatchNews> {
    let watch = begun(has_health_url, 20);
    let mut news = Vec::new();
    for (offset, skip) in watch.probe_offsets().into_iter().zip(skipped.iter().chain(std::iter::repeat(&false))) {
        if !skip {
            news.push(WatchNews::Probe { watch: ID.into(), sample: probe(offset as i64, false) });
        }
    }
    for (offset, skip) in watch.process_offsets().into_iter().zip(skipped.iter().rev().chain(std::iter::repeat(&false))) {
        if !skip || has_health_url {
            news.push(WatchNews::Processes { watch: ID.into(), sample: processes(offset as i64, 2, &[]) });
        }
    }
    news
}

/// Everything in one go, or piece by piece as time passes before the end.
fn judged(has_health_url: bool, news: &[WatchNews], pieces: usize) -> Watch {
    let mut known = vec![begun(has_health_url, 20)];
    for piece in news.chunks(news.len().div_ceil(pieces.max(1)).max(1)) {
        for changed in follow(&known, piece, at(0)) {
            known = vec![changed];
        }
    }
    follow(&known, &[], at(2000)).pop().unwrap_or_else(|| known[0].clone())
}

proptest! {
    #[test]
    fn the_order_in_which_samples_arrive_makes_no_difference(
        has_health_url: bool,
        (news, shuffled) in prop::collection::vec(news(), 0..80).prop_flat_map(|news| (Just(news.clone()), Just(news).prop_shuffle())),
        pieces in 1..20usize,
    ) {
        prop_assert_eq!(judged(has_health_url, &news, 1), judged(has_health_url, &shuffled, pieces));
    }

    #[test]
    fn a_sample_that_comes_twice_counts_once(has_health_url: bool, news in prop::collection::vec(news(), 0..60)) {
        let twice = [news.clone(), news.clone()].concat();
        prop_assert_eq!(judged(has_health_url, &news, 1), judged(has_health_url, &twice, 1));
    }

    #[test]
    fn good_has_four_fifths_of_its_samples(has_health_url: bool, skipped in prop::collection::vec(any::<bool>(), 0..40), more in prop::collection::vec(news(), 0..6)) {
        let watch = judged(has_health_url, &[mostly_well(has_health_url, &skipped), more].concat(), 1);
        let slots = watch.taken;
        prop_assert!(slots <= watch.planned);
        prop_assert!(watch.verdict != Some(WatchVerdict::Good) || slots * 5 >= watch.planned * 4, "{:?} of {}", watch.reason, watch.planned);
    }

    /// Of a watch that is not good, nothing that was seen of another time makes it good: only samples of its own
    /// time that were taken and were good do. So what is older than the watch, or is a sign of trouble, never does.
    #[test]
    fn more_history_turns_nothing_unknown_into_good(
        has_health_url: bool,
        skipped in prop::collection::vec(any::<bool>(), 0..40),
        older in prop::collection::vec((-4000..0i64, any::<bool>()), 0..60),
        trouble in prop::collection::vec(0..1200i64, 0..4),
    ) {
        let base = mostly_well(has_health_url, &skipped);
        let before = judged(has_health_url, &base, 1);
        prop_assume!(before.verdict != Some(WatchVerdict::Good));
        let mut more = base;
        more.extend(older.iter().map(|(when, failed)| WatchNews::Probe { watch: ID.into(), sample: probe(*when, *failed) }));
        more.extend(older.iter().map(|(when, _)| WatchNews::Processes { watch: ID.into(), sample: processes(*when - 1, 2, &[]) }));
        more.extend(trouble.iter().map(|when| WatchNews::PlatformLog { watch: ID.into(), log: PlatformLog {
            read_at: Some(at(*when)),
            errors: vec![PlatformError { code: "H14".into(), text: String::new(), at: at(*when), last_at: at(*when), count: 1 }],
            not_told: None,
        } }));
        prop_assert_ne!(judged(has_health_url, &more, 3).verdict, Some(WatchVerdict::Good));
    }

    /// What has ended stays as it is.
    #[test]
    fn an_ended_watch_does_not_change(has_health_url: bool, first in prop::collection::vec(news(), 0..40), then in prop::collection::vec(news(), 0..40)) {
        let watch = judged(has_health_url, &first, 1);
        prop_assert_eq!(follow(std::slice::from_ref(&watch), &then, at(3000)), []);
    }
}
