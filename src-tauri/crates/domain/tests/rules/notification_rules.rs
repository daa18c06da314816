//! The rules of notifications: what is locked, quiet hours over midnight, weekends and changes of the clocks, whose
//! news it is.

use crate::sample::{release, service};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use slipway_domain::alert::Subject;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::notification_rules::{
    Circumstances, ClockTime, Decision, Involvement, Me, NotificationKind, NotificationSettings, QuietHours, Rule, RuleRefused, Whose,
    decide, involvement, made_live,
};
use slipway_domain::release::ReleaseCause;
use slipway_domain::snapshot::Commit;
use slipway_domain::status::{ReleaseStatus, Severity};
use slipway_domain::time::Time;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap_or_else(|| panic!("{text}"))
}

fn hours(from: &str, to: &str, weekends: bool) -> QuietHours {
    let time = |text: &str| ClockTime::try_from(text.to_owned()).unwrap();
    QuietHours { on: true, from: time(from), to: time(to), weekends }
}

#[test]
fn quiet_hours_are_local_go_over_midnight_and_join_weekends() {
    let nights = hours("19:00", "08:00", false);
    let weekends = hours("19:00", "08:00", true);
    let noon = hours("12:00", "13:00", false);
    for (quiet, now, until) in [
        // 27 November 2026 is a Friday; Berlin is an hour ahead of UTC.
        (nights, "2026-11-27T17:59:59Z", None),
        (nights, "2026-11-27T18:00:00Z", Some("2026-11-28T07:00:00Z")),
        (nights, "2026-11-28T06:59:59Z", Some("2026-11-28T07:00:00Z")),
        (nights, "2026-11-28T07:00:00Z", None),
        (weekends, "2026-11-27T17:59:59Z", None),
        (weekends, "2026-11-27T18:00:00Z", Some("2026-11-30T07:00:00Z")),
        (weekends, "2026-11-28T12:00:00Z", Some("2026-11-30T07:00:00Z")),
        (weekends, "2026-11-30T06:59:59Z", Some("2026-11-30T07:00:00Z")),
        (weekends, "2026-11-30T07:00:00Z", None),
        (noon, "2026-11-27T11:30:00Z", Some("2026-11-27T12:00:00Z")),
        (noon, "2026-11-27T12:00:00Z", None),
        (hours("00:00", "07:00", true), "2026-11-29T22:59:00Z", Some("2026-11-30T06:00:00Z")),
        (hours("08:00", "08:00", false), "2026-11-27T07:00:00Z", None),
        (QuietHours { on: false, ..nights }, "2026-11-27T22:00:00Z", None),
    ] {
        assert_eq!(quiet.until(at(now), &zone("Europe/Berlin")), until.map(at), "{quiet:?} at {now}");
    }
}

#[test]
fn quiet_hours_end_when_the_clock_on_the_wall_says_so() {
    let berlin = zone("Europe/Berlin");
    for (quiet, now, until) in [
        // In the night to 29 March 2026 the clocks go from 2:00 to 3:00: eight o'clock is an hour earlier.
        (hours("19:00", "08:00", false), "2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z"),
        // 2:30 is skipped: quiet ends at the moment that skips it.
        (hours("19:00", "02:30", false), "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"),
        (hours("19:00", "02:00", false), "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"),
        // In the night to 25 October 2026 they go from 3:00 to 2:00: an hour later.
        (hours("19:00", "08:00", false), "2026-10-24T21:00:00Z", "2026-10-25T07:00:00Z"),
        // 2:30 comes twice: the first ends it.
        (hours("19:00", "02:30", false), "2026-10-24T21:00:00Z", "2026-10-25T00:30:00Z"),
    ] {
        assert_eq!(quiet.until(at(now), &berlin), Some(at(until)), "{quiet:?} at {now}");
    }
    // Second 2:45 of that night: over since the first 2:30.
    assert_eq!(hours("19:00", "02:30", false).until(at("2026-10-25T01:45:00Z"), &berlin), None);
}

#[test]
fn a_time_of_day_is_written_in_hours_and_minutes() {
    for (text, known) in [("19:00", true), ("00:00", true), ("23:59", true), ("24:00", false), ("19", false), ("19:60", false), ("", false)]
    {
        assert_eq!(ClockTime::try_from(text.to_owned()).is_ok(), known, "{text}");
    }
    assert_eq!(ClockTime::new(7, 5).map(|time| time.to_string()).as_deref(), Some("07:05"));
}

#[test]
fn the_usual_rules_are_loud_for_what_hurts_and_quiet_for_the_rest() {
    let settings = NotificationSettings::default();
    let rule = |kind| settings.rule("any", kind);
    let loud: Vec<_> = NotificationKind::ALL.iter().filter(|kind| rule(**kind).sound).collect();
    assert_eq!(loud, [&NotificationKind::Hurt, &NotificationKind::WatchBad, &NotificationKind::PinViolated]);
    let off: Vec<_> = NotificationKind::ALL.iter().filter(|kind| !rule(**kind).notify).collect();
    assert_eq!(off, [&NotificationKind::Source, &NotificationKind::PullRequestLive, &NotificationKind::ReleaseLive]);
    let mine: Vec<_> = NotificationKind::ALL.iter().filter(|kind| rule(**kind).whose == Whose::Mine).collect();
    assert_eq!(mine, [&NotificationKind::LeftQueue, &NotificationKind::PullRequestLive]);
}

