//! What is on its way and would bring a bad change back.

use super::{changes, lived, main_line, pin, pinned, revert, watched};
use crate::sample::{at, commit, job, pipeline, pull_request};
use slipway_domain::action::Action;
use slipway_domain::environment::{Build, Environment};
use slipway_domain::merge_queue::{QueueEntry, QueueState};
use slipway_domain::pin::{CarrierKind, OnItsWay, settle};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::pull_request::AutoMerge;
use slipway_domain::snapshot::{Commit, ServiceState};
use slipway_domain::status::*;
use slipway_domain::watch::WatchVerdict;

fn of_commit(number: u64, status: PipelineStatus, sha: &str) -> Pipeline {
    Pipeline { commit: Some(sha.into()), ..pipeline(number, status) }
}

/// A pipeline that waits for an approval of this name.
fn on_hold(number: u64, sha: &str, approval: &str) -> Pipeline {
    let mut held = of_commit(number, PipelineStatus::OnHold, sha);
    let mut hold = job(approval, JobStatus::OnHold, &[]);
    hold.approval_id = Some("approval".into());
    held.jobs = vec![hold];
    held
}

fn on_its_way(mut state: ServiceState) -> OnItsWay {
    settle(&mut state, at(200_000));
    state.environments[0].on_its_way.clone().expect("it is pinned")
}

/// Label, what it carries, and whether that is known.
fn told(found: &OnItsWay) -> Vec<(String, Vec<String>, bool)> {
    found.carriers.iter().map(|c| (c.label.clone(), c.carries.clone(), c.known)).collect()
}

fn with_pipeline(main: Vec<Commit>, moving: Pipeline, bad: &[(u64, &str)]) -> OnItsWay {
    let mut state = pinned(main, "c", &[], changes(bad));
    state.pipelines = vec![moving];
    on_its_way(state)
}

