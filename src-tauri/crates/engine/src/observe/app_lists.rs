//! The apps that each platform account lists: one request for all readers of a moment.

use crate::accounts::Accounts;
use crate::ports::Clock;
use slipway_domain::service::Service;
use slipway_domain::time::Time;
use slipway_vendor::{AppFacts, ReadError};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds for which a list is shared, and for which a failure is.
const LISTED: f64 = 60.0;
const FAILED: f64 = 2.0;

/// When the list was asked for, and the answer.
type AppList = (Time, Result<Arc<Vec<AppFacts>>, ReadError>);

pub(crate) struct AppLists {
    accounts: Arc<Accounts>,
    clock: Arc<dyn Clock>,
    /// By the address of the account's adapter. Held over the request: who comes meanwhile waits for it.
    lists: Mutex<HashMap<usize, AppList>>,
}

impl AppLists {
    pub(crate) fn new(accounts: Arc<Accounts>, clock: Arc<dyn Clock>) -> Self {
        Self { accounts, clock, lists: Mutex::default() }
    }

    /// Every app of the account that `app` is reached by.
    pub(super) async fn of_account(&self, service: &Service, app: &str) -> Result<Arc<Vec<AppFacts>>, ReadError> {
        let platform = self.accounts.platform(service, app)?;
        let account = Arc::as_ptr(&platform).cast::<()>() as usize;
        let mut lists = self.lists.lock().await;
        if let Some((at, known)) = lists.get(&account) {
            // Whoever waited for a request that failed does not send it again.
            let keeps = if known.is_ok() { LISTED } else { FAILED };
            if self.clock.now().since(*at).abs() < keeps {
                return known.clone();
            }
        }
        let found = platform.app_facts().await.map(Arc::new);
        lists.insert(account, (self.clock.now(), found.clone()));
        found
    }
}
