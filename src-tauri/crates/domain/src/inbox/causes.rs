//! What needs a person now, by what was read. Each cause says when the read began that told of it.

use super::item::InboxKind;
use crate::account::{AccountState, account_of};
use crate::action::{Action, Code};
use crate::alert::{Alert, AlertKind, Subject};
use crate::environment::Environment;
use crate::evidence::alerts::kind_of;
use crate::evidence::pipelines::fails_the_branch;
use crate::humanize::{capital, count, list};
use crate::journal::{Entry, EntryState};
use crate::lineage::{between, contains, pull_requests};
use crate::overview::{CommitSet, StagingDifference, of_alert, release_live_code, staging_difference, user_of};
use crate::pending_approvals::{jobs_after, pending_approvals};
use crate::pipeline::Pipeline;
use crate::snapshot::ServiceState;
use crate::source::Source;
use crate::status::{JobStatus, PipelineStatus, ReleaseStatus};
use crate::time::Time;

/// Seconds that production may be ahead of staging before it counts: both are often released at once, and are not
/// read at one moment.
const SPLIT: f64 = 600.0;
/// Seconds that code may stay on staging before it counts.
const DRIFT: f64 = 86_400.0;

pub(super) struct Cause {
    /// Names it within the service, or among accounts.
    pub(super) key: String,
    pub(super) kind: InboxKind,
    pub(super) text: String,
    pub(super) detail: Option<String>,
    pub(super) since: Option<Time>,
    pub(super) subject: Subject,
    pub(super) action: Option<Action>,
    pub(super) blocked: Option<String>,
    pub(super) entry: Option<String>,
    /// When the read began that told of it.
    pub(super) seen: Time,
}

impl Cause {
    pub(super) fn new(key: String, kind: InboxKind, text: String, seen: Time) -> Self {
        let (subject, detail, since, action) = (Subject::default(), None, None, None);
        Self { key, kind, text, detail, since, subject, action, blocked: None, entry: None, seen }
    }
}

/// Those of a service.
pub(super) fn of_service(service: &ServiceState, accounts: &[AccountState], now: Time) -> Vec<Cause> {
    let me = user_of(service, accounts);
    let alerts = service.alerts.iter().filter_map(|alert| of_an_alert(service, me, alert));
    let unknown = service.actions.iter().filter(|entry| is_unknown(entry)).map(|entry| outcome_unknown(entry, now));
    alerts.chain(unknown).chain(staging_differs(service, now)).collect()
}

/// Accounts that ask a person to sign in, each once, whatever it serves.
pub(super) fn of_accounts(accounts: &[AccountState]) -> impl Iterator<Item = Cause> + '_ {
    accounts.iter().filter_map(|account| {
        let error = account.error.as_ref().filter(|error| kind_of(error.kind) == AlertKind::SignInAgain)?;
        let text = format!("Sign in again: {}", account.id);
        let cause = Cause::new(account.id.clone(), InboxKind::SignInAgain, text, error.since);
        Some(Cause { detail: Some(error.message.clone()), since: Some(error.since), ..cause })
    })
}

/// When the reads began that together tell of such a cause; None while one of them was never made. `whole`: all of
/// them succeeded, so what they do not show is not there.
pub(super) fn told(service: &ServiceState, kind: InboxKind, subject: &Subject) -> (Option<Time>, bool) {
    let states: Vec<_> = sources(service, kind, subject).iter().map(|source| service.source(source)).collect();
    let began: Option<Vec<Time>> = states.iter().map(|state| state.and_then(|state| state.asked_at.or(state.observed_at))).collect();
    let whole = states.iter().all(|state| state.is_some_and(|state| state.error.is_none() && state.observed_at.is_some()));
    (began.and_then(|began| began.into_iter().min()), whole)
}

fn sources(service: &ServiceState, kind: InboxKind, subject: &Subject) -> Vec<Source> {
    let environment = || subject.environment.iter().map(|name| Source::Environment(name.clone())).collect();
    match kind {
        InboxKind::Approval | InboxKind::FailedOnBranch => vec![Source::Ci],
        InboxKind::LeftQueue | InboxKind::AutoMergeOff => vec![Source::Code],
        InboxKind::ProductionHurt | InboxKind::ReleaseFailed => environment(),
        InboxKind::Split | InboxKind::Drift => {
            let mut both: Vec<Source> = environment();
            both.extend(service.production().map(|production| Source::Environment(production.name.clone())));
            both
        }
        // Each read takes the configuration as it is then.
        InboxKind::ProductionNotSaid => vec![Source::Code],
        InboxKind::OutcomeUnknown | InboxKind::SignInAgain | InboxKind::Fixed | InboxKind::Live => Vec::new(),
    }
}

