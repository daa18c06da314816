//! Slipway's own mistakes: a panic costs what was being done and is said; nothing hangs.

use crate::harness::{Harness, MovedClock, board, trouble, within};
use async_trait::async_trait;
use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_engine::ports::{Clock, SecretKey, Secrets, SecretsError};
use slipway_engine::{Engine, NewAccount, NewToken};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

/// A keychain whose adapter panics as long as it is told to.
#[derive(Default)]
struct Faulty {
    panics: AtomicBool,
    token: std::sync::Mutex<String>,
}

#[async_trait]
impl Secrets for Faulty {
    async fn get(&self, _key: &SecretKey) -> Result<Option<String>, SecretsError> {
        assert!(!self.panics.load(Ordering::SeqCst), "on demand");
        Ok(Some(self.token.lock().expect("not poisoned").clone()))
    }

    async fn set(&self, _key: &SecretKey, token: &str) -> Result<(), SecretsError> {
        *self.token.lock().expect("not poisoned") = token.to_owned();
        Ok(())
    }

    async fn delete(&self, _key: &SecretKey) -> Result<(), SecretsError> {
        Ok(())
    }

    async fn earlier(&self, _account: &str, _origin: &str) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }

    async fn delete_earlier(&self, _account: &str) -> Result<(), SecretsError> {
        Ok(())
    }
}

/// Row 45: in an adapter.
#[tokio::test]
async fn a_panic_in_an_adapter_marks_its_source_and_it_is_read_again() {
    let harness = Harness::healthy().await;
    harness.engine().await.stop().await;
    let secrets = Arc::new(Faulty::default());
    let options = || {
        let mut options = harness.options(harness.folder.path(), false);
        let token = |kind, token: &str| (kind, token.to_owned());
        options.environment_tokens =
            vec![token("GH_TOKEN", harness.sandbox.github_token()), token("CIRCLE_TOKEN", harness.sandbox.circleci_token())].into();
        options.secrets = secrets.clone();
        options
    };
    let first = Engine::start(options()).await.expect("the engine starts");
    let account = NewAccount {
        provider: VendorId::new("heroku"),
        url: Some(harness.sandbox.heroku_url().to_owned()),
        token: NewToken::Keychain(harness.sandbox.heroku_token().to_owned()),
        another: false,
        read_only: false,
    };
    first.add_account(account).await.expect("kept in the keychain");
    first.stop().await;
    let engine = Engine::start(options()).await.expect("the engine starts");
    secrets.panics.store(true, Ordering::SeqCst);
    let snapshot = tokio::time::timeout(SOON, engine.refresh(None)).await.expect("it does not hang");
    assert_eq!(trouble(&snapshot, VendorId::new("heroku")), Some(SourceErrorKind::Internal));
    assert_eq!(trouble(&snapshot, VendorId::new("github")), None, "the others go on");
    assert!(board(&snapshot).stale && board(&snapshot).alerts.iter().any(|a| a.message.contains("internal error")));
    secrets.panics.store(false, Ordering::SeqCst);
    let snapshot = engine.refresh(None).await;
    assert_eq!(trouble(&snapshot, VendorId::new("heroku")), None, "it is read again");
}

/// A clock that panics for so many calls.
struct Stopping {
    clock: Arc<MovedClock>,
    panics: AtomicUsize,
}

impl Clock for Stopping {
    fn now(&self) -> Time {
        let left = self.panics.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        assert!(left.is_err(), "on demand");
        self.clock.now()
    }
}

async fn with_stopping_clock(harness: &Harness) -> (Arc<Stopping>, Engine) {
    harness.engine().await.stop().await;
    let clock = Arc::new(Stopping { clock: harness.clock.clone(), panics: AtomicUsize::new(0) });
    let options = slipway_engine::Options { clock: clock.clone(), ..harness.options(harness.folder.path(), false) };
    (clock, Engine::start(options).await.expect("the engine starts"))
}

/// Row 45: in the loop.
#[tokio::test]
async fn a_panic_in_the_loop_is_said_and_the_loop_goes_on() {
    let harness = Harness::healthy().await;
    let (clock, engine) = with_stopping_clock(&harness).await;
    engine.refresh(None).await;
    clock.panics.store(1, Ordering::SeqCst);
    within(SOON, "the notice", async || engine.snapshot().notices.iter().any(|n| n.message.contains("internal error")).then_some(())).await;
    let snapshot = tokio::time::timeout(SOON, engine.refresh(None)).await.expect("it does not hang");
    assert!(board(&snapshot).sources.iter().all(|s| s.error.is_none()), "all is read again");
    assert!(!board(&snapshot).pull_requests.is_empty());
}

/// Row 45: however often, and wherever it happens.
#[tokio::test]
async fn a_refresh_ends_wherever_it_panics() {
    let harness = Harness::healthy().await;
    let (clock, engine) = with_stopping_clock(&harness).await;
    let good = engine.refresh(None).await;
    for panics in (1..12).chain([40]) {
        let refreshing = {
            let engine = engine.clone();
            tokio::spawn(async move { engine.refresh_within(None, Duration::from_secs(5)).await })
        };
        clock.panics.store(panics, Ordering::SeqCst);
        let ended = tokio::time::timeout(SOON, refreshing).await.expect("it does not hang");
        clock.panics.store(0, Ordering::SeqCst);
        let Ok(snapshot) = ended else { continue };
        for source in &board(&snapshot).sources {
            let told = source.error.is_some();
            let before = board(&good).source(&source.source).and_then(|s| s.observed_at);
            assert!(told || source.observed_at > before, "{panics}: {:?} passes for read", source.source);
        }
    }
    let snapshot = engine.refresh(None).await;
    assert!(board(&snapshot).sources.iter().all(|s| s.error.is_none()), "all is read again");
}
