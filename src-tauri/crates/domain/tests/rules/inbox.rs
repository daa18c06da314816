//! The inbox: what opens an item, what closes it and how, and what changes nothing.

mod causes;
mod properties;

use crate::sample::{at, commit, job, pipeline, pull_request, service};
use slipway_domain::account::AccountState;
use slipway_domain::action::Action;
use slipway_domain::capability::DisabledActions;
use slipway_domain::diff::Event;
use slipway_domain::dismissal::Dismissal;
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::inbox::{ChangeRefused, DoneHow, InboxChange, InboxItem, InboxKind, Known, follow, in_order, is_forgotten};
use slipway_domain::journal::{Entry, EntryState, Expectation, SettledAs};
use slipway_domain::pull_request::{Dropped, DroppedFrom, Mergeable};
use slipway_domain::snapshot::{ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::{JobStatus, PipelineStatus};
use slipway_domain::time::Time;
use std::sync::Arc;

const DAY: i64 = 86_400;

/// What one process knows, and the items that it has.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) services: Vec<ServiceState>,
    pub(crate) accounts: Vec<AccountState>,
    pub(crate) journal: Vec<Entry>,
    pub(crate) items: Vec<InboxItem>,
}

impl World {
    pub(crate) fn of(state: ServiceState) -> Self {
        Self { services: vec![state], accounts: vec![account("github", Some("lena-h"))], ..Self::default() }
    }

    /// Follows what is known, and gives what it changed.
    pub(crate) fn follow(&mut self, now: Time) -> Vec<InboxItem> {
        self.follow_events(&[], now)
    }

    fn follow_events(&mut self, events: &[Event], now: Time) -> Vec<InboxItem> {
        let services: Vec<Arc<ServiceState>> = self.services.iter().cloned().map(Arc::new).collect();
        let known = Known { services: &services, accounts: &self.accounts, journal: &self.journal };
        let changed = follow(&self.items, &known, events, now);
        for item in &changed {
            match self.items.iter_mut().find(|known| known.id == item.id) {
                Some(known) => *known = item.clone(),
                None => self.items.push(item.clone()),
            }
        }
        changed
    }

    fn open(&self) -> Vec<(InboxKind, &str)> {
        self.items.iter().filter(|item| item.is_open()).map(|item| (item.kind, item.text.as_str())).collect()
    }

    fn state(&mut self) -> &mut ServiceState {
        &mut self.services[0]
    }

    fn only(&self) -> &InboxItem {
        assert_eq!(self.items.len(), 1, "{:?}", self.items);
        &self.items[0]
    }
}

pub(crate) fn account(id: &str, user: Option<&str>) -> AccountState {
    serde_json::from_value(serde_json::json!({
        "id": id, "provider": id, "url": "https://host", "ok": true, "user": user, "rate": null, "error": null, "token": "keychain",
        "read_only": false, "expires_at": null, "capabilities": []
    }))
    .expect("an account")
}

/// The state after a read of all its sources that began at this time.
pub(crate) fn read(mut state: ServiceState, began: Time) -> ServiceState {
    for source in &mut state.sources {
        (source.observed_at, source.asked_at) = (Some(began.plus(1.0)), Some(began));
    }
    state.alerts = alerts(&state);
    state
}

pub(crate) fn holds(number: u64) -> ServiceState {
    let mut waiting = pipeline(number, PipelineStatus::OnHold);
    let mut hold = job("approve-release", JobStatus::OnHold, &["unit"]);
    (hold.approval_id, hold.started_at) = (Some(format!("approval-{number}")), Some(at(300)));
    waiting.jobs = vec![job("unit", JobStatus::Passed, &[]), hold, job("release", JobStatus::Queued, &["approve-release"])];
    ServiceState { pipelines: vec![waiting], ..service() }
}

pub(crate) fn failed(number: u64) -> ServiceState {
    let mut red = pipeline(number, PipelineStatus::Failed);
    red.jobs = vec![job("unit", JobStatus::Failed, &[])];
    ServiceState { pipelines: vec![red], ..service() }
}

fn passed(number: u64) -> ServiceState {
    ServiceState { pipelines: vec![pipeline(number, PipelineStatus::Passed)], ..service() }
}

fn entry(action: &str, request: Action, state: EntryState, finished: Option<Time>) -> Entry {
    serde_json::from_value(serde_json::json!({
        "id": "entry-1", "at": at(10), "action": action, "service": "storefront", "target": "storefront-production", "seen": "", "reason": null,
        "by": "joost-v", "state": state, "sent_at": null, "finished_at": finished, "message": "No answer came.", "request": request,
        "expectation": Expectation::Dequeued { repo: "acme/storefront".into(), number: 1 }
    }))
    .expect("an entry")
}