fn of_an_alert(service: &ServiceState, me: Option<&str>, alert: &Alert) -> Option<Cause> {
    let pipeline = || service.pipelines.iter().find(|pipeline| Some(&pipeline.id) == alert.subject.pipeline.as_ref());
    let is_mine = || {
        let author = alert.subject.pull_request.and_then(|number| service.pull_request(number)).and_then(|pr| pr.author.as_deref());
        me.is_some() && author == me
    };
    let waiting = of_alert(service, alert);
    let number = alert.subject.pull_request.unwrap_or_default();
    let (kind, text, detail) = match alert.kind {
        AlertKind::ProductionDown => (InboxKind::ProductionHurt, waiting.text, waiting.detail),
        AlertKind::ApprovalWaiting if waiting.needs_you => {
            let pipeline = pipeline()?;
            (InboxKind::Approval, format!("Waits for approval: pipeline #{}", pipeline.number), Some(approval_detail(service, pipeline)))
        }
        AlertKind::ReleaseFailed => (InboxKind::ReleaseFailed, waiting.text, waiting.detail),
        // While it runs again nobody has anything to do.
        AlertKind::PipelineFailed => {
            let pipeline = pipeline()?;
            let runs_again = pipeline.status.is_moving() && pipeline.status != PipelineStatus::Failing;
            if runs_again || !fails_the_branch(service, pipeline) {
                return None;
            }
            let job = pipeline.failed_job().map_or(String::new(), |job| format!("{}, ", job.name));
            (InboxKind::FailedOnBranch, format!("Failed on {}: {job}pipeline #{}", service.branch, pipeline.number), waiting.detail)
        }
        AlertKind::LeftQueue if is_mine() => (InboxKind::LeftQueue, format!("Your PR #{number} left the merge queue"), waiting.detail),
        AlertKind::AutoMergeOff if is_mine() => {
            (InboxKind::AutoMergeOff, format!("Auto-merge of your PR #{number} was turned off"), waiting.detail)
        }
        AlertKind::ProductionNotSaid => {
            let name = alert.subject.environment.clone().unwrap_or_default();
            let detail = "It counts as production until you say".to_owned();
            (InboxKind::ProductionNotSaid, format!("Is {name} production?"), Some(detail))
        }
        AlertKind::ApprovalWaiting
        | AlertKind::LeftQueue
        | AlertKind::AutoMergeOff
        // From the journal, which names the entry.
        | AlertKind::OutcomeUnknown
        // Of the account, once for all that it serves.
        | AlertKind::SignInAgain
        | AlertKind::EnvironmentDown
        | AlertKind::ProcessDown
        | AlertKind::SourceUnreachable
        | AlertKind::RateLimited
        | AlertKind::NotLearnt
        | AlertKind::RepositoryArchived
        | AlertKind::RepositoryRenamed
        | AlertKind::BranchRenamed
        | AlertKind::Maintenance
        | AlertKind::NoPipeline
        | AlertKind::RolledBack
        | AlertKind::WatchBad
        | AlertKind::PinViolated
        | AlertKind::BuiltNotReleased => return None,
    };
    let seen = told(service, kind, &alert.subject).0.unwrap_or_else(|| Time::from_unix(0));
    let cause = Cause::new(alert.id(), kind, text, seen);
    let (action, blocked) = (waiting.action, waiting.blocked);
    Some(Cause { detail, since: alert.since, subject: alert.subject.clone(), action, blocked, ..cause })
}

/// `approve-release, 2 PRs, 9 of 9 jobs passed`
fn approval_detail(service: &ServiceState, pipeline: &Pipeline) -> String {
    let holds = pending_approvals(pipeline);
    let names: Vec<String> = holds.iter().map(|hold| hold.job.name.clone()).collect();
    let later: Vec<&str> = holds.iter().flat_map(|hold| jobs_after(pipeline, hold.job)).map(|job| job.id.as_str()).collect();
    let before: Vec<_> = pipeline.jobs.iter().filter(|job| job.approval_id.is_none() && !later.contains(&job.id.as_str())).collect();
    let passed = before.iter().filter(|job| job.status == JobStatus::Passed).count();
    let live = service.production().and_then(|production| production.current.as_ref()?.commit.as_deref());
    let brought = live.zip(pipeline.commit.as_deref()).and_then(|(live, head)| between(&service.main, live, head));
    let brings = match brought.map(|commits| pull_requests(&commits).len()) {
        None => String::new(),
        Some(0) => ", no PR".to_owned(),
        Some(several) => format!(", {}", count(several, "PR")),
    };
    let jobs = if before.is_empty() { String::new() } else { format!(", {passed} of {} jobs passed", before.len()) };
    format!("{}{brings}{jobs}", list(&names))
}

pub(super) fn is_unknown(entry: &Entry) -> bool {
    entry.state == EntryState::Unknown && entry.is_open()
}

