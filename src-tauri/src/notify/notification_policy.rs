//! Decides which events become toasts, and with which texts.

use crate::ipc::Place;
use slipway_domain::diff::{Event, EventKind};
use slipway_domain::status::Severity;
use slipway_terminal::safe_text::{cut, one_line};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The most toasts in a burst; further ones are counted in one summary.
pub(crate) const BURST: usize = 5;
/// After this time without a toast a new burst begins.
const CALM: Duration = Duration::from_secs(10);
const SUMMARY: &str = "summary";
const TITLE: usize = 80;
const BODY: usize = 400;
/// The most subjects that are remembered, so that nothing is shown twice.
const REMEMBERED: usize = 500;

/// The content of a toast. A later one with the same key replaces it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    pub key: String,
    pub title: String,
    pub body: String,
    pub button: String,
    pub place: Place,
    /// Production is down.
    pub hurts: bool,
}

#[derive(Default)]
pub(crate) struct NotificationPolicy {
    told: HashMap<String, Notice>,
    last: Option<Instant>,
    in_burst: usize,
    left_out: usize,
}

impl NotificationPolicy {
    pub(crate) fn choose(&mut self, events: &[Event], now: Instant) -> Vec<Notice> {
        if self.last.is_none_or(|last| now.duration_since(last) >= CALM) {
            (self.in_burst, self.left_out) = (0, 0);
        }
        let mut fresh = self.fresh(events);
        // The most severe first, so that it is not left out.
        fresh.sort_by_key(|notice| !notice.hurts);
        let mut chosen = Vec::new();
        let mut left_out = 0;
        for notice in fresh {
            if self.in_burst < BURST {
                self.in_burst += 1;
                chosen.push(notice);
            } else {
                left_out += 1;
            }
        }
        if left_out > 0 {
            self.left_out += left_out;
            chosen.push(summary(self.left_out));
        }
        if !chosen.is_empty() {
            self.last = Some(now);
        }
        chosen
    }

    /// The newest notice of each subject, without those that were shown already.
    fn fresh(&mut self, events: &[Event]) -> Vec<Notice> {
        let mut fresh: Vec<Notice> = Vec::new();
        for notice in events.iter().filter_map(notice) {
            if self.told.get(&notice.key) == Some(&notice) {
                continue;
            }
            if self.told.len() >= REMEMBERED {
                self.told.clear();
            }
            self.told.insert(notice.key.clone(), notice.clone());
            fresh.retain(|other| other.key != notice.key);
            fresh.push(notice);
        }
        fresh
    }
}

/// None for events that need no attention from somebody who is not looking at the window.
fn notice(event: &Event) -> Option<Notice> {
    let service = one_line(&event.service);
    let environment = event.subject.environment.as_deref();
    let named = environment.map_or(String::new(), |e| format!(" {}", one_line(e)));
    let version = event.subject.release.map_or(String::new(), |v| format!(" v{v}"));
    let title = match event.kind {
        EventKind::PipelineFailed => format!("Failed pipeline: {service}"),
        EventKind::ReleaseFailed => format!("Failed release: {service}{named}{version}"),
        EventKind::ProductionDown => format!("Hurt: {service}{named}"),
        EventKind::EnvironmentDown => format!("Down: {service}{named}"),
        EventKind::ProcessDown => format!("Degraded: {service}{named}"),
        EventKind::Fixed => format!("Fixed: {service}{named}"),
        EventKind::Maintenance => format!("Maintenance: {service}{named}"),
        EventKind::ApprovalWaiting => format!("Waiting for approval: {service}"),
        EventKind::NoPipeline if event.severity == Severity::Problem => format!("No pipeline: {service}"),
        EventKind::LeftQueue => format!("Left the merge queue: {service}"),
        EventKind::AutoMergeOff => format!("Auto-merge is off: {service}"),
        EventKind::BranchReset => format!("Branch reset: {service}"),
        EventKind::NoPipeline
        | EventKind::SourceUnreachable
        | EventKind::SignInAgain
        | EventKind::RateLimited
        | EventKind::OutcomeUnknown
        | EventKind::SourceRecovered
        | EventKind::Merged
        | EventKind::PullRequestOpened
        | EventKind::PipelineStarted
        | EventKind::PipelinePassed
        | EventKind::PipelineCanceled
        | EventKind::OtherPipelineFailed
        | EventKind::ReleaseStarted
        | EventKind::ReleaseLive
        | EventKind::ActionFinished => return None,
    };
    let dropped = event.subject.pull_request.filter(|_| matches!(event.kind, EventKind::LeftQueue | EventKind::AutoMergeOff));
    if let Some(number) = dropped {
        let place = Place::PullRequest { service: event.service.clone(), number };
        let key = format!("pull request {} {number}", event.service);
        return Some(told(event, key, &title, &format!("Open #{number}"), place));
    }
    let (key, button, place) = match (&event.subject.pipeline, environment) {
        (Some(pipeline), _) => {
            let place = Place::Pipeline { service: event.service.clone(), pipeline: pipeline.clone() };
            (format!("pipeline {} {pipeline}", event.service), "Open pipeline".to_owned(), place)
        }
        (None, Some(environment)) => {
            let place = Place::Flow { service: event.service.clone() };
            (format!("environment {} {environment}", event.service), format!("Open{named}"), place)
        }
        (None, None) => {
            let place = Place::Flow { service: event.service.clone() };
            (format!("service {}", event.service), format!("Open {service}"), place)
        }
    };
    Some(told(event, key, &title, &button, place))
}

