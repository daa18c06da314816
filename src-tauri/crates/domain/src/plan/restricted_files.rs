//! Changes of files that a token may change only with a permission of its own.

use super::consequence::{Consequence, ConsequenceKind};
use super::model::Plan;
use crate::action::{ActionKind, OpenChange, PullRequestChange};
use crate::vendor::CodeHostProfile;

/// The plan of an action that puts changes of `files` on a branch, by a token that is known to lack the
/// permission. What the token sends itself is refused; what the host does later, in a queue or by
/// auto-merge, may be.
pub fn without_permission<'a>(mut plan: Plan, host: CodeHostProfile, files: impl IntoIterator<Item = &'a str>) -> Plan {
    let Some(guarded) = host.guarded_files else { return plan };
    let Some(file) = files.into_iter().find(|path| path.starts_with(guarded.folder)) else { return plan };
    let lacks = format!("It changes {file}, and the token lacks {}", guarded.permission);
    let ActionKind::PullRequest(action) = &plan.action.kind else { return plan };
    match action.change {
        PullRequestChange::Open(OpenChange::Merge { .. } | OpenChange::UpdateBranch) | PullRequestChange::Revert => {
            let refused = format!("{lacks}: {} refuses that. {}", host.title, guarded.remedy);
            return plan.denied(|mut reasons| {
                reasons.push(refused);
                reasons
            });
        }
        PullRequestChange::Open(OpenChange::Enqueue | OpenChange::EnableAutoMerge { .. }) => plan.consequences.push(Consequence {
            subject: None,
            kind: ConsequenceKind::Warning,
            title: format!("{lacks}: {} may refuse it", host.title),
            details: vec![guarded.remedy.to_owned()],
        }),
        PullRequestChange::Open(OpenChange::Dequeue | OpenChange::DisableAutoMerge) => {}
    }
    plan
}
