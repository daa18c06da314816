//! When main is red, and what ends it: every order of pipelines, of every kind and status, for an
//! older commit, the same, and a newer one.

use crate::sample::{at, commit, service};
use PipelineStatus::*;
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::{EventKind, events};
use slipway_domain::estimate::usual_of;
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::evidence::pipelines::failed_pipelines;
use slipway_domain::evidence::push_workflows::tell_kinds;
use slipway_domain::headline::{headline, mark, moving_pipeline};
use slipway_domain::pipeline::{Pipeline, Trigger, Workflow};
use slipway_domain::plan::{plan_rerun, rerunnable};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::status::{Mark, PipelineStatus, Severity};

const PUSH: &str = "build-release";

/// What a pipeline is, by what it runs and what triggered it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Push,
    /// A push's workflows, started by a request.
    ByRequest,
    /// Other workflows, by a clock, a request or a person.
    Nightly(Trigger),
}

const KINDS: [Kind; 5] =
    [Kind::Push, Kind::ByRequest, Kind::Nightly(Trigger::Schedule), Kind::Nightly(Trigger::Api), Kind::Nightly(Trigger::Manual)];

impl Kind {
    fn trigger(self) -> Trigger {
        match self {
            Self::Push => Trigger::Push,
            Self::ByRequest => Trigger::Api,
            Self::Nightly(trigger) => trigger,
        }
    }

    fn workflow(self) -> &'static str {
        match self {
            Self::Push | Self::ByRequest => PUSH,
            Self::Nightly(_) => "nightly",
        }
    }

    fn is_of_push(self) -> bool {
        self.workflow() == PUSH
    }
}

fn run(pipeline: u64, name: &str, status: PipelineStatus, began: i64) -> Workflow {
    Workflow { created_at: Some(at(began)), ..Workflow::bare(format!("w{pipeline}-{name}-{began}"), name, status) }
}

fn made(number: u64, kind: Kind, status: PipelineStatus, commit: &str, began: i64) -> Pipeline {
    Pipeline {
        commit: Some(commit.into()),
        created_at: Some(at(began)),
        trigger: Some(kind.trigger()),
        workflows: Some(vec![run(number, kind.workflow(), status, began)]),
        ..crate::sample::pipeline(number, status)
    }
}

/// `a` is the oldest commit.
fn state(mut pipelines: Vec<Pipeline>) -> ServiceState {
    let mut state = service();
    state.main = vec![commit("c", &["b"], Some(3)), commit("b", &["a"], Some(2)), commit("a", &["0"], Some(1))];
    pipelines.sort_by(|one, other| other.is_newer_than(one).cmp(&one.is_newer_than(other)));
    state.pipelines = pipelines;
    settled(state)
}

fn settled(mut state: ServiceState) -> ServiceState {
    tell_kinds(&mut state);
    slipway_domain::lineage::name_pipelines(&mut state);
    state.alerts = alerts(&state);
    state.mark = mark(&state);
    state.sentence = headline(&state, at(1000));
    state
}

fn red(state: &ServiceState) -> Vec<u64> {
    failed_pipelines(state).iter().map(|pipeline| pipeline.number).collect()
}

fn kinds(old: &ServiceState, new: &ServiceState) -> Vec<EventKind> {
    events(old, new, at(1000)).into_iter().map(|event| event.kind).collect()
}

/// A push passed long ago, so that it is known what pushes run.
fn known_push() -> Pipeline {
    made(1, Kind::Push, Passed, "a", -1000)
}

