//! The branch as it is after the reverts so far.

use super::attributes::may_change_merge;
use super::files::{FileAt, Files, Missing, SinceBase};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is at a path, as far as a merge needs it.
#[derive(Clone, Debug)]
pub(super) enum Side {
    Absent,
    File(Version),
    /// It follows from what is still to be read.
    Pending,
}

#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) executable: bool,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Of a commit: its id, and where it is found.
    Stored {
        id: String,
        commit: String,
        path: String,
    },
    Merged(Arc<[u8]>),
}

/// Why an answer is not known.
pub(super) type Why = String;

pub(super) struct Tree<'a> {
    files: &'a Files,
    tip: &'a str,
    changed: BTreeMap<String, Side>,
    pub(super) missing: Missing,
}

impl<'a> Tree<'a> {
    pub(super) fn new(files: &'a Files, tip: &'a str) -> Self {
        Self { files, tip, changed: BTreeMap::new(), missing: Missing::default() }
    }

    pub(super) fn put(&mut self, path: &str, side: Side) {
        self.changed.insert(path.to_owned(), side);
    }

    pub(super) fn now(&mut self, path: &str) -> Result<Side, Why> {
        match self.changed.get(path) {
            Some(side) => Ok(side.clone()),
            None => self.side(self.tip, path),
        }
    }

    pub(super) fn side(&mut self, commit: &str, path: &str) -> Result<Side, Why> {
        match self.found(commit, path) {
            None => Ok(Side::Pending),
            Some(FileAt::Absent) => Ok(Side::Absent),
            Some(FileAt::File { binary: Some(true), .. }) => Err(format!("{path} is not text")),
            Some(FileAt::File { id, executable, .. }) => {
                let content = Content::Stored { id: id.clone(), commit: commit.to_owned(), path: path.to_owned() };
                Ok(Side::File(Version { executable: *executable, content }))
            }
            Some(FileAt::Folder) => Err(format!("{path} is a folder in one of the commits")),
            Some(FileAt::Other) => Err(format!("{path} is a link or another repository in one of the commits")),
            Some(FileAt::NotKnown(why)) => Err(format!("{path} could not be read: {why}")),
        }
    }

    fn found(&mut self, commit: &str, path: &str) -> Option<&'a FileAt> {
        let found = self.files.at(commit, path);
        if found.is_none() {
            self.missing.at.insert((commit.to_owned(), path.to_owned()));
        }
        found
    }

    /// None: still to be read.
    pub(super) fn text(&mut self, content: &Content) -> Result<Option<Arc<[u8]>>, Why> {
        match content {
            Content::Merged(text) => Ok(Some(text.clone())),
            Content::Stored { id, commit, path } => match self.files.text(id) {
                // As git does, a text with a zero byte near its beginning is taken for binary.
                Some(Ok(text)) if text.iter().take(8000).any(|byte| *byte == 0) => Err(format!("{path} is not text")),
                Some(Ok(text)) => Ok(Some(text.clone())),
                Some(Err(why)) => Err(format!("{path} could not be read: {why}")),
                None => {
                    self.missing.texts.insert(id.clone(), (commit.clone(), path.clone()));
                    Ok(None)
                }
            },
        }
    }

    /// None: still to be read. A text that was merged may equal a stored one.
    pub(super) fn equal(&mut self, one: &Content, other: &Content) -> Result<Option<bool>, Why> {
        if let (Content::Stored { id: one, .. }, Content::Stored { id: other, .. }) = (one, other) {
            return Ok(Some(one == other));
        }
        let (one, other) = (self.text(one)?, self.text(other)?);
        Ok(one.zip(other).map(|(one, other)| one == other))
    }

    /// Whether a file that is gone since `base` may only have been renamed. None: still to be read.
    pub(super) fn may_be_renamed(&mut self, base: &str) -> Result<Option<bool>, Why> {
        match self.files.since(base) {
            Some(SinceBase::NothingAppeared) => Ok(Some(false)),
            Some(SinceBase::SomethingAppeared) => Ok(Some(true)),
            Some(SinceBase::NotKnown(why)) => Err(format!("the files that appeared since could not be read: {why}")),
            None => {
                self.missing.since.insert(base.to_owned());
                Ok(None)
            }
        }
    }

    /// Whether a file can come back at `path`: a folder above it may be a file now, or may have been renamed since
    /// `base`, and git would move the file along. None: still to be read.
    pub(super) fn has_room(&mut self, base: &str, path: &str) -> Result<Option<bool>, Why> {
        let mut known = Some(true);
        for folder in folders(path).filter(|folder| !folder.is_empty()) {
            let (then, now) = (self.found(base, folder), self.found(self.tip, folder));
            let fits = then.zip(now).map(|(then, now)| match now {
                FileAt::Folder => true,
                FileAt::Absent => *then == FileAt::Absent,
                FileAt::File { .. } | FileAt::Other | FileAt::NotKnown(_) => false,
            });
            known = match (known, fits) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (None, _) | (_, None) => None,
                (Some(true), Some(true)) => Some(true),
            };
        }
        Ok(known)
    }

    /// Whether texts at `path` are merged line by line. None: still to be read.
    pub(super) fn merges_by_line(&mut self, path: &str) -> Result<Option<bool>, Why> {
        let mut known = Some(true);
        for folder in folders(path) {
            let place = if folder.is_empty() { ".gitattributes".to_owned() } else { format!("{folder}/.gitattributes") };
            let text = match self.found(self.tip, &place) {
                Some(FileAt::Absent) => continue,
                Some(FileAt::File { id, .. }) => {
                    let content = Content::Stored { id: id.clone(), commit: self.tip.to_owned(), path: place };
                    self.text(&content)?
                }
                Some(FileAt::Folder | FileAt::Other | FileAt::NotKnown(_)) => return Err(format!("{place} could not be read")),
                None => None,
            };
            match text {
                None => known = None,
                Some(text) if may_change_merge(&String::from_utf8_lossy(&text), folder, path) => return Ok(Some(false)),
                Some(_) => {}
            }
        }
        Ok(known)
    }
}

/// The folders above a path, the repository's root first.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    std::iter::once("").chain(path.match_indices('/').filter_map(|(at, _)| path.get(..at)))
}
