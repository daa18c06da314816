//! The rules as the engine stores them, for every process on the data folder.

use crate::ipc::{ErrorCode, IpcError};
use serde::Deserialize;
use slipway_domain::notification_rules::{Me, NotificationSettings, Rules};
use slipway_domain::snapshot::AccountState;
use slipway_engine::Engine;
use slipway_vendor::Vendors;

const KEY: &str = "notifications";
const ATTEMPTS: usize = 8;
/// Said once, where all notifications had been turned off by the setting of an earlier version.
const MIGRATED: &str = "Notifications were off. They still are, except for production that is hurt or has recovered: that is always told. \
     Settings, Alerts has a rule for each kind.";
const DAMAGED: &str = "The stored rules could not be read. These are the usual ones; what you change is stored again.";

/// The rules, and why they are not those that were stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    pub settings: NotificationSettings,
    pub trouble: Option<String>,
}

impl Stored {
    pub(crate) fn of(engine: &Engine) -> Self {
        Self::parsed(engine.setting(KEY).as_deref())
    }

    fn parsed(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::default() };
        match serde_json::from_str(text) {
            Ok(settings) => Self { settings, trouble: None },
            Err(error) => {
                tracing::warn!(%error, "the notifications' rules cannot be read");
                Self { settings: NotificationSettings::default(), trouble: Some(DAMAGED.to_owned()) }
            }
        }
    }
}

pub(crate) fn change(
    engine: &Engine,
    change: impl Fn(&mut NotificationSettings) -> Result<(), String>,
) -> Result<NotificationSettings, IpcError> {
    // Another process or another command may write in between; what it wrote is changed then.
    for _ in 0..ATTEMPTS {
        let before = engine.setting(KEY);
        let mut settings = Stored::parsed(before.as_deref()).settings;
        change(&mut settings).map_err(|why| IpcError::new(ErrorCode::Denied, why))?;
        if engine.replace_setting(KEY, before.as_deref(), &written(&settings)?)? {
            return Ok(settings);
        }
    }
    Err(IpcError::new(ErrorCode::Changed, "The rules are changed elsewhere at this moment; nothing was saved.".to_owned()))
}

fn written(settings: &NotificationSettings) -> Result<String, IpcError> {
    serde_json::to_string(settings).map_err(|error| IpcError::new(ErrorCode::Internal, error.to_string()))
}

fn store(engine: &Engine, settings: &NotificationSettings) -> Result<(), IpcError> {
    Ok(engine.set_setting(KEY, &written(settings)?)?)
}

/// Takes over the one switch of earlier versions, which was among the window's settings, and says what it means now.
pub(crate) fn migrate(engine: &Engine, window_settings: &str) {
    if engine.setting(KEY).is_some() || !was_off(engine.setting(window_settings).as_deref()) {
        return;
    }
    let settings = NotificationSettings { rules: Rules::off(), ..NotificationSettings::default() };
    let told = store(engine, &settings).map_err(|error| error.message);
    if let Err(error) = told.and_then(|()| engine.notify(MIGRATED).map_err(|error| error.to_string())) {
        tracing::warn!(error, "the notifications' rules were not taken over");
    }
}

fn was_off(window_settings: Option<&str>) -> bool {
    #[derive(Deserialize)]
    struct Earlier {
        #[serde(default = "yes")]
        notifications: bool,
    }
    fn yes() -> bool {
        true
    }
    window_settings.and_then(|text| serde_json::from_str::<Earlier>(text).ok()).is_some_and(|earlier| !earlier.notifications)
}

/// The person's names: the users of the code hosts' accounts.
pub(crate) fn me(accounts: &[AccountState], vendors: Vendors) -> Me {
    let is_code_host = |account: &&AccountState| vendors.all().any(|vendor| vendor.id == account.provider && vendor.code_host.is_some());
    let users: Vec<Option<String>> = accounts.iter().filter(is_code_host).map(|account| account.user.clone()).collect();
    Me { complete: !users.is_empty() && users.iter().all(Option::is_some), names: users.into_iter().flatten().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::notification_rules::{NotificationKind, Rule, Whose};

    #[test]
    fn a_stored_rule_cannot_turn_off_what_is_locked() {
        let written = r#"{"rules": {"hurt": {"notify": false, "sound": false, "whose": "mine"},
            "release_failed": {"notify": false, "sound": true, "whose": "mine"},
            "of_a_newer_version": {"notify": true, "sound": true, "whose": "all", "more": 1}},
            "services": {"shop": {"hurt": {"notify": false, "sound": true, "whose": "all"}}}}"#;
        let Stored { settings, trouble } = Stored::parsed(Some(written));
        assert_eq!(trouble, None);
        assert_eq!(settings.rule("pay", NotificationKind::Hurt), Rule { notify: true, sound: false, whose: Whose::All });
        assert!(settings.rule("shop", NotificationKind::Hurt).notify);
        assert_eq!(settings.rule("pay", NotificationKind::ReleaseFailed), Rule { notify: false, sound: true, whose: Whose::Mine });
        assert_eq!(settings.rule("pay", NotificationKind::LeftQueue), NotificationKind::LeftQueue.default_rule(), "missing: as usual");
    }

    #[test]
    fn damaged_rules_are_the_usual_ones_and_that_is_said() {
        for damaged in ["", "{", "7", r#"{"rules": 1}"#, r#"{"quiet_hours": {"on": true, "from": "25:00", "to": "8", "weekends": 1}}"#] {
            let stored = Stored::parsed(Some(damaged));
            assert_eq!((stored.settings, stored.trouble.as_deref()), (NotificationSettings::default(), Some(DAMAGED)), "{damaged}");
        }
        assert_eq!(Stored::parsed(None), Stored::default());
    }

    #[test]
    fn rules_are_read_as_they_were_written() {
        let mut settings = NotificationSettings::default();
        settings.quiet_hours.on = true;
        settings.set_own("shop", true);
        settings.set_rule(Some("shop"), NotificationKind::Source, Rule { notify: true, sound: true, whose: Whose::All }).unwrap();
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(Stored::parsed(Some(&text)), Stored { settings, trouble: None });
    }

    #[test]
    fn only_a_switch_that_was_off_is_taken_over() {
        for (text, off) in [
            (Some(r#"{"theme": "dark", "single_keys": true, "notifications": false}"#), true),
            (Some(r#"{"theme": "dark", "single_keys": true, "notifications": true}"#), false),
            (Some(r#"{"theme": "dark", "single_keys": true}"#), false),
            (Some("{"), false),
            (None, false),
        ] {
            assert_eq!(was_off(text), off, "{text:?}");
        }
        let off = Rules::off();
        let on: Vec<_> = NotificationKind::ALL.iter().filter(|kind| off.rule(**kind).notify).collect();
        assert!(on.iter().all(|kind| kind.is_locked()) && on.contains(&&NotificationKind::Hurt), "{on:?}");
    }
}
