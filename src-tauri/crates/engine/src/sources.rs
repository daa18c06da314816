//! What a service is read from, and how a failed read is remembered.

use slipway_domain::snapshot::{ServiceState, Source, SourceError};
use slipway_domain::time::Time;
use slipway_domain::vendor::VendorId;
use slipway_vendor::ReadError;

/// Every source a service has, each with its vendor.
pub(crate) fn sources(state: &ServiceState) -> Vec<(Source, VendorId)> {
    let mut sources = vec![(Source::Code, state.rules.host.vendor)];
    sources.extend(state.config.ci.iter().map(|ci| (Source::Ci, ci.provider)));
    sources.extend(state.config.environments.iter().map(|e| (Source::Environment(e.name.clone()), e.provider)));
    sources
}

/// The vendor of one of the service's sources; None: the service has no such source any more.
pub(crate) fn vendor_of(state: &ServiceState, source: &Source) -> Option<VendorId> {
    sources(state).into_iter().find(|(known, _)| known == source).map(|(_, vendor)| vendor)
}

/// An error of the same kind as `before` lasts since that one began.
pub(crate) fn source_error(error: &ReadError, before: Option<&SourceError>, now: Time) -> SourceError {
    let kind = error.kind();
    let since = before.filter(|b| b.kind == kind).map_or(now, |b| b.since);
    SourceError { kind, message: error.to_string(), since, retry_at: error.retry_at(), url: error.url().map(str::to_owned) }
}
