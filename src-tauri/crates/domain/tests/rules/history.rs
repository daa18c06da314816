//! Which code contains a change, and whether it is reverted there.

use crate::sample::commit;
use proptest::prelude::*;
use slipway_domain::history::{Contained, History, RevertEvidence, Reverted, as_if_merged, reverted_commits, reverted_pull_requests};
use slipway_domain::snapshot::Commit;

fn reverting(sha: &str, parent: &str, pull_request: Option<u64>, commits: &[&str], pulls: &[u64]) -> Commit {
    Commit {
        reverts_commits: commits.iter().map(|sha| (*sha).to_owned()).collect(),
        pull_request_reverts: pulls.to_vec(),
        ..commit(sha, &[parent], pull_request)
    }
}

fn titled(mut commit: Commit, title: &str) -> Commit {
    commit.title = title.to_owned();
    commit.pull_request_title = commit.pull_request.map(|_| title.to_owned());
    commit
}

fn ask(commits: &[Commit], evidence: &RevertEvidence, change: &str, code: &str) -> Reverted {
    History::new(commits, evidence).reverted(change, code)
}

/// a ← b (#1) ← c (#2) ← d
fn line() -> Vec<Commit> {
    vec![commit("d", &["c"], Some(3)), commit("c", &["b"], Some(2)), commit("b", &["a"], Some(1)), commit("a", &["0"], None)]
}

#[test]
fn code_contains_what_is_behind_it() {
    let mut commits = line();
    // Merged from a branch that left main before what is loaded.
    commits.push(commit("m", &["d", "side"], Some(4)));
    commits.push(commit("side", &["older"], Some(4)));
    let evidence = RevertEvidence::default();
    let history = History::new(&commits, &evidence);
    for (code, change, wanted) in [
        ("d", "b", Contained::Yes),
        ("b", "b", Contained::Yes),
        ("b", "d", Contained::No),
        ("m", "side", Contained::Yes),
        ("d", "m", Contained::No),
        ("d", "side", Contained::Unknown),
        ("d", "elsewhere", Contained::Unknown),
        ("elsewhere", "d", Contained::Unknown),
        ("elsewhere", "elsewhere", Contained::Yes),
    ] {
        assert_eq!(history.contains(code, change), wanted, "{change} in {code}");
    }
    let shas = |base, head| history.first_parents_between(base, head).map(|all| all.iter().map(|c| c.sha.as_str()).collect::<Vec<_>>());
    assert_eq!(shas("b", "m"), Some(vec!["m", "d", "c"]));
    assert_eq!(shas("0", "b"), Some(vec!["b", "a"]), "the base itself need not be loaded");
    assert_eq!(shas("older", "d"), None);
    assert_eq!(shas("b", "elsewhere"), None);
}

#[test]
fn words_are_read_whole() {
    let sha = "4be21d74be21d74be21d74be21d74be21d74be21";
    assert_eq!(reverted_commits(&format!("Revert \"x\"\n\nThis reverts commit {sha}.")), [sha]);
    assert_eq!(reverted_commits(&format!("* This reverts commit {sha}, reversing\nchanges made to {sha}.")), [sha]);
    for text in
        [format!("This reverts commit {sha}ab"), "This reverts commit 4be21d7.".to_owned(), format!("see: This reverts commit {sha}")]
    {
        assert!(reverted_commits(&text).is_empty(), "{text}");
    }
    let ours = ["acme/shop", "acme/old-shop"];
    assert_eq!(reverted_pull_requests("Reverts acme/shop#12\n\nReverts Acme/Old-Shop#3", &ours), [12, 3]);
    for text in [
        "Reverts acme/other#12",
        "Reverts acme/shop#12a",
        "Reverts acme/shop#",
        "It Reverts acme/shop#12",
        "Reverts acme/shop#99999999999999999999999",
    ] {
        assert!(reverted_pull_requests(text, &ours).is_empty(), "{text}");
    }
    assert_eq!(reverted_pull_requests("Reverts acme/shop#123", &ours), [123], "not #12");
}

