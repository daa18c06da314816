//! The ways out of an incident as text: what each does, how long it takes, and the command to type.

use crate::look::{Line, Tone};
use futures::future::{join, join_all};
use slipway_domain::action::Action;
use slipway_domain::humanize::{about, count, shell_word};
use slipway_domain::plan::{Plan, Verdict};
use slipway_domain::snapshot::{ServiceState, Snapshot};
use slipway_domain::ways_out::{RollbackChoice, WaysOut, ways_out};
use slipway_engine::Engine;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Releases that are named where a person must choose one.
const CHOICES: usize = 5;

/// The plan of an action, or why there is none.
type Planned = Result<Plan, String>;

/// The plans of one environment; None where there is nothing to plan.
struct Plans {
    rollback: Option<Planned>,
    revert: Option<Planned>,
    /// What can be reverted: what the live release brought, else what the rollback would take out.
    reverts: Option<Vec<u64>>,
}

/// Plans both ways for every production environment that is hurt, by the service's name. Nothing is sent.
pub(super) async fn read(engine: &Engine, snapshot: &Snapshot, within: Duration) -> BTreeMap<String, Vec<Line>> {
    let until = Instant::now() + within;
    let mut found = BTreeMap::new();
    for state in &snapshot.services {
        let ways = ways_out(state);
        let plans = join_all(ways.iter().map(|way| plans(engine, &state.name, way, until))).await;
        found.insert(state.name.clone(), ways.iter().zip(&plans).flat_map(|(way, plans)| lines(state, way, plans)).collect());
    }
    found
}

/// The same where nothing could be planned.
#[cfg(test)]
pub(super) fn unread(state: &ServiceState, why: &str) -> Vec<Line> {
    let planned = |action: Option<Action>| action.map(|_| Err(why.to_owned()));
    let plans = |way: &WaysOut<'_>| {
        let (rollback, revert) = (planned(way.roll_back(&state.name)), planned(way.revert(&state.name)));
        Plans { rollback, revert, reverts: way.reverts.clone() }
    };
    ways_out(state).iter().flat_map(|way| lines(state, way, &plans(way))).collect()
}

async fn plans(engine: &Engine, service: &str, way: &WaysOut<'_>, until: Instant) -> Plans {
    let (rollback, revert) = join(plan(engine, way.roll_back(service), until), plan(engine, way.revert(service), until)).await;
    let detail = rollback.as_ref().and_then(|planned| planned.as_ref().ok()?.rollback.as_ref());
    let leaving = detail.and_then(|detail| detail.pull_requests.as_ref());
    let leaving = leaving.map(|leaving| leaving.iter().map(|pr| pr.number).collect::<Vec<_>>());
    match (&way.reverts, leaving) {
        (None, Some(leaving)) => {
            let first = leaving.first().map(|number| Action::revert(service.to_owned(), *number));
            Plans { rollback, revert: plan(engine, first, until).await, reverts: Some(leaving) }
        }
        (known, _) => Plans { rollback, revert, reverts: known.clone() },
    }
}

async fn plan(engine: &Engine, action: Option<Action>, until: Instant) -> Option<Planned> {
    let left = until.saturating_duration_since(Instant::now());
    let planned = tokio::time::timeout_at(until, engine.plan_within(action?, left)).await;
    Some(match planned {
        Ok(planned) => planned.map_err(|error| error.to_string()),
        Err(_) => Err("its plan was not ready in time".to_owned()),
    })
}

fn lines(state: &ServiceState, way: &WaysOut<'_>, plans: &Plans) -> Vec<Line> {
    let environment = &way.environment.name;
    let mut lines = vec![Line::of(&format!("  Two ways out of {environment}, each with its plan before anything is sent:"), Tone::Strong)];
    lines.extend(rollback(state, way, plans.rollback.as_ref()));
    lines.extend(revert(state, plans));
    lines
}

fn rollback(state: &ServiceState, way: &WaysOut<'_>, planned: Option<&Planned>) -> Vec<Line> {
    let environment = &way.environment.name;
    let command = format!("slipway rollback {} {}", shell_word(&state.name), shell_word(environment));
    match &way.rollback {
        RollbackChoice::To(version) => {
            let usual = state.usual.rollback.get(environment).map(|usual| usual.seconds);
            option(&format!("Roll back {environment} to v{version}"), planned, usual, "", &command)
        }
        RollbackChoice::Name { why, releases } => {
            let named: Vec<String> = releases.iter().take(CHOICES).map(|version| format!("v{version}")).collect();
            let choice = format!("{command} --to {}", named.first().map_or("VERSION", String::as_str));
            let mut lines = refused(&format!("Roll back {environment}"), why);
            lines.push(Line::plain(&format!("      It can go to {}", named.join(", "))));
            lines.push(command_line(&choice));
            lines
        }
        RollbackChoice::Impossible(why) => refused(&format!("Roll back {environment}"), why),
    }
}

fn revert(state: &ServiceState, plans: &Plans) -> Vec<Line> {
    let numbers = match plans.reverts.as_deref() {
        None => return refused("Revert", "Which pull requests are live is not known"),
        Some([]) => return refused("Revert", "The live release brought no pull request"),
        Some(numbers) => numbers,
    };
    let usual = state.usual.pipeline.map(|usual| usual.seconds);
    let first = numbers[0];
    let command = format!("slipway revert {} {first}", shell_word(&state.name));
    let mut lines = option(&format!("Revert #{first}"), plans.revert.as_ref(), usual, ", review not counted", &command);
    if numbers.len() > 1 {
        let others: Vec<String> = numbers[1..].iter().map(|number| format!("#{number}")).collect();
        let words =
            format!("      It is one of {} that came last; the others: {}", count(numbers.len(), "pull request"), others.join(", "));
        lines.push(Line::of(&words, Tone::Grey));
    }
    lines
}

/// `usual`: seconds, from earlier runs. `more`: what the time leaves out.
fn option(title: &str, planned: Option<&Planned>, usual: Option<f64>, more: &str, command: &str) -> Vec<Line> {
    let seconds = planned.and_then(|planned| planned.as_ref().ok()?.estimate.map(|estimate| estimate.seconds)).or(usual);
    let time = seconds.map_or_else(|| "no estimate yet".to_owned(), |seconds| format!("{}{more}", about(seconds)));
    let verdict = planned.map(|planned| planned.as_ref().map(Plan::verdict));
    match verdict {
        Some(Ok(Verdict::Deny(reasons))) => refused(title, &reasons.join("; ")),
        Some(Ok(Verdict::Confirm(reasons))) => {
            let mut lines = offered(title, &time, command);
            lines.extend(reasons.iter().map(|reason| Line::of(&format!("      to confirm: {reason}"), Tone::Warn)));
            lines
        }
        Some(Ok(Verdict::Allow)) => offered(title, &time, command),
        Some(Err(why)) => {
            let mut lines = offered(title, &time, command);
            lines.push(Line::of(&format!("      Whether it is possible is not known: {why}"), Tone::Grey));
            lines
        }
        None => offered(title, &time, command),
    }
}

fn offered(title: &str, time: &str, command: &str) -> Vec<Line> {
    vec![Line::plain("    ").and(title, Tone::Strong).and(&format!("  {time}"), Tone::Plain), command_line(command)]
}

fn refused(title: &str, why: &str) -> Vec<Line> {
    let why = why.trim_end_matches('.');
    vec![Line::plain("    ").and(title, Tone::Strong).and("  not possible: ", Tone::Warn).and(why, Tone::Plain)]
}

fn command_line(command: &str) -> Line {
    Line::of(&format!("      {command}"), Tone::Run)
}
