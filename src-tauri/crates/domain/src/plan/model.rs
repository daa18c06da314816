//! What an action would do, and whether it may be done. A plan is a value: it is shown, consented to and
//! compared, and the executor only sends its request.

use super::confirmation::Confirmation;
use super::consented::Consented;
use super::consequence::{Consequence, RollbackDetail};
use super::record::PlanRecord;
use super::request::Request;
use super::revert_marker::revert_marker;
use super::target::{Basis, Target, Verdict};
use crate::action::{Action, ActionKind, ReleaseAction, ReleaseChange};
use crate::estimate::Estimate;
use crate::journal::Expectation;
use crate::shipment::Shipment;
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// It is written down as [`PlanRecord`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(try_from = "PlanRecord", into = "PlanRecord")]
#[ts(as = "PlanRecord")]
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
    pub decision: Decision,
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

/// Whether it may be done. Only what is ready can be sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    Denied(Denied),
    Ready(Ready),
}

/// No consent overrules it. What would have been sent is shown all the same, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Denied {
    pub reasons: Vec<String>,
    pub request: Option<Request>,
    pub expectation: Option<Expectation>,
    pub confirmations: Vec<Confirmation>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    pub request: Request,
    /// What must be read back for it to have succeeded.
    pub expectation: Expectation,
    /// What a person must accept, each with what it is about. Empty: nothing.
    pub confirmations: Vec<Confirmation>,
}