#[test]
fn a_change_is_reverted_by_what_says_so_and_stands() {
    let none = RevertEvidence::default();
    let ours = RevertEvidence { opened: vec![(5, 2)], ..RevertEvidence::default() };
    let with = |more: Vec<Commit>| [more, line()].concat();
    let by_message = with(vec![reverting("e", "d", Some(5), &["c"], &[])]);
    let by_body = with(vec![reverting("e", "d", Some(5), &[], &[2])]);
    let said_nothing = with(vec![commit("e", &["d"], Some(5))]);
    let twice = with(vec![reverting("f", "e", Some(6), &["e"], &[]), reverting("e", "d", Some(5), &["c"], &[])]);
    let thrice = with(vec![
        reverting("g", "f", Some(7), &[], &[6]),
        reverting("f", "e", Some(6), &[], &[5]),
        reverting("e", "d", Some(5), &[], &[2]),
    ]);
    let direct = with(vec![reverting("e", "d", None, &["c"], &[])]);
    for (name, commits, evidence, code, wanted) in [
        ("not reverted", &line(), &none, "d", Reverted::No),
        ("by message", &by_message, &none, "e", Reverted::Yes),
        ("not yet at d", &by_message, &none, "d", Reverted::No),
        ("by the body of its pull request", &by_body, &none, "e", Reverted::Yes),
        ("by our journal", &said_nothing, &ours, "e", Reverted::Yes),
        ("by nothing", &said_nothing, &none, "e", Reverted::No),
        ("a revert of the revert brings it back", &twice, &none, "f", Reverted::No),
        ("and one more takes it out", &thrice, &none, "g", Reverted::Yes),
        ("by a commit without a pull request", &direct, &none, "e", Reverted::Yes),
        ("code that is not loaded", &line(), &none, "x", Reverted::Unknown),
    ] {
        assert_eq!(ask(commits, evidence, "c", code), wanted, "{name}");
    }
    assert_eq!(ask(&line(), &none, "x", "d"), Reverted::Unknown, "a change that is not loaded");
}

#[test]
fn a_pull_request_is_reverted_when_all_it_put_on_the_branch_is() {
    let none = RevertEvidence::default();
    // Rebased: two commits of #2.
    let rebased = |more: Vec<Commit>| {
        [more, vec![commit("c2", &["c1"], Some(2)), commit("c1", &["b"], Some(2)), commit("b", &["a"], Some(1))]].concat()
    };
    let one = rebased(vec![reverting("e", "c2", None, &["c2"], &[])]);
    let both = rebased(vec![reverting("e", "c2", None, &["c2", "c1"], &[])]);
    assert_eq!(History::new(&one, &none).pull_request_reverted(2, "e"), Reverted::No);
    assert_eq!(History::new(&both, &none).pull_request_reverted(2, "e"), Reverted::Yes);
    // Merged: the merge commit stands for all of it.
    let merged = vec![
        reverting("e", "m", Some(3), &["m"], &[]),
        commit("m", &["b", "s"], Some(2)),
        commit("s", &["a"], Some(2)),
        commit("b", &["a"], Some(1)),
        commit("a", &["0"], None),
    ];
    let history = History::new(&merged, &none);
    assert_eq!(history.pull_request_reverted(2, "e"), Reverted::Yes);
    assert_eq!(history.reverted("s", "e"), Reverted::Yes, "with its merge commit");
    assert_eq!(history.pull_request_reverted(2, "m"), Reverted::No);
    // Cut in the middle of a pull request: more of it may lie beyond.
    let cut = vec![reverting("e", "c2", None, &["c2"], &[]), commit("c2", &["c1"], Some(2))];
    assert_eq!(History::new(&cut, &none).pull_request_reverted(2, "e"), Reverted::Unknown);
    // A revert in two commits of one pull request, of which one is reverted, still stands.
    let half = rebased(vec![
        reverting("g", "f2", None, &["f2"], &[]),
        reverting("f2", "f1", Some(5), &[], &[2]),
        reverting("f1", "c2", Some(5), &[], &[2]),
    ]);
    assert_eq!(History::new(&half, &none).pull_request_reverted(2, "g"), Reverted::Yes);
}

#[test]
fn a_title_is_likely_at_most_and_only_with_its_files() {
    let files = |list: &[(&str, &[&str])]| RevertEvidence {
        files: list.iter().map(|(id, paths)| ((*id).to_owned(), paths.iter().map(|p| (*p).to_owned()).collect())).collect(),
        ..RevertEvidence::default()
    };
    let commits = [vec![titled(commit("e", &["d"], Some(5)), "Revert \"Faster\"")], line()].concat();
    let commits: Vec<Commit> = commits.into_iter().map(|c| if c.sha == "c" { titled(c, "Faster") } else { c }).collect();
    for (name, evidence, wanted) in [
        ("files not known", files(&[]), Reverted::No),
        ("the same files", files(&[("#5", &["x"]), ("#2", &["x", "y"])]), Reverted::Likely),
        ("more files", files(&[("#5", &["x", "z"]), ("#2", &["x", "y"])]), Reverted::No),
        ("no files", files(&[("#5", &[]), ("#2", &["x"])]), Reverted::No),
    ] {
        assert_eq!(ask(&commits, &evidence, "c", "e"), wanted, "{name}");
    }
    let none = RevertEvidence::default();
    assert_eq!(History::new(&commits, &none).titles_to_compare(), [("#5".to_owned(), "#2".to_owned())]);
    // What is likely reverted may or may not revert: nothing certain follows.
    let likely = files(&[("#6", &["x"]), ("#5", &["x"])]);
    let chain = [vec![titled(commit("f", &["e"], Some(6)), "Revert \"Revert \"Faster\"\"")], commits.clone()].concat();
    let chain: Vec<Commit> =
        chain.into_iter().map(|c| if c.sha == "e" { Commit { pull_request_reverts: vec![2], ..c } } else { c }).collect();
    assert_eq!(ask(&chain, &likely, "c", "f"), Reverted::Unknown);
}

