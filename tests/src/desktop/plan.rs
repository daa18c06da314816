//! What a desktop session shall have, and running a test in it.

use anyhow::Result;

use super::Desktop;
use crate::Album;
use crate::keychain::Keychain;
use crate::toasts::Toasts;

/// The system's colour scheme.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Scheme {
    #[default]
    Dark,
    Light,
}

/// What a desktop shall have; begin with [`Desktop::plan`].
#[derive(Clone, Debug)]
pub struct DesktopPlan {
    pub(super) size: (u32, u32),
    pub(super) keychain: Keychain,
    pub(super) toasts: Toasts,
    pub(super) tray: bool,
    pub(super) scheme: Scheme,
    pub(super) variables: Vec<(String, String)>,
}

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
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    #[must_use]
    pub fn keychain(mut self, keychain: Keychain) -> Self {
        self.keychain = keychain;
        self
    }

    #[must_use]
    pub fn toasts(mut self, toasts: Toasts) -> Self {
        self.toasts = toasts;
        self
    }

    /// Adds a `StatusNotifierWatcher`.
    #[must_use]
    pub fn with_tray(mut self) -> Self {
        self.tray = true;
        self
    }

    #[must_use]
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Adds to the environment of everything that runs inside.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the session; it ends when it is dropped.
    pub async fn start(self) -> Result<Desktop> {
        Desktop::start(self).await
    }

    /// Starts the session and runs a test in it. If that fails, a picture of the display and
    /// what the window's process said are kept with the test's other pictures.
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

/// Lines of the window's process that are shown when a test fails, and how much of each.
const SAID: usize = 40;
const SAID_WIDE: usize = 300;
