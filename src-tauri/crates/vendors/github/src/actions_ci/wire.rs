//! The parts of GitHub Actions' JSON that are read (REST description, "Actions"). Every field may be missing or
//! null; statuses and conclusions stay text until `status_map` reads them.

use serde::Deserialize;
use slipway_http::lenient_list::each;

macro_rules! lenient {
    ($($name:ident { $($(#[$attr:meta])* $field:ident: $type:ty),+ $(,)? })+) => { $(
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default)]
        pub(super) struct $name { $($(#[$attr])* pub(super) $field: Option<$type>),+ }
    )+ };
}

lenient! {
    Runs {
        total_count: u64,
        #[serde(deserialize_with = "each")]
        workflow_runs: Vec<Option<Run>>,
    }
    Run {
        id: u64,
        name: String,
        display_title: String,
        path: String,
        workflow_id: u64,
        run_number: u64,
        run_attempt: u64,
        event: String,
        status: String,
        conclusion: String,
        head_branch: String,
        head_sha: String,
        head_commit: Commit,
        repository: Repository,
        head_repository: Repository,
        html_url: String,
        created_at: String,
        run_started_at: String,
        updated_at: String,
    }
    Commit { message: String }
    Repository { id: u64 }

    Jobs {
        total_count: u64,
        #[serde(deserialize_with = "each")]
        jobs: Vec<Option<Job>>,
    }
    Job {
        id: u64,
        run_attempt: u64,
        name: String,
        status: String,
        conclusion: String,
        started_at: String,
        completed_at: String,
        html_url: String,
        #[serde(deserialize_with = "each")]
        steps: Vec<Option<Step>>,
    }
    Step { name: String, status: String, conclusion: String, started_at: String, completed_at: String }

    PendingDeployment { environment: Environment, current_user_can_approve: bool }
    Approval {
        state: String,
        #[serde(deserialize_with = "each")]
        environments: Vec<Option<Environment>>,
    }
    Environment { id: u64, name: String }

    Me { login: String }
}
