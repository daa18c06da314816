//! Whose changes a service's row is about.

use crate::commit::Commit;
use crate::headline::moving_pipeline;
use crate::lineage::between;
use crate::snapshot::ServiceState;

/// The authors of what is on its way; where nothing is, those of what production's live release brought. Each once,
/// the newest change first.
pub(super) fn people(service: &ServiceState) -> Vec<String> {
    let moving = moving_pipeline(service).and_then(|pipeline| pipeline.commit.as_deref());
    let live = service.production().and_then(|e| e.current.as_ref());
    let commits: Vec<&Commit> = match (moving, live) {
        (Some(moving), Some(live)) => live.commit.as_deref().and_then(|live| between(&service.main, live, moving)).unwrap_or_default(),
        (Some(moving), None) => service.main.iter().filter(|c| c.sha == moving).collect(),
        (None, Some(live)) => {
            let brought = live.pull_requests.as_deref().unwrap_or_default();
            let is_brought = |c: &&Commit| c.pull_request.is_some_and(|number| brought.contains(&number));
            let by_pull_request: Vec<&Commit> = service.main.iter().filter(is_brought).collect();
            if by_pull_request.is_empty() {
                service.main.iter().filter(|c| Some(&c.sha) == live.commit.as_ref()).collect()
            } else {
                by_pull_request
            }
        }
        (None, None) => Vec::new(),
    };
    let mut people: Vec<String> = Vec::new();
    for author in commits.into_iter().filter_map(|c| c.author.as_ref()) {
        if !people.contains(author) {
            people.push(author.clone());
        }
    }
    people
}
