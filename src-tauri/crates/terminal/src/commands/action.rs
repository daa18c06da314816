//! Carries out an action: plan, consent, execute, wait for the outcome.

use super::{engine, named, plan_text};
use crate::arguments::values::{PipelineName, PullRequestName};
use crate::arguments::{ActionCommand, Consent, ExpectedHead, ExpectedLive, Over};
use crate::exit::Exit;
use crate::look::marks::of_entry;
use crate::look::when::Clock;
use crate::look::{self, Line, Tone};
use crate::print;
use crate::process::termination_requested;
use crate::safe_text::one_line;
use anyhow::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use slipway_domain::action::{Action, ActionKind, ReleaseAction, ReleaseChange};
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::plan::{Plan, ReleaseRef, Verdict};
use slipway_engine::{Engine, ExecuteError, Execution, PlanError};
use std::io::{BufRead, Write};
use std::time::Duration;

/// How often a plan that changed while it was being confirmed is shown again.
const SHOWINGS: usize = 3;

/// The document of `--json`: the plan and the outcome.
#[derive(Serialize, JsonSchema)]
pub(super) struct Report<'a> {
    pub(super) plan: Option<&'a Plan>,
    pub(super) entry: Option<&'a Entry>,
    pub(super) outcome: Outcome,
    pub(super) message: &'a str,
    /// The release that has replaced ours since it was live.
    pub(super) replaced_by: Option<&'a ReleaseRef>,
}

/// The outcome of an action. Unknown: it may have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Succeeded,
    Failed,
    NotSent,
    Unknown,
}

/// An error means that nothing was sent.
pub(super) async fn act(command: ActionCommand) -> Result<Exit> {
    let engine = engine(false).await?;
    let (action, expected, consent) = match asked(&engine, command) {
        Ok(asked) => asked,
        Err((why, consent)) => return Ok(refused(&PlanError::Ambiguous(why), true, &consent)),
    };
    let patience = Duration::from_secs(consent.timeout.unwrap_or(action.default_timeout_seconds()));
    let planned = engine.plan_within(action.clone(), patience).await;
    match planned {
        Ok(plan) => decide(&engine, plan, &expected, &consent).await,
        Err(error) => Ok(refused(&error, names_what_exists(&engine, &action), &consent)),
    }
}

/// What a script expects besides the action itself.
#[derive(Default)]
struct Expected {
    head: Option<String>,
    live: Option<u64>,
}

impl From<ExpectedHead> for Expected {
    fn from(expected: ExpectedHead) -> Self {
        Self { head: expected.expect_head, live: None }
    }
}

impl From<ExpectedLive> for Expected {
    fn from(expected: ExpectedLive) -> Self {
        Self { head: None, live: expected.expect_live }
    }
}

impl Expected {
    /// Why the plan does not match the script's expectation. The expectation is part of what consent is compared
    /// with, so the plan cannot change to something else before it is sent.
    fn violated(&self, plan: &Plan) -> Option<String> {
        if let Some(head) =
            self.head.as_ref().filter(|head| !plan.basis.head_sha.as_ref().is_some_and(|sha| sha.starts_with(head.as_str())))
        {
            let is = plan.basis.head_sha.as_deref().unwrap_or("not known");
            return Some(format!("The head is {is}, not {head}"));
        }
        let live = self.live.filter(|live| plan.live_version() != Some(*live))?;
        let is = plan.live_version().map_or_else(|| "nothing is known to be live".to_owned(), |v| format!("v{v} is live"));
        Some(format!("It was expected that v{live} is live, but {is}"))
    }
}

type Asked = (Action, Expected, Consent);

