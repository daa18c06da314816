//! Accounts are tested before they are kept: refused is not kept, not asked is not called working.

use crate::harness::{Harness, new_account};
use serde_json::json;
use slipway_domain::snapshot::{SourceErrorKind, TokenPlace};
use slipway_domain::vendor::VendorId;
use slipway_engine::{Engine, NewToken, SetupError, Tested};

const KINDS: [(VendorId, &str); 3] =
    [(VendorId::new("github"), "github"), (VendorId::new("circleci"), "circleci"), (VendorId::new("heroku"), "heroku")];

fn url(harness: &Harness, kind: VendorId) -> String {
    match kind.as_str() {
        "github" => harness.sandbox.github_url().to_owned(),
        "circleci" => harness.sandbox.circleci_url().to_owned(),
        _ => harness.sandbox.heroku_url().to_owned(),
    }
}

fn good(harness: &Harness, kind: VendorId) -> String {
    match kind.as_str() {
        "github" => harness.sandbox.github_token().to_owned(),
        "circleci" => harness.sandbox.circleci_token().to_owned(),
        _ => harness.sandbox.heroku_token().to_owned(),
    }
}

/// An engine to which nothing is connected, without tokens in its environment.
async fn bare(harness: &Harness) -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = slipway_engine::Options { environment_tokens: Default::default(), ..harness.options(folder.path(), false) };
    (Engine::start(options).await.expect("it starts"), folder)
}

#[tokio::test]
async fn a_token_that_is_refused_is_not_kept() {
    let harness = Harness::healthy().await;
    let (engine, _folder) = bare(&harness).await;
    for (kind, name) in KINDS {
        let refused = engine.add_tested_account(new_account(kind, &url(&harness, kind), Some("wrong"))).await;
        assert!(matches!(refused, Err(SetupError::Refused(_))), "{name}: {refused:?}");
        assert!(engine.accounts().is_empty(), "{name}: nothing is kept");

        let (account, tested) =
            engine.add_tested_account(new_account(kind, &url(&harness, kind), Some(&good(&harness, kind)))).await.expect("added");
        assert!(matches!(tested, Tested::Works(_)), "{name}: {tested:?}");
        let state = engine.account_states().into_iter().find(|a| a.id == account.id).expect("it is there");
        assert!(state.ok == Some(true) && state.tested_at.is_some(), "{name}: what was shown to work says so");

        // Neither a second account of the same place nor another token takes the place of what works.
        let again = engine.add_tested_account(new_account(kind, &url(&harness, kind), Some("wrong"))).await;
        assert!(matches!(again, Err(SetupError::Refused(_))), "{name}");
        let replaced = engine.replace_tested_token(&account.id, "wrong".into(), false).await;
        assert!(matches!(replaced, Err(SetupError::Refused(_))), "{name}");
        assert!(engine.test_account(&account.id).await.is_ok(), "{name}: the token that was there still serves");
        engine.remove_account(&account.id).await.expect("removed");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_tested_is_kept_as_not_tested() {
    let harness = Harness::healthy().await;
    let (engine, _folder) = bare(&harness).await;
    for (kind, name) in KINDS {
        for fault in ["reset_before", "html", "status"] {
            let code = if fault == "status" {
                json!({"vendor": name, "kind": fault, "code": 503})
            } else {
                json!({"vendor": name, "kind": fault})
            };
            harness.faults(code).await;
            let added = engine.add_tested_account(new_account(kind, &url(&harness, kind), Some(&good(&harness, kind)))).await;
            harness.heal().await;
            let (account, tested) = added.unwrap_or_else(|error| panic!("{fault} of {name}: {error}"));
            let Tested::NotTested(why) = tested else { panic!("{fault} of {name} is not called working") };
            assert!(matches!(why.kind(), SourceErrorKind::Unreachable | SourceErrorKind::Portal | SourceErrorKind::Garbled), "{why:?}");
            let state = engine.account_states().into_iter().find(|a| a.id == account.id).expect("it is kept");
            assert_eq!((state.ok, state.tested_at, state.token), (None, None, TokenPlace::ThisRun), "{fault} of {name}");
            engine.test_account(&account.id).await.expect("it works once it can be asked");
            engine.remove_account(&account.id).await.expect("removed");
        }
    }
}

/// Without a token there is nothing to test; one in the environment is tested like any other.
#[tokio::test]
async fn the_environments_token_is_tested_too() {
    let harness = Harness::healthy().await;
    let (engine, _folder) = bare(&harness).await;
    let none =
        || slipway_engine::NewAccount { token: NewToken::None, ..new_account(VendorId::new("heroku"), harness.sandbox.heroku_url(), None) };
    let (account, tested) = engine.add_tested_account(none()).await.expect("kept");
    assert!(matches!(tested, Tested::NoToken));
    assert_eq!(engine.account_states()[0].tested_at, None);
    engine.remove_account(&account.id).await.expect("removed");

    for (token, works) in [("wrong".to_owned(), false), (good(&harness, VendorId::new("heroku")), true)] {
        let folder = tempfile::tempdir().expect("a folder");
        let environment_tokens = vec![("HEROKU_API_KEY", token)].into();
        let options = slipway_engine::Options { environment_tokens, ..harness.options(folder.path(), false) };
        let engine = Engine::start(options).await.expect("it starts");
        let added = engine.add_tested_account(none()).await;
        assert_eq!(matches!(added, Ok((_, Tested::Works(_)))), works, "{added:?}");
        assert_eq!(matches!(added, Err(SetupError::Refused(_))), !works, "{added:?}");
    }
}
