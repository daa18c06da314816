//! Doing what was asked, once: guard again, make the intent durable, send, verify by reading.

use crate::intents::{IntentError, finish};
use crate::planning;
use crate::run::{Core, Input};
use crate::verify::{Finding, look};
use slipway_domain::journal::{Entry, EntryState, Expectation};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::plan::{Plan, Request, Verdict};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::PipelineStatus;
use slipway_providers::SendError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// A lost request is not called failed before reads may have caught up: GitHub's and Heroku's
/// answers can be a minute old.
const READS_SETTLE: f64 = 75.0;
const FIRST_LOOK: Duration = Duration::from_millis(300);
const SLOWEST_LOOK: Duration = Duration::from_secs(4);

#[derive(Debug)]
pub enum Execution {
    Started(Box<Entry>),
    /// The plan as it is now, issued under an id of its own.
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
        }
    }
}

/// `plan` was taken out of the issued ones: it cannot be executed twice.
pub async fn execute(core: &Arc<Core>, state: &ServiceState, plan: Plan, reason: Option<String>) -> Result<Execution, ExecuteError> {
    if let Verdict::Deny(reasons) = &plan.verdict {
        return Err(ExecuteError::Denied(reasons.clone()));
    }
    // Writes of an account go one after another. Who waits for a turn does so before what it acts
    // on is read again: what is sent was seen a moment ago, however long the queue.
    let turn = core.turn_to_write(&state.config, &plan.action).await;
    // An intent a dead process left must not block its target for longer than reading takes.
    settle_orphans(core).await;
    let fresh = planning::plan(core, state, &plan.action, plan.id.clone()).await.map_err(|e| ExecuteError::Read(e.to_string()))?;
    if let Some(why) = plan.change_since(&fresh) {
        let again = fresh.renamed(uuid::Uuid::now_v7().to_string());
        return Ok(Execution::Stale { plan: Box::new(core.issue(again)), why });
    }
    let (Some(request), Some(expectation)) = (plan.request.clone(), plan.expectation.clone()) else {
        return Err(ExecuteError::Denied(vec!["There is nothing to send".to_owned()]));
    };
    let mut entry = Entry {
        id: plan.id.clone(),
        at: core.now(),
        action: plan.action.kind().to_owned(),
        service: plan.action.service().to_owned(),
        account: plan.account.clone(),
        repo: Some(plan.repo.clone()),
        app: plan.app.clone(),
        target: plan.target.name.clone(),
        seen: plan.seen.clone(),
        reason: reason.or_else(|| plan.action.reason().map(str::to_owned)).filter(|r| !r.trim().is_empty()),
        by: core.by.clone(),
        state: EntryState::Planned,
        sent_at: None,
        finished_at: None,
        message: plan.steps.join("; "),
        request: plan.action.clone(),
        expectation,
        replaced_by: None,
        overtook: Vec::new(),
        settled_by: None,
        settled_as: None,
        settled_reason: None,
    };
    core.work_on(&entry.id);
    let begun = core.intents.begin(&plan.target.key, &entry).and_then(|()| {
        entry.state = EntryState::Sent;
        entry.sent_at = Some(core.now());
        entry.message = "Sent, checking".to_owned();
        core.intents.update(&entry)
    });
    if let Err(error) = begun {
        core.rest_from(&entry.id);
        return Err(match error {
            IntentError::Busy(_) => ExecuteError::Busy(error.to_string()),
            IntentError::NotDurable(_) => ExecuteError::NotDurable(error.to_string()),
        });
    }
    core.send(Input::JournalChanged);
    let task = core.clone();
    let started = entry.clone();
    // On its own task: closing a dialog, or a dropped caller, must not cut an action in two.
    tokio::spawn(async move {
        send_and_follow(&task, entry, &request, turn).await;
    });
    Ok(Execution::Started(Box::new(started)))
}

async fn send_and_follow(core: &Arc<Core>, mut entry: Entry, request: &Request, turn: Option<OwnedMutexGuard<()>>) {
    let now = || core.now();
    let sent = send(core, &entry.service, request).await;
    drop(turn);
    match sent {
        Ok(receipt) => {
            entry.message = receipt.message;
            if let Expectation::Released { promotion, .. } = &mut entry.expectation {
                *promotion = receipt.promotion;
            }
        }
        Err(SendError::Refused { status, message }) => {
            finish(&mut entry, EntryState::Failed, format!("Refused ({status}): {message}"), now());
            return keep(core, &entry);
        }
        Err(SendError::NotSent(why)) => {
            entry.sent_at = None;
            finish(&mut entry, EntryState::Failed, format!("Nothing was sent: {why}"), now());
            return keep(core, &entry);
        }
        Err(SendError::Lost(why)) => entry.message = format!("The answer was lost ({why}); checking. Nothing is sent again."),
    }
    keep_open(core, &entry);
    follow(core, entry).await;
}