/// The action, the script's expectation, and the plan that was agreed to. An error says which name means nothing here.
fn asked(engine: &Engine, command: ActionCommand) -> Result<Asked, (String, Consent)> {
    let any = Expected::default;
    let number = |service: &str, name: &PullRequestName| named::pull_request(engine, service, name);
    let pipeline_of = |service: &str, name: &PipelineName| named::pipeline(engine, service, name);
    // `CONSENT` is kept for the form in which an error is printed.
    macro_rules! named {
        ($meant:expr, $consent:expr) => {
            match $meant {
                Ok(meant) => meant,
                Err(why) => return Err((why, $consent)),
            }
        };
    }
    Ok(match command {
        ActionCommand::Merge { service, number: name, method, expected, consent } => {
            let number = named!(number(&service, &name), consent);
            (Action::merge(service, number, method.map(Into::into)), expected.into(), consent)
        }
        ActionCommand::UpdateBranch { service, number: name, expected, consent } => {
            let number = named!(number(&service, &name), consent);
            (Action::update_branch(service, number), expected.into(), consent)
        }
        ActionCommand::AutoMerge { service, number: name, off, method, expected, consent } => {
            let number = named!(number(&service, &name), consent);
            let action = match off {
                true => Action::disable_auto_merge(service, number),
                false => Action::enable_auto_merge(service, number, method.map(Into::into)),
            };
            (action, expected.into(), consent)
        }
        ActionCommand::Dequeue { service, number: name, consent } => {
            let number = named!(number(&service, &name), consent);
            (Action::dequeue(service, number), any(), consent)
        }
        ActionCommand::Revert { service, number: name, consent } => {
            let number = named!(number(&service, &name), consent);
            (Action::revert(service, number), any(), consent)
        }
        ActionCommand::Rollback { service, environment, to, pinning, expected, consent } => {
            let pin = pinning.choice(is_production(engine, &service, &environment));
            (Action::roll_back_and_pin(service, environment, to, consent.reason.clone(), pin), expected.into(), consent)
        }
        ActionCommand::Rerun { service, pipeline, consent } => {
            let pipeline = named!(pipeline_of(&service, &pipeline), consent);
            (Action::rerun(service, pipeline), any(), consent)
        }
        ActionCommand::Cancel { service, pipeline, consent } => {
            let pipeline = named!(pipeline_of(&service, &pipeline), consent);
            (Action::cancel(service, pipeline), any(), consent)
        }
        ActionCommand::Approve { service, pipeline, job, environment, consent } => {
            let pipeline = named!(pipeline_of(&service, &pipeline), consent);
            (Action::approve(service, pipeline, job.or(environment)), any(), consent)
        }
        ActionCommand::Promote { service, from, to, expected, consent } => (Action::promote(service, from, to), expected.into(), consent),
        ActionCommand::Release { service, environment, code, expected, consent } => {
            (Action::release(service, environment, code.into()), expected.into(), consent)
        }
    })
}

fn is_production(engine: &Engine, service: &str, environment: &str) -> bool {
    let services = engine.services();
    let of_service = services.iter().filter(|known| known.name == service);
    of_service.flat_map(|known| &known.environments).any(|known| known.name == environment && known.is_production())
}

/// `--yes` is consent to the printed plan: when the plan has changed, the new one is printed and nothing is sent.
/// At a terminal the person is asked again.
async fn decide(engine: &Engine, mut plan: Plan, expected: &Expected, consent: &Consent) -> Result<Exit> {
    for _ in 0..SHOWINGS {
        if !consent.json {
            let lines = plan_text::lines(&plan, &Clock::at(engine.now()));
            print::lines(&lines)?;
            if !consent.yes && print::asks_here() {
                print::before_question(&look::plain_page(&lines));
            }
        }
        if let Some(why) = expected.violated(&plan) {
            return Ok(not_sent(Some(&plan), &why, consent));
        }
        if let Some(why) = withheld(&plan, consent)? {
            return Ok(not_sent(Some(&plan), &why, consent));
        }
        let reason = consent.reason.clone().or_else(|| plan.action.reason().map(str::to_owned));
        match engine.execute(&plan.id, None, false, reason).await {
            Ok(Execution::Started(entry)) => return Ok(follow(engine, &plan, *entry, consent).await),
            Ok(Execution::Stale { plan: fresh, why }) => {
                let why = format!("what was shown has changed: {why}");
                plan = *fresh;
                if consent.yes {
                    if !consent.json {
                        print::lines(&plan_text::lines(&plan, &Clock::at(engine.now())))?;
                    }
                    return Ok(not_sent(Some(&plan), &why, consent));
                }
                print::say(&format!("{}. Nothing was sent.", why.trim_end_matches('.')));
                forget_typed();
            }
            // The facts were read again and there is no valid plan any more.
            Err(ExecuteError::Read(why)) => return Ok(not_sent(None, &why, consent)),
            Err(error) => return Ok(not_sent(Some(&plan), &error.to_string(), consent)),
        }
    }
    Ok(not_sent(Some(&plan), "The plan keeps changing while it is being confirmed. Try again later", consent))
}

/// Drops input that was typed before the question is asked again.
#[cfg(unix)]
fn forget_typed() {
    use rustix::termios::{QueueSelector, tcflush};
    if let Err(error) = tcflush(std::io::stdin(), QueueSelector::IFlush) {
        tracing::debug!(%error, "standard input is no terminal");
    }
}

#[cfg(not(unix))]
fn forget_typed() {}

