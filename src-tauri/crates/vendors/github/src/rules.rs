//! What a branch requires and allows, by branch protection and rulesets together.

use super::map;
use super::profile::CODE_HOST;
use super::wire;
use slipway_domain::merge_queue::MergeQueue;
use slipway_domain::pull_request::BranchRules;
use slipway_domain::status::MergeMethod;

/// The union of both requirements.
pub(super) fn demands(repository: &wire::Repository, branch: Option<&wire::Branch>) -> BranchRules {
    let protection = branch.and_then(|branch| branch.ref_update_rule.as_ref());
    let protected = protection.and_then(|rule| rule.required_status_check_contexts.as_ref());
    let mut required_checks: Vec<String> = protected.into_iter().flatten().flatten().cloned().collect();
    let mut required_approvals = protection.and_then(|rule| rule.required_approving_review_count);
    let mut merge_queue = None;
    let says = |field: fn(&wire::RefUpdateRule) -> Option<bool>| protection.and_then(field) == Some(true);
    let mut linear_history = says(|rule| rule.requires_linear_history);
    let mut conversation_resolution = says(|rule| rule.requires_conversation_resolution);
    let mut code_owner_reviews = says(|rule| rule.requires_code_owner_reviews);
    let mut signatures = says(|rule| rule.requires_signatures);
    let mut app_checks = Vec::new();
    for rule in rules_of(branch) {
        let kind = rule.kind.as_deref();
        linear_history |= kind == Some("REQUIRED_LINEAR_HISTORY");
        signatures |= kind == Some("REQUIRED_SIGNATURES");
        conversation_resolution |= kind == Some("REQUIRED_REVIEW_THREAD_RESOLUTION");
        let Some(parameters) = &rule.parameters else { continue };
        conversation_resolution |= parameters.required_review_thread_resolution == Some(true);
        code_owner_reviews |= parameters.require_code_owner_review == Some(true);
        for check in parameters.required_status_checks.iter().flatten().flatten() {
            let Some(context) = &check.context else { continue };
            if !required_checks.contains(context) {
                required_checks.push(context.clone());
            }
            app_checks.extend(check.integration_id.map(|app| (context.clone(), app)));
        }
        required_approvals = required_approvals.max(parameters.required_approving_review_count);
        if rule.kind.as_deref() == Some("MERGE_QUEUE") {
            merge_queue = Some(MergeQueue { method: map::method(parameters.merge_method.as_deref()) });
        }
    }
    BranchRules {
        host: CODE_HOST,
        required_checks,
        required_approvals,
        merge_queue,
        auto_merge_allowed: repository.auto_merge_allowed,
        archived: repository.is_archived == Some(true),
        linear_history,
        app_checks,
        conversation_resolution,
        code_owner_reviews,
        signatures,
        ..BranchRules::default()
    }
}

/// The methods that the repository allows and no ruleset of the branch forbids.
pub(super) fn merge_methods(repository: &wire::Repository, branch: Option<&wire::Branch>) -> Vec<MergeMethod> {
    let allowed = [
        (MergeMethod::Merge, repository.merge_commit_allowed),
        (MergeMethod::Squash, repository.squash_merge_allowed),
        (MergeMethod::Rebase, repository.rebase_merge_allowed),
    ];
    let mut methods: Vec<MergeMethod> =
        allowed.into_iter().filter(|(_, allowed)| *allowed == Some(true)).map(|(method, _)| method).collect();
    for listed in rules_of(branch).filter_map(|rule| rule.parameters.as_ref()?.allowed_merge_methods.as_ref()) {
        let listed: Vec<MergeMethod> = listed.iter().flatten().filter_map(|word| map::method(Some(word))).collect();
        methods.retain(|method| listed.contains(method));
    }
    methods
}

fn rules_of(branch: Option<&wire::Branch>) -> impl Iterator<Item = &wire::Rule> {
    branch.and_then(|branch| branch.rules.as_ref()?.nodes.as_ref()).into_iter().flatten().flatten()
}

/// The merge queue of its base branch, as the pull request reports it.
pub(super) fn queue_of(pr: &wire::PullRequest) -> Option<MergeQueue> {
    let configured = pr.merge_queue.as_ref().and_then(|queue| queue.configuration.as_ref());
    let method = map::method(configured.and_then(|configuration| configuration.merge_method.as_deref()));
    (pr.is_merge_queue_enabled == Some(true) || pr.merge_queue.is_some()).then_some(MergeQueue { method })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rules without parameters count too.
    #[test]
    fn either_may_demand_a_linear_history() {
        for (branch, demanded) in [
            (r#"{"refUpdateRule":{"requiresLinearHistory":true}}"#, true),
            (r#"{"refUpdateRule":{"requiresLinearHistory":false}}"#, false),
            (r#"{"refUpdateRule":{"requiresLinearHistory":null}}"#, false),
            (r#"{"rules":{"nodes":[{"type":"REQUIRED_LINEAR_HISTORY","parameters":null}]}}"#, true),
            (r#"{"refUpdateRule":{"requiresLinearHistory":false},"rules":{"nodes":[{"type":"REQUIRED_LINEAR_HISTORY"}]}}"#, true),
            (r#"{"rules":{"nodes":[{"type":"DELETION"}]}}"#, false),
        ] {
            let branch: wire::Branch = serde_json::from_str(branch).unwrap();
            assert_eq!(demands(&wire::Repository::default(), Some(&branch)).linear_history, demanded, "{branch:?}");
        }
    }

    #[test]
    fn protection_and_rulesets_are_one() {
        let repository: wire::Repository = serde_json::from_str(
            r#"{"isArchived":false,"autoMergeAllowed":true,"mergeCommitAllowed":true,"squashMergeAllowed":true,"rebaseMergeAllowed":false,
            "ref":{"refUpdateRule":{"requiredStatusCheckContexts":["lint",null,"unit"],"requiredApprovingReviewCount":1},
            "rules":{"nodes":[null,
                {"type":"REQUIRED_STATUS_CHECKS","parameters":{"requiredStatusChecks":
                    [{"context":"unit","integrationId":null},{"context":"security","integrationId":57789},null]}},
                {"type":"PULL_REQUEST","parameters":{"allowedMergeMethods":["squash","rebase"],"requiredApprovingReviewCount":2,
                    "requireCodeOwnerReview":true,"requiredReviewThreadResolution":true}},{"type":"REQUIRED_SIGNATURES"},
                {"type":"MERGE_QUEUE","parameters":{"mergeMethod":"SQUASH"}},
                {"type":"BRAND_NEW","parameters":{"brandNew":1}},{"type":"DELETION","parameters":null}]}}}"#,
        )
        .unwrap();
        let rules = demands(&repository, repository.branch.as_ref());
        assert_eq!(rules.required_checks, ["lint", "unit", "security"]);
        assert_eq!((rules.required_approvals, rules.auto_merge_allowed, rules.archived), (Some(2), Some(true), false));
        assert_eq!(rules.merge_queue, Some(MergeQueue { method: Some(MergeMethod::Squash) }));
        assert!(!rules.linear_history);
        assert_eq!(rules.app_checks, [("security".to_owned(), 57_789)]);
        assert!(rules.code_owner_reviews && rules.conversation_resolution && rules.signatures);
        assert_eq!(merge_methods(&repository, repository.branch.as_ref()), [MergeMethod::Squash]);
        assert_eq!(merge_methods(&repository, None), [MergeMethod::Merge, MergeMethod::Squash]);
        assert_eq!(demands(&wire::Repository::default(), None), BranchRules { host: CODE_HOST, ..BranchRules::default() });
    }
}
