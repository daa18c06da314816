//! The engine's door and its one loop over a closed set of events.

use crate::accounts::Accounts;
use crate::accounts::environment::EnvironmentTokens;
use crate::observe::Observation;
use crate::ports::{Clock, Secrets};
use crate::store::intents::Intents;
use crate::store::{FileState, Store, StoreError, newer_words};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use slipway_domain::diff::Event;
use slipway_domain::plan::Plan;
use slipway_domain::release::{CodeId, Release};
use slipway_domain::service::Service;
use slipway_domain::snapshot::{AccountState, Notice, ServiceState, Snapshot, Source};
use slipway_domain::time::Time;
use slipway_vendor::{AppFacts, Ci, CodeHost, Platform, ReadError, Vendors};
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

pub struct Options {
    /// Those that can be connected.
    pub vendors: Vendors,
    pub data_dir: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub secrets: Arc<dyn Secrets>,
    pub environment_tokens: EnvironmentTokens,
    /// False: a source is read only when asked for.
    pub polling: bool,
    /// Who acts, for the journal.
    pub by: String,
}

/// What a publication changed.
#[derive(Clone, Debug)]
pub struct Change {
    pub rev: u64,
    pub services: Vec<ServiceState>,
    pub order: Vec<String>,
    pub accounts: Vec<AccountState>,
    pub notices: Vec<Notice>,
    pub observed_at: Option<Time>,
    pub events: Vec<Event>,
}

/// Everything that can happen to the board.
pub enum EngineEvent {
    Tick,
    /// A tick whose sender waits until all that is under way has answered.
    Step(oneshot::Sender<()>),
    Probe(crate::scheduler::change_probe::ProbeAnswer),
    Read {
        service: String,
        source: Source,
        /// The configuration it began under; see [`crate::event_loop`].
        generation: u64,
        began: Time,
        reading: Box<Observation>,
    },
    Refresh {
        service: Option<String>,
        /// What has not answered by then is marked as late, and the refresh ends.
        within: Duration,
        done: oneshot::Sender<Arc<Snapshot>>,
    },
    /// The time of the refresh of this number is up.
    Late(u64),
    /// Answered with the board as it is once all earlier events have been taken.
    CaughtUp(oneshot::Sender<Arc<Snapshot>>),
    Shown(Option<String>),
    Visible(bool),
    Reconfigured(oneshot::Sender<()>),
    JournalChanged,
    /// A person has ended an alert.
    Dismissed,
    /// What an account may do has changed.
    AccountsChanged,
    Stop(oneshot::Sender<()>),
}

/// What the loop, the reads beside it and the actions share.
pub struct Core {
    pub store: Store,
    pub intents: Intents,
    pub accounts: Accounts,
    pub by: String,
    /// The program stays: the window and `watch`.
    pub polling: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: mpsc::UnboundedSender<EngineEvent>,
    pub(crate) plans: Mutex<VecDeque<Plan>>,
    pub(crate) working: Mutex<HashSet<String>>,
    pub(crate) commits: Mutex<HashMap<String, String>>,
    pub(crate) pipeline_reads: Mutex<HashMap<String, Time>>,
    /// When something was last asked that is asked now and then.
    pub(crate) asked: Mutex<HashMap<String, Time>>,
    /// The apps each platform account lists, shared by the reads of a moment.
    pub(crate) apps: tokio::sync::Mutex<HashMap<usize, KnownApps>>,
}

/// What an account lists, and when it was asked.
type KnownApps = (Time, Result<Arc<Vec<AppFacts>>, ReadError>);

