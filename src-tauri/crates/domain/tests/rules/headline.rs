//! The mark and the sentence, over every combination of what they are made of.

use crate::sample::{at, environment, pipeline, service};
use slipway_domain::alert::{Alert, AlertKind, Subject};
use slipway_domain::environment::{Environment, ProcessType};
use slipway_domain::headline::{headline, mark};
use slipway_domain::snapshot::{ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::{Health, Mark, PipelineStatus, Severity};
use std::collections::HashMap;

/// How a source answered: read, not yet, or the last read failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Read {
    Now,
    NotYet,
    Failed,
    FailedAlways,
}

const READS: [Read; 4] = [Read::Now, Read::NotYet, Read::Failed, Read::FailedAlways];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Given {
    production: Health,
    staging: Health,
    pipeline: Option<PipelineStatus>,
    reads: [Read; 4],
    alert: Option<AlertKind>,
}

const SOURCES: [&str; 4] = ["code", "ci", "production", "staging"];

fn source(name: &str) -> Source {
    match name {
        "code" => Source::Code,
        "ci" => Source::Ci,
        name => Source::Environment(name.to_owned()),
    }
}

fn named(name: &str, production: bool, health: Health) -> Environment {
    let base = environment(&[(1, "a", "Deploy a", true), (2, "b", "Deploy b", true)]);
    Environment { name: name.into(), app: format!("shop-{name}"), production, health, ..base }
}

fn alert(kind: AlertKind) -> Alert {
    Alert { kind, severity: Severity::Problem, message: format!("An alert of kind {kind}."), since: None, subject: Subject::default() }
}

fn state(given: &Given) -> ServiceState {
    let mut state = service();
    state.environments = vec![named("production", true, given.production), named("staging", false, given.staging)];
    state.pipelines = given.pipeline.map(|status| pipeline(7, status)).into_iter().collect();
    let error = || SourceError { kind: SourceErrorKind::Unreachable, message: "gone".into(), since: at(0), retry_at: None, url: None };
    let template = state.sources[0].clone();
    state.sources.clear();
    for (name, read) in SOURCES.iter().zip(given.reads) {
        let (observed_at, error) = match read {
            Read::Now => (Some(at(0)), None),
            Read::NotYet => continue,
            Read::Failed => (Some(at(0)), Some(error())),
            Read::FailedAlways => (None, Some(error())),
        };
        state.sources.push(slipway_domain::snapshot::SourceState { source: source(name), observed_at, error, ..template.clone() });
    }
    state.stale = given.reads.iter().any(|read| *read != Read::Now);
    state.alerts = given.alert.map(alert).into_iter().collect();
    state
}

fn every(mut see: impl FnMut(&Given)) {
    let pipelines: Vec<Option<PipelineStatus>> = std::iter::once(None).chain(PipelineStatus::ALL.iter().copied().map(Some)).collect();
    let alerts: Vec<Option<AlertKind>> = std::iter::once(None).chain(AlertKind::ALL.iter().copied().map(Some)).collect();
    // One source at a time is not read, and all together.
    let mut reads = vec![[Read::Now; 4]];
    for other in &READS[1..] {
        reads.extend((0..4).map(|n| {
            let mut some = [Read::Now; 4];
            some[n] = *other;
            some
        }));
        reads.push([*other; 4]);
    }
    for production in Health::ALL {
        for staging in Health::ALL {
            for pipeline in &pipelines {
                for reads in &reads {
                    for alert in &alerts {
                        see(&Given { production: *production, staging: *staging, pipeline: *pipeline, reads: *reads, alert: *alert });
                    }
                }
            }
        }
    }
}

