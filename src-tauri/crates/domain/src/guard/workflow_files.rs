//! Changes of GitHub's workflow files, which want a scope of their own.

use crate::action::Action;
use crate::plan::{Consequence, ConsequenceKind, Plan, Verdict};

const FOLDER: &str = ".github/workflows/";
const REMEDY: &str = "Give the token the workflow scope at github.com/settings/tokens, or do it on github.com.";

/// The plan of an action that puts changes of `files` on a branch, by a token that is known to lack the
/// `workflow` scope. What the token sends itself is refused; what GitHub does later, in a queue or by
/// auto-merge, may be.
pub fn without_workflow_scope<'a>(mut plan: Plan, files: impl IntoIterator<Item = &'a str>) -> Plan {
    let Some(file) = files.into_iter().find(|path| path.starts_with(FOLDER)) else { return plan };
    let lacks = format!("It changes {file}, and the token lacks the workflow scope");
    match plan.action {
        Action::Merge { .. } | Action::UpdateBranch { .. } | Action::Revert { .. } => {
            let mut reasons = match plan.verdict {
                Verdict::Deny(reasons) => reasons,
                Verdict::Allow | Verdict::Confirm(_) => Vec::new(),
            };
            reasons.push(format!("{lacks}: GitHub refuses that. {REMEDY}"));
            plan.verdict = Verdict::Deny(reasons);
        }
        Action::Enqueue { .. } | Action::EnableAutoMerge { .. } => plan.consequences.push(may_refuse(lacks)),
        Action::Dequeue { .. }
        | Action::DisableAutoMerge { .. }
        | Action::RollBack { .. }
        | Action::Rerun { .. }
        | Action::Cancel { .. }
        | Action::Approve { .. }
        | Action::Promote { .. }
        | Action::Release { .. } => {}
    }
    plan
}

fn may_refuse(lacks: String) -> Consequence {
    Consequence { kind: ConsequenceKind::Warning, title: format!("{lacks}: GitHub may refuse it"), details: vec![REMEDY.into()] }
}
