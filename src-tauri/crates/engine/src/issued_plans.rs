//! Plans that were shown and wait for a confirmation.

use crate::locks::lock;
use slipway_domain::plan::{Plan, PlanSet};
use std::collections::VecDeque;
use std::sync::Mutex;

/// Plans kept for a confirmation; the oldest go first.
const MOST: usize = 64;
/// The same for sets of plans.
const MOST_SETS: usize = 16;

/// Only what was issued can be executed, and once.
#[derive(Default)]
pub(crate) struct IssuedPlans {
    plans: Mutex<VecDeque<Plan>>,
    sets: Mutex<VecDeque<PlanSet>>,
}

impl IssuedPlans {
    pub(crate) fn issue(&self, plan: Plan) -> Plan {
        let mut plans = lock(&self.plans);
        plans.retain(|p| p.id != plan.id);
        plans.push_back(plan.clone());
        if plans.len() > MOST {
            plans.pop_front();
        }
        plan
    }

    /// Takes the plan out: it cannot be claimed again.
    pub(crate) fn claim(&self, id: &str) -> Option<Plan> {
        let mut plans = lock(&self.plans);
        let at = plans.iter().position(|p| p.id == id)?;
        plans.remove(at)
    }

    /// The plans of a set are in it alone: none can be claimed on its own.
    pub(crate) fn issue_set(&self, set: PlanSet) -> PlanSet {
        let mut sets = lock(&self.sets);
        sets.push_back(set.clone());
        if sets.len() > MOST_SETS {
            sets.pop_front();
        }
        set
    }

    /// Takes the set out, with all its plans.
    pub(crate) fn claim_set(&self, id: &str) -> Option<PlanSet> {
        let mut sets = lock(&self.sets);
        let at = sets.iter().position(|set| set.id == id)?;
        sets.remove(at)
    }
}