impl Plan {
    /// What every plan has. It is denied until it is decided.
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
            decision: Decision::Denied(Denied::default()),
            shipment: Shipment::default(),
            consequences: Vec::new(),
            rollback: None,
            estimate: None,
            instead: None,
            confirm_text: None,
            read_at,
        }
    }

    /// The plan with its decision. One denial is enough, and nothing is ready without a request and what is
    /// expected of it.
    #[must_use]
    pub(crate) fn decided(
        self,
        request: Option<Request>,
        expectation: Option<Expectation>,
        deny: Vec<String>,
        confirmations: Vec<Confirmation>,
    ) -> Self {
        let decision = match (request, expectation) {
            (Some(request), Some(expectation)) if deny.is_empty() => Decision::Ready(Ready { request, expectation, confirmations }),
            (request, expectation) => {
                let reasons = if deny.is_empty() { vec!["There is nothing to send".to_owned()] } else { deny };
                Decision::Denied(Denied { reasons, request, expectation, confirmations })
            }
        };
        Self { decision, ..self }
    }

    /// The plan, denied: `reasons` is given those that it is denied for already.
    #[must_use]
    pub(crate) fn denied(self, reasons: impl FnOnce(Vec<String>) -> Vec<String>) -> Self {
        let denied = match self.decision {
            Decision::Denied(denied) => Denied { reasons: reasons(denied.reasons), ..denied },
            Decision::Ready(Ready { request, expectation, confirmations }) => {
                Denied { reasons: reasons(Vec::new()), request: Some(request), expectation: Some(expectation), confirmations }
            }
        };
        Self { decision: Decision::Denied(denied), ..self }
    }

    /// Asks a person for more; what is denied stays so.
    pub(crate) fn also_confirm(&mut self, asked: Vec<Confirmation>) {
        match &mut self.decision {
            Decision::Denied(denied) => denied.confirmations.extend(asked),
            Decision::Ready(ready) => ready.confirmations.extend(asked),
        }
    }

    pub fn verdict(&self) -> Verdict {
        match &self.decision {
            Decision::Denied(denied) => Verdict::Deny(denied.reasons.clone()),
            Decision::Ready(ready) if ready.confirmations.is_empty() => Verdict::Allow,
            Decision::Ready(ready) => Verdict::Confirm(ready.confirmations.iter().map(|c| c.text.clone()).collect()),
        }
    }

    /// The request that is sent, or would have been.
    pub fn request(&self) -> Option<&Request> {
        match &self.decision {
            Decision::Denied(denied) => denied.request.as_ref(),
            Decision::Ready(ready) => Some(&ready.request),
        }
    }

    pub fn expectation(&self) -> Option<&Expectation> {
        match &self.decision {
            Decision::Denied(denied) => denied.expectation.as_ref(),
            Decision::Ready(ready) => Some(&ready.expectation),
        }
    }

    pub fn confirmations(&self) -> &[Confirmation] {
        match &self.decision {
            Decision::Denied(denied) => &denied.confirmations,
            Decision::Ready(ready) => &ready.confirmations,
        }
    }

    /// Why consent to this plan does not cover `fresh`, which was read later for the same action;
    /// None when it does. Compared are the request, its target, account and ids, the state it is
    /// bound to, and the sets of what is taken out, brought, shipped over, shipped again and to be
    /// confirmed, by id: a set that shrank needs no new consent, one that grew does. Ages, times,
    /// progress, order and words are not compared.
    pub fn change_since(&self, fresh: &Self) -> Option<String> {
        if let Decision::Denied(denied) = &fresh.decision {
            return Some(format!("It may no longer be done: {}", denied.reasons.join("; ")));
        }
        if self.account != fresh.account {
            let name = |account: &Option<String>| account.clone().unwrap_or_else(|| "no account".to_owned());
            return Some(format!("It would be sent through {}, not {}", name(&fresh.account), name(&self.account)));
        }
        if (&self.target, &self.repo, &self.app, &self.basis) != (&fresh.target, &fresh.repo, &fresh.app, &fresh.basis) {
            return Some(format!("What it acts on has changed: it was {}, it is {}", self.seen, fresh.seen));
        }
        if self.request() != fresh.request() {
            return Some(format!("It would send something else: {}", fresh.steps.join("; ")));
        }
        let shown = self.consented();
        let new: Vec<String> = fresh.consented().difference(&shown).map(|c| c.text.clone()).collect();
        (!new.is_empty()).then(|| format!("New since it was shown: {}", new.join("; ")))
    }

    /// What consent covers beside the request, as (set, id, words).
    fn consented(&self) -> BTreeSet<Consented> {
        let confirmed = self.confirmations().iter().flat_map(|c| {
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
        let promotes = matches!(&self.action.kind, ActionKind::Release(ReleaseAction { change: ReleaseChange::Promote { .. }, .. }));
        let live = if promotes { &self.basis.source } else { &self.basis.live };
        live.as_ref().and_then(|release| release.ordinal)
    }

    /// The same plan under an id of its own: what is shown again is consented to again, and a
    /// click on what was shown before must not count for it.
    #[must_use]
    pub fn renamed(mut self, id: String) -> Self {
        let (request, expectation) = match &mut self.decision {
            Decision::Denied(denied) => (denied.request.as_mut(), denied.expectation.as_mut()),
            Decision::Ready(ready) => (Some(&mut ready.request), Some(&mut ready.expectation)),
        };
        if let (Some(Request::Revert { body, .. }), Some(Expectation::RevertOpened { marker, .. })) = (request, expectation) {
            let own = revert_marker(&id);
            *body = body.replace(marker.as_str(), &own);
            *marker = own;
        }
        Self { id, ..self }
    }

    pub fn is_denied(&self) -> bool {
        matches!(self.decision, Decision::Denied(_))
    }
}

impl From<Plan> for PlanRecord {
    fn from(plan: Plan) -> Self {
        let verdict = plan.verdict();
        let Plan {
            id,
            action,
            title,
            target,
            account,
            repo,
            app,
            seen,
            basis,
            steps,
            shipment,
            consequences,
            rollback,
            estimate,
            instead,
            confirm_text,
            read_at,
            decision,
        } = plan;
        let (request, expectation, confirmations) = match decision {
            Decision::Denied(denied) => (denied.request, denied.expectation, denied.confirmations),
            Decision::Ready(ready) => (Some(ready.request), Some(ready.expectation), ready.confirmations),
        };
        Self {
            id,
            action,
            title,
            target,
            account,
            repo,
            app,
            seen,
            basis,
            steps,
            shipment,
            consequences,
            rollback,
            estimate,
            instead,
            confirm_text,
            read_at,
            request,
            expectation,
            verdict,
            confirmations,
        }
    }
}

impl TryFrom<PlanRecord> for Plan {
    type Error = &'static str;

    fn try_from(record: PlanRecord) -> Result<Self, Self::Error> {
        let PlanRecord {
            id,
            action,
            title,
            target,
            account,
            repo,
            app,
            seen,
            basis,
            steps,
            shipment,
            consequences,
            rollback,
            estimate,
            instead,
            confirm_text,
            read_at,
            request,
            expectation,
            verdict,
            confirmations,
        } = record;
        let decision = match (verdict, request, expectation) {
            (Verdict::Deny(reasons), request, expectation) => Decision::Denied(Denied { reasons, request, expectation, confirmations }),
            (Verdict::Allow | Verdict::Confirm(_), Some(request), Some(expectation)) => {
                Decision::Ready(Ready { request, expectation, confirmations })
            }
            (Verdict::Allow | Verdict::Confirm(_), _, _) => return Err("a plan that may be done says nothing to send"),
        };
        Ok(Self {
            id,
            action,
            title,
            target,
            account,
            repo,
            app,
            seen,
            basis,
            steps,
            shipment,
            consequences,
            rollback,
            estimate,
            instead,
            confirm_text,
            read_at,
            decision,
        })
    }
}