#[test]
fn what_is_locked_is_refused_with_a_sentence() {
    let mut settings = NotificationSettings::default();
    for rule in [
        Rule { notify: false, sound: true, whose: Whose::All },
        Rule { notify: true, sound: true, whose: Whose::Mine },
        Rule { notify: false, sound: false, whose: Whose::Mine },
    ] {
        for service in [None, Some("shop")] {
            let refused = settings.set_rule(service, NotificationKind::Hurt, rule).unwrap_err();
            assert_eq!(refused, RuleRefused::Locked(NotificationKind::Hurt));
            assert_eq!(refused.to_string(), "“Hurt, and recovered” is always told, for all services. Only its sound can be changed.");
        }
    }
    assert_eq!(settings, NotificationSettings::default(), "a refused rule changes nothing");
    settings.set_rule(None, NotificationKind::Hurt, Rule { notify: true, sound: false, whose: Whose::All }).unwrap();
    assert!(!settings.rule("shop", NotificationKind::Hurt).sound, "its sound is free");
    let nobodys = settings.set_rule(None, NotificationKind::Degraded, Rule { notify: true, sound: true, whose: Whose::Mine });
    assert_eq!(nobodys, Err(RuleRefused::NoAuthor(NotificationKind::Degraded)));
}

#[test]
fn a_service_has_its_own_rules_or_those_for_all() {
    let mut settings = NotificationSettings::default();
    let off = Rule { notify: false, sound: false, whose: Whose::All };
    settings.set_own("shop", true);
    settings.set_rule(None, NotificationKind::ReleaseFailed, off).unwrap();
    assert!(settings.rule("shop", NotificationKind::ReleaseFailed).notify && !settings.rule("pay", NotificationKind::ReleaseFailed).notify);
    settings.set_own("shop", true);
    assert!(settings.rule("shop", NotificationKind::ReleaseFailed).notify, "its own rules stay");
    settings.set_own("shop", false);
    assert!(!settings.rule("shop", NotificationKind::ReleaseFailed).notify);
}

#[test]
fn a_recovery_is_of_the_kind_that_it_ends() {
    let event = |kind, ends, severity| Event {
        at: at("2026-11-27T12:00:00Z"),
        service: "shop".into(),
        kind,
        severity,
        message: String::new(),
        subject: Subject::default(),
        ends,
    };
    for (kind, ends, expected) in [
        (EventKind::Fixed, Some(EventKind::ProductionDown), Some(NotificationKind::Hurt)),
        (EventKind::Fixed, Some(EventKind::ReleaseFailed), Some(NotificationKind::ReleaseFailed)),
        (EventKind::Fixed, None, None),
        (EventKind::SourceRecovered, Some(EventKind::SignInAgain), Some(NotificationKind::SignIn)),
        (EventKind::NoPipeline, None, None),
    ] {
        assert_eq!(NotificationKind::of(&event(kind, ends, Severity::Info)), expected, "{kind}");
    }
    assert_eq!(NotificationKind::of(&event(EventKind::NoPipeline, None, Severity::Problem)), Some(NotificationKind::Branch));
}

#[test]
fn whose_a_failed_release_is() {
    let mut state = service();
    let commit = |number: u64, author: &str| Commit {
        pull_request: Some(number),
        pull_request_author: Some(author.to_owned()),
        ..Commit::default()
    };
    state.main = vec![commit(7, "Ada"), commit(8, "bo")];
    let name = state.environments[0].name.clone();
    let event = Event {
        at: at("2026-11-27T12:00:00Z"),
        service: state.name.clone(),
        kind: EventKind::ReleaseFailed,
        severity: Severity::Problem,
        message: String::new(),
        subject: Subject::environment(&name, Some(9)),
        ends: None,
    };
    let me = |complete| Me { names: vec!["ada".into()], complete };
    for (brought, complete, expected) in [
        (Some(vec![7, 8]), true, Involvement::Mine),
        (Some(vec![8]), true, Involvement::NotMine),
        (Some(vec![8]), false, Involvement::Unknown),
        (Some(vec![8, 9]), true, Involvement::Unknown),
        (Some(vec![]), true, Involvement::Unknown),
        (None, true, Involvement::Unknown),
    ] {
        let mut failed = release(9, "s9", "Deploy", ReleaseStatus::Failed);
        failed.pull_requests = brought.clone();
        state.environments[0].releases = vec![failed];
        assert_eq!(involvement(&event, Some(&state), &me(complete)), expected, "{brought:?}");
    }
    assert_eq!(involvement(&event, None, &me(true)), Involvement::Unknown);
}

