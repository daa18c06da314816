//! The id of a data folder: a random one, kept in a file in it. Entries in the keychain carry it,
//! so that two folders with accounts of one name do not share a token.
//!
//! The file also says where the folder lay when it was last opened. A folder that was moved keeps
//! its id and so its tokens. One that was copied while the original is still there takes an id of
//! its own; its tokens are copied from the original's entries when first read, and from then on
//! neither folder touches the other's.

use serde::{Deserialize, Serialize};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

const FILE: &str = "folder-id.json";
/// Bytes. A longer file is none of ours.
const LONGEST: u64 = 16 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FolderId {
    pub id: String,
    /// The id of the folder that this one is a copy of.
    #[serde(default)]
    pub copied_from: Option<String>,
    /// Where the folder lay when it was last opened.
    path: String,
}

impl FolderId {
    /// That of `folder`, made when there is none. None: it has none and cannot be given one.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        match open(folder) {
            Ok(id) => Some(id),
            Err(error) => {
                tracing::warn!(%error, "the data folder has no id");
                read_only(folder)
            }
        }
    }

    /// As it is, moved here, or as the id of a copy; None: a new one is needed.
    fn settled(found: Option<Self>, path: String, original_is_there: impl Fn(&Self) -> bool) -> Self {
        let new = || uuid::Uuid::new_v4().simple().to_string();
        match found {
            None => Self { id: new(), copied_from: None, path },
            Some(found) if found.path != path && original_is_there(&found) => Self { id: new(), copied_from: Some(found.id), path },
            Some(found) => Self { path, ..found },
        }
    }
}

fn open(folder: &Path) -> io::Result<FolderId> {
    let file = folder.join(FILE);
    if std::fs::symlink_metadata(&file).is_ok_and(|meta| !meta.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "its id is no ordinary file"));
    }
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(file)?;
    // Two processes that make it at once make one. A file system without locks has one user.
    if let Err(error) = file.lock() {
        tracing::debug!(%error, "the folder's id is not locked");
    }
    let found = parse(&mut file);
    let meta = file.metadata()?;
    let id = FolderId::settled(found.clone(), here(folder), |found| is_original(found, &meta));
    if found.as_ref() != Some(&id) {
        file.rewind()?;
        let text = serde_json::to_vec(&id)?;
        file.write_all(&text)?;
        file.set_len(text.len() as u64)?;
        file.sync_all()?;
    }
    Ok(id)
}

/// The id of a folder that cannot be written.
fn read_only(folder: &Path) -> Option<FolderId> {
    let file = folder.join(FILE);
    std::fs::metadata(&file).ok().filter(Metadata::is_file)?;
    parse(&mut File::open(file).ok()?)
}

fn parse(file: &mut File) -> Option<FolderId> {
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    let found: FolderId = serde_json::from_str(&text).ok()?;
    // It becomes part of a name in the keychain.
    let plain = !found.id.is_empty() && found.id.len() <= 64 && found.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    plain.then_some(found)
}

fn here(folder: &Path) -> String {
    let path = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    path.display().to_string()
}

/// Whether the folder that `found` was written for still lies where it lay, with the same id, and
/// is another one than this.
fn is_original(found: &FolderId, own: &Metadata) -> bool {
    let file = Path::new(&found.path).join(FILE);
    let Ok(meta) = std::fs::metadata(&file) else { return false };
    let same_id = || File::open(&file).ok().and_then(|mut file| parse(&mut file)).is_some_and(|other| other.id == found.id);
    meta.is_file() && !is_same_file(&meta, own) && same_id()
}

/// One folder under two paths, as by a bind mount.
#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Paths are canonical here, so two paths are two folders.
#[cfg(not(unix))]
fn is_same_file(_one: &Metadata, _other: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(folder: &Path) -> FolderId {
        FolderId::of(folder).expect("an id")
    }

    #[test]
    fn stays_when_moved_and_is_anew_when_copied() {
        let root = tempfile::tempdir().expect("a folder");
        let (first, moved, copy) = (root.path().join("first"), root.path().join("moved"), root.path().join("copy"));
        std::fs::create_dir(&first).expect("made");
        let own = id(&first);
        assert_eq!(id(&first), own);
        assert_eq!(own.copied_from, None);

        std::fs::create_dir(&copy).expect("made");
        std::fs::copy(first.join(FILE), copy.join(FILE)).expect("copied");
        let copied = id(&copy);
        assert_ne!(copied.id, own.id);
        assert_eq!(copied.copied_from.as_ref(), Some(&own.id));
        assert_eq!(id(&copy), copied);
        assert_eq!(id(&first), own);

        std::fs::rename(&first, &moved).expect("moved");
        assert_eq!(id(&moved).id, own.id);
        assert_eq!(id(&copy), copied, "it stays a copy");
        std::os::unix::fs::symlink(&moved, &first).expect("linked");
        assert_eq!(id(&first).id, own.id, "another way to the same folder");
    }

    #[test]
    fn two_at_once_make_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let ids: std::collections::HashSet<String> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| id(folder.path()).id)).collect();
            all.into_iter().map(|one| one.join().expect("it answers")).collect()
        });
        assert_eq!(ids.len(), 1);
    }

    #[test]
    fn what_is_no_id_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        for text in ["", "{", r#"{"id":"","path":"/"}"#, r#"{"id":"a # b","path":"/"}"#] {
            std::fs::write(folder.path().join(FILE), text).expect("written");
            assert_eq!(id(folder.path()).id.len(), 32, "{text}");
        }
        std::fs::remove_file(folder.path().join(FILE)).expect("removed");
        std::fs::create_dir(folder.path().join(FILE)).expect("made");
        assert_eq!(FolderId::of(folder.path()), None);
    }
}
