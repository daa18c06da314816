//! Pages that a host cannot answer are requested in halves, and the size that worked is remembered.

use crate::scripted_server::{Asked, Desk, Reply, Server, clean, reply};
use slipway_github::Github;
use slipway_vendor::{ChangeProbeTarget, CodeHost, ReadError};

const TIMEOUT: &str = "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `5A1D` when reporting this issue.";

fn variable(asked: &Asked, name: &str) -> u64 {
    let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    body["variables"][name].as_u64().unwrap_or(0)
}

type GiveUp = Box<dyn Fn() -> Reply + Send + Sync>;

/// Every answer with which GitHub rejects a query that is too heavy.
fn ways_to_give_up() -> Vec<(&'static str, GiveUp)> {
    let errors = |errors: serde_json::Value, data: serde_json::Value| {
        let body = serde_json::json!({ "data": data, "errors": errors }).to_string();
        Box::new(move || reply(200, &[], &body)) as GiveUp
    };
    let none = serde_json::Value::Null;
    let part = serde_json::json!({"repository": {"pullRequests": {"totalCount": 3, "nodes": [null, null, null]}}});
    vec![
        ("a gateway", Box::new(|| reply(502, &[], "<html>Unicorn!</html>"))),
        ("a gateway's time", Box::new(|| reply(504, &[], ""))),
        (
            "limits",
            errors(
                serde_json::json!([{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}]),
                none.clone(),
            ),
        ),
        (
            "limits, in part",
            errors(serde_json::json!([{"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["repository"], "message": ""}]), part.clone()),
        ),
        ("nodes", errors(serde_json::json!([{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "…"}]), none.clone())),
        (
            "nodes, in words",
            errors(
                serde_json::json!([{"message": "This query requests up to 1,020,100 possible nodes which exceeds the maximum limit of 500,000."}]),
                none.clone(),
            ),
        ),
        ("time", errors(serde_json::json!([{"message": TIMEOUT}]), none)),
        ("time, in part", errors(serde_json::json!([{"message": TIMEOUT, "path": ["repository", "pullRequests", "nodes", 1]}]), part)),
    ]
}

fn page(asked: &Asked) -> Reply {
    let first = variable(asked, "first");
    let start: u64 = serde_json::from_str::<serde_json::Value>(&asked.body).unwrap()["variables"]["after"]
        .as_str()
        .and_then(|after| after.parse().ok())
        .unwrap_or(0);
    let end = (start + first).min(30);
    let nodes: Vec<String> = (start..end)
        .map(|n| {
            format!(r#"{{"id":"PR_{n}","number":{n},"title":"T","headRefOid":"abc{n}","baseRefName":"main","statusCheckRollup":null}}"#)
        })
        .collect();
    let branch = r#"{"name":"main","target":{"__typename":"Commit","oid":"c1","history":{"nodes":[{"oid":"c1","message":"m"}]}}}"#;
    let body = format!(
        r#"{{"data":{{"repository":{{"ref":{branch},"pullRequests":{{"totalCount":30,"pageInfo":{{"hasNextPage":{},"endCursor":"{end}"}},"nodes":[{}]}}}}}}}}"#,
        end < 30,
        nodes.join(",")
    );
    reply(200, &[], &body)
}

#[tokio::test]
async fn a_page_that_is_too_much_is_halved_and_the_size_is_remembered() {
    for (what, give_up) in ways_to_give_up() {
        let server = Server::start(move |_, asked| if variable(asked, "first") > 12 { give_up() } else { page(asked) }).await;
        let desk = Desk::new();
        let github = Github::new(desk.account(slipway_github::SPEC.dialect, &server.url));
        let sizes = || server.asked().iter().map(|asked| variable(asked, "first")).collect::<Vec<_>>();
        let facts = github.observe("acme/shop", "main").await.unwrap();
        assert_eq!(sizes(), [50, 25, 12, 12, 12], "{what}: no query is sent twice");
        assert_eq!((facts.pull_requests.len(), facts.open_total, facts.page_level), (30, 30, 2), "{what}");
        assert!(facts.gaps.is_empty(), "{what}: {:?}", facts.gaps);
        github.observe("acme/shop", "main").await.unwrap();
        assert_eq!(sizes()[5..], [12, 12, 12], "{what}: remembered");
        github.observe("acme/other", "main").await.unwrap();
        assert_eq!(sizes()[8..10], [50, 25], "{what}: of that repository alone");
        desk.pass(25 * 3600);
        github.observe("acme/shop", "main").await.unwrap();
        assert_eq!(sizes()[13..], [25, 12, 12, 12], "{what}: after a day one step larger is tried");
    }
}

#[tokio::test]
async fn what_an_earlier_run_learnt_is_begun_with() {
    let server = Server::start(|_, asked| page(asked)).await;
    let github = Github::new(Desk::new().account(slipway_github::SPEC.dialect, &server.url));
    github.remember_page_level("acme/shop", 3);
    assert_eq!(github.observe("acme/shop", "main").await.unwrap().page_level, 3);
    assert_eq!(variable(&server.asked()[0], "first"), 6);
}

#[tokio::test]
async fn a_host_that_answers_nothing_is_not_taken_for_one_with_small_pages() {
    let server = Server::start(|_, _| reply(502, &[], "")).await;
    let github = Github::new(Desk::new().account(slipway_github::SPEC.dialect, &server.url));
    let sizes = || server.asked().iter().map(|asked| variable(asked, "first")).collect::<Vec<_>>();
    for round in 1..=2 {
        assert!(matches!(clean(github.observe("acme/shop", "main").await), ReadError::Unreachable(_)));
        assert_eq!(sizes(), [50, 25, 12, 6, 3, 1].repeat(round));
    }
}

/// An error that says nothing about the size is tried again unchanged.
#[tokio::test]
async fn other_failures_are_tried_again_in_full() {
    let server = Server::start(|n, asked| if n < 2 { reply(503, &[], "") } else { page(asked) }).await;
    let github = Github::new(Desk::new().account(slipway_github::SPEC.dialect, &server.url));
    assert_eq!(github.observe("acme/shop", "main").await.unwrap().pull_requests.len(), 30);
    assert!(server.asked().iter().all(|asked| variable(asked, "first") == 50));
}

#[tokio::test]
async fn one_pull_request_comes_with_fewer_checks() {
    let answer = |_: usize, asked: &Asked| match variable(asked, "checks") {
        50 => reply(502, &[], ""),
        _ => reply(
            200,
            &[],
            r#"{"data":{"repository":{"pullRequest":{"id":"PR_7","number":7,"state":"OPEN","headRefOid":"abc","baseRefName":"main"}}}}"#,
        ),
    };
    let server = Server::start(answer).await;
    let github = Github::new(Desk::new().account(slipway_github::SPEC.dialect, &server.url));
    github.pull_request("acme/shop", 7).await.unwrap();
    github.pull_request("acme/shop", 7).await.unwrap();
    assert_eq!(server.asked().iter().map(|asked| variable(asked, "checks")).collect::<Vec<_>>(), [50, 25, 25]);
}

#[tokio::test]
async fn the_newest_pull_requests_are_searched_in_smaller_pages() {
    let server = Server::start(|_, asked| if variable(asked, "first") > 25 { reply(504, &[], "") } else { page(asked) }).await;
    let github = Github::new(Desk::new().account(slipway_github::SPEC.dialect, &server.url));
    for _ in 0..2 {
        assert!(github.find_revert("acme/shop", "marker", None).await.unwrap().complete);
    }
    assert_eq!(server.asked().iter().map(|asked| variable(asked, "first")).collect::<Vec<_>>(), [50, 25, 25]);
}

/// A change probe of many repositories is requested in halves; a repository that is never answered has no result.
#[tokio::test]
async fn a_probe_that_is_too_much_is_divided() {
    let answer = |_: usize, asked: &Asked| {
        let here: Vec<u64> = (0..8).filter(|n| asked.body.contains(&format!(" r{n}: "))).collect();
        if here.len() > 2 || here.contains(&5) {
            return reply(502, &[], "");
        }
        let one = |n: &u64| format!(r#""r{n}":{{"ref":{{"target":{{"oid":"t{n}"}}}},"pullRequests":{{"totalCount":0,"nodes":[]}}}}"#);
        reply(200, &[], &format!(r#"{{"data":{{{}}}}}"#, here.iter().map(one).collect::<Vec<_>>().join(",")))
    };
    let server = Server::start(answer).await;
    let github = Github::new(Desk::new().account(slipway_github::SPEC.dialect, &server.url));
    let wanted: Vec<ChangeProbeTarget> =
        (0..8).map(|n| ChangeProbeTarget { repo: format!("acme/r{n}"), branch: "main".into(), open: 5 }).collect();
    let told = github.change_probes(&wanted, true).await.unwrap();
    let tips: Vec<Option<String>> = told.into_iter().map(|probe| probe.and_then(|probe| probe.tip)).collect();
    let expected: Vec<Option<String>> = (0..8).map(|n| (n != 5).then(|| format!("t{n}"))).collect();
    assert_eq!(tips, expected);
}
