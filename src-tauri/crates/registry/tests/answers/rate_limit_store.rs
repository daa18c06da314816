//! A wait that one process was told is obeyed by the next; while it lasts no request is sent.

use crate::scripted_server::{Desk, Server, clean, reply};
use slipway_github::Github;
use slipway_heroku::Heroku;
use slipway_http::RateLimitStore;
use slipway_vendor::{CodeHost, Platform, ReadError, SendError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Paper(Mutex<Option<String>>);

impl RateLimitStore for Paper {
    fn read(&self) -> Option<String> {
        self.0.lock().unwrap().clone()
    }

    fn write(&self, text: &str) {
        *self.0.lock().unwrap() = Some(text.to_owned());
    }
}

fn until(error: &ReadError) -> i64 {
    let ReadError::RateLimited { until: Some(until), .. } = error else { panic!("not limited: {error:?}") };
    until.unix() - 1_800_000_000
}

#[tokio::test]
async fn another_process_obeys_the_wait() {
    let server = Server::start(|n, _| match n {
        0 => reply(429, &[("retry-after", "90")], ""),
        1 => reply(403, &[], r#"{"message":"You have exceeded a secondary rate limit"}"#),
        2 => reply(403, &[], r#"{"message":"You have exceeded a secondary rate limit"}"#),
        _ => reply(200, &[], "[]"),
    })
    .await;
    let (desk, paper) = (Desk::new(), Arc::new(Paper::default()));
    let process = || {
        let account = desk.account(slipway_heroku::SPEC.dialect, &server.url);
        account.share_waits(paper.clone());
        Heroku::new(account)
    };
    let running = process();
    assert_eq!(until(&clean(process().instances("shop").await)), 90);
    desk.pass(60);
    let second = process();
    assert!(second.account().budget().wait_until.is_some(), "it is known before anything is asked");
    assert_eq!(until(&clean(second.instances("shop").await)), 90);
    assert_eq!(until(&clean(running.instances("shop").await)), 90, "one that began before obeys too");
    assert_eq!(server.count(), 1);
    // A limit without a time: a minute, and twice as long the second time, in whichever process.
    desk.pass(31);
    assert_eq!(until(&clean(process().instances("shop").await)), 151);
    desk.pass(61);
    assert_eq!(until(&clean(process().instances("shop").await)), 152 + 120);
    desk.pass(121);
    assert!(process().instances("shop").await.is_ok());
    assert_eq!(process().account().budget().wait_until, None);
    assert_eq!(server.count(), 4);
    // A stored text that cannot be decoded is ignored.
    paper.write("{\"limits\": 7");
    assert!(process().instances("shop").await.is_ok());
}

/// A wait of days: obeyed by every process, checked once an hour, and when a person asks.
#[tokio::test]
async fn a_wait_of_days_is_asked_about_once_an_hour() {
    const DAYS: i64 = 999_999;
    let answers = Arc::new(AtomicBool::new(false));
    let well = answers.clone();
    let server = Server::start(move |_, _| match well.load(Ordering::SeqCst) {
        true => reply(200, &[], "[]"),
        false => reply(429, &[("retry-after", "999999")], ""),
    })
    .await;
    let (desk, paper) = (Desk::new(), Arc::new(Paper::default()));
    let process = || {
        let account = desk.account(slipway_heroku::SPEC.dialect, &server.url);
        account.share_waits(paper.clone());
        Heroku::new(account)
    };
    let running = process();
    let told = clean(running.instances("shop").await);
    assert_eq!(until(&told), DAYS);
    assert!(told.to_string().contains("26 January 2027") && told.to_string().contains("Once an hour"), "{told}");
    for _ in 0..3 {
        desk.pass(1199);
        assert!(process().instances("shop").await.is_err() && running.instances("shop").await.is_err());
    }
    assert_eq!(server.count(), 1, "not within the hour");
    desk.pass(3);
    assert!(running.account().budget().silent_until().is_some_and(|at| at <= (desk.now())()), "it is time to ask");
    for _ in 0..3 {
        assert_eq!(until(&clean(process().instances("shop").await)), 3600 + DAYS, "the new wait counts");
        assert!(running.instances("shop").await.is_err());
    }
    assert_eq!(server.count(), 2, "one small read, over all processes");
    let sent = server.asked();
    assert_eq!(sent[1].path, "/account/rate-limits");
    // A write is never used as the check.
    desk.pass(4000);
    let refused = clean(running.roll_back("shop", "r-1").await);
    assert!(matches!(&refused, SendError::NotSent(why) if why.contains("January 2027")), "{refused}");
    assert_eq!(server.count(), 2);
    // A person asks: one read is sent at once, and no more.
    let asked = process();
    assert!(process().instances("shop").await.is_err());
    assert_eq!(server.count(), 3);
    asked.account().allow_wait_check();
    assert!(asked.instances("shop").await.is_err() && asked.instances("shop").await.is_err());
    assert_eq!(server.count(), 4);
    // The wait no longer holds: the next check finds out, and all processes continue.
    answers.store(true, Ordering::SeqCst);
    assert!(running.instances("shop").await.is_err(), "not before it is asked");
    asked.account().allow_wait_check();
    assert!(asked.instances("shop").await.is_ok());
    assert_eq!(server.count(), 6, "the question and what was wanted");
    assert!(running.instances("shop").await.is_ok() && process().instances("shop").await.is_ok());
    assert_eq!(running.account().budget().wait_until, None);
}

/// Waits of up to an hour are never checked, even when a person asks.
#[tokio::test]
async fn a_wait_within_the_hour_is_never_asked_about() {
    let server = Server::start(|_, _| reply(429, &[("retry-after", "3600")], "")).await;
    let desk = Desk::new();
    let heroku = Heroku::new(desk.account(slipway_heroku::SPEC.dialect, &server.url));
    assert!(heroku.instances("shop").await.is_err());
    for _ in 0..3 {
        desk.pass(1190);
        heroku.account().allow_wait_check();
        assert!(heroku.instances("shop").await.is_err());
    }
    assert_eq!(server.count(), 1);
}

/// Only a success ends the wait.
#[tokio::test]
async fn what_is_no_success_leaves_a_long_wait_as_it_is() {
    for status in [500, 502, 403, 429, 302, 401] {
        let server = Server::start(move |n, _| match n {
            0 => reply(429, &[("retry-after", "999999")], ""),
            _ => reply(status, &[], r#"{"id":"x","message":"no"}"#),
        })
        .await;
        let desk = Desk::new();
        let heroku = Heroku::new(desk.account(slipway_heroku::SPEC.dialect, &server.url));
        assert_eq!(until(&clean(heroku.instances("shop").await)), 999_999);
        desk.pass(3601);
        let held = clean(heroku.instances("shop").await);
        assert!(matches!(held, ReadError::RateLimited { .. }), "{status}: {held:?}");
        assert_eq!(server.count(), 2, "{status}");
    }
}

#[tokio::test]
async fn a_list_that_asks_for_rest_is_given_from_memory() {
    let server = Server::start(|n, _| match n {
        0 => reply(200, &[("etag", "\"a\""), ("x-poll-interval", "60")], r#"{"login":"lena"}"#),
        1 => reply(304, &[("x-poll-interval", "120")], ""),
        _ => reply(200, &[], r#"{"login":"amara"}"#),
    })
    .await;
    let desk = Desk::new();
    let github = Github::new(desk.account(slipway_github::SPEC.dialect, &server.url));
    for (pass, user, asked) in [(0, "lena", 1), (59, "lena", 1), (1, "lena", 2), (119, "lena", 2), (1, "amara", 3), (0, "amara", 4)] {
        desk.pass(pass);
        assert_eq!((github.whoami().await.unwrap().user.as_deref(), server.count()), (Some(user), asked));
    }
    desk.pass(-86_400);
    assert!(github.whoami().await.is_ok());
    let usage = github.account().usage();
    assert_eq!((usage.asked, usage.free), (1, 0), "a clock set back begins a new hour");
}
