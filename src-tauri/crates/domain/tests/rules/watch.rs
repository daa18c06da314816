//! Watches: what is planned, what is bad, what is good, and what is neither.

mod beginning;
mod board;
mod limits;
mod properties;

use crate::sample::at;
use slipway_domain::release::ReleaseRef;
use slipway_domain::time::Time;
use slipway_domain::watch::{
    Baseline, CrashedInstance, Judgement, LaterRelease, ProbeSample, ProcessSample, Watch, WatchVerdict, judge, planned_samples,
    probe_offsets, process_offsets,
};

/// A watch of twenty minutes that began with its release, at 0.
fn watch(has_health_url: bool) -> Watch {
    Watch {
        id: "storefront-production/release-8".into(),
        service: "storefront".into(),
        environment: "production".into(),
        app: "storefront-production".into(),
        production: true,
        platform: "Heroku".into(),
        instance: "dyno".into(),
        release: ReleaseRef { id: "release-8".into(), label: "v8".into(), ordinal: Some(8) },
        commit: None,
        live_at: at(0),
        began_at: at(0),
        length_seconds: 1200,
        planned: planned_samples(1200, has_health_url),
        taken: 0,
        has_health_url,
        baseline: None,
        probes: vec![],
        processes: vec![],
        platform_log: None,
        signals: vec![],
        config_releases: vec![],
        superseded_by: None,
        verdict: None,
        verdict_at: None,
        reason: None,
        bad_at: None,
        recovered_at: None,
        ended_at: None,
        evidence: vec![],
    }
}

fn probe(seconds: i64, failed: bool) -> ProbeSample {
    ProbeSample { at: at(seconds), failed, status: Some(if failed { 503 } else { 200 }), milliseconds: Some(100) }
}

fn processes(seconds: i64, up: u64, crashed: &[(&str, i64)]) -> ProcessSample {
    let crashed = crashed.iter().map(|(name, seconds)| CrashedInstance {
        name: (*name).into(),
        process: name.split('.').next().unwrap_or_default().into(),
        at: Some(at(*seconds)),
        wanted: Some(2),
    });
    ProcessSample { at: at(seconds), up, wanted: Some(2), crashed: crashed.collect() }
}

/// Every planned sample, all good.
fn well(has_health_url: bool) -> Watch {
    let mut watch = watch(has_health_url);
    if has_health_url {
        watch.probes = probe_offsets(1200).into_iter().map(|offset| probe(offset as i64, false)).collect();
    }
    watch.processes = process_offsets(1200).into_iter().map(|offset| processes(offset as i64, 2, &[])).collect();
    watch
}

/// The health URL failed in these slots of the plan.
fn failing(slots: &[usize]) -> Watch {
    let mut watch = well(true);
    for slot in slots {
        watch.probes[*slot] = probe(watch.probes[*slot].at.since(at(0)) as i64, true);
    }
    watch
}

fn baseline(probes: Vec<ProbeSample>) -> Option<Baseline> {
    Some(Baseline { release: "v7".into(), probes })
}

fn before(count: i64, failed: &[i64]) -> Option<Baseline> {
    baseline((0..count).map(|n| probe(-60 * (count - n), failed.contains(&n))).collect())
}

fn later(version: u64, seconds: i64) -> LaterRelease {
    let release = ReleaseRef { id: format!("release-{version}"), label: format!("v{version}"), ordinal: Some(version) };
    LaterRelease { release, at: at(seconds) }
}

fn ended(watch: &Watch) -> Judgement {
    judge(watch, at(1300))
}

fn verdict(watch: &Watch) -> (Option<WatchVerdict>, String) {
    let judged = ended(watch);
    (judged.verdict, judged.reason.unwrap_or_default())
}

#[test]
fn twenty_minutes_are_thirty_eight_looks_at_a_health_url() {
    let offsets = probe_offsets(1200);
    assert_eq!(offsets[..4], [0, 10, 20, 30]);
    assert_eq!(offsets[11..14], [110, 120, 150]);
    assert_eq!(offsets[26..30], [540, 570, 600, 660]);
    for (minutes, probes, processes) in [(5, 18, 5), (10, 28, 10), (20, 38, 20), (60, 78, 60)] {
        assert_eq!((planned_samples(minutes * 60, true), planned_samples(minutes * 60, false)), (probes, processes), "{minutes}");
    }
}

#[test]
fn good_is_said_at_the_end_and_only_of_what_was_looked_at() {
    assert_eq!(verdict(&well(true)), (Some(WatchVerdict::Good), "good (38 of 38 samples)".into()));
    assert_eq!(verdict(&well(false)), (Some(WatchVerdict::Good), "good (processes)".into()));
    for now in [0, 600, 1199] {
        assert_eq!(judge(&well(true), at(now)).verdict, None, "{now}");
    }
    let judged = judge(&well(true), at(1200));
    assert_eq!((judged.verdict_at, judged.ended_at), (Some(at(1200)), Some(at(1200))));
}

