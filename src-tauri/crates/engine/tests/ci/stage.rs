//! A service on either CI, and what is told of it while its world moves.

use crate::harness::{Harness, service};
use serde_json::{Value, json};
use slipway_domain::alert::AlertKind;
use slipway_domain::diff::EventKind;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::service::{CiProject, Service};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::vendor::VendorId;
use slipway_engine::{Change, Engine};
use slipway_sandbox::Scenario;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;

/// Longer than a pipeline and its releases take.
pub(crate) const WHOLE_PIPELINE: u64 = 1500;

pub(crate) struct Stage {
    pub harness: Harness,
    pub engine: Engine,
    pub service: String,
    changes: Receiver<Arc<Change>>,
}

impl Stage {
    pub(crate) async fn circleci() -> Self {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        Self::of(harness, engine, "storefront".to_owned()).await
    }

    pub(crate) async fn actions() -> Self {
        let harness = Harness::with(Scenario::SideBySide, 1.0, 0).await;
        let info = harness.sandbox.services().iter().find(|s| s.ci_kind == "github-actions").expect("one on GitHub Actions").clone();
        let of_actions = Service { ci: Some(CiProject { provider: VendorId::new("github"), project: info.ci.clone() }), ..service(&info) };
        let engine = harness.engine().await;
        engine.add_service(of_actions).await.expect("a service");
        Self::of(harness, engine, info.name).await
    }

    async fn of(harness: Harness, engine: Engine, service: String) -> Self {
        let changes = engine.changes();
        let mut stage = Self { harness, engine, service, changes };
        stage.look().await;
        stage.look().await;
        stage.heard();
        stage
    }

    /// The workflow of a push that releases.
    pub(crate) fn release(&self) -> &'static str {
        if self.service == "storefront" { "build-release" } else { "Build and release" }
    }

    /// The board after a reading that looks around.
    pub(crate) async fn look(&self) -> ServiceState {
        self.harness.clock.advance(60.0);
        self.engine.refresh(None).await.service(&self.service).expect("the service").clone()
    }

    /// What was told since this was asked last.
    pub(crate) fn heard(&mut self) -> Vec<EventKind> {
        let mut heard = Vec::new();
        while let Ok(change) = self.changes.try_recv() {
            heard.extend(change.events.iter().filter(|event| event.service == self.service).map(|event| event.kind));
        }
        heard
    }

    pub(crate) async fn make(&self, verb: &str, mut of: Value) -> Value {
        of["service"] = json!(self.service);
        self.harness.world(json!({ verb: of })).await[verb].clone()
    }

    /// The number of the pipeline that was started.
    pub(crate) async fn start(&self, of: Value) -> u64 {
        self.make("start_other", of).await["number"].as_u64().expect("a number")
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.harness.world(json!({"advance": seconds})).await;
        self.harness.clock.advance(seconds as f64);
    }
}

pub(crate) fn red(state: &ServiceState) -> Vec<String> {
    state.alerts.iter().filter(|alert| alert.kind == AlertKind::PipelineFailed).map(|alert| alert.message.clone()).collect()
}

pub(crate) fn numbered(state: &ServiceState, number: u64) -> &Pipeline {
    state.pipelines.iter().find(|pipeline| pipeline.number == number).unwrap_or_else(|| panic!("no pipeline {number}"))
}
