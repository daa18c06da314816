//! What a toast says.

use crate::ipc::Place;
use slipway_domain::notification_rules::NotificationKind;

/// The content of a toast. A later one with the same key replaces it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    pub key: String,
    pub title: String,
    pub body: String,
    pub button: String,
    pub place: Place,
    /// Production is down.
    pub hurts: bool,
    pub sound: bool,
}

/// Why it was not told at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Quiet,
    Sleep,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub(super) kind: NotificationKind,
    pub(super) recovery: bool,
    pub(super) reason: Reason,
    pub(super) notice: Notice,
}