/// Plans kept for a confirmation; the oldest go first.
const ISSUED: usize = 64;
const STATISTICS_EVERY: f64 = 3600.0;
const COUPLED: f64 = 86_400.0;
const RUNS_EVERY: f64 = 15.0;
const OTHERS_EVERY: f64 = 60.0;
/// Seconds before an older pipeline that could not be read is asked for again, and one that is gone.
const RETRIED: f64 = 600.0;
const GONE: f64 = 7.0 * 86_400.0;
const UNTOLD: f64 = 3600.0;
const APPS_EVERY: f64 = 60.0;
const APPS_FAILED: f64 = 2.0;
const UNCOUPLED: f64 = 3600.0;

/// Why an older pipeline is not asked for.
#[derive(Serialize, Deserialize)]
struct FailedRead {
    is_gone: bool,
    at: Time,
}

fn unread_key(pipeline: &str) -> String {
    format!("pipeline-unread:{pipeline}")
}

impl Core {
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub fn send(&self, event: EngineEvent) {
        // The loop is gone only while the engine stops; then nobody looks at the board.
        let _ = self.events.send(event);
    }

    /// Why this version of Slipway may no longer act: a newer one has written a database.
    pub async fn newer(&self) -> Option<String> {
        let (journal, cache) = (self.intents.file_state().await, self.store.file_state().await);
        let newer = |state: Result<FileState, StoreError>| state.ok().and_then(|state| state.newer);
        newer(journal).or(newer(cache)).map(|why| newer_words(&why))
    }

    pub fn service(&self, name: &str) -> Option<Service> {
        self.store.services().ok()?.into_iter().find(|s| s.name == name)
    }

    /// Hands out a plan: only an issued one can be executed, and once.
    pub fn issue(&self, plan: Plan) -> Plan {
        let mut plans = lock(&self.plans);
        plans.retain(|p| p.id != plan.id);
        plans.push_back(plan.clone());
        if plans.len() > ISSUED {
            plans.pop_front();
        }
        plan
    }

    pub fn claim(&self, id: &str) -> Option<Plan> {
        let mut plans = lock(&self.plans);
        let at = plans.iter().position(|p| p.id == id)?;
        plans.remove(at)
    }

    pub fn work_on(&self, entry: &str) {
        lock(&self.working).insert(entry.to_owned());
    }

    pub fn rest_from(&self, entry: &str) {
        lock(&self.working).remove(entry);
    }

    pub fn works_on(&self, entry: &str) -> bool {
        lock(&self.working).contains(entry)
    }

    /// The commit of built code never changes: asked once, ever.
    pub async fn known_commit(&self, code: &CodeId) -> Option<String> {
        self.told_commit(code).await.filter(|commit| !commit.is_empty())
    }

    /// Fills in the commits of releases, as far as they were asked for before.
    pub async fn fill_known_commits(&self, releases: &mut [Release]) {
        for release in releases {
            release.commit = match release.named_code() {
                Some(code) => self.known_commit(&code).await,
                None => None,
            };
        }
    }

    /// Empty: the platform was asked and names none.
    async fn told_commit(&self, code: &CodeId) -> Option<String> {
        if let Some(commit) = lock(&self.commits).get(code.as_str()) {
            return Some(commit.clone());
        }
        let artifacts = self.accounts.vendors().platforms().map(|(_, role)| role.profile.vocabulary.artifact);
        let keys = artifacts.chain(["image"]).map(|kind| format!("{kind}:{code}")).collect();
        let known = self.store.get_all::<String>(keys).await;
        let commit = known.into_iter().flatten().next()?;
        lock(&self.commits).insert(code.to_string(), commit.clone());
        Some(commit)
    }

    pub fn code_host(&self, service: &str) -> Result<Arc<dyn CodeHost>, ReadError> {
        self.accounts.code_host(&self.configured(service)?)
    }

    pub fn ci(&self, service: &str) -> Result<Arc<dyn Ci>, ReadError> {
        let ci = self.accounts.ci(&self.configured(service)?)?;
        ci.ok_or_else(|| ReadError::NotFound(format!("{service} has no CI")))
    }