#[test]
fn four_fifths_of_the_samples_are_the_least() {
    // 30 of 38 are 78.9 %, 31 are 81.6 %; the last minutes are looked at in both.
    for (missing, expected) in [(7, WatchVerdict::Good), (8, WatchVerdict::Inconclusive)] {
        let mut watch = well(true);
        watch.probes.drain(0..missing);
        assert_eq!(ended(&watch).verdict, Some(expected), "{missing} missing");
    }
    let mut watch = well(true);
    watch.probes.truncate(9);
    assert_eq!(verdict(&watch), (Some(WatchVerdict::Inconclusive), "no evidence either way (9 of 38 samples)".into()));
    for (missing, expected) in [(4, WatchVerdict::Good), (5, WatchVerdict::Inconclusive)] {
        let mut watch = well(false);
        watch.processes.drain(0..missing);
        assert_eq!(ended(&watch).verdict, Some(expected), "{missing} of 20 missing");
    }
}

/// The last five minutes are five of 38 samples: what is asleep then has four fifths all the same.
#[test]
fn nothing_seen_in_the_last_minutes_is_no_quiet() {
    let mut watch = well(true);
    watch.probes.truncate(33);
    let expected = "no evidence either way (33 of 38 samples, too few of them in the last 5 min)";
    assert_eq!(verdict(&watch), (Some(WatchVerdict::Inconclusive), expected.into()));
    let mut watch = well(true);
    watch.processes.truncate(15);
    let expected = "no evidence either way (38 of 38 samples, the dynos were not read in the last 5 min)";
    assert_eq!(verdict(&watch), (Some(WatchVerdict::Inconclusive), expected.into()));
}

#[test]
fn a_sign_in_the_last_five_minutes_is_not_good() {
    // Slots 32 and 33 begin at 840 s and 900 s.
    assert_eq!(ended(&failing(&[32])).verdict, Some(WatchVerdict::Good));
    let (found, reason) = verdict(&failing(&[34]));
    assert_eq!(found, Some(WatchVerdict::Inconclusive));
    assert_eq!(reason, "no evidence either way (38 of 38 samples, health answers 503 4 min before the end)");
}

#[test]
fn newer_code_ends_a_watch_without_a_verdict_on_it() {
    let mut watch = well(true);
    watch.superseded_by = Some(later(9, 300));
    let judged = ended(&watch);
    assert_eq!(
        (judged.verdict, judged.ended_at, judged.reason.as_deref()),
        (Some(WatchVerdict::Superseded), Some(at(300)), Some("v9 went live"))
    );
    assert_eq!(judged.taken, 18 + 1, "samples after it are not of this code");
    // After the end of its time it changes nothing.
    watch.superseded_by = Some(later(9, 1250));
    assert_eq!(ended(&watch).verdict, Some(WatchVerdict::Good));
    // What was shown to be bad before is bad, and a failure after it is not its own.
    let mut bad = failing(&[1, 2, 3]);
    bad.superseded_by = Some(later(9, 300));
    assert_eq!((ended(&bad).verdict, ended(&bad).bad_at), (Some(WatchVerdict::Bad), Some(at(30))));
    let mut later_failure = failing(&[20, 21, 22]);
    later_failure.superseded_by = Some(later(9, 300));
    assert_eq!(ended(&later_failure).verdict, Some(WatchVerdict::Superseded));
}

#[test]
fn bad_is_said_at_once_and_recovery_too() {
    let watch = failing(&[3, 4, 5]);
    assert_eq!(judge(&watch, at(49)).verdict, None);
    let judged = judge(&watch, at(50));
    assert_eq!((judged.verdict, judged.bad_at, judged.recovered_at), (Some(WatchVerdict::Bad), Some(at(50)), None));
    assert_eq!(judged.reason.as_deref(), Some("3 health checks in a row failed"));
    assert_eq!(judge(&watch, at(349)).recovered_at, None, "five quiet minutes are not over");
    let judged = judge(&watch, at(360));
    assert_eq!((judged.verdict, judged.recovered_at), (Some(WatchVerdict::Bad), Some(at(60))));
    let judged = ended(&watch);
    assert_eq!((judged.verdict, judged.recovered_at, judged.bad_at), (Some(WatchVerdict::Good), Some(at(60)), Some(at(50))));
}

#[test]
fn what_recovers_too_late_or_unseen_stays_bad() {
    assert_eq!(ended(&failing(&[33, 34, 35])).verdict, Some(WatchVerdict::Bad), "one good look at the end is no recovery");
    let mut slept = failing(&[3, 4, 5]);
    slept.probes.truncate(20);
    let judged = ended(&slept);
    assert_eq!((judged.verdict, judged.recovered_at), (Some(WatchVerdict::Bad), None));
    // Trouble that comes again ends a recovery.
    let again = failing(&[3, 4, 5, 30, 31, 32]);
    assert!(judge(&again, at(700)).recovered_at.is_some());
    assert_eq!(judge(&again, at(840)).recovered_at, None);
}

fn of(time: Option<Time>) -> Option<i64> {
    time.map(|time| time.since(at(0)) as i64)
}
