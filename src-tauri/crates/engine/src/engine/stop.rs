//! Stopping what would bring a bad change back: one consent, and an intent for each request.

use super::Engine;
use crate::executor::{ExecuteError, Execution};
use crate::plan_facts::{self, PlanError};
use crate::sources::sources;
use crate::storage;
use crate::supervise::caught;
use futures::future::join_all;
use slipway_domain::humanize::{list, names_there_are};
use slipway_domain::pin::Carrier;
use slipway_domain::plan::{NotStopped, Plan, PlanSet, SetOutcome};
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_domain::time::Time;
use slipway_vendor::ReadError;
use std::sync::Arc;
use std::time::Duration;

/// What reading the branch and the pipelines again may take before the plans are made of what is known.
const REFRESH: Duration = Duration::from_secs(15);

impl Engine {
    /// Reads what is on its way to the environment, and plans to stop each thing that would bring a bad change back.
    /// Nothing is sent. A refresh of the service, and the reads of each plan.
    pub async fn plan_stop(&self, service: &str, environment: &str) -> Result<PlanSet, PlanError> {
        self.state(service)?;
        let asked = self.now();
        self.refresh_within(Some(service), REFRESH).await;
        let state = self.state(service)?;
        let unread = unread(&state, environment, asked);
        let Some(place) = state.environment(environment) else {
            let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
            return Err(PlanError::NotFound(format!("There is no environment {environment}. {}", names_there_are(environment, &names))));
        };
        let Some(on_its_way) = &place.on_its_way else {
            let why = format!("{environment} is neither pinned nor hurt, so nothing on its way is known to be bad");
            return Err(PlanError::Impossible(format!("{why}. A pipeline is stopped with: slipway cancel {service} PIPELINE")));
        };
        if on_its_way.carriers.is_empty() && !unread.is_empty() {
            let what = list(&unread.iter().map(|one| format!("{}: {}", one.label, one.why)).collect::<Vec<_>>());
            return Err(PlanError::Impossible(format!("What is on its way to {environment} is not known. {what}")));
        }
        if on_its_way.carriers.is_empty() {
            let checked = on_its_way.checked;
            let why = format!("Nothing on its way to {environment} would bring it back ({checked} checked)");
            return Err(PlanError::Impossible(why));
        }
        let planned = join_all(on_its_way.carriers.iter().map(|carrier| self.stop_of(&state, carrier))).await;
        let id = uuid::Uuid::now_v7().to_string();
        let planned = planned.into_iter().flatten().collect();
        let mut set = PlanSet::of(id, (service, environment), on_its_way, planned, self.now());
        set.left.extend(unread);
        Ok(self.plans.issue_set(set))
    }

    async fn stop_of<'c>(&self, state: &Arc<ServiceState>, carrier: &'c Carrier) -> Option<(&'c Carrier, Result<Plan, String>)> {
        let action = carrier.stop.as_ref()?;
        let id = uuid::Uuid::now_v7().to_string();
        let planned = caught(plan_facts::plan(&self.sources, state, action, id)).await;
        let plan = planned.unwrap_or_else(|panicked| Err(ReadError::Internal(panicked.to_string()).into()));
        Some((carrier, plan.map_err(|error| error.to_string())))
    }

    /// Sends the requests of an issued set, one after another, each with an intent of its own; after one that is
    /// refused the rest is still tried. Returns when all are settled, or `timeout` after the last was sent. One that
    /// has changed since it was shown is not sent.
    pub async fn execute_set(&self, id: &str, reason: Option<String>, timeout: Duration) -> Result<Vec<SetOutcome>, ExecuteError> {
        if let Some(why) = storage::newer(&self.intents, &self.store).await {
            return Err(ExecuteError::NotDurable(why));
        }
        let set = self.plans.claim_set(id).ok_or(ExecuteError::UnknownPlan)?;
        let mut begun = Vec::new();
        for plan in set.plans {
            let (id, title) = (plan.id.clone(), plan.title.clone());
            begun.push((id, title, self.begin_of_set(plan, reason.clone()).await));
        }
        let outcomes = begun.into_iter().map(|(id, title, begun)| async move {
            match begun {
                Ok(Execution::Started(entry)) => {
                    let settled = self.settled(&entry.id, timeout).await;
                    SetOutcome::of_entry(id, title, settled.unwrap_or(*entry))
                }
                Ok(Execution::Stale { why, .. }) => SetOutcome::not_sent(id, title, format!("What was shown has changed: {why}")),
                Err(error) => SetOutcome::not_sent(id, title, error.to_string()),
            }
        });
        Ok(join_all(outcomes).await)
    }

    async fn begin_of_set(&self, plan: Plan, reason: Option<String>) -> Result<Execution, ExecuteError> {
        let state = self.state(&plan.action.service).map_err(|error| ExecuteError::Read(error.to_string()))?;
        self.executor.execute(state, plan, reason).await
    }
}

/// What of the service was not read since then: more may be on its way than is known.
fn unread(state: &ServiceState, environment: &str, since: Time) -> Vec<NotStopped> {
    let wanted = |source: &Source| match source {
        Source::Code | Source::Ci => true,
        Source::Environment(name) => name == environment,
    };
    let mut found = Vec::new();
    for (source, vendor) in sources(state).into_iter().filter(|(source, _)| wanted(source)) {
        let known = state.source(&source);
        let is_read = known.is_some_and(|known| known.error.is_none() && known.observed_at.is_some_and(|at| at >= since));
        if !is_read {
            let why = known.and_then(|known| known.error.as_ref()).map_or("It was not read now".to_owned(), |error| error.message.clone());
            found.push(NotStopped { label: format!("What {vendor} has on its way"), why });
        }
    }
    found
}
