//! What is wrong or waits for a person, as a function of the state.

use super::{health, pipelines, releases};
use crate::alert::{Alert, AlertKind, Subject};
use crate::built_not_released::built_not_released;
use crate::dropped::dropped_alert;
use crate::environment::Environment;
use crate::history::{History, RevertEvidence, Reverted};
use crate::humanize::shell_word;
use crate::journal::{Entry, EntryState};
use crate::no_pipeline::no_pipeline;
use crate::pending_approvals::{is_superseded, pending_approvals};
use crate::pipeline::Pipeline;
use crate::rolled_back::{left_behind, rolled_back};
use crate::snapshot::ServiceState;
use crate::source::{Source, SourceErrorKind};
use crate::status::{PipelineStatus, Severity};
use crate::time::Time;

/// Every alert of a service, with those that come with time, worst first.
pub fn alerts_at(service: &ServiceState, now: Time) -> Vec<Alert> {
    let mut alerts = alerts(service);
    alerts.extend(no_pipeline(service, now));
    alerts.extend(service.environments.iter().filter_map(|environment| built_not_released(service, environment, now)));
    alerts.sort_by_key(|a| std::cmp::Reverse(a.severity));
    alerts
}

/// Every alert that the state alone tells, worst first.
pub fn alerts(service: &ServiceState) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let evidence = RevertEvidence::default();
    let history = History::new(&service.main, &evidence);
    for environment in &service.environments {
        alerts.extend(behind_the_branch(service, environment, &history));
        alerts.extend(health::environment_down(service, environment));
        alerts.extend(health::process_down(environment));
        alerts.extend(releases::release_failed(environment, &service.main));
        alerts.extend(crate::watch::watch_bad(environment));
        alerts.extend(crate::pin::pin_violated(environment));
        alerts.extend(maintenance(service, environment));
    }
    alerts.extend(pipelines::failed_pipelines(service).into_iter().map(|pipeline| pipelines::pipeline_failed(service, pipeline)));
    alerts.extend(service.pipelines.iter().flat_map(|pipeline| approvals_waiting(service, pipeline, &history)));
    alerts.extend(service.pull_requests.iter().filter_map(dropped_alert));
    alerts.extend(service.actions.iter().filter_map(outcome_unknown));
    alerts.extend(source_alerts(service));
    alerts.extend(repository_alerts(service));
    alerts.extend(production_not_said(service));
    alerts.extend(not_learnt(service));
    alerts.sort_by_key(|a| std::cmp::Reverse(a.severity));
    alerts
}

/// Environments that may be production, where no person has said yet whether they are.
fn production_not_said(service: &ServiceState) -> Vec<Alert> {
    let asked = service.config.environments.iter().filter(|config| config.asks_for_production());
    asked
        .map(|config| Alert {
            kind: AlertKind::ProductionNotSaid,
            severity: Severity::Info,
            message: format!(
                "Is {} of {} production? It counts as such until you say: slipway service set {} --environment {} --production YES-OR-NO",
                config.name,
                service.name,
                shell_word(&service.name),
                shell_word(&config.name)
            ),
            since: None,
            subject: Subject::environment(&config.name, None),
        })
        .collect()
}

fn maintenance(service: &ServiceState, environment: &Environment) -> Option<Alert> {
    let production = environment.production;
    (environment.maintenance == Some(true)).then(|| Alert {
        kind: AlertKind::Maintenance,
        severity: if production { Severity::Problem } else { Severity::Info },
        message: format!("{} of {} is in maintenance mode.", crate::humanize::capital(&environment.name), service.name),
        since: None,
        subject: Subject::environment(&environment.name, None),
    })
}

/// Names every pending approval of a pipeline that has not been superseded.
fn approvals_waiting(service: &ServiceState, pipeline: &Pipeline, history: &History<'_>) -> Option<Alert> {
    let open: Vec<_> = pending_approvals(pipeline)
        .into_iter()
        .filter(|_| pipeline.status != PipelineStatus::Canceled)
        .filter(|hold| !is_superseded(service, pipeline, hold.job, history))
        .collect();
    let names: Vec<String> = open.iter().map(|hold| hold.job.name.clone()).collect();
    let first = open.first()?;
    Some(Alert {
        kind: AlertKind::ApprovalWaiting,
        severity: Severity::Info,
        message: format!("Pipeline #{} waits for approval of {}.", pipeline.number, crate::humanize::list(&names)),
        since: first.job.started_at.or(pipeline.created_at),
        subject: Subject { pull_request: pipeline.pull_request, ..Subject::pipeline(&pipeline.id) },
    })
}

/// What was rolled back from is still on the branch: the next release ships it again, unless it is
/// reverted. It stays until newer code is live.
fn behind_the_branch(service: &ServiceState, environment: &Environment, history: &History<'_>) -> Option<Alert> {
    let rollback = left_behind(&environment.releases)?.rollback;
    let left = rolled_back(environment, history)?;
    let tip = service.main.first().map(|commit| commit.sha.as_str());
    let reverted =
        |name: &str| left.unknown.is_empty() && left.changes.iter().all(|change| change.reverted_in(name, history) == Reverted::Yes);
    let (severity, then) = match tip.map(reverted) {
        Some(true) => (Severity::Info, format!("It is reverted on {}; the next release brings that.", service.branch)),
        Some(false) | None => (Severity::Problem, format!("The next release of {} ships it again, unless it is reverted.", service.branch)),
    };
    Some(Alert {
        kind: AlertKind::RolledBack,
        severity,
        message: format!(
            "{} is behind {}: rolled back from {}. {then}",
            crate::humanize::capital(&environment.name),
            service.branch,
            left.names()
        ),
        since: rollback.released_at,
        subject: Subject::environment(&environment.name, Some(rollback.version)),
    })
}

