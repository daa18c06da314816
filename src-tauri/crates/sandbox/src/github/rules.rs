//! The rules of main's ruleset, in GraphQL's form.

use serde_json::json;

use super::connection::{Out, leaf, null, plain};
use crate::world::branch_rules::{DemandedBy, LinearHistory, Ruleset};
use crate::world::git::Repo;

pub(super) fn of(repo: &Repo) -> Vec<Out> {
    let mut rules = Vec::new();
    let mut add = |kind: &'static str, parameters| {
        let id = leaf(format!("RR_{}_{kind}", repo.id));
        rules.push(Out::One(plain("RepositoryRule", vec![("id", id), ("type", leaf(kind)), ("parameters", parameters)])));
    };
    let by = Some(DemandedBy::Ruleset);
    let own = Ruleset::default();
    let reviews = repo.demands.conversations == by || repo.demands.code_owners == by;
    if let Some(ruleset) = repo.ruleset.as_ref().or((reviews || !repo.demands.apps.is_empty()).then_some(&own)) {
        let free = ruleset.checks.iter().filter(|name| !repo.demands.apps.iter().any(|(context, _)| context == *name));
        let demanded: Vec<(&String, Option<u64>)> =
            free.map(|name| (name, None)).chain(repo.demands.apps.iter().map(|(name, app)| (name, Some(*app)))).collect();
        if !demanded.is_empty() {
            let check = |(name, app): (&String, Option<u64>)| {
                let app = app.map_or_else(null, leaf);
                Out::One(plain("StatusCheckConfiguration", vec![("context", leaf(name.clone())), ("integrationId", app)]))
            };
            let fields = vec![
                ("requiredStatusChecks", Out::Many(demanded.into_iter().map(check).collect())),
                ("doNotEnforceOnCreate", leaf(false)),
                ("strictRequiredStatusChecksPolicy", leaf(false)),
            ];
            add("REQUIRED_STATUS_CHECKS", Out::One(plain("RequiredStatusChecksParameters", fields)));
        }
        if ruleset.approvals.is_some() || ruleset.methods.is_some() || reviews {
            let methods = ruleset.methods.as_ref().map_or_else(|| json!(["merge", "squash", "rebase"]), |m| json!(m));
            let methods = methods.as_array().into_iter().flatten().map(|m| Out::Leaf(m.clone())).collect();
            let mut fields =
                vec![("allowedMergeMethods", Out::Many(methods)), ("requiredApprovingReviewCount", leaf(ruleset.approvals.unwrap_or(0)))];
            fields.push(("requireCodeOwnerReview", leaf(repo.demands.code_owners == by)));
            fields.push(("requiredReviewThreadResolution", leaf(repo.demands.conversations == by)));
            fields.extend(["dismissStaleReviewsOnPush", "requireLastPushApproval"].map(|name| (name, leaf(false))));
            add("PULL_REQUEST", Out::One(plain("PullRequestParameters", fields)));
        }
    }
    if repo.demands.signatures == by {
        add("REQUIRED_SIGNATURES", null());
    }
    if repo.linear_history == Some(LinearHistory::Ruleset) {
        add("REQUIRED_LINEAR_HISTORY", null());
    }
    if let Some(queue) = &repo.queue {
        let number = |n: i64| leaf(n);
        let fields = vec![
            ("mergeMethod", leaf(queue.method.to_uppercase())),
            ("groupingStrategy", leaf("ALLGREEN")),
            ("checkResponseTimeoutMinutes", number(60)),
            ("maxEntriesToBuild", number(5)),
            ("maxEntriesToMerge", number(5)),
            ("minEntriesToMerge", number(1)),
            ("minEntriesToMergeWaitMinutes", number(5)),
        ];
        add("MERGE_QUEUE", Out::One(plain("MergeQueueParameters", fields)));
    }
    rules
}
