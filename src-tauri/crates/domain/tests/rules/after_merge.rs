//! Merges without a pipeline, and pull requests that the host dropped.

use crate::sample::{at, check, commit, pipeline, pull_request, service};
use slipway_domain::alert::{Alert, AlertKind};
use slipway_domain::diff::{EventKind, events};
use slipway_domain::dropped::follow;
use slipway_domain::evidence::alerts::{alerts, alerts_at};
use slipway_domain::merge_queue::{QueueEntry, QueueState};
use slipway_domain::pull_request::DroppedFrom;
use slipway_domain::pull_request::{AutoMerge, PullRequest};
use slipway_domain::snapshot::{ServiceState, SourceError, SourceErrorKind};
use slipway_domain::status::{CheckStatus, Mark, PipelineStatus, Severity};

/// Twenty-five merges of which all but the newest have a pipeline; the newest was merged at 0.
fn merged() -> ServiceState {
    let mut state = service();
    state.main = (0..25)
        .map(|n| {
            let mut commit = commit(&format!("c{n}"), &[&format!("c{}", n + 1)], Some(500 - n));
            commit.committed_at = Some(at(-(n as i64) * 1_000));
            commit
        })
        .collect();
    state.pipelines = (1..25)
        .map(|n| {
            let mut pipeline = pipeline(900 - n, PipelineStatus::Passed);
            (pipeline.commit, pipeline.created_at) = (Some(format!("c{n}")), Some(at(-(n as i64) * 1_000 + 3)));
            pipeline
        })
        .collect();
    read_at(&mut state, 200);
    state
}

fn read_at(state: &mut ServiceState, seconds: i64) {
    state.sources[1].observed_at = Some(at(seconds));
}

fn missing(state: &ServiceState, seconds: i64) -> Option<Alert> {
    alerts_at(state, at(seconds)).into_iter().find(|a| a.kind == AlertKind::NoPipeline)
}

#[test]
fn a_merge_without_a_pipeline_is_told_after_three_minutes() {
    let state = merged();
    assert!(missing(&state, 179).is_none());
    let alert = missing(&state, 200).expect("an alert");
    assert_eq!((alert.severity, alert.subject.pull_request, alert.since), (Severity::Problem, Some(500), Some(at(0))));
    assert_eq!(alert.message, "#500 was merged 3 min ago and CircleCI started no pipeline for it. Each of the 20 merges before had one.");
    let mut unasked = merged();
    read_at(&mut unasked, 170);
    assert!(missing(&unasked, 900).is_none(), "the CI was not asked since");
    let mut failing = merged();
    let error = SourceError { kind: SourceErrorKind::Unreachable, message: String::new(), since: at(0), retry_at: None, url: None };
    failing.sources[1].error = Some(error);
    assert!(missing(&failing, 900).is_none(), "an answer that failed shows nothing");
    let mut no_ci = merged();
    no_ci.config.ci = None;
    assert!(missing(&no_ci, 900).is_none());
}

#[test]
fn it_is_a_note_where_pipelines_do_not_follow_every_merge() {
    let mut state = merged();
    state.pipelines.remove(19);
    assert_eq!(missing(&state, 200).map(|a| a.severity), Some(Severity::Info), "the twentieth had none");
    let mut older = merged();
    older.pipelines.remove(20);
    assert_eq!(missing(&older, 200).map(|a| a.severity), Some(Severity::Problem), "the twenty-first does not count");
    let mut young = merged();
    young.main.truncate(15);
    assert_eq!(missing(&young, 200).map(|a| a.severity), Some(Severity::Info), "too few to know");
    let mut skipped = merged();
    skipped.main[0].title = "Docs [skip ci] (#500)".into();
    assert!(missing(&skipped, 200).is_some_and(|a| a.message.contains("Its message says [skip ci].")));
}

#[test]
fn a_pipeline_of_it_or_of_newer_code_ends_it() {
    let with = |commit: Option<&str>, created: i64| {
        let mut state = merged();
        let mut pipeline = pipeline(901, PipelineStatus::Running);
        (pipeline.commit, pipeline.created_at) = (commit.map(str::to_owned), Some(at(created)));
        state.pipelines.insert(0, pipeline);
        missing(&state, 300)
    };
    assert!(with(Some("c0"), 250).is_none(), "its own, late");
    assert!(with(Some("newer"), 250).is_none(), "of a commit that is not in sight yet");
    assert!(with(Some("unknown"), -500).is_some(), "an older one of a commit that is not known");
    assert!(with(Some("c3"), 250).is_some(), "an older commit again");
    // A direct commit on top, just now: the merge beneath it still has none.
    let mut state = merged();
    let mut direct = commit("d", &["c0"], None);
    direct.committed_at = Some(at(190));
    state.main.insert(0, direct);
    assert_eq!(missing(&state, 200).and_then(|a| a.subject.pull_request), Some(500));
    // What a merge commit brought along needs no pipeline of its own.
    let mut state = merged();
    state.main[0].parents = vec!["c1".into(), "side".into()];
    state.main.insert(1, commit("side", &["c5"], Some(500)));
    let mut own = pipeline(901, PipelineStatus::Passed);
    (own.commit, own.created_at) = (Some("c0".into()), Some(at(3)));
    state.pipelines.insert(0, own);
    assert!(missing(&state, 300).is_none());
}

