//! The rules, the hour and the clock, against events one after another.

use super::*;
use crate::ipc::{Place, SettingsTab};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use slipway_domain::alert::Subject;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::notification_rules::{Me, QuietHours, Rule, Rules, Whose};
use slipway_domain::pull_request::PullRequest;
use slipway_domain::service::Service;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::status::Severity;
use std::sync::Arc;

/// A Friday.
const NOON: &str = "2026-11-27T12:00:00Z";

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn noon() -> Time {
    at(NOON)
}

fn event(service: &str, kind: EventKind, subject: Subject, message: &str) -> Event {
    let severity = if kind == EventKind::ProductionDown { Severity::Hurt } else { Severity::Problem };
    Event { at: Time::from_unix(0), service: service.to_owned(), kind, severity, message: message.to_owned(), subject, ends: None }
}

fn failed(service: &str, pipeline: &str) -> Event {
    event(service, EventKind::PipelineFailed, Subject::pipeline(pipeline), "Pipeline #7 failed.")
}

fn down(service: &str) -> Event {
    event(service, EventKind::ProductionDown, Subject::environment("production", Some(8)), "crashing")
}

fn fixed(of: &Event, message: &str) -> Event {
    Event { kind: EventKind::Fixed, severity: Severity::Info, message: message.to_owned(), ends: Some(of.kind), ..of.clone() }
}

fn quiet_nights() -> NotificationSettings {
    NotificationSettings { quiet_hours: QuietHours { on: true, ..QuietHours::default() }, ..NotificationSettings::default() }
}

/// A policy whose clock is looked at often, as the thread does it.
#[derive(Default)]
struct Told {
    policy: NotificationPolicy,
    settings: NotificationSettings,
    muted_until: Option<Time>,
    me: Me,
    services: Vec<Arc<ServiceState>>,
    now: Option<Time>,
}

