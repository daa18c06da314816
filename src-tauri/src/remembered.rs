//! What the window remembers of itself in a data folder: size, place, page and zoom. It is a small file of its own,
//! because the window needs it before the databases are open. What cannot be read is as if it were not there.

pub(crate) mod placement;
pub(crate) mod zoom;

use crate::ipc::{Place, Theme};
use serde::{Deserialize, Deserializer, Serialize};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const FILE: &str = "window.json";
/// Changes within this time are written together.
const TOGETHER: Duration = Duration::from_millis(400);
/// Bytes. A larger file is not ours.
const LARGEST: u64 = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// Of the window that is not maximised, in logical pixels.
    pub size: Option<(f64, f64)>,
    /// Its top left corner, in logical pixels of the desktop.
    pub corner: Option<(f64, f64)>,
    pub maximized: bool,
    /// Percent.
    pub zoom: u32,
    #[serde(deserialize_with = "if_known")]
    pub place: Option<Place>,
    /// A copy of the setting: the ground must be right before the setting can be read.
    pub theme: Theme,
    /// The page was dark when it was last drawn.
    pub dark: bool,
    /// The global shortcut is wanted.
    pub shortcut: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self { size: None, corner: None, maximized: false, zoom: 100, place: None, theme: Theme::System, dark: false, shortcut: false }
    }
}

/// A place of a newer version is none.
fn if_known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Place>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

pub(crate) struct Memory {
    /// None: nothing is kept on disk, as on the sandbox.
    file: Option<PathBuf>,
    kept: Mutex<Kept>,
    writing: AtomicBool,
}

impl Memory {
    pub(crate) fn of_folder(folder: &Path) -> Arc<Self> {
        let file = folder.join(FILE);
        let kept = read(&file);
        Arc::new(Self { file: Some(file), kept: Mutex::new(kept), writing: AtomicBool::default() })
    }

    pub(crate) fn of_this_run() -> Arc<Self> {
        Arc::new(Self { file: None, kept: Mutex::default(), writing: AtomicBool::default() })
    }

    pub(crate) fn is_of_this_run(&self) -> bool {
        self.file.is_none()
    }

    pub(crate) fn kept(&self) -> Kept {
        self.lock().clone()
    }

    /// Changes it, and writes it down soon.
    pub(crate) fn change(self: &Arc<Self>, change: impl FnOnce(&mut Kept)) {
        let changed = {
            let mut kept = self.lock();
            let before = kept.clone();
            change(&mut kept);
            *kept != before
        };
        if changed && self.file.is_some() && !self.writing.swap(true, Ordering::AcqRel) {
            let memory = Arc::clone(self);
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(TOGETHER).await;
                memory.write();
            });
        }
    }

    /// Writes down at once what was not yet.
    pub(crate) fn write(&self) {
        if !self.writing.swap(false, Ordering::AcqRel) {
            return;
        }
        let Some(file) = &self.file else { return };
        if let Err(error) = write(file, &self.kept()) {
            tracing::warn!(%error, "the window's size and page were not kept");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: &Path) -> Kept {
    let text = std::fs::metadata(file).and_then(|known| match known.is_file() && known.len() <= LARGEST {
        true => std::fs::read_to_string(file),
        false => Err(ErrorKind::InvalidData.into()),
    });
    match text.map(|text| serde_json::from_str(&text)) {
        Ok(Ok(kept)) => kept,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the window's size and page cannot be read");
            Kept::default()
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Kept::default(),
        Err(error) => {
            tracing::warn!(%error, "the window's size and page cannot be read");
            Kept::default()
        }
    }
}

fn write(file: &Path, kept: &Kept) -> std::io::Result<()> {
    let folder = file.parent().ok_or(ErrorKind::InvalidInput)?;
    let mut new = tempfile::Builder::new().prefix(".window-").tempfile_in(folder)?;
    new.write_all(serde_json::to_string_pretty(kept)?.as_bytes())?;
    new.persist(file).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(text: &[u8]) -> std::io::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join(FILE), text)?;
        Ok(folder)
    }

    #[test]
    fn what_is_written_is_read_again() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let place = Some(Place::Timeline { service: "shop".to_owned() });
        let kept = Kept { size: Some((1200.0, 700.0)), corner: Some((10.0, -5.0)), zoom: 125, place, shortcut: true, ..Kept::default() };
        write(&folder.path().join(FILE), &kept)?;
        assert_eq!(Memory::of_folder(folder.path()).kept(), kept);
        Ok(())
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_were_not_there() -> std::io::Result<()> {
        let long = vec![b' '; 70_000];
        for text in [&b""[..], b"{", b"null", b"[]", b"\xff\xfe", b"{\"zoom\": \"large\"}", b"{\"size\": [1]}", &long] {
            let folder = folder_with(text)?;
            assert_eq!(
                Memory::of_folder(folder.path()).kept(),
                Kept::default(),
                "{}",
                String::from_utf8_lossy(&text[..text.len().min(40)])
            );
        }
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join(FILE))?;
        assert_eq!(Memory::of_folder(folder.path()).kept(), Kept::default());
        Ok(())
    }

    #[test]
    fn a_place_of_a_newer_version_leaves_the_rest() -> std::io::Result<()> {
        let folder = folder_with(br#"{"zoom": 150, "place": {"place": "moon", "crater": 7}, "more": true}"#)?;
        assert_eq!(Memory::of_folder(folder.path()).kept(), Kept { zoom: 150, ..Kept::default() });
        Ok(())
    }
}
