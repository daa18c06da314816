//! What a plan says of what ships, added to the plan of the action itself: what is merged, what comes
//! and goes where code is put live, what ships over it, and what was rolled back and would ship again.

use super::confirmation::{Confirmation, ConfirmationKind};
use super::consequence::{Consequence, ConsequenceKind, ConsequenceSubject, CrossedMigration, LeavingPullRequest};
use super::model::Plan;
use super::pin::over_pins;
use crate::environment::Environment;
use crate::history::{History, RevertEvidence};
use crate::humanize::{about, count, list, short};
use crate::pending_approvals::{gates, pending_approvals};
use crate::pin::kept_out;
use crate::pipeline::Pipeline;
use crate::pull_request::{CheckCounts, PullRequest};
use crate::shipment::{Change, InFlight, InFlightKind, RolledBackChange};
use crate::status::PipelineStatus;

/// What a merge must know of the environments that the branch is released to.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    pub ships_again: Vec<RolledBackChange>,
    /// Productions that are down, in words.
    pub outages: Vec<String>,
    /// What could not be read, in words.
    pub gaps: Vec<String>,
}

/// A pull request on its way into the branch.
#[must_use]
pub fn with_pull_request_shipment(mut plan: Plan, pr: &PullRequest, outlook: Outlook) -> Plan {
    plan.shipment.brings = vec![Change::of_pull_request(pr)];
    let mut said = vec![landing(pr)];
    for outage in outlook.outages {
        let details = vec!["What is merged now is released into the outage.".to_owned()];
        said.push(warning(outage, details));
    }
    said.extend(unknown(outlook.gaps));
    said.append(&mut plan.consequences);
    plan.consequences = said;
    with_ships_again(plan, outlook.ships_again)
}

fn landing(pr: &PullRequest) -> Consequence {
    let author = pr.author.as_ref().map_or(String::new(), |author| format!(", by {author}"));
    let mut details = Vec::new();
    details.push(if pr.checks_complete { checks(pr.checks) } else { "Not all of its checks could be read".to_owned() });
    let change = Change::of_pull_request(pr);
    details.push(match change.approvals.unwrap_or(0) as usize {
        0 => "No approval".to_owned(),
        n => count(n, "approval"),
    });
    details.extend(change.url);
    fact(format!("#{} {}{author}", pr.number, pr.title), details)
}

fn checks(counts: CheckCounts) -> String {
    // Those that failed for not having run to their end are told apart.
    let apart = [
        (counts.timed_out, "timed out"),
        (counts.cancelled, "cancelled"),
        (counts.action_required, "waiting for a person"),
        (counts.stale, "out of date"),
    ];
    let failed = counts.failed.saturating_sub(apart.iter().map(|(n, _)| n).sum());
    let words = [(counts.passed, "passed"), (failed, "failed")].into_iter().chain(apart).chain([
        (counts.pending, "running"),
        (counts.missing, "not reported"),
        (counts.skipped, "skipped"),
    ]);
    let told: Vec<String> = words.filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if told.is_empty() { "No checks".to_owned() } else { format!("Checks: {}", told.join(", ")) }
}

/// Changes that an environment was rolled back from and that the action would put live again.
#[must_use]
pub fn with_ships_again(mut plan: Plan, again: Vec<RolledBackChange>) -> Plan {
    let mut environments: Vec<&str> = again.iter().map(|change| change.environment.as_str()).collect();
    environments.dedup();
    let said: Vec<Consequence> = environments.into_iter().map(|name| ships_again(name, &again)).collect();
    plan.consequences.extend(said);
    plan.also_confirm(over_pins(&again));
    plan.shipment.ships_again = again;
    plan
}

fn ships_again(environment: &str, again: &[RolledBackChange]) -> Consequence {
    let of_it: Vec<&RolledBackChange> = again.iter().filter(|change| change.environment == environment).collect();
    let name = |change: &&RolledBackChange| {
        if change.known || change.change.number.is_some() { change.change.name() } else { change.change.title.clone() }
    };
    let names = list(&of_it.iter().map(name).collect::<Vec<_>>());
    let ship = if of_it.len() == 1 { "ships" } else { "ship" };
    let may = if of_it.iter().any(|change| change.known) { ship.to_owned() } else { "may ship".to_owned() };
    let line = |change: &&RolledBackChange| {
        let release = change.release.as_ref().map_or(String::new(), |release| format!(" (left with {release})"));
        let doubt = if change.known { "" } else { "; whether it is contained, or reverted by now, is not known for sure" };
        format!("{}{release}{doubt}", if change.change.number.is_some() { change.change.line() } else { change.change.title.clone() })
    };
    warning(format!("{names} {may} again: {environment} was rolled back from it"), of_it.iter().map(line).collect())
        .about(ConsequenceSubject::ShipsAgain)
}

