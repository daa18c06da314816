//! The order in which items are shown, and how many there are.

use super::item::{InboxItem, InboxKind};
use crate::time::Time;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How urgent a service's open items are: its most urgent kind, then the longest wait.
type Urgency = (InboxKind, Time);

/// Open items first: by service, the most urgent service first, within it what needs a person before news, then the
/// newest first. Then what is done, the latest first.
pub fn in_order(items: &[InboxItem]) -> Vec<&InboxItem> {
    let mut groups: BTreeMap<Option<&str>, Urgency> = BTreeMap::new();
    for item in items.iter().filter(|item| item.is_open()) {
        let urgency = (item.kind, item.since);
        groups.entry(item.service.as_deref()).and_modify(|known| *known = (*known).min(urgency)).or_insert(urgency);
    }
    let mut ordered: Vec<&InboxItem> = items.iter().collect();
    ordered.sort_by(|a, b| {
        let group = |item: &InboxItem| groups.get(&item.service.as_deref()).copied();
        let done = |item: &InboxItem| item.done.as_ref().map(|done| Reverse(done.at));
        let open = |item: &InboxItem| {
            let place = item.is_open().then(|| (group(item), item.service.clone(), item.concern, Reverse(item.since)));
            (done(item), place)
        };
        open(a).cmp(&open(b)).then_with(|| a.id.cmp(&b.id))
    });
    ordered
}

/// Open items that need a person, and those that are news.
pub fn counts<'a>(items: impl IntoIterator<Item = &'a InboxItem>) -> (usize, usize) {
    items
        .into_iter()
        .filter(|item| item.is_open())
        .fold((0, 0), |(needs_you, news), item| if item.needs_you() { (needs_you + 1, news) } else { (needs_you, news + 1) })
}
