//! The checks fail when they should: recorded exchanges of the adapters, each with one misspelling.

use std::sync::Arc;

use serde_json::Value;
use slipway_circleci::CircleCi;
use slipway_contracts::{Exchange, Vendor};
use slipway_domain::status::MergeMethod;
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_heroku::Heroku;
use slipway_http::{AccountClient, Http, HttpDialect, Secret, TokenSource};
use slipway_sandbox::Scenario;
use slipway_vendor::{Ci, CodeHost, Platform, ReadError};

use crate::{CONTRACTS, Fixture};

struct Token(Secret);

#[async_trait::async_trait]
impl TokenSource for Token {
    async fn token(&self) -> Result<Secret, ReadError> {
        Ok(self.0.clone())
    }
}

fn account(stage: &Fixture, vendor: Vendor, kind: &'static dyn HttpDialect, token: &str) -> AccountClient {
    let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).expect("a transport");
    http.account(kind, Some(stage.recorder.url(vendor)), Arc::new(Token(Secret::new(token)))).expect("an account")
}

async fn github(stage: &Fixture) -> Vec<Exchange> {
    let github = Github::new(account(stage, Vendor::Github, slipway_github::SPEC.dialect, stage.sandbox.github_token()));
    let repo = stage.service().repo;
    let facts = github.observe(&repo, "main").await.expect("facts");
    let files = github.changed_files(&[facts.pull_requests[0].node_id.clone()]).await.expect("files");
    assert_eq!(files.len(), 1);
    github.commits_between(&repo, "main", &facts.main[5].sha, &facts.main[0].sha).await.expect("a range");
    let refused = github.merge(&repo, facts.pull_requests[0].number, &"0".repeat(40), MergeMethod::Squash).await;
    assert!(refused.is_err());
    stage.settle()
}

async fn circleci(stage: &Fixture) -> Vec<Exchange> {
    let ci = CircleCi::new(account(stage, Vendor::Circleci, slipway_circleci::SPEC.dialect, stage.sandbox.circleci_token()));
    let listed = ci.pipelines(&stage.service().ci, "main").await.expect("pipelines");
    let pipeline = ci.details(&listed[0]).await.expect("details");
    let workflow = &pipeline.workflows.as_ref().expect("workflows")[0].id;
    ci.rerun_from_failed(workflow).await.ok();
    stage.settle()
}

async fn heroku(stage: &Fixture) -> Vec<Exchange> {
    let heroku = Heroku::new(account(stage, Vendor::Heroku, slipway_heroku::SPEC.dialect, stage.sandbox.heroku_token()));
    let app = stage.production();
    let releases = heroku.releases(&app, 50).await.expect("releases").releases;
    let target = releases.iter().skip(1).find(|r| r.eligible_for_rollback).expect("one can be rolled back to");
    heroku.roll_back(&app, &target.id).await.expect("a rollback");
    stage.settle()
}

/// The first exchange of an operation whose name begins with this.
fn of<'a>(exchanges: &'a [Exchange], operation: &str) -> &'a Exchange {
    let found = exchanges.iter().find(|e| CONTRACTS.operation(e).is_some_and(|name| name.starts_with(operation)));
    found.unwrap_or_else(|| panic!("no {operation} in {:?}", exchanges.iter().map(|e| CONTRACTS.operation(e)).collect::<Vec<_>>()))
}

#[derive(Clone, Copy)]
enum In {
    Request,
    Answer,
}

/// The exchange is correct; with `old` replaced by `new` it has a violation at `place` that names `word`.
#[track_caller]
fn breaks(exchange: &Exchange, part: In, old: &str, new: &str, place: &str, word: &str) {
    assert_eq!(CONTRACTS.check(exchange), []);
    let mut broken = exchange.clone();
    let bytes = match part {
        In::Request => &mut broken.request,
        In::Answer => &mut broken.answer,
    };
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert!(text.contains(old), "{old} is in {text}");
    *bytes = text.replacen(old, new, 1).into_bytes();
    let violations = CONTRACTS.check(&broken);
    let named = violations.iter().any(|v| v.at.starts_with(place) && format!("{} {}", v.at, v.what).contains(word));
    assert!(named, "{old} spelled {new} is not told at {place}: {violations:#?}");
}

fn lacks(vendor: Vendor) -> bool {
    let lacks = !CONTRACTS.has(vendor);
    if lacks {
        println!("skipped: {vendor:?}'s contract is not here");
    }
    lacks
}