#[test]
fn a_rollback_and_a_change_of_config_make_nothing_live() {
    let mut state = service();
    let index = state.environments.iter().position(|environment| environment.production).unwrap();
    let name = state.environments[index].name.clone();
    let brings = |version: u64, cause: ReleaseCause, brought: Option<Vec<u64>>| {
        let mut release = release(version, "s", "Deploy", ReleaseStatus::Succeeded);
        (release.cause, release.pull_requests) = (Some(cause), brought);
        release
    };
    for (cause, brought, expected) in [
        (ReleaseCause::Deploy, Some(vec![5, 6]), Some(vec![6])),
        (ReleaseCause::Promotion { from: "staging".into() }, Some(vec![6]), Some(vec![6])),
        (ReleaseCause::Deploy, None, None),
        (ReleaseCause::Rollback { to: 1 }, Some(vec![6]), Some(vec![])),
        (ReleaseCause::Config { names: vec!["A".into()] }, None, Some(vec![])),
        (ReleaseCause::AddOn { name: "db".into() }, Some(vec![6]), Some(vec![])),
    ] {
        state.environments[index].releases = vec![brings(9, cause.clone(), brought), brings(8, ReleaseCause::Deploy, Some(vec![5]))];
        assert_eq!(made_live(&state, &name, 9), expected, "{cause:?}");
    }
    state.environments[index].production = false;
    assert_eq!(made_live(&state, &name, 8), Some(vec![]), "only production counts");
    assert_eq!(made_live(&state, &name, 77), None);
}

fn settings() -> impl Strategy<Value = NotificationSettings> {
    let rule = (any::<bool>(), any::<bool>(), any::<bool>());
    let rules = proptest::collection::vec(rule, NotificationKind::ALL.len());
    (rules, (any::<bool>(), any::<bool>(), 0_u32..1440, 0_u32..1440)).prop_map(|(rules, (on, weekends, from, to))| {
        let rules: serde_json::Map<String, serde_json::Value> = NotificationKind::ALL
            .iter()
            .zip(rules)
            .map(|(kind, (notify, sound, mine))| {
                let whose = if mine { "mine" } else { "all" };
                (kind.to_string(), serde_json::json!({"notify": notify, "sound": sound, "whose": whose}))
            })
            .collect();
        let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let quiet = serde_json::json!({"on": on, "weekends": weekends, "from": time(from), "to": time(to)});
        serde_json::from_value(serde_json::json!({"rules": rules, "quiet_hours": quiet})).unwrap()
    })
}

proptest! {
    #[test]
    fn what_is_locked_is_told_and_what_is_off_or_muted_never(
        settings in settings(),
        second in 0_i64..63_072_000,
        muted in proptest::option::of(-3600_i64..3600),
        whose in 0_usize..3,
    ) {
        let now = at("2026-01-01T00:00:00Z").plus(second as f64);
        let muted_until = muted.map(|after| now.plus(after as f64));
        let involvement = [Involvement::Mine, Involvement::NotMine, Involvement::Unknown][whose];
        let zone = zone("America/New_York");
        let circumstances = Circumstances { settings: &settings, muted_until, now, zone: &zone };
        for kind in NotificationKind::ALL {
            let rule = settings.rule("shop", *kind);
            let decision = decide(*kind, "shop", involvement, &circumstances);
            let others = rule.whose == Whose::Mine && involvement == Involvement::NotMine;
            match decision {
                Decision::Tell { sound } => prop_assert_eq!(sound, rule.sound),
                Decision::Keep { until } => prop_assert!(now < until && settings.quiet_hours.on && !kind.is_locked()),
                Decision::Silent => prop_assert!(!kind.is_locked() && (!rule.notify || others || muted.is_some_and(|after| after > 0))),
            }
        }
    }

    /// Quiet hours end within a night and a weekend, and then it is not quiet; the clocks may change in between.
    #[test]
    fn quiet_hours_end(
        from in 0_i8..24, to in 0_i8..24, minutes in 0_i8..60, weekends in any::<bool>(), second in 0_i64..63_072_000,
        place in 0_usize..4,
    ) {
        let zone = zone(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"][place]);
        let quiet = QuietHours { on: true, from: ClockTime::new(from, 0).unwrap(), to: ClockTime::new(to, minutes).unwrap(), weekends };
        let now = at("2026-01-01T00:00:00Z").plus(second as f64);
        let local = zone.to_datetime(now.0);
        let clock = (local.hour(), local.minute());
        let (begin, end) = ((from, 0), (to, minutes));
        let is_night = if begin <= end { begin <= clock && clock < end } else { clock >= begin || clock < end };
        let is_weekend = weekends && matches!(local.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        let changes = zone.following(jiff::Timestamp::from_second(now.unix() - 86_400).unwrap()).next();
        let near_a_change = changes.is_some_and(|change| change.timestamp().as_second() < now.unix() + 86_400);
        match quiet.until(now, &zone) {
            Some(until) => {
                prop_assert!(near_a_change || is_night || is_weekend, "{:?} at {}", quiet, local);
                prop_assert!(now < until && until.since(now) <= 4.0 * 86_400.0);
                prop_assert_eq!(quiet.until(until, &zone), None);
            }
            None => prop_assert!(near_a_change || (!is_night && !is_weekend), "{:?} at {}", quiet, local),
        }
    }
}
