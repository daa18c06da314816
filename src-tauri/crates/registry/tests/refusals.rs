//! Refused tokens: each reason has its own message, against the sandbox's vendors.

use serde_json::{Value, json};
use slipway_domain::capability::Grant;
use slipway_domain::snapshot::SourceErrorKind;
use slipway_domain::status::MergeMethod;
use slipway_domain::time::Time;
use slipway_github::Github;
use slipway_heroku::Heroku;
use slipway_http::{AccountClient, Http, HttpDialect, Secret, TokenSource};
use slipway_sandbox::{Options, Sandbox};
use slipway_vendor::{CodeHost, Platform, ReadError, SendError};
use std::sync::{Arc, Mutex};

/// A token that its owner may replace, as a CLI does.
struct Token {
    now: Mutex<Secret>,
    replacement: Mutex<Option<Secret>>,
    read_only: bool,
}

#[async_trait::async_trait]
impl TokenSource for Token {
    async fn token(&self) -> Result<Secret, ReadError> {
        Ok(self.now.lock().unwrap().clone())
    }

    async fn replaced(&self, _refused: &Secret) -> Result<Secret, ReadError> {
        if let Some(fresh) = self.replacement.lock().unwrap().take() {
            *self.now.lock().unwrap() = fresh;
        }
        self.token().await
    }

    fn remedy(&self) -> String {
        "Enter a new one.".to_owned()
    }

    fn read_only(&self) -> Option<String> {
        self.read_only.then(|| "This account is read-only".to_owned())
    }
}

struct World {
    sandbox: Sandbox,
    plain: reqwest::Client,
    repo: String,
    app: String,
}

impl World {
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options { speed: 60.0, ..Options::default() }).await.unwrap();
        let service = sandbox.services()[0].clone();
        let app = service.environments[0].app.clone();
        Self { sandbox, plain: reqwest::Client::builder().no_proxy().build().unwrap(), repo: service.repo, app }
    }

    /// Changes the permissions of the banner's token, or adds another token.
    async fn token(&self, of: Value) {
        let answer = self
            .plain
            .post(format!("{}/world", self.sandbox.control_url()))
            .bearer_auth(self.sandbox.control_token())
            .json(&json!({ "token": of }))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{of}");
    }

    async fn received(&self) -> usize {
        let truth: Value = self
            .plain
            .get(format!("{}/truth", self.sandbox.control_url()))
            .bearer_auth(self.sandbox.control_token())
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        truth["mutations"].as_array().unwrap().len()
    }

    fn account(&self, kind: &'static dyn HttpDialect, replacement: Option<&str>, read_only: bool) -> AccountClient {
        let (url, token) = match kind.vendor().as_str() {
            "github" => (self.sandbox.github_url(), self.sandbox.github_token()),
            "circleci" => (self.sandbox.circleci_url(), self.sandbox.circleci_token()),
            _ => (self.sandbox.heroku_url(), self.sandbox.heroku_token()),
        };
        let source = Token { now: Mutex::new(Secret::new(token)), replacement: Mutex::new(replacement.map(Secret::new)), read_only };
        let http = Http::new(Arc::new(|| Time(jiff::Timestamp::now()))).unwrap();
        http.account(kind, Some(url), Arc::new(source)).unwrap()
    }

    fn github(&self) -> Github {
        Github::new(self.account(slipway_github::SPEC.dialect, None, false))
    }

    fn heroku(&self) -> Heroku {
        Heroku::new(self.account(slipway_heroku::SPEC.dialect, None, false))
    }
}

