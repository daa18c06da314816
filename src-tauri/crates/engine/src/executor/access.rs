//! The adapters an action goes through: those of the account that consent named, also when its
//! service has another name by now. Entries of older versions name no account; theirs is the
//! service's.

use crate::shared::Core;
use slipway_domain::journal::Entry;
use slipway_vendor::{Ci, CodeHost, Platform, ReadError};
use std::sync::Arc;

pub(crate) fn code_host(core: &Core, entry: &Entry) -> Result<Arc<dyn CodeHost>, ReadError> {
    match &entry.account {
        Some(account) => core.accounts.code_host_of(account),
        None => core.code_host(&entry.service),
    }
}

pub(crate) fn ci(core: &Core, entry: &Entry) -> Result<Arc<dyn Ci>, ReadError> {
    match &entry.account {
        Some(account) => core.accounts.ci_of(account),
        None => core.ci(&entry.service),
    }
}

pub(crate) fn platform(core: &Core, entry: &Entry, app: &str) -> Result<Arc<dyn Platform>, ReadError> {
    match &entry.account {
        Some(account) => core.accounts.platform_of(account),
        None => core.platform(&entry.service, app),
    }
}
