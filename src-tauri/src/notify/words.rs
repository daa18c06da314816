//! What a toast says, and where it leads.

use super::notice::{Kept, Notice, Reason};
use crate::ipc::{Place, SettingsTab};
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::humanize::{count, list};
use slipway_domain::notification_rules::{Involvement, NotificationKind, is_recovery};
use slipway_domain::status::Severity;
use slipway_terminal::safe_text::{cut, one_line};

const TITLE: usize = 80;
const BODY: usize = 400;
/// What a summary names; the rest is counted.
const NAMED: usize = 3;

/// None for events that need no attention from somebody who is not looking at the window.
pub(super) fn notice(event: &Event, kind: NotificationKind, involvement: Involvement) -> Option<Notice> {
    let title = title(event, involvement)?;
    let service = one_line(&event.service);
    let environment = event.subject.environment.as_deref();
    let flow = Place::Flow { service: event.service.clone() };
    let of = format!("{} {}", event.service, environment.unwrap_or_default());
    let (key, button, place) = match kind {
        // One token is refused for many services.
        NotificationKind::SignIn => {
            (format!("sign in {}", refused(event)), "Open Settings".to_owned(), Place::Settings { tab: Some(SettingsTab::Accounts) })
        }
        NotificationKind::Source => (format!("source {of}"), format!("Open {service}"), flow),
        NotificationKind::Outcome => (outcome_key(event), "Open the journal".to_owned(), Place::Journal),
        NotificationKind::ReleaseLive => {
            let version = event.subject.release.unwrap_or_default();
            (live_key(&event.service, environment.unwrap_or_default(), version), format!("Open {service}"), flow)
        }
        NotificationKind::LeftQueue => {
            let number = event.subject.pull_request?;
            let place = Place::PullRequest { service: event.service.clone(), number };
            (format!("pull request {} {number}", event.service), format!("Open #{number}"), place)
        }
        NotificationKind::PinViolated => (format!("pin {of}"), format!("Open {}", one_line(environment.unwrap_or(&event.service))), flow),
        // A toast of its own, and its end: no other trouble of the environment takes its place.
        NotificationKind::Hurt | NotificationKind::WatchBad => {
            (format!("hurt {of}"), format!("Open {}", one_line(environment.unwrap_or(&event.service))), flow)
        }
        NotificationKind::ReleaseFailed
        | NotificationKind::ApprovalWaiting
        | NotificationKind::PipelineFailed
        | NotificationKind::Branch
        | NotificationKind::Degraded
        | NotificationKind::Maintenance
        | NotificationKind::PullRequestLive => match (&event.subject.pipeline, environment) {
            (Some(pipeline), _) => {
                let place = Place::Pipeline { service: event.service.clone(), pipeline: pipeline.clone() };
                (format!("pipeline {} {pipeline}", event.service), "Open pipeline".to_owned(), place)
            }
            (None, Some(environment)) => (format!("environment {of}"), format!("Open {}", one_line(environment)), flow),
            (None, None) => (format!("service {}", event.service), format!("Open {service}"), flow),
        },
    };
    Some(Notice {
        key,
        title: cut(&title, TITLE),
        body: cut(&one_line(&event.message), BODY),
        button: cut(&button, TITLE),
        place,
        hurts: event.kind == EventKind::ProductionDown && event.severity == Severity::Hurt,
        sound: false,
    })
}

fn title(event: &Event, involvement: Involvement) -> Option<String> {
    let service = one_line(&event.service);
    let named = event.subject.environment.as_deref().map_or(String::new(), |e| format!(" {}", one_line(e)));
    let version = event.subject.release.map_or(String::new(), |v| format!(" v{v}"));
    let of = match event.subject.pull_request {
        Some(number) if involvement == Involvement::Mine => format!("your PR #{number}, {service}"),
        Some(number) => format!("{service} #{number}"),
        None => service.clone(),
    };
    Some(match event.kind {
        EventKind::PipelineFailed => format!("Failed pipeline: {service}"),
        EventKind::ReleaseFailed => format!("Failed release: {service}{named}{version}"),
        EventKind::ProductionDown => format!("Hurt: {service}{named}"),
        EventKind::EnvironmentDown => format!("Down: {service}{named}"),
        EventKind::ProcessDown => format!("Degraded: {service}{named}"),
        EventKind::WatchBad => format!("Bad watch: {service}{named}{version}"),
        EventKind::PinViolated => format!("Pin violated: {service}{named}{version}"),
        EventKind::Fixed => format!("Fixed: {service}{named}"),
        EventKind::Maintenance => format!("Maintenance: {service}{named}"),
        EventKind::ApprovalWaiting => format!("Waiting for approval: {service}"),
        EventKind::NoPipeline => format!("No pipeline: {service}"),
        EventKind::LeftQueue => format!("Left the merge queue: {of}"),
        EventKind::AutoMergeOff => format!("Auto-merge is off: {of}"),
        EventKind::BranchReset => format!("Branch reset: {service}"),
        EventKind::SignInAgain => "Sign in again".to_owned(),
        EventKind::SourceUnreachable | EventKind::RateLimited => format!("Cannot be read: {service}{named}"),
        EventKind::SourceRecovered if event.ends == Some(EventKind::SignInAgain) => "Signed in again".to_owned(),
        EventKind::SourceRecovered => format!("Read again: {service}{named}"),
        EventKind::OutcomeUnknown => format!("Outcome unknown: {service}"),
        EventKind::ActionFinished if is_recovery(event) => format!("Outcome known: {service}"),
        EventKind::ActionFinished => format!("Failed action: {service}"),
        EventKind::ReleaseLive => format!("Live: {service}{named}{version}"),
        EventKind::Merged
        | EventKind::PullRequestOpened
        | EventKind::PipelineStarted
        | EventKind::WatchEnded
        | EventKind::PinEnded
        | EventKind::PipelinePassed
        | EventKind::PipelineCanceled
        | EventKind::OtherPipelineFailed
        | EventKind::ReleaseStarted => return None,
    })
}

