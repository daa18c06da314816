//! Which merges are news, once each, and when a branch has lost commits.

use crate::sample::{at, pull_request, service};
use slipway_domain::branch_news::{BranchNews, still_contains};
use slipway_domain::diff::{EventKind, events};
use slipway_domain::history::Contained;
use slipway_domain::snapshot::{Commit, ServiceState};

fn commit(sha: &str, parents: &[&str], seconds: i64, number: Option<u64>) -> Commit {
    Commit {
        sha: sha.into(),
        title: format!("Change {sha}"),
        committed_at: Some(at(seconds)),
        pull_request: number,
        pull_request_title: number.map(|number| format!("Change {number}")),
        pull_request_merged_at: number.map(|_| at(seconds)),
        parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
        ..Commit::default()
    }
}

/// As after a reading of `main` that follows one of `before`.
fn read(before: &ServiceState, main: Vec<Commit>) -> ServiceState {
    let lost = still_contains(&before.main, &main) == Contained::No;
    let known = (before.branch_news.since.is_some()).then_some(before.main.as_slice());
    let branch_news = before.branch_news.follow(known, &main, lost, at(5000));
    ServiceState { main, branch_news, ..before.clone() }
}

fn start() -> ServiceState {
    let main = vec![commit("c", &["b"], 30, Some(3)), commit("b", &["a"], 20, Some(2)), commit("a", &["0"], 10, None)];
    read(&ServiceState { main: Vec::new(), branch_news: BranchNews::default(), ..service() }, main)
}

fn told(old: &ServiceState, new: &ServiceState) -> Vec<String> {
    let of = |kind| matches!(kind, EventKind::Merged | EventKind::BranchReset);
    events(old, new, at(9000)).into_iter().filter(|event| of(event.kind)).map(|event| event.message).collect()
}

#[test]
fn a_merge_of_three_commits_is_told_once() {
    let old = start();
    let mut main = vec![
        commit("m", &["c", "y"], 100, Some(26)),
        commit("y", &["x"], 60, Some(26)),
        commit("x", &["b"], 50, Some(26)),
        commit("w", &["b"], 45, Some(26)),
    ];
    main.extend(old.main.clone());
    let new = read(&old, main.clone());
    assert_eq!(told(&old, &new), ["#26 merged: Change 26"]);
    let again = read(&new, main);
    assert_eq!(told(&new, &again), [""; 0]);
}

#[test]
fn the_pull_request_of_a_commit_may_show_later_and_is_told_then() {
    let old = start();
    let mut main = vec![commit("m", &["c"], 100, None)];
    main.extend(old.main.clone());
    let unlinked = read(&old, main.clone());
    assert_eq!(told(&old, &unlinked), [""; 0]);
    // Another one is told in between: that does not hide it.
    main.insert(0, commit("n", &["m"], 110, Some(27)));
    let between = read(&unlinked, main.clone());
    assert_eq!(told(&unlinked, &between), ["#27 merged: Change 27"]);
    main[1] = commit("m", &["c"], 100, Some(26));
    let linked = read(&between, main);
    assert_eq!(told(&between, &linked), ["#26 merged: Change 26"]);
}

#[test]
fn what_was_merged_before_the_first_reading_is_no_news() {
    let mut first = start();
    first.main[0] = commit("c", &["b"], 30, None);
    first = read(&ServiceState { main: Vec::new(), branch_news: BranchNews::default(), ..service() }, first.main);
    let linked = read(&first, start().main);
    assert_eq!(told(&first, &linked), [""; 0], "its link came later, its commit was there");
    let mut older = linked.main.clone();
    older.push(commit("0", &["-"], 5, Some(1)));
    assert_eq!(told(&linked, &read(&linked, older)), [""; 0], "older history");
}

/// It left the list of open ones in one reading, and its commit shows in the next.
#[test]
fn a_merge_whose_commit_shows_later_is_told_once() {
    let old = ServiceState { pull_requests: vec![pull_request(26)], ..start() };
    let left = ServiceState { pull_requests: Vec::new(), ..read(&old, old.main.clone()) };
    assert_eq!(told(&old, &left), [""; 0]);
    let mut main = vec![commit("m", &["c"], 100, Some(26))];
    main.extend(left.main.clone());
    let shown = read(&left, main);
    assert_eq!(told(&left, &shown), ["#26 merged: Change 26"]);
    // Without any time it was still open when it was last seen.
    let mut timeless = old.main.clone();
    timeless.insert(0, Commit { committed_at: None, pull_request_merged_at: None, ..commit("m", &["c"], 0, Some(26)) });
    assert_eq!(told(&old, &read(&old, timeless)), ["#26 merged: Change 26"]);
}

#[test]
fn a_reset_is_an_event_of_its_own_and_old_merges_are_not() {
    let old = start();
    let mut main = vec![commit("m", &["c"], 100, Some(26))];
    main.extend(old.main.clone());
    let merged = read(&old, main.clone());
    // Back to b: what was beyond the page shows, and is older than what was known.
    let back = vec![commit("b", &["a"], 20, Some(2)), commit("a", &["0"], 10, None), commit("0", &["-"], 5, Some(1))];
    let reset = read(&merged, back.clone());
    assert_eq!(told(&merged, &reset), ["main no longer contains m, and so not #3 and #26: it was set to b"]);
    assert_eq!(told(&reset, &read(&reset, back)), [""; 0], "once");
    let restored = read(&reset, main);
    assert_eq!(told(&reset, &restored), [""; 0], "what was told is not told again");
}

#[test]
fn whether_the_tip_is_still_contained_is_only_said_when_it_shows() {
    let old = start().main;
    let with = |first: &[Commit], rest: &[Commit]| [first, rest].concat();
    for (what, new, expected) in [
        ("the same", old.clone(), Contained::Yes),
        ("one more", with(&[commit("d", &["c"], 40, None)], &old), Contained::Yes),
        ("a merge of it", with(&[commit("d", &["x", "c"], 40, None), commit("x", &["b"], 35, None)], &old), Contained::Yes),
        ("an older one", old[1..].to_vec(), Contained::No),
        ("the tip amended", with(&[commit("c2", &["b"], 40, None)], &old[1..]), Contained::No),
        ("two new ones on an older one", with(&[commit("e", &["d"], 50, None), commit("d", &["a"], 40, None)], &old[2..]), Contained::No),
        ("a page of new ones", vec![commit("z", &["y"], 90, None), commit("y", &["x"], 80, None)], Contained::Unknown),
        ("parents that were not told", vec![commit("z", &[], 90, None)], Contained::Unknown),
        ("an octopus", with(&[commit("o", &["b", "a", "b"], 90, None)], &old[1..]), Contained::Unknown),
        ("nothing", Vec::new(), Contained::Unknown),
    ] {
        assert_eq!(still_contains(&old, &new), expected, "{what}");
    }
}

#[test]
fn what_an_earlier_version_stored_makes_no_news_of_what_it_knew() {
    let stored = ServiceState { branch_news: BranchNews::default(), ..start() };
    let mut main = vec![commit("m", &["c"], 100, Some(26))];
    main.extend(stored.main.clone());
    main.push(commit("0", &["-"], 5, Some(1)));
    let news = stored.branch_news.follow(Some(&stored.main), &main, false, at(0));
    let new = ServiceState { main, branch_news: news, ..stored.clone() };
    assert_eq!(told(&stored, &new), ["#26 merged: Change 26"]);
}
