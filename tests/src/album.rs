//! Numbered pictures of a test's steps.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

/// Writes `NN-name.png` into `SLIPWAY_PICTURES`, or into `artifacts/e2e` below the repository's root. With
/// `SLIPWAY_PACE_MS` it pauses after each picture, so that a person can watch.
#[derive(Debug)]
pub struct Album {
    folder: PathBuf,
    count: u32,
    pace: Duration,
}

impl Album {
    /// The pictures of a test; `part` is a subfolder, or "" for none.
    pub fn open(part: &str) -> Result<Self> {
        let folder = std::env::var_os("SLIPWAY_PICTURES")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts/e2e"), PathBuf::from)
            .join(part);
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let pace = std::env::var("SLIPWAY_PACE_MS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(Self { folder, count: 0, pace: Duration::from_millis(pace) })
    }

    /// Writes a PNG with the next number and returns its path.
    pub async fn keep(&mut self, name: &str, png: &[u8]) -> Result<PathBuf> {
        self.count += 1;
        let path = self.folder.join(format!("{:02}-{name}.png", self.count));
        fs::write(&path, png)?;
        tokio::time::sleep(self.pace).await;
        Ok(path)
    }
}
