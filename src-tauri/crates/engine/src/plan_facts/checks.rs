//! What a plan must know of a head that its own checks do not tell.

use super::sources::PlanSources;
use crate::observe::waiting_runs;
use slipway_domain::evidence::expected::{remember, reported};
use slipway_domain::pull_request::BranchRules;
use slipway_domain::snapshot::{ServiceState, Source};
use slipway_vendor::{CodeHost, PullRequestNow};

/// Whether runs wait, and, where nothing has reported and the branch was never read, whether other
/// heads into it have checks: one request each, and none for a head that has checks.
pub(crate) async fn fill(sources: &PlanSources, host: &dyn CodeHost, state: &ServiceState, now: &mut PullRequestNow) {
    waiting_runs::ask(host, &now.repo, &mut now.pull_request).await;
    let none = now.pull_request.checks_complete && reported(&now.pull_request.check_list).next().is_none();
    let never_read = state.source(&Source::Code).is_none_or(|source| source.observed_at.is_none());
    if !none || !never_read {
        return;
    }
    match host.observe(&state.repo, &state.branch).await {
        Ok(facts) => remember(&mut now.rules, &state.rules, &facts.pull_requests, &state.branch, sources.clock.now()),
        Err(error) => tracing::info!(service = state.name, %error, "what other heads have was not read"),
    }
}

/// What other heads into the branch had, where it was not read for this plan.
pub(crate) fn expect(state: &ServiceState, rules: &mut BranchRules) {
    if rules.seen_heads.is_empty() {
        rules.expected_checks.clone_from(&state.rules.expected_checks);
        rules.seen_heads.clone_from(&state.rules.seen_heads);
    }
}
