//! Berth's server on loopback: one service with its releases and runs.

use anyhow::Result;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) const TOKEN: &str = "berth-token-of-the-test";

/// Stops when it is dropped.
pub struct Server {
    url: String,
    world: Arc<Mutex<World>>,
    task: tokio::task::JoinHandle<()>,
}

struct World {
    /// Newest first.
    releases: Vec<Value>,
    runs: Vec<Value>,
    rollbacks: u64,
    /// The start, in seconds since 1970; all recorded events are earlier.
    began: i64,
}

type Shared = State<Arc<Mutex<World>>>;
type Answer = Result<Json<Value>, StatusCode>;

impl Server {
    /// A service to which each of these commits was deployed, oldest first.
    pub async fn start(commits: &[String]) -> Result<Self> {
        let mut world = World { releases: Vec::new(), runs: Vec::new(), rollbacks: 0, began: jiff::Timestamp::now().as_second() - 86_400 };
        for commit in commits {
            world.deploy(commit);
        }
        let world = Arc::new(Mutex::new(world));
        let routes = Router::new()
            .route("/me", get(me))
            .route("/services/{app}/releases", get(releases))
            .route("/services/{app}/machines", get(machines))
            .route("/services/{app}/rollbacks", post(roll_back))
            .route("/projects/{project}/runs", get(runs))
            .route("/runs/{id}", get(run))
            .with_state(world.clone());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let task = tokio::spawn(async move {
            // Serving ends when the task is aborted.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { url, world, task })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token that it accepts.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    pub fn rollbacks(&self) -> u64 {
        lock(&self.world).rollbacks
    }

    /// The commit that is live.
    pub fn live(&self) -> String {
        let world = lock(&self.world);
        let live = world.releases.iter().find(|release| release["state"] == "live");
        live.and_then(|release| release["commit"].as_str()).unwrap_or_default().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl World {
    fn deploy(&mut self, commit: &str) {
        let number = self.releases.len() as u64 + 1;
        let at = self.began + 3600 * number as i64;
        self.put_live(json!({"bundle": format!("bundle-{number}"), "commit": commit, "back_to": null, "by": "berth-ci", "at": at}));
        let run =
            json!({"id": format!("run-{number}"), "number": number, "commit": commit, "state": "green", "began": at - 300, "ended": at});
        self.runs.insert(0, run);
    }

    fn put_live(&mut self, mut release: Value) -> Value {
        let number = self.releases.len() as u64 + 1;
        for earlier in &mut self.releases {
            earlier["state"] = json!("earlier");
        }
        release["id"] = json!(format!("release-{number}"));
        release["number"] = json!(number);
        release["state"] = json!("live");
        self.releases.insert(0, release.clone());
        release
    }
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

fn admitted(headers: &HeaderMap) -> Result<(), StatusCode> {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if given == Some(&format!("Bearer {TOKEN}")) { Ok(()) } else { Err(StatusCode::UNAUTHORIZED) }
}

async fn me(headers: HeaderMap) -> Answer {
    admitted(&headers)?;
    Ok(Json(json!({"name": "harbour-master"})))
}

async fn releases(State(world): Shared, headers: HeaderMap) -> Answer {
    admitted(&headers)?;
    Ok(Json(json!(lock(&world).releases)))
}

async fn machines(State(world): Shared, headers: HeaderMap) -> Answer {
    admitted(&headers)?;
    let since = lock(&world).began;
    Ok(Json(json!([{"name": "machine-1", "state": "running", "since": since}])))
}

async fn runs(State(world): Shared, headers: HeaderMap) -> Answer {
    admitted(&headers)?;
    Ok(Json(json!(lock(&world).runs)))
}

async fn run(State(world): Shared, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    admitted(&headers)?;
    lock(&world).runs.iter().find(|run| run["id"] == *id).cloned().map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn roll_back(State(world): Shared, headers: HeaderMap, Json(asked): Json<Value>) -> Answer {
    admitted(&headers)?;
    let mut world = lock(&world);
    let target = world.releases.iter().find(|release| release["id"] == asked["to"]).cloned().ok_or(StatusCode::NOT_FOUND)?;
    world.rollbacks += 1;
    let at = jiff::Timestamp::now().as_second();
    let made =
        json!({"bundle": target["bundle"], "commit": target["commit"], "back_to": target["number"], "by": "harbour-master", "at": at});
    Ok(Json(world.put_live(made)))
}
