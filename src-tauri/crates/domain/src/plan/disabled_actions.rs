//! Actions that an account does not allow.

use super::model::{Plan, Verdict};
use crate::capability::DisabledActions;

/// The plan, refused where its way out is off. No consent overrules it.
pub fn deny_disabled_actions(plan: Plan, off: &[DisabledActions]) -> Plan {
    let source = plan.action.source();
    let mut reasons: Vec<String> = off.iter().filter(|o| o.source == source).map(|o| o.why.clone()).collect();
    if reasons.is_empty() {
        return plan;
    }
    if let Verdict::Deny(others) = &plan.verdict {
        reasons.extend(others.clone());
    }
    Plan { verdict: Verdict::Deny(reasons), ..plan }
}
