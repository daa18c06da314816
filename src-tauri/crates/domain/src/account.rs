//! What is known of an account. Never its token.

use crate::capability::Capability;
use crate::service::Service;
use crate::source::SourceError;
use crate::time::Time;
use crate::vendor::VendorId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AccountState {
    pub id: String,
    pub provider: VendorId,
    pub url: String,
    /// The last answer was not a refusal; None before the first one.
    pub ok: Option<bool>,
    pub user: Option<String>,
    /// Of `budgets` the one that is nearest to its limit.
    pub rate: Option<Rate>,
    #[serde(default)]
    pub budgets: Vec<AccountBudget>,
    /// The vendor told to wait: no request is sent before this.
    #[serde(default)]
    pub wait_until: Option<Time>,
    /// Requests that this copy of Slipway sent in the last hour, and those that cost nothing (304).
    #[serde(default)]
    pub asked_last_hour: u64,
    #[serde(default)]
    pub free_last_hour: u64,
    /// Requests that are sent at once, as far as the vendor is known to bear them, and the most that ever are. Zero:
    /// nothing was sent yet.
    #[serde(default)]
    pub at_once: u64,
    #[serde(default)]
    pub most_at_once: u64,
    pub error: Option<SourceError>,
    /// When the vendor last said whose token it is. None: it was not tested.
    #[serde(default)]
    pub tested_at: Option<Time>,
    pub token: TokenPlace,
    /// Only reads are sent through it.
    pub read_only: bool,
    /// When the token ends, where the vendor tells.
    pub expires_at: Option<Time>,
    /// What the token may do, as far as it was learnt; empty before it was asked.
    pub capabilities: Vec<Capability>,
}

/// One of the budgets that a vendor counts apart, such as `core` and `graphql`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AccountBudget {
    pub name: String,
    pub limit: u64,
    pub remaining: u64,
    pub reset_at: Option<Time>,
}

/// Where the token of an account is. Never the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenPlace {
    Keychain,
    Environment,
    ThisRun,
    /// The vendor's own command line tool keeps it, and is asked for it.
    Borrowed,
    KeychainUnavailable,
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Rate {
    pub limit: u64,
    pub remaining: u64,
    pub reset_at: Option<Time>,
}

/// The account of this vendor through which a service is reached: the one that it names, else the first.
pub fn account_of<'a>(service: &Service, vendor: VendorId, accounts: &'a [AccountState]) -> Option<&'a AccountState> {
    let mut of_vendor = accounts.iter().filter(|account| account.provider == vendor);
    let named = of_vendor.clone().find(|account| service.accounts.contains(&account.id));
    named.or_else(|| of_vendor.next())
}
