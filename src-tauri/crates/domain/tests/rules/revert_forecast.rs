//! The forecast of a revert: the merge of texts, and what each kind of file comes to.

use proptest::prelude::*;
use slipway_domain::commit::Commit;
use slipway_domain::forecast::{
    FileAt, Files, ForecastOutcome, LandedFile, LandedStatus, Landing, MOST_FILES, Merge, RevertOfLanding, SinceBase, Tried, forecast,
    merge,
};

fn clean(text: &str) -> Merge {
    Merge::Clean(text.as_bytes().to_vec())
}

#[test]
fn texts_merge_line_by_line() {
    let ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
    let rows: [(&str, &str, &str, &str, Merge); 14] = [
        ("only theirs", ten, ten, "1\n2\nX\n4\n5\n6\n7\n8\n9\n10\n", clean("1\n2\nX\n4\n5\n6\n7\n8\n9\n10\n")),
        ("only ours", ten, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", ten, clean("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")),
        ("far apart", "1\n2\n3\n4\n5\n", "A\n2\n3\n4\n5\n", "1\n2\n3\n4\nE\n", clean("A\n2\n3\n4\nE\n")),
        ("one line between", "1\n2\n3\n", "A\n2\n3\n", "1\n2\nC\n", clean("A\n2\nC\n")),
        ("they touch", "1\n2\n3\n", "A\n2\n3\n", "1\nB\n3\n", Merge::Conflict),
        ("the same line", "1\n2\n3\n", "1\nA\n3\n", "1\nB\n3\n", Merge::Conflict),
        ("both the same", "1\n2\n3\n", "1\nA\n3\n", "1\nA\n3\n", clean("1\nA\n3\n")),
        ("added at the same place", "1\n2\n", "1\nA\n2\n", "1\nB\n2\n", Merge::Conflict),
        ("removed and changed", "1\n2\n3\n", "1\n3\n", "1\nB\n3\n", Merge::Conflict),
        ("both removed it", "1\n2\n3\n", "1\n3\n", "1\n3\n", clean("1\n3\n")),
        ("the last line lost its end", "1\n2\n3\n", "1\n2\n3", "A\n2\n3\n", clean("A\n2\n3")),
        ("the last line got an end and another text", "1\n2\n3", "1\n2\n3\n", "1\n2\nC", Merge::Conflict),
        ("other line ends everywhere", "1\n2\n3\n", "1\r\n2\r\n3\r\n", "1\n2\nC\n", Merge::Conflict),
        ("line ends of two systems stay", "1\r\n2\r\n3\r\n", "A\r\n2\r\n3\r\n", "1\r\n2\r\nC\r\n", clean("A\r\n2\r\nC\r\n")),
    ];
    for (what, base, ours, theirs, expected) in rows {
        assert_eq!(merge(base.as_bytes(), ours.as_bytes(), theirs.as_bytes()), expected, "{what}");
    }
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a\n", "b\n", "c\n", "d\n", "end\n", "\n", "e\r\n", "last"]), 0..12)
        .prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn an_unchanged_side_is_clean(base in text(), changed in text()) {
        prop_assert_eq!(merge(base.as_bytes(), base.as_bytes(), changed.as_bytes()), clean(&changed));
        prop_assert_eq!(merge(base.as_bytes(), changed.as_bytes(), base.as_bytes()), clean(&changed));
    }

    #[test]
    fn the_same_change_is_no_conflict(base in text(), changed in text()) {
        prop_assert_eq!(merge(base.as_bytes(), changed.as_bytes(), changed.as_bytes()), clean(&changed));
    }

    #[test]
    fn the_sides_may_be_exchanged(base in text(), ours in text(), theirs in text()) {
        let merged = merge(base.as_bytes(), ours.as_bytes(), theirs.as_bytes());
        let exchanged = merge(base.as_bytes(), theirs.as_bytes(), ours.as_bytes());
        prop_assert_eq!(matches!(merged, Merge::Conflict), matches!(exchanged, Merge::Conflict));
        prop_assert_eq!(matches!(merged, Merge::Disputed), matches!(exchanged, Merge::Disputed));
    }
}

/// A pull request that went from `before` to `after`; the branch is at `tip`.
struct Case {
    files: Files,
    touched: Vec<LandedFile>,
}

impl Case {
    /// Nothing has appeared on the branch since.
    fn new() -> Self {
        let mut files = Files::default();
        files.put_since("after", SinceBase::NothingAppeared);
        files.put("tip", ".gitattributes", FileAt::Absent);
        Self { files, touched: Vec::new() }
    }

    /// What is at a path before it, after it, and now; its id is its text.
    fn file(mut self, path: &str, status: LandedStatus, [before, after, now]: [Option<&str>; 3]) -> Self {
        for (commit, text) in [("before", before), ("after", after), ("tip", now)] {
            self.files.put(commit, path, at(text));
            if let Some(text) = text {
                self.files.put_text(text, Ok(text.as_bytes().to_vec()));
            }
        }
        self.touched.push(LandedFile { path: path.to_owned(), status });
        self
    }

    fn put(mut self, commit: &str, path: &str, found: FileAt) -> Self {
        self.files.put(commit, path, found);
        self
    }

    fn since(mut self, since: SinceBase) -> Self {
        self.files.put_since("after", since);
        self
    }

    fn told(self) -> ForecastOutcome {
        let landing = Landing { number: 482, states: vec!["before".into(), "after".into()] };
        match forecast(&self.files, "tip", &[RevertOfLanding { landing, files: vec![self.touched] }]) {
            Tried::Told(outcome) => outcome,
            Tried::Needs(missing) => panic!("{missing:?} is missing"),
        }
    }
}

fn at(text: Option<&str>) -> FileAt {
    text.map_or(FileAt::Absent, |text| FileAt::File {
        id: text.to_owned(),
        executable: false,
        size: text.len() as u64,
        binary: Some(false),
    })
}

const OLD: Option<&str> = Some("1\n2\n3\n4\n5\n");
const NEW: Option<&str> = Some("1\nX\n3\n4\n5\n");
const NEAR: Option<&str> = Some("1\nY\n3\n4\n5\n");
const FAR: Option<&str> = Some("1\nX\n3\n4\nZ\n");

#[test]
fn each_kind_of_file_comes_to_what_git_makes_of_it() {
    use LandedStatus::{Added, Changed, Removed, Renamed};
    let one = |status, texts| Case::new().file("a.rb", status, texts);
    let conflict = || ForecastOutcome::Conflicts { paths: vec!["a.rb".into()] };
    let rows = [
        ("untouched since", one(Changed, [OLD, NEW, NEW]), ForecastOutcome::Clean),
        ("changed far from it", one(Changed, [OLD, NEW, FAR]), ForecastOutcome::Clean),
        ("changed in it", one(Changed, [OLD, NEW, NEAR]), conflict()),
        ("taken out already", one(Changed, [OLD, NEW, OLD]), ForecastOutcome::NothingLeft),
        ("gone since", one(Changed, [OLD, NEW, None]), conflict()),
        ("added", one(Added, [None, NEW, NEW]), ForecastOutcome::Clean),
        ("added, and gone already", one(Added, [None, NEW, None]), ForecastOutcome::NothingLeft),
        ("added, and changed since", one(Added, [None, NEW, FAR]), conflict()),
        ("removed", one(Removed, [OLD, None, None]), ForecastOutcome::Clean),
        ("removed, and back already", one(Removed, [OLD, None, OLD]), ForecastOutcome::NothingLeft),
        ("removed, and back otherwise", one(Removed, [OLD, None, NEW]), conflict()),
        ("removed, and back empty", one(Removed, [OLD, None, Some("")]), ForecastOutcome::Clean),
    ];
    for (what, case, expected) in rows {
        assert_eq!(case.told(), expected, "{what}");
    }
    let not_known = [
        ("renamed", one(Renamed, [None, NEW, NEW])),
        ("not told", one(LandedStatus::Unknown, [OLD, NEW, NEW])),
        ("it may have another name now", one(Changed, [OLD, NEW, None]).since(SinceBase::SomethingAppeared)),
        ("not read", one(Changed, [OLD, NEW, None]).since(SinceBase::NotKnown("no".into()))),
        ("a link", one(Changed, [OLD, NEW, NEW]).put("tip", "a.rb", FileAt::Other)),
        ("a folder", one(Changed, [OLD, NEW, NEW]).put("tip", "a.rb", FileAt::Folder)),
        ("unreadable", one(Changed, [OLD, NEW, NEW]).put("before", "a.rb", FileAt::NotKnown("no".into()))),
        ("its mode", one(Changed, [OLD, NEW, NEW]).put("tip", "a.rb", mode(NEW, true))),
        ("binary", one(Changed, [OLD, NEW, NEW]).put("after", "a.rb", binary(NEW))),
        ("zero bytes", one(Changed, [OLD, NEW, Some("1\0")])),
        ("one added and one removed", one(Added, [None, NEW, FAR]).file("b.rb", Removed, [OLD, None, None])),
        ("its folder is gone", {
            let case = Case::new().file("lib/a.rb", Removed, [OLD, None, None]);
            case.put("after", "lib", FileAt::Folder).put("tip", "lib", FileAt::Absent)
        }),
        ("its folder is a file", {
            let case = Case::new().file("lib/a.rb", Removed, [OLD, None, None]);
            case.put("after", "lib", FileAt::Absent).put("tip", "lib", at(NEW))
        }),
    ];
    for (what, case) in not_known {
        assert!(matches!(case.told(), ForecastOutcome::NotKnown { .. }), "{what}");
    }
    let room = Case::new().file("lib/a.rb", Removed, [OLD, None, None]);
    assert_eq!(room.put("after", "lib", FileAt::Absent).put("tip", "lib", FileAt::Absent).told(), ForecastOutcome::Clean);
}

fn mode(text: Option<&str>, executable: bool) -> FileAt {
    FileAt::File { id: text.unwrap_or_default().to_owned(), executable, size: 1, binary: Some(false) }
}

fn binary(text: Option<&str>) -> FileAt {
    FileAt::File { id: text.unwrap_or_default().to_owned(), executable: false, size: 1, binary: Some(true) }
}

#[test]
fn attributes_of_the_repository_may_choose_another_merge() {
    let with = |attributes: &'static str| {
        let mut case = Case::new().file("a.rb", LandedStatus::Changed, [OLD, NEW, NEAR]).put("tip", ".gitattributes", at(Some(attributes)));
        case.files.put_text(attributes, Ok(attributes.as_bytes().to_vec()));
        case.told()
    };
    assert!(matches!(with("*.rb merge=union\n"), ForecastOutcome::NotKnown { .. }));
    assert!(matches!(with("*.png binary\n"), ForecastOutcome::Conflicts { .. }));
}

