//! Actions that an account does not allow.

use super::model::Plan;
use crate::capability::DisabledActions;

/// The plan, denied where the account it is sent through does not allow its action. No consent overrules that.
pub fn deny_disabled_actions(plan: Plan, off: &[DisabledActions]) -> Plan {
    let source = plan.action.source();
    let mut reasons: Vec<String> = off.iter().filter(|o| o.source == source).map(|o| o.why.clone()).collect();
    if reasons.is_empty() {
        return plan;
    }
    plan.denied(|others| {
        reasons.extend(others);
        reasons
    })
}
