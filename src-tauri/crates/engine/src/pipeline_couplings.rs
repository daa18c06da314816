//! Which of the platform's pipelines each app is coupled to.

use crate::accounts::Accounts;
use crate::ports::Clock;
use crate::store::Store;
use slipway_domain::service::Service;
use slipway_domain::time::Time;
use slipway_vendor::ReadError;
use std::sync::Arc;

/// Seconds before the coupling of an app is asked for again, and of an app that is in no pipeline.
const COUPLED: f64 = 86_400.0;
const UNCOUPLED: f64 = 3600.0;

pub(crate) struct PipelineCouplings {
    accounts: Arc<Accounts>,
    store: Store,
    clock: Arc<dyn Clock>,
}

impl PipelineCouplings {
    pub(crate) fn new(accounts: Arc<Accounts>, store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { accounts, store, clock }
    }

    /// One request when the answer is too old, else none.
    pub(crate) async fn pipeline_of(&self, service: &Service, app: &str) -> Result<Option<String>, ReadError> {
        if let Some((pipeline, at)) = self.kept(app).await {
            let keeps = if pipeline.is_some() { COUPLED } else { UNCOUPLED };
            if (0.0..keeps).contains(&self.clock.now().since(at)) {
                return Ok(pipeline);
            }
        }
        let pipeline = self.accounts.platform(service, app)?.pipeline_of(app).await?;
        self.store.put(&key(app), &(&pipeline, self.clock.now()));
        Ok(pipeline)
    }

    /// As it was told last, however long ago. No request.
    pub(crate) async fn known_pipeline_of(&self, app: &str) -> Option<String> {
        self.kept(app).await.and_then(|(pipeline, _)| pipeline)
    }

    async fn kept(&self, app: &str) -> Option<(Option<String>, Time)> {
        self.store.get(&key(app)).await
    }
}

fn key(app: &str) -> String {
    format!("coupling:{app}")
}
