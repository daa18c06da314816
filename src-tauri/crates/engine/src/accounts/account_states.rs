//! Accounts as they are shown, and what they do not allow.

use super::account_status::read_only_words;
use super::{Accounts, account_selection};
use crate::locks::lock;
use slipway_domain::capability::{Capability, DisabledActions};
use slipway_domain::snapshot::{AccountBudget, AccountState, ServiceState, Source};

impl Accounts {
    /// Which sources of the service are off, and why: its account may only read, or the token
    /// is known to lack what every action through it needs.
    pub(crate) fn off(&self, state: &ServiceState) -> Vec<DisabledActions> {
        let seen = lock(&self.seen).clone();
        let why = |kind| {
            let account = self.account_for(&state.config, kind).ok()?;
            if account.read_only {
                return Some(read_only_words(&account));
            }
            seen.get(&account.id)?.probed.capabilities.iter().find_map(Capability::why_disabled)
        };
        let mut off: Vec<DisabledActions> = Vec::new();
        for (source, kind) in crate::sources::sources(state) {
            off.extend(why(kind).map(|why| DisabledActions { source, why }));
        }
        if state.may_write == Some(false) && !off.iter().any(|o| o.source == Source::Code) {
            let why =
                format!("The token may only read {}: merge and revert are off. Ask for write access, or use another account.", state.repo);
            off.push(DisabledActions { source: Source::Code, why });
        }
        off
    }

    pub(crate) fn states(&self) -> Vec<AccountState> {
        let seen = lock(&self.seen).clone();
        self.all()
            .into_iter()
            .map(|account| {
                let seen = seen.get(&account.id).cloned().unwrap_or_default();
                let client = lock(&self.clients).get(&account.id).cloned();
                let only = account_selection::is_only(&self.all(), &account);
                let usage = client.as_ref().map(|c| c.account.usage()).unwrap_or_default();
                let budget = client.as_ref().map(|c| c.account.budget()).unwrap_or_default();
                AccountState {
                    wait_until: budget.wait_until,
                    budgets: usage.budgets.into_iter().map(budget_of).collect(),
                    asked_last_hour: usage.asked,
                    free_last_hour: usage.free,
                    at_once: usage.at_once.now as u64,
                    most_at_once: usage.at_once.most as u64,
                    rate: budget.rate,
                    ok: match (seen.error(), client.as_ref().and_then(|c| c.account.last_auth_ok())) {
                        (Some(_), _) => Some(false),
                        (None, answered) => answered,
                    },
                    error: seen.error().cloned(),
                    tested_at: seen.probed.at,
                    user: seen.probed.user,
                    token: self.tokens.place(&account, only),
                    read_only: account.read_only,
                    expires_at: lock(&self.learnt).get(&account.id).and_then(|l| l.expires_at),
                    capabilities: seen.probed.capabilities,
                    id: account.id,
                    provider: account.provider,
                    url: account.url,
                }
            })
            .collect()
    }
}

fn budget_of((name, rate): (String, slipway_domain::snapshot::Rate)) -> AccountBudget {
    AccountBudget { name, limit: rate.limit, remaining: rate.remaining, reset_at: rate.reset_at }
}