/// One conflict is a conflict, whatever the other files say.
#[test]
fn a_conflict_is_told_beside_what_is_not_known() {
    let case = Case::new().file("a.rb", LandedStatus::Changed, [OLD, NEW, NEAR]).file("b.rb", LandedStatus::Changed, [OLD, NEW, NEW]);
    let case = case.put("tip", "b.rb", FileAt::Other);
    assert_eq!(case.told(), ForecastOutcome::Conflicts { paths: vec!["a.rb".into()] });
}

#[test]
fn no_more_than_the_limits_is_compared() {
    let many = (0..=MOST_FILES).map(|n| LandedFile { path: format!("f{n}"), status: LandedStatus::Changed }).collect();
    let landing = || Landing { number: 482, states: vec!["before".into(), "after".into()] };
    let told = forecast(&Files::default(), "tip", &[RevertOfLanding { landing: landing(), files: vec![many] }]);
    assert!(matches!(told, Tried::Told(ForecastOutcome::NotKnown { .. })), "{told:?}");
    let mut files = Files::default();
    files.put("tip", ".gitattributes", FileAt::Absent);
    for commit in ["before", "after", "tip"] {
        files.put(commit, "a", FileAt::File { id: commit.into(), executable: false, size: 2_000_000, binary: Some(false) });
    }
    let touched = vec![vec![LandedFile { path: "a".into(), status: LandedStatus::Changed }]];
    let told = forecast(&files, "tip", &[RevertOfLanding { landing: landing(), files: touched }]);
    assert!(matches!(told, Tried::Told(ForecastOutcome::NotKnown { .. })), "{told:?}");
}

