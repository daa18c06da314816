//! What was read of the repository, and what is still to be read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a commit has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAt {
    Absent,
    File {
        /// Equal for equal content.
        id: String,
        executable: bool,
        /// In bytes.
        size: u64,
        /// None where the host does not tell.
        binary: Option<bool>,
    },
    Folder,
    /// A link, or another repository.
    Other,
    NotKnown(String),
}

/// Whether a file has appeared on the branch since a commit. One that is gone may have got its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SinceBase {
    NothingAppeared,
    SomethingAppeared,
    NotKnown(String),
}

type Place = (String, String);

/// What was read, by commit and path.
#[derive(Clone, Debug, Default)]
pub struct Files {
    at: BTreeMap<Place, FileAt>,
    texts: BTreeMap<String, Result<Arc<[u8]>, String>>,
    since: BTreeMap<String, SinceBase>,
}

/// What has to be read before there is an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Commits and paths.
    pub at: BTreeSet<(String, String)>,
    /// Where a text is found, by its id.
    pub texts: BTreeMap<String, (String, String)>,
    /// Commits since which the files that appeared have to be listed.
    pub since: BTreeSet<String>,
}

impl Missing {
    pub fn is_empty(&self) -> bool {
        self.at.is_empty() && self.texts.is_empty() && self.since.is_empty()
    }

    pub(super) fn merge(&mut self, other: Missing) {
        self.at.extend(other.at);
        self.texts.extend(other.texts);
        self.since.extend(other.since);
    }
}

impl Files {
    pub fn put(&mut self, commit: &str, path: &str, found: FileAt) {
        self.at.insert((commit.to_owned(), path.to_owned()), found);
    }

    /// A text, by the id of its content; or why it cannot be read.
    pub fn put_text(&mut self, id: &str, text: Result<Vec<u8>, String>) {
        self.texts.insert(id.to_owned(), text.map(Arc::from));
    }

    pub fn put_since(&mut self, commit: &str, since: SinceBase) {
        self.since.insert(commit.to_owned(), since);
    }

    pub(super) fn at(&self, commit: &str, path: &str) -> Option<&FileAt> {
        self.at.get(&(commit.to_owned(), path.to_owned()))
    }

    pub(super) fn text(&self, id: &str) -> Option<&Result<Arc<[u8]>, String>> {
        self.texts.get(id)
    }

    pub(super) fn since(&self, commit: &str) -> Option<&SinceBase> {
        self.since.get(commit)
    }

    /// Bytes of the texts that were read, and of those that are `missing`.
    pub(super) fn bytes_with(&self, missing: &Missing) -> u64 {
        let read: u64 = self.texts.values().flatten().map(|text| text.len() as u64).sum();
        let size = |place: &Place| match self.at.get(place) {
            Some(FileAt::File { size, .. }) => *size,
            Some(FileAt::Absent | FileAt::Folder | FileAt::Other | FileAt::NotKnown(_)) | None => 0,
        };
        missing.texts.values().map(size).fold(read, u64::saturating_add)
    }
}
