//! What plans are read from.

use crate::accounts::Accounts;
use crate::commit_index::CommitIndex;
use crate::pipeline_couplings::PipelineCouplings;
use crate::ports::Clock;
use crate::store::intents::Intents;
use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct PlanSources {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) commits: Arc<CommitIndex>,
    pub(crate) couplings: Arc<PipelineCouplings>,
    /// Our own reverts are known by the journal.
    pub(crate) intents: Arc<Intents>,
    pub(crate) clock: Arc<dyn Clock>,
}
