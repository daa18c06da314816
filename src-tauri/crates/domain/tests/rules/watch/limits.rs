//! Each limit, and each side of it.

use super::{baseline, before, ended, failing, of, probe, processes, verdict, watch, well};
use crate::sample::at;
use slipway_domain::watch::{
    Baseline, PlatformError, PlatformLog, SignalKind, Watch, WatchEvidenceLevel, WatchVerdict, crash_limit, judge, p_value, probe_offsets,
};

const BAD: Option<WatchVerdict> = Some(WatchVerdict::Bad);

fn first_bad(watch: &Watch) -> Option<i64> {
    of(ended(watch).bad_at)
}

#[test]
fn failures_in_a_row_count_where_the_code_before_was_well() {
    let with = |slots: &[usize], before: Option<Baseline>| first_bad(&Watch { baseline: before, ..failing(slots) });
    assert_eq!(with(&[3, 4], None), None, "two");
    assert_eq!(with(&[3, 4, 6], before(20, &[0, 1])), None, "three with one that answered between");
    assert_eq!(with(&[3, 4, 5], None), Some(50), "no baseline: the limit alone");
    assert_eq!(with(&[3, 4, 5], before(10, &[])), Some(50));
    assert_eq!(with(&[3, 4, 5], before(10, &[9])), Some(50), "one of the last ten");
    assert_eq!(with(&[3, 4, 5], before(10, &[8, 9])), None, "two of the last ten");
    assert_eq!(with(&[3, 4, 5], before(30, &[0, 1, 2, 3])), Some(50), "those before the last ten do not count here");
}

#[test]
fn a_fifth_of_fifteen_counts_where_the_code_before_was_well() {
    // Never three in a row.
    let with = |slots: &[usize], before: Option<Baseline>| first_bad(&Watch { baseline: before, ..failing(slots) });
    assert_eq!(with(&[0, 2], None), None);
    assert_eq!(with(&[0, 2, 4], None), Some(180), "three of fifteen, and not three of fewer");
    assert_eq!(with(&[0, 15], None), None, "two of sixteen");
    assert_eq!(with(&[0, 2, 4], before(20, &[3])), Some(180), "one of twenty is 5 %");
    assert_eq!(with(&[0, 2, 4], before(19, &[3])), None, "one of nineteen is more");
}

#[test]
fn an_answer_that_is_none_or_a_server_error_has_failed() {
    use slipway_domain::watch::has_failed;
    for (status, failed) in [(None, true), (Some(500), true), (Some(503), true), (Some(499), false), (Some(404), false), (Some(302), false)]
    {
        assert_eq!(has_failed(status), failed, "{status:?}");
    }
}

#[test]
fn crashes_have_a_limit_by_the_size_of_the_formation() {
    for (wanted, limit) in [(0, 2), (1, 2), (2, 2), (4, 2), (5, 3), (8, 4), (39, 20), (40, 20), (200, 20)] {
        assert_eq!(crash_limit(wanted), limit, "{wanted}");
    }
}

fn with_crashes(reads: &[(i64, &[(&str, i64)])]) -> Watch {
    let mut watch = well(true);
    for (seconds, crashed) in reads {
        let sample = watch.processes.iter_mut().find(|sample| sample.at == at(*seconds)).expect("a planned read");
        *sample = processes(*seconds, 1, crashed);
    }
    watch
}

#[test]
fn crashes_are_counted_by_process_type_since_it_is_live() {
    assert_eq!(first_bad(&with_crashes(&[(60, &[("web.1", 50)])])), None, "one of two");
    assert_eq!(first_bad(&with_crashes(&[(60, &[("web.1", 50), ("web.2", 55)])])), Some(60));
    assert_eq!(first_bad(&with_crashes(&[(60, &[("web.1", 50)]), (120, &[("web.1", 50)])])), None, "seen twice, it is one crash");
    assert_eq!(first_bad(&with_crashes(&[(60, &[("web.1", 50), ("worker.1", 55)])])), None, "one of each type");
    assert_eq!(first_bad(&with_crashes(&[(60, &[("web.1", 50)]), (660, &[("web.2", 650)])])), Some(660), "however far apart");
    let (_, reason) = verdict(&with_crashes(&[(960, &[("web.1", 950), ("web.2", 955)])]));
    assert_eq!(reason, "2 crashes of web since it is live, limit 2");
}

#[test]
fn one_instance_may_not_crash_twice_in_five_minutes() {
    let twice = |between: i64| {
        let reads: [(i64, &[(&str, i64)]); 2] = [(60, &[("web.1", 50)]), (420, &[("web.1", 50 + between)])];
        let mut watch = with_crashes(&reads);
        // Of six, three crashes would be the limit.
        watch.processes.iter_mut().flat_map(|sample| &mut sample.crashed).for_each(|crashed| crashed.wanted = Some(6));
        ended(&watch)
    };
    assert_eq!(of(twice(300).bad_at), Some(420));
    assert_eq!(twice(300).signals.iter().filter(|signal| signal.kind == SignalKind::Processes).count(), 1, "each sign once");
    assert_eq!(of(twice(301).bad_at), None);
}