#[test]
fn what_would_be_merged_is_asked_like_a_commit() {
    let mut revert = as_if_merged(9, "head", "Revert \"x\"", "d");
    revert.pull_request_reverts = vec![2];
    let none = RevertEvidence::default();
    let commits = [vec![revert], line()].concat();
    assert_eq!(ask(&commits, &none, "c", "head"), Reverted::Yes);
    assert_eq!(ask(&commits, &none, "b", "head"), Reverted::No);
    assert_eq!(History::new(&commits, &none).contains("head", "b"), Contained::Yes);
}

#[test]
fn reverts_that_name_each_other_decide_nothing() {
    let none = RevertEvidence::default();
    let commits =
        vec![reverting("e", "c", Some(5), &["c", "f"], &[]), reverting("f", "e", Some(6), &["e", "e"], &[]), commit("c", &["b"], Some(2))];
    let forward = ask(&commits, &none, "c", "f");
    let backward: Vec<Commit> = commits.into_iter().rev().collect();
    assert_eq!(forward, ask(&backward, &none, "c", "f"));
    assert_eq!(forward, Reverted::No, "e is reverted by what came after it");
}

/// A line of commits `s0 ← s1 ← …`; each may revert an earlier one by its message.
fn histories() -> impl Strategy<Value = Vec<Commit>> {
    prop::collection::vec(prop::option::of(any::<prop::sample::Index>()), 2..12).prop_map(|targets| {
        let commit_of = |(n, target): (usize, &Option<prop::sample::Index>)| {
            let reverted = target.as_ref().filter(|_| n > 0).map(|index| format!("s{}", index.index(n)));
            let parent = n.checked_sub(1).map_or_else(|| "root".to_owned(), |n| format!("s{n}"));
            let names: Vec<&str> = reverted.iter().map(String::as_str).collect();
            reverting(&format!("s{n}"), &parent, Some(n as u64 + 100), &names, &[])
        };
        targets.iter().enumerate().map(commit_of).collect()
    })
}

/// What git would leave: each commit toggles what it reverts, together with everything that did.
fn stands(commits: &[Commit], n: usize) -> bool {
    !(n + 1..commits.len()).any(|later| commits[later].reverts_commits.contains(&format!("s{n}")) && stands(commits, later))
}

proptest! {
    #[test]
    fn the_order_of_reading_does_not_matter(commits in histories(), seed in any::<u64>()) {
        let none = RevertEvidence::default();
        let mut shuffled = commits.clone();
        shuffled.sort_by_key(|c| c.sha.bytes().fold(seed, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte))));
        let tip = format!("s{}", commits.len() - 1);
        for n in 0..commits.len() {
            let sha = format!("s{n}");
            prop_assert_eq!(ask(&commits, &none, &sha, &tip), ask(&shuffled, &none, &sha, &tip));
            let wanted = if stands(&commits, n) { Reverted::No } else { Reverted::Yes };
            prop_assert_eq!(ask(&commits, &none, &sha, &tip), wanted, "{}", sha);
        }
    }

    #[test]
    fn less_history_never_says_more(commits in histories(), from in 0usize..12) {
        let none = RevertEvidence::default();
        let tip = format!("s{}", commits.len() - 1);
        // Only the newest are loaded, as a page of history has them.
        let loaded: Vec<Commit> = commits.iter().skip(from.min(commits.len() - 1)).cloned().collect();
        for n in 0..commits.len() {
            let sha = format!("s{n}");
            let (part, whole) = (ask(&loaded, &none, &sha, &tip), ask(&commits, &none, &sha, &tip));
            prop_assert!(part == whole || part == Reverted::Unknown, "{}: {:?}, truly {:?}", sha, part, whole);
        }
    }

    #[test]
    fn one_more_revert_turns_it_over(commits in histories()) {
        let none = RevertEvidence::default();
        let last = format!("s{}", commits.len() - 1);
        for n in 0..commits.len() {
            let sha = format!("s{n}");
            let before = ask(&commits, &none, &sha, &last);
            // Reverting what stands takes it out; reverting every revert that stands brings it back.
            let reverts: Vec<String> = match before {
                Reverted::No => vec![sha.clone()],
                _ => (n + 1..commits.len())
                    .filter(|later| commits[*later].reverts_commits.contains(&sha) && stands(&commits, *later))
                    .map(|later| format!("s{later}"))
                    .collect(),
            };
            let names: Vec<&str> = reverts.iter().map(String::as_str).collect();
            let more = [commits.clone(), vec![reverting("new", &last, Some(999), &names, &[])]].concat();
            let after = ask(&more, &none, &sha, "new");
            prop_assert_eq!(after, if before == Reverted::No { Reverted::Yes } else { Reverted::No });
        }
    }
}
