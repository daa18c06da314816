//! Stops what would bring a bad change back: one consent, one request for each, one outcome for each.

use super::{engine, plan_text};
use crate::arguments::StopArguments;
use crate::exit::Exit;
use crate::look::when::Clock;
use crate::look::{self, Line, Tone};
use crate::print;
use crate::safe_text::one_line;
use anyhow::{Context, Result};
use schemars::JsonSchema;
use serde::Serialize;
use slipway_domain::plan::{PlanSet, SetOutcome, SetOutcomeState};
use slipway_engine::PlanError;
use std::io::{BufRead, Write};
use std::time::Duration;

/// Seconds until an outcome that was not seen is called unknown.
const TIMEOUT: u64 = 300;

/// The document of `--json`.
#[derive(Serialize, JsonSchema)]
pub(super) struct StopReport<'a> {
    /// None where there is nothing to plan.
    pub(super) set: Option<&'a PlanSet>,
    /// One for each plan, in their order; empty where nothing was sent.
    pub(super) outcomes: &'a [SetOutcome],
    pub(super) message: &'a str,
}

/// An error means that nothing was sent.
pub(super) async fn stop(arguments: StopArguments) -> Result<Exit> {
    let engine = engine(false).await?;
    let set = match engine.plan_stop(&arguments.service, &arguments.environment).await {
        Ok(set) => set,
        Err(error) => return Ok(refused(&error, &arguments)),
    };
    let page = lines(&set, &Clock::at(engine.now()));
    if !arguments.json {
        print::lines(&page)?;
        if !arguments.yes && print::asks_here() {
            print::before_question(&look::plain_page(&page));
        }
    }
    if let Some(why) = withheld(&set, &arguments)? {
        return Ok(not_sent(Some(&set), &why, &arguments));
    }
    let timeout = Duration::from_secs(arguments.timeout.unwrap_or(TIMEOUT));
    let outcomes = match engine.execute_set(&set.id, arguments.reason.clone(), timeout).await {
        Ok(outcomes) => outcomes,
        Err(error) => return Ok(not_sent(Some(&set), &error.to_string(), &arguments)),
    };
    if arguments.json {
        print::even_so(print::json(&StopReport { set: Some(&set), outcomes: &outcomes, message: "" }, true));
    } else {
        for outcome in &outcomes {
            let (word, tone) = shown(outcome.state);
            let line = Line::plain(&format!("{}: ", one_line(&outcome.title)));
            let message = one_line(&outcome.message);
            let line = with(line, word, tone).and(&if message.is_empty() { String::new() } else { format!(". {message}") }, Tone::Plain);
            print::even_so(print::text(&line.render()));
        }
    }
    Ok(worst(&outcomes))
}

fn with(mut line: Line, word: &str, tone: Tone) -> Line {
    line.append(&Line::of(word, tone));
    line
}

fn shown(state: SetOutcomeState) -> (&'static str, Tone) {
    match state {
        SetOutcomeState::Done => ("done", Tone::Ok),
        SetOutcomeState::Refused => ("refused", Tone::Warn),
        SetOutcomeState::Unknown => ("unknown", Tone::Warn),
        SetOutcomeState::NotSent => ("not sent", Tone::Warn),
    }
}

/// The exit code is the worst: not knowing is worse than a refusal, which is worse than nothing sent.
fn worst(outcomes: &[SetOutcome]) -> Exit {
    let any = |state| outcomes.iter().any(|outcome| outcome.state == state);
    match () {
        () if any(SetOutcomeState::Unknown) => Exit::Unknown,
        () if any(SetOutcomeState::Refused) => Exit::Failed,
        () if any(SetOutcomeState::NotSent) => Exit::NotSent,
        () => Exit::Done,
    }
}

fn lines(set: &PlanSet, clock: &Clock) -> Vec<Line> {
    let mut lines = vec![Line::of(&one_line(&set.title), Tone::Strong)];
    for plan in &set.plans {
        lines.extend(plan_text::lines(plan, clock));
    }
    for left in &set.left {
        lines.push(Line::of(&format!("! Not stopped: {}. {}", one_line(&left.label), one_line(&left.why)), Tone::Warn));
    }
    lines
}

/// Why nothing is sent; None when there is consent.
fn withheld(set: &PlanSet, arguments: &StopArguments) -> Result<Option<String>> {
    if set.plans.is_empty() {
        return Ok(Some("Nothing that can be sent would stop it".to_owned()));
    }
    if arguments.yes {
        return Ok(None);
    }
    if arguments.json || !print::asks_here() {
        return Ok(Some("Not confirmed; use --yes to accept what is printed".to_owned()));
    }
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{}? [y/N] ", one_line(&set.title)).and_then(|()| stderr.flush()).context("cannot ask")?;
    drop(stderr);
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).context("cannot read the answer")?;
    let yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    Ok((!yes).then(|| "Kept as is".to_owned()))
}

fn refused(error: &PlanError, arguments: &StopArguments) -> Exit {
    match error {
        PlanError::NotFound(_) | PlanError::Ambiguous(_) => {
            if arguments.json {
                print::even_so(print::json(&StopReport { set: None, outcomes: &[], message: &error.to_string() }, true));
            }
            print::say(&error.to_string());
            Exit::Usage
        }
        PlanError::Impossible(_) | PlanError::Read(_) => not_sent(None, &error.to_string(), arguments),
    }
}

fn not_sent(set: Option<&PlanSet>, why: &str, arguments: &StopArguments) -> Exit {
    if arguments.json {
        print::even_so(print::json(&StopReport { set, outcomes: &[], message: why }, true));
    }
    print::nothing_sent(why);
    Exit::NotSent
}