fn outcome_unknown(entry: &Entry, now: Time) -> Cause {
    let text = format!("{} of {}: outcome unknown", capital(&entry.action.replace('_', " ")), entry.target);
    let cause = Cause::new(entry.id.clone(), InboxKind::OutcomeUnknown, text, now);
    let detail = Some(entry.message.trim_end_matches('.').to_owned()).filter(|message| !message.is_empty());
    Cause { detail, since: Some(entry.at), entry: Some(entry.id.clone()), ..cause }
}

fn staging_differs(service: &ServiceState, now: Time) -> Option<Cause> {
    let production = service.production()?;
    let live = production.current.as_ref()?;
    let (kind, environment, text, detail, since) = match staging_difference(service) {
        StagingDifference::Behind { environment, lacks } | StagingDifference::Differ { environment, lacks, .. } => {
            let text = format!("Split release: {} is ahead of {environment}", production.name);
            let detail = format!("{} live on v{} and not on {environment}", of_set(&lacks), live.version);
            (InboxKind::Split, environment, text, detail, live.released_at?)
        }
        StagingDifference::Ahead { environment, brings } => {
            let text = format!("{} is ahead of {} for more than a day", capital(&environment), production.name);
            let detail = format!("{} not in {}", of_set(&brings), production.name);
            let since = ahead_since(service, service.environment(&environment)?, live.commit.as_deref()?)?;
            (InboxKind::Drift, environment, text, detail, since)
        }
        StagingDifference::NoStaging | StagingDifference::Unknown { .. } | StagingDifference::Same { .. } => return None,
    };
    let least = if kind == InboxKind::Split { SPLIT } else { DRIFT };
    if now.since(since) < least || is_releasing(service, &environment) {
        return None;
    }
    let subject = Subject::environment(&environment, None);
    let (Some(seen), _) = told(service, kind, &subject) else { return None };
    let action =
        if kind == InboxKind::Drift { bring_on(service, production, &environment) } else { release_live_code(service, &environment) };
    let cause = Cause::new(format!("{kind} {environment}"), kind, text, seen);
    Some(Cause { detail: Some(detail), since: Some(since), subject, action, ..cause })
}

/// What brings production up to the environment that is ahead of it: what was built for it, else what runs there.
fn bring_on(service: &ServiceState, production: &Environment, ahead: &str) -> Option<Action> {
    if production.build.is_some() && production.platform.abilities.releases_built_code {
        return Some(Action::release(service.name.clone(), production.name.clone(), Code::Build));
    }
    let ahead = service.environment(ahead)?;
    let is_coupled = production.pipeline.is_some() && production.pipeline == ahead.pipeline;
    is_coupled.then(|| Action::promote(service.name.clone(), ahead.name.clone(), production.name.clone()))
}

/// Production or the environment beside it gets another release just now, so that how they differ is not settled.
pub(super) fn is_releasing(service: &ServiceState, environment: &str) -> bool {
    let pending = |e: &Environment| e.releases.first().is_some_and(|release| release.status == ReleaseStatus::Pending);
    [service.production(), service.environment(environment)].into_iter().flatten().any(pending)
}

/// `#208 is`, `#208, #209 and 1 other commit are`
fn of_set(set: &CommitSet) -> String {
    const NAMED: usize = 5;
    let mut parts: Vec<String> = set.pull_requests.iter().take(NAMED).map(|number| format!("#{number}")).collect();
    let more = set.pull_requests.len().saturating_sub(NAMED);
    parts.extend((more > 0).then(|| format!("{more} more")));
    parts.extend((set.other_commits > 0).then(|| count(set.other_commits, "other commit")));
    let is_one = set.pull_requests.len() + set.other_commits == 1;
    format!("{} {}", list(&parts), if is_one { "is" } else { "are" })
}

/// Since when the environment has had what production lacks, by its releases.
fn ahead_since(service: &ServiceState, staging: &Environment, live: &str) -> Option<Time> {
    let ran = staging.releases.iter().filter(|release| release.status == ReleaseStatus::Succeeded);
    let is_ahead = |commit: &str| contains(&service.main, live, commit) == Some(false);
    let ahead = ran.take_while(|release| release.commit.as_deref().is_some_and(is_ahead));
    ahead.filter_map(|release| release.released_at).min()
}

/// When the account last answered well: what it read for a service, or who it is.
pub(super) fn answered_at(services: &[std::sync::Arc<ServiceState>], accounts: &[AccountState], account: &AccountState) -> Option<Time> {
    let sources = services.iter().flat_map(|service| service.sources.iter().map(move |source| (service, source)));
    let its = sources.filter(|(service, source)| {
        source.error.is_none() && account_of(&service.config, source.provider, accounts).is_some_and(|of| of.id == account.id)
    });
    its.filter_map(|(_, source)| source.asked_at).chain(account.tested_at).max()
}
