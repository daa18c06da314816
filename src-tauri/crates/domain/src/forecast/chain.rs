//! Reverts that have to go before another, because they are of what changed the same lines since.

use super::files::{Files, Missing};
use super::model::ForecastOutcome;
use super::revert::RevertOfLanding;
use super::trial::{Tried, forecast};

/// Later pull requests that are tried. With more, no order is looked for.
pub const MOST_IN_CHAIN: usize = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainTried {
    /// Reverted in this order, all apply cleanly; `own` is the last.
    Found(Vec<u64>),
    /// None of the orders that were tried does.
    NotFound,
    Needs(Missing),
}

/// `later` touched what is in conflict, newest first. Each alone is tried before all of them.
pub fn chain(files: &Files, tip: &str, later: &[RevertOfLanding], own: &RevertOfLanding) -> ChainTried {
    if later.len() > MOST_IN_CHAIN {
        return ChainTried::NotFound;
    }
    let mut orders: Vec<Vec<RevertOfLanding>> = later.iter().map(|one| vec![one.clone()]).collect();
    if later.len() > 1 {
        orders.push(later.to_vec());
    }
    let mut missing = Missing::default();
    for mut order in orders {
        order.push(own.clone());
        match forecast(files, tip, &order) {
            Tried::Told(ForecastOutcome::Clean) if missing.is_empty() => {
                return ChainTried::Found(order.iter().map(|revert| revert.landing.number).collect());
            }
            Tried::Told(_) => {}
            Tried::Needs(more) => missing.merge(more),
        }
    }
    if missing.is_empty() { ChainTried::NotFound } else { ChainTried::Needs(missing) }
}
