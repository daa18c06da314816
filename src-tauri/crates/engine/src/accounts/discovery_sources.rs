//! The accounts as sources of repositories, projects and apps, for setting up a service.

use super::Accounts;
use slipway_domain::service::{Account, Service};
use slipway_domain::vendor::VendorId;
use slipway_vendor::discover::{AppSource, ProjectSource, RepositorySource};
use slipway_vendor::{Platform, ReadError};
use std::sync::Arc;

/// A platform, to look through and to read from.
pub(crate) type Apps = (Arc<dyn AppSource>, Arc<dyn Platform>);

impl Accounts {
    pub(crate) fn repositories(&self, service: &Service) -> Result<Arc<dyn RepositorySource>, ReadError> {
        let vendor = self.code_host_vendor()?;
        self.connection(service, vendor)?.repositories.ok_or_else(|| self.no_account(vendor))
    }

    /// None: every repository is a project of that CI.
    pub(crate) fn projects(&self, service: &Service, ci: VendorId) -> Result<Option<Arc<dyn ProjectSource>>, ReadError> {
        Ok(self.connection(service, ci)?.projects)
    }

    pub(crate) fn apps(&self, service: &Service, platform: VendorId) -> Result<Apps, ReadError> {
        let connection = self.connection(service, platform)?;
        connection.apps.zip(connection.platform).ok_or_else(|| self.no_account(platform))
    }

    /// The account of this kind that would be used, and how many there are to choose from.
    pub(crate) fn chosen(&self, service: &Service, kind: VendorId) -> Option<(Account, usize)> {
        let all = self.all().iter().filter(|a| a.provider == kind).count();
        self.account_for(service, kind).ok().map(|account| (account, all))
    }
}