/// Each of these alone must keep a service from being called healthy.
fn is_all_well(given: &Given) -> bool {
    let pipeline = match given.pipeline {
        None | Some(PipelineStatus::Passed | PipelineStatus::Canceled) => true,
        // A failure or a hold is told by its alert, which the state has in `alert`.
        Some(PipelineStatus::Failed | PipelineStatus::OnHold) => true,
        Some(PipelineStatus::Queued | PipelineStatus::Running | PipelineStatus::Failing | PipelineStatus::Unknown) => false,
    };
    let alert = match given.alert {
        None => true,
        Some(
            AlertKind::NotLearnt
            | AlertKind::LeftQueue
            | AlertKind::AutoMergeOff
            | AlertKind::RolledBack
            | AlertKind::BuiltNotReleased
            | AlertKind::RepositoryArchived
            | AlertKind::RepositoryRenamed
            | AlertKind::ProductionNotSaid,
        ) => true,
        Some(
            AlertKind::PipelineFailed
            | AlertKind::ReleaseFailed
            | AlertKind::ProductionDown
            | AlertKind::EnvironmentDown
            | AlertKind::ProcessDown
            | AlertKind::WatchBad
            | AlertKind::PinViolated
            | AlertKind::BranchRenamed
            | AlertKind::ApprovalWaiting
            | AlertKind::SourceUnreachable
            | AlertKind::SignInAgain
            | AlertKind::RateLimited
            | AlertKind::OutcomeUnknown
            | AlertKind::Maintenance
            | AlertKind::NoPipeline,
        ) => false,
    };
    given.production == Health::Healthy && given.staging == Health::Healthy && given.reads == [Read::Now; 4] && pipeline && alert
}

#[test]
fn healthy_is_said_only_where_everything_is_known_to_be_well() {
    every(|given| {
        let state = state(given);
        assert_eq!(mark(&state) == Mark::Healthy, is_all_well(given), "{given:?}");
        let said = headline(&state, at(1000));
        assert_eq!(said.mark, mark(&state));
        assert!(!said.text.trim().is_empty(), "{given:?}");
        // No alert of these tests says the word, so the sentence itself does.
        let calls_production_healthy = said.text.contains("Production is healthy");
        let production_is = given.production == Health::Healthy && given.reads[2] == Read::Now;
        assert!(!calls_production_healthy || production_is, "{given:?} {}", said.text);
        assert!(said.mark != Mark::Healthy || calls_production_healthy, "{given:?} {}", said.text);
    });
}

#[test]
fn what_is_not_known_is_named() {
    every(|given| {
        let state = state(given);
        let said = headline(&state, at(1000));
        let all = format!("{} {}", said.text, said.detail.join(" · ")).to_lowercase();
        let nothing_read = given.reads.iter().all(|read| *read == Read::NotYet);
        for (name, health, read) in [("production", given.production, given.reads[2]), ("staging", given.staging, given.reads[3])] {
            if !nothing_read && (health == Health::Unknown || read != Read::Now) {
                assert!(all.contains(name), "{name} of {given:?}: {all}");
            }
        }
        if !nothing_read && given.reads[1] != Read::Now {
            assert!(all.contains("pipelines"), "{given:?}: {all}");
        }
    });
}

/// How bad each value is: a worse one never makes a better mark.
#[test]
fn further_bad_news_never_makes_the_mark_better() {
    let worse_health = |health: Health| match health {
        Health::Healthy => Health::ALL.to_vec(),
        Health::Releasing => vec![Health::Unknown, Health::Degraded, Health::Restarting, Health::Down],
        Health::Unknown => vec![Health::Degraded, Health::Restarting, Health::Down],
        Health::Degraded => vec![Health::Restarting, Health::Down],
        Health::Restarting => vec![Health::Down],
        Health::Down => vec![],
    };
    let mut known: HashMap<Given, Mark> = HashMap::new();
    let mut mark_of = |given: &Given| *known.entry(*given).or_insert_with(|| mark(&state(given)));
    every(|given| {
        let before = mark_of(given);
        // Marks are ordered by urgency.
        let mut check = |worse: Given| {
            let after = mark_of(&worse);
            assert!(after <= before, "{before:?} became {after:?}: {given:?} to {worse:?}");
        };
        for production in worse_health(given.production) {
            check(Given { production, ..*given });
        }
        for staging in worse_health(given.staging) {
            check(Given { staging, ..*given });
        }
        for n in 0..4 {
            for worse in &READS[1..] {
                let mut reads = given.reads;
                if reads[n] == Read::Now {
                    reads[n] = *worse;
                    check(Given { reads, ..*given });
                }
            }
        }
        if given.alert.is_none() {
            for kind in AlertKind::ALL {
                check(Given { alert: Some(*kind), ..*given });
            }
        }
    });
}

