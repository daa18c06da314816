//! By which methods a pull request can be merged: what the repository allows, what the branch
//! demands, and what can be done with its commits.

use crate::pull_request::{BranchRules, Mergeable, PullRequest};
use crate::status::MergeMethod;

/// Squash first: one commit a pull request is the easiest to take back.
const PREFERRED: [MergeMethod; 3] = [MergeMethod::Squash, MergeMethod::Merge, MergeMethod::Rebase];

/// Those of `allowed` that the branch takes from anybody, in the order of preference.
pub fn methods_of_branch(allowed: &[MergeMethod], rules: &BranchRules) -> Vec<MergeMethod> {
    let fits = |method: &MergeMethod| allowed.contains(method) && !(rules.linear_history && *method == MergeMethod::Merge);
    PREFERRED.into_iter().filter(fits).collect()
}

/// Those of `allowed` that can work for `pr`, in the order of preference.
pub fn workable_methods(allowed: &[MergeMethod], rules: &BranchRules, pr: &PullRequest) -> Vec<MergeMethod> {
    let mut methods = methods_of_branch(allowed, rules);
    methods.retain(|method| *method != MergeMethod::Rebase || !cannot_be_rebased(pr));
    methods
}

/// While the host works out whether it merges, its word about rebasing says nothing.
fn cannot_be_rebased(pr: &PullRequest) -> bool {
    pr.can_be_rebased == Some(false) && pr.mergeable == Mergeable::Mergeable
}

/// Why `wanted` cannot work, and what would. None: it can. Without `wanted`: why nothing can.
pub(crate) fn method_refused(
    branch: &str,
    allowed: &[MergeMethod],
    rules: &BranchRules,
    pr: &PullRequest,
    wanted: Option<MergeMethod>,
) -> Option<String> {
    let workable = workable_methods(allowed, rules, pr);
    let Some(method) = wanted else {
        let why = match (allowed.is_empty(), workable.is_empty()) {
            (true, _) => "The repository allows no merge method that Slipway knows".to_owned(),
            (false, true) if rules.linear_history => {
                format!("{branch} demands a linear history, and the repository allows no method that keeps it")
            }
            (false, true) => {
                format!("{} says that #{} cannot be rebased, and the repository allows nothing else", rules.host.title, pr.number)
            }
            (false, false) => return None,
        };
        return Some(why);
    };
    let why = match method {
        method if !allowed.contains(&method) => return Some(format!("The repository does not allow {method}")),
        MergeMethod::Merge if rules.linear_history => format!("{branch} demands a linear history, which a merge commit breaks"),
        MergeMethod::Rebase if cannot_be_rebased(pr) => format!("{} says that #{} cannot be rebased", rules.host.title, pr.number),
        MergeMethod::Merge | MergeMethod::Squash | MergeMethod::Rebase => return None,
    };
    Some(format!("{why}{}", instead(&workable, method)))
}

/// `; squash or rebase can work`
pub fn instead(workable: &[MergeMethod], tried: MergeMethod) -> String {
    let others: Vec<&str> = workable.iter().filter(|method| **method != tried).map(|method| method.word()).collect();
    if others.is_empty() { String::new() } else { format!("; {} can work", others.join(" or ")) }
}
