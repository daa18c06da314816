//! Starting a session, and running a test in it.

use anyhow::Result;

use super::Desktop;
use super::plan::{DesktopPlan, Scheme};
use crate::album::Album;
use crate::keychain::Keychain;
use crate::toasts::Toasts;

impl Desktop {
    /// 1440 × 900, dark, an open keychain, dunst, no tray.
    pub fn plan() -> DesktopPlan {
        DesktopPlan {
            size: (1440, 900),
            keychain: Keychain::default(),
            toasts: Toasts::default(),
            tray: false,
            scheme: Scheme::default(),
            variables: Vec::new(),
        }
    }
}

impl DesktopPlan {
    /// Starts the session; it ends when it is dropped.
    pub async fn start(self) -> Result<Desktop> {
        Desktop::start(self).await
    }

    /// Starts the session and runs a test in it. If the test fails, a picture of the display and the end of the
    /// window's output are kept.
    pub async fn run(self, name: &str, test: impl AsyncFnOnce(&mut Desktop) -> Result<()>) -> Result<()> {
        let mut desktop = self.start().await?;
        let outcome = test(&mut desktop).await;
        if outcome.is_err() {
            let mut album = Album::open(&format!("failed-{name}"))?;
            if let Ok(picture) = desktop.picture() {
                let path = album.keep("display", &picture).await?;
                eprintln!("the display was: {}", path.display());
            }
            let said = desktop.said();
            let lines: Vec<&str> = said.lines().collect();
            let last: Vec<String> = lines[lines.len().saturating_sub(SAID)..].iter().map(|l| l.chars().take(SAID_WIDE).collect()).collect();
            eprintln!("the last the window's process said, of {} lines:\n{}", lines.len(), last.join("\n"));
        }
        outcome
    }
}

/// Lines of the window's output that are shown when a test fails, and the most characters of each.
const SAID: usize = 40;
const SAID_WIDE: usize = 300;
