use super::*;
use futures::executor::block_on;
use slipway_domain::action::Action;
use slipway_domain::journal::Expectation;

fn entry(id: &str) -> Entry {
    let json = serde_json::json!({
        "id": id, "at": "2026-11-23T10:00:00Z", "action": "merge", "service": "shop", "target": "acme/shop#1", "seen": "head abc",
        "reason": null, "by": "tester", "state": "planned", "sent_at": null, "finished_at": null, "message": "",
        "request": Action::merge("shop".into(), 1, None),
        "expectation": Expectation::Merged { repo: "acme/shop".into(), number: 1, head_sha: "abc".into() },
    });
    // Also an entry as older versions wrote it: without account, repository and app.
    serde_json::from_value(json).expect("an entry")
}

fn open(folder: &Path) -> Intents {
    Intents::open(folder, uuid::Uuid::new_v4().to_string()).expect("a journal")
}

#[test]
fn no_living_owner_is_taken_for_dead_however_many_start_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let owner = open(folder.path());
    block_on(owner.begin("pull_request:acme/shop#1", &entry("one"))).expect("taken");
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let bystander = open(folder.path());
                    assert_eq!(bystander.condition, Condition::Sound, "it can hold its own lock");
                    assert!(block_on(bystander.orphans(|_| false)).expect("read").is_empty(), "the owner lives");
                    let lives = bystander.journal.wait(|journal| Ok::<_, NoAnswer>(journal.owners.is_alive(journal.owners.own())));
                    assert_eq!(lives, Ok(true), "and so does the bystander");
                }
            });
        }
    });
    block_on(owner.mark_sent(&Entry { state: EntryState::Sent, ..entry("one") })).expect("still its own");
}

#[tokio::test]
async fn an_action_that_lost_its_lease_is_not_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let (owner, other) = (open(folder.path()), open(folder.path()));
    let sent = Entry { state: EntryState::Sent, ..entry("one") };
    owner.begin("t", &entry("one")).await.expect("taken");
    other.update(&Entry { state: EntryState::NotSent, ..entry("one") }).await.expect("closed by another");
    assert!(matches!(owner.mark_sent(&sent).await, Err(IntentError::LeaseLost)));
    owner.begin("t", &entry("two")).await.expect("the target is free again");
    let two = Entry { id: "two".into(), ..sent };
    assert!(matches!(other.mark_sent(&two).await, Err(IntentError::LeaseLost)), "only its owner may send it");
    owner.mark_sent(&two).await.expect("sent");
    assert!(matches!(owner.mark_sent(&two).await, Err(IntentError::LeaseLost)), "and once");
}

#[tokio::test]
async fn a_persons_word_frees_the_target_and_proves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path());
    journal.begin("t", &entry("one")).await.expect("taken");
    let at = Time::from_unix(1_800_000_000);
    let word = Word { id: "one".into(), settled_as: SettledAs::DidNot, by: "dora".into(), reason: "the gateway dropped it".into(), at };
    assert!(matches!(journal.settle_by_word(&word, |_| true), Err(SettleError::UnderWay)));
    let settled = journal.settle_by_word(&word, |_| false).expect("settled");
    assert_eq!((settled.state, settled.settled_as), (EntryState::Unknown, Some(SettledAs::DidNot)));
    assert!(matches!(journal.settle_by_word(&word, |_| false), Err(SettleError::Settled)), "said once");
    assert!(matches!(journal.settle_by_word(&Word { id: "none".into(), ..word }, |_| false), Err(SettleError::NoSuchEntry(_))));
    assert!(journal.orphans(|_| false).await.expect("read").is_empty());
    journal.begin("t", &entry("two")).await.expect("the target is free");
}

/// The deadline of who waits may pass while the request is still under way.
#[tokio::test]
async fn an_answer_after_the_deadline_is_kept_and_takes_nothing_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path());
    journal.begin("t", &entry("one")).await.expect("taken");
    let sent = Entry { state: EntryState::Sent, ..entry("one") };
    journal.mark_sent(&sent).await.expect("sent");
    let unknown = journal.mark_unknown("one", "Not seen".into()).await.expect("written").expect("an entry");
    assert_eq!((unknown.state, unknown.message.as_str()), (EntryState::Unknown, "Not seen"));
    let accepted_at = Some(Time::from_unix(1_800_000_000));
    journal.note_answer(&Entry { accepted_at, message: "Accepted".into(), ..sent.clone() }).await.expect("kept");
    let kept = journal.entry("one").await.expect("an entry");
    assert_eq!((kept.state, kept.message.as_str(), kept.accepted_at), (EntryState::Unknown, "Not seen", accepted_at));
    journal.update(&Entry { state: EntryState::Succeeded, ..kept }).await.expect("seen");
    let settled = journal.mark_unknown("one", "Not seen".into()).await.expect("read").expect("an entry");
    assert_eq!(settled.state, EntryState::Succeeded, "an outcome stays");
}
