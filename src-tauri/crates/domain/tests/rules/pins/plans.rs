//! The pin that a verified rollback sets, and what goes over one.

use super::{changes, main_line, pinned, revert};
use crate::sample::{at, commit};
use slipway_domain::action::{Action, PinChoice};
use slipway_domain::history::{History, RevertEvidence};
use slipway_domain::journal::{Entry, EntryState, Expectation};
use slipway_domain::pin::{Pin, PlannedPin, kept_out, not_live, set_by};
use slipway_domain::release::ReleaseRef;

fn release(version: u64) -> ReleaseRef {
    ReleaseRef { id: format!("release-{version}"), label: format!("v{version}"), ordinal: Some(version) }
}

fn rolled_back(id: &str, state: EntryState, bad: &[(u64, &str)]) -> Entry {
    let request = Action::roll_back_and_pin("storefront".into(), "production".into(), None, None, Some(PinChoice::default()));
    let planned = PlannedPin {
        environment: "production".into(),
        target: release(1),
        target_commit: Some("a".into()),
        left: release(2),
        left_commit: Some("c".into()),
        bad: changes(bad),
        narrowed: false,
        ends_by_itself: true,
    };
    serde_json::from_value(serde_json::json!({
        "id": id, "at": at(10), "action": "rollback", "service": "storefront", "target": "storefront-production", "seen": "",
        "repo": "acme/storefront", "app": "storefront-production", "reason": "checkout is down", "by": "lena", "state": state,
        "sent_at": at(11), "finished_at": at(60), "message": "", "request": request, "pin": planned,
        "expectation": Expectation::Dequeued { repo: "acme/storefront".into(), number: 1 }
    }))
    .expect("an entry")
}

#[test]
fn a_pin_is_set_by_a_rollback_that_is_verified_and_once() {
    for state in EntryState::ALL {
        let set = set_by(&rolled_back("e", *state, &[(2, "c")]), &[], at(70));
        assert_eq!(set.len(), usize::from(*state == EntryState::Succeeded), "{state}");
    }
    let entry = rolled_back("e", EntryState::Succeeded, &[(2, "c")]);
    let set = set_by(&entry, &[], at(70));
    let [pin] = &set[..] else { panic!("{set:?}") };
    assert_eq!((pin.entry.as_deref(), pin.by.as_str(), pin.at), (Some("e"), "lena", at(60)));
    assert!(set_by(&entry, &set, at(80)).is_empty(), "it is set already");
    let ended = Pin { end: Some(slipway_domain::pin::PinEnd { at: at(90), by: None, reason: "reverted".into() }), ..pin.clone() };
    assert!(set_by(&entry, &[ended], at(100)).is_empty(), "also after it has ended");
    assert!(set_by(&rolled_back("f", EntryState::Succeeded, &[]), &[], at(70)).is_empty(), "nothing has to stay out");
    let without = Entry { pin: None, ..entry };
    assert!(set_by(&without, &[], at(70)).is_empty(), "a rollback that does not pin");
}

/// Rolled back further: what the earlier pin keeps out stays out.
#[test]
fn a_later_pin_takes_the_place_of_the_earlier_one_with_all_that_it_kept_out() {
    let first = set_by(&rolled_back("e", EntryState::Succeeded, &[(2, "c")]), &[], at(70));
    let both = set_by(&rolled_back("f", EntryState::Succeeded, &[(1, "b")]), &first, at(80));
    let open: Vec<&Pin> = both.iter().filter(|pin| pin.is_open()).collect();
    let ids: Vec<&str> = open[0].bad.iter().map(|one| one.change.id.as_str()).collect();
    assert_eq!((both.len(), open.len(), ids), (2, 1, vec!["#1", "#2"]));
    assert!(both.iter().any(|pin| pin.id == first[0].id && !pin.is_open()));
}

#[test]
fn what_goes_over_a_pin_is_named_with_it() {
    let main = [vec![revert("e", "d", 4, &[2])], main_line()].concat();
    let state = pinned(main.clone(), "c", &[], changes(&[(2, "c"), (1, "b")]));
    let none = RevertEvidence::default();
    let history = History::new(&main, &none);
    let over = |code: Option<&str>| -> Vec<(String, bool)> {
        let found = kept_out(&state.environments[0], code, &history);
        assert!(found.iter().all(|one| one.pin.as_deref() == Some("pin") && one.environment == "production"));
        found.into_iter().map(|one| (one.change.id, one.known)).collect()
    };
    let named = |ids: &[&str], known: bool| ids.iter().map(|id| ((*id).to_owned(), known)).collect::<Vec<_>>();
    assert_eq!(over(Some("a")), named(&[], true));
    assert_eq!(over(Some("d")), named(&["#2", "#1"], true));
    assert_eq!(over(Some("e")), named(&["#1"], true), "one of two is reverted");
    assert_eq!(over(None), named(&["#2", "#1"], false), "code that is not known may bring all of it");
}

#[test]
fn by_hand_it_is_pinned_against_what_does_not_run() {
    let none = RevertEvidence::default();
    let ids = |state: &slipway_domain::snapshot::ServiceState| {
        let history = History::new(&state.main, &none);
        not_live(state, &state.environments[0], &history).map(|all| all.into_iter().map(|one| one.change.id).collect::<Vec<_>>())
    };
    let rolled_back = pinned(main_line(), "c", &[], vec![]);
    assert_eq!(ids(&rolled_back), Ok(vec!["#2".to_owned(), "#1".to_owned()]), "what it was rolled back from");
    let mut behind = pinned(main_line(), "b", &[(4, "c", "Deploy", true)], vec![]);
    assert_eq!(ids(&behind), Ok(vec!["#3".to_owned()]), "what the branch has and it has not");
    behind.main = vec![commit("c", &["b"], Some(2)), commit("b", &["a"], Some(1))];
    assert!(ids(&behind).is_err_and(|why| why.contains("there is nothing to pin against")));
    behind.main = vec![commit("z", &["y"], Some(9))];
    assert!(ids(&behind).is_err_and(|why| why.contains("is not known")));
}
