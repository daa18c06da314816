//! What an action would do, and whether it may. A plan is a value; executing one is dumb.

use super::confirmation::Confirmation;
use super::consented::Consented;
use super::consequence::{Consequence, RollbackDetail};
use super::request::Request;
use super::revert_marker::revert_marker;
use crate::action::Action;
use crate::estimate::Estimate;
use crate::journal::Expectation;
use crate::release::ReleaseRef;
use crate::shipment::Shipment;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Plan {
    pub id: String,
    pub action: Action,
    /// `Merge #489`, `Roll back production to v1846`: also the confirming button's words.
    pub title: String,
    pub target: Target,
    /// The account the request is sent through; None only for a plan that no account serves.
    pub account: Option<String>,
    /// `OWNER/REPO`
    pub repo: String,
    /// The app it changes, for what a platform does.
    pub app: Option<String>,
    /// What consent is given on, for people and for the journal. Words: never compared.
    pub seen: String,
    /// The state of the target that consent is bound to.
    pub basis: Basis,
    /// The requests that would be sent, in words.
    pub steps: Vec<String>,
    pub request: Option<Request>,
    pub expectation: Option<Expectation>,
    pub verdict: Verdict,
    /// What a person must accept, each with what it is about: the reasons of `Verdict::Confirm`.
    pub confirmations: Vec<Confirmation>,
    /// What it takes out of what runs, what it brings, and what ships over it.
    pub shipment: Shipment,
    pub consequences: Vec<Consequence>,
    pub rollback: Option<RollbackDetail>,
    pub estimate: Option<Estimate>,
    /// The other way out and what it takes.
    pub instead: Option<String>,
    /// Text a person must type before the window sends it: the app's name for production.
    pub confirm_text: Option<String>,
    pub read_at: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Target {
    /// The unit of exclusion in the intents database.
    pub key: String,
    pub name: String,
}

/// The state of a target that was shown. Another one needs new consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Basis {
    /// The head commit of a pull request.
    pub head_sha: Option<String>,
    /// The release that is live where code is put live.
    pub live: Option<ReleaseRef>,
    /// The release that is live where promoted code comes from.
    pub source: Option<ReleaseRef>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "verdict", content = "reasons", rename_all = "snake_case")]
pub enum Verdict {
    Allow,
    /// A person must accept each reason.
    Confirm(Vec<String>),
    Deny(Vec<String>),
}

impl Plan {
    /// What every plan has; the rest says that nothing would be sent.
    pub fn about(id: String, action: Action, title: String, target: Target, read_at: Time) -> Self {
        Self {
            id,
            action,
            title,
            target,
            account: None,
            repo: String::new(),
            app: None,
            seen: String::new(),
            basis: Basis::default(),
            steps: Vec::new(),
            request: None,
            expectation: None,
            verdict: Verdict::Allow,
            confirmations: Vec::new(),
            shipment: Shipment::default(),
            consequences: Vec::new(),
            rollback: None,
            estimate: None,
            instead: None,
            confirm_text: None,
            read_at,
        }
    }

    /// The plan with its verdict. One denial is enough, and no consent overrules it.
    #[must_use]
    pub fn decided(self, deny: Vec<String>, confirmations: Vec<Confirmation>) -> Self {
        let verdict = match (deny.is_empty(), confirmations.is_empty()) {
            (false, _) => Verdict::Deny(deny),
            (true, false) => Verdict::Confirm(confirmations.iter().map(|c| c.text.clone()).collect()),
            (true, true) => Verdict::Allow,
        };
        Self { verdict, confirmations, ..self }
    }

    /// Why consent to this plan does not cover `fresh`, which was read later for the same action;
    /// None when it does. Compared are the request, its target, account and ids, the state it is
    /// bound to, and the sets of what is taken out, brought, shipped over, shipped again and to be
    /// confirmed, by id: a set that shrank needs no new consent, one that grew does. Ages, times,
    /// progress, order and words are not compared.
    pub fn change_since(&self, fresh: &Self) -> Option<String> {
        if let Verdict::Deny(reasons) = &fresh.verdict {
            return Some(format!("It may no longer be done: {}", reasons.join("; ")));
        }
        if self.account != fresh.account {
            let name = |account: &Option<String>| account.clone().unwrap_or_else(|| "no account".to_owned());
            return Some(format!("It would be sent through {}, not {}", name(&fresh.account), name(&self.account)));
        }
        if (&self.target, &self.repo, &self.app, &self.basis) != (&fresh.target, &fresh.repo, &fresh.app, &fresh.basis) {
            return Some(format!("What it acts on has changed: it was {}, it is {}", self.seen, fresh.seen));
        }
        if self.request != fresh.request {
            return Some(format!("It would send something else: {}", fresh.steps.join("; ")));
        }
        let shown = self.consented();
        let new: Vec<String> = fresh.consented().difference(&shown).map(|c| c.text.clone()).collect();
        (!new.is_empty()).then(|| format!("New since it was shown: {}", new.join("; ")))
    }

    /// What consent covers beside the request, as (set, id, words).
    fn consented(&self) -> BTreeSet<Consented> {
        let confirmed = self.confirmations.iter().flat_map(|c| {
            let bare = c.objects.is_empty().then(|| Consented::new(c.kind.word(), "", &c.text));
            bare.into_iter().chain(c.objects.iter().map(|object| Consented::new(c.kind.word(), object, &c.text)))
        });
        let crossed = self.rollback.iter().flat_map(|detail| {
            let migrations = detail.migrations.iter().flatten().map(|m| Consented::new("migration", &m.path, &m.path));
            migrations.chain(detail.config.iter().flatten().map(|c| Consented::new("config", &c.name, &format!("{} changes", c.name))))
        });
        confirmed.chain(crossed).chain(self.shipment.consented()).collect()
    }

    /// The release of which a script may say that it must be live: for a promotion, on the source.
    pub fn live_version(&self) -> Option<u64> {
        let promotes = matches!(self.action, Action::Promote { .. });
        let live = if promotes { &self.basis.source } else { &self.basis.live };
        live.as_ref().and_then(|release| release.ordinal)
    }

    /// The same plan under an id of its own: what is shown again is consented to again, and a
    /// click on what was shown before must not count for it.
    #[must_use]
    pub fn renamed(mut self, id: String) -> Self {
        if let (Some(Request::Revert { body, .. }), Some(Expectation::RevertOpened { marker, .. })) =
            (&mut self.request, &mut self.expectation)
        {
            let own = revert_marker(&id);
            *body = body.replace(marker.as_str(), &own);
            *marker = own;
        }
        Self { id, ..self }
    }

    pub fn is_denied(&self) -> bool {
        matches!(self.verdict, Verdict::Deny(_)) || self.request.is_none()
    }
}