fn outcome_unknown(entry: &Entry) -> Option<Alert> {
    (entry.state == EntryState::Unknown && entry.is_open()).then(|| Alert {
        kind: AlertKind::OutcomeUnknown,
        severity: Severity::Problem,
        message: format!(
            "{} of {}: outcome unknown. {}",
            crate::humanize::capital(&entry.action.replace('_', " ")),
            entry.target,
            entry.message
        ),
        since: Some(entry.at),
        subject: Subject::default(),
    })
}

fn source_alerts(service: &ServiceState) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = Vec::new();
    for source in &service.sources {
        let Some(error) = &source.error else { continue };
        let kind = kind_of(error.kind);
        let subject = match &source.source {
            Source::Environment(name) => Subject::environment(name, None),
            Source::Code | Source::Ci => Subject::default(),
        };
        let of = subject.environment.as_ref().map_or(String::new(), |name| format!(" ({name})"));
        let message = format!("{}{of}", error.message);
        alerts.push(Alert { kind, severity: Severity::Problem, message, since: Some(error.since), subject });
    }
    alerts
}

/// What an error of a source asks for.
pub fn kind_of(error: SourceErrorKind) -> AlertKind {
    match error {
        SourceErrorKind::SignIn
        | SourceErrorKind::NoToken
        | SourceErrorKind::Expired
        | SourceErrorKind::Revoked
        | SourceErrorKind::SingleSignOn
        | SourceErrorKind::TwoFactor => AlertKind::SignInAgain,
        SourceErrorKind::RateLimited => AlertKind::RateLimited,
        SourceErrorKind::Scope
        | SourceErrorKind::Suspended
        | SourceErrorKind::Forbidden
        | SourceErrorKind::NotFound
        | SourceErrorKind::Unreachable
        | SourceErrorKind::Proxy
        | SourceErrorKind::Portal
        | SourceErrorKind::Garbled
        | SourceErrorKind::Late
        | SourceErrorKind::Internal => AlertKind::SourceUnreachable,
    }
}

fn repository_alerts(service: &ServiceState) -> Vec<Alert> {
    let repository = &service.repository;
    let info = |kind, message: String| Alert { kind, severity: Severity::Info, message, since: None, subject: Subject::default() };
    let mut alerts = Vec::new();
    if repository.archived {
        alerts.push(info(AlertKind::RepositoryArchived, format!("{} is archived: nothing can be merged or changed there.", service.repo)));
    }
    if let Some(name) = &repository.renamed_to {
        alerts.push(info(AlertKind::RepositoryRenamed, format!("{} was renamed to {name}; change the service.", service.repo)));
    }
    if let Some(branch) = &repository.branch_renamed_to {
        let message = format!(
            "{} has no branch {} any more; its default branch is {branch}. What is shown of it is the last that was read. Follow the new one with: slipway service set {} --branch {}",
            service.repo,
            service.branch,
            shell_word(&service.name),
            shell_word(branch)
        );
        alerts.push(Alert { severity: Severity::Problem, ..info(AlertKind::BranchRenamed, message) });
    }
    if repository.pull_requests_cut {
        let message = format!("Only the newest PRs are read: {} of {} open.", service.pull_requests.len(), service.open_pull_requests);
        alerts.push(info(AlertKind::NotLearnt, message));
    }
    if repository.check_runs_hidden {
        let host = service.rules.host.title;
        let message = format!(
            "The {host} token cannot read check runs, and a fine-grained one cannot be given that permission: \
             {host}'s own word on each PR stands in for them, and a merge asks."
        );
        alerts.push(info(AlertKind::NotLearnt, message));
    }
    if !repository.not_told.is_empty() {
        let what = repository.not_told.join(" and ");
        alerts.push(info(
            AlertKind::NotLearnt,
            format!("This {} does not tell of {what}; what they demand is not known.", service.rules.host.title),
        ));
    }
    alerts
}

/// Says why a value is not known where no error of a source explains it.
fn not_learnt(service: &ServiceState) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let mut add = |message: String, subject| {
        alerts.push(Alert { kind: AlertKind::NotLearnt, severity: Severity::Info, message, since: None, subject });
    };
    for environment in &service.environments {
        if environment.instances.is_some() && environment.formation.is_none() {
            let message = format!("Which processes of {} should run was not read; its health is unknown.", environment.app);
            add(message, Subject::environment(&environment.name, None));
        }
        let unresolved = environment.releases.iter().filter(|r| r.artifact_id.is_some() && r.commit.is_none()).count();
        if unresolved > 0 {
            let message = format!(
                "{} of {} not read yet; they are asked for when needed.",
                crate::humanize::count(unresolved, "release commit"),
                environment.app
            );
            add(message, Subject::environment(&environment.name, None));
        }
    }
    if service.config.ci.is_some() && tells_no_commit(service) {
        let ci = service.ci_profile.title;
        add(format!("{ci} does not tell the commits of its pipelines: which change they carry is not known."), Subject::default());
    }
    let unread = service.pipelines.iter().filter(|p| p.status == PipelineStatus::Unknown).count();
    if unread > 0 {
        add(
            format!("{} not read yet; they are asked for when needed.", crate::humanize::count(unread, "older pipeline")),
            Subject::default(),
        );
    }
    alerts
}

fn tells_no_commit(service: &ServiceState) -> bool {
    let mut pushed = service.pipelines.iter().filter(|pipeline| pipeline.is_of_push()).peekable();
    pushed.peek().is_some() && pushed.all(|pipeline| pipeline.commit.is_none())
}
