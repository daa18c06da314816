//! What becomes of a release, by what happens to it.

use crate::{APP, Stage};
use serde_json::json;
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::EventKind;
use slipway_domain::status::Mark;
use slipway_domain::watch::{SignalKind, WatchVerdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const TOLD: [EventKind; 2] = [EventKind::WatchBad, EventKind::WatchEnded];

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_serves_well_is_good_after_its_time() {
    let mut stage = Stage::watched().await;
    let version = stage.release().await;
    stage.told(&TOLD);
    stage.live(600).await;
    let watch = stage.watch();
    assert_eq!((watch.verdict, watch.release.ordinal, watch.planned), (None, Some(version), 38));
    assert!(watch.baseline.is_none(), "a minute of probes is no baseline");
    stage.live(640).await;
    let watch = stage.watch();
    assert_eq!(watch.verdict, Some(WatchVerdict::Good), "{:?} {:?}", watch.reason, watch.signals);
    assert!(watch.taken >= 36, "{} of {}", watch.taken, watch.planned);
    assert_eq!(watch.probes.len() as u64, watch.taken);
    let [(EventKind::WatchEnded, message)] = &stage.told(&TOLD)[..] else { panic!("one end") };
    assert!(message.starts_with(&format!("Watch of v{version} on production ended: good (")), "{message}");
    let short = stage.production().releases.iter().find(|r| r.version == version).and_then(|r| r.watch.clone()).expect("in the list");
    assert_eq!(short.verdict, Some(WatchVerdict::Good));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_failed_answers_are_bad_at_once_and_five_quiet_minutes_are_a_recovery() {
    let mut stage = Stage::watched().await;
    stage.release().await;
    stage.world.make(json!([
        {"health": {"app": APP, "status": 500, "after": 60, "for": 60}},
        {"log": {"app": APP, "line": "heroku[router]: at=error code=H10 desc=\"App crashed\" method=GET path=\"/\"", "after": 65, "times": 3, "every": 5}},
        {"log": {"app": APP, "line": "app[web.1]: heroku[router]: at=error code=H14 desc=\"No web dynos running\""}},
    ])).await;
    stage.told(&TOLD);
    stage.live(110).await;
    let watch = stage.watch();
    assert_eq!((watch.verdict, watch.reason.as_deref()), (Some(WatchVerdict::Bad), Some("3 health checks in a row failed")));
    assert!(watch.is_running(), "samples are taken on");
    assert!(watch.signals.iter().any(|s| s.kind == SignalKind::HealthCheck && s.text == "health answers 500"), "{:?}", watch.signals);
    let platform: Vec<&str> = watch.signals.iter().filter(|s| s.kind == SignalKind::Platform).map(|s| s.text.as_str()).collect();
    assert!(platform.is_empty() || platform == ["H10 App crashed"], "{platform:?}");
    let snapshot = stage.world.engine.snapshot();
    let state = snapshot.service("storefront").expect("the service");
    assert!(state.alerts.iter().any(|alert| alert.kind == AlertKind::WatchBad), "{:?}", state.alerts);
    assert_eq!(state.mark, Mark::Hurt);
    assert_eq!(stage.told(&TOLD).iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [EventKind::WatchBad]);

    stage.live(450).await;
    let watch = stage.watch();
    assert!(watch.recovered_at.is_some() && watch.is_running(), "{:?}", watch.recovered_at);
    let snapshot = stage.world.engine.snapshot();
    assert!(snapshot.service("storefront").expect("it").alerts.iter().all(|alert| alert.kind != AlertKind::WatchBad));
    stage.live(800).await;
    let watch = stage.watch();
    assert_eq!((watch.verdict, watch.recovered_at.is_some()), (Some(WatchVerdict::Good), true), "{:?}", watch.reason);
    assert_eq!(watch.platform_log.as_ref().map(|log| log.errors.len()), Some(1), "{:?}", watch.platform_log);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_crashes_twice_is_bad_and_one_of_the_code_before_is_not() {
    let stage = Stage::with(|_| None).await;
    stage.world.make(json!({"crash": {"app": APP, "dyno": "web.1", "after": 0, "up_after": 30}})).await;
    stage.release().await;
    assert!(stage.watch().signals.is_empty(), "{:?}", stage.watch().signals);
    stage.live(60).await;
    stage.world.make(json!({"crash": {"app": APP, "dyno": "web.1", "after": 30, "every": 150, "times": 2, "up_after": 70}})).await;
    stage.live(120).await;
    assert_eq!(stage.watch().verdict, None, "{:?}", stage.watch().reason);
    stage.live(150).await;
    let watch = stage.watch();
    assert_eq!(watch.verdict, Some(WatchVerdict::Bad), "{:?}", watch.processes);
    stage.live(1000).await;
    assert!(stage.watch().ended_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_slept_knows_nothing() {
    let stage = Stage::watched().await;
    stage.release().await;
    stage.live(120).await;
    stage.world.make(json!({"pass": 3000})).await;
    stage.world.pass(3000.0);
    stage.world.engine.step().await;
    let watch = stage.watch();
    assert_eq!(watch.verdict, Some(WatchVerdict::Inconclusive), "{:?}", watch.reason);
    let reason = watch.reason.unwrap_or_default();
    assert!(reason.starts_with("no evidence either way (") && reason.ends_with(" of 38 samples)"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_health_url_it_is_good_by_its_processes() {
    let stage = Stage::with(|_| None).await;
    stage.release().await;
    stage.live(1240).await;
    let watch = stage.watch();
    assert_eq!((watch.verdict, watch.reason.as_deref()), (Some(WatchVerdict::Good), Some("good (processes)")), "{:?}", watch.evidence);
    assert!(watch.taken >= 18 && watch.planned == 20 && watch.probes.is_empty(), "{}", watch.taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_code_supersedes_and_a_change_of_config_only_marks() {
    let mut stage = Stage::watched().await;
    let first = stage.release().await;
    stage.live(60).await;
    stage.world.make(json!({"set_config": {"app": APP, "vars": {"CACHE": "1"}}})).await;
    stage.live(120).await;
    let watch = stage.watch();
    assert_eq!((watch.release.ordinal, watch.verdict), (Some(first), None));
    assert_eq!(watch.config_releases.iter().map(|later| later.release.ordinal).collect::<Vec<_>>(), [Some(first + 1)]);
    stage.told(&TOLD);
    let second = stage.release().await;
    let production = stage.production();
    assert_eq!(production.watch.as_ref().map(|watch| watch.release.ordinal), Some(Some(second)));
    let earlier = production.releases.iter().find(|r| r.version == first).and_then(|r| r.watch.clone()).expect("it was watched");
    assert_eq!((earlier.verdict, earlier.reason), (Some(WatchVerdict::Superseded), Some(format!("v{second} went live"))));
    let told = stage.told(&TOLD);
    assert_eq!(told, [(EventKind::WatchEnded, format!("Watch of v{first} on production ended: superseded: v{second} went live"))]);
}

/// An app that does not answer has failed while the platform is reached; else our own network may be at fault.
#[tokio::test(flavor = "multi_thread")]
async fn what_our_own_network_loses_is_no_sample() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/up", listener.local_addr().expect("an address"));
    let page = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        }
    });
    let stage = Stage::with(|_| Some(url)).await;
    stage.release().await;
    assert!(stage.watch().signals.is_empty(), "{:?}", stage.watch().signals);
    page.abort();
    let _ = page.await;
    stage.live(60).await;
    let watch = stage.watch();
    assert_eq!(watch.verdict, Some(WatchVerdict::Bad), "{:?}", watch.probes);
    assert_eq!(watch.signals.iter().find(|s| s.kind == SignalKind::HealthCheck).map(|s| s.text.as_str()), Some("health does not answer"));

    let before = watch.probes.len();
    stage.world.post("/faults", json!({"vendor": "heroku", "kind": "status", "code": 503})).await;
    stage.live(120).await;
    assert_eq!(stage.watch().probes.len(), before, "the platform is not reached either");
}
