//! Doing what was consented to, once: take the target durably → read again, the target's own state
//! last → compare → mark as sent, by compare-and-set → send once → keep our own id → verify by it.

mod error;
pub(crate) mod journal_writer;
mod send;
mod settle;
pub(crate) mod work_in_progress;

pub use error::{ExecuteError, Execution};
pub(crate) use settle::unknown;

use crate::accounts::Accounts;
use crate::issued_plans::IssuedPlans;
use crate::last_read;
use crate::plan_facts::{self, PlanError, PlanSources};
use crate::store::Store;
use crate::store::intents::finish;
use crate::supervise::Supervisor;
use journal_writer::JournalWriter;
use slipway_domain::journal::{Entry, EntryState, Expectation};
use slipway_domain::plan::{Decision, Plan, Ready, Request};
use slipway_domain::snapshot::ServiceState;
use slipway_http::WriteTurn;
use slipway_vendor::SendError;
use std::sync::Arc;
use tokio::sync::oneshot;

/// How often everything is read again because the target moved while it was read.
const READINGS: usize = 3;

type Outcome = Result<Execution, ExecuteError>;

/// What an action is carried out with.
struct Tools {
    accounts: Arc<Accounts>,
    store: Store,
    plans: Arc<IssuedPlans>,
    sources: PlanSources,
    writer: JournalWriter,
}

pub(crate) struct Executor {
    tools: Arc<Tools>,
    /// By the id of the journal's entry. Closing a dialog, or a dropped caller, must not cut an action in two.
    actions: Supervisor<String>,
    /// Who acts, for the journal.
    by: String,
}

impl Executor {
    /// Starts the supervisor of actions on the current tokio runtime.
    pub(crate) fn start(store: Store, plans: Arc<IssuedPlans>, sources: PlanSources, writer: JournalWriter, by: String) -> Self {
        let tools = Arc::new(Tools { accounts: sources.accounts.clone(), store, plans, sources, writer });
        let of_panics = Arc::downgrade(&tools);
        let actions = Supervisor::start(move |id: String| {
            let tools = of_panics.upgrade();
            Box::pin(async move {
                if let Some(tools) = tools {
                    tools.writer.broke_off(&id).await;
                }
            })
        });
        Self { tools, actions, by }
    }

    /// `plan` was taken out of the issued ones: it cannot be executed twice. Returns when the request
    /// is about to leave, or when it is certain that it does not; what follows is in the journal.
    pub(crate) async fn execute(&self, state: Arc<ServiceState>, plan: Plan, reason: Option<String>) -> Outcome {
        let tools = &self.tools;
        let expectation = match &plan.decision {
            Decision::Denied(denied) => return Err(ExecuteError::Denied(denied.reasons.clone())),
            Decision::Ready(ready) => ready.expectation.clone(),
        };
        // What an earlier process left of this very target must not block it for longer than reading takes.
        settle::settle_target(&tools.accounts, &tools.writer, &plan.target.key).await;
        let entry = self.planned(&plan, expectation, reason);
        tools.writer.work.begin(&entry.id);
        if let Err(error) = tools.writer.intents.begin(&plan.target.key, &entry).await {
            tools.writer.work.end(&entry.id);
            return Err(error.into());
        }
        tools.writer.changed();
        let (tell, told) = oneshot::channel();
        self.actions.spawn(entry.id.clone(), perform(tools.clone(), state, plan, entry, tell));
        let broken =
            || ExecuteError::Internal("The action broke off inside Slipway before it was sent. `slipway journal` shows it.".to_owned());
        told.await.unwrap_or_else(|_| Err(broken()))
    }

    /// One look at every open intent nobody works on.
    pub(crate) async fn settle_orphans(&self) {
        settle::settle_orphans(&self.tools.accounts, &self.tools.writer).await;
    }

    fn planned(&self, plan: &Plan, expectation: Expectation, reason: Option<String>) -> Entry {
        Entry {
            id: plan.id.clone(),
            at: self.tools.writer.now(),
            action: plan.action.word().to_owned(),
            service: plan.action.service.clone(),
            account: plan.account.clone(),
            repo: Some(plan.repo.clone()),
            app: plan.app.clone(),
            target: plan.target.name.clone(),
            seen: plan.seen.clone(),
            reason: reason.or_else(|| plan.action.reason().map(str::to_owned)).filter(|r| !r.trim().is_empty()),
            by: self.by.clone(),
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
            pin: plan.rollback.as_ref().and_then(|rollback| rollback.pin.clone()),
            over_pins: over_pins(plan),
        }
    }
}

