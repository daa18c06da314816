//! Plans that were shown and wait for a confirmation.

use crate::locks::lock;
use slipway_domain::plan::Plan;
use std::collections::VecDeque;
use std::sync::Mutex;

/// Plans kept for a confirmation; the oldest go first.
const MOST: usize = 64;

/// Only an issued plan can be executed, and once.
#[derive(Default)]
pub(crate) struct IssuedPlans(Mutex<VecDeque<Plan>>);

impl IssuedPlans {
    pub(crate) fn issue(&self, plan: Plan) -> Plan {
        let mut plans = lock(&self.0);
        plans.retain(|p| p.id != plan.id);
        plans.push_back(plan.clone());
        if plans.len() > MOST {
            plans.pop_front();
        }
        plan
    }

    /// Takes the plan out: it cannot be claimed again.
    pub(crate) fn claim(&self, id: &str) -> Option<Plan> {
        let mut plans = lock(&self.0);
        let at = plans.iter().position(|p| p.id == id)?;
        plans.remove(at)
    }
}
