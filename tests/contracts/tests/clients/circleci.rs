//! Clients of CircleCI.

use anyhow::{Context, Result};
use serde_json::json;
use slipway_sandbox::Scenario;

use crate::fixture::Fixture;
use crate::libraries::python_is_missing;

#[tokio::test]
async fn pycircleci_reads_reruns_and_cancels() -> Result<()> {
    if python_is_missing("pycircleci_reads_reruns_and_cancels", "PyPI's pycircleci", "pycircleci") {
        return Ok(());
    }
    let stage = Fixture::set(Scenario::Healthy, 60.0).await?;
    let told = stage.script("with_pycircleci.py", &[("REPOSITORY", "acme/storefront")]).await?;
    assert_eq!((&told["project"], &told["workflow"]), (&json!("gh/acme/storefront"), &json!("success")));
    assert!(told["pipelines"].as_u64() > Some(20), "it follows the pages: {told}");
    let jobs = told["jobs"].as_array().context("no jobs")?;
    assert!(jobs.iter().any(|job| *job == json!(["release", "success"])), "{told}");
    assert_eq!(told["workflows"], 2);
    assert_eq!((stage.applied("rerun").await?, stage.applied("cancel").await?), (1, 1));
    stage.keeps_to_contract()
}
