//! The files of any commit.
//!
//! A history that was taken from a git repository has the files of that repository. Commits of the simulation only
//! say how many lines they change in which files: their texts are invented, such that the files of a commit are those
//! of its first parent with its own changes, and a revert gives back what was there.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use super::commit::{ChangeKind, Commit, FileChange};
use super::git::Repo;
use super::state::World;

/// A regular file in git's tree.
pub(crate) const REGULAR: u32 = 0o100_644;
/// Lines of an invented file; a change has one of the places that lie this far apart.
const LINES: usize = 512;
const APART: usize = 8;
/// A change replaces fewer lines than lie between two places.
const MOST_REPLACED: u32 = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub bytes: Vec<u8>,
    pub mode: u32,
}

impl File {
    fn regular(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), mode: REGULAR }
    }

    /// As git judges.
    pub fn is_binary(&self) -> bool {
        self.bytes.iter().take(8000).any(|byte| *byte == 0)
    }
}

/// What is at a path.
pub enum Item {
    File(File),
    /// The names of its entries, each with whether it is a folder.
    Folder(BTreeMap<String, bool>),
}

/// A text, and what changes have put into it.
#[derive(Debug, Clone)]
struct Document {
    base: Arc<Vec<String>>,
    mode: u32,
    /// By change: lines that it adds and lines that it replaces.
    changes: BTreeMap<u64, (u32, u32)>,
}

impl World {
    /// The file at a path of a commit.
    pub fn file_at(&self, service: usize, oid: &str, path: &str) -> Option<File> {
        let repo = &self.services[service].repo;
        let folder = self.git_folders.get(&service);
        let mut since: Vec<&Arc<Commit>> = Vec::new();
        let mut at = repo.commit(oid);
        // The newest commit of the git repository, if there is one, and what the simulation added to it.
        while let Some(commit) = at.filter(|commit| folder.is_none() || !commit.imported) {
            since.push(commit);
            at = commit.parents.first().and_then(|parent| repo.commit(parent));
        }
        let real = folder.zip(at).and_then(|(folder, commit)| from_git(folder, &commit.oid, path));
        let ordinary = || self.files(service).get(path).map(|text| File::regular(text));
        let start = real.or_else(ordinary);
        let touches = |commit: &&Arc<Commit>| commit.files.iter().any(|file| file.path == path);
        if !since.iter().any(touches) && (start.is_some() || folder.is_some() || !is_original(repo, path)) {
            return start;
        }
        let start = start.map(|file| document(&file)).or_else(|| (folder.is_none() && is_original(repo, path)).then(|| invented(path)));
        let touching: Vec<&Arc<Commit>> = since.into_iter().rev().filter(touches).collect();
        changed(repo, path, start, &touching).map(|document| document.file())
    }

    /// What is at a path of a commit, a file or a folder.
    pub fn item_at(&self, service: usize, oid: &str, path: &str) -> Option<Item> {
        let path = path.trim_matches('/');
        if let Some(file) = self.file_at(service, oid, path) {
            return Some(Item::File(file));
        }
        let within = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut entries = BTreeMap::new();
        for file in self.paths(service, oid, &within).iter().filter(|file| self.file_at(service, oid, file).is_some()) {
            let Some(rest) = file.strip_prefix(&within) else { continue };
            let (name, folder) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            entries.insert(name.to_owned(), folder);
        }
        (!entries.is_empty()).then_some(Item::Folder(entries))
    }

    /// All paths below a folder that a file may be at.
    fn paths(&self, service: usize, oid: &str, within: &str) -> BTreeSet<String> {
        let repo = &self.services[service].repo;
        let touched = repo.commits.values().flat_map(|commit| commit.files.iter().map(|file| file.path.clone()));
        let mut paths: BTreeSet<String> = self.files(service).into_keys().chain(touched).collect();
        if let Some(folder) = self.git_folders.get(&service) {
            let listed = git(folder, &["ls-tree", "-r", "-z", "--name-only", oid]).unwrap_or_default();
            paths.extend(String::from_utf8_lossy(&listed).split_terminator('\0').map(str::to_owned));
        }
        paths.retain(|path| path.starts_with(within));
        paths
    }
}

