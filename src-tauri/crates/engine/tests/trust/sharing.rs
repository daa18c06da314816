//! What the loop publishes: states are shared, and a change carries what changed.

use crate::harness::{Harness, within};
use slipway_domain::snapshot::ServiceState;
use slipway_sandbox::Scenario;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn a_service_that_did_not_change_is_the_same_value_in_the_next_snapshot() {
    let harness = Harness::with(Scenario::Quiet, 1.0, 0).await;
    harness.serve_all();
    let engine = harness.engine().await;
    let before = engine.refresh(None).await;
    assert!(before.services.len() > 1, "one that is read, and one that is not");
    let mut changes = engine.changes();
    let after = engine.refresh(Some("storefront")).await;

    let of = |name: &str| -> Arc<ServiceState> { after.services.iter().find(|s| s.name == name).expect("the service").clone() };
    for known in &before.services {
        let is_same = Arc::ptr_eq(known, &of(&known.name));
        assert_eq!(is_same, known.name != "storefront", "{}", known.name);
    }
    let mut last = None;
    within(Duration::from_secs(10), "the last change", async || {
        while let Ok(change) = changes.try_recv() {
            let names: Vec<&str> = change.services.iter().map(|s| s.name.as_str()).collect();
            assert!(names.iter().all(|name| *name == "storefront"), "{names:?} are told, and one was read");
            last = change.services.first().cloned().or(last.take());
        }
        last.as_ref().filter(|last| Arc::ptr_eq(last, &of("storefront"))).map(|_| ())
    })
    .await;
}
