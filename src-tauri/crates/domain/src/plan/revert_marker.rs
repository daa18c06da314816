//! The text by which a revert that Slipway opened is recognised.

/// Carried in the revert's body, so that a lost answer can be settled by reading.
pub fn revert_marker(plan_id: &str) -> String {
    format!("slipway-operation: {plan_id}")
}
