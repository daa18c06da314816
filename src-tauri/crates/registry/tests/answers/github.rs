//! GitHub's adapter on answers of GitHub's form, complete and broken.

use crate::scripted_server::{Asked, Desk, Reply, Server, clean, reply};
use slipway_domain::evidence::readiness::judge;
use slipway_domain::pull_request::{BranchRules, MergeState, Mergeable, ReviewDecision, UnreadablePart};
use slipway_domain::status::{CheckStatus, MergeMethod, Readiness};
use slipway_github::Github;
use slipway_vendor::{CodeHost, ReadError, SendError};

type Answer = fn() -> Reply;

fn github(url: &str) -> Github {
    Github::new(Desk::new().account(slipway_github::SPEC.dialect, url))
}

fn pull_request(number: u64, more: &str) -> String {
    format!(
        r#"{{"id":"PR_{number}","number":{number},"title":"T","headRefOid":"abc{number}","headRefName":"topic","baseRefName":"main","isDraft":false,
        "mergeable":"MERGEABLE","mergeStateStatus":"CLEAN","reviewDecision":null,"author":null,"brandNew":{{"x":1}},
        "statusCheckRollup":{{"contexts":{{"totalCount":1,"nodes":[{{"__typename":"CheckRun","name":"lint","status":"COMPLETED","conclusion":"SUCCESS"}}]}}}}{more}}}"#
    )
}

