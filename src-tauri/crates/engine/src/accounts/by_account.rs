//! Adapters by account: what was consented to names the account it goes through, and no other one
//! takes its place.

use super::Accounts;
use slipway_domain::journal::Entry;
use slipway_domain::service::{Account, Service};
use slipway_http::WriteTurn;
use slipway_vendor::{Ci, CodeHost, Platform, ReadError, SendError};
use std::sync::Arc;

impl Accounts {
    /// The adapter that an action goes through: that of the account which consent named, also when its
    /// service has another name by now. Entries of older versions name no account; theirs is the service's.
    pub(crate) fn code_host_for(&self, entry: &Entry) -> Result<Arc<dyn CodeHost>, ReadError> {
        match &entry.account {
            Some(account) => self.code_host_of(account),
            None => self.code_host(&self.configured_service(&entry.service)?),
        }
    }

    /// As [`Self::code_host_for`].
    pub(crate) fn ci_for(&self, entry: &Entry) -> Result<Arc<dyn Ci>, ReadError> {
        match &entry.account {
            Some(account) => self.ci_of(account),
            None => {
                let none = || ReadError::NotFound(format!("{} has no CI", entry.service));
                self.ci(&self.configured_service(&entry.service)?)?.ok_or_else(none)
            }
        }
    }

    /// As [`Self::code_host_for`].
    pub(crate) fn platform_for(&self, entry: &Entry, app: &str) -> Result<Arc<dyn Platform>, ReadError> {
        match &entry.account {
            Some(account) => self.platform_of(account),
            None => self.platform(&self.configured_service(&entry.service)?, app),
        }
    }

    fn configured_service(&self, name: &str) -> Result<Service, ReadError> {
        self.store.service(name).ok_or_else(|| ReadError::NotFound(format!("There is no service {name}")))
    }

    fn code_host_of(&self, account: &str) -> Result<Arc<dyn CodeHost>, ReadError> {
        self.client_of(&self.connected(account)?)?.code_host.ok_or_else(|| no_such_role(account, "hosts no PRs"))
    }

    fn ci_of(&self, account: &str) -> Result<Arc<dyn Ci>, ReadError> {
        self.client_of(&self.connected(account)?)?.ci.ok_or_else(|| no_such_role(account, "runs no pipelines"))
    }

    fn platform_of(&self, account: &str) -> Result<Arc<dyn Platform>, ReadError> {
        self.client_of(&self.connected(account)?)?.platform.ok_or_else(|| no_such_role(account, "runs no apps"))
    }

    /// Waits until this account may be written through, see [`WriteTurn`]. None: it is not connected
    /// any more, and what is planned anew goes through another one or through none.
    pub(crate) async fn turn_to_write(&self, account: &str) -> Result<Option<WriteTurn>, SendError> {
        let Ok(connection) = self.connected(account).and_then(|account| self.client_of(&account)) else { return Ok(None) };
        connection.account.turn_to_write().await.map(Some)
    }

    fn connected(&self, id: &str) -> Result<Account, ReadError> {
        let found = self.all().into_iter().find(|account| account.id == id);
        found.ok_or_else(|| ReadError::NoToken(format!("The account {id} is not connected any more. Add it again.")))
    }
}

fn no_such_role(account: &str, what: &str) -> ReadError {
    ReadError::NotFound(format!("The account {account} {what}"))
}
