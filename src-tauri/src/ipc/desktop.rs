//! What the desktop does for the window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The switches in Settings that concern the desktop, as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct DesktopSettings {
    pub start_at_login: DesktopSwitch,
    pub shortcut: DesktopSwitch,
    /// The keys of the shortcut, as they are written for people.
    pub shortcut_keys: String,
    /// Why the window's place is not remembered; None where it is.
    pub no_place: Option<String>,
    /// Percent.
    pub zoom: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct DesktopSwitch {
    pub on: bool,
    /// Why it cannot be turned on here; None where it can.
    pub cannot: Option<String>,
    /// What else a person should know of its state.
    pub note: Option<String>,
}

impl DesktopSwitch {
    pub(crate) fn cannot(why: impl Into<String>) -> Self {
        Self { on: false, cannot: Some(why.into()), note: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ZoomChange {
    In,
    Out,
    Reset,
}

/// One way to make a token of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct TokenWayView {
    pub title: String,
    pub page: Option<String>,
    /// Whether `open_link` would open the page; one on a server of one's own only once it has an account.
    pub opens: bool,
    pub command: Option<String>,
    pub needs: Vec<TokenNeedView>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct TokenNeedView {
    pub name: String,
    pub purpose: String,
    /// Serves reading; else a change, and can be left out.
    pub to_read: bool,
}
