//! What items are followed by.

use crate::account::AccountState;
use crate::journal::Entry;
use crate::snapshot::ServiceState;
use std::sync::Arc;

/// What one process knows.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub services: &'a [Arc<ServiceState>],
    pub accounts: &'a [AccountState],
    pub journal: &'a [Entry],
}