/// One failed pipeline and one that began after it, or before.
#[test]
fn main_is_red_until_what_a_push_runs_has_passed_for_that_commit_or_a_newer_one() {
    for failed_kind in KINDS {
        for other_kind in KINDS {
            for other_status in PipelineStatus::ALL.iter().copied() {
                for (other_commit, as_new) in [("a", false), ("b", true), ("c", true)] {
                    for (began, later) in [(50, false), (200, true)] {
                        let failed = made(5, failed_kind, Failed, "b", 100);
                        let other = made(6, other_kind, other_status, other_commit, began);
                        let state = state(vec![known_push(), failed, other]);
                        let told = red(&state);
                        let what = format!("{failed_kind:?} failed; {other_kind:?} {other_status} of {other_commit}, later: {later}");
                        // Whoever decides anew answers for it: by passing, or by being the failure itself.
                        let decides = other_kind.is_of_push() && matches!(other_status, Passed | Failed | Failing);
                        assert_eq!(told.contains(&5), failed_kind.is_of_push() && !(decides && as_new && later), "{what}: {told:?}");
                        // The older of the two may in its turn be answered for; by a failure it stays red.
                        let other_fails = other_kind.is_of_push() && matches!(other_status, Failed | Failing);
                        assert!(!other_fails || !told.is_empty(), "{what}");
                        let alarmed = state.alerts.iter().any(|alert| alert.kind == AlertKind::PipelineFailed);
                        assert_eq!((alarmed, state.mark == Mark::Problem), (!told.is_empty(), !told.is_empty()), "{what}");
                    }
                }
            }
        }
    }
}

/// Three pipelines after a failed one, in every combination: a failure more never ends red, and what
/// is not a pass of a push's workflows never does.
#[test]
fn adding_bad_news_never_improves_and_only_a_pass_cures() {
    let each: Vec<(Kind, PipelineStatus, &str)> = [Kind::Push, Kind::ByRequest, Kind::Nightly(Trigger::Schedule)]
        .into_iter()
        .flat_map(|kind| PipelineStatus::ALL.iter().map(move |status| (kind, *status)))
        .flat_map(|(kind, status)| ["a", "b", "c"].map(|commit| (kind, status, commit)))
        .collect();
    for (n, first) in each.iter().enumerate() {
        for second in each.iter().skip(n % 3).step_by(3) {
            let of = |number, (kind, status, commit): (Kind, PipelineStatus, &str), began| made(number, kind, status, commit, began);
            let base = vec![known_push(), made(5, Kind::Push, Failed, "b", 100), of(6, *first, 200), of(7, *second, 300)];
            let before = state(base.clone());
            let cures = |(kind, status, commit): &(Kind, PipelineStatus, &str)| kind.is_of_push() && *status == Passed && *commit != "a";
            assert!(!red(&before).is_empty() || cures(first) || cures(second), "{first:?} {second:?}");
            for commit in ["a", "b", "c"] {
                let mut worse = base.clone();
                worse.push(made(8, Kind::Push, Failed, commit, 400));
                let worse = state(worse);
                assert!(!red(&worse).is_empty(), "{first:?} {second:?} and a failure of {commit}");
                assert!(!kinds(&before, &worse).contains(&EventKind::Fixed), "{first:?} {second:?} {commit}");
            }
        }
    }
}

/// A rerun adds a run to the pipeline.
fn again(status: PipelineStatus) -> Pipeline {
    let mut pipeline = made(5, Kind::Push, status, "b", 100);
    pipeline.workflows = Some(vec![run(5, PUSH, Failed, 100), run(5, PUSH, status, 500)]);
    pipeline
}

#[test]
fn a_rerun_shows_nothing_before_it_has_passed() {
    let failed = state(vec![known_push(), made(5, Kind::Push, Failed, "b", 100)]);
    for status in PipelineStatus::ALL.iter().copied() {
        let rerun = state(vec![known_push(), again(status)]);
        assert_eq!(red(&rerun).is_empty(), status == Passed, "{status}");
        assert_eq!(kinds(&failed, &rerun).contains(&EventKind::Fixed), status == Passed, "{status}");
        assert!(!kinds(&failed, &rerun).contains(&EventKind::PipelineFailed), "{status}: told already");
    }
    let running = state(vec![known_push(), again(Running)]);
    assert!(running.alerts[0].message.contains("It runs again."), "{}", running.alerts[0].message);
    // Another pipeline had passed before the rerun began; a rerun that only starts undoes nothing.
    let newer = made(6, Kind::Push, Passed, "c", 300);
    for (status, expected) in [(Running, vec![]), (Canceled, vec![]), (Failed, vec![5]), (Passed, vec![])] {
        assert_eq!(red(&state(vec![known_push(), again(status), newer.clone()])), expected, "{status}");
    }
}

