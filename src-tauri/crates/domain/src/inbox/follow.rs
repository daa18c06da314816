//! The items after what was read: opened, closed, or as they were.

use super::causes::{self, Cause};
use super::endings::ending;
use super::item::{Done, DoneHow, InboxItem};
use super::known::Known;
use super::news;
use crate::diff::Event;
use crate::time::Time;
use std::collections::HashMap;

/// Seconds for which what is done, and news, is kept.
const KEPT: f64 = 30.0 * 86_400.0;

/// Items that are new or another than in `items`. `events`: what happened since the last time.
pub fn follow(items: &[InboxItem], known: &Known<'_>, events: &[Event], now: Time) -> Vec<InboxItem> {
    let mut followed = Followed::new(items, now);
    for service in known.services {
        for cause in causes::of_service(service, known.accounts, now) {
            followed.take(Some(&service.name), cause);
        }
        for cause in news::live(service, known.accounts, now) {
            followed.take(Some(&service.name), cause);
        }
    }
    for cause in causes::of_accounts(known.accounts) {
        followed.take(None, cause);
    }
    followed.end(known);
    for (service, cause) in news::fixed(&followed.items, events) {
        followed.take(Some(&service), cause);
    }
    followed.remind();
    followed.changed(items)
}

/// What need not be kept any longer.
pub fn is_forgotten(item: &InboxItem, now: Time) -> bool {
    let since = match &item.done {
        // A cause that goes on must not open another item.
        Some(done) => (!item.holds).then_some(done.at),
        None => (!item.needs_you()).then_some(item.opened_at),
    };
    since.is_some_and(|since| now.since(since) > KEPT)
}

struct Followed {
    items: Vec<InboxItem>,
    /// The newest item of each cause.
    newest: HashMap<(Option<String>, String), usize>,
    /// Whether the cause of the item was told of this time.
    told: Vec<bool>,
    now: Time,
}

impl Followed {
    fn new(items: &[InboxItem], now: Time) -> Self {
        let mut newest: HashMap<(Option<String>, String), usize> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            let place = newest.entry((item.service.clone(), item.cause.clone())).or_insert(at);
            if (item.opened_at, item.holds) > (items[*place].opened_at, items[*place].holds) {
                *place = at;
            }
        }
        Self { items: items.to_vec(), newest, told: vec![false; items.len()], now }
    }

    /// Takes over that the cause was read to hold.
    fn take(&mut self, service: Option<&str>, cause: Cause) {
        let key = (service.map(str::to_owned), cause.key.clone());
        let Some(at) = self.newest.get(&key).copied() else { return self.open(key, cause) };
        let item = &mut self.items[at];
        self.told[at] = true;
        if item.kind.comes_once() && !item.holds {
            return;
        }
        if !item.holds {
            if cause.seen > item.seen {
                self.open(key, cause);
            }
            return;
        }
        let next = described(item.clone(), &cause);
        // What an older read says is not taken over.
        if cause.seen > item.seen && next != *item {
            *item = InboxItem { seen: cause.seen, ..next };
        }
    }

    fn open(&mut self, key: (Option<String>, String), cause: Cause) {
        let item = opened(&self.items, key.0.clone(), &cause, self.now);
        self.newest.insert(key, self.items.len());
        self.items.push(item);
        self.told.push(true);
    }

    /// Ends what was read to have ended.
    fn end(&mut self, known: &Known<'_>) {
        for (item, told) in self.items.iter_mut().zip(&self.told) {
            if item.holds
                && !told
                && let Some(ending) = ending(item, known, self.now)
            {
                (item.holds, item.seen) = (false, ending.seen);
                (item.remind_at, item.done) = (None, item.done.take().or(Some(ending.done)));
            }
            // A person took back that it was done, and meanwhile the cause has ended.
            if !item.holds && item.needs_you() && item.done.is_none() {
                item.done = Some(Done { at: self.now, how: DoneHow::Ended, by: None, words: "it is over".to_owned() });
            }
        }
    }

    /// Makes unread what a person asked to be reminded of.
    fn remind(&mut self) {
        for item in self.items.iter_mut().filter(|item| item.remind_at.is_some_and(|at| at <= self.now)) {
            (item.remind_at, item.read_at, item.reminded_at) = (None, None, Some(self.now));
        }
    }

    fn changed(self, before: &[InboxItem]) -> Vec<InboxItem> {
        let is_changed = |(at, item): &(usize, InboxItem)| before.get(*at) != Some(item);
        self.items.into_iter().enumerate().filter(is_changed).map(|(_, item)| item).collect()
    }
}

fn opened(items: &[InboxItem], service: Option<String>, cause: &Cause, now: Time) -> InboxItem {
    let item = InboxItem {
        id: free_id(items, service.as_deref(), cause),
        service,
        kind: cause.kind,
        concern: cause.kind.concern(),
        text: String::new(),
        detail: None,
        since: now,
        opened_at: now,
        subject: cause.subject.clone(),
        action: None,
        blocked: None,
        entry: cause.entry.clone(),
        read_at: None,
        remind_at: None,
        reminded_at: None,
        done: None,
        cause: cause.key.clone(),
        // News are told once and hold nothing up.
        holds: cause.kind.concern() == super::item::Concern::NeedsYou,
        seen: cause.seen,
    };
    described(item, cause)
}

fn described(item: InboxItem, cause: &Cause) -> InboxItem {
    InboxItem {
        text: cause.text.clone(),
        detail: cause.detail.clone(),
        since: cause.since.unwrap_or(item.since),
        subject: cause.subject.clone(),
        action: cause.action.clone(),
        blocked: cause.blocked.clone(),
        ..item
    }
}

/// `approval-1f3a9c20`, `approval-1f3a9c20-2` when it comes again: the same in every process.
fn free_id(items: &[InboxItem], service: Option<&str>, cause: &Cause) -> String {
    let hash = crate::alert::stable_hash(&format!("{service:?} {}", cause.key)) & 0xffff_ffff;
    let id = |n: usize| if n == 1 { format!("{}-{hash:08x}", cause.kind) } else { format!("{}-{hash:08x}-{n}", cause.kind) };
    let taken = |id: &str| items.iter().any(|item| item.id == id);
    // Of more items than there are one must be free.
    (1..=items.len() + 1).map(id).find(|id| !taken(id)).unwrap_or_default()
}