/// Reads until the expectation holds or the action's own deadline passes.
async fn follow(core: &Arc<Core>, mut entry: Entry) {
    let started = tokio::time::Instant::now();
    let limit = Duration::from_secs(entry.request.default_timeout_seconds());
    let mut pause = FIRST_LOOK;
    let mut last_seen = "It was not looked at yet".to_owned();
    while started.elapsed() < limit {
        match look(core, &entry.service, &entry.expectation).await {
            Err(error) => last_seen = format!("It could not be checked: {error}"),
            Ok(finding) => match finding {
                Finding::Holds(seen) => {
                    finish(&mut entry, EntryState::Succeeded, seen, core.now());
                    return keep(core, &entry);
                }
                Finding::Never(why) => {
                    finish(&mut entry, EntryState::Failed, why, core.now());
                    return keep(core, &entry);
                }
                Finding::NotSeen(seen) | Finding::UnderWay(seen) => last_seen = seen,
            },
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(SLOWEST_LOOK);
    }
    let message = unknown(&entry, &format!("{last_seen}, {} s after it was asked", limit.as_secs()));
    finish(&mut entry, EntryState::Unknown, message, core.now());
    keep(core, &entry);
}

/// One look at every open intent nobody works on. In doubt only reads are made.
pub async fn settle_orphans(core: &Arc<Core>) {
    let orphans = match core.intents.orphans(|id| core.works_on(id)) {
        Ok(orphans) => orphans,
        Err(error) => {
            tracing::warn!(%error, "open intents could not be read");
            return;
        }
    };
    for mut entry in orphans {
        settle(core, &mut entry).await;
    }
}

async fn settle(core: &Arc<Core>, entry: &mut Entry) {
    let before = (entry.state, entry.message.clone());
    let Some(sent_at) = entry.sent_at.filter(|_| entry.state != EntryState::Planned) else {
        finish(entry, EntryState::Failed, "Slipway stopped before it was sent; nothing was sent".to_owned(), core.now());
        return keep(core, entry);
    };
    match look(core, &entry.service, &entry.expectation).await {
        Ok(Finding::Holds(seen)) => finish(entry, EntryState::Succeeded, seen, core.now()),
        Ok(Finding::Never(why)) => finish(entry, EntryState::Failed, why, core.now()),
        Ok(Finding::NotSeen(seen)) if core.now().since(sent_at) > READS_SETTLE => {
            finish(entry, EntryState::Failed, format!("{seen}; it did not happen, and nothing was sent again"), core.now());
        }
        Ok(Finding::NotSeen(seen)) => {
            let message = unknown(entry, &format!("{seen} yet"));
            finish(entry, EntryState::Unknown, message, core.now());
        }
        Ok(Finding::UnderWay(seen)) => finish(entry, EntryState::Sent, format!("{seen}; checking"), core.now()),
        Err(error) => {
            let message = unknown(entry, &format!("It could not be checked: {error}"));
            finish(entry, EntryState::Unknown, message, core.now());
        }
    }
    if before != (entry.state, entry.message.clone()) {
        if entry.state.is_open() { keep_open(core, entry) } else { keep(core, entry) }
    }
}

/// What was seen since, what Slipway does, what a person can do.
pub fn unknown(entry: &Entry, seen: &str) -> String {
    format!("{}. Slipway keeps checking; nothing is sent again. {}", seen.trim_end_matches('.'), entry.advice())
}

/// What an accepted request was answered with.
struct Receipt {
    message: String,
    /// The platform's id of a promotion: what tells how it fares.
    promotion: Option<String>,
}

async fn send(core: &Arc<Core>, service: &str, request: &Request) -> Result<Receipt, SendError> {
    if let Request::Promote { app, pipeline, source_app_id, release_id, target_app_id } = request {
        let platform = core.platform(service, app).map_err(|e| SendError::NotSent(e.to_string()))?;
        let promotion = platform.promote(pipeline, source_app_id, release_id, target_app_id).await?;
        return Ok(Receipt { message: "Promotion sent, checking".to_owned(), promotion: Some(promotion) });
    }
    let message = send_for_words(core, service, request).await?;
    Ok(Receipt { message, promotion: None })
}

/// Sends the request and says what was answered.
async fn send_for_words(core: &Arc<Core>, service: &str, request: &Request) -> Result<String, SendError> {
    let not_sent = |e: slipway_providers::ReadError| SendError::NotSent(e.to_string());
    let ci = || core.ci(service).map_err(not_sent);
    match request {
        Request::Merge { repo, number, head_sha, method } => {
            core.code_host(service).map_err(not_sent)?.merge(repo, *number, head_sha, *method).await.map(|m| m.message)
        }
        Request::Enqueue { node_id, head_sha, .. } => {
            let position = core.code_host(service).map_err(not_sent)?.enqueue(node_id, head_sha).await?;
            let place = position.map_or_else(String::new, |n| format!(" at position {n}"));
            Ok(format!("Added to the merge queue{place}, checking"))
        }
        Request::Dequeue { node_id, .. } => {
            core.code_host(service).map_err(not_sent)?.dequeue(node_id).await.map(|()| "Taken out of the merge queue, checking".to_owned())
        }
        Request::EnableAutoMerge { node_id, head_sha, method, .. } => {
            let host = core.code_host(service).map_err(not_sent)?;
            host.enable_auto_merge(node_id, head_sha, *method).await.map(|()| "Auto-merge turned on, checking".to_owned())
        }
        Request::DisableAutoMerge { node_id, .. } => {
            let host = core.code_host(service).map_err(not_sent)?;
            host.disable_auto_merge(node_id).await.map(|()| "Auto-merge turned off, checking".to_owned())
        }
        Request::UpdateBranch { node_id, head_sha, .. } => {
            let host = core.code_host(service).map_err(not_sent)?;
            host.update_branch(node_id, head_sha).await.map(|()| "Update sent, checking".to_owned())
        }
        Request::Revert { node_id, title, body, .. } => {
            let opened = core.code_host(service).map_err(not_sent)?.revert(node_id, title, body).await?;
            Ok(format!("Pull request #{} was opened, checking", opened.number))
        }
        Request::RollBack { app, release_id } => {
            let release = core.platform(service, app).map_err(not_sent)?.roll_back(app, release_id).await?;
            Ok(format!("Rollback sent: v{} is being released", release.version))
        }
        // Answered with more than words.
        Request::Promote { .. } => Err(SendError::NotSent("a promotion is not sent this way".to_owned())),
        Request::ReleaseSlug { app, slug, description } => {
            let release = core.platform(service, app).map_err(not_sent)?.release_slug(app, slug, description).await?;
            Ok(format!("Release sent: v{} is being released", release.version))
        }
        Request::RerunFromFailed { workflow } => ci()?.rerun_from_failed(workflow).await.map(|_| "Rerun sent, checking".to_owned()),
        Request::CancelWorkflow { workflow } => ci()?.cancel(workflow).await.map(|()| "Cancel sent, checking".to_owned()),
        Request::Approve { workflow, approval_id } => {
            ci()?.approve(workflow, approval_id).await.map(|()| "Approval sent, checking".to_owned())
        }
    }
}

/// Writes a settled entry and lets go of it.
fn keep(core: &Arc<Core>, entry: &Entry) {
    keep_open(core, entry);
    core.rest_from(&entry.id);
    core.send(Input::JournalChanged);
}

fn keep_open(core: &Arc<Core>, entry: &Entry) {
    // Not the message: it may hold the vendor's own words.
    tracing::info!(id = entry.id, action = entry.action, target = entry.target, state = %entry.state, "journal");
    // The intent itself is durable; a state that could not be written is read again later.
    if let Err(error) = core.intents.update(entry) {
        tracing::warn!(%error, id = entry.id, "the journal could not be updated");
    }
    core.send(Input::JournalChanged);
}

/// A pipeline of which only the id is known, to ask for its details.
pub fn bare_pipeline(id: &str) -> Pipeline {
    Pipeline {
        id: id.to_owned(),
        number: 0,
        branch: None,
        commit: None,
        title: None,
        url: None,
        created_at: None,
        stopped_at: None,
        status: PipelineStatus::Unknown,
        progress: 0.0,
        eta_seconds: None,
        pull_request: None,
        jobs: vec![],
        workflows: None,
        error: None,
        continues: false,
        run_started_at: None,
    }
}
