//! The rules of main's ruleset, as GraphQL tells them.

use serde_json::json;

use super::connection::{Out, leaf, null, plain};
use crate::world::git::Repo;
use crate::world::repository::LinearHistory;

pub fn of(repo: &Repo) -> Vec<Out> {
    let mut rules = Vec::new();
    let mut add = |kind: &'static str, parameters| {
        let id = leaf(format!("RR_{}_{kind}", repo.id));
        rules.push(Out::One(plain("RepositoryRule", vec![("id", id), ("type", leaf(kind)), ("parameters", parameters)])));
    };
    if let Some(ruleset) = &repo.ruleset {
        if !ruleset.checks.is_empty() {
            let check = |name: &String| {
                Out::One(plain("StatusCheckConfiguration", vec![("context", leaf(name.clone())), ("integrationId", null())]))
            };
            let fields = vec![
                ("requiredStatusChecks", Out::Many(ruleset.checks.iter().map(check).collect())),
                ("doNotEnforceOnCreate", leaf(false)),
                ("strictRequiredStatusChecksPolicy", leaf(false)),
            ];
            add("REQUIRED_STATUS_CHECKS", Out::One(plain("RequiredStatusChecksParameters", fields)));
        }
        if ruleset.approvals.is_some() || ruleset.methods.is_some() {
            let methods = ruleset.methods.as_ref().map_or_else(|| json!(["merge", "squash", "rebase"]), |m| json!(m));
            let methods = methods.as_array().into_iter().flatten().map(|m| Out::Leaf(m.clone())).collect();
            let mut fields =
                vec![("allowedMergeMethods", Out::Many(methods)), ("requiredApprovingReviewCount", leaf(ruleset.approvals.unwrap_or(0)))];
            let no = ["dismissStaleReviewsOnPush", "requireCodeOwnerReview", "requireLastPushApproval", "requiredReviewThreadResolution"];
            fields.extend(no.map(|name| (name, leaf(false))));
            add("PULL_REQUEST", Out::One(plain("PullRequestParameters", fields)));
        }
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
