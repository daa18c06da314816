//! What the window was sent last, so that of the next state it is sent only what differs.

use crate::ipc::{InboxDifference, Notifications, ServiceChange, Settings, SnapshotView};
use slipway_domain::account::AccountState;
use slipway_domain::inbox::InboxItem;
use slipway_domain::overview::{overview, user_of};
use slipway_domain::snapshot::{Notice, ServiceState, Snapshot};
use slipway_domain::time::Time;
use slipway_domain::view::ServiceView;
use slipway_terminal::{pages, vendors};

/// Seconds for which what is done stays with the window.
const DAY: f64 = 86_400.0;

/// The state at the window's revision. The revision goes on when the engine behind it is exchanged.
#[derive(Default)]
pub(crate) struct Publication {
    rev: u64,
    services: Vec<ServiceView>,
    accounts: Vec<AccountState>,
    notices: Vec<Notice>,
    inbox: Vec<InboxItem>,
    own: Option<OwnState>,
}

/// What the window shows and the engine's snapshot does not have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnState {
    pub settings: Settings,
    pub notifications: Notifications,
}

/// What differs from what was sent last; of what is None, nothing.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    pub rev: u64,
    pub services: Vec<ServiceChange>,
    pub order: Option<Vec<String>>,
    pub accounts: Option<Vec<AccountState>>,
    pub notices: Option<Vec<Notice>>,
    pub inbox: Option<InboxDifference>,
    pub own: Option<OwnState>,
}

impl Publication {
    /// The whole. What is sent from now on is the difference from this.
    pub(crate) fn whole(&mut self, snapshot: &Snapshot, own: &OwnState, now: Time) -> SnapshotView {
        self.rev += 1;
        self.own = Some(own.clone());
        self.services = views(snapshot).collect();
        self.accounts.clone_from(&snapshot.accounts);
        self.notices.clone_from(&snapshot.notices);
        self.inbox = shown(&snapshot.inbox, now).cloned().collect();
        SnapshotView {
            rev: self.rev,
            observed_at: snapshot.observed_at,
            services: self.services.clone(),
            accounts: self.accounts.clone(),
            notices: self.notices.clone(),
            inbox: self.inbox.clone(),
        }
    }

    /// The difference of this snapshot, in which nothing but the services in `changed` has other values.
    pub(crate) fn difference(&mut self, snapshot: &Snapshot, changed: &[&str], now: Time) -> Difference {
        self.rev += 1;
        let order: Vec<String> = snapshot.services.iter().map(|state| state.name.clone()).collect();
        let is_reordered = order.iter().map(String::as_str).ne(self.services.iter().map(ServiceView::name));
        let mut before = std::mem::take(&mut self.services);
        let mut services = Vec::new();
        // Whose pull requests are one's own follows from the accounts.
        let users = |accounts: &[AccountState]| accounts.iter().map(|a| (a.id.clone(), a.user.clone())).collect::<Vec<_>>();
        let is_another = users(&self.accounts) != users(&snapshot.accounts);
        for state in &snapshot.services {
            let known = before.iter().position(|view| view.name() == state.name).map(|at| before.swap_remove(at));
            match known {
                Some(known) if !is_another && !changed.contains(&state.name.as_str()) => self.services.push(known),
                known => self
                    .services
                    .extend(view(state, &snapshot.accounts).inspect(|next| services.extend(service_change(known.as_ref(), next)))),
            }
        }
        Difference {
            rev: self.rev,
            services,
            order: is_reordered.then_some(order),
            accounts: replaced(&mut self.accounts, &snapshot.accounts),
            notices: replaced(&mut self.notices, &snapshot.notices),
            inbox: inbox_difference(&mut self.inbox, &snapshot.inbox, now),
            own: None,
        }
    }

    /// The same, where it is not known what has other values.
    pub(crate) fn difference_of_all(&mut self, snapshot: &Snapshot, own: OwnState, now: Time) -> Difference {
        let all: Vec<&str> = snapshot.services.iter().map(|state| state.name.as_str()).collect();
        let difference = self.difference(snapshot, &all, now);
        if self.own.as_ref() == Some(&own) {
            return difference;
        }
        self.own = Some(own.clone());
        Difference { own: Some(own), ..difference }
    }

