//! Which events are news by the rules, and what became live.

use super::notice::Notice;
use super::words::{self, WentLive};
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::incident::is_known_to_a_person;
use slipway_domain::notification_rules::{
    Involvement, Me, NotificationKind, NotificationSettings, Whose, involvement, is_from_here, is_recovery, made_live, pull_request_author,
};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;
use std::collections::HashSet;
use std::sync::Arc;

/// What the engine published, and by which rules it is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivery {
    pub events: Vec<Event>,
    /// Those that changed, or that the events are about.
    pub services: Vec<Arc<ServiceState>>,
    pub settings: NotificationSettings,
    pub me: Me,
    pub muted_until: Option<Time>,
}

/// Something that a rule decides about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct News {
    pub(super) kind: NotificationKind,
    pub(super) service: String,
    pub(super) involvement: Involvement,
    pub(super) notice: Notice,
    pub(super) at: Time,
    /// It is over, or went well.
    pub(super) recovery: bool,
    /// The person did it here and knows: told only if its outcome was told as unknown.
    pub(super) expected: bool,
}

/// A release that went live before it was known what it brought.
#[derive(Clone, Debug, PartialEq)]
struct Awaited {
    service: String,
    environment: String,
    version: u64,
    since: Time,
}

/// What a release brought is learnt within this time, in seconds, or not told.
const AWAITED_FOR: f64 = 1800.0;
const AWAITED: usize = 50;
/// The most pull requests that are remembered as told.
const REMEMBERED: usize = 2_000;

/// Which pull requests went live.
#[derive(Default)]
pub(super) struct LivePullRequests {
    awaited: Vec<Awaited>,
    told: HashSet<(String, String, u64)>,
}

impl LivePullRequests {
    pub(super) fn awaits_states(&self) -> bool {
        !self.awaited.is_empty()
    }

    pub(super) fn take(&mut self, delivery: &Delivery, now: Time) -> Vec<News> {
        self.awaited.retain(|one| now.since(one.since).abs() < AWAITED_FOR);
        let released = delivery.events.iter().filter(|event| event.kind == EventKind::ReleaseLive);
        for event in released {
            let (Some(environment), Some(version)) = (event.subject.environment.clone(), event.subject.release) else { continue };
            if self.awaited.len() < AWAITED {
                self.awaited.push(Awaited { service: event.service.clone(), environment, version, since: now });
            }
        }
        let mut news = Vec::new();
        for one in std::mem::take(&mut self.awaited) {
            let Some(state) = state_of(delivery, &one.service) else {
                self.awaited.push(one);
                continue;
            };
            match made_live(state, &one.environment, one.version) {
                None => self.awaited.push(one),
                Some(numbers) if !is_from_here(state, &one.environment, one.version) => {
                    news.extend(self.went_live(delivery, state, &one, numbers));
                }
                Some(_) => {}
            }
        }
        news
    }

    fn went_live(&mut self, delivery: &Delivery, state: &ServiceState, release: &Awaited, numbers: Vec<u64>) -> Option<News> {
        if self.told.len() >= REMEMBERED {
            self.told.clear();
        }
        let whose = delivery.settings.rule(&release.service, NotificationKind::PullRequestLive).whose;
        let of = |number: u64| delivery.me.among([pull_request_author(state, number)]);
        let first = numbers.into_iter().filter(|n| self.told.insert((release.service.clone(), release.environment.clone(), *n)));
        let wanted: Vec<u64> = first.filter(|n| whose == Whose::All || of(*n) != Involvement::NotMine).collect();
        if wanted.is_empty() {
            return None;
        }
        let title = |number: u64| {
            let commit = state.main.iter().find(|commit| commit.pull_request == Some(number));
            commit.and_then(|commit| commit.pull_request_title.as_deref())
        };
        let notice = words::went_live(&WentLive {
            service: &release.service,
            environment: &release.environment,
            version: release.version,
            pull_requests: wanted.iter().map(|n| (*n, title(*n))).collect(),
            all_mine: wanted.iter().all(|n| of(*n) == Involvement::Mine),
        });
        Some(News {
            kind: NotificationKind::PullRequestLive,
            service: release.service.clone(),
            involvement: Involvement::Mine,
            notice,
            at: release.since,
            recovery: true,
            expected: false,
        })
    }
}

fn state_of<'a>(delivery: &'a Delivery, service: &str) -> Option<&'a ServiceState> {
    delivery.services.iter().find(|state| state.name == service).map(Arc::as_ref)
}

/// What the event is by the rules; None for events that no rule is about.
pub(super) fn news_of(event: &Event, delivery: &Delivery) -> Option<News> {
    let kind = NotificationKind::of(event)?;
    let state = state_of(delivery, &event.service);
    if state.is_some_and(|state| is_known_to_a_person(state, event)) {
        return None;
    }
    let involvement = involvement(event, state, &delivery.me);
    let made_here = || {
        let (environment, version) = (event.subject.environment.as_deref()?, event.subject.release?);
        Some(is_from_here(state?, environment, version))
    };
    if event.kind == EventKind::ReleaseLive && made_here() == Some(true) {
        return None;
    }
    Some(News {
        kind,
        service: event.service.clone(),
        involvement,
        notice: words::notice(event, kind, involvement)?,
        at: event.at,
        recovery: is_recovery(event),
        expected: event.kind == EventKind::ActionFinished && is_recovery(event),
    })
}
