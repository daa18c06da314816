//! The transport against a faulty server: what is tried again, what is sent once, what is never sent, and what is
//! cached.

use crate::scripted_server::{CANARY, Desk, Reply, Server, clean, reply};
use slipway_circleci::CircleCi;
use slipway_heroku::Heroku;
use slipway_vendor::{Ci, Platform, ReadError, SendError};

const DYNOS: &str = r#"[{"name":"web.1","type":"web","state":"up","release":{"version":7}}]"#;

type Answer = fn() -> Reply;

fn heroku(desk: &Desk, url: &str) -> Heroku {
    Heroku::new(desk.account(slipway_heroku::SPEC.dialect, url))
}

#[tokio::test]
async fn a_read_has_three_tries_and_no_more() {
    for broken in [|| reply(502, &[], "secret-body"), || Reply::Drop] {
        let server = Server::start(move |_, _| broken()).await;
        let heroku = heroku(&Desk::new(), &server.url);
        assert!(matches!(clean(heroku.instances("shop").await), ReadError::Unreachable(_)));
        assert_eq!((server.count(), heroku.account().requests_sent()), (3, 3));
    }
    let server = Server::start(|n, _| if n == 0 { reply(503, &[], "") } else { reply(200, &[], DYNOS) }).await;
    assert_eq!(heroku(&Desk::new(), &server.url).instances("shop").await.unwrap()[0].release_version, Some(7));
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    for (status, expected) in [(403, "Forbidden"), (404, "NotFound"), (400, "Garbled"), (422, "Garbled")] {
        let server = Server::start(move |_, _| reply(status, &[], &format!(r#"{{"id":"x","message":"no {CANARY}"}}"#))).await;
        let error = clean(heroku(&Desk::new(), &server.url).instances("shop").await);
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_write_is_sent_once_whatever_happens() {
    let cases: [(Answer, &str); 8] = [
        (|| reply(502, &[], ""), "Lost"),
        (|| Reply::Drop, "Lost"),
        (|| reply(201, &[], "<html>secret-body"), "Lost"),
        (|| Reply::Bytes(b"HTTP/1.1 201 X\r\ncontent-length: 500\r\n\r\n{\"id\":".to_vec()), "Lost"),
        (|| reply(422, &[], r#"{"message":"Release is not eligible"}"#), "Refused { status: 422, message: \"Release is not eligible\" }"),
        (|| reply(401, &[], ""), "Refused { status: 401"),
        (|| reply(429, &[("retry-after", "9")], ""), "Refused { status: 429"),
        (|| reply(307, &[("location", "/elsewhere")], ""), "Lost"),
    ];
    for (answer, expected) in cases {
        let server = Server::start(move |_, _| answer()).await;
        let error = clean(heroku(&Desk::new(), &server.url).roll_back("shop", "r-1").await);
        assert!(format!("{error:?}").starts_with(expected), "{error:?} is not {expected}");
        assert_eq!(server.count(), 1, "{expected}");
        let asked = &server.asked()[0];
        assert_eq!(
            (asked.method.as_str(), asked.path.as_str(), asked.body.as_str()),
            ("POST", "/apps/shop/releases", r#"{"release":"r-1"}"#)
        );
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = clean(heroku(&Desk::new(), &format!("http://{closed}")).roll_back("shop", "r-1").await);
    assert!(matches!(error, SendError::NotSent(_)));
}

#[tokio::test]
async fn a_limit_silences_the_account_for_as_long_as_told() {
    let server = Server::start(|n, _| if n == 0 { reply(429, &[("retry-after", "30")], "") } else { reply(200, &[], DYNOS) }).await;
    let desk = Desk::new();
    let heroku = heroku(&desk, &server.url);
    let ReadError::RateLimited { until: Some(until), .. } = clean(heroku.instances("shop").await) else { panic!("not limited") };
    assert_eq!(until.unix(), 1_800_000_030);
    desk.pass(29);
    assert!(matches!(clean(heroku.instances("shop").await), ReadError::RateLimited { .. }));
    assert!(matches!(clean(heroku.roll_back("shop", "r").await), SendError::NotSent(_)));
    assert_eq!((server.count(), heroku.account().budget().wait_until), (1, Some(until)));
    desk.pass(2);
    assert!(heroku.instances("shop").await.is_ok());
    assert_eq!(heroku.account().budget().wait_until, None);
}

#[tokio::test]
async fn a_dead_token_has_one_more_try() {
    let server = Server::start(|_, asked| match asked.header("authorization") {
        Some("Bearer fresh") => reply(200, &[], DYNOS),
        _ => reply(401, &[], r#"{"id":"unauthorized","message":"Invalid credentials"}"#),
    })
    .await;
    let desk = Desk::new();
    let heroku = heroku(&desk, &server.url);
    for sent in [1, 2, 2, 2] {
        assert!(matches!(clean(heroku.instances("shop").await), ReadError::SignIn(_)));
        assert_eq!((server.count(), heroku.account().last_auth_ok()), (sent, Some(false)));
    }
    assert!(matches!(clean(heroku.roll_back("shop", "r").await), SendError::NotSent(_)));
    desk.tokens(&["fresh"]);
    assert!(heroku.instances("shop").await.is_ok());
    assert_eq!((server.count(), heroku.account().last_auth_ok()), (3, Some(true)));

    // The owner replaces the token between the refusal and the second call.
    let desk = Desk::new();
    desk.tokens(&["stale", "fresh"]);
    assert!(self::heroku(&desk, &server.url).instances("shop").await.is_ok());
}

#[tokio::test]
async fn nothing_follows_a_redirect_to_another_host() {
    let other = Server::start(|_, _| reply(200, &[], DYNOS)).await;
    let there = format!("{}/stolen", other.url);
    let server = Server::start(move |_, _| reply(302, &[("location", &there)], "")).await;
    let heroku = heroku(&Desk::new(), &server.url);
    assert!(matches!(clean(heroku.instances("shop").await), ReadError::Intermediary { .. }));
    // A server may have acted before it redirected.
    assert!(matches!(clean(heroku.roll_back("shop", "r").await), SendError::Lost(_)));
    assert_eq!((server.count(), other.count()), (2, 0));
}

#[tokio::test]
async fn a_read_follows_one_hop_on_its_own_host() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/apps/old/dynos" => reply(301, &[("location", "/apps/new/dynos")], ""),
        "/apps/loop/dynos" => reply(301, &[("location", "/apps/loop/dynos")], ""),
        _ => reply(200, &[], DYNOS),
    })
    .await;
    let heroku = heroku(&Desk::new(), &server.url);
    assert!(heroku.instances("old").await.is_ok());
    assert!(clean(heroku.instances("loop").await).to_string().contains("redirected"));
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn only_what_could_be_read_is_kept_and_304_gives_it_back() {
    let server = Server::start(|n, _| match n {
        0 => reply(200, &[("etag", "\"bad\"")], "<htm"),
        1 => reply(200, &[("etag", "\"good\"")], DYNOS),
        2 => Reply::Bytes(b"HTTP/1.1 304 X\r\netag: \"good\"\r\nconnection: close\r\n\r\n".to_vec()),
        _ => reply(200, &[("etag", "\"next\"")], "[]"),
    })
    .await;
    let heroku = heroku(&Desk::new(), &server.url);
    assert!(matches!(clean(heroku.instances("shop").await), ReadError::Garbled(_)));
    let first = heroku.instances("shop").await.unwrap();
    assert_eq!(heroku.instances("shop").await.unwrap(), first);
    assert_eq!(heroku.instances("shop").await.unwrap(), []);
    let conditions: Vec<_> = server.asked().iter().map(|asked| asked.header("if-none-match").map(str::to_owned)).collect();
    assert_eq!(conditions, [None, None, Some("\"good\"".to_owned()), Some("\"good\"".to_owned())]);
}

#[tokio::test]
async fn an_answer_without_end_is_refused() {
    let server = Server::start(|_, _| reply(200, &[], &" ".repeat(9 << 20))).await;
    assert!(matches!(clean(heroku(&Desk::new(), &server.url).instances("shop").await), ReadError::Garbled(_)));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn logs_are_fetched_without_credentials() {
    let other = Server::start(|_, _| reply(200, &[], r#"[{"message":"one\n"},{"message":"two"}]"#)).await;
    let there = format!("{}/signed?x=1", other.url);
    let server = Server::start(move |_, _| reply(302, &[("location", &there)], "")).await;
    let desk = Desk::new();
    let ci = CircleCi::new(desk.account(slipway_circleci::SPEC.dialect, &server.url));
    assert_eq!(ci.step_output(&format!("{}/log", server.url)).await.unwrap().text, "one\ntwo");
    for asked in server.asked().iter().chain(&other.asked()) {
        assert!(asked.headers.iter().all(|(name, value)| name != "authorization" && !value.contains(CANARY)));
    }
    assert!(ci.step_output("http://192.0.2.1/log").await.unwrap_err().to_string().contains("not https"));
    assert!(ci.step_output("file:///etc/passwd").await.is_err());
    assert_eq!(ci.account().requests_sent(), 0);
    let abroad = CircleCi::new(desk.account(slipway_circleci::SPEC.dialect, "https://ci.example.test"));
    assert!(abroad.step_output(&format!("{}/log", other.url)).await.is_err());
    assert_eq!(other.count(), 1);
}

#[tokio::test]
async fn lists_that_never_end_do() {
    let releases = r#"[{"id":"a","version":3,"status":"succeeded"},{"id":"b","version":2,"status":"brand_new","slug":null}]"#;
    let server = Server::start(move |_, asked| {
        assert!(asked.header("range").unwrap().contains("order=desc"));
        reply(206, &[("next-range", "version ]2..; order=desc, max=1000")], releases)
    })
    .await;
    let page = heroku(&Desk::new(), &server.url).releases("shop", 5000).await.unwrap();
    assert_eq!((page.releases.len(), page.complete, server.count()), (2, false, 2));

    let server =
        Server::start(|_, _| reply(200, &[], r#"{"items":[{"id":"w","name":"w","status":"running"}],"next_page_token":"again"}"#)).await;
    let ci = CircleCi::new(Desk::new().account(slipway_circleci::SPEC.dialect, &server.url));
    let list = Server::start(|_, _| reply(200, &[], r#"{"items":[{"id":"p","number":1}]}"#)).await;
    let listed =
        CircleCi::new(Desk::new().account(slipway_circleci::SPEC.dialect, &list.url)).pipelines("gh/acme/shop", "main").await.unwrap();
    assert!(ci.details(&listed[0]).await.is_ok());
    assert!(server.count() <= 10, "{}", server.count());
}

#[tokio::test]
async fn a_body_at_a_byte_a_second_is_given_up() {
    let server = Server::start(|_, _| Reply::Drip).await;
    let started = std::time::Instant::now();
    assert!(matches!(clean(heroku(&Desk::new(), &server.url).instances("shop").await), ReadError::Unreachable(_)));
    assert!(started.elapsed().as_secs() < 30);
    assert_eq!(server.count(), 1);
}
