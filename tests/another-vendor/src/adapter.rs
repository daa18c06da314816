//! The adapters of Berth as a CI and as a platform.

use async_trait::async_trait;
use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use slipway_domain::environment::{Build, HealthProbe, Instance, ProcessType};
use slipway_domain::pipeline::{Job, Pipeline, Trigger, Workflow};
use slipway_domain::plan::ConfigEffect;
use slipway_domain::release::ReleaseMark;
use slipway_domain::release::{Release, ReleaseCause};
use slipway_domain::status::{JobStatus, PipelineStatus, ReleaseStatus};
use slipway_domain::time::Time;
use slipway_domain::vendor::PlatformProfile;
use slipway_domain::watch::PlatformLog;
use slipway_http::{AccountClient, Call};
use slipway_vendor::{
    AppFacts, Ci, CiAbilities, FailedTest, Identity, LatestRelease, LogStep, LogText, OutputAt, OutputPart, PastDurations, Platform,
    PromotionTarget, ReadError, ReleasePage, SendError,
};

#[derive(Clone, Debug)]
pub(crate) struct Berth {
    account: AccountClient,
}

#[derive(Deserialize)]
struct Me {
    name: String,
}

#[derive(Deserialize)]
struct WireRelease {
    id: String,
    number: u64,
    /// `live`, `earlier`
    state: String,
    bundle: String,
    commit: String,
    /// The number of the release that a rollback restored.
    back_to: Option<u64>,
    by: String,
    /// Seconds since 1970.
    at: i64,
}

#[derive(Deserialize)]
struct WireMachine {
    name: String,
    /// `running`, `broken`
    state: String,
    since: i64,
}

#[derive(Deserialize)]
struct WireRun {
    id: String,
    number: u64,
    commit: String,
    /// `running`, `green`, `red`
    state: String,
    began: i64,
    ended: Option<i64>,
}

impl Berth {
    pub(crate) fn new(account: AccountClient) -> Self {
        Self { account }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ReadError> {
        self.account.read(Call::get(format!("{}{path}", self.account.address().rest()))).await?.decode()
    }

    async fn list(&self, app: &str) -> Result<Vec<Release>, ReadError> {
        let releases: Vec<WireRelease> = self.get(&format!("/services/{app}/releases")).await?;
        Ok(releases.into_iter().map(release).collect())
    }
}

fn release(wire: WireRelease) -> Release {
    let at = Some(Time::from_unix(wire.at));
    Release {
        version: wire.number,
        code_version: None,
        id: wire.id,
        status: ReleaseStatus::Succeeded,
        mark: ReleaseMark::Unknown,
        current: wire.state == "live",
        eligible_for_rollback: true,
        artifact_id: Some(wire.bundle),
        artifacts: Vec::new(),
        commit: Some(wire.commit),
        released_at: at,
        updated_at: at,
        description: wire.back_to.map_or_else(|| "Deploy".to_owned(), |to| format!("Back to {to}")),
        cause: Some(wire.back_to.map_or(ReleaseCause::Deploy, |to| ReleaseCause::Rollback { to })),
        add_on_plans: Some(Vec::new()),
        user: Some(wire.by),
        pull_requests: None,
        output_url: None,
        watch: None,
        marked_bad: None,
    }
}

fn pipeline(wire: WireRun, branch: &str) -> Pipeline {
    let (status, job) = match wire.state.as_str() {
        "running" => (PipelineStatus::Running, JobStatus::Running),
        "green" => (PipelineStatus::Passed, JobStatus::Passed),
        "red" => (PipelineStatus::Failed, JobStatus::Failed),
        _ => (PipelineStatus::Unknown, JobStatus::Unknown),
    };
    let (began, ended) = (Some(Time::from_unix(wire.began)), wire.ended.map(Time::from_unix));
    let workflow = Workflow { created_at: began, stopped_at: ended, ..Workflow::bare(wire.id.clone(), "ship", status) };
    let ship = Job {
        id: format!("{}-ship", wire.id),
        number: Some(wire.number),
        workflow: "ship".to_owned(),
        name: "ship".to_owned(),
        status: job,
        duration_seconds: ended.zip(began).map(|(ended, began)| ended.since(began)),
        started_at: began,
        stopped_at: ended,
        dependencies: Vec::new(),
        approval_id: None,
        usual_seconds: None,
        url: None,
    };
    Pipeline {
        id: wire.id,
        number: wire.number,
        branch: Some(branch.to_owned()),
        commit: Some(wire.commit),
        title: None,
        url: None,
        created_at: began,
        stopped_at: ended,
        status,
        progress: 0.0,
        eta_seconds: None,
        pull_request: None,
        jobs: vec![ship],
        workflows: Some(vec![workflow]),
        error: None,
        continues: false,
        run_started_at: began,
        trigger: Some(Trigger::Push),
        runs_push_workflows: None,
        nothing_ran: None,
    }
}

/// Berth has no such object.
fn none<T>(what: &str) -> Result<T, ReadError> {
    Err(ReadError::NotFound(format!("Berth has no {what}")))
}

fn not_sent<T>(what: &str) -> Result<T, SendError> {
    Err(SendError::NotSent(format!("Berth cannot {what}")))
}

#[async_trait]
impl Ci for Berth {
    fn abilities(&self) -> CiAbilities {
        CiAbilities { live_log: false, failed_tests: false }
    }

    async fn pipelines(&self, project: &str, branch: &str) -> Result<Vec<Pipeline>, ReadError> {
        let runs: Vec<WireRun> = self.get(&format!("/projects/{project}/runs")).await?;
        Ok(runs.into_iter().map(|run| pipeline(run, branch)).collect())
    }

