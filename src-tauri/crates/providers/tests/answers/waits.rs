//! What was told by one process is obeyed by the next; what rests is not asked.

use crate::wire::{Desk, Server, clean, reply};
use slipway_domain::status::ProviderKind;
use slipway_providers::github::Github;
use slipway_providers::heroku::Heroku;
use slipway_providers::http::WaitBook;
use slipway_providers::{CodeHost, Platform, ReadError};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Paper(Mutex<Option<String>>);

impl WaitBook for Paper {
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
        let account = desk.account(ProviderKind::Heroku, &server.url);
        account.keep_waits_in(paper.clone());
        Heroku::new(account)
    };
    let running = process();
    assert_eq!(until(&clean(process().dynos("shop").await)), 90);
    desk.pass(60);
    let second = process();
    assert!(second.account().budget().wait_until.is_some(), "it is known before anything is asked");
    assert_eq!(until(&clean(second.dynos("shop").await)), 90);
    assert_eq!(until(&clean(running.dynos("shop").await)), 90, "one that began before obeys too");
    assert_eq!(server.count(), 1);
    // A limit without a time: a minute, and twice as long the second time, whoever asks.
    desk.pass(31);
    assert_eq!(until(&clean(process().dynos("shop").await)), 151);
    desk.pass(61);
    assert_eq!(until(&clean(process().dynos("shop").await)), 152 + 120);
    desk.pass(121);
    assert!(process().dynos("shop").await.is_ok());
    assert_eq!(process().account().budget().wait_until, None);
    assert_eq!(server.count(), 4);
    // What is no page of ours does no harm.
    paper.write("{\"limits\": 7");
    assert!(process().dynos("shop").await.is_ok());
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
    let github = Github::new(desk.account(ProviderKind::Github, &server.url));
    for (pass, user, asked) in [(0, "lena", 1), (59, "lena", 1), (1, "lena", 2), (119, "lena", 2), (1, "amara", 3), (0, "amara", 4)] {
        desk.pass(pass);
        assert_eq!((github.whoami().await.unwrap().user.as_deref(), server.count()), (Some(user), asked));
    }
    desk.pass(-86_400);
    assert!(github.whoami().await.is_ok());
    let usage = github.account().usage();
    assert_eq!((usage.asked, usage.free), (1, 0), "a clock set back begins a new hour");
}