    pub(crate) fn rev(&self) -> u64 {
        self.rev
    }

    /// A revision that nothing leads to: who holds an earlier one asks for the whole.
    pub(crate) fn gap(&mut self) -> u64 {
        self.rev += 2;
        self.rev
    }
}

fn views(snapshot: &Snapshot) -> impl Iterator<Item = ServiceView> + '_ {
    snapshot.services.iter().filter_map(|state| view(state, &snapshot.accounts))
}

/// None where a service has no JSON: it is then missing, and the log says why.
fn view(state: &ServiceState, accounts: &[AccountState]) -> Option<ServiceView> {
    ServiceView::of(state, &pages::of(vendors::known(), state, accounts), &overview(state, user_of(state, accounts)))
        .inspect_err(|error| tracing::error!(service = state.name, %error, "the service cannot be shown"))
        .ok()
}

fn service_change(known: Option<&ServiceView>, next: &ServiceView) -> Option<ServiceChange> {
    let Some(known) = known else { return Some(ServiceChange::Added { service: next.clone() }) };
    let parts = known.change_to(next);
    (!parts.is_empty()).then(|| ServiceChange::Parts { name: next.name().to_owned(), parts })
}

/// What is open, and what was done within the last day; the window asks for older ones when it shows them.
fn shown(items: &[InboxItem], now: Time) -> impl Iterator<Item = &InboxItem> {
    items.iter().filter(move |item| item.done.as_ref().is_none_or(|done| now.since(done.at) < DAY))
}

fn inbox_difference(known: &mut Vec<InboxItem>, next: &[InboxItem], now: Time) -> Option<InboxDifference> {
    if shown(next, now).eq(known.iter()) {
        return None;
    }
    let items: Vec<InboxItem> = shown(next, now).filter(|item| !known.contains(item)).cloned().collect();
    *known = shown(next, now).cloned().collect();
    Some(InboxDifference { order: known.iter().map(|item| item.id.clone()).collect(), items })
}

