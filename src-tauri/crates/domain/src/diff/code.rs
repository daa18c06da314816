//! Merges and new pull requests.

use super::{EventKind, Found};
use crate::alert::Subject;
use crate::snapshot::ServiceState;
use crate::status::Severity;

pub(super) fn code_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for commit in new.main.iter().rev() {
        let Some(number) = commit.pull_request else { continue };
        let known = old.main.iter().any(|c| c.sha == commit.sha || c.pull_request == Some(number));
        if !known {
            let title = commit.pull_request_title.as_deref().unwrap_or(&commit.title);
            found.add(EventKind::Merged, Severity::Info, format!("#{number} merged: {title}"), Subject::pull_request(number));
        }
    }
    for pr in &new.pull_requests {
        if old.pull_request(pr.number).is_none() {
            found.add(
                EventKind::PullRequestOpened,
                Severity::Info,
                format!("#{} opened: {}", pr.number, pr.title),
                Subject::pull_request(pr.number),
            );
        }
    }
}
