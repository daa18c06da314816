//! The rules as a person sets them, and as they are stored.

use super::{NotificationKind, QuietHours};
use crate::status::vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use ts_rs::TS;

vocabulary!(
    /// Whose pull requests and releases a rule is about.
    Whose { All = "all", Mine = "mine" });

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Rule {
    pub notify: bool,
    pub sound: bool,
    pub whose: Whose,
}

/// A rule for every kind. No value of it turns a locked kind off: what is stored or sent is held to that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(transparent)]
#[ts(type = "Record<NotificationKind, Rule>")]
pub struct Rules(BTreeMap<NotificationKind, Rule>);

/// Everything that a person has set about notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NotificationSettings {
    /// For all services.
    pub rules: Rules,
    /// Of the services that have rules of their own.
    pub services: BTreeMap<String, Rules>,
    pub quiet_hours: QuietHours,
}

/// Why a rule is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleRefused {
    Locked(NotificationKind),
    NoAuthor(NotificationKind),
}

impl fmt::Display for RuleRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(kind) => write!(f, "“{}” is always told, for all services. Only its sound can be changed.", kind.title()),
            Self::NoAuthor(kind) => write!(f, "“{}” is nobody's PR, so it cannot be for yours alone.", kind.title()),
        }
    }
}

impl std::error::Error for RuleRefused {}

impl Default for Rules {
    fn default() -> Self {
        Self(NotificationKind::ALL.iter().map(|kind| (*kind, kind.default_rule())).collect())
    }
}

impl Rules {
    pub fn rule(&self, kind: NotificationKind) -> Rule {
        self.0.get(&kind).copied().unwrap_or_else(|| kind.default_rule())
    }

    pub fn set(&mut self, kind: NotificationKind, rule: Rule) -> Result<(), RuleRefused> {
        if kind.is_locked() && (!rule.notify || rule.whose != Whose::All) {
            return Err(RuleRefused::Locked(kind));
        }
        if !kind.has_author() && rule.whose == Whose::Mine {
            return Err(RuleRefused::NoAuthor(kind));
        }
        self.0.insert(kind, rule);
        Ok(())
    }

    /// Nothing but what is locked.
    pub fn off() -> Self {
        let off = |kind: NotificationKind| Rule { notify: kind.is_locked(), ..kind.default_rule() };
        Self(NotificationKind::ALL.iter().map(|kind| (*kind, off(*kind))).collect())
    }
}

/// Kinds and words of a newer version are passed over, missing ones have their defaults, and locked ones are on.
impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = BTreeMap::<String, serde_json::Value>::deserialize(deserializer)?;
        let mut rules = Self::default();
        for (word, rule) in stored {
            let Some(kind) = NotificationKind::from_word(&word) else { continue };
            let is_of_a_newer_version = rule.is_object();
            let rule = match serde_json::from_value::<Rule>(rule) {
                Ok(rule) => rule,
                Err(_) if is_of_a_newer_version => continue,
                Err(error) => return Err(serde::de::Error::custom(error)),
            };
            let whose = if kind.has_author() { rule.whose } else { Whose::All };
            rules.0.insert(kind, Rule { notify: rule.notify || kind.is_locked(), whose, ..rule });
        }
        Ok(rules)
    }
}

impl NotificationSettings {
    pub fn rule(&self, service: &str, kind: NotificationKind) -> Rule {
        self.services.get(service).unwrap_or(&self.rules).rule(kind)
    }

    /// None as the service: the rules for all services.
    pub fn set_rule(&mut self, service: Option<&str>, kind: NotificationKind, rule: Rule) -> Result<(), RuleRefused> {
        let Some(service) = service else { return self.rules.set(kind, rule) };
        let mut own = self.services.get(service).unwrap_or(&self.rules).clone();
        own.set(kind, rule)?;
        self.services.insert(service.to_owned(), own);
        Ok(())
    }

    /// Rules of its own begin as those for all services.
    pub fn set_own(&mut self, service: &str, own: bool) {
        if own {
            self.services.entry(service.to_owned()).or_insert_with(|| self.rules.clone());
        } else {
            self.services.remove(service);
        }
    }
}