/// What is on its way and would replace what the action makes live.
#[must_use]
pub fn with_in_flight(mut plan: Plan, in_flight: Vec<InFlight>, gaps: Vec<String>) -> Plan {
    let is_quiet = |f: &&InFlight| matches!(f.kind, InFlightKind::MergeQueue | InFlightKind::AutoMerge);
    let loud = in_flight.iter().filter(|f| !is_quiet(f)).map(ships_over);
    let quiet: Vec<String> = in_flight.iter().filter(is_quiet).map(|f| f.label.clone()).collect();
    let later = (!quiet.is_empty()).then(|| {
        let title = format!("{} on the way into the branch; what follows a merge ships over this", count(quiet.len(), "PR"));
        fact(title, quiet).about(ConsequenceSubject::ShipsOver)
    });
    let said: Vec<Consequence> = loud.chain(unknown(gaps)).chain(later).collect();
    plan.consequences.splice(0..0, said);
    plan.shipment.ships_over = in_flight;
    plan
}

fn ships_over(f: &InFlight) -> Consequence {
    let title = match (&f.waits_for, f.ships_in_seconds) {
        (Some(waits), _) => format!("{} waits for {waits}, and would then ship over this", f.label),
        (None, Some(seconds)) => format!("{} ships over this in {}", f.label, about(seconds as f64)),
        (None, None) => format!("{} ships over this when it is done; no estimate yet", f.label),
    };
    let numbers: Vec<String> = f.carries.iter().map(|n| format!("#{n}")).collect();
    let carries = (!numbers.is_empty()).then(|| format!("It carries {}.", list(&numbers)));
    let advice = match (f.kind, &f.waits_for) {
        (InFlightKind::Pipeline, None) => Some("Cancel it or hold it first, or it replaces this."),
        (InFlightKind::Pipeline, Some(_)) => Some("Leave it unapproved, or cancel it."),
        (InFlightKind::MergeQueue | InFlightKind::AutoMerge | InFlightKind::Build | InFlightKind::Release, _) => None,
    };
    warning(title, carries.into_iter().chain(advice.map(str::to_owned)).collect()).about(ConsequenceSubject::ShipsOver)
}

/// The pipeline that built what is released.
#[derive(Clone, Debug)]
pub enum BuiltBy {
    Pipeline(Box<Pipeline>),
    /// No pipeline of the commit is known, or the commit is not, or the CI could not be read.
    NotKnown(String),
    /// The service has no CI.
    NoCi,
}

/// Releasing what a pipeline built does not wait for that pipeline: a person accepts that it failed, or that an
/// approval is pending.
#[must_use]
pub fn with_release_pipeline(mut plan: Plan, built: &BuiltBy, environment: &str, environments: &[&str]) -> Plan {
    match built {
        BuiltBy::NoCi => plan,
        BuiltBy::NotKnown(why) => {
            plan.consequences.push(warning("Whether its pipeline passed is not known".to_owned(), vec![why.clone()]));
            plan
        }
        BuiltBy::Pipeline(pipeline) if pipeline.status == PipelineStatus::Passed => {
            plan.consequences.push(fact(format!("Pipeline #{} passed", pipeline.number), vec![]));
            plan
        }
        BuiltBy::Pipeline(pipeline) => {
            plan.also_confirm(not_passed(pipeline, environment, environments));
            plan
        }
    }
}

fn not_passed(pipeline: &Pipeline, environment: &str, environments: &[&str]) -> Vec<Confirmation> {
    let open = pending_approvals(pipeline).into_iter().filter(|hold| gates(pipeline, hold.job, environments).contains(&environment));
    let mut asked: Vec<Confirmation> = open
        .map(|hold| {
            let text = format!("Pipeline #{} still waits for {}, which lets it reach {environment}", pipeline.number, hold.job.name);
            Confirmation::new(ConfirmationKind::ApprovalOpen, [pipeline.id.clone(), hold.job.name.clone()], text)
        })
        .collect();
    if asked.is_empty() || pipeline.failed_job().is_some() {
        let job = pipeline.failed_job().map(|job| job.name.clone());
        let text = match (&job, pipeline.status) {
            (Some(job), _) => format!("Pipeline #{}, which built it, failed in {job}", pipeline.number),
            (None, status) => format!("Pipeline #{}, which built it, has not passed: it is {}", pipeline.number, status_words(status)),
        };
        asked.insert(0, Confirmation::new(ConfirmationKind::PipelineNotPassed, std::iter::once(pipeline.id.clone()).chain(job), text));
    }
    asked
}

fn status_words(status: PipelineStatus) -> &'static str {
    match status {
        PipelineStatus::Queued => "queued",
        PipelineStatus::Running => "running",
        PipelineStatus::Failing => "failing",
        PipelineStatus::OnHold => "on hold",
        PipelineStatus::Passed => "passed",
        PipelineStatus::Failed => "failed",
        PipelineStatus::Canceled => "canceled",
        PipelineStatus::Unknown => "not known",
    }
}

