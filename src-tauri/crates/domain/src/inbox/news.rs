//! News: a pull request of one's own is live, and what needed a person has ended well.

use super::causes::Cause;
use super::item::{InboxItem, InboxKind};
use crate::account::AccountState;
use crate::alert::Subject;
use crate::diff::{Event, EventKind};
use crate::environment::Environment;
use crate::overview::user_of;
use crate::release::{Release, ReleaseCause, ReleaseMark};
use crate::snapshot::ServiceState;
use crate::status::ReleaseStatus;
use crate::time::Time;

/// Seconds for which a release is news.
const FRESH: f64 = 86_400.0;

/// Pull requests of the person that went live in production within the last day.
pub(super) fn live(service: &ServiceState, accounts: &[AccountState], now: Time) -> Vec<Cause> {
    let Some(me) = user_of(service, accounts) else { return Vec::new() };
    let mut found = Vec::new();
    for environment in service.productions() {
        for release in environment.releases.iter().filter(|release| is_fresh(environment, release, now)) {
            let mine = made_live(environment, release).into_iter().filter(|number| author(service, *number) == Some(me));
            found.extend(mine.map(|number| live_cause(service, environment, release, number, now)));
        }
    }
    found
}

fn live_cause(service: &ServiceState, environment: &Environment, release: &Release, number: u64, now: Time) -> Cause {
    let several = service.productions().count() > 1;
    let place = if several { format!(" of {}", environment.name) } else { String::new() };
    let text = format!("Your PR #{number} is live on v{}{place}", release.version);
    let cause = Cause::new(format!("live {} {number}", environment.name), InboxKind::Live, text, now);
    let title = service.main.iter().find(|commit| commit.pull_request == Some(number)).and_then(|commit| commit.pull_request_title.clone());
    let subject = Subject { pull_request: Some(number), ..Subject::environment(&environment.name, Some(release.version)) };
    Cause { detail: title, since: release.released_at, subject, ..cause }
}

/// It is live, or was until newer code took its place: not what was left by a rollback, nor what crashes.
fn is_fresh(environment: &Environment, release: &Release, now: Time) -> bool {
    let Some(live) = environment.current.as_ref() else { return false };
    let switching = environment.switching_until.is_some() && release.version == live.version;
    let lately = release.released_at.is_some_and(|at| now.since(at) < FRESH);
    let well = match release.mark {
        ReleaseMark::Live | ReleaseMark::LiveUnknown | ReleaseMark::Past | ReleaseMark::Unknown => true,
        ReleaseMark::Releasing
        | ReleaseMark::Crashing
        | ReleaseMark::Restarting
        | ReleaseMark::Degraded
        | ReleaseMark::Failed
        | ReleaseMark::Expired
        | ReleaseMark::RolledBackFrom => false,
    };
    lately && well && !switching && release.status == ReleaseStatus::Succeeded && release.version <= live.version
}

/// The pull requests that the release made live for the first time.
fn made_live(environment: &Environment, release: &Release) -> Vec<u64> {
    match release.cause() {
        ReleaseCause::Rollback { .. } | ReleaseCause::Config { .. } | ReleaseCause::AddOn { .. } => return Vec::new(),
        ReleaseCause::Deploy | ReleaseCause::Promotion { .. } | ReleaseCause::Other => {}
    }
    let earlier = environment.releases.iter().filter(|other| other.version < release.version && other.status == ReleaseStatus::Succeeded);
    let known: Vec<u64> = earlier.filter_map(|other| other.pull_requests.as_ref()).flatten().copied().collect();
    release.pull_requests.iter().flatten().copied().filter(|number| !known.contains(number)).collect()
}

/// Who wrote what the pull request brought, as its commit on the branch says.
fn author(service: &ServiceState, number: u64) -> Option<&str> {
    service.main.iter().find(|commit| commit.pull_request == Some(number)).and_then(|commit| commit.author.as_deref())
}

/// The news that what an item was about has ended well.
pub(super) fn fixed(items: &[InboxItem], events: &[Event]) -> Vec<(String, Cause)> {
    let fixes = events.iter().filter(|event| event.kind == EventKind::Fixed);
    fixes
        .filter_map(|event| {
            let was = items.iter().filter(|item| is_fixed_by(item, event)).max_by_key(|item| item.opened_at)?;
            let text = event.message.trim_end_matches('.').to_owned();
            let cause = Cause::new(format!("fixed {}", was.id), InboxKind::Fixed, text, event.at);
            let detail = Some(format!("It was: {}", was.text));
            Some((event.service.clone(), Cause { detail, since: Some(event.at), subject: was.subject.clone(), ..cause }))
        })
        .collect()
}

fn is_fixed_by(item: &InboxItem, event: &Event) -> bool {
    let environment = item.subject.environment == event.subject.environment;
    let same_trouble = match item.kind {
        InboxKind::ProductionHurt => environment && event.ends == Some(EventKind::ProductionDown),
        InboxKind::ReleaseFailed => environment && event.ends == Some(EventKind::ReleaseFailed),
        InboxKind::FailedOnBranch => item.subject.pipeline == event.subject.pipeline && event.ends == Some(EventKind::PipelineFailed),
        InboxKind::Approval
        | InboxKind::LeftQueue
        | InboxKind::AutoMergeOff
        | InboxKind::OutcomeUnknown
        | InboxKind::SignInAgain
        | InboxKind::Split
        | InboxKind::Drift
        | InboxKind::ProductionNotSaid
        | InboxKind::Fixed
        | InboxKind::Live => false,
    };
    same_trouble && item.service.as_deref() == Some(&event.service)
}