#[test]
fn a_failing_run_that_is_cancelled_stays_failed() {
    let failing = |status| {
        let mut pipeline = made(5, Kind::Push, status, "b", 100);
        pipeline.workflows.as_mut().unwrap()[0].failed_job = Some("integration".into());
        pipeline
    };
    let (before, after) = (state(vec![known_push(), failing(Failing)]), state(vec![known_push(), failing(Canceled)]));
    assert_eq!((red(&before), red(&after)), (vec![5], vec![5]));
    assert_eq!(kinds(&before, &after), [EventKind::PipelineCanceled]);
    // What was cancelled before anything of it failed is no failure.
    assert_eq!(red(&state(vec![known_push(), made(5, Kind::Push, Canceled, "b", 100)])), Vec::<u64>::new());
}

#[test]
fn a_nightly_is_told_apart() {
    let night = |status| made(6, Kind::Nightly(Trigger::Schedule), status, "b", 300);
    let push = made(5, Kind::Push, Passed, "b", 100);
    let (before, running, failed) =
        (state(vec![push.clone()]), state(vec![push.clone(), night(Running)]), state(vec![push.clone(), night(Failed)]));
    assert_eq!(kinds(&before, &running), [EventKind::PipelineStarted]);
    let told = events(&running, &failed, at(1000));
    assert_eq!(told.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::OtherPipelineFailed]);
    assert_eq!(told[0].subject.pull_request, None, "no PR is blamed");
    assert_eq!(kinds(&before, &failed), [EventKind::PipelineStarted, EventKind::OtherPipelineFailed]);
    let alarmed = failed.alerts.iter().any(|alert| alert.severity > Severity::Info);
    assert_eq!((alarmed, failed.mark), (false, Mark::Healthy));
    assert!(moving_pipeline(&running).is_none() && running.sentence.text.contains("Nothing is in flight"), "{}", running.sentence.text);
    assert_eq!(failed.pipelines[0].runs_push_workflows, Some(false));
    // Its failing and its end are one failure.
    assert_eq!(kinds(&state(vec![push.clone(), night(Failing)]), &failed), []);
    let runs: Vec<Pipeline> = (10..15).map(|n| numbered(night(Passed), n)).collect();
    assert_eq!(usual_of(state([vec![push], runs].concat()).pipelines.iter()).pipeline, None, "nor does it tell how long a push takes");
}

fn numbered(pipeline: Pipeline, n: u64) -> Pipeline {
    Pipeline { number: n, id: format!("night-{n}"), created_at: Some(at(300 + n as i64)), ..pipeline }
}

/// Of a pipeline that runs more than a push does, only a push's part counts.
#[test]
fn only_the_part_that_a_push_runs_counts() {
    let both = |push: PipelineStatus, night: PipelineStatus| {
        let status = slipway_domain::pipeline::combine([push, night]);
        let mut pipeline = made(6, Kind::Nightly(Trigger::Api), status, "b", 300);
        pipeline.workflows = Some(vec![run(6, PUSH, push, 300), run(6, "nightly", night, 300)]);
        pipeline
    };
    let failed = made(5, Kind::Push, Failed, "b", 100);
    for (push, night, expected) in [
        (Passed, Failed, vec![]),
        (Failed, Passed, vec![6]),
        (Passed, Running, vec![]),
        (Running, Passed, vec![5]),
        (Canceled, Passed, vec![5]),
    ] {
        assert_eq!(red(&state(vec![known_push(), failed.clone(), both(push, night)])), expected, "{push} {night}");
    }
}

