//! What the branch demands beside checks.

use super::{CauseKind, of_state};
use crate::pull_request::{BranchRules, MergeState, PullRequest, ReviewDecision, ReviewState};

/// Kind, words, what it is about, and whether a person may confirm it where the host merges all the same.
type Demand = (CauseKind, String, Option<String>, bool);

pub(super) fn demanded(pr: &PullRequest, rules: &BranchRules) -> Vec<Demand> {
    let mut demands = Vec::new();
    reviews(pr, rules, &mut demands);
    let open = pr.unresolved_threads.unwrap_or(0);
    if rules.conversation_resolution && open > 0 {
        let text = if open == 1 { "A conversation is not resolved".to_owned() } else { format!("{open} conversations are not resolved") };
        demands.push((CauseKind::Conversations, text, None, true));
    }
    // A host that merges by itself signs what it makes.
    if rules.signatures && pr.head_signed == Some(false) && pr.merge_state == MergeState::Blocked {
        let text = format!("{} demands signed commits, and the newest is not signed", pr.base_branch);
        demands.push((CauseKind::Signatures, text, None, true));
    }
    demands
}

fn reviews(pr: &PullRequest, rules: &BranchRules, demands: &mut Vec<Demand>) {
    // Nobody approves what is their own.
    let approved = of_state(pr, ReviewState::Approved).filter(|by| Some(*by) != pr.author.as_deref()).count() as u32;
    let demanded = rules.required_approvals.unwrap_or(0);
    let required = pr.review_decision == ReviewDecision::ReviewRequired;
    let owners_hold = rules.code_owner_reviews && (required || pr.merge_state == MergeState::Blocked);
    let only_owners = rules.code_owner_reviews && required && demanded > 0 && approved >= demanded;
    if required && !only_owners && !(owners_hold && demanded == 0 && !pr.code_owners.is_empty()) {
        demands.push((CauseKind::ReviewRequired, needs(demanded.max(1).saturating_sub(approved).max(1)), None, false));
    }
    // Not told whether enough have approved, and those that are known are not enough.
    if pr.review_decision == ReviewDecision::None && approved < demanded {
        demands.push((CauseKind::ReviewRequired, needs(demanded - approved), None, true));
    }
    if owners_hold && let Some(first) = pr.code_owners.first() {
        let text = format!("Needs a code owner's review: {}", pr.code_owners.join(", "));
        demands.push((CauseKind::CodeOwnerReview, text, Some(first.clone()), !required));
    } else if only_owners {
        demands.push((CauseKind::CodeOwnerReview, "Needs a code owner's review".to_owned(), None, false));
    }
}

fn needs(missing: u32) -> String {
    format!("Needs {missing} approval{}", if missing == 1 { "" } else { "s" })
}
