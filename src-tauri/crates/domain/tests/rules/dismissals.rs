//! Alerts that a person has ended: for which it counts, and for how long.

use crate::sample::{at, pipeline, release, service};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::{EventKind, events};
use slipway_domain::dismissal::Dismissal;
use slipway_domain::evidence::alerts::alerts;
use slipway_domain::evidence::dismissals::{apply, refusal};
use slipway_domain::headline::mark;
use slipway_domain::snapshot::{ServiceState, Source, SourceError, SourceErrorKind};
use slipway_domain::status::{Health, Mark, PipelineStatus, ReleaseStatus};
use slipway_domain::time::Time;

fn settled(mut state: ServiceState, said: &[Dismissal]) -> ServiceState {
    // What was not learnt of old releases is of no matter here.
    state.alerts = alerts(&state).into_iter().filter(|a| a.kind != AlertKind::NotLearnt).collect();
    state.dismissals = said.to_vec();
    apply(&mut state);
    state.mark = mark(&state);
    state
}

fn word_about(state: &ServiceState, kind: AlertKind, when: Time) -> Dismissal {
    let alert = state.alerts.iter().find(|a| a.kind == kind).unwrap_or_else(|| panic!("an alert of kind {kind}"));
    Dismissal { alert: alert.id(), kind, message: alert.message.clone(), by: "dora".into(), at: when, reason: "its fixture is gone".into() }
}

fn with_pipeline(number: u64, status: PipelineStatus) -> ServiceState {
    ServiceState { pipelines: vec![pipeline(number, status)], ..service() }
}

#[test]
fn a_persons_word_ends_a_failure_and_a_new_one_is_told() {
    let failed = settled(with_pipeline(7, PipelineStatus::Failed), &[]);
    let said = [word_about(&failed, AlertKind::PipelineFailed, at(500))];
    let after = settled(with_pipeline(7, PipelineStatus::Failed), &said);
    assert!(after.alerts.is_empty() && after.dismissals == said, "it is kept as a word");
    assert!(events(&failed, &after, at(501)).iter().all(|e| e.kind != EventKind::Fixed), "it was not shown to pass");
    // Another pipeline is another cause.
    let next = settled(with_pipeline(8, PipelineStatus::Failed), &said);
    assert_eq!((next.alerts.len(), next.dismissals.len()), (1, 0));
    assert!(events(&after, &next, at(502)).iter().any(|e| e.kind == EventKind::PipelineFailed));
    // So is the same one, run again after the word.
    let mut again = with_pipeline(7, PipelineStatus::Failed);
    again.pipelines[0].workflows.iter_mut().flatten().for_each(|w| w.created_at = Some(at(600)));
    assert_eq!(settled(again, &said).alerts.len(), 1);
    // One that fails on while it runs is the one that was dismissed.
    let failing = settled(with_pipeline(7, PipelineStatus::Failing), &[]);
    let early = [word_about(&failing, AlertKind::PipelineFailed, at(100))];
    assert!(settled(with_pipeline(7, PipelineStatus::Failed), &early).alerts.is_empty());
}

fn down(health: Health) -> ServiceState {
    let mut state = service();
    state.environments[0].health = health;
    state.environments[0].down_since = Some(at(10));
    state
}

#[test]
fn production_that_is_read_to_be_down_stays_down() {
    let hurt = settled(down(Health::Down), &[]);
    let alert = hurt.alerts.iter().find(|a| a.kind == AlertKind::ProductionDown).expect("down");
    assert!(refusal(&hurt, alert).is_some_and(|why| why.contains("ends when that is over")));
    let said = [word_about(&hurt, AlertKind::ProductionDown, at(20))];
    let still = settled(down(Health::Down), &said);
    assert_eq!((still.mark, still.alerts.len()), (Mark::Hurt, 1), "nobody's word outweighs what is read");

    // The platform cannot be read any more: the word ends the alert, and makes nothing green.
    let mut unread = down(Health::Down);
    let gone = SourceError { kind: SourceErrorKind::NotFound, message: "the app is gone".into(), since: at(15), retry_at: None, url: None };
    unread.sources.iter_mut().filter(|s| s.source == Source::Environment("production".into())).for_each(|s| s.error = Some(gone.clone()));
    assert!(settled(unread.clone(), &said).alerts.iter().all(|a| a.kind != AlertKind::ProductionDown));
    assert_ne!(settled(unread, &said).mark, Mark::Healthy);
    // It is read again, and down: the word does not hold against that.
    assert_eq!(settled(down(Health::Down), &said).alerts.len(), 1);
}

#[test]
fn a_change_of_config_during_an_incident_keeps_the_id() {
    let before = settled(down(Health::Down), &[]);
    let mut with_config = down(Health::Down);
    with_config.environments[0].current = Some(release(3, "b", "Set A config vars", ReleaseStatus::Succeeded));
    let after = settled(with_config, &[]);
    assert_ne!(before.alerts[0].subject, after.alerts[0].subject);
    assert_eq!(before.alerts[0].id(), after.alerts[0].id());
}

#[test]
fn each_kind_is_decided_and_ids_are_one_word() {
    for kind in AlertKind::ALL {
        let alert = slipway_domain::alert::Alert {
            kind: *kind,
            severity: slipway_domain::status::Severity::Problem,
            message: "Words with a number, 30.".into(),
            since: Some(at(1)),
            subject: Default::default(),
        };
        let id = alert.id();
        assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) && id.starts_with(kind.word()), "{id}");
        assert_eq!(serde_json::to_value(&alert).unwrap()["id"], id.as_str(), "the JSON names it");
        // What may be dismissed: failures that were seen once, and nothing that is still read or asked.
        let may = refusal(&service(), &alert).is_none();
        let expected = matches!(
            kind,
            AlertKind::PipelineFailed
                | AlertKind::ReleaseFailed
                | AlertKind::NoPipeline
                | AlertKind::LeftQueue
                | AlertKind::AutoMergeOff
                | AlertKind::WatchBad
        );
        // Of no environment that is known: nothing reads it to be down.
        let no_environment = matches!(kind, AlertKind::ProductionDown | AlertKind::EnvironmentDown | AlertKind::ProcessDown);
        assert_eq!(may, expected || no_environment, "{kind}");
    }
}

/// What an older version stored has no id.
#[test]
fn an_alert_of_an_older_version_opens() {
    let stored = r#"{"kind":"pipeline_failed","severity":"problem","message":"m","since":null,
        "subject":{"pull_request":null,"pipeline":"p","environment":null,"release":null}}"#;
    let alert: slipway_domain::alert::Alert = serde_json::from_str(stored).unwrap();
    assert!(alert.id().starts_with("pipeline_failed-"));
}