fn over_pins(plan: &Plan) -> Vec<String> {
    let mut pins: Vec<String> = plan.confirmations().iter().flat_map(|asked| asked.pins()).map(str::to_owned).collect();
    pins.dedup();
    pins
}

/// From the taken target to the end. Tells once whether the request leaves.
async fn perform(tools: Arc<Tools>, state: Arc<ServiceState>, plan: Plan, mut entry: Entry, tell: oneshot::Sender<Outcome>) {
    let prepared = prepare(&tools, state, &plan).await;
    let (fresh, turn) = match prepared {
        Ok(prepared) => prepared,
        Err(stop) => {
            let (why, outcome) = stop.told(&tools);
            finish(&mut entry, EntryState::NotSent, format!("{}. Nothing was sent.", why.trim_end_matches('.')), tools.writer.now());
            tools.writer.settle(&entry).await;
            // The caller may have gone; the journal has it.
            let _ = tell.send(outcome);
            return;
        }
    };
    // Consent never covers a plan that is denied: `prepare` has compared the two.
    let Decision::Ready(Ready { request, expectation, .. }) = fresh.decision else {
        return tools.writer.broke_off(&entry.id).await;
    };
    entry.expectation = expectation;
    entry.pin = fresh.rollback.and_then(|rollback| rollback.pin);
    entry.seen = fresh.seen;
    entry.state = EntryState::Sent;
    entry.sent_at = Some(tools.writer.now());
    entry.message = "Sent, checking".to_owned();
    if let Err(error) = tools.writer.intents.mark_sent(&entry).await {
        tools.writer.release(&entry.id);
        let _ = tell.send(Err(error.into()));
        return;
    }
    tools.writer.changed();
    let _ = tell.send(Ok(Execution::Started(Box::new(entry.clone()))));
    send_and_follow(&tools, entry, &request, turn).await;
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
    fn told(self, tools: &Tools) -> (String, Outcome) {
        match self {
            Self::Changed { fresh, why } => {
                let again = tools.plans.issue(fresh.renamed(uuid::Uuid::now_v7().to_string()));
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
async fn prepare(tools: &Tools, mut state: Arc<ServiceState>, plan: &Plan) -> Result<(Plan, Option<WriteTurn>), Stop> {
    let turn = match &plan.account {
        Some(account) => tools.accounts.turn_to_write(account).await.map_err(|error| Stop::Turn(error.to_string()))?,
        None => None,
    };
    let gone = || Stop::Plan(PlanError::NotFound(format!("There is no service {} any more", state.name)));
    let config = tools.store.service(&state.name).ok_or_else(gone)?;
    if config != state.config {
        Arc::make_mut(&mut state).config = config;
    }
    for _ in 0..READINGS {
        let fresh = plan_facts::plan(&tools.sources, &state, &plan.action, plan.id.clone()).await.map_err(Stop::Plan)?;
        if let Some(why) = plan.change_since(&fresh) {
            return Err(Stop::Changed { fresh: Box::new(fresh), why });
        }
        if last_read::is_unmoved(&tools.sources, &state, &fresh).await.map_err(Stop::Plan)? {
            return Ok((fresh, turn));
        }
    }
    Err(Stop::Restless)
}

async fn send_and_follow(tools: &Tools, mut entry: Entry, request: &Request, turn: Option<WriteTurn>) {
    let sent = send::send(&tools.accounts, &entry, request).await;
    drop(turn);
    match sent {
        Ok(receipt) => {
            entry.accepted_at = Some(tools.writer.now());
            entry.message = receipt.message;
            receipt.own.keep_in(&mut entry.expectation);
        }
        Err(SendError::Refused { status, message }) => {
            finish(&mut entry, EntryState::Failed, format!("Refused ({status}): {message}"), tools.writer.now());
            return tools.writer.settle(&entry).await;
        }
        Err(SendError::NotSent(why)) => {
            entry.sent_at = None;
            finish(&mut entry, EntryState::NotSent, format!("Nothing was sent: {why}"), tools.writer.now());
            return tools.writer.settle(&entry).await;
        }
        Err(SendError::Lost(why)) => entry.message = format!("The answer was lost ({why}); checking. Nothing is sent again."),
    }
    if let Err(error) = tools.writer.intents.note_answer(&entry).await {
        tracing::warn!(%error, id = entry.id, "the journal could not be updated");
    }
    tools.writer.changed();
    settle::follow(&tools.accounts, &tools.writer, entry).await;
}