#[test]
fn a_missing_pipeline_is_news_once_and_marks_the_service() {
    let (mut before, mut after) = (merged(), merged());
    before.alerts = alerts_at(&before, at(100));
    after.alerts = alerts_at(&after, at(200));
    let news = events(&before, &after, at(200));
    assert_eq!(news.iter().map(|e| e.kind).collect::<Vec<_>>(), [EventKind::NoPipeline]);
    assert!(events(&after, &after, at(300)).is_empty());
    assert_eq!(slipway_domain::headline::mark(&after), Mark::Problem);
    assert!(slipway_domain::headline::headline(&after, at(200)).text.starts_with("#500 was merged"));
}

fn queued() -> PullRequest {
    let entry = QueueEntry { position: Some(1), state: QueueState::AwaitingChecks, estimated_seconds: None, enqueued_at: None };
    let mut pr = PullRequest { queue: Some(entry), ..pull_request(489) };
    follow(None, &mut pr, true, at(0), |_| false);
    pr
}

fn waiting() -> PullRequest {
    let on = AutoMerge { by: None, method: None, enabled_at: None };
    let mut pr = PullRequest { auto_merge: Some(on), ..pull_request(489) };
    follow(None, &mut pr, true, at(0), |_| false);
    pr
}

/// The next reading of it: open, and as `change` leaves it.
fn next(before: &PullRequest, whole: bool, own: bool, change: impl Fn(&mut PullRequest)) -> PullRequest {
    let mut pr = pull_request(489);
    change(&mut pr);
    follow(Some(before), &mut pr, whole, at(60), |_| own);
    pr
}

fn same(_: &mut PullRequest) {}

fn told(pr: &PullRequest) -> Option<(AlertKind, String)> {
    let mut state = service();
    state.pull_requests = vec![pr.clone()];
    alerts(&state).into_iter().find(|a| a.subject.pull_request == Some(489)).map(|a| (a.kind, a.message))
}

#[test]
fn what_the_host_dropped_is_told() {
    let left = next(&queued(), true, false, |pr| pr.check_list.push(check("e2e", CheckStatus::Failed)));
    assert_eq!(told(&left), Some((AlertKind::LeftQueue, "#489 left the merge queue and is not merged. Failed: e2e.".into())));
    let off = next(&waiting(), true, false, same);
    assert_eq!(told(&off), Some((AlertKind::AutoMergeOff, "#489 is not merged: its auto-merge was turned off.".into())));
    assert_eq!(off.dropped.as_ref().map(|d| d.from), Some(DroppedFrom::AutoMerge));
    for before in [queued(), waiting()] {
        assert_eq!(told(&next(&before, true, true, same)), None, "Slipway itself did it");
        assert_eq!(told(&next(&next(&before, true, true, same), true, false, same)), None, "and it is not found out later");
        let in_part = next(&before, false, false, same);
        assert_eq!(told(&in_part), None, "an answer in part shows nothing");
        assert!(told(&next(&in_part, true, false, same)).is_some(), "the next whole one does");
    }
    assert_eq!(told(&next(&pull_request(489), true, false, same)), None, "it was not seen to wait");
}

#[test]
fn it_ends_when_it_waits_again_or_is_pushed_to() {
    let left = next(&queued(), true, false, same);
    assert!(told(&next(&left, true, false, same)).is_some(), "it stays");
    assert!(told(&next(&left, false, false, same)).is_some());
    assert_eq!(told(&next(&left, true, false, |pr| pr.queue = queued().queue)), None);
    assert_eq!(told(&next(&left, true, false, |pr| pr.auto_merge = waiting().auto_merge)), None);
    assert_eq!(told(&next(&left, true, false, |pr| pr.head_sha = "f".repeat(40))), None);
    // From the one into the other is still waiting.
    assert_eq!(told(&next(&waiting(), true, false, |pr| pr.queue = queued().queue)), None);
    let mut state = service();
    let mut after = state.clone();
    after.pull_requests = vec![left];
    state.pull_requests = vec![queued()];
    after.alerts = alerts(&after);
    assert_eq!(events(&state, &after, at(60)).iter().map(|e| e.kind).collect::<Vec<_>>(), [EventKind::LeftQueue], "told once");
    assert!(events(&after, &after, at(90)).is_empty());
}