impl Told {
    fn with(settings: NotificationSettings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// The time passes; what is told on the way is returned.
    fn until(&mut self, now: Time) -> Vec<Notice> {
        let mut told = Vec::new();
        while let Some(before) = self.now.filter(|before| now.since(*before) > 10.0) {
            self.now = Some(before.plus(10.0));
            told.extend(self.policy.choose(&[], before.plus(10.0), &TimeZone::UTC));
        }
        self.now = Some(now);
        told.extend(self.policy.choose(&[], now, &TimeZone::UTC));
        told
    }

    fn hears(&mut self, now: Time, events: &[Event]) -> Vec<Notice> {
        let mut told = self.until(now);
        let delivery = Delivery {
            events: events.to_vec(),
            services: self.services.clone(),
            settings: self.settings.clone(),
            me: self.me.clone(),
            muted_until: self.muted_until,
        };
        told.extend(self.policy.choose(&[delivery], now, &TimeZone::UTC));
        told
    }
}

fn titles(notices: &[Notice]) -> Vec<&str> {
    notices.iter().map(|notice| notice.title.as_str()).collect()
}

#[test]
fn only_news_is_told() {
    let quiet = event("shop", EventKind::Merged, Subject::pull_request(7), "#7 merged");
    let chosen = Told::default().hears(noon(), &[quiet, failed("shop", "p1")]);
    assert_eq!(titles(&chosen), ["Failed pipeline: shop"]);
    assert_eq!(chosen[0].button, "Open pipeline");
    assert_eq!(chosen[0].place, Place::Pipeline { service: "shop".into(), pipeline: "p1".into() });
    assert!(!chosen[0].sound);
}

#[test]
fn nothing_twice_and_in_place() {
    let mut told = Told::default();
    let first = told.hears(noon(), &[down("shop")]);
    assert!(first[0].hurts && first[0].sound);
    assert!(told.hears(noon(), &[down("shop")]).is_empty());
    let then = told.hears(noon(), &[fixed(&down("shop"), "healthy again")]);
    assert_eq!((then[0].title.as_str(), &then[0].key), ("Fixed: shop production", &first[0].key));
    assert_eq!(told.hears(noon(), &[down("shop")]).len(), 1, "hurt again is news again");
}

#[test]
fn in_a_minute_five_and_a_summary() {
    let mut told = Told::default();
    let mut many: Vec<Event> = (0..499).map(|n| failed("shop", &format!("p{n}"))).collect();
    many.push(down("pay"));
    let chosen = told.hears(noon(), &many);
    assert_eq!(chosen.len(), BURST + 1);
    assert!(chosen[0].hurts, "the worst is not left out");
    assert_eq!(chosen[BURST].title, "495 more in Slipway");
    let more = told.hears(noon().plus(30.0), &[failed("shop", "later")]);
    assert_eq!(titles(&more), ["496 more in Slipway"]);
    assert_eq!(more[0].key, chosen[BURST].key);
    assert_eq!(titles(&told.hears(noon().plus(95.0), &[failed("shop", "calm")])), ["Failed pipeline: shop"]);
}

#[test]
fn what_is_locked_is_not_left_out_for_what_is_not() {
    let mut told = Told::default();
    assert_eq!(told.hears(noon(), &(0..9).map(|n| failed("shop", &format!("p{n}"))).collect::<Vec<_>>()).len(), BURST + 1);
    let hurt: Vec<Event> = (0..7).map(|n| down(&format!("s{n}"))).collect();
    let chosen = told.hears(noon().plus(1.0), &hurt);
    assert_eq!(chosen.iter().filter(|notice| notice.title.starts_with("Hurt")).count(), BURST);
    let summary = chosen.last().unwrap();
    assert_eq!((summary.title.as_str(), summary.body.as_str()), ("6 more in Slipway", "Hurt: s5 production; Hurt: s6 production."));
    assert!(summary.hurts && summary.sound);
}

#[test]
fn text_from_outside_is_inert() {
    let long = "x".repeat(1_000);
    let strange = event("a\u{202e}b", EventKind::EnvironmentDown, Subject::environment("staging", None), &long);
    let told = Told::default().hears(noon(), &[strange]);
    assert_eq!(told[0].title, "Down: a\u{fffd}b staging");
    assert_eq!(told[0].body.chars().count(), 400);
}

/// Every event that a rule is about, and the kind of the rule.
fn one_of_each() -> Vec<(Event, NotificationKind)> {
    let environment = || Subject::environment("staging", Some(3));
    [
        (down("shop"), NotificationKind::Hurt),
        (event("shop", EventKind::ReleaseFailed, environment(), "m"), NotificationKind::ReleaseFailed),
        (event("shop", EventKind::OutcomeUnknown, Subject::pull_request(7), "m"), NotificationKind::Outcome),
        (event("shop", EventKind::ActionFinished, Subject::pull_request(8), "m"), NotificationKind::Outcome),
        (event("shop", EventKind::ApprovalWaiting, Subject::pipeline("p"), "m"), NotificationKind::ApprovalWaiting),
        (failed("shop", "p2"), NotificationKind::PipelineFailed),
        (event("shop", EventKind::LeftQueue, Subject::pull_request(7), "m"), NotificationKind::LeftQueue),
        (event("shop", EventKind::AutoMergeOff, Subject::pull_request(8), "m"), NotificationKind::LeftQueue),
        (event("shop", EventKind::NoPipeline, Subject::default(), "m"), NotificationKind::Branch),
        (event("shop", EventKind::BranchReset, Subject::default(), "n"), NotificationKind::Branch),
        (event("shop", EventKind::EnvironmentDown, environment(), "m"), NotificationKind::Degraded),
        (event("shop", EventKind::ProcessDown, environment(), "n"), NotificationKind::Degraded),
        (event("shop", EventKind::Maintenance, environment(), "o"), NotificationKind::Maintenance),
        (event("shop", EventKind::SignInAgain, Subject::default(), "m"), NotificationKind::SignIn),
        (event("shop", EventKind::SourceUnreachable, Subject::default(), "m"), NotificationKind::Source),
        (event("shop", EventKind::RateLimited, Subject::default(), "n"), NotificationKind::Source),
        (event("shop", EventKind::ReleaseLive, environment(), "m"), NotificationKind::ReleaseLive),
    ]
    .into()
}

#[test]
fn each_rule_is_obeyed_by_what_it_is_about_and_by_nothing_else() {
    for (event, kind) in one_of_each() {
        for (notify, sound) in [(true, true), (true, false), (false, true)] {
            for own in [false, true] {
                let mut settings = NotificationSettings { rules: Rules::off(), ..NotificationSettings::default() };
                let rule = Rule { notify: notify || kind.is_locked(), sound, whose: Whose::All };
                settings.set_rule(own.then_some("shop"), kind, rule).unwrap();
                let told = Told::with(settings.clone()).hears(noon(), std::slice::from_ref(&event));
                assert_eq!(told.len(), usize::from(rule.notify), "{kind} {rule:?}: {told:?}");
                assert!(told.iter().all(|notice| notice.sound == sound), "{kind} {rule:?}");
                let elsewhere = Event { service: "pay".into(), ..event.clone() };
                let told = Told::with(settings).hears(noon(), &[elsewhere]);
                assert_eq!(told.len(), usize::from(kind.is_locked() || (rule.notify && !own)), "{kind}, another service");
            }
        }
    }
}

#[test]
fn in_quiet_hours_what_is_locked_is_told_and_the_rest_once_at_their_end() {
    let mut told = Told::with(quiet_nights());
    assert_eq!(told.hears(at("2026-11-27T18:59:00Z"), &[failed("shop", "p0")]).len(), 1);
    let night = at("2026-11-27T23:00:00Z");
    assert!(told.hears(night, &[failed("shop", "p1"), failed("shop", "p2")]).is_empty());
    assert_eq!(titles(&told.hears(night.plus(60.0), &[down("pay")])), ["Hurt: pay production"]);
    assert_eq!(titles(&told.hears(night.plus(600.0), &[fixed(&down("pay"), "healthy")])), ["Fixed: pay production"]);
    let release = event("shop", EventKind::ReleaseFailed, Subject::environment("production", Some(9)), "it timed out");
    assert!(told.hears(night.plus(700.0), &[release, fixed(&failed("shop", "p1"), "passed")]).is_empty());
    assert!(told.until(at("2026-11-28T07:59:50Z")).is_empty());
    let morning = told.until(at("2026-11-28T08:00:00Z"));
    assert_eq!(titles(&morning), ["3 things while it was quiet"]);
    assert_eq!(morning[0].body, "Failed release: shop production v9; Failed pipeline: shop; Fixed: shop.");
    assert!(told.until(at("2026-11-28T12:00:00Z")).is_empty(), "once");
}

#[test]
fn one_thing_of_a_night_is_told_as_itself_and_quiet_hours_that_are_turned_off_end() {
    let mut told = Told::with(quiet_nights());
    assert!(told.hears(at("2026-11-27T23:00:00Z"), &[failed("shop", "p1")]).is_empty());
    told.policy.obey(NotificationSettings::default(), None);
    assert_eq!(titles(&told.until(at("2026-11-27T23:00:10Z"))), ["Failed pipeline: shop"]);
}

#[test]
fn muted_is_muted_and_not_told_later_but_for_what_is_locked() {
    let mut told = Told { muted_until: Some(noon().plus(3600.0)), ..Told::default() };
    assert_eq!(titles(&told.hears(noon(), &[failed("shop", "p1"), down("pay")])), ["Hurt: pay production"]);
    assert!(told.until(noon().plus(7200.0)).is_empty());
    assert_eq!(told.hears(noon().plus(7200.0), &[failed("shop", "p1")]).len(), 1, "when it comes again it is news");
}

#[test]
fn after_a_sleep_there_is_one_summary_and_what_is_locked_at_once() {
    let mut told = Told::default();
    told.until(noon());
    told.now = None;
    let woken = noon().plus(7200.0);
    let chosen = told.hears(woken, &[failed("shop", "p1"), failed("pay", "p2"), down("mail")]);
    assert_eq!(titles(&chosen), ["Hurt: mail production"]);
    assert!(told.hears(woken.plus(20.0), &[failed("docs", "p3")]).is_empty());
    assert_eq!(titles(&told.until(woken.plus(50.0))), ["3 things while the computer slept"]);
    assert_eq!(told.hears(woken.plus(60.0), &[failed("shop", "p4")]).len(), 1);
}

#[test]
fn what_was_done_here_is_silent_unless_it_fails_or_its_outcome_is_not_known() {
    let mut told = Told::default();
    let finished = |severity| Event { severity, ..event("shop", EventKind::ActionFinished, Subject::pull_request(7), "Merge of #7") };
    assert!(told.hears(noon(), &[finished(Severity::Info)]).is_empty());
    assert_eq!(titles(&told.hears(noon(), &[finished(Severity::Problem)])), ["Failed action: shop"]);
    let mut told = Told::default();
    let unknown = event("shop", EventKind::OutcomeUnknown, Subject::pull_request(7), "Merge of #7: unknown");
    let first = told.hears(noon(), &[unknown]);
    assert_eq!(titles(&first), ["Outcome unknown: shop"]);
    let then = told.hears(noon(), &[finished(Severity::Info)]);
    assert_eq!((titles(&then), &then[0].key), (vec!["Outcome known: shop"], &first[0].key));
}

#[test]
fn a_refused_token_is_told_once_for_all_services() {
    let refused = |service: &str| event(service, EventKind::SignInAgain, Subject::default(), "The code host refused the token");
    let told = Told::default().hears(noon(), &[refused("shop"), refused("pay"), refused("docs")]);
    assert_eq!(titles(&told), ["Sign in again"]);
    assert_eq!(told[0].place, Place::Settings { tab: Some(SettingsTab::Accounts) });
}

fn merged(number: u64, author: Option<&str>) -> Commit {
    let commit = Commit { sha: format!("c{number}"), pull_request: Some(number), ..Commit::default() };
    Commit { pull_request_title: Some(format!("Title {number}")), pull_request_author: author.map(str::to_owned), ..commit }
}

/// `shop`, whose release v2 of production brought these pull requests; None: that is not known yet.
fn shop(brought: Option<&[u64]>, authors: &[(u64, Option<&str>)]) -> Arc<ServiceState> {
    let environment = serde_json::json!({"name": "production", "provider": "p", "app": "shop", "build_app": null, "health_url": null,
        "production": true, "stage": null});
    let config: Service = serde_json::from_value(serde_json::json!({"name": "shop", "repo": "acme/shop", "branch": "main", "ci": null,
        "environments": [environment], "accounts": [], "migration_paths": []}))
    .unwrap();
    let release = |version: u64, brought: Option<&[u64]>| {
        let release = serde_json::json!({"version": version, "code_version": version, "id": format!("r{version}"), "status": "succeeded",
            "current": version == 2, "eligible_for_rollback": true, "slug": format!("s{version}"), "commit": null, "released_at": null,
            "updated_at": null, "description": "", "cause": {"cause": "deploy"}, "user": null, "pull_requests": brought,
            "output_url": null});
        serde_json::from_value(release).unwrap()
    };
    let mut state = ServiceState::unread(config);
    state.environments[0].releases = vec![release(2, brought), release(1, Some(&[1]))];
    state.main = authors.iter().map(|(number, author)| merged(*number, *author)).collect();
    state.pull_requests = Vec::<PullRequest>::new();
    Arc::new(state)
}

fn live() -> Event {
    event("shop", EventKind::ReleaseLive, Subject::environment("production", Some(2)), "v2 is live on production")
}

fn told_of_live(rule: Rule, brought: Option<&[u64]>, authors: &[(u64, Option<&str>)]) -> Told {
    let mut settings = NotificationSettings::default();
    settings.set_rule(None, NotificationKind::PullRequestLive, rule).unwrap();
    let me = Me { names: vec!["Ada".into()], complete: true };
    Told { settings, me, services: vec![shop(brought, authors)], ..Told::default() }
}

#[test]
fn a_pull_request_of_mine_that_went_live_is_told_once() {
    let mine = Rule { notify: true, sound: false, whose: Whose::Mine };
    let of = |authors: &[(u64, Option<&str>)]| {
        let brought: Vec<u64> = authors.iter().map(|(number, _)| *number).collect();
        let mut told = told_of_live(mine, Some(&brought), authors);
        let first = told.hears(noon(), &[live()]);
        assert!(told.hears(noon().plus(1.0), &[live()]).is_empty(), "once");
        first.into_iter().map(|notice| notice.title).collect::<Vec<_>>()
    };
    assert_eq!(of(&[(7, Some("ada"))]), ["Your PR is live: shop #7"]);
    assert_eq!(of(&[(7, Some("ada")), (8, Some("ada"))]), ["Your PRs are live: shop #7 and #8"]);
    assert_eq!(of(&[(7, Some("bo"))]), Vec::<String>::new());
    assert_eq!(of(&[(7, Some("bo")), (8, Some("ada"))]), ["Your PR is live: shop #8"]);
    assert_eq!(of(&[(7, None)]), ["PR is live: shop #7"], "whose is not known: told, and not called mine");
    assert_eq!(of(&[(1, Some("ada"))]), Vec::<String>::new(), "an earlier release brought it");
    let all = Rule { whose: Whose::All, ..mine };
    let told = told_of_live(all, Some(&[7]), &[(7, Some("bo"))]).hears(noon(), &[live()]);
    assert_eq!((titles(&told), told[0].body.as_str()), (vec!["PR is live: shop #7"], "Title 7. v2 is live on production."));
}

#[test]
fn what_a_live_release_brought_may_be_learnt_later() {
    let mut told = told_of_live(Rule { notify: true, sound: false, whose: Whose::Mine }, None, &[(7, Some("ada"))]);
    assert!(told.hears(noon(), &[live()]).is_empty());
    assert!(told.policy.awaits_states());
    told.services = vec![shop(Some(&[7]), &[(7, Some("ada"))])];
    assert_eq!(titles(&told.hears(noon().plus(30.0), &[])), ["Your PR is live: shop #7"]);
    assert!(!told.policy.awaits_states());
}

#[test]
fn a_release_that_is_live_is_one_toast() {
    let mut told = told_of_live(Rule { notify: true, sound: false, whose: Whose::All }, Some(&[7]), &[(7, None)]);
    told.settings.set_rule(None, NotificationKind::ReleaseLive, Rule { notify: true, sound: false, whose: Whose::All }).unwrap();
    assert_eq!(titles(&told.hears(noon(), &[live()])), ["PR is live: shop #7"]);
    told.services.clear();
    let other = Event { subject: Subject::environment("staging", Some(2)), ..live() };
    assert_eq!(titles(&told.hears(noon(), &[other])), ["Live: shop staging v2"]);
}

#[test]
fn mine_is_what_is_not_known_to_be_anothers() {
    let mut settings = NotificationSettings::default();
    settings.set_rule(None, NotificationKind::PipelineFailed, Rule { notify: true, sound: false, whose: Whose::Mine }).unwrap();
    let of = |author: Option<&str>, me: Me| {
        let about = Event { subject: Subject { pull_request: Some(7), ..Subject::pipeline("p") }, ..failed("shop", "p") };
        let services = vec![shop(None, &[(7, author)])];
        Told { settings: settings.clone(), me, services, ..Told::default() }.hears(noon(), &[about]).len()
    };
    let ada = |complete| Me { names: vec!["ada".into(), "ada-2".into()], complete };
    assert_eq!(of(Some("ada-2"), ada(true)), 1);
    assert_eq!(of(Some("bo"), ada(true)), 0);
    assert_eq!(of(None, ada(true)), 1, "who opened it is not known");
    assert_eq!(of(Some("bo"), ada(false)), 1, "an account has not said whose it is");
    assert_eq!(of(Some("bo"), Me::default()), 1, "no account has");
}

fn any_rule() -> impl Strategy<Value = (bool, bool, bool)> {
    (any::<bool>(), any::<bool>(), any::<bool>())
}

proptest! {
    /// Whatever is stored, muted or the hour: what is locked is told; what is not is told at most once.
    #[test]
    fn what_is_locked_is_always_told_and_nothing_twice(
        rules in proptest::collection::vec(any_rule(), NotificationKind::ALL.len()),
        hours in (any::<bool>(), 0_i8..24, 0_i8..24, any::<bool>()),
        muted in proptest::option::of(0_u32..7200),
        seconds in 0_u32..604_800,
        order in proptest::collection::vec(0_usize..17, 1..8),
    ) {
        let stored: serde_json::Map<String, serde_json::Value> = NotificationKind::ALL.iter().zip(&rules).map(|(kind, (notify, sound, mine))| {
            let whose = if *mine { "mine" } else { "all" };
            (kind.to_string(), serde_json::json!({"notify": notify, "sound": sound, "whose": whose}))
        }).collect();
        let (on, from, to, weekends) = hours;
        let quiet = serde_json::json!({"on": on, "from": format!("{from:02}:00"), "to": format!("{to:02}:00"), "weekends": weekends});
        let settings: NotificationSettings = serde_json::from_value(serde_json::json!({"rules": stored, "quiet_hours": quiet})).unwrap();
        let now = noon().plus(f64::from(seconds));
        let muted_until = muted.map(|after| now.plus(f64::from(after)));
        let mut told = Told { settings: settings.clone(), muted_until, ..Told::default() };
        let each = one_of_each();
        // Of what has one toast together only the same thing twice in a row is nothing new.
        let mut last = HashMap::new();
        for index in order {
            let (event, kind) = &each[index];
            let chosen = told.hears(now, std::slice::from_ref(event));
            let subject = (event.subject.environment.clone(), event.subject.pull_request, event.subject.pipeline.clone());
            let first = last.insert(subject, index) != Some(index);
            if kind.is_locked() {
                prop_assert_eq!(chosen.iter().filter(|notice| notice.hurts).count(), usize::from(first));
            } else if !settings.rule("shop", *kind).notify || muted_until.is_some_and(|until| now < until) || !first {
                prop_assert!(chosen.iter().all(|notice| notice.key == "summary"), "{:?}", chosen);
            }
        }
    }
}