#[test]
fn an_approval_opens_one_item_and_is_closed_by_what_becomes_of_it() {
    let approve = || Action::approve("storefront".into(), "pipeline-7".into(), None);
    let mut approved = holds(7);
    approved.pipelines[0].status = PipelineStatus::Running;
    approved.pipelines[0].jobs[1].status = JobStatus::Passed;
    let mut canceled = holds(7);
    canceled.pipelines[0].status = PipelineStatus::Canceled;
    let own = vec![entry("approve", approve(), EntryState::Succeeded, Some(at(460)))];
    let cases = [
        ("approved elsewhere", approved.clone(), vec![], DoneHow::Ended, "approved"),
        ("approved here", approved, own, DoneHow::Acting, "approved by joost-v"),
        ("canceled", canceled, vec![], DoneHow::Ended, "canceled"),
    ];
    for (what, after, journal, how, words) in cases {
        let mut world = World::of(read(holds(7), at(400)));
        assert_eq!(world.follow(at(402)).len(), 1, "{what}");
        let item = world.only().clone();
        assert_eq!((item.kind, item.text.as_str()), (InboxKind::Approval, "Waits for approval: pipeline #7"), "{what}");
        assert_eq!(item.detail.as_deref(), Some("approve-release, 1 of 1 jobs passed"), "{what}");
        assert_eq!((item.since, item.action.clone()), (at(300), Some(approve())), "{what}");
        assert!(world.follow(at(410)).is_empty(), "{what}: the same read says nothing new");
        *world.state() = read(holds(7), at(430));
        assert!(world.follow(at(432)).is_empty(), "{what}: nor does another that tells the same");
        (world.services[0], world.journal) = (read(after, at(470)), journal);
        world.follow(at(472));
        let done = world.only().done.clone().expect(what);
        assert_eq!((done.at, done.how, done.sentence().as_str()), (at(472), how, words), "{what}");
    }
}

#[test]
fn by_whom_it_ended_is_said_once_what_was_sent_is_settled() {
    let sent = entry("approve", Action::approve("storefront".into(), "pipeline-7".into(), None), EntryState::Sent, None);
    let mut approved = holds(7);
    (approved.pipelines[0].status, approved.pipelines[0].jobs[1].status) = (PipelineStatus::Running, JobStatus::Passed);
    for (state, finished, words) in
        [(EntryState::Succeeded, Some(at(475)), "approved by joost-v"), (EntryState::Failed, Some(at(475)), "approved")]
    {
        let mut world = World::of(read(holds(7), at(400)));
        world.follow(at(402));
        (world.services[0], world.journal) = (read(approved.clone(), at(470)), vec![sent.clone()]);
        assert!(world.follow(at(472)).is_empty(), "the request is under way");
        world.journal = vec![Entry { state, finished_at: finished, ..sent.clone() }];
        world.follow(at(476));
        assert_eq!(world.only().done.as_ref().map(|done| done.sentence()).as_deref(), Some(words));
    }
}

#[test]
fn what_the_accounts_may_not_do_waits_for_others() {
    let mut state = read(holds(7), at(400));
    state.off = vec![DisabledActions { source: Source::Ci, why: "The account is read-only".into() }];
    assert!(World::of(state).follow(at(402)).is_empty());
}

#[test]
fn what_could_not_be_read_ends_nothing() {
    let mut world = World::of(read(holds(7), at(400)));
    world.follow(at(402));
    let mut silent = read(service(), at(430));
    let error = SourceError { kind: SourceErrorKind::Unreachable, message: String::new(), since: at(431), retry_at: None, url: None };
    silent.sources[1].error = Some(error);
    *world.state() = silent;
    assert!(world.follow(at(432)).is_empty(), "the CI gave no answer");
    let mut older = read(service(), at(390));
    older.alerts.clear();
    *world.state() = older;
    assert!(world.follow(at(433)).is_empty(), "a read that began before it was opened, as another process may have made it");
    *world.state() = read(service(), at(440));
    assert_eq!(world.follow(at(442)).len(), 1, "a read that does not show it");
}

