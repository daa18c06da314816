use super::*;
use slipway_domain::service::{CiProject, Service};
use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::time::Time;
use slipway_registry::VENDORS;

static NOTHING_KEPT: KeptRecords = KeptRecords { watches: Vec::new(), pins: Vec::new(), bad_releases: Vec::new(), incidents: Vec::new() };
const NOBODY: Records<'static> = Records { journal: &[], dismissals: &[], kept: &NOTHING_KEPT };

fn at(seconds: i64) -> Time {
    Time::from_unix(1_800_000_000 + seconds)
}

fn shop() -> ServiceState {
    let config = Service {
        name: "shop".into(),
        repo: "acme/shop".into(),
        branch: "main".into(),
        ci: Some(CiProject { provider: VENDORS.cis().next().expect("a CI").0.id, project: "gh/acme/shop".into() }),
        environments: Vec::new(),
        accounts: Vec::new(),
        migration_paths: Vec::new(),
    };
    ServiceState::unread(config)
}

fn ci_of(runs: Option<Vec<String>>) -> Observation {
    Observation::Ci(Ok(CiObservation { pipelines: Vec::new(), listed: true, past: None, runs, trouble: None }))
}

fn read(state: &ServiceState, observation: Observation, seconds: i64) -> Reduced {
    let read = ReadOf { began: Some(at(seconds - 1)), is_first: false, looked: None };
    reduce(state, observation, NOBODY, read, at(seconds))
}

#[test]
fn a_failed_read_keeps_what_was_known_and_its_age_and_tells_of_the_account() {
    let before = read(&shop(), ci_of(None), 10).state;
    let failed = Observation::failed(&Source::Ci, ReadError::Unreachable("no connection".into()));
    let Reduced { state, effects } = read(&before, failed, 70);
    let source = state.source(&Source::Ci).expect("the CI");
    assert_eq!((source.observed_at, source.asked_at), (Some(at(10)), Some(at(9))), "as old as what is shown");
    assert_eq!(source.error.as_ref().map(|e| (e.kind, e.since)), Some((SourceErrorKind::Unreachable, at(70))));
    assert!(state.stale);
    let account = effects.account.expect("it says something of the account");
    assert!(account.source == Source::Ci && matches!(account.error, Some(ReadError::Unreachable(_))));
    assert_eq!(before.source(&Source::Ci).and_then(|s| s.error.as_ref()), None, "the state before is as it was");
}

#[test]
fn neither_our_patience_nor_our_mistake_says_anything_of_the_account() {
    for error in [ReadError::Late("late".into()), ReadError::Internal("a panic".into())] {
        let effects = read(&shop(), Observation::failed(&Source::Ci, error), 10).effects;
        assert!(effects.account.is_none());
    }
}

#[test]
fn runs_are_an_effect_and_the_first_read_of_a_run_is_no_news() {
    let Reduced { state, effects } = read(&shop(), ci_of(Some(vec!["w1".into()])), 10);
    assert_eq!(effects.seen_runs.map(|seen| (seen.project, seen.runs)), Some(("gh/acme/shop".to_owned(), vec!["w1".to_owned()])));
    let failed = || Observation::failed(&Source::Ci, ReadError::SignIn("refused".into()));
    assert!(!read(&state, failed(), 20).effects.events.is_empty(), "a source that fails is news");
    let first = ReadOf { began: None, is_first: true, looked: None };
    assert!(reduce(&state, failed(), NOBODY, first, at(20)).effects.events.is_empty());
}

/// The same of the same: nothing is read from a clock, a store or an account.
#[test]
fn it_gives_the_same_state_for_the_same_input() {
    let before = shop();
    assert_eq!(read(&before, ci_of(None), 10).state, read(&before, ci_of(None), 10).state);
}
