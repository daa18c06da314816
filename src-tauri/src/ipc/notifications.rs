//! What the window shows of the notifications' rules.

use serde::{Deserialize, Serialize};
use slipway_domain::notification_rules::{Me, NotificationKind, NotificationSettings};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct Notifications {
    pub settings: NotificationSettings,
    /// The rows, in display order.
    pub kinds: Vec<NotificationKindView>,
    /// The person's names at the code hosts.
    pub me: Vec<String>,
    /// Why more than mine is told where a rule says mine; None where it is known what is mine.
    pub mine_unknown: Option<String>,
    /// Why these are not the rules that were stored.
    pub trouble: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct NotificationKindView {
    pub kind: NotificationKind,
    pub title: String,
    /// Always told: only its sound can be changed.
    pub locked: bool,
    /// All or mine can be chosen.
    pub has_author: bool,
}

/// Who shows notifications on this desktop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct NotificationServer {
    pub answers: bool,
    /// Whether it plays sounds; None where it did not say.
    pub sounds: Option<bool>,
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct NotificationTest {
    /// The server has taken the notification. Whether anybody saw it is not known.
    pub accepted: bool,
    pub message: String,
    pub advice: Option<String>,
}

impl Notifications {
    pub(crate) fn new(settings: NotificationSettings, trouble: Option<String>, me: Me) -> Self {
        let kinds = NotificationKind::ALL.iter().map(|kind| NotificationKindView {
            kind: *kind,
            title: kind.title().to_owned(),
            locked: kind.is_locked(),
            has_author: kind.has_author(),
        });
        let mine_unknown = (!me.complete).then(|| match me.names.as_slice() {
            [] => "Not known who you are: no account of a code host was tested. Mine tells everybody’s until then.".to_owned(),
            _ => "Not every account of a code host has said whose it is. Mine tells everybody’s until then.".to_owned(),
        });
        Self { settings, kinds: kinds.collect(), me: me.names, mine_unknown, trouble }
    }
}
