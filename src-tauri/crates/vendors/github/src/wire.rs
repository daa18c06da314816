//! The parts of GitHub's JSON that are read. Every field may be missing or null; enum values stay text until `map`
//! reads them, so that a new value cannot break an answer.

use serde::Deserialize;

/// Declares structs whose fields are all optional, in GraphQL's camelCase.
macro_rules! lenient {
    ($($name:ident { $($(#[$attr:meta])* $field:ident: $type:ty),+ $(,)? })+) => { $(
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        pub(super) struct $name { $($(#[$attr])* pub(super) $field: Option<$type>),+ }
    )+ };
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Connection<T> {
    #[serde(default = "none")]
    pub(super) nodes: Option<Vec<Option<T>>>,
    #[serde(default)]
    pub(super) total_count: Option<u64>,
    #[serde(default)]
    pub(super) page_info: Option<PageInfo>,
}

fn none<T>() -> Option<T> {
    None
}

lenient! {
    PageInfo { has_next_page: bool, end_cursor: String }

    RepositoryData { repository: Repository }
    Repository {
        name_with_owner: String,
        object: Commit,
        is_archived: bool,
        auto_merge_allowed: bool,
        merge_commit_allowed: bool,
        squash_merge_allowed: bool,
        rebase_merge_allowed: bool,
        viewer_permission: String,
        default_branch_ref: Branch,
        #[serde(rename = "ref")]
        branch: Branch,
        pull_requests: Connection<PullRequest>,
        pull_request: PullRequest,
    }
    Branch { name: String, ref_update_rule: RefUpdateRule, rules: Connection<Rule>, target: Commit }
    Rule {
        #[serde(rename = "type")]
        kind: String,
        parameters: RuleParameters,
    }
    RuleParameters {
        required_status_checks: Vec<Option<RequiredCheck>>,
        allowed_merge_methods: Vec<Option<String>>,
        required_approving_review_count: u32,
        merge_method: String,
        require_code_owner_review: bool,
        required_review_thread_resolution: bool,
    }
    RequiredCheck { context: String, integration_id: u64 }
    RefUpdateRule {
        required_status_check_contexts: Vec<Option<String>>,
        required_approving_review_count: u32,
        requires_linear_history: bool,
        requires_code_owner_reviews: bool,
        requires_conversation_resolution: bool,
        requires_signatures: bool,
    }

    Commit {
        oid: String,
        message: String,
        committed_date: String,
        author: GitActor,
        parents: Connection<Commit>,
        associated_pull_requests: Connection<BroughtBy>,
        history: Connection<Commit>,
        signature: Signed,
    }
    Signed { is_valid: bool }
    PullRequestCommit { commit: Commit }
    GitActor { name: String, user: Actor }
    Actor { login: String }
    BroughtBy {
        number: u64,
        title: String,
        body: String,
        author: Actor,
        merged: bool,
        merged_at: String,
        base_ref_name: String,
        base_ref: Branch,
        merge_commit: Oid,
    }
    Oid { oid: String }

    PullRequest {
        id: String,
        number: u64,
        title: String,
        body: String,
        url: String,
        state: String,
        is_draft: bool,
        created_at: String,
        updated_at: String,
        head_ref_name: String,
        head_ref_oid: String,
        base_ref_name: String,
        base_ref: Branch,
        is_cross_repository: bool,
        head_repository_owner: Actor,
        author: Actor,
        additions: u64,
        deletions: u64,
        changed_files: u64,
        commits: Connection<PullRequestCommit>,
        messages: Connection<PullRequestCommit>,
        mergeable: String,
        merge_state_status: String,
        review_decision: String,
        latest_opinionated_reviews: Connection<Review>,
        review_requests: Connection<ReviewRequest>,
        review_threads: Connection<ReviewThread>,
        status_check_rollup: Rollup,
        merge_commit: Oid,
        merged_by: Actor,
        files: Connection<File>,
        timeline_items: Connection<TimelineItem>,
        auto_merge_request: AutoMergeRequest,
        viewer_can_enable_auto_merge: bool,
        viewer_can_update_branch: bool,
        can_be_rebased: bool,
        is_merge_queue_enabled: bool,
        merge_queue: MergeQueue,
        merge_queue_entry: MergeQueueEntry,
    }
    TimelineItem { is_cross_repository: bool, source: PullRequest }
    AutoMergeRequest { enabled_at: String, merge_method: String, enabled_by: Actor }
    MergeQueue { configuration: MergeQueueConfiguration }
    MergeQueueConfiguration { merge_method: String }
    MergeQueueEntry { position: u64, state: String, estimated_time_to_merge: u64, enqueued_at: String }
    Review { state: String, author: Actor }
    ReviewRequest { as_code_owner: bool, requested_reviewer: Reviewer }
    ReviewThread { is_resolved: bool }
    Reviewer {
        #[serde(rename = "__typename")]
        typename: String,
        login: String,
    }
    Rollup { state: String, contexts: Connection<Context> }
    Context {
        #[serde(rename = "__typename")]
        typename: String,
        database_id: u64,
        name: String,
        status: String,
        conclusion: String,
        details_url: String,
        started_at: String,
        completed_at: String,
        context: String,
        state: String,
        target_url: String,
        created_at: String,
        check_suite: CheckSuite,
    }
    CheckSuite { app: App, workflow_run: WorkflowRun }
    App { slug: String, database_id: u64 }
    WorkflowRun { event: String, workflow: Workflow }
    Workflow { name: String }
    File { path: String, additions: u64, deletions: u64 }

    NodesData { nodes: Vec<Option<PullRequest>> }
    RevertData { revert_pull_request: RevertPayload }
    RevertPayload { revert_pull_request: PullRequest }
    EnqueueData { enqueue_pull_request: EnqueuePayload }
    EnqueuePayload { merge_queue_entry: MergeQueueEntry }
    Comparison { behind_by: u64 }
}

/// REST bodies, in snake_case.
macro_rules! lenient_rest {
    ($($name:ident { $($field:ident: $type:ty),+ $(,)? })+) => { $(
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default)]
        pub(super) struct $name { $(pub(super) $field: Option<$type>),+ }
    )+ };
}

lenient_rest! {
    Compare { status: String, total_commits: u64, behind_by: u64, commits: Vec<Option<RestCommit>>, files: Vec<Option<RestFile>> }
    RestCommit { sha: String, commit: GitCommit, author: Actor, parents: Vec<Option<RestCommit>>, files: Vec<Option<RestFile>> }
    GitCommit { message: String, author: Signature, committer: Signature }
    Signature { name: String, date: String }
    RestFile { filename: String, previous_filename: String, status: String, patch: String }
    MergeResult { sha: String, merged: bool, message: String }
    User { login: String }
    RunList { workflow_runs: Vec<Option<Run>> }
    Run { name: String, display_title: String, html_url: String, status: String, conclusion: String, head_sha: String }
}

impl<T> Connection<T> {
    pub(super) fn into_nodes(self) -> impl Iterator<Item = T> {
        self.nodes.into_iter().flatten().flatten()
    }

    /// The cursor of the next page, if there is one.
    pub(super) fn next(&self) -> Option<String> {
        let page = self.page_info.as_ref()?;
        page.has_next_page.unwrap_or(false).then(|| page.end_cursor.clone())?
    }
}