/// What the vendor said, without what differs between the services it was said of.
fn refused(event: &Event) -> String {
    let message = event.message.trim_start_matches("Answers again: ");
    let of = event.subject.environment.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    message.strip_suffix(&of).unwrap_or(message).to_owned()
}

pub(super) fn outcome_key(event: &Event) -> String {
    let about = &event.subject;
    let pull_request = about.pull_request.map(|number| number.to_string());
    let object = pull_request.or_else(|| about.pipeline.clone()).or_else(|| about.environment.clone()).unwrap_or_default();
    format!("outcome {} {object}", event.service)
}

fn live_key(service: &str, environment: &str, version: u64) -> String {
    format!("live {service} {environment} {version}")
}

/// A release, and the pull requests it made live: number and title.
pub(super) struct WentLive<'a> {
    pub(super) service: &'a str,
    pub(super) environment: &'a str,
    pub(super) version: u64,
    pub(super) pull_requests: Vec<(u64, Option<&'a str>)>,
    pub(super) all_mine: bool,
}

pub(super) fn went_live(live: &WentLive<'_>) -> Notice {
    let (service, environment) = (one_line(live.service), one_line(live.environment));
    let numbers: Vec<String> = live.pull_requests.iter().map(|(number, _)| format!("#{number}")).collect();
    let subject = match (live.all_mine, numbers.len()) {
        (true, 1) => "Your PR is live",
        (true, _) => "Your PRs are live",
        (false, 1) => "PR is live",
        (false, _) => "PRs are live",
    };
    let title = match live.pull_requests.as_slice() {
        [(_, Some(title))] => format!("{}. ", one_line(title).trim_end_matches('.')),
        _ => String::new(),
    };
    Notice {
        key: live_key(live.service, live.environment, live.version),
        title: cut(&format!("{subject}: {service} {}", list(&numbers)), TITLE),
        body: cut(&format!("{title}v{} is live on {environment}.", live.version), BODY),
        button: cut(&format!("Open {service}"), TITLE),
        place: Place::Flow { service: live.service.to_owned() },
        hurts: false,
        sound: false,
    }
}

/// What was left out of a burst. `hurts`: titles of what hurts among it.
pub(super) fn left_out(number: usize, hurts: &[String], sound: bool) -> Notice {
    let body = match hurts {
        [] => "They are not shown one by one.".to_owned(),
        hurts => named(hurts),
    };
    Notice {
        key: "summary".to_owned(),
        title: format!("{number} more in Slipway"),
        body: cut(&body, BODY),
        button: "Open Slipway".to_owned(),
        place: Place::Journal,
        hurts: !hurts.is_empty(),
        sound,
    }
}

/// What was kept back, the most important first. One thing is told as itself.
pub(super) fn kept(things: &[Kept]) -> Option<Notice> {
    let first = things.first()?;
    if things.len() == 1 {
        return Some(first.notice.clone());
    }
    let when = if things.iter().any(|one| one.reason == Reason::Quiet) { "it was quiet" } else { "the computer slept" };
    let titles: Vec<String> = things.iter().map(|one| one.notice.title.clone()).collect();
    Some(Notice {
        key: "kept".to_owned(),
        title: format!("{} while {when}", count(things.len(), "thing")),
        body: cut(&named(&titles), BODY),
        button: first.notice.button.clone(),
        place: first.notice.place.clone(),
        hurts: things.iter().any(|one| one.notice.hurts),
        sound: things.iter().any(|one| one.notice.sound),
    })
}

fn named(titles: &[String]) -> String {
    let mut names: Vec<String> = titles.iter().take(NAMED).cloned().collect();
    if titles.len() > NAMED {
        names.push(format!("{} more", titles.len() - NAMED));
    }
    format!("{}.", names.join("; "))
}