    /// What runs `app`, one of the service's.
    pub fn platform(&self, service: &str, app: &str) -> Result<Arc<dyn Platform>, ReadError> {
        self.accounts.platform(&self.configured(service)?, app)
    }

    fn configured(&self, name: &str) -> Result<Service, ReadError> {
        self.service(name).ok_or_else(|| ReadError::NotFound(format!("There is no service {name}")))
    }

    pub async fn artifact_commit(&self, service: &Service, app: &str, artifact_id: &str) -> Result<Option<String>, ReadError> {
        if let Some(known) = self.known_commit(&CodeId::new(artifact_id)).await {
            return Ok(Some(known));
        }
        let platform = self.accounts.platform(service, app)?;
        self.commit_at(&*platform, app, artifact_id).await
    }

    /// As [`Self::artifact_commit`], of an app that is no service's.
    pub async fn commit_at(&self, platform: &dyn Platform, app: &str, artifact_id: &str) -> Result<Option<String>, ReadError> {
        let code = CodeId::new(artifact_id);
        if let Some(known) = self.known_commit(&code).await {
            return Ok(Some(known));
        }
        let commit = platform.artifact_commit(app, artifact_id).await?;
        if let Some(commit) = &commit {
            self.store.put(&format!("{}:{artifact_id}", platform.profile().vocabulary.artifact), commit);
            lock(&self.commits).insert(code.to_string(), commit.clone());
        }
        Ok(commit)
    }

    /// The commit of what a release runs. Images are asked for theirs one by one; None where the
    /// platform names none, or several.
    pub async fn release_commit(&self, service: &Service, app: &str, release: &Release) -> Result<Option<String>, ReadError> {
        if let Some(artifact_id) = &release.artifact_id {
            return self.artifact_commit(service, app, artifact_id).await;
        }
        let Some(code) = release.named_code() else { return Ok(None) };
        if let Some(told) = self.told_commit(&code).await {
            return Ok(Some(told).filter(|commit| !commit.is_empty()));
        }
        let platform = self.accounts.platform(service, app)?;
        let found = try_join_all(release.artifacts.iter().map(|artifact| platform.image_commit(app, &artifact.id))).await?;
        let one = found.first().cloned().flatten().filter(|first| found.iter().all(|other| other.as_ref() == Some(first)));
        let told = one.clone().unwrap_or_default();
        self.store.put(&format!("image:{code}"), &told);
        lock(&self.commits).insert(code.to_string(), told);
        Ok(one)
    }

    /// The platform's pipeline an app is coupled to. Asked again after a day, and after an hour
    /// while it is in none.
    pub async fn pipeline_of(&self, service: &Service, app: &str) -> Result<Option<String>, ReadError> {
        let key = format!("coupling:{app}");
        if let Some((pipeline, at)) = self.store.get::<(Option<String>, Time)>(&key).await {
            let keeps = if pipeline.is_some() { COUPLED } else { UNCOUPLED };
            if (0.0..keeps).contains(&self.now().since(at)) {
                return Ok(pipeline);
            }
        }
        let pipeline = self.accounts.platform(service, app)?.pipeline_of(app).await?;
        self.store.put(&key, &(&pipeline, self.now()));
        Ok(pipeline)
    }

    pub async fn known_pipeline_of(&self, app: &str) -> Option<String> {
        self.store.get::<(Option<String>, Time)>(&format!("coupling:{app}")).await.and_then(|(pipeline, _)| pipeline)
    }

    /// What a refresh may cost is little, so a program that does not stay looks around (what ran
    /// lately, maintenance) and leaves what is unread of the past to those that stay: two calls in a
    /// row then say the same of the same world. A program that stays does each in its own time.
    pub fn looks_around(&self) -> bool {
        !self.polling
    }

    /// Whether `every` seconds have passed since the last time this answered yes.
    pub fn is_due(&self, what: &str, every: f64) -> bool {
        let now = self.now();
        let mut asked = lock(&self.asked);
        if asked.get(what).is_some_and(|at| now.since(*at).abs() < every) {
            return false;
        }
        asked.insert(what.to_owned(), now);
        true
    }

