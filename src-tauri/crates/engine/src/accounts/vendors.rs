//! What this program knows of the vendors of accounts and services.

use super::new_account::SetupError;
use super::{Accounts, account_selection};
use slipway_domain::service::{Account, Service};
use slipway_domain::snapshot::ServiceState;
use slipway_domain::vendor::VendorId;
use slipway_vendor::{ReadError, VendorSpec, Vendors, one_of};

impl Accounts {
    /// A service names accounts that are connected, one of a kind.
    pub(crate) fn check_named(&self, service: &Service) -> Result<(), SetupError> {
        account_selection::check_named(self.vendors, &self.all(), service).map_err(SetupError::Usage)
    }

    /// The vendor of that id; one that this program does not know is refused by name.
    pub(crate) fn vendor(&self, id: VendorId) -> Result<&'static VendorSpec, SetupError> {
        let known = self.vendors.get(id);
        known.ok_or_else(|| SetupError::Usage(format!("This Slipway knows no vendor {id}; it knows {}.", self.vendors.listed())))
    }

    /// A CI runs pipelines and a platform runs apps; another vendor is refused, with those that can.
    pub(crate) fn check_roles(&self, service: &Service) -> Result<(), SetupError> {
        let named = |ids: Vec<VendorId>| one_of(&ids.iter().map(ToString::to_string).collect::<Vec<_>>());
        if let Some(ci) = &service.ci
            && self.vendor(ci.provider)?.ci.is_none()
        {
            let title = self.vendors.title(ci.provider);
            let can = named(self.vendors.cis().map(|(vendor, _)| vendor.id).collect());
            return Err(SetupError::Usage(format!("{title} does not run pipelines; use {can}")));
        }
        for environment in &service.environments {
            if self.vendor(environment.provider)?.platform.is_none() {
                let title = self.vendors.title(environment.provider);
                let can = named(self.vendors.platforms().map(|(vendor, _)| vendor.id).collect());
                return Err(SetupError::Usage(format!("{title} runs no apps; use {can}")));
            }
        }
        Ok(())
    }

    /// Checks the URL before anything is stored.
    pub(crate) fn check_url(&self, vendor: &VendorSpec, url: Option<&str>) -> Result<(), SetupError> {
        slipway_http::Address::parse(vendor.dialect, url).map(|_| ()).map_err(|e| SetupError::Usage(e.to_string()))
    }

    pub(super) fn known_vendor(&self, account: &Account) -> Result<&'static VendorSpec, ReadError> {
        let unknown = || ReadError::NotFound(format!("This Slipway knows no vendor {}", account.provider));
        self.vendors.get(account.provider).ok_or_else(unknown)
    }

    /// Fills in what the adapters say of the vendors of a service: none of it is stored.
    pub(crate) fn describe(&self, state: &mut ServiceState) {
        describe(self.vendors, state);
    }
}

/// Of a vendor that this program does not know, what is said is general.
fn describe(vendors: Vendors, state: &mut ServiceState) {
    state.rules.host = vendors.code_host().map(|(_, role)| role.profile).unwrap_or_default();
    let ci = state.config.ci.as_ref();
    let profile = ci.and_then(|ci| vendors.get(ci.provider)?.ci).map(|role| role.profile);
    state.ci_profile = profile.unwrap_or_default();
    state.ci = ci.map(|ci| format!("{}:{}", profile.map_or(ci.provider.as_str(), |profile| profile.name), ci.project));
    for environment in &mut state.environments {
        let config = state.config.environments.iter().find(|config| config.name == environment.name);
        let role = config.and_then(|config| vendors.get(config.provider)?.platform);
        environment.platform = role.map(|role| role.profile).unwrap_or_default();
    }
}