fn observed(pull_requests: &str, page: &str, errors: &str) -> Reply {
    let body = format!(
        r#"{{"data":{{"repository":{{"mergeCommitAllowed":true,"squashMergeAllowed":true,"rebaseMergeAllowed":false,
        "ref":{{"name":"main","refUpdateRule":{{"requiredStatusCheckContexts":["lint",null],"requiredApprovingReviewCount":2}},
          "target":{{"__typename":"Commit","oid":"tip","history":{{"nodes":[null,
            {{"oid":"c1","message":"A headline of more than seventy-two characters which GitHub itself would have cut, whole\n\nBody",
              "author":{{"name":"Ada","user":null}},"parents":{{"nodes":[{{"oid":"c0"}}]}},
              "associatedPullRequests":{{"nodes":[
                {{"number":4,"merged":true,"baseRefName":"release","mergedAt":"2026-01-01T00:00:00Z"}},
                {{"number":5,"merged":true,"baseRefName":"main","mergedAt":"2026-01-01T00:00:00Z","title":"Other"}},
                {{"number":6,"merged":true,"baseRefName":"main","mergedAt":"2026-01-02T00:00:00Z","title":"Made it","mergeCommit":{{"oid":"c1"}}}},
                {{"number":7,"merged":false,"baseRefName":"main"}}]}}}}]}}}}}},
        "pullRequests":{{"totalCount":2,"pageInfo":{page},"nodes":[{pull_requests}]}}}}}}{errors}}}"#
    );
    reply(200, &[("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "4990"), ("x-ratelimit-reset", "1800003600")], &body)
}

const LAST: &str = r#"{"hasNextPage":false,"endCursor":null}"#;

#[tokio::test]
async fn observes_everything_in_one_request() {
    let nodes = format!(
        "{},null,{}",
        pull_request(1, ""),
        pull_request(2, r#","mergeable":"BRAND_NEW","mergeStateStatus":null"#).replacen(
            "\"mergeable\":\"MERGEABLE\",\"mergeStateStatus\":\"CLEAN\",",
            "",
            1
        )
    );
    let server = Server::start(move |_, _| observed(&nodes, LAST, "")).await;
    let github = github(&server.url);
    let facts = github.observe("acme/shop", "main").await.unwrap();
    assert_eq!(server.count(), 1);
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/graphql"));
    assert_eq!(asked.header("user-agent"), Some(concat!("slipway/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));
    assert_eq!(asked.header("authorization"), Some("Bearer canary-7f3a-token"));
    assert!(asked.body.contains(r#""branch":"refs/heads/main""#));

    assert_eq!(facts.merge_methods, [MergeMethod::Merge, MergeMethod::Squash]);
    assert_eq!((facts.rules.required_checks, facts.rules.required_approvals), (vec!["lint".to_owned()], Some(2)));
    assert_eq!(facts.gaps, ["A PR could not be read"]);
    let commit = &facts.main[0];
    assert!(commit.title.ends_with("cut, whole") && commit.title.len() > 72);
    assert_eq!((commit.author.as_deref(), commit.pull_request, commit.parents.len()), (Some("Ada"), Some(6), 1));
    let [first, second] = &facts.pull_requests[..] else { panic!("two expected") };
    assert_eq!(
        (first.merge_state, first.review_decision, first.check_list[0].status),
        (MergeState::Clean, ReviewDecision::None, CheckStatus::Passed)
    );
    assert_eq!((second.mergeable, second.merge_state), (Mergeable::Unknown, MergeState::Unknown));
    let rate = github.account().budget().rate.unwrap();
    assert_eq!((rate.limit, rate.remaining), (5000, 4990));
}

#[tokio::test]
async fn a_partial_answer_keeps_the_rest_and_shows_nothing_green_that_is_unknown() {
    let errors = r#","errors":[{"message":"Something went wrong","path":["repository","pullRequests","nodes",0,"statusCheckRollup"]}]"#;
    let nodes = format!(
        "{},{}",
        pull_request(1, "").replace(r#""statusCheckRollup":{"#, r#""statusCheckRollup":null,"was":{"#),
        pull_request(2, "")
    );
    let server = Server::start(move |_, _| observed(&nodes, LAST, errors)).await;
    let facts = github(&server.url).observe("acme/shop", "main").await.unwrap();
    let [first, second] = &facts.pull_requests[..] else { panic!("two expected") };
    assert_eq!((first.checks_complete, first.unreadable.as_slice()), (false, [UnreadablePart::Checks].as_slice()));
    assert_eq!((second.checks_complete, second.unreadable.len(), second.merge_state), (true, 0, MergeState::Clean));
    assert_eq!(facts.gaps, ["Of #1 GitHub did not tell its checks"]);
    for pr in [first, second] {
        let mut judged = pr.clone();
        judge(&mut judged, &BranchRules::default());
        assert_eq!(judged.readiness == Readiness::Unknown, pr.number == 1, "{:?}", judged.causes);
    }
}

#[tokio::test]
async fn graphql_errors_in_a_200() {
    let table = [
        (r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#, "RateLimited"),
        (r#"{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","message":"Could not resolve"}]}"#, "NotFound"),
        (r#"{"data":{"repository":null},"errors":[{"type":"FORBIDDEN","message":"SAML"}]}"#, "Forbidden"),
        (r#"{"data":null,"errors":[{"message":"Something went wrong while executing your query."}]}"#, "Unreachable"),
        (r#"{"data":{"repository":{"pullRequests":null}}}"#, "Garbled"),
        ("<html>secret-body</html>", "Intermediary"),
        ("secret-body", "Garbled"),
        ("{}", "Garbled"),
    ];
    for (body, expected) in table {
        let server = Server::start(move |_, _| reply(200, &[], body)).await;
        let github = github(&server.url);
        let error = clean(github.observe("acme/shop", "main").await);
        assert!(format!("{error:?}").starts_with(expected), "{error:?} is not {expected}");
        if expected == "RateLimited" {
            assert!(matches!(clean(github.observe("acme/shop", "main").await), ReadError::RateLimited { .. }));
            assert_eq!(server.count(), 1);
        }
    }
}

#[tokio::test]
async fn further_pages_follow_the_cursor_and_a_loop_ends() {
    let page = |n: usize| format!(r#"{{"hasNextPage":true,"endCursor":"c{}"}}"#, n.min(2));
    let server = Server::start(move |n, _| observed(&pull_request(n as u64 + 1, ""), &page(n), "")).await;
    let facts = github(&server.url).observe("acme/shop", "main").await.unwrap();
    let afters: Vec<bool> = server.asked().iter().map(|asked| asked.body.contains(r#""after":"c"#)).collect();
    assert_eq!(afters, [false, true, true, true]);
    assert_eq!((facts.pull_requests.len(), facts.gaps.len()), (4, 1));
}

#[tokio::test]
async fn how_far_behind_is_asked_once_for_the_same_commits() {
    let behind = pull_request(1, "").replace("CLEAN", "BEHIND");
    let answer = move |_: usize, asked: &Asked| match asked.body.contains("BehindBy") {
        true => reply(200, &[], r#"{"data":{"repository":{"ref":{"p1":{"behindBy":3}}}}}"#),
        false => observed(&behind, LAST, ""),
    };
    let server = Server::start(answer).await;
    let github = github(&server.url);
    for _ in 0..2 {
        assert_eq!(github.observe("acme/shop", "main").await.unwrap().pull_requests[0].behind_by, Some(3));
    }
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn enterprise_server_has_graphql_beside_rest() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/api/v3/user" => reply(200, &[("x-oauth-scopes", "repo, read:org")], r#"{"login":"ada"}"#),
        "/api/graphql" => observed("", LAST, ""),
        _ => reply(404, &[], "{}"),
    })
    .await;
    let github = github(&format!("{}/api/v3", server.url));
    let me = github.whoami().await.unwrap();
    assert_eq!((me.user.as_deref(), me.scopes), (Some("ada"), Some(vec!["repo".to_owned(), "read:org".to_owned()])));
    assert!(github.observe("acme/shop", "main").await.unwrap().pull_requests.is_empty());
}

#[tokio::test]
async fn a_merge_sends_the_shown_head_once() {
    let table: [(Answer, &str); 7] = [
        (
            || reply(200, &[], r#"{"sha":"m1","merged":true,"message":"Pull Request successfully merged"}"#),
            "Ok(Merged { merge_commit: Some(\"m1\")",
        ),
        (
            || reply(405, &[], r#"{"message":"Pull Request is not mergeable"}"#),
            "Err(Refused { status: 405, message: \"GitHub does not merge it now: Pull Request is not mergeable\" })",
        ),
        (|| reply(409, &[], r#"{"message":"Head branch was modified."}"#), "Err(Refused { status: 409"),
        (|| reply(403, &[], r#"{"message":"Resource not accessible"}"#), "Err(Refused { status: 403"),
        (|| reply(502, &[], ""), "Err(Lost"),
        (|| reply(200, &[], "{}"), "Err(Lost"),
        (|| Reply::Drop, "Err(Lost"),
    ];
    for (answer, expected) in table {
        let server = Server::start(move |_, _| answer()).await;
        let result = github(&server.url).merge("acme/shop", 412, "abc1234", MergeMethod::Squash).await;
        assert!(format!("{result:?}").starts_with(expected), "{result:?} is not {expected}");
        let asked = server.asked();
        assert_eq!(asked.len(), 1, "{expected}");
        assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("PUT", "/repos/acme/shop/pulls/412/merge"));
        assert_eq!(asked[0].body, r#"{"sha":"abc1234","merge_method":"squash"}"#);
    }
    let refused = github("http://127.0.0.1:9").merge("../evil", 1, "abc1234", MergeMethod::Merge).await;
    assert!(matches!(clean(refused), SendError::NotSent(_)));
}

#[tokio::test]
async fn a_revert_is_settled_by_what_the_answer_says() {
    let table = [
        (r#"{"data":{"revertPullRequest":{"revertPullRequest":{"number":9,"url":"u"}}}}"#, "Ok(OpenedRevert { number: 9"),
        (
            r#"{"data":{"revertPullRequest":null},"errors":[{"type":"UNPROCESSABLE","message":"Cannot be reverted"}]}"#,
            "Err(Refused { status: 200, message: \"Cannot be reverted\"",
        ),
        (r#"{"errors":[{"message":"Something went wrong while executing your query."}]}"#, "Err(Lost"),
        (r#"{"data":{"revertPullRequest":{"revertPullRequest":null}}}"#, "Err(Lost"),
        ("garbage", "Err(Lost"),
    ];
    for (body, expected) in table {
        let server = Server::start(move |_, _| reply(200, &[], body)).await;
        let result = github(&server.url).revert("PR_1", "Revert \"T\"", "slipway:1").await;
        assert!(format!("{result:?}").starts_with(expected), "{result:?} is not {expected}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn the_commits_of_a_range_know_their_pull_requests() {
    let server = Server::start(|_, asked| {
        if asked.path.starts_with("/repos/acme/shop/compare/aaaaaaa...bbbbbbb?") {
            let commit = |sha: &str| format!(r#"{{"sha":"{sha}","commit":{{"message":"m\nx","author":{{"name":"Ada"}},"committer":{{"date":"2026-01-01T00:00:00Z"}}}},"author":null,"parents":[{{"sha":"p"}}]}}"#);
            return reply(200, &[("etag", "\"1\"")], &format!(r#"{{"status":"ahead","total_commits":2,"commits":[{},{}]}}"#, commit("ccccccc1"), commit("bbbbbbb")));
        }
        assert!(asked.body.contains(r#"c1: object(oid: \"bbbbbbb\")"#), "{}", asked.body);
        reply(200, &[], r#"{"data":{"repository":{"c0":null,"c1":{"__typename":"Commit","associatedPullRequests":{"nodes":[{"number":5,"title":"T","merged":true,"baseRefName":"main"}]}}}}}"#)
    })
    .await;
    let github = github(&server.url);
    let range = github.commits_between("acme/shop", "main", "aaaaaaa", "bbbbbbb").await.unwrap();
    let found: Vec<_> = range.commits.iter().map(|c| (c.sha.as_str(), c.author.as_deref(), c.pull_request)).collect();
    assert_eq!((found, range.complete), (vec![("bbbbbbb", Some("Ada"), Some(5)), ("ccccccc1", Some("Ada"), None)], true));
    assert!(github.commits_between("acme/shop", "main", "aaaaaaa", "aaaaaaa").await.unwrap().commits.is_empty());
    assert!(clean(github.commits_between("acme/shop", "main", "aaaaaaa", "main\"").await).to_string().contains("hexadecimal"));
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn all_pages_of_the_files_of_a_range() {
    let server = Server::start(|_, asked| {
        if asked.method == "GET" {
            return reply(200, &[], r#"{"sha":"ddddddd","files":[{"filename":"new.rb","previous_filename":"old.rb"}]}"#);
        }
        let second = asked.body.contains(r#"after: \"x\""#);
        let (path, more) = if second { ("b", "false") } else { ("a", "true") };
        let files = |path: &str, more: &str| {
            format!(r#"{{"files":{{"pageInfo":{{"hasNextPage":{more},"endCursor":"x"}},"nodes":[{{"path":"{path}"}}]}}}}"#)
        };
        let other = if second { String::new() } else { format!(r#","p2":{}"#, files("c", "false")) };
        reply(200, &[], &format!(r#"{{"data":{{"repository":{{"p1":{}{other}}}}}}}"#, files(path, more)))
    })
    .await;
    let files = github(&server.url).files_of_range("acme/shop", &[1, 2], &["ddddddd".to_owned()]).await.unwrap();
    let paths: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.pull_request)).collect();
    assert_eq!(paths, [("a", Some(1)), ("c", Some(2)), ("b", Some(1)), ("new.rb", None), ("old.rb", None)]);
}

/// Of a file that is too large there are no lines.
#[tokio::test]
async fn the_lines_of_the_files_that_are_asked_for() {
    let server = Server::start(|_, asked| {
        if asked.path.contains("/commits/") {
            return reply(200, &[], r#"{"sha":"ddddddd","files":[{"filename":"db/2.sql","patch":"+DROP TABLE b"}]}"#);
        }
        let page =
            |from: usize, to: usize| (from..to).map(|n| format!(r#"{{"filename":"f{n}","patch":"+x"}}"#)).collect::<Vec<_>>().join(",");
        if asked.path.contains("&page=2") {
            reply(200, &[], r#"[{"filename":"db/1.sql","patch":"@@ -0,0 +1 @@\n+CREATE TABLE a"},{"filename":"db/large.sql"}]"#)
        } else {
            reply(200, &[], &format!("[{}]", page(0, 100)))
        }
    })
    .await;
    let paths = ["db/1.sql", "db/2.sql", "db/large.sql"].map(str::to_owned);
    let patches = github(&server.url).patches("acme/shop", &[7], &["ddddddd".to_owned()], &paths).await.unwrap();
    let found: Vec<_> = patches.iter().map(|p| (p.path.as_str(), p.pull_request, p.patch.is_some())).collect();
    assert_eq!(found, [("db/1.sql", Some(7), true), ("db/large.sql", Some(7), false), ("db/2.sql", None, true)]);
    assert_eq!(server.count(), 3);
}
