//! Doing what was consented to, once: take the target durably → read again, the target's own state
//! last → compare → mark as sent, by compare-and-set → send once → keep our own id → verify by it.

pub(crate) mod access;
mod send;
mod settle;

pub use settle::{follow, settle_orphans, settle_target, unknown};

use crate::last_read;
use crate::plan_facts::{self, PlanError};
use crate::shared::{Core, EngineEvent};
use crate::store::intents::{IntentError, finish};
use crate::supervise;
use slipway_domain::journal::{Entry, EntryState, Expectation};
use slipway_domain::plan::{Decision, Plan, Ready, Request};
use slipway_domain::snapshot::ServiceState;
use slipway_http::WriteTurn;
use slipway_vendor::SendError;
use std::sync::Arc;
use tokio::sync::oneshot;

/// How often everything is read again because the target moved while it was read.
const READINGS: usize = 3;

#[derive(Debug)]
pub enum Execution {
    Started(Box<Entry>),
    /// The plan as it is now, issued under an id of its own. Nothing was sent.
    Stale {
        plan: Box<Plan>,
        why: String,
    },
}

/// Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    #[error("This plan is no longer valid: it was used, or Slipway was restarted. Open it again.")]
    UnknownPlan,
    #[error("{}", .0.join("; "))]
    Denied(Vec<String>),
    #[error("{0}")]
    NotConfirmed(String),
    #[error("{0}")]
    Busy(String),
    #[error("{0}")]
    NotDurable(String),
    #[error("{0}")]
    Read(String),
    /// The action broke off inside Slipway before it was sent.
    #[error("{0}")]
    Internal(String),
}

impl ExecuteError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownPlan => "unknown_plan",
            Self::Denied(_) => "denied",
            Self::NotConfirmed(_) => "not_confirmed",
            Self::Busy(_) => "busy",
            Self::NotDurable(_) => "not_durable",
            Self::Read(_) => "unreachable",
            Self::Internal(_) => "internal",
        }
    }
}

impl From<IntentError> for ExecuteError {
    fn from(error: IntentError) -> Self {
        match error {
            IntentError::Busy(_) | IntentError::LeaseLost => Self::Busy(error.to_string()),
            IntentError::NotDurable(_) => Self::NotDurable(error.to_string()),
        }
    }
}

type Outcome = Result<Execution, ExecuteError>;

/// `plan` was taken out of the issued ones: it cannot be executed twice. Returns when the request
/// is about to leave, or when it is certain that it does not; what follows is in the journal.
pub async fn execute(core: &Arc<Core>, state: ServiceState, plan: Plan, reason: Option<String>) -> Outcome {
    let expectation = match &plan.decision {
        Decision::Denied(denied) => return Err(ExecuteError::Denied(denied.reasons.clone())),
        Decision::Ready(ready) => ready.expectation.clone(),
    };
    // What an earlier process left of this very target must not block it for longer than reading takes.
    settle_target(core, &plan.target.key).await;
    let entry = planned(core, &plan, expectation, reason);
    core.work_on(&entry.id);
    if let Err(error) = core.intents.begin(&plan.target.key, &entry).await {
        core.rest_from(&entry.id);
        return Err(error.into());
    }
    core.send(EngineEvent::JournalChanged);
    let (tell, told) = oneshot::channel();
    // On its own task: closing a dialog, or a dropped caller, must not cut an action in two.
    let (watched, id) = (core.clone(), entry.id.clone());
    tokio::spawn(async move {
        if supervise::caught(perform(watched.clone(), state, plan, entry, tell)).await.is_err() {
            broke_off(&watched, &id).await;
        }
    });
    let broken =
        || ExecuteError::Internal("The action broke off inside Slipway before it was sent. `slipway journal` shows it.".to_owned());
    told.await.unwrap_or_else(|_| Err(broken()))
}

fn planned(core: &Core, plan: &Plan, expectation: Expectation, reason: Option<String>) -> Entry {
    Entry {
        id: plan.id.clone(),
        at: core.now(),
        action: plan.action.word().to_owned(),
        service: plan.action.service.clone(),
        account: plan.account.clone(),
        repo: Some(plan.repo.clone()),
        app: plan.app.clone(),
        target: plan.target.name.clone(),
        seen: plan.seen.clone(),
        reason: reason.or_else(|| plan.action.reason().map(str::to_owned)).filter(|r| !r.trim().is_empty()),
        by: core.by.clone(),
        state: EntryState::Planned,
        sent_at: None,
        accepted_at: None,
        finished_at: None,
        message: plan.steps.join("; "),
        request: plan.action.clone(),
        expectation,
        replaced_by: None,
        overtook: Vec::new(),
        settled_by: None,
        settled_as: None,
        settled_reason: None,
    }
}