/// What a pipeline that goes on would release to one environment.
#[derive(Clone, Debug)]
pub struct EnvironmentShipment {
    pub environment: String,
    pub app: String,
    /// None where it could not be learnt.
    pub brings: Option<Vec<Change>>,
    /// Changes that run there now and are not in the pipeline's code.
    pub takes_out: Vec<Change>,
    /// None where it could not be learnt.
    pub migrations: Option<Vec<CrossedMigration>>,
    pub ships_again: Vec<RolledBackChange>,
    pub gaps: Vec<String>,
}

/// An approval or a rerun: what it would release where, and what it would take out there. Not every
/// workflow releases, and no CI tells which do, so the plan says what the code contains.
#[must_use]
pub fn with_pipeline(mut plan: Plan, pipeline: &Pipeline, shipments: Vec<EnvironmentShipment>) -> Plan {
    let code = pipeline.commit.as_deref().map_or_else(|| "its code".to_owned(), |sha| short(sha).to_owned());
    let mut again = Vec::new();
    let mut asked = Vec::new();
    for shipment in shipments {
        plan.consequences.extend(pipeline_consequences(&code, &shipment));
        asked.extend(leaves(&shipment));
        add_changes(&mut plan.shipment.brings, shipment.brings.unwrap_or_default());
        add_changes(&mut plan.shipment.takes_out, shipment.takes_out);
        again.extend(shipment.ships_again);
    }
    plan.also_confirm(asked);
    with_ships_again(plan, again)
}

fn pipeline_consequences(code: &str, shipment: &EnvironmentShipment) -> Vec<Consequence> {
    let place = format!("{} ({})", shipment.environment, shipment.app);
    let mut said = vec![match &shipment.brings {
        None => warning(format!("Which PRs {code} would bring to {place} is not known"), shipment.gaps.clone()),
        Some(found) if found.is_empty() => fact(format!("{code} would bring nothing new to {place}"), vec![]),
        Some(found) => {
            let title = format!("{code} would bring {} to {place}", count(found.len(), "change"));
            fact(title, found.iter().map(Change::line).collect()).about(ConsequenceSubject::Brings)
        }
    }];
    if !shipment.takes_out.is_empty() {
        let title = format!("{place} runs newer code: {} would be taken out", count(shipment.takes_out.len(), "change"));
        said.push(warning(title, shipment.takes_out.iter().map(Change::line).collect()).about(ConsequenceSubject::TakesOut));
    }
    match &shipment.migrations {
        None => said.push(warning(format!("Whether it changes the database of {} is not known", shipment.environment), vec![])),
        Some(found) if found.is_empty() => {}
        Some(found) => {
            let paths = found.iter().map(|m| m.pull_request.map_or_else(|| m.path.clone(), |n| format!("{} (from #{n})", m.path)));
            said.push(warning(format!("{} with it to {}", come(found.len(), "migration"), shipment.environment), paths.collect()));
        }
    }
    said
}

fn leaves(shipment: &EnvironmentShipment) -> Option<Confirmation> {
    let taken = &shipment.takes_out;
    let text = format!("{} would go out of {}", list(&taken.iter().map(Change::name).collect::<Vec<_>>()), shipment.environment);
    let ids = taken.iter().map(|change| change.id.clone());
    (!taken.is_empty()).then(|| Confirmation::new(ConfirmationKind::CodeLeaves, ids, text))
}

impl EnvironmentShipment {
    /// Nothing could be learnt of what reaches the environment.
    pub fn unknown(environment: &Environment, why: String) -> Self {
        Self {
            environment: environment.name.clone(),
            app: environment.app.clone(),
            brings: None,
            takes_out: Vec::new(),
            migrations: None,
            // What is not known counts as bringing it back.
            ships_again: kept_out(environment, None, &History::new([], &RevertEvidence::default())),
            gaps: vec![why],
        }
    }
}

impl Change {
    pub fn of_leaving(pr: &LeavingPullRequest) -> Self {
        Self {
            id: format!("#{}", pr.number),
            number: Some(pr.number),
            title: pr.title.clone(),
            author: pr.author.clone(),
            ..Self::default()
        }
    }

    pub fn of_sha(sha: &str) -> Self {
        Self { id: sha.to_owned(), ..Self::default() }
    }
}

fn add_changes(all: &mut Vec<Change>, more: Vec<Change>) {
    for change in more {
        if !all.iter().any(|known| known.id == change.id) {
            all.push(change);
        }
    }
}

fn unknown(gaps: Vec<String>) -> Option<Consequence> {
    (!gaps.is_empty()).then(|| warning("Not everything that may ship could be read".to_owned(), gaps))
}

fn fact(title: String, details: Vec<String>) -> Consequence {
    Consequence { subject: None, kind: ConsequenceKind::Fact, title, details }
}

fn warning(title: String, details: Vec<String>) -> Consequence {
    Consequence { subject: None, kind: ConsequenceKind::Warning, title, details }
}

fn come(n: usize, one: &str) -> String {
    format!("{} {}", count(n, one), if n == 1 { "comes" } else { "come" })
}