#[test]
fn what_comes_again_is_another_item_and_an_older_read_opens_none() {
    let mut world = World::of(read(failed(7), at(400)));
    world.follow(at(402));
    assert_eq!(world.only().text, "Failed on main: unit, pipeline #7");
    *world.state() = read(passed(7), at(500));
    world.follow(at(502));
    assert_eq!(world.only().done.as_ref().map(|done| done.words.as_str()), Some("it passed when it ran again"));
    *world.state() = read(failed(7), at(450));
    assert!(world.follow(at(503)).is_empty(), "that it failed before it passed is known");
    *world.state() = read(failed(7), at(600));
    let again = world.follow(at(602));
    assert_eq!((again.len(), world.items.len()), (1, 2), "it failed once more");
    assert!(again[0].is_open() && again[0].id == format!("{}-2", world.items[0].id), "{}", again[0].id);
}

#[test]
fn a_failure_that_runs_again_needs_nobody() {
    let mut world = World::of(read(failed(7), at(400)));
    world.follow(at(402));
    let mut running = failed(7);
    running.pipelines[0].status = PipelineStatus::Running;
    running.pipelines[0].jobs[0].status = JobStatus::Running;
    (world.services[0], world.journal) = (
        read(running, at(500)),
        vec![entry("rerun", Action::rerun("storefront".into(), "pipeline-7".into()), EntryState::Succeeded, Some(at(490)))],
    );
    world.follow(at(502));
    assert_eq!(world.only().done.as_ref().map(|done| done.sentence()).as_deref(), Some("started again by joost-v"));
}

#[test]
fn a_person_is_done_with_it_while_it_lasts() {
    let mut world = World::of(read(failed(7), at(400)));
    world.follow(at(402));
    world.items[0] = InboxChange::Done.apply(&world.items[0], "lena", at(410)).expect("it is open");
    *world.state() = read(failed(7), at(500));
    assert!(world.follow(at(502)).is_empty() && world.open().is_empty(), "it does not come back while it goes on");
    assert!(!is_forgotten(&world.items[0], at(410 + 60 * DAY)), "nor when it is old");
    *world.state() = read(passed(7), at(600));
    world.follow(at(602));
    assert_eq!(world.only().done.as_ref().map(|done| done.sentence()).as_deref(), Some("marked as done by lena"), "that stays said");
    assert!(!is_forgotten(world.only(), at(410 + 30 * DAY)) && is_forgotten(world.only(), at(411 + 30 * DAY)));
}

#[test]
fn a_dismissed_alert_ends_it_though_nothing_was_read() {
    let mut world = World::of(read(failed(7), at(400)));
    world.follow(at(402));
    let alert = world.services[0].alerts[0].clone();
    let dismissal =
        Dismissal { alert: alert.id(), kind: alert.kind, message: alert.message, by: "dora".into(), at: at(405), reason: "gone".into() };
    (world.state().alerts, world.state().dismissals) = (Vec::new(), vec![dismissal]);
    world.follow(at(406));
    assert_eq!(world.only().done.as_ref().map(|done| done.sentence()).as_deref(), Some("dismissed by dora"));
}

#[test]
fn only_ones_own_pull_request_that_was_dropped() {
    let dropped = |author: &str, from| {
        let mut pr = pull_request(77);
        (pr.author, pr.mergeable) = (Some(author.into()), Mergeable::Mergeable);
        pr.dropped = Some(Dropped { from, since: at(50), head_sha: pr.head_sha.clone() });
        read(ServiceState { pull_requests: vec![pr], ..service() }, at(60))
    };
    assert!(World::of(dropped("nadia-k", DroppedFrom::MergeQueue)).follow(at(62)).is_empty());
    let mut unknown = World::of(dropped("lena-h", DroppedFrom::MergeQueue));
    unknown.accounts[0].user = None;
    assert!(unknown.follow(at(62)).is_empty(), "whose it is is not known");
    let mut world = World::of(dropped("lena-h", DroppedFrom::MergeQueue));
    world.follow(at(62));
    assert_eq!(world.open(), [(InboxKind::LeftQueue, "Your PR #77 left the merge queue")]);
    *world.state() = read(ServiceState { main: vec![commit("m", &[], Some(77))], ..service() }, at(80));
    world.follow(at(82));
    assert_eq!(world.only().done.as_ref().map(|done| done.words.as_str()), Some("merged"));
    let mut off = World::of(dropped("lena-h", DroppedFrom::AutoMerge));
    off.follow(at(62));
    assert_eq!(off.open(), [(InboxKind::AutoMergeOff, "Auto-merge of your PR #77 was turned off")]);
}