/// A push may run only some workflows, and they may be given other names.
#[test]
fn a_push_that_did_not_run_the_failed_workflow_shows_nothing_of_it() {
    let with = |number, began, commit, names: &[(&str, PipelineStatus)]| {
        let status = slipway_domain::pipeline::combine(names.iter().map(|(_, status)| *status));
        let mut pipeline = made(number, Kind::Push, status, commit, began);
        pipeline.workflows = Some(names.iter().map(|(name, status)| run(number, name, *status, began)).collect());
        pipeline
    };
    let both = with(1, -1000, "a", &[("deploy", Passed), ("docs", Passed)]);
    let failed = with(5, 100, "b", &[("deploy", Failed), ("docs", Passed)]);
    let docs = |status| with(6, 200, "c", &[("docs", status)]);
    assert_eq!(red(&state(vec![both.clone(), failed.clone(), docs(Passed)])), [5]);
    assert_eq!(red(&state(vec![both.clone(), failed.clone(), docs(Failed)])), [6, 5]);
    assert_eq!(red(&state(vec![both.clone(), failed.clone(), with(6, 200, "c", &[("deploy", Passed)])])), Vec::<u64>::new());
    let renamed = |status| with(6, 200, "c", &[("ship", status), ("docs", Passed)]);
    assert_eq!(red(&state(vec![both.clone(), failed.clone(), renamed(Passed)])), Vec::<u64>::new());
    assert_eq!(red(&state(vec![both, failed, renamed(Running)])), [5]);
}

/// Every pipeline of a project may begin with the same setup workflow.
#[test]
fn a_setup_workflow_is_no_mark_of_a_push() {
    let with = |number, kind: Kind, began, commit, names: &[(&str, PipelineStatus)]| {
        let status = slipway_domain::pipeline::combine(names.iter().map(|(_, status)| *status));
        let mut pipeline = made(number, kind, status, commit, began);
        let run = |(name, status): &(&str, PipelineStatus)| Workflow { setup: *name == "setup", ..run(number, name, *status, began) };
        pipeline.workflows = Some(names.iter().map(run).collect());
        pipeline
    };
    let push = with(1, Kind::Push, 0, "b", &[("setup", Passed), (PUSH, Passed)]);
    let night = Kind::Nightly(Trigger::Schedule);
    assert_eq!(red(&state(vec![push.clone(), with(2, night, 100, "b", &[("setup", Passed), ("nightly", Failed)])])), Vec::<u64>::new());
    // The setup of the same commit has passed before: it is not the commit that is broken.
    assert_eq!(red(&state(vec![push.clone(), with(2, night, 100, "b", &[("setup", Failed)])])), Vec::<u64>::new());
    assert_eq!(red(&state(vec![push.clone(), with(2, night, 100, "c", &[("setup", Failed)])])), [2]);
    assert_eq!(red(&state(vec![push, with(2, Kind::Push, 100, "c", &[("setup", Failed)])])), [2]);
}

#[test]
fn what_is_not_known_counts_as_a_pushs() {
    for trigger in [None, Some(Trigger::Api), Some(Trigger::Schedule), Some(Trigger::Other)] {
        let alone = Pipeline { trigger, ..made(5, Kind::Nightly(Trigger::Api), Failed, "b", 100) };
        assert_eq!(red(&state(vec![alone])), [5], "{trigger:?}: no push was ever seen");
    }
    // What was learnt of pushes stays when none is in sight any more.
    let mut later = state(vec![known_push()]);
    later.pipelines = vec![made(6, Kind::Nightly(Trigger::Schedule), Failed, "b", 300)];
    assert_eq!(red(&settled(later)), Vec::<u64>::new());
    // Of what did not start it is not known what it would have run.
    let broken =
        Pipeline { workflows: Some(vec![]), error: Some("no jobs".into()), ..made(7, Kind::Nightly(Trigger::Api), Failed, "b", 300) };
    assert_eq!(red(&state(vec![known_push(), broken.clone()])), [7]);
    assert_eq!(red(&state(vec![made(5, Kind::Push, Passed, "b", 100), broken])), Vec::<u64>::new());
    let fresh = Pipeline { workflows: Some(vec![]), ..made(8, Kind::Nightly(Trigger::Schedule), Running, "b", 300) };
    assert!(!state(vec![known_push(), fresh]).pipelines[0].is_of_push(), "nor is it taken for a change on its way");
}