fn told(event: &Event, key: String, title: &str, button: &str, place: Place) -> Notice {
    Notice {
        key,
        title: cut(title, TITLE),
        body: cut(&one_line(&event.message), BODY),
        button: cut(button, TITLE),
        place,
        hurts: event.kind == EventKind::ProductionDown && event.severity == Severity::Hurt,
    }
}

fn summary(left_out: usize) -> Notice {
    Notice {
        key: SUMMARY.to_owned(),
        title: format!("{left_out} more in Slipway"),
        body: "They are not shown one by one.".to_owned(),
        button: "Open Slipway".to_owned(),
        place: Place::Journal,
        hurts: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::alert::Subject;
    use slipway_domain::time::Time;

    fn event(service: &str, kind: EventKind, subject: Subject, message: &str) -> Event {
        let severity = if kind == EventKind::ProductionDown { Severity::Hurt } else { Severity::Problem };
        Event { at: Time::from_unix(0), service: service.to_owned(), kind, severity, message: message.to_owned(), subject }
    }

    fn failed(service: &str, pipeline: &str) -> Event {
        event(service, EventKind::PipelineFailed, Subject::pipeline(pipeline), "Pipeline #7 failed.")
    }

    #[test]
    fn only_news_is_told() {
        let quiet = event("shop", EventKind::Merged, Subject::pull_request(7), "#7 merged");
        let chosen = NotificationPolicy::default().choose(&[quiet, failed("shop", "p1")], Instant::now());
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].title, "Failed pipeline: shop");
        assert_eq!(chosen[0].button, "Open pipeline");
        assert_eq!(chosen[0].place, Place::Pipeline { service: "shop".into(), pipeline: "p1".into() });
    }

    #[test]
    fn nothing_twice_and_in_place() {
        let mut policy = NotificationPolicy::default();
        let now = Instant::now();
        let down = event("shop", EventKind::ProductionDown, Subject::environment("production", Some(8)), "crashing");
        let fixed = event("shop", EventKind::Fixed, Subject::environment("production", Some(8)), "healthy again");
        let first = policy.choose(std::slice::from_ref(&down), now);
        assert!(first[0].hurts);
        assert!(policy.choose(std::slice::from_ref(&down), now).is_empty());
        let then = policy.choose(std::slice::from_ref(&fixed), now);
        assert_eq!((then[0].title.as_str(), &then[0].key), ("Fixed: shop production", &first[0].key));
        assert_eq!(policy.choose(&[down], now).len(), 1, "hurt again is news again");
    }

    #[test]
    fn a_burst_is_five_and_a_summary() {
        let mut policy = NotificationPolicy::default();
        let now = Instant::now();
        let mut many: Vec<Event> = (0..499).map(|n| failed("shop", &format!("p{n}"))).collect();
        many.push(event("pay", EventKind::ProductionDown, Subject::environment("production", None), "crashing"));
        let chosen = policy.choose(&many, now);
        assert_eq!(chosen.len(), BURST + 1);
        assert!(chosen[0].hurts, "the worst is not left out");
        assert_eq!(chosen[BURST].title, "495 more in Slipway");
        let more = policy.choose(&[failed("shop", "later")], now);
        assert_eq!(more.len(), 1);
        assert_eq!((more[0].key.as_str(), more[0].title.as_str()), (SUMMARY, "496 more in Slipway"));
        assert_eq!(policy.choose(&[failed("shop", "calm")], now + CALM)[0].title, "Failed pipeline: shop");
    }

    #[test]
    fn text_from_outside_is_inert() {
        let long = "x".repeat(1_000);
        let told = NotificationPolicy::default()
            .choose(&[event("a\u{202e}b", EventKind::EnvironmentDown, Subject::environment("staging", None), &long)], Instant::now());
        assert_eq!(told[0].title, "Down: a\u{fffd}b staging");
        assert_eq!(told[0].body.chars().count(), BODY);
    }
}