/// Whether the file was there before any commit that is known.
fn is_original(repo: &Repo, path: &str) -> bool {
    let change = |commit: &Arc<Commit>| commit.files.iter().find(|file| file.path == path).map(|file| (commit.order, file.kind));
    repo.commits.values().filter_map(change).min_by_key(|(order, _)| *order).is_some_and(|(_, kind)| kind != ChangeKind::Added)
}

fn document(file: &File) -> Document {
    let text = String::from_utf8_lossy(&file.bytes);
    Document { base: Arc::new(text.split_inclusive('\n').map(str::to_owned).collect()), mode: file.mode, changes: BTreeMap::new() }
}

fn invented(path: &str) -> Document {
    let base = (1..=LINES).map(|line| format!("{path}, line {line}\n")).collect();
    Document { base: Arc::new(base), mode: REGULAR, changes: BTreeMap::new() }
}

fn empty() -> Document {
    Document { base: Arc::default(), mode: REGULAR, changes: BTreeMap::new() }
}

/// The commits are those that touch the file, oldest first.
fn changed(repo: &Repo, path: &str, start: Option<Document>, commits: &[&Arc<Commit>]) -> Option<Document> {
    let mut state = start;
    // What a pull request took away, by its number: a change with its lines, or the file.
    let mut taken: HashMap<u64, (u64, (u32, u32))> = HashMap::new();
    let mut deleted: HashMap<u64, Document> = HashMap::new();
    for commit in commits {
        let Some(change) = commit.files.iter().find(|file| file.path == path) else { continue };
        let number = commit.pull_request.unwrap_or(u64::MAX - commit.order);
        let reverts = commit.pull_request.and_then(|number| repo.pulls.get(&number)?.reverts);
        state = match (change.kind, state, reverts) {
            (ChangeKind::Deleted, state, _) => {
                deleted.extend(state.map(|document| (number, document)));
                None
            }
            (ChangeKind::Added, None, Some(reverted)) if deleted.contains_key(&reverted) => deleted.get(&reverted).cloned(),
            (ChangeKind::Modified, Some(mut document), Some(reverted)) => {
                if let Some(lines) = document.changes.remove(&reverted) {
                    taken.insert(number, (reverted, lines));
                } else if let Some((change, lines)) = taken.get(&reverted) {
                    document.changes.insert(*change, *lines);
                } else {
                    document.add(number, change);
                }
                Some(document)
            }
            (ChangeKind::Added | ChangeKind::Modified, state, _) => {
                let mut document = state.unwrap_or_else(|| if change.kind == ChangeKind::Added { empty() } else { invented(path) });
                document.add(number, change);
                Some(document)
            }
        };
    }
    state
}

impl Document {
    fn add(&mut self, number: u64, change: &FileChange) {
        let lines = self.changes.entry(number).or_default();
        lines.0 += change.additions;
        lines.1 += change.deletions;
    }

    /// Where a change is: in one of the places of a long text, and at the end of a short one.
    fn place(&self, number: u64) -> usize {
        let places = self.base.len() / APART;
        let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        if places < APART { self.base.len() } else { (spread % places as u64) as usize * APART }
    }

    fn file(&self) -> File {
        let mut bytes = Vec::new();
        let mut skip = 0;
        for at in 0..=self.base.len() {
            for (number, (added, replaced)) in self.changes.iter().filter(|(number, _)| self.place(**number) == at) {
                bytes.extend((1..=*added).flat_map(|line| format!("# change {number}, line {line}\n").into_bytes()));
                skip = skip.max(*replaced.min(&MOST_REPLACED));
            }
            match self.base.get(at) {
                Some(_) if skip > 0 => skip -= 1,
                Some(line) => bytes.extend(line.as_bytes()),
                None => {}
            }
        }
        File { bytes, mode: self.mode }
    }
}

fn from_git(folder: &Path, oid: &str, path: &str) -> Option<File> {
    if path.is_empty() {
        return None;
    }
    let listed = git(folder, &["ls-tree", "-z", oid, "--", path])?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let (head, _) = listed.split_once('\t')?;
    let words: Vec<&str> = head.split(' ').collect();
    let [mode, "blob", id] = words[..] else { return None };
    Some(File { bytes: git(folder, &["cat-file", "blob", id])?, mode: u32::from_str_radix(mode, 8).ok()? })
}

fn git(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(folder).arg("--literal-pathspecs").args(arguments).output().ok()?;
    output.status.success().then_some(output.stdout)
}
