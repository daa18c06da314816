//! The parts of CircleCI's JSON that are read. Every field may be missing or null; statuses stay text until `map`
//! reads them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use slipway_http::lenient_list::each;

#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(super) struct Page<T> {
    #[serde(default = "none", deserialize_with = "each")]
    pub(super) items: Option<Vec<Option<T>>>,
    #[serde(default)]
    pub(super) next_page_token: Option<String>,
}

fn none<T>() -> Option<T> {
    None
}

macro_rules! lenient {
    ($($name:ident { $($(#[$attr:meta])* $field:ident: $type:ty),+ $(,)? })+) => { $(
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default)]
        pub(super) struct $name { $($(#[$attr])* pub(super) $field: Option<$type>),+ }
    )+ };
}

lenient! {
    Pipeline {
        id: String,
        number: u64,
        project_slug: String,
        state: String,
        #[serde(deserialize_with = "each")]
        errors: Vec<Option<PipelineError>>,
        created_at: String,
        trigger: PipelineTrigger,
        trigger_parameters: TriggerParameters,
        vcs: Vcs,
    }
    PipelineError {
        #[serde(rename = "type")]
        kind: String,
        message: String,
    }
    PipelineTrigger {
        #[serde(rename = "type")]
        kind: String,
    }
    Vcs { branch: String, revision: String, commit: Commit }
    Commit { subject: String }
    TriggerParameters { circleci: CircleciParameters, git: GitParameters }
    CircleciParameters { trigger_type: Value, event_type: Value }
    GitParameters { branch: Value, r#ref: Value, checkout_sha: Value, commit_sha: Value, commit_title: Value, commit_message: Value }

    Workflow {
        id: String,
        name: String,
        status: String,
        created_at: String,
        stopped_at: String,
        project_slug: String,
        pipeline_id: String,
        tag: String,
    }
    BuildSummary { vcs_revision: String, workflows: BuildWorkflow }
    BuildWorkflow { workflow_id: String }
    Artifact { path: String, url: String }
    Job {
        id: String,
        name: String,
        #[serde(rename = "type")]
        kind: String,
        status: String,
        job_number: u64,
        started_at: String,
        stopped_at: String,
        dependencies: Vec<Option<String>>,
        approval_request_id: String,
        project_slug: String,
    }

    Rerun { workflow_id: String }
    Me { login: String, name: String }

    Run { status: String, duration: f64 }
    JobStatistics { name: String, metrics: Metrics }
    Metrics { successful_runs: u32, duration_metrics: Durations }
    Durations { min: f64, median: f64, max: f64 }

    JobLogs { steps: Vec<Option<Step>> }
    Step { name: String, actions: Vec<Option<StepAction>> }
    StepAction { index: u64, name: String, status: String, exit_code: i64, output_url: String, run_time_millis: f64 }
    Test { name: String, classname: String, file: String, result: String, message: String }
}
