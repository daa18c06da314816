//! Decides which news becomes toasts, and when.

use super::news::{Delivery, LivePullRequests, News, news_of};
use super::notice::{Kept, Notice, Reason};
use super::words;
use jiff::tz::TimeZone;
use slipway_domain::notification_rules::{Circumstances, Decision, NotificationKind, NotificationSettings, decide};
use slipway_domain::time::Time;
use std::collections::{HashMap, VecDeque};

/// The most toasts in a minute; further ones are counted in one summary. What is locked has as many of its own, so
/// that it is not left out for what is not.
pub(crate) const BURST: usize = 5;
/// Seconds.
const MINUTE: f64 = 60.0;
/// The most subjects that are remembered, so that nothing is shown twice.
const REMEMBERED: usize = 500;
/// A gap between looks at the clock, in seconds, that is a computer that slept.
const SLEPT: f64 = 60.0;
/// After a sleep everything is read once within this time, in seconds, and told together.
const WAKING: f64 = 45.0;

#[derive(Default)]
pub(crate) struct NotificationPolicy {
    settings: NotificationSettings,
    muted_until: Option<Time>,
    /// By what they are about, with the time of the event.
    told: HashMap<String, (Notice, Time)>,
    live: LivePullRequests,
    kept: Vec<Kept>,
    ordinary: Burst,
    locked: Burst,
    left_out: LeftOut,
    looked_at: Option<Time>,
    waking_until: Option<Time>,
}

/// When the last toasts were shown.
#[derive(Default)]
struct Burst(VecDeque<Time>);

/// What was not shown one by one.
#[derive(Default)]
struct LeftOut {
    number: usize,
    hurts: Vec<String>,
    sound: bool,
    last: Option<Time>,
}

impl Burst {
    fn has_room(&mut self, now: Time) -> bool {
        // Also when the clock was set back.
        self.0.retain(|at| now.since(*at).abs() < MINUTE);
        self.0.len() < BURST
    }
}

impl NotificationPolicy {
    pub(crate) fn obey(&mut self, settings: NotificationSettings, muted_until: Option<Time>) {
        (self.settings, self.muted_until) = (settings, muted_until);
    }

    pub(crate) fn awaits_states(&self) -> bool {
        self.live.awaits_states()
    }

    /// What is to be shown now: of the deliveries, and of what was kept back. Called every few seconds, with or
    /// without news.
    pub(crate) fn choose(&mut self, deliveries: &[Delivery], now: Time, zone: &TimeZone) -> Vec<Notice> {
        self.note_sleep(now);
        let mut fresh: Vec<(News, bool)> = Vec::new();
        for delivery in deliveries {
            self.obey(delivery.settings.clone(), delivery.muted_until);
            let live = self.live.take(delivery, now);
            let events = delivery.events.iter().filter_map(|event| news_of(event, delivery));
            for news in live.into_iter().chain(events) {
                let Some((news, sound)) = self.decided(news, now, zone) else { continue };
                fresh.retain(|(other, _)| other.notice.key != news.notice.key);
                fresh.push((news, sound));
            }
        }
        // What is locked first, then the most important, so that it is not left out.
        fresh.sort_by_key(|(news, _)| (!news.notice.hurts, news.kind, news.recovery));
        let mut chosen = Vec::new();
        self.left_out.begin(now);
        let left_out_before = self.left_out.number;
        for (news, sound) in fresh {
            chosen.extend(self.shown(news.kind, Notice { sound, ..news.notice }, now));
        }
        chosen.extend(self.release_kept(now, zone));
        if self.left_out.number != left_out_before {
            chosen.push(words::left_out(self.left_out.number, &self.left_out.hurts, self.left_out.sound));
        }
        chosen
    }

    fn note_sleep(&mut self, now: Time) {
        if self.looked_at.is_some_and(|at| now.since(at) > SLEPT) {
            self.waking_until = Some(now.plus(WAKING));
        }
        self.looked_at = Some(now);
    }

    /// What is told now, and whether with a sound. What is kept back is kept, and what a rule is silent about is
    /// forgotten: when it comes again it is news.
    fn decided(&mut self, news: News, now: Time, zone: &TimeZone) -> Option<(News, bool)> {
        let key = news.notice.key.clone();
        let known = self.told.get(&key);
        // The same words about what is locked are news when they are of another event: it was down before.
        let is_told = known.is_some_and(|(notice, at)| *notice == news.notice && (!news.kind.is_locked() || *at == news.at));
        if is_told || (news.expected && known.is_none()) {
            return None;
        }
        let circumstances = Circumstances { settings: &self.settings, muted_until: self.muted_until, now, zone };
        let decision = match decide(news.kind, &news.service, news.involvement, &circumstances) {
            Decision::Silent => {
                self.told.remove(&key);
                // What was kept back of it is over, or no longer so.
                self.kept.retain(|one| one.notice.key != key);
                return None;
            }
            decision => decision,
        };
        // A release is one toast: which pull requests it made live says more than that it is live.
        let is_said = known.is_some() && news.kind == NotificationKind::ReleaseLive;
        if is_said {
            return None;
        }
        if self.told.len() >= REMEMBERED {
            self.told.clear();
        }
        self.told.insert(key.clone(), (news.notice.clone(), news.at));
        self.kept.retain(|one| one.notice.key != key);
        let is_waking = self.waking_until.is_some_and(|until| now < until) && !news.kind.is_locked();
        match decision {
            Decision::Tell { sound } if !is_waking => Some((news, sound)),
            Decision::Tell { .. } => self.keep(news, Reason::Sleep),
            Decision::Keep { .. } => self.keep(news, Reason::Quiet),
            Decision::Silent => None,
        }
    }

    fn keep(&mut self, news: News, reason: Reason) -> Option<(News, bool)> {
        let sound = self.settings.rule(&news.service, news.kind).sound;
        let News { kind, recovery, notice, .. } = news;
        self.kept.push(Kept { kind, recovery, reason, notice: Notice { sound, ..notice } });
        None
    }

    /// What was kept back, once it is neither quiet nor muted and everything was read after a sleep.
    fn release_kept(&mut self, now: Time, zone: &TimeZone) -> Option<Notice> {
        let waits = |until: Option<Time>| until.is_some_and(|until| now < until);
        let is_quiet = self.settings.quiet_hours.until(now, zone).is_some();
        if self.kept.is_empty() || is_quiet || waits(self.muted_until) || waits(self.waking_until) {
            return None;
        }
        self.kept.sort_by_key(|one| (one.recovery, one.kind));
        let notice = words::kept(&self.kept);
        self.kept.clear();
        notice
    }

    fn shown(&mut self, kind: NotificationKind, notice: Notice, now: Time) -> Option<Notice> {
        let ordinary_has_room = self.ordinary.has_room(now);
        let locked_has_room = self.locked.has_room(now);
        let has_room = if kind.is_locked() { locked_has_room } else { ordinary_has_room };
        if !has_room {
            self.left_out.add(notice, now);
            return None;
        }
        self.ordinary.0.push_back(now);
        if kind.is_locked() {
            self.locked.0.push_back(now);
        }
        Some(notice)
    }
}

impl LeftOut {
    /// The count begins again a minute after the last that was left out.
    fn begin(&mut self, now: Time) {
        if self.last.is_some_and(|last| now.since(last).abs() >= MINUTE) {
            *self = Self::default();
        }
    }

    fn add(&mut self, notice: Notice, now: Time) {
        self.number += 1;
        self.last = Some(now);
        if notice.hurts {
            self.hurts.push(notice.title);
        }
        self.sound |= notice.sound;
    }
}

#[cfg(test)]
mod tests;