/// Why the plan may not be executed; None when there is consent.
fn withheld(plan: &Plan, consent: &Consent) -> Result<Option<String>> {
    if let Verdict::Deny(reasons) = &plan.verdict() {
        return Ok(Some(format!("Refused: {}", reasons.join("; "))));
    }
    let says_why = consent.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    if plan.goes_over_a_pin() && !(consent.over.contains(&Over::Pin) && says_why) {
        return Ok(Some("It goes over a pin, which --yes does not cover; use --over pin --reason TEXT".to_owned()));
    }
    if consent.yes {
        return Ok(None);
    }
    if consent.json || !print::asks_here() {
        return Ok(Some("Not confirmed; use --yes to accept what is printed".to_owned()));
    }
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{}? [y/N] ", one_line(&plan.title)).and_then(|()| stderr.flush()).context("cannot ask")?;
    drop(stderr);
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).context("cannot read the answer")?;
    let yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    Ok((!yes).then(|| "Kept as is".to_owned()))
}

async fn follow(engine: &Engine, plan: &Plan, entry: Entry, consent: &Consent) -> Exit {
    let limit = Duration::from_secs(consent.timeout.unwrap_or(plan.action.default_timeout_seconds()));
    if !consent.json {
        print::note("Sent, checking");
    }
    let settled = tokio::select! {
        settled = engine.settled(&entry.id, limit) => settled,
        () = interrupted() => {
            print::say("the outcome is left to the journal; `slipway journal` checks it and shows it");
            None
        }
    };
    let entry = settled.unwrap_or(entry);
    let (exit, outcome) = outcome(&entry);
    if consent.json {
        let replaced_by = entry.replaced_by.as_ref();
        print::even_so(print::json(&Report { plan: Some(plan), entry: Some(&entry), outcome, message: &entry.message, replaced_by }, true));
    } else {
        let shown = of_entry(entry.state);
        let message = if entry.state == EntryState::Sent { String::new() } else { format!(". {}", one_line(&entry.message)) };
        let mut line = Line::plain(&format!("{}: ", one_line(&plan.title)));
        line.append(&Line::of(shown.word, shown.tone));
        print::even_so(print::text(&line.and(&message, Tone::Plain).render()));
    }
    if let Some(other) = &entry.replaced_by {
        print::say(&format!("{} has replaced it since", other.label));
    }
    exit
}

/// Waits for Ctrl C, a closed terminal, or the end of the session. Where signals cannot be handled they end the
/// program.
async fn interrupted() {
    if let Err(error) = termination_requested().await {
        tracing::debug!(%error, "signals cannot be handled");
        std::future::pending::<()>().await;
    }
}

fn outcome(entry: &Entry) -> (Exit, Outcome) {
    match (entry.state, entry.sent_at) {
        (EntryState::Succeeded, _) => (Exit::Done, Outcome::Succeeded),
        (EntryState::Failed, None) | (EntryState::NotSent, _) => (Exit::NotSent, Outcome::NotSent),
        (EntryState::Failed, Some(_)) => (Exit::Failed, Outcome::Failed),
        (EntryState::Unknown | EntryState::Planned | EntryState::Sent, _) => (Exit::Unknown, Outcome::Unknown),
    }
}

/// `plan`: the current plan; None where it could not be made again.
fn not_sent(plan: Option<&Plan>, why: &str, consent: &Consent) -> Exit {
    if consent.json {
        print::even_so(print::json(&Report { plan, entry: None, outcome: Outcome::NotSent, message: why, replaced_by: None }, true));
    }
    print::nothing_sent(why);
    Exit::NotSent
}

/// Service and environment are Slipway's own names, so an unknown one is a usage error. When an object does not
/// exist at the vendor, nothing is sent.
fn names_what_exists(engine: &Engine, action: &Action) -> bool {
    let services = engine.services();
    let Some(service) = services.iter().find(|s| s.name == action.service) else { return false };
    let has = |environment: &str| service.environments.iter().any(|e| e.name == environment);
    match &action.kind {
        ActionKind::Release(ReleaseAction { environment, change: ReleaseChange::Promote { from } }) => has(from) && has(environment),
        ActionKind::Release(action) => has(&action.environment),
        ActionKind::PullRequest(_) | ActionKind::Pipeline(_) => true,
    }
}

fn refused(error: &PlanError, named: bool, consent: &Consent) -> Exit {
    let message = error.to_string();
    if consent.json {
        print::even_so(print::json(
            &Report { plan: None, entry: None, outcome: Outcome::NotSent, message: &message, replaced_by: None },
            true,
        ));
    }
    let exit = match error {
        PlanError::Ambiguous(_) => Exit::Usage,
        PlanError::NotFound(_) if !named => Exit::Usage,
        PlanError::NotFound(_) | PlanError::Impossible(_) | PlanError::Read(_) => Exit::NotSent,
    };
    if exit == Exit::NotSent {
        print::nothing_sent(&message);
    } else {
        print::say(&message);
    }
    exit
}