    pub fn note_asked(&self, what: &str) {
        lock(&self.asked).insert(what.to_owned(), self.now());
    }

    /// Whether it was noted within the last `seconds`.
    pub fn asked_within(&self, what: &str, seconds: f64) -> bool {
        lock(&self.asked).get(what).is_some_and(|at| self.now().since(*at).abs() < seconds)
    }

    pub async fn may_ask_runs(&self, service: &str, project: &str) -> bool {
        !self.runs_untold(project).await && (self.looks_around() || self.is_due(&format!("runs:{service}:{project}"), RUNS_EVERY))
    }

    /// Whether it is time to ask for what no push started, where that is a list of its own.
    pub fn may_ask_others(&self, service: &str) -> bool {
        self.looks_around() || self.is_due(&format!("other-pipelines:{service}"), OTHERS_EVERY)
    }

    /// Those of older pipelines that are not worth asking for: what the CI has forgotten, and for a while
    /// what could not be read.
    pub async fn not_to_be_read(&self, pipelines: &[&str]) -> HashSet<String> {
        let keys = pipelines.iter().map(|id| unread_key(id)).collect();
        let failed: Vec<Option<FailedRead>> = self.store.get_all(keys).await;
        let rests = |failed: &FailedRead| self.now().since(failed.at).abs() < if failed.is_gone { GONE } else { RETRIED };
        let resting = pipelines.iter().zip(failed).filter(|(_, failed)| failed.as_ref().is_some_and(rests));
        resting.map(|(id, _)| (*id).to_owned()).collect()
    }

    pub fn note_unread(&self, pipeline: &str, error: &ReadError) {
        let is_gone = matches!(error, ReadError::NotFound(_));
        self.store.put(&unread_key(pipeline), &FailedRead { is_gone, at: self.now() });
    }

    /// The CI has no list of what ran lately; asked again after an hour.
    pub async fn runs_untold(&self, project: &str) -> bool {
        let key = format!("runs-untold:{project}");
        self.store.get::<Time>(&key).await.is_some_and(|at| self.now().since(at).abs() < UNTOLD)
    }

    pub fn note_runs_untold(&self, project: &str) {
        self.store.put(&format!("runs-untold:{project}"), &self.now());
    }

    /// Every app of the account that `app` is reached by: one request for all that ask within
    /// a minute.
    pub async fn apps(&self, service: &Service, app: &str) -> Result<Arc<Vec<AppFacts>>, ReadError> {
        let platform = self.accounts.platform(service, app)?;
        let account = Arc::as_ptr(&platform).cast::<()>() as usize;
        let mut apps = self.apps.lock().await;
        if let Some((at, known)) = apps.get(&account) {
            // Whoever waited for a request that failed does not send it again.
            let keeps = if known.is_ok() { APPS_EVERY } else { APPS_FAILED };
            if self.now().since(*at).abs() < keeps {
                return known.clone();
            }
        }
        let found = platform.app_facts().await.map(Arc::new);
        apps.insert(account, (self.now(), found.clone()));
        found
    }

    pub fn note_pipeline_read(&self, id: &str) {
        lock(&self.pipeline_reads).insert(id.to_owned(), self.now());
    }

    pub fn pipeline_read_at(&self, id: &str) -> Option<Time> {
        lock(&self.pipeline_reads).get(id).copied()
    }

    /// By service: what is learnt of a project is kept with the service that asked.
    pub async fn may_ask_statistics(&self, service: &str, project: &str) -> bool {
        let (now, key) = (self.now(), format!("statistics-asked:{service}:{project}"));
        if self.store.get::<Time>(&key).await.is_some_and(|at| now.since(at).abs() < STATISTICS_EVERY) {
            return false;
        }
        self.store.put(&key, &now);
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