/// From the taken target to the end. Tells once whether the request leaves.
async fn perform(core: Arc<Core>, state: ServiceState, plan: Plan, mut entry: Entry, tell: oneshot::Sender<Outcome>) {
    let prepared = prepare(&core, state, &plan).await;
    let (fresh, turn) = match prepared {
        Ok(prepared) => prepared,
        Err(stop) => {
            let (why, outcome) = stop.told(&core);
            finish(&mut entry, EntryState::NotSent, format!("{}. Nothing was sent.", why.trim_end_matches('.')), core.now());
            keep(&core, &entry).await;
            // The caller may have gone; the journal has it.
            let _ = tell.send(outcome);
            return;
        }
    };
    // Consent never covers a plan that is denied: `prepare` has compared the two.
    let Decision::Ready(Ready { request, expectation, .. }) = fresh.decision else {
        return broke_off(&core, &entry.id).await;
    };
    entry.expectation = expectation;
    entry.seen = fresh.seen;
    entry.state = EntryState::Sent;
    entry.sent_at = Some(core.now());
    entry.message = "Sent, checking".to_owned();
    if let Err(error) = core.intents.mark_sent(&entry).await {
        core.rest_from(&entry.id);
        core.send(EngineEvent::JournalChanged);
        let _ = tell.send(Err(error.into()));
        return;
    }
    core.send(EngineEvent::JournalChanged);
    let _ = tell.send(Ok(Execution::Started(Box::new(entry.clone()))));
    send_and_follow(&core, entry, &request, turn).await;
}

/// Why a taken target is let go again. Nothing was sent.
enum Stop {
    Changed {
        fresh: Box<Plan>,
        why: String,
    },
    /// It moved each time it was read.
    Restless,
    Plan(PlanError),
    Turn(String),
}

impl Stop {
    fn told(self, core: &Core) -> (String, Outcome) {
        match self {
            Self::Changed { fresh, why } => {
                let again = core.issue(fresh.renamed(uuid::Uuid::now_v7().to_string()));
                (format!("What was shown has changed: {why}"), Ok(Execution::Stale { plan: Box::new(again), why }))
            }
            Self::Restless => {
                let why = "What it acts on keeps changing while it is read; try again when it rests".to_owned();
                (why.clone(), Err(ExecuteError::Read(why)))
            }
            Self::Plan(error) => (error.to_string(), Err(ExecuteError::Read(error.to_string()))),
            Self::Turn(why) => (why.clone(), Err(ExecuteError::Read(why))),
        }
    }
}

/// Waits for the account's turn, then reads everything again, the target's own state last, and
/// compares it with what was consented to. Waiting comes first: what is sent was seen a moment ago,
/// however long the queue.
async fn prepare(core: &Arc<Core>, mut state: ServiceState, plan: &Plan) -> Result<(Plan, Option<WriteTurn>), Stop> {
    let turn = match &plan.account {
        Some(account) => core.accounts.turn_to_write(account).await.map_err(|error| Stop::Turn(error.to_string()))?,
        None => None,
    };
    let gone = || Stop::Plan(PlanError::NotFound(format!("There is no service {} any more", state.name)));
    state.config = core.service(&state.name).ok_or_else(gone)?;
    for _ in 0..READINGS {
        let fresh = plan_facts::plan(core, &state, &plan.action, plan.id.clone()).await.map_err(Stop::Plan)?;
        if let Some(why) = plan.change_since(&fresh) {
            return Err(Stop::Changed { fresh: Box::new(fresh), why });
        }
        if last_read::is_unmoved(core, &state, &fresh).await.map_err(Stop::Plan)? {
            return Ok((fresh, turn));
        }
    }
    Err(Stop::Restless)
}

async fn send_and_follow(core: &Arc<Core>, mut entry: Entry, request: &Request, turn: Option<WriteTurn>) {
    let sent = send::send(core, &entry, request).await;
    drop(turn);
    match sent {
        Ok(receipt) => {
            entry.accepted_at = Some(core.now());
            entry.message = receipt.message;
            receipt.own.keep_in(&mut entry.expectation);
        }
        Err(SendError::Refused { status, message }) => {
            finish(&mut entry, EntryState::Failed, format!("Refused ({status}): {message}"), core.now());
            return keep(core, &entry).await;
        }
        Err(SendError::NotSent(why)) => {
            entry.sent_at = None;
            finish(&mut entry, EntryState::NotSent, format!("Nothing was sent: {why}"), core.now());
            return keep(core, &entry).await;
        }
        Err(SendError::Lost(why)) => entry.message = format!("The answer was lost ({why}); checking. Nothing is sent again."),
    }
    if let Err(error) = core.intents.note_answer(&entry).await {
        tracing::warn!(%error, id = entry.id, "the journal could not be updated");
    }
    core.send(EngineEvent::JournalChanged);
    follow(core, entry).await;
}

/// The task of an action ended without an outcome. What was not marked as sent was not sent; what
/// was is settled by reading.
async fn broke_off(core: &Core, id: &str) {
    tracing::error!(id, "an action broke off");
    if let Some(mut entry) = core.intents.entry(id).await.filter(|entry| entry.state == EntryState::Planned) {
        finish(&mut entry, EntryState::NotSent, "It broke off inside Slipway before it was sent; nothing was sent".to_owned(), core.now());
        write(core, &entry).await;
    }
    core.rest_from(id);
    core.send(EngineEvent::JournalChanged);
}

/// Writes a settled entry and lets go of it.
async fn keep(core: &Core, entry: &Entry) {
    write(core, entry).await;
    core.rest_from(&entry.id);
    core.send(EngineEvent::JournalChanged);
}

async fn write(core: &Core, entry: &Entry) {
    // Not the message: it may hold the vendor's own words.
    tracing::info!(id = entry.id, action = entry.action, target = entry.target, state = %entry.state, "journal");
    // The intent itself is durable; a state that could not be written is read again later.
    if let Err(error) = core.intents.update(entry).await {
        tracing::warn!(%error, id = entry.id, "the journal could not be updated");
    }
    core.send(EngineEvent::JournalChanged);
}