/// The case, its commits, the code, what it carries, and whether that is known.
type Row = (&'static str, Vec<Commit>, &'static str, Vec<&'static str>, bool);

#[test]
fn a_pipeline_carries_what_it_contains_and_does_not_revert() {
    let reverted = |of: &[u64]| [vec![revert("e", "d", 4, of)], main_line()].concat();
    let of_revert = [vec![revert("f", "e", 5, &[4])], reverted(&[2])].concat();
    let mut by_message = reverted(&[]);
    by_message[0].reverts_commits = vec!["c".into()];
    let mut by_title = reverted(&[]);
    (by_title[0].title, by_title[0].pull_request_title) = (String::new(), Some("Revert \"commit c\"".into()));
    let both = [(2, "c"), (1, "b")];
    type Row = (&'static str, Vec<Commit>, &'static str, Vec<(u64, &'static str)>, &'static [&'static str], bool);
    let table: Vec<Row> = vec![
        ("older than it", main_line(), "b", vec![(2, "c")], &[], true),
        ("the commit itself", main_line(), "c", vec![(2, "c")], &["#2"], true),
        ("on top of it", main_line(), "d", both.to_vec(), &["#2", "#1"], true),
        ("its revert", reverted(&[2]), "e", vec![(2, "c")], &[], true),
        ("its revert, by the message of a commit", by_message, "e", vec![(2, "c")], &[], true),
        ("a title alone proves nothing", by_title, "e", vec![(2, "c")], &["#2"], true),
        ("two bad changes, one reverted", reverted(&[2]), "e", both.to_vec(), &["#1"], true),
        ("narrowed to the reverted one", reverted(&[2]), "e", vec![(2, "c")], &[], true),
        ("both reverted", reverted(&[1, 2]), "e", both.to_vec(), &[], true),
        ("before its revert", reverted(&[2]), "d", vec![(2, "c")], &["#2"], true),
        ("the revert of its revert", of_revert, "f", vec![(2, "c")], &["#2"], true),
        ("a commit that is not loaded", main_line(), "elsewhere", vec![(2, "c")], &["#2"], false),
    ];
    for (name, main, sha, bad, carries, known) in table {
        let found = with_pipeline(main, of_commit(7, PipelineStatus::Running, sha), &bad);
        let carries: Vec<String> = carries.iter().map(|id| (*id).to_owned()).collect();
        let wanted = if carries.is_empty() { vec![] } else { vec![("Pipeline #7".to_owned(), carries, known)] };
        assert_eq!(told(&found), wanted, "{name}");
        assert_eq!(found.checked, 1, "{name}: it was looked at");
    }
}

/// It ran before what is live, and releases its own code again, without the revert that came later.
#[test]
fn a_pipeline_of_bad_code_is_told_although_newer_code_is_live() {
    let main = [vec![revert("e", "d", 4, &[2])], main_line()].concat();
    let mut state = pinned(main, "c", &[(4, "e", "Deploy", true)], changes(&[(2, "c")]));
    state.pipelines = vec![of_commit(7, PipelineStatus::Running, "c"), of_commit(6, PipelineStatus::Unknown, "a")];
    let found = on_its_way(state);
    assert_eq!(told(&found), [("Pipeline #7".to_owned(), vec!["#2".to_owned()], true)]);
    assert_eq!(found.checked, 1, "what only ran before is on no way");
}

/// Code of which it is not known what it brought.
#[test]
fn what_is_not_known_is_carried_by_everything_and_reverted_by_nothing() {
    let main = [vec![revert("e", "d", 4, &[2])], main_line()].concat();
    let mut unknown = changes(&[(2, "c")]);
    unknown[0].commits.clear();
    for sha in ["a", "c", "d", "e"] {
        let mut state = pinned(main.clone(), "c", &[], unknown.clone());
        state.pipelines = vec![of_commit(7, PipelineStatus::Running, sha)];
        let found = on_its_way(state);
        assert!(found.carriers.iter().all(|carrier| !carrier.known) && found.carriers.len() == 1, "{sha}: {found:?}");
    }
}

#[test]
fn each_workflow_that_moves_is_stopped_on_its_own() {
    let mut moving = of_commit(7, PipelineStatus::Running, "d");
    let workflow = |name: &str| slipway_domain::pipeline::Workflow::bare(format!("w-{name}"), name, PipelineStatus::Running);
    moving.workflows = Some(vec![workflow("lint"), workflow("ship-production")]);
    let found = with_pipeline(main_line(), moving, &[(2, "c")]);
    let stops: Vec<_> = found.carriers.iter().filter_map(|carrier| carrier.stop.clone()).collect();
    assert_eq!(stops.len(), 2, "{found:#?}");
    assert!(found.carriers.iter().any(|carrier| carrier.label == "Pipeline #7, workflow ship-production"), "{found:#?}");
}

/// Merge commits, and rebased commits of which each must be reverted.
#[test]
fn every_method_of_merging_is_followed() {
    let base = || commit("a", &["0"], Some(9));
    let merge_commit = |own: Vec<Commit>| {
        [own, vec![commit("m", &["a", "y"], Some(2)), commit("y", &["x"], Some(2)), commit("x", &["a"], Some(2)), base()]].concat()
    };
    let rebase = |own: Vec<Commit>| [own, vec![commit("r2", &["r1"], Some(2)), commit("r1", &["a"], Some(2)), base()]].concat();
    let by_commits = |sha: &str, parent: &str, of: &[&str]| Commit {
        reverts_commits: of.iter().map(|sha| (*sha).to_owned()).collect(),
        ..commit(sha, &[parent], Some(3))
    };
    let table: Vec<Row> = vec![
        ("a merge commit", merge_commit(vec![]), "m", vec!["m"], true),
        ("a merge commit, reverted by its sha", merge_commit(vec![by_commits("v", "m", &["m"])]), "v", vec!["m"], false),
        ("a rebase", rebase(vec![]), "r2", vec!["r2", "r1"], true),
        ("a rebase, one commit reverted", rebase(vec![by_commits("v", "r2", &["r2"])]), "v", vec!["r2", "r1"], true),
        ("a rebase, each reverted", rebase(vec![by_commits("v", "r2", &["r2", "r1"])]), "v", vec!["r2", "r1"], false),
        ("a rebase, its PR reverted", rebase(vec![revert("v", "r2", 3, &[2])]), "v", vec!["r2", "r1"], false),
    ];
    for (name, main, sha, commits, carries) in table {
        let mut bad = changes(&[(2, "x")]);
        bad[0].commits = commits.iter().map(|sha| (*sha).to_owned()).collect();
        let mut state = pinned(main, commits[0], &[], bad);
        state.pipelines = vec![of_commit(7, PipelineStatus::Running, sha)];
        assert_eq!(on_its_way(state).carriers.len(), usize::from(carries), "{name}");
    }
}

#[test]
fn a_pipeline_that_waits_for_an_approval_is_shut_and_nothing_is_to_be_sent() {
    let running = with_pipeline(main_line(), of_commit(7, PipelineStatus::Running, "d"), &[(2, "c")]);
    assert_eq!(running.carriers[0].stop, Some(Action::cancel("storefront".into(), "w7".into())));
    let waits = with_pipeline(main_line(), on_hold(8, "d", "approve-production"), &[(2, "c")]);
    let [held] = &waits.carriers[..] else { panic!("{waits:?}") };
    assert_eq!((held.waits_for.as_deref(), &held.stop), (Some("approval of approve-production"), &None));
    let said = "Nothing is to be sent: it waits for approval of approve-production and is shut until somebody approves it";
    assert_eq!(held.stop_blocked.as_deref(), Some(said));
    let mut state = pinned(main_line(), "c", &[], changes(&[(2, "c")]));
    state.environments.push(Environment { name: "staging".into(), pin: None, ..state.environments[0].clone() });
    state.pipelines = vec![on_hold(9, "d", "approve-staging")];
    let elsewhere = on_its_way(state);
    assert_eq!((elsewhere.carriers.len(), elsewhere.checked), (0, 0), "it waits for another environment's approval");
    for over in [PipelineStatus::Passed, PipelineStatus::Failed, PipelineStatus::Canceled] {
        assert_eq!(with_pipeline(main_line(), of_commit(7, over, "d"), &[(2, "c")]).checked, 0, "{over}");
    }
}

fn queued(number: u64, position: u64) -> slipway_domain::pull_request::PullRequest {
    let entry = QueueEntry { position: Some(position), state: QueueState::Queued, estimated_seconds: Some(60), enqueued_at: None };
    slipway_domain::pull_request::PullRequest { queue: Some(entry), ..pull_request(number) }
}

#[test]
fn what_the_host_merges_by_itself_goes_on_top_of_the_branch() {
    let auto = |number| slipway_domain::pull_request::PullRequest {
        auto_merge: Some(AutoMerge { by: None, method: None, enabled_at: None }),
        ..pull_request(number)
    };
    let stage = |main| {
        let mut state = pinned(main, "c", &[], changes(&[(2, "c")]));
        state.pull_requests = vec![pull_request(20), queued(21, 1), auto(22)];
        state
    };
    let found = on_its_way(stage(main_line()));
    let kinds: Vec<_> = found.carriers.iter().map(|c| (c.kind, c.id.as_str(), c.stop.clone())).collect();
    let wanted = vec![
        (CarrierKind::MergeQueue, "#21", Some(Action::dequeue("storefront".into(), 21))),
        (CarrierKind::AutoMerge, "#22", Some(Action::disable_auto_merge("storefront".into(), 22))),
    ];
    assert_eq!((kinds, found.checked), (wanted, 2), "an open PR alone is not on its way");
    let reverted = [vec![revert("e", "d", 4, &[2])], main_line()].concat();
    assert_eq!(on_its_way(stage(reverted)).carriers, vec![], "the branch has reverted it");
    let mut ours = stage(main_line());
    ours.reverts_opened = vec![(22, 2)];
    assert_eq!(told(&on_its_way(ours)).len(), 1, "our own revert does not carry what it reverts");
    let unread = on_its_way(stage(vec![]));
    assert!(unread.carriers.iter().all(|c| !c.known) && unread.carriers.len() == 2, "unknown counts as carrying, and is said");
}

#[test]
fn builds_and_releases_that_are_not_live_yet_are_looked_at() {
    let build = |status, released| Build {
        id: "build".into(),
        status,
        commit: Some("d".into()),
        artifact_id: None,
        created_at: None,
        updated_at: None,
        output_url: None,
        released,
    };
    let stage = |built: Build| {
        let mut state = pinned(main_line(), "c", &[], changes(&[(2, "c")]));
        state.environments[0].build = Some(built);
        on_its_way(state)
    };
    let waits = |found: &OnItsWay| found.carriers.iter().map(|c| c.waits_for.clone()).collect::<Vec<_>>();
    assert_eq!(waits(&stage(build(ReleaseStatus::Pending, None))), [None]);
    assert_eq!(waits(&stage(build(ReleaseStatus::Succeeded, Some(false)))), [Some("its release".to_owned())]);
    assert_eq!(waits(&stage(build(ReleaseStatus::Succeeded, Some(true)))), []);
    assert_eq!(waits(&stage(build(ReleaseStatus::Failed, None))), []);
    let mut state = pinned(main_line(), "c", &[], changes(&[(2, "c")]));
    let mut pending = crate::sample::release(4, "d", "Deploy d", ReleaseStatus::Pending);
    pending.commit = Some("d".into());
    state.environments[0].releases.insert(0, pending.clone());
    let found = on_its_way(state.clone());
    assert_eq!((found.carriers[0].kind, found.carriers[0].stop.is_none()), (CarrierKind::Release, true));
    state.environments[0].releases[0] = slipway_domain::release::Release { artifact_id: Some("a".into()), commit: None, ..pending };
    assert_eq!(on_its_way(state).carriers, vec![], "the code that it stays on, once more");
}

#[test]
fn what_ships_next_is_first_and_what_waits_for_a_person_last() {
    let mut state = pinned(main_line(), "c", &[], changes(&[(2, "c")]));
    let soon = Pipeline { eta_seconds: Some(60), ..of_commit(7, PipelineStatus::Running, "d") };
    let later = Pipeline { eta_seconds: Some(600), ..of_commit(6, PipelineStatus::Running, "d") };
    state.pipelines = vec![on_hold(9, "d", "approve-production"), of_commit(8, PipelineStatus::Running, "d"), later, soon];
    state.pull_requests = vec![queued(21, 1)];
    let found = on_its_way(state);
    let labels: Vec<&str> = found.carriers.iter().map(|c| c.label.as_str()).collect();
    assert_eq!(labels, ["Pipeline #7", "Pipeline #6", "Pipeline #8", "#21 in the merge queue", "Pipeline #9"]);
    assert_eq!(found.carriers[0].ships_in_seconds, Some(60));
}

#[test]
fn without_a_pin_what_the_hurt_code_brought_is_bad() {
    let stage = |health| {
        let mut state = pinned(main_line(), "c", &[], vec![]);
        state.environments = vec![lived(&[(1, "a", "Deploy", true), (2, "c", "Deploy", true)])];
        (state.environments[0].production, state.environments[0].health) = (true, health);
        state.pipelines = vec![of_commit(7, PipelineStatus::Running, "d")];
        settle(&mut state, at(200_000));
        state
    };
    let bad =
        |state: &ServiceState| state.environments[0].on_its_way.as_ref().map(|o| o.bad.iter().map(|c| c.id.clone()).collect::<Vec<_>>());
    assert_eq!(bad(&stage(Health::Healthy)), None);
    assert_eq!(bad(&stage(Health::Down)), Some(vec!["#2".to_owned(), "#1".to_owned()]));
    let mut state = stage(Health::Healthy);
    watched(&mut state, 2, Some(WatchVerdict::Bad));
    assert_eq!(bad(&state), Some(vec!["#2".to_owned(), "#1".to_owned()]), "its watch was bad");
    watched(&mut state, 1, Some(WatchVerdict::Bad));
    assert_eq!(bad(&state), None, "what was bad is not live any more");
    state.environments[0].pin = Some(pin(&state.environments[0], 1, 2, changes(&[(1, "b")])));
    settle(&mut state, at(200_000));
    assert_eq!(bad(&state), Some(vec!["#1".to_owned()]), "the pin's own set");
}