#[test]
fn nothing_up_is_bad_five_minutes_after_it_went_live() {
    let none_up = |from: i64, to: i64| {
        let mut watch = well(true);
        for sample in watch.processes.iter_mut().filter(|sample| sample.at >= at(from) && sample.at < at(to)) {
            sample.up = 0;
        }
        watch
    };
    assert_eq!(first_bad(&none_up(0, 300)), None, "a slow start");
    assert_eq!(first_bad(&none_up(0, 301)), Some(300));
    // A change of config restarts everything.
    let restarted = Watch { config_releases: vec![super::later(9, 600)], ..none_up(600, 840) };
    assert_eq!(first_bad(&restarted), None);
    let mut off = none_up(0, 1200);
    off.processes.iter_mut().for_each(|sample| sample.wanted = Some(0));
    assert_eq!(first_bad(&off), None, "none should run");
}

fn slow(milliseconds: u64, before: u64, of_each: usize) -> Watch {
    let timed = |n: usize, base: u64, from: i64| {
        let probe = probe(from, false);
        slipway_domain::watch::ProbeSample { milliseconds: Some(base + (n as u64 * 7) % 20), ..probe }
    };
    let mut watch = well(true);
    let offsets = probe_offsets(1200);
    watch.probes = offsets.iter().enumerate().take(of_each).map(|(n, offset)| timed(n, milliseconds, *offset as i64)).collect();
    watch.baseline = baseline((0..30).take(of_each).map(|n| timed(n, before, -60 * (40 - n as i64))).collect());
    watch
}

#[test]
fn slower_is_a_warning_and_never_bad() {
    let level = |watch: &Watch| ended(watch).evidence.into_iter().find(|row| row.label == "Latency").map(|row| row.level);
    assert_eq!(level(&slow(400, 100, 38)), Some(WatchEvidenceLevel::Warning));
    assert_eq!(ended(&slow(400, 100, 38)).verdict, Some(WatchVerdict::Good));
    assert_eq!(level(&slow(280, 100, 38)), Some(WatchEvidenceLevel::Good), "less than 200 ms more");
    assert_eq!(level(&slow(800, 600, 38)), Some(WatchEvidenceLevel::Good), "less than half as much again");
    assert_eq!(level(&slow(400, 100, 19)), None, "too few to say");
}

/// Against the same formula with the mathematical library's error function.
#[test]
fn the_test_of_latency_is_the_known_one() {
    let near = |p: f64, expected: f64| assert!((p - expected).abs() < 5e-4, "{p} is not {expected}");
    near(p_value(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0, 7.0, 8.0, 9.0, 10.0]), 0.012_186);
    near(p_value(&[1.0, 2.0, 2.0, 3.0], &[2.0, 3.0, 4.0, 4.0, 5.0]), 0.078_546);
    assert_eq!(p_value(&[], &[1.0]), 1.0);
    assert_eq!(p_value(&[3.0; 20], &[3.0; 20]), 1.0);
}

#[test]
fn words_of_the_platform_are_signs_once_and_no_verdict() {
    let error = |code: &str, first: i64, last: i64| PlatformError {
        code: code.into(),
        text: "App crashed".into(),
        at: at(first),
        last_at: at(last),
        count: 14,
    };
    let with = |errors: Vec<PlatformError>| {
        let log = PlatformLog { read_at: Some(at(1190)), errors, not_told: None };
        ended(&Watch { platform_log: Some(log), ..well(true) })
    };
    let judged = with(vec![error("H10", 100, 700)]);
    assert_eq!((judged.verdict, judged.signals.len()), (Some(WatchVerdict::Good), 1));
    assert_eq!((judged.signals[0].text.as_str(), judged.signals[0].count), ("H10 App crashed", 14));
    assert_eq!(with(vec![error("H10", 100, 1000)]).verdict, Some(WatchVerdict::Inconclusive), "within the last five minutes");
    assert_eq!(with(vec![error("H10", -700, -10)]).signals, [], "of the code before");
    let not_told = PlatformLog { read_at: None, errors: vec![], not_told: Some("no history".into()) };
    let rows = ended(&Watch { platform_log: Some(not_told), ..well(true) }).evidence;
    assert!(
        rows.iter().any(|row| row.label == "Heroku" && row.level == WatchEvidenceLevel::Unknown && row.text == "no history"),
        "{rows:?}"
    );
}

#[test]
fn a_watch_that_has_seen_nothing_says_so() {
    let rows = judge(&watch(true), at(5)).evidence;
    assert!(rows.iter().all(|row| row.level == WatchEvidenceLevel::Unknown), "{rows:?}");
    assert!(rows.iter().any(|row| row.text.starts_with("absolute limits only")), "{rows:?}");
    assert_ne!(ended(&watch(true)).verdict, BAD);
}
