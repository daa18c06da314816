//! Whether what was asked has come true, by reading only: by our own id where the vendor's answer
//! named one, else by what the request must have left behind, searched back to before it was sent.

pub(crate) mod pipeline;
mod pull_request;
mod release;

use crate::accounts::Accounts;
use slipway_domain::journal::{Entry, Expectation};
use slipway_domain::plan::ReleaseRef;
use slipway_domain::time::Time;
use slipway_vendor::ReadError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// It has come true; the text says what was seen.
    Satisfied(String),
    /// It cannot come true any more: the one proof of failure.
    Impossible(String),
    /// It has begun.
    InProgress(String),
    /// Every place where the effect would show was read whole, back to before it was sent, and it is
    /// not there. It may still arrive: a gateway can deliver late.
    NotObserved(String),
    /// Such a place could not be read whole.
    Indeterminate(String),
}

/// What was learnt of our own release beside its state.
#[derive(Default)]
struct Learnt {
    release: Option<ReleaseRef>,
    replaced_by: Option<ReleaseRef>,
    overtook: Vec<ReleaseRef>,
}

/// One look, in as many requests as the search needs. What it learns of our own release is kept in
/// the entry.
pub(crate) async fn verify(accounts: &Accounts, now: Time, entry: &mut Entry) -> Verification {
    let mut learnt = Learnt::default();
    let verification = look(accounts, now, entry, &mut learnt).await;
    if let (Some(found), Expectation::RolledBack { release, .. } | Expectation::Released { release, .. }) =
        (learnt.release, &mut entry.expectation)
    {
        *release = Some(found);
    }
    entry.replaced_by = learnt.replaced_by.or_else(|| entry.replaced_by.take());
    if !learnt.overtook.is_empty() {
        entry.overtook = learnt.overtook;
    }
    verification.unwrap_or_else(|error| Verification::Indeterminate(format!("It could not be checked: {error}")))
}

async fn look(accounts: &Accounts, now: Time, entry: &Entry, learnt: &mut Learnt) -> Result<Verification, ReadError> {
    match &entry.expectation {
        Expectation::Merged { .. }
        | Expectation::Enqueued { .. }
        | Expectation::Dequeued { .. }
        | Expectation::AutoMergeOn { .. }
        | Expectation::AutoMergeOff { .. }
        | Expectation::BranchUpdated { .. }
        | Expectation::RevertOpened { .. } => {
            let host = accounts.code_host_for(entry)?;
            pull_request::look(&*host, entry, now).await
        }
        Expectation::RolledBack { app, .. } | Expectation::Released { app, .. } => {
            let platform = accounts.platform_for(entry, app)?;
            release::look(&*platform, entry, learnt).await
        }
        Expectation::Reran { .. } | Expectation::Canceled { .. } | Expectation::Approved { .. } => {
            let ci = accounts.ci_for(entry)?;
            pipeline::look(&*ci, &entry.expectation).await
        }
    }
}