fn replaced<T: Clone + PartialEq>(known: &mut Vec<T>, next: &[T]) -> Option<Vec<T>> {
    if known.as_slice() == next {
        return None;
    }
    *known = next.to_vec();
    Some(next.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::notification_rules::{Me, NotificationSettings};
    use slipway_domain::service::Service;

    fn service(name: &str, open: u64) -> ServiceState {
        let config = Service {
            name: name.to_owned(),
            repo: format!("acme/{name}"),
            branch: "main".to_owned(),
            ci: None,
            environments: Vec::new(),
            accounts: Vec::new(),
            migration_paths: Vec::new(),
        };
        ServiceState { open_pull_requests: open, ..ServiceState::unread(config) }
    }

    fn snapshot(services: &[(&str, u64)]) -> Snapshot {
        Snapshot {
            services: services.iter().map(|(name, open)| std::sync::Arc::new(service(name, *open))).collect(),
            ..Snapshot::default()
        }
    }

    fn own(single_keys: bool) -> OwnState {
        let notifications = Notifications::new(NotificationSettings::default(), None, Me::default());
        OwnState { settings: Settings { single_keys, ..Settings::default() }, notifications }
    }

    fn at(seconds: i64) -> Time {
        Time::from_unix(1_795_000_000 + seconds)
    }

    #[test]
    fn a_tick_without_change_names_nothing() {
        let mut publication = Publication::default();
        let state = snapshot(&[("shop", 0), ("billing", 0)]);
        let first = publication.whole(&state, &own(true), at(0)).rev;
        let next = publication.difference(&state, &["shop"], at(0));
        assert_eq!(next.rev, first + 1);
        assert!(next.services.is_empty() && next.order.is_none() && next.accounts.is_none() && next.notices.is_none(), "{next:?}");
    }

    #[test]
    fn a_service_that_comes_is_whole_and_one_that_goes_is_missing_in_the_order() {
        let mut publication = Publication::default();
        publication.whole(&snapshot(&[("shop", 0), ("billing", 0)]), &own(true), at(0));
        let next = publication.difference(&snapshot(&[("docs", 0), ("shop", 0)]), &["docs"], at(0));
        assert!(matches!(next.services.as_slice(), [ServiceChange::Added { service }] if service.name() == "docs"), "{next:?}");
        assert_eq!(next.order.as_deref(), Some(["docs".to_owned(), "shop".to_owned()].as_slice()));
    }

    #[test]
    fn the_difference_is_from_what_was_sent_last_and_not_from_what_the_engine_told_last() {
        let mut publication = Publication::default();
        publication.whole(&snapshot(&[("shop", 0)]), &own(true), at(0));
        let after = snapshot(&[("shop", 3)]);
        // A reader that asks for the whole in between has it already: the change that follows says nothing.
        let whole = publication.whole(&after, &own(true), at(0));
        let next = publication.difference(&after, &["shop"], at(0));
        assert!(next.services.is_empty() && next.rev == whole.rev + 1, "{next:?}");
    }

    #[test]
    fn where_nothing_is_known_of_what_changed_still_only_what_differs_is_sent() {
        let mut publication = Publication::default();
        publication.whole(&snapshot(&[("shop", 0), ("billing", 0)]), &own(true), at(0));
        let after = snapshot(&[("shop", 3), ("billing", 0)]);
        let next = publication.difference_of_all(&after, own(true), at(0));
        assert!(matches!(next.services.as_slice(), [ServiceChange::Parts { name, .. }] if name == "shop"), "{next:?}");
        assert_eq!(next.own, None);
        let next = publication.difference_of_all(&after, own(false), at(0));
        assert!(next.services.is_empty(), "{next:?}");
        assert_eq!(next.own, Some(own(false)));
        assert_eq!(publication.difference_of_all(&after, own(false), at(0)).own, None);
    }

    #[test]
    fn after_a_gap_no_revision_follows_the_last_one() {
        let mut publication = Publication::default();
        let known = publication.whole(&snapshot(&[("shop", 0)]), &own(true), at(0)).rev;
        assert!(publication.gap() > known + 1);
    }

    fn item(id: &str, done: Option<i64>) -> InboxItem {
        let done = done.map(|then| serde_json::json!({"at": at(then), "how": "ended", "by": null, "words": "approved"}));
        serde_json::from_value(serde_json::json!({
            "id": id, "service": "shop", "kind": "approval", "concern": "needs_you", "text": "", "detail": null, "since": at(0),
            "opened_at": at(0), "subject": {}, "action": null, "blocked": null, "entry": null, "read_at": null, "remind_at": null,
            "reminded_at": null, "done": done, "cause": id, "holds": false, "seen": at(0)
        }))
        .unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn of_the_inbox_only_items_that_are_another_are_sent_and_none_that_were_done_long_ago() {
        let with = |items: Vec<InboxItem>| Snapshot { inbox: std::sync::Arc::new(items), ..Snapshot::default() };
        let mut publication = Publication::default();
        let whole = publication.whole(&with(vec![item("a", None), item("b", None), item("old", Some(-90_000))]), &own(true), at(0));
        assert_eq!(whole.inbox.len(), 2);
        let next = with(vec![item("a", None), item("b", Some(5)), item("old", Some(-90_000))]);
        let sent = publication.difference(&next, &[], at(6)).inbox.unwrap_or_else(|| panic!("no difference"));
        assert_eq!((sent.order, sent.items), (vec!["a".to_owned(), "b".to_owned()], vec![item("b", Some(5))]));
        assert_eq!(publication.difference(&next, &[], at(7)).inbox, None);
        let sent = publication.difference(&next, &[], at(90_000)).inbox.unwrap_or_else(|| panic!("no difference"));
        assert_eq!((sent.order, sent.items), (vec!["a".to_owned()], vec![]), "a day later");
    }
}
