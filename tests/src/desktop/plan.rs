//! The configuration of a desktop session, and running a test in it.

use crate::keychain::Keychain;
use crate::toasts::Toasts;

/// The system's colour scheme.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Scheme {
    #[default]
    Dark,
    Light,
}

/// The configuration of a desktop; start with [`Desktop::plan`].
#[derive(Clone, Debug)]
pub struct DesktopPlan {
    pub(super) size: (u32, u32),
    pub(super) keychain: Keychain,
    pub(super) toasts: Toasts,
    pub(super) tray: bool,
    pub(super) scheme: Scheme,
    pub(super) variables: Vec<(String, String)>,
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
}