fn well() -> Given {
    Given {
        production: Health::Healthy,
        staging: Health::Healthy,
        pipeline: Some(PipelineStatus::Passed),
        reads: [Read::Now; 4],
        alert: None,
    }
}

#[test]
fn the_words_of_each_mark() {
    let said = |given: Given| {
        let said = headline(&state(&given), at(1000));
        (said.mark, said.text, said.word)
    };
    let of = |mark, text: &str, word: &str| (mark, text.to_owned(), word.to_owned());
    assert_eq!(said(well()), of(Mark::Healthy, "Production is healthy. Nothing is in flight.", ""));
    assert_eq!(said(Given { staging: Health::Unknown, ..well() }), of(Mark::Unknown, "Staging's health is unknown.", "unknown"));
    assert_eq!(
        said(Given { production: Health::Unknown, staging: Health::Unknown, ..well() }),
        of(Mark::Unknown, "The health of production and staging is unknown.", "unknown")
    );
    assert_eq!(
        said(Given { production: Health::Restarting, ..well() }),
        of(Mark::Hurt, "Production is hurt: production of storefront restarts and is not shown to be up.", "hurt")
    );
    assert_eq!(
        said(Given { production: Health::Degraded, ..well() }),
        of(Mark::Problem, "Production of storefront runs without some of its processes.", "failed")
    );
    assert_eq!(said(Given { staging: Health::Down, ..well() }), of(Mark::Problem, "Staging of storefront is down.", "failed"));
    assert_eq!(
        said(Given { pipeline: Some(PipelineStatus::Unknown), ..well() }),
        of(Mark::Unknown, "What became of pipeline #7 is not known.", "unknown")
    );
    assert_eq!(
        said(Given { staging: Health::Unknown, pipeline: Some(PipelineStatus::Running), ..well() }),
        of(Mark::Unknown, "Staging's health is unknown. Pipeline #7 is on its way; no estimate yet.", "unknown")
    );
    let ci_unread = said(Given { reads: [Read::Now, Read::NotYet, Read::Now, Read::Now], ..well() });
    assert_eq!(ci_unread, of(Mark::Unknown, "Reading storefront for the first time.", "reading"));
}

#[test]
fn no_web_process_is_told_apart_from_unknown() {
    let mut state = state(&Given { staging: Health::Unknown, ..well() });
    let process = |name: &str, quantity| ProcessType { name: name.into(), quantity };
    state.environments[1].formation = Some(vec![process("web", 0), process("worker", 1)]);
    let said = headline(&state, at(1000));
    assert_eq!((said.mark, said.text.as_str()), (Mark::Unknown, "No web process runs on staging."));
    state.environments[1].formation = Some(vec![process("web", 2)]);
    assert_eq!(headline(&state, at(1000)).text, "Staging's health is unknown.");
}

/// A service of which nothing runs, and no pipeline passed, is not healthy for want of bad news.
#[test]
fn a_service_without_environments_is_as_well_as_its_branch() {
    let mut state = state(&well());
    state.environments.clear();
    assert_eq!(headline(&state, at(0)).text, "Main passes. Nothing is in flight.");
    state.pipelines.clear();
    let said = headline(&state, at(0));
    assert_eq!((said.mark, said.text.as_str()), (Mark::Unknown, "Nothing is known to run."));
}
