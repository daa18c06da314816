//! Actions that an account does not allow.

use super::model::{Plan, Verdict};
use crate::action::Action;
use crate::capability::DisabledActions;
use crate::source::Source;

/// The plan, refused where its way out is off. No consent overrules it.
pub fn deny_disabled_actions(plan: Plan, off: &[DisabledActions]) -> Plan {
    let source = through(&plan.action);
    let mut reasons: Vec<String> = off.iter().filter(|o| o.source == source).map(|o| o.why.clone()).collect();
    if reasons.is_empty() {
        return plan;
    }
    if let Verdict::Deny(others) = &plan.verdict {
        reasons.extend(others.clone());
    }
    Plan { verdict: Verdict::Deny(reasons), ..plan }
}

/// The source whose account an action is sent through.
pub fn through(action: &Action) -> Source {
    match action {
        Action::Merge { .. }
        | Action::Enqueue { .. }
        | Action::Dequeue { .. }
        | Action::EnableAutoMerge { .. }
        | Action::DisableAutoMerge { .. }
        | Action::UpdateBranch { .. }
        | Action::Revert { .. } => Source::Code,
        Action::Rerun { .. } | Action::Cancel { .. } | Action::Approve { .. } => Source::Ci,
        Action::RollBack { environment, .. } | Action::Release { environment, .. } | Action::Promote { to: environment, .. } => {
            Source::Environment(environment.clone())
        }
    }
}
