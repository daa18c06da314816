//! Merges and new pull requests.

use super::{EventKind, Found};
use crate::alert::Subject;
use crate::branch_news::BranchReset;
use crate::evidence::merges::merged;
use crate::humanize::{list, short};
use crate::snapshot::ServiceState;
use crate::status::Severity;

pub(super) fn code_events(old: &ServiceState, new: &ServiceState, found: &mut Found<'_>) {
    for commit in merged(old, new) {
        let Some(number) = commit.pull_request else { continue };
        let title = commit.pull_request_title.as_deref().unwrap_or(&commit.title);
        found.add(EventKind::Merged, Severity::Info, format!("#{number} merged: {title}"), Subject::pull_request(number));
    }
    if let Some(reset) = new.branch_news.reset.as_ref().filter(|reset| old.branch_news.reset.as_ref() != Some(reset)) {
        found.add(EventKind::BranchReset, Severity::Problem, reset_message(&new.branch, reset), Subject::default());
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

fn reset_message(branch: &str, reset: &BranchReset) -> String {
    const NAMED: usize = 5;
    let (from, to) = (short(&reset.from), short(&reset.to));
    let mut names: Vec<String> = reset.lost.iter().take(NAMED).map(|number| format!("#{number}")).collect();
    if reset.lost.len() > NAMED {
        names.push(format!("{} more", reset.lost.len() - NAMED));
    }
    let lost = if names.is_empty() { String::new() } else { format!(", and so not {}", list(&names)) };
    format!("{branch} no longer contains {from}{lost}: it was set to {to}")
}