#[test]
fn several_failures_end_with_one_word() {
    let broken = Pipeline { workflows: Some(vec![]), error: Some("no jobs".into()), ..made(6, Kind::Push, Failed, "c", 200) };
    let before = state(vec![known_push(), made(5, Kind::Push, Failed, "b", 100), broken]);
    assert_eq!(red(&before), [6, 5]);
    let mut after = before.clone();
    after.pipelines.insert(0, made(7, Kind::Push, Passed, "c", 300));
    let told = kinds(&before, &settled(after));
    assert_eq!(told.iter().filter(|kind| **kind == EventKind::Fixed).count(), 1, "{told:?}");
}

/// Which pull request it carries may be learnt after it failed.
#[test]
fn a_failure_is_told_once() {
    let mut before = state(vec![known_push(), made(5, Kind::Push, Failed, "b", 100)]);
    before.alerts[0].subject.pull_request = None;
    let after = state(vec![known_push(), made(5, Kind::Push, Failed, "b", 100)]);
    assert_eq!((after.alerts[0].subject.pull_request, kinds(&before, &after)), (Some(2), vec![]));
}

#[test]
fn a_failure_that_is_out_of_sight_is_not_fixed() {
    let before = state(vec![known_push(), made(5, Kind::Push, Failed, "b", 100)]);
    let mut after = before.clone();
    after.pipelines.retain(|pipeline| pipeline.number != 5);
    assert_eq!(kinds(&before, &settled(after)), []);
}

#[test]
fn what_could_not_start_says_why_and_is_not_run_again() {
    let broken = Pipeline {
        workflows: Some(vec![]),
        error: Some("Cannot find\n  a definition for job to run: deploy.".into()),
        ..made(901, Kind::Push, Failed, "b", 100)
    };
    let mut file = made(902, Kind::Push, Failed, "b", 100);
    file.workflows.as_mut().unwrap()[0].error = Some("its file is broken".into());
    for (pipeline, how, reason) in
        [(broken, "could not start", "Cannot find a definition for job to run: deploy"), (file, "failed", "its file is broken")]
    {
        let state = state(vec![known_push(), pipeline.clone()]);
        let expected = format!("Pipeline #{} {how}: {reason}. Push a fix", pipeline.number);
        assert!(state.alerts[0].message.starts_with(&expected), "{}", state.alerts[0].message);
        assert!(rerunnable(&pipeline).is_empty());
        let plan = plan_rerun("storefront", &pipeline, None, "p".into(), at(0));
        let said = format!("{:?}", plan.verdict());
        assert!(plan.is_denied() && said.contains(reason) && said.contains("push a fix"), "{said}");
    }
    let skipped = Pipeline {
        workflows: Some(vec![]),
        nothing_ran: Some("its message says [skip ci]".into()),
        ..made(903, Kind::Push, Canceled, "b", 100)
    };
    let plan = plan_rerun("storefront", &skipped, None, "p".into(), at(0));
    assert!(format!("{:?}", plan.verdict()).contains("its message says [skip ci]"), "{:?}", plan.verdict());
}

#[test]
fn pipelines_that_tell_no_commit_are_said() {
    let nameless = |number| Pipeline { commit: None, ..made(number, Kind::Push, Passed, "b", 100) };
    let says = |state: &ServiceState| state.alerts.iter().any(|alert| alert.message.contains("does not tell the commits"));
    assert!(says(&state(vec![nameless(1), nameless(2)])));
    assert!(!says(&state(vec![nameless(1), made(2, Kind::Push, Passed, "b", 100)])) && !says(&state(vec![])));
}