#[test]
fn what_a_merge_put_on_the_branch_is_seen_in_its_commits() {
    let commit = |sha: &str, parents: &[&str], pull_request| Commit {
        sha: sha.into(),
        parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
        pull_request,
        ..Commit::default()
    };
    let commits = [
        commit("merge", &["r2", "side"], Some(7)),
        commit("side", &["r2"], Some(7)),
        commit("r2", &["r1"], Some(6)),
        commit("r1", &["squash"], Some(6)),
        commit("squash", &["m0"], Some(5)),
        commit("m0", &["older", "s0"], Some(4)),
    ];
    let of = |number, last| Landing::of(number, last, &commits).map(|landing| landing.states);
    let states = |shas: &[&str]| Some(shas.iter().map(|sha| (*sha).to_owned()).collect::<Vec<_>>());
    assert_eq!(of(7, "merge"), states(&["r2", "merge"]), "a merge commit");
    assert_eq!(of(6, "r2"), states(&["squash", "r1", "r2"]), "a rebase");
    assert_eq!(of(5, "squash"), states(&["m0", "squash"]), "a squash");
    assert_eq!(of(4, "m0"), states(&["older", "m0"]));
    assert_eq!(of(9, "elsewhere"), None);
    assert_eq!(Landing::of(6, "r2", &commits[..4]).map(|landing| landing.states), None, "where it begins is not shown");
}
