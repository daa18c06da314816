//! A sandbox behind a recorder, and the three adapters on it.

use super::fixed_token::FixedToken;
use serde_json::{Value, json};
use slipway_circleci::CircleCi;
use slipway_contracts::{Contracts, Recorder, Vendor};
use slipway_domain::pipeline::Pipeline;
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_heroku::Heroku;
use slipway_http::{AccountClient, Http, Secret};
use slipway_sandbox::{Options, Sandbox, Scenario, ServiceInfo};
use slipway_vendor::Ci;
use std::sync::{Arc, OnceLock};

static CONTRACTS: OnceLock<Contracts> = OnceLock::new();

pub(crate) struct World {
    pub sandbox: Sandbox,
    pub recorder: Recorder,
    pub github: Github,
    pub ci: CircleCi,
    pub heroku: Heroku,
    pub plain: reqwest::Client,
}

impl World {
    pub(crate) async fn start(scenario: Scenario, speed: f64) -> Self {
        let sandbox = Sandbox::start(Options { speed, scenario, ..Options::default() }).await.unwrap();
        let vendors =
            [(Vendor::Github, sandbox.github_url()), (Vendor::Circleci, sandbox.circleci_url()), (Vendor::Heroku, sandbox.heroku_url())];
        let recorder = Recorder::before(&vendors).await.unwrap();
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        let account = |kind, url: &str, token: &str| -> AccountClient {
            http.account(kind, Some(url), Arc::new(FixedToken(Secret::new(token)))).unwrap()
        };
        let github = Github::new(account(slipway_github::SPEC.dialect, recorder.url(Vendor::Github), sandbox.github_token()));
        let ci = CircleCi::new(account(slipway_circleci::SPEC.dialect, recorder.url(Vendor::Circleci), sandbox.circleci_token()));
        let heroku = Heroku::new(account(slipway_heroku::SPEC.dialect, recorder.url(Vendor::Heroku), sandbox.heroku_token()));
        Self { sandbox, recorder, github, ci, heroku, plain: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) fn service(&self) -> ServiceInfo {
        self.sandbox.services()[0].clone()
    }

    pub(crate) async fn truth(&self, path: &str) -> Value {
        let url = format!("{}/truth{path}", self.sandbox.control_url());
        self.plain.get(url).bearer_auth(self.sandbox.control_token()).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn make(&self, verb: Value) -> Value {
        let url = format!("{}/world", self.sandbox.control_url());
        let answer = self.plain.post(url).bearer_auth(self.sandbox.control_token()).json(&verb).send().await.unwrap();
        assert!(answer.status().is_success(), "{verb}");
        answer.json().await.unwrap()
    }

    pub(crate) async fn applied(&self, kind: &str) -> u64 {
        let truth = self.truth("").await;
        let of_kind = truth["mutations"].as_array().unwrap().iter().filter(|m| m["kind"] == kind);
        of_kind.map(|m| m["applied"].as_u64().unwrap()).sum()
    }

    /// The newest pipeline as soon as `wanted` is true for it.
    pub(crate) async fn pipeline(&self, wanted: impl Fn(&Pipeline) -> bool) -> Pipeline {
        let service = self.service();
        for _ in 0..200 {
            let newest = self.ci.pipelines(&service.ci, &service.branch).await.unwrap().remove(0);
            let pipeline = self.ci.details(&newest).await.unwrap();
            if wanted(&pipeline) {
                return pipeline;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the pipeline never came so far");
    }

    /// The sandbox saw no violation of the vendors' rules (user agent, accept header, no credentials on log links),
    /// and every request and answer follows its contract.
    pub(crate) async fn assert_polite(&self) {
        assert_eq!(self.truth("").await["violations"], json!([]));
        let contracts = CONTRACTS.get_or_init(|| {
            let contracts = Contracts::load().unwrap();
            contracts.missing().iter().for_each(|missing| println!("{missing}"));
            contracts
        });
        let violations = contracts.report(&self.recorder.taken());
        assert!(violations.is_empty(), "{}", violations.join("\n"));
    }
}