fn kind<T: std::fmt::Debug>(result: Result<T, ReadError>) -> (SourceErrorKind, String) {
    let error = result.unwrap_err();
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn an_expired_token_and_a_revoked_one_are_told_apart() {
    let world = World::start().await;
    let github = world.github();
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(1500);
    world.token(json!({"vendor": "github", "expires_at": soon.to_string()})).await;
    github.observe(&world.repo, "main").await.unwrap();
    let expired = loop {
        // Wait until the vendor's clock is past the expiry.
        match github.observe(&world.repo, "main").await {
            Ok(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            Err(error) => break error,
        }
    };
    assert_eq!(expired.kind(), SourceErrorKind::Expired, "{expired}");
    assert!(expired.to_string().contains("expired on") && expired.to_string().ends_with("Enter a new one."), "{expired}");

    let heroku = world.heroku();
    heroku.instances(&world.app).await.unwrap();
    world.token(json!({"vendor": "heroku", "revoked": true})).await;
    let (revoked, text) = kind(heroku.instances(&world.app).await);
    assert!(revoked == SourceErrorKind::Revoked && text.contains("revoked or replaced"), "{text}");
    // The token was never accepted, so nothing is said about earlier use.
    let (wrong, text) = kind(world.heroku().instances(&world.app).await);
    assert!(wrong == SourceErrorKind::SignIn && text.contains("wrong, expired or revoked"), "{text}");
}

#[tokio::test]
async fn a_borrowed_token_is_read_again_once() {
    let world = World::start().await;
    world.token(json!({"vendor": "github", "token": "gho_fresh"})).await;
    world.token(json!({"vendor": "github", "revoked": true})).await;
    let github = Github::new(world.account(slipway_github::SPEC.dialect, Some("gho_fresh"), false));
    github.observe(&world.repo, "main").await.unwrap();
    world.token(json!({"vendor": "github", "token": "gho_fresh", "revoked": true})).await;
    let sent = github.account().requests_sent();
    let (revoked, _) = kind(github.observe(&world.repo, "main").await);
    assert_eq!(revoked, SourceErrorKind::Revoked);
    assert_eq!(github.account().requests_sent(), sent + 1, "a token that was not replaced is not sent again");
}

#[tokio::test]
async fn too_little_scope() {
    let world = World::start().await;
    world.token(json!({"vendor": "github", "scopes": ["gist"]})).await;
    let github = world.github();
    let (scope, text) = kind(github.observe(&world.repo, "main").await);
    assert!(scope == SourceErrorKind::Scope && text.contains("needs repo, it has gist"), "{text}");
    let me = github.whoami().await.unwrap();
    let repo = me.capabilities.iter().find(|c| c.name == "repo").unwrap();
    let why = repo.why_disabled().unwrap();
    assert!(repo.state == Grant::Missing && why.contains("merge") && why.contains("github.com/settings/tokens"), "{why}");

    // A fine-grained token that may only read.
    world.token(json!({"vendor": "github", "scopes": null, "permission": "READ"})).await;
    let facts = github.observe(&world.repo, "main").await.unwrap();
    assert_eq!(facts.may_write, Some(false));
    let pr = &facts.pull_requests[0];
    let refused = github.merge(&world.repo, pr.number, &pr.head_sha, MergeMethod::Merge).await.unwrap_err();
    assert!(matches!(&refused, SendError::Refused { status: 403, .. }), "{refused}");
    assert!(github.whoami().await.unwrap().capabilities.iter().all(|c| c.state == Grant::Unknown));

    world.token(json!({"vendor": "heroku", "scopes": ["read"]})).await;
    let heroku = world.heroku();
    heroku.releases(&world.app, 5).await.unwrap();
    let me = heroku.whoami().await.unwrap();
    let state = |name: &str| me.capabilities.iter().find(|c| c.name == name).unwrap().state;
    assert_eq!(
        (me.user.as_deref(), state("read"), state("write"), state("identity")),
        (None, Grant::Granted, Grant::Unknown, Grant::Missing)
    );
    world.token(json!({"vendor": "heroku", "scopes": ["global"]})).await;
    let me = heroku.whoami().await.unwrap();
    assert!(me.user.is_some() && me.capabilities.iter().all(|c| c.state == Grant::Granted), "{:?}", me.capabilities);
}

#[tokio::test]
async fn single_sign_on_by_rest_and_by_graphql() {
    let world = World::start().await;
    let github = world.github();
    let facts = github.observe(&world.repo, "main").await.unwrap();
    let organisation = world.repo.split('/').next().unwrap().to_owned();
    world.token(json!({"vendor": "github", "sso": organisation})).await;
    let error = github.observe(&world.repo, "main").await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::SingleSignOn, "{error}");
    assert!(error.url().unwrap().starts_with(&format!("https://github.com/orgs/{organisation}/sso?")), "{error}");
    let pr = &facts.pull_requests[0];
    let refused = github.merge(&world.repo, pr.number, &pr.head_sha, MergeMethod::Merge).await.unwrap_err();
    assert!(refused.to_string().contains("wants single sign-on"), "{refused}");
    world.token(json!({"vendor": "github", "sso": null})).await;
    github.observe(&world.repo, "main").await.unwrap();
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_sent() {
    let world = World::start().await;
    world.token(json!({"vendor": "heroku", "two_factor": "246810"})).await;
    let heroku = world.heroku();
    let (asked, text) = kind(heroku.instances(&world.app).await);
    assert!(asked == SourceErrorKind::TwoFactor && text.contains("second factor"), "{text}");
    heroku.account().give_second_factor(Secret::new("246810"));
    heroku.instances(&world.app).await.unwrap();
    world.token(json!({"vendor": "heroku", "two_factor": null, "suspended": true})).await;
    assert_eq!(kind(heroku.instances(&world.app).await).0, SourceErrorKind::Suspended);
}

#[tokio::test]
async fn nothing_is_sent_through_a_read_only_account() {
    let world = World::start().await;
    let github = Github::new(world.account(slipway_github::SPEC.dialect, None, true));
    let facts = github.observe(&world.repo, "main").await.unwrap();
    let pr = &facts.pull_requests[0];
    let held = github.merge(&world.repo, pr.number, &pr.head_sha, MergeMethod::Merge).await.unwrap_err();
    assert!(matches!(&held, SendError::NotSent(why) if why.contains("read-only")), "{held}");
    assert_eq!(world.received().await, 0);
}
