//! What these tests do again and again in the sandbox's world, and how they look at a plan.

use crate::harness::{Harness, board};
use serde_json::{Value, json};
use slipway_domain::action::{Action, Code};
use slipway_domain::plan::{ConfirmationKind, ConsequenceKind, Plan};
use slipway_domain::snapshot::ServiceState;
use slipway_engine::Engine;

pub(crate) const SERVICE: &str = "storefront";
pub(crate) const PRODUCTION: &str = "storefront-production";

/// Longer than a pipeline and its releases take.
const WHOLE_PIPELINE: u64 = 1500;

pub(crate) struct Stage {
    pub harness: Harness,
    pub engine: Engine,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let harness = Harness::healthy().await;
        let engine = harness.engine().await;
        engine.refresh(None).await;
        Self { harness, engine }
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.harness.world(json!({"advance": seconds})).await;
    }

    /// Somebody merges a ready pull request; its pipeline starts.
    pub(crate) async fn merge(&self) -> u64 {
        let number = self.harness.ready_pull().await;
        self.land(number).await;
        number
    }

    pub(crate) async fn land(&self, number: u64) {
        self.harness.world(json!({"make_ready": {"service": SERVICE, "number": number}})).await;
        self.harness.world(json!({"merge": {"service": SERVICE, "number": number}})).await;
    }

    pub(crate) async fn ship(&self) -> u64 {
        let number = self.merge().await;
        self.advance(WHOLE_PIPELINE).await;
        number
    }

    pub(crate) async fn settle(&self) {
        self.advance(WHOLE_PIPELINE).await;
    }

    pub(crate) async fn hold_at(&self, names: &[&str]) {
        self.harness.world(json!({"holds": {"service": SERVICE, "names": names}})).await;
    }

    /// Somebody rolls production back to the code before the live one.
    pub(crate) async fn roll_back_elsewhere(&self) {
        let path = format!("/truth/releases?app={PRODUCTION}");
        let releases = self.harness.control(reqwest::Method::GET, &path, None).await;
        let live = self.board().await;
        let to = live.environment("production").and_then(|e| e.rollback_target).unwrap_or_else(|| panic!("a target among {releases}"));
        self.harness.world(json!({"rollback": {"app": PRODUCTION, "to": format!("v{to}")}})).await;
        self.advance(120).await;
    }

    pub(crate) async fn board(&self) -> ServiceState {
        board(&*self.engine.refresh(None).await).clone()
    }

    pub(crate) async fn plan(&self, action: Action) -> Plan {
        self.engine.plan(action).await.unwrap_or_else(|error| panic!("no plan: {error}"))
    }

    /// The newest pipeline's number, as the sandbox has it.
    pub(crate) async fn newest_pipeline(&self) -> u64 {
        let truth = self.harness.truth_of(SERVICE).await;
        let numbers = truth["pipelines"].as_array().into_iter().flatten().filter_map(|p| p["number"].as_u64());
        numbers.max().expect("a pipeline")
    }
}

pub(crate) fn approve(pipeline: u64, job: Option<&str>) -> Action {
    Action::approve(SERVICE.into(), pipeline.to_string(), job.map(str::to_owned))
}

pub(crate) fn rerun(pipeline: u64) -> Action {
    Action::rerun(SERVICE.into(), pipeline.to_string())
}

pub(crate) fn promote() -> Action {
    Action::promote(SERVICE.into(), "staging".into(), "production".into())
}

pub(crate) fn release_build() -> Action {
    Action::release(SERVICE.into(), "production".into(), Code::Build)
}

pub(crate) fn id(number: u64) -> String {
    format!("#{number}")
}

pub(crate) fn brings(plan: &Plan) -> Vec<String> {
    plan.shipment.brings.iter().map(|change| change.id.clone()).collect()
}

pub(crate) fn takes_out(plan: &Plan) -> Vec<String> {
    plan.shipment.takes_out.iter().map(|change| change.id.clone()).collect()
}

pub(crate) fn ships_again(plan: &Plan) -> Vec<String> {
    plan.shipment.ships_again.iter().map(|change| change.change.id.clone()).collect()
}

/// The plan's warnings with their details, a text.
pub(crate) fn warnings(plan: &Plan) -> String {
    let all = plan.consequences.iter().filter(|consequence| consequence.kind == ConsequenceKind::Warning);
    all.map(|consequence| format!("{} {}\n", consequence.title, consequence.details.join(" "))).collect()
}

pub(crate) fn said(plan: &Plan) -> String {
    plan.consequences.iter().map(|consequence| format!("{} {}\n", consequence.title, consequence.details.join(" "))).collect()
}

pub(crate) fn asked(plan: &Plan, kind: ConfirmationKind) -> Option<(Vec<String>, String)> {
    plan.confirmations().iter().find(|c| c.kind == kind).map(|c| (c.objects.clone(), c.text.clone()))
}

/// Of the truth of a service: the status of a job of its newest pipeline.
pub(crate) fn status(truth: &Value, job: &str) -> Option<String> {
    let pipelines = truth["pipelines"].as_array()?;
    let newest = pipelines.iter().max_by_key(|p| p["number"].as_u64())?;
    let jobs = newest["workflows"].as_array()?.iter().flat_map(|w| w["jobs"].as_array().into_iter().flatten());
    jobs.into_iter().find(|j| j["name"] == job)?["status"].as_str().map(str::to_owned)
}
