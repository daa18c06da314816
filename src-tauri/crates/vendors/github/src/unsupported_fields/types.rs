//! The types of the fields in our queries, after GitHub's schema. An error names a field with its type, and several
//! types have fields of one name.

/// None where the type is unknown, or differs between parents.
pub(super) fn type_of(parent: Option<&str>, field: &str) -> Option<String> {
    if field == "nodes" {
        return parent.and_then(node_of);
    }
    let found = match (field, parent) {
        ("author", Some("Commit")) => "GitActor",
        ("author", Some("PullRequest" | "PullRequestReview")) | ("mergedBy" | "enabledBy", _) => "Actor",
        ("commits", Some("PullRequest")) | ("messages", _) => "PullRequestCommitConnection",
        ("commit", Some("PullRequestCommit")) | ("mergeCommit", _) => "Commit",
        ("repository", Some("Query" | "PullRequest") | None) => "Repository",
        ("ref" | "baseRef" | "defaultBranchRef", _) => "Ref",
        ("target", Some("Ref")) => "GitObject",
        ("pullRequests" | "associatedPullRequests", _) => "PullRequestConnection",
        ("pullRequest", _) => "PullRequest",
        ("history", _) => "CommitHistoryConnection",
        ("parents", _) => "CommitConnection",
        ("user", _) => "User",
        ("headRepositoryOwner", _) => "RepositoryOwner",
        ("autoMergeRequest", _) => "AutoMergeRequest",
        ("mergeQueue", _) => "MergeQueue",
        ("configuration", Some("MergeQueue")) => "MergeQueueConfiguration",
        ("mergeQueueEntry", _) => "MergeQueueEntry",
        ("latestOpinionatedReviews", _) => "PullRequestReviewConnection",
        ("reviewRequests", _) => "ReviewRequestConnection",
        ("requestedReviewer", _) => "RequestedReviewer",
        ("reviewThreads", _) => "PullRequestReviewThreadConnection",
        ("statusCheckRollup", _) => "StatusCheckRollup",
        ("contexts", Some("StatusCheckRollup")) => "StatusCheckRollupContextConnection",
        ("checkRunCountsByState", _) => "CheckRunStateCount",
        ("statusContextCountsByState", _) => "StatusContextStateCount",
        ("checkSuite", _) => "CheckSuite",
        ("app", Some("CheckSuite")) => "App",
        ("workflowRun", _) => "WorkflowRun",
        ("workflow", Some("WorkflowRun")) => "Workflow",
        ("refUpdateRule", _) => "RefUpdateRule",
        ("rules", Some("Ref")) => "RepositoryRuleConnection",
        ("parameters", Some("RepositoryRule")) => "RuleParameters",
        ("requiredStatusChecks", Some("RequiredStatusChecksParameters")) => "StatusCheckConfiguration",
        ("timelineItems", Some("PullRequest")) => "PullRequestTimelineItemsConnection",
        ("source", Some("CrossReferencedEvent")) => "ReferencedSubject",
        ("files", Some("PullRequest")) => "PullRequestChangedFileConnection",
        ("pageInfo", _) => "PageInfo",
        ("compare", _) => "Comparison",
        _ => return None,
    };
    Some(found.to_owned())
}

fn node_of(connection: &str) -> Option<String> {
    match connection {
        "CommitHistoryConnection" => Some("Commit".to_owned()),
        other => other.strip_suffix("Connection").map(str::to_owned),
    }
}
