//! One read of one source of a service. It asks for what moves, for what is needed now, and
//! for a little of what is still unread; never for what cannot have changed.

pub(crate) mod app_lists;
mod ci;
mod code_host;
mod formation;
pub(crate) mod observation;
pub(crate) mod platform;
mod platform_facts;
pub(crate) mod read_memory;
mod statistics;
pub(crate) mod waiting_runs;

pub(crate) use platform::Depth;

use crate::accounts::Accounts;
use crate::commit_index::CommitIndex;
use crate::pipeline_couplings::PipelineCouplings;
use crate::store::Store;
use app_lists::AppLists;
use observation::Observation;
use platform::PlatformReader;
use read_memory::ReadMemory;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_http::{Urgency, with_urgency};
use std::sync::Arc;

/// Newest pipelines whose details are worth having.
const DETAILED: usize = 12;

/// Reads sources. Cheap to share; it changes no state of a service.
pub(crate) struct Observer {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) store: Store,
    pub(crate) commits: Arc<CommitIndex>,
    pub(crate) apps: AppLists,
    pub(crate) couplings: Arc<PipelineCouplings>,
    pub(crate) memory: ReadMemory,
}

impl Observer {
    /// `state`: what is known so far.
    pub(crate) async fn read(&self, state: &ServiceState, source: &Source, depth: Depth, urgency: Urgency) -> Observation {
        with_urgency(urgency, self.read_source(state, source, depth, urgency)).await
    }

    async fn read_source(&self, state: &ServiceState, source: &Source, depth: Depth, urgency: Urgency) -> Observation {
        match source {
            Source::Code => Observation::Code(Box::new(code_host::read(&self.accounts, &self.store, state).await)),
            Source::Ci => Observation::Ci(ci::read(&self.accounts, &self.store, &self.memory, state, depth, urgency).await),
            Source::Environment(name) => {
                let reader = PlatformReader {
                    accounts: &self.accounts,
                    commits: &self.commits,
                    apps: &self.apps,
                    couplings: &self.couplings,
                    memory: &self.memory,
                    urgency,
                };
                Observation::Environment(name.clone(), Box::new(platform::read(&reader, state, name, depth).await))
            }
        }
    }
}
