#![allow(dead_code, reason = "each test program uses a part of it")]

//! A real repository with a generated history, and what `git revert` does in it.

use crate::generate::{History, Landing};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Changed,
    Nothing,
    Conflicts(Vec<String>),
}

pub(crate) struct Repository {
    folder: tempfile::TempDir,
    /// What `git ls-tree` says of a commit, by path.
    trees: RefCell<HashMap<String, HashMap<String, String>>>,
    merges: Vec<bool>,
    /// The ids of the commits, in the order of the history.
    pub(crate) ids: Vec<String>,
    pub(crate) tip: String,
}

/// git without the configuration of this computer.
fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(folder)
        .args(["-c", "core.fsync=none", "-c", "gc.auto=0"])
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("HOME", folder);
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "Robin").env(format!("GIT_{who}_EMAIL"), "robin@acme.example");
    }
    git
}

fn run(command: &mut Command) -> Output {
    command.output().expect("this test runs `git`: install it, or put it into PATH")
}

impl Repository {
    pub(crate) fn import(history: &History) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(run(git(folder.path()).args(["init", "-q", "-b", "main", "--template="])).status.success());
        let mut import = git(folder.path())
            .args(["fast-import", "--quiet", "--export-marks=marks"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("this test runs `git`: install it, or put it into PATH");
        import.stdin.take().unwrap().write_all(&stream(history)).unwrap();
        assert!(import.wait().unwrap().success());
        let marks = std::fs::read_to_string(folder.path().join("marks")).expect("the marks of fast-import");
        let mut ids: Vec<(usize, String)> = marks
            .lines()
            .filter_map(|line| line.strip_prefix(':')?.split_once(' '))
            .map(|(mark, id)| (mark.parse().unwrap(), id.to_owned()))
            .collect();
        ids.sort();
        let ids: Vec<String> = ids.into_iter().map(|(_, id)| id).collect();
        let tip = ids[history.tip].clone();
        let merges = history.commits.iter().map(|commit| commit.parents.len() > 1).collect();
        Self { folder, trees: RefCell::default(), merges, ids, tip }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let output = run(git(self.folder.path()).args(arguments));
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.bytes(arguments)).expect("git's words are UTF-8")
    }

    /// The mode, kind, id and size of what is at a path; None where nothing is.
    pub(crate) fn entry(&self, commit: &str, path: &str) -> Option<String> {
        let mut trees = self.trees.borrow_mut();
        let tree = trees.entry(commit.to_owned()).or_insert_with(|| {
            let listed = self.text(&["ls-tree", "-r", "-t", "-l", "-z", commit]);
            let entries = listed.split_terminator('\0').filter_map(|entry| entry.split_once('\t'));
            entries.map(|(entry, path)| (path.to_owned(), entry.to_owned())).collect()
        });
        tree.get(path).cloned()
    }

    /// Reverts them one after another, each by its commits from the newest to the oldest.
    pub(crate) fn revert(&self, landings: &[&Landing]) -> Done {
        self.bytes(&["reset", "-q", "--hard", &self.tip]);
        for landing in landings {
            for commit in landing.commits[1..].iter().rev() {
                let id = &self.ids[*commit];
                let mut revert = git(self.folder.path());
                revert.args(["revert", "--no-commit"]).args(self.merges[*commit].then_some(["-m", "1"]).iter().flatten()).arg(id);
                let output = run(&mut revert);
                if !output.status.success() {
                    let unmerged = self.text(&["diff", "--name-only", "--diff-filter=U", "-z"]);
                    let said = String::from_utf8_lossy(&output.stderr).into_owned();
                    assert!(said.contains("could not revert"), "git revert: {said}");
                    return Done::Conflicts(unmerged.split_terminator('\0').map(str::to_owned).collect());
                }
            }
        }
        let changed = run(git(self.folder.path()).args(["diff", "--cached", "--quiet", &self.tip]));
        if changed.status.success() { Done::Nothing } else { Done::Changed }
    }
}

/// The history as `git fast-import` reads it.
fn stream(history: &History) -> Vec<u8> {
    let mut stream = Vec::new();
    for (place, commit) in history.commits.iter().enumerate() {
        let mut head = format!("commit refs/heads/c{place}\nmark :{}\n", place + 1);
        let _ = writeln!(head, "committer Robin <robin@acme.example> {} +0000", 1_700_000_000 + place);
        let _ = writeln!(head, "data {}\n{}", commit.message.len(), commit.message);
        for (at, parent) in commit.parents.iter().enumerate() {
            let _ = writeln!(head, "{} :{}", if at == 0 { "from" } else { "merge" }, parent + 1);
        }
        head.push_str("deleteall\n");
        stream.extend(head.into_bytes());
        for (path, file) in &commit.tree {
            let mode = if file.executable { "100755" } else { "100644" };
            stream.extend(format!("M {mode} inline {path}\ndata {}\n", file.bytes.len()).into_bytes());
            stream.extend(&file.bytes);
            stream.push(b'\n');
        }
        stream.push(b'\n');
    }
    stream
}
