//! One state out of what two processes have read.

use super::Stored;
use slipway_domain::snapshot::{ServiceState, Source, SourceState};
use slipway_domain::time::Time;
use std::sync::Arc;

/// `own` with those sources of `other` that were asked for later. Of another configuration nothing is
/// taken. What follows from the facts is derived by whoever reads the state. `now`, where it is known:
/// what was asked later than that was asked by a clock that was wrong, and is not taken.
pub(super) fn newest_of_both(mut own: Stored, other: &Stored, now: Option<Time>) -> Stored {
    if own.state.config != other.state.config {
        return own;
    }
    let asked = |source: &SourceState| source.asked_at.or(source.observed_at);
    let is_later = |theirs: &&SourceState| {
        let told = asked(theirs).filter(|at| now.is_none_or(|now| *at <= now));
        own.state.source(&theirs.source).and_then(asked) < told
    };
    let later: Vec<SourceState> = other.state.sources.iter().filter(is_later).cloned().collect();
    if later.is_empty() {
        return own;
    }
    let state = Arc::make_mut(&mut own.state);
    for theirs in later {
        if theirs.source == Source::Ci {
            own.seen_runs.clone_from(&other.seen_runs);
        }
        take_source(state, &other.state, &theirs.source);
        state.sources.retain(|source| source.source != theirs.source);
        state.sources.push(theirs);
    }
    state.sources.sort_by(|a, b| a.source.cmp(&b.source));
    own
}

/// Takes over all that a source tells.
fn take_source(state: &mut ServiceState, from: &ServiceState, source: &Source) {
    match source {
        Source::Code => {
            state.main.clone_from(&from.main);
            state.branch_news.clone_from(&from.branch_news);
            state.pull_requests.clone_from(&from.pull_requests);
            state.open_pull_requests = from.open_pull_requests;
            state.repository.clone_from(&from.repository);
            state.rules.clone_from(&from.rules);
            state.merge_methods.clone_from(&from.merge_methods);
            state.may_write = from.may_write;
        }
        Source::Ci => {
            state.pipelines.clone_from(&from.pipelines);
            state.push_workflows.clone_from(&from.push_workflows);
            state.usual.clone_from(&from.usual);
        }
        Source::Environment(name) => {
            if let Some((own, theirs)) = state.environments.iter_mut().find(|e| e.name == *name).zip(from.environment(name)) {
                *own = theirs.clone();
            }
        }
    }
}