    async fn details(&self, known: &Pipeline) -> Result<Pipeline, ReadError> {
        let run: WireRun = self.get(&format!("/runs/{}", known.id)).await?;
        Ok(pipeline(run, known.branch.as_deref().unwrap_or_default()))
    }

    async fn past_durations(&self, _project: &str, _branch: &str, _workflow: &str) -> Result<PastDurations, ReadError> {
        Ok(PastDurations::default())
    }

    async fn steps(&self, _project: &str, _job_number: u64) -> Result<Vec<LogStep>, ReadError> {
        Ok(Vec::new())
    }

    async fn step_output(&self, _output_url: &str) -> Result<LogText, ReadError> {
        none("logs")
    }

    async fn failed_tests(&self, _project: &str, _job_number: u64) -> Result<Vec<FailedTest>, ReadError> {
        Ok(Vec::new())
    }

    async fn rerun_from_failed(&self, _workflow: &str) -> Result<String, SendError> {
        not_sent("run anything again")
    }

    async fn cancel(&self, _workflow: &str) -> Result<(), SendError> {
        not_sent("cancel")
    }

    async fn approve(&self, _workflow: &str, _approval_id: &str) -> Result<(), SendError> {
        not_sent("approve")
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        Platform::whoami(self).await
    }
}

#[async_trait]
impl Platform for Berth {
    fn profile(&self) -> PlatformProfile {
        crate::PLATFORM
    }

    async fn releases(&self, app: &str, limit: usize) -> Result<ReleasePage, ReadError> {
        let mut releases = self.list(app).await?;
        let complete = releases.len() <= limit;
        releases.truncate(limit);
        Ok(ReleasePage { releases, complete })
    }

    async fn releases_before(&self, app: &str, version: u64, limit: usize) -> Result<ReleasePage, ReadError> {
        let mut releases = self.list(app).await?;
        releases.retain(|release| release.version < version);
        let complete = releases.len() <= limit;
        releases.truncate(limit);
        Ok(ReleasePage { releases, complete })
    }

    async fn instances(&self, app: &str) -> Result<Vec<Instance>, ReadError> {
        let machines: Vec<WireMachine> = self.get(&format!("/services/{app}/machines")).await?;
        let instance = |machine: WireMachine| Instance {
            name: machine.name,
            process: "web".to_owned(),
            state: if machine.state == "running" { "up".to_owned() } else { "crashed".to_owned() },
            release_version: None,
            updated_at: Some(Time::from_unix(machine.since)),
        };
        Ok(machines.into_iter().map(instance).collect())
    }

    async fn formation(&self, _app: &str) -> Result<Vec<ProcessType>, ReadError> {
        Ok(vec![ProcessType { name: "web".to_owned(), quantity: 1 }])
    }

    async fn artifact_commit(&self, app: &str, artifact_id: &str) -> Result<Option<String>, ReadError> {
        let releases = self.list(app).await?;
        Ok(releases.into_iter().find(|release| release.artifact_id.as_deref() == Some(artifact_id)).and_then(|release| release.commit))
    }

    async fn image_commit(&self, _app: &str, _image: &str) -> Result<Option<String>, ReadError> {
        Ok(None)
    }

    async fn config_difference(&self, _app: &str, _from: &str, _to: &str) -> Result<Vec<(String, ConfigEffect)>, ReadError> {
        Ok(Vec::new())
    }

    async fn config_names(&self, _app: &str, _release: &str) -> Result<Vec<String>, ReadError> {
        Err(ReadError::NotFound("Berth keeps no config of a release".to_owned()))
    }

    async fn probe(&self, url: &str) -> Option<HealthProbe> {
        self.account.http().probe(url).await
    }

    async fn output(&self, _output_url: &str, _at: &OutputAt) -> Result<OutputPart, ReadError> {
        none("output")
    }

    async fn recent_errors(&self, _: &str) -> Result<PlatformLog, ReadError> {
        let why = "Berth keeps no log of its own".to_owned();
        Ok(PlatformLog { not_told: Some(why), ..PlatformLog::default() })
    }

    async fn app_facts(&self) -> Result<Vec<AppFacts>, ReadError> {
        Ok(Vec::new())
    }

    async fn preboot(&self, _app: &str) -> Result<bool, ReadError> {
        Ok(false)
    }

    async fn newest_build(&self, _app: &str) -> Result<Option<Build>, ReadError> {
        Ok(None)
    }

    async fn pipeline_of(&self, _app: &str) -> Result<Option<String>, ReadError> {
        Ok(None)
    }

    async fn latest_releases(&self, _pipeline: &str) -> Result<Vec<LatestRelease>, ReadError> {
        none("pipelines of its own")
    }

    async fn promotion_targets(&self, _promotion: &str) -> Result<Vec<PromotionTarget>, ReadError> {
        none("promotions")
    }

    async fn promote(&self, _pipeline: &str, _source: &str, _release: &str, _target: &str) -> Result<String, SendError> {
        not_sent("promote")
    }

    async fn release_artifact(&self, _app: &str, _artifact_id: &str, _description: &str) -> Result<Release, SendError> {
        not_sent("release what was built")
    }

    async fn roll_back(&self, app: &str, release_id: &str) -> Result<Release, SendError> {
        let url = format!("{}/services/{app}/rollbacks", self.account.address().rest());
        let made: WireRelease = self.account.write(Call::write(Method::POST, url, &json!({ "to": release_id }))).await?.decode_sent()?;
        Ok(release(made))
    }

    async fn whoami(&self) -> Result<Identity, ReadError> {
        let me: Me = self.get("/me").await?;
        Ok(Identity { user: Some(me.name), ..Identity::default() })
    }
}