#[tokio::test]
async fn github_misspelled() {
    if lacks(Vendor::Github) {
        return;
    }
    let stage = Fixture::set(Scenario::Healthy, 60.0).await;
    let taken = github(&stage).await;
    let observed = taken.iter().find(|e| e.path == "/graphql" && e.request_json().is_some()).expect("a query");
    breaks(observed, In::Request, "headRefOid", "headRefOId", "query", "headRefOId");
    breaks(observed, In::Request, "\"variables\"", "\"variabels\"", "request body /variabels", "variabels");
    breaks(observed, In::Request, "\"owner\":", "\"onwer\":", "request body /variables", "onwer");
    breaks(observed, In::Answer, "\"headRefOid\"", "\"headRefOId\"", "answer /data/repository/pullRequests/nodes/", "headRefOId");
    breaks(
        observed,
        In::Answer,
        "\"mergeable\":\"",
        "\"mergeable\":\"NOT_",
        "answer /data/repository/pullRequests/nodes/",
        "MergeableState",
    );
    breaks(observed, In::Answer, "\"totalCount\":", "\"totalCount\":null,\"other\":", "answer /data/repository", "is null");

    let merge = of(&taken, "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge");
    breaks(merge, In::Request, "\"merge_method\"", "\"merge_metod\"", "request body", "merge_metod");
    breaks(merge, In::Request, "\"squash\"", "\"squish\"", "request body /merge_method", "squish");
    breaks(merge, In::Answer, "\"message\"", "\"mesage\"", "answer", "mesage");
    let compare = of(&taken, "GET /repos/{owner}/{repo}/compare/{base}...{head}");
    breaks(compare, In::Answer, "\"ahead_by\"", "\"ahaed_by\"", "answer", "ahead_by");
    breaks(compare, In::Answer, "\"avatar_url\"", "\"avatarurl\"", "answer /", "avatar");

    let mut elsewhere = compare.clone();
    elsewhere.query.push(("per_pag".into(), "100".into()));
    assert!(CONTRACTS.check(&elsewhere).iter().any(|v| v.at == "query" && v.what.contains("per_pag")));
    elsewhere.path = elsewhere.path.replace("compare", "comapre");
    assert!(CONTRACTS.check(&elsewhere).iter().any(|v| v.what == "the contract has no such operation"));
}

#[tokio::test]
async fn circleci_misspelled() {
    if lacks(Vendor::Circleci) {
        return;
    }
    let stage = Fixture::set(Scenario::FailingTests, 60.0).await;
    let taken = circleci(&stage).await;
    let rerun = of(&taken, "POST /api/v2/workflow/{id}/rerun");
    breaks(rerun, In::Request, "from_failed", "from_faild", "request body", "from_faild");
    breaks(rerun, In::Answer, "\"message\"", "\"mesage\"", "answer", "mes");
    let listed = of(&taken, "GET /api/v2/project/{project-slug}/pipeline");
    breaks(listed, In::Answer, "\"project_slug\"", "\"project_slig\"", "answer /items/0", "project_sl");
    let jobs = of(&taken, "GET /api/v2/workflow/{id}/job");
    breaks(jobs, In::Answer, "\"type\":\"build\"", "\"type\":\"bild\"", "answer /items/", "bild");
    let mut elsewhere = listed.clone();
    elsewhere.query.push(("brnch".into(), "main".into()));
    assert!(CONTRACTS.check(&elsewhere).iter().any(|v| v.at == "query" && v.what.contains("brnch")));
}

#[tokio::test]
async fn heroku_misspelled() {
    if lacks(Vendor::Heroku) {
        return;
    }
    let stage = Fixture::set(Scenario::Healthy, 60.0).await;
    let taken = heroku(&stage).await;
    let made = of(&taken, "POST /apps/{app}/releases");
    breaks(made, In::Request, "\"release\"", "\"realease\"", "request body", "\"release\" is a required property");
    breaks(made, In::Answer, "\"eligible_for_rollback\"", "\"elegible_for_rollback\"", "answer", "elegible_for_rollback");
    let listed = of(&taken, "GET /apps/{app}/releases");
    breaks(listed, In::Answer, "\"status\":\"succeeded\"", "\"status\":\"suceeded\"", "answer /", "suceeded");
    breaks(listed, In::Answer, "\"version\":", "\"verson\":", "answer /", "verson");
    let mut elsewhere = listed.clone();
    elsewhere.answer = serde_json::to_vec(&Value::Null).expect("JSON");
    assert!(!CONTRACTS.check(&elsewhere).is_empty());
}

/// Every GraphQL document of the adapters, including those that no test sends.
#[test]
fn all_queries_are_valid() {
    if lacks(Vendor::Github) {
        return;
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src-tauri/crates/vendors/github/src/queries");
    let files = std::fs::read_dir(folder).expect("the adapters' queries").map(|file| file.expect("a file").path());
    let whole: Vec<String> = files.map(|path| std::fs::read_to_string(path).expect("text")).collect();
    let whole = whole.join("\n");
    assert_eq!(CONTRACTS.check_document(&whole), Vec::<String>::new());
    assert!(!CONTRACTS.check_document(&whole.replacen("headRefOid", "headRefOId", 1)).is_empty());
}
