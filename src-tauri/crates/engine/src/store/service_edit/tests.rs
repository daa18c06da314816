use super::*;
use crate::store::Store;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::time::Time;
use std::sync::Arc;

fn service(name: &str) -> Service {
    Service {
        name: name.to_owned(),
        repo: format!("acme/{name}"),
        branch: "main".to_owned(),
        ci: None,
        environments: Vec::new(),
        accounts: Vec::new(),
        migration_paths: Vec::new(),
    }
}

/// Two processes on one folder, with these services.
fn two_processes(names: &[&str]) -> (tempfile::TempDir, Store, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    for name in names {
        store.add_service(&service(name)).expect("a service");
    }
    let other = Store::open(folder.path()).expect("another");
    (folder, store, other)
}

fn names(store: &Store) -> Vec<String> {
    store.services().expect("services").into_iter().map(|service| service.name).collect()
}

#[test]
fn the_order_is_kept_and_new_services_come_last() {
    let (_folder, store, other) = two_processes(&["a", "b", "c"]);
    assert!(store.move_service("c", 0).expect("moved"));
    assert_eq!(names(&other), ["c", "a", "b"]);
    other.add_service(&service("d")).expect("a service");
    assert_eq!(names(&store), ["c", "a", "b", "d"]);
    assert!(store.move_service("a", 99).expect("moved"), "past the end is last");
    assert_eq!(names(&store), ["c", "b", "d", "a"]);
    assert!(!store.move_service("x", 0).expect("an answer"));
    store.remove_service("c").expect("removed");
    store.add_service(&service("c")).expect("again");
    assert_eq!(names(&other), ["b", "d", "a", "c"], "its earlier place is forgotten");
}

#[test]
fn what_another_process_changed_is_not_overwritten() {
    let (_folder, store, other) = two_processes(&["a", "b"]);
    let was = service("a");
    let theirs = Service { branch: "trunk".to_owned(), ..was.clone() };
    assert_eq!(other.edit_service(&was, &theirs).expect("edited"), Edited::Saved);
    let ours = Service { repo: "acme/other".to_owned(), ..was.clone() };
    assert_eq!(store.edit_service(&was, &ours).expect("an answer"), Edited::Changed(Box::new(theirs.clone())));
    assert_eq!(store.services().expect("services")[0], theirs);
    assert_eq!(store.edit_service(&theirs, &Service { name: "b".to_owned(), ..ours.clone() }).expect("an answer"), Edited::Taken);
    other.remove_service("a").expect("removed");
    assert_eq!(store.edit_service(&theirs, &ours).expect("an answer"), Edited::Gone);
    assert_eq!(names(&store), ["b"]);
}

#[test]
fn a_new_name_keeps_the_place_the_state_and_what_a_person_said() {
    let (_folder, store, other) = two_processes(&["a", "b", "c"]);
    let mut state = ServiceState::unread(service("b"));
    state.main = vec![Commit { sha: "c1".to_owned(), ..Commit::default() }];
    store.save_state(Arc::new(state), Time::from_unix(1_800_000_000));
    for (key, service) in [("dismissed:b:x", "b"), ("dismissed:b:c:x", "b:c")] {
        store.set_setting(key, &format!(r#"{{"service":"{service}","dismissal":1}}"#)).expect("kept");
    }
    let rules = r#"{"quiet_hours":{"on":true},"services":{"b":{"hurt":1},"b:c":{"hurt":2}}}"#;
    store.set_setting("notifications", rules).expect("kept");
    let renamed = Service { name: "shop".to_owned(), ..service("b") };
    assert_eq!(store.edit_service(&service("b"), &renamed).expect("edited"), Edited::Saved);
    assert_eq!(names(&other), ["a", "shop", "c"]);
    let states = other.states().expect("states");
    assert_eq!((states[1].name.as_str(), states[1].main[0].sha.as_str()), ("shop", "c1"));
    let kept: Value = serde_json::from_str(&other.setting("dismissed:shop:x").expect("kept")).expect("JSON");
    assert_eq!(kept, serde_json::json!({"service": "shop", "dismissal": 1}));
    let rules: Value = serde_json::from_str(&other.setting("notifications").expect("kept")).expect("JSON");
    assert_eq!(rules, serde_json::json!({"quiet_hours": {"on": true}, "services": {"shop": {"hurt": 1}, "b:c": {"hurt": 2}}}));
    assert_eq!(other.setting("dismissed:b:x"), None);
    assert!(other.setting("dismissed:b:c:x").is_some(), "that of another service stays");
}

#[test]
fn a_removed_service_leaves_no_rules_behind() {
    let (_folder, store, other) = two_processes(&["a", "b"]);
    store.set_setting("notifications", r#"{"services":{"a":{"hurt":1},"b":{"hurt":2}}}"#).expect("kept");
    assert!(store.remove_service("a").expect("removed"));
    assert_eq!(other.setting("notifications").as_deref(), Some(r#"{"services":{"b":{"hurt":2}}}"#));
}

#[test]
fn what_another_process_has_written_is_not_replaced_unseen() {
    let (_folder, store, other) = two_processes(&["a"]);
    assert!(store.replace_setting("k", None, "1").expect("written"));
    assert!(!other.replace_setting("k", None, "2").expect("not written"));
    assert!(other.replace_setting("k", Some("1"), "3").expect("written"));
    assert!(!store.replace_setting("k", Some("1"), "4").expect("not written"));
    assert_eq!(store.setting("k").as_deref(), Some("3"));
    assert!(store.add_service(&service("b")).expect("added") && !other.add_service(&service("b")).expect("not added"));
}