#[test]
fn an_outcome_that_is_unknown_until_somebody_says_it() {
    let unknown = entry("rerun", Action::rerun("storefront".into(), "p".into()), EntryState::Unknown, None);
    let mut state = read(service(), at(60));
    state.actions = vec![unknown.clone()];
    let mut world = World { journal: vec![unknown.clone()], ..World::of(state) };
    world.follow(at(62));
    assert_eq!(world.open(), [(InboxKind::OutcomeUnknown, "Rerun of storefront-production: outcome unknown")]);
    assert_eq!(world.only().entry.as_deref(), Some("entry-1"));
    world.journal.clear();
    world.state().actions.clear();
    assert!(world.follow(at(70)).is_empty(), "a journal that does not show it says nothing of it");
    world.journal = vec![Entry {
        settled_as: Some(SettledAs::Happened),
        settled_by: Some("dora".into()),
        finished_at: Some(at(80)),
        ..unknown.clone()
    }];
    world.follow(at(82));
    assert_eq!(world.only().done.as_ref().map(|done| done.sentence()).as_deref(), Some("settled as happened by dora"));
    // A process that has not read the journal since.
    world.state().actions = vec![unknown];
    assert!(world.follow(at(83)).is_empty(), "an outcome that was settled is never open again");
}

#[test]
fn what_a_person_does_with_an_item() {
    let mut world = World::of(read(failed(7), at(400)));
    world.follow(at(402));
    let item = world.only().clone();
    let read_once = InboxChange::Read.apply(&item, "lena", at(410)).expect("read");
    assert_eq!(InboxChange::Read.apply(&read_once, "lena", at(420)).as_ref(), Ok(&read_once), "read stays read");
    let done = InboxChange::Done.apply(&item, "lena", at(410)).expect("done");
    assert_eq!(InboxChange::Done.apply(&done, "lena", at(411)), Err(ChangeRefused::DoneAlready));
    assert!(InboxChange::Undo.apply(&done, "lena", at(470)).is_ok_and(|item| item.is_open()));
    assert_eq!(InboxChange::Undo.apply(&done, "lena", at(471)), Err(ChangeRefused::TooLate));
    assert_eq!(InboxChange::Undo.apply(&item, "lena", at(411)), Err(ChangeRefused::NotDone));
    let remind = |seconds| InboxChange::Remind { at: Some(at(seconds)) }.apply(&item, "lena", at(410));
    assert_eq!(remind(410), Err(ChangeRefused::NotInFuture));
    assert_eq!(remind(411 + 30 * DAY), Err(ChangeRefused::TooFar));
    world.items[0] = remind(1310).expect("a reminder");
    assert!(world.items[0].read_at.is_some());
    *world.state() = read(failed(7), at(1300));
    assert!(world.follow(at(1309)).is_empty());
    world.follow(at(1310));
    assert_eq!((world.only().read_at, world.only().remind_at, world.only().reminded_at), (None, None, Some(at(1310))));
    // Its cause ended while it was done, and then that is taken back.
    world.items[0] = InboxChange::Done.apply(&world.items[0], "lena", at(1320)).expect("done");
    *world.state() = read(passed(7), at(1330));
    world.follow(at(1331));
    world.items[0] = InboxChange::Undo.apply(&world.items[0], "lena", at(1340)).expect("undone");
    world.follow(at(1341));
    assert_eq!(world.only().done.as_ref().map(|done| done.how), Some(DoneHow::Ended));
}

#[test]
fn a_service_that_is_removed_takes_its_items_along() {
    let mut world = World::of(read(failed(7), at(400)));
    world.follow(at(402));
    world.services.clear();
    assert!(world.follow(at(405)).is_empty(), "this process may not know of the service yet");
    world.follow(at(412));
    assert_eq!(world.only().done.as_ref().map(|done| done.words.as_str()), Some("the service was removed"));
}

#[test]
fn the_most_urgent_service_comes_first_and_what_is_done_last() {
    let mut world = World::of(ServiceState { name: "zebra".into(), ..read(holds(7), at(400)) });
    world.services.push(ServiceState { name: "alpha".into(), ..read(failed(8), at(400)) });
    world.services.push(ServiceState { name: "beta".into(), ..read(failed(9), at(400)) });
    world.follow(at(402));
    let beta = world.items.iter().position(|item| item.service.as_deref() == Some("beta")).expect("an item");
    world.items[beta] = InboxChange::Done.apply(&world.items[beta], "lena", at(410)).expect("open");
    let order: Vec<_> = in_order(&world.items).into_iter().filter_map(|item| item.service.as_deref()).collect();
    assert_eq!(order, ["zebra", "alpha", "beta"]);
}
