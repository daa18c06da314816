//! What setting a service up looks through: the same accounts, seen as sources.

use super::{Adapter, Connections, choose};
use slipway_domain::service::{Account, Service};
use slipway_domain::status::ProviderKind;
use slipway_vendor::discover::{AppSource, ProjectSource, RepositorySource};
use slipway_vendor::{Platform, ReadError};
use std::sync::Arc;

/// A platform, to look through and to read from.
pub type Apps = (Arc<dyn AppSource>, Arc<dyn Platform>);

impl Connections {
    pub fn repositories(&self, service: &Service) -> Result<Arc<dyn RepositorySource>, ReadError> {
        match self.adapter(service, ProviderKind::Github)? {
            Adapter::Github(github, _) => Ok(github),
            Adapter::CircleCi(..) | Adapter::Heroku(..) => Err(choose::no_account(ProviderKind::Github)),
        }
    }

    pub fn projects(&self, service: &Service) -> Result<Arc<dyn ProjectSource>, ReadError> {
        match self.adapter(service, ProviderKind::Circleci)? {
            Adapter::CircleCi(circleci, _) => Ok(circleci),
            Adapter::Github(..) | Adapter::Heroku(..) => Err(choose::no_account(ProviderKind::Circleci)),
        }
    }

    pub fn apps(&self, service: &Service) -> Result<Apps, ReadError> {
        match self.adapter(service, ProviderKind::Heroku)? {
            Adapter::Heroku(heroku, _) => Ok((heroku.clone(), heroku)),
            Adapter::Github(..) | Adapter::CircleCi(..) => Err(choose::no_account(ProviderKind::Heroku)),
        }
    }

    /// The account of this kind that would be used, and how many there are to choose from.
    pub fn chosen(&self, service: &Service, kind: ProviderKind) -> Option<(Account, usize)> {
        let all = self.accounts().iter().filter(|a| a.provider == kind).count();
        self.account_for(service, kind).ok().map(|account| (account, all))
    }
}
