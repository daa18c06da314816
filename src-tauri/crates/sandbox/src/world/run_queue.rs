//! What moves the merge queue: entering and leaving it, merging in turn; and auto-merge.

use super::git::Repo;
use super::merge::MergeAsk;
use super::pull_request::{PullRequest, PullState};
use super::queue::Entry;
use super::state::World;
use super::time::Ms;

/// The duration of the queue's own checks, in simulated seconds.
const CHECKS: f64 = 240.0;
const BEGINS: f64 = 4.0;

impl World {
    pub fn queue_entry(&self, service: usize, number: u64) -> Option<(usize, &Entry)> {
        let queue = self.services[service].repo.queue.as_ref()?;
        queue.entries.iter().enumerate().find(|(_, entry)| entry.number == number)
    }

    /// `jump`: adds it at the front.
    pub fn enqueue(&mut self, service: usize, number: u64, sha: Option<&str>, jump: bool, by: &str) -> Result<(), String> {
        let now = self.now;
        let repo = &self.services[service].repo;
        let pull = &repo.pulls[&number];
        if repo.queue.is_none() {
            return Err("Pull request Merge queue is not enabled for this branch".into());
        }
        if pull.state != PullState::Open {
            return Err("Pull request is closed".into());
        }
        if self.queue_entry(service, number).is_some() {
            return Err("Pull request is already in the queue".into());
        }
        if sha.is_some_and(|sha| *sha != *pull.head) {
            return Err("Head branch was modified. Review and try again.".into());
        }
        if let Some(why) = not_for_the_queue(pull, repo, now) {
            return Err(format!("Pull request {why}"));
        }
        let (begin, end) = (now + self.span(BEGINS), now + self.span(BEGINS + CHECKS));
        let entry = Entry { number, head: pull.head.clone(), enqueued: now, by: by.to_owned(), checks_begin: begin, checks_end: end };
        let pull = self.pull_mut(service, number);
        (pull.auto_merge, pull.updated) = (None, now);
        if let Some(queue) = &mut self.services[service].repo.queue {
            queue.entries.insert(if jump { 0 } else { queue.entries.len() }, entry);
        }
        Ok(())
    }

    /// Returns whether it was in the queue.
    pub fn dequeue(&mut self, service: usize, number: u64) -> bool {
        let now = self.now;
        let Some(queue) = &mut self.services[service].repo.queue else { return false };
        let before = queue.entries.len();
        queue.entries.retain(|entry| entry.number != number);
        let was = queue.entries.len() < before;
        if was {
            self.pull_mut(service, number).updated = now;
        }
        was
    }

    /// Merges the first entry of each queue when it has passed, and removes entries that changed since they were
    /// queued.
    pub fn run_queues(&mut self) {
        for service in 0..self.services.len() {
            while let Some((number, method)) = self.first_due(service) {
                self.dequeue(service, number);
                let ask = MergeAsk { method: &method, sha: None, title: None, message: None, by: self.viewer.clone() };
                self.land(service, number, &ask);
            }
        }
    }

    fn first_due(&mut self, service: usize) -> Option<(u64, String)> {
        let now = self.now;
        let repo = &mut self.services[service].repo;
        let queue = repo.queue.as_mut()?;
        let pulls = &repo.pulls;
        queue.entries.retain(|e| pulls.get(&e.number).is_some_and(|p| p.state == PullState::Open && p.head == e.head && !p.conflicts));
        let first = queue.entries.first().filter(|entry| now >= entry.checks_end)?;
        Some((first.number, queue.method.clone()))
    }

    /// GitHub refuses auto-merge for a pull request that could be merged at once.
    pub fn may_wait(&self, service: usize, number: u64, expected: Option<&str>) -> Result<(), String> {
        let repo = &self.services[service].repo;
        let pull = &repo.pulls[&number];
        if pull.state != PullState::Open {
            return Err("Pull request is closed".into());
        }
        if !repo.auto_merge_allowed {
            return Err("Auto merge is not allowed for this repository".into());
        }
        if expected.is_some_and(|sha| *sha != *pull.head) {
            return Err("Head branch was modified. Review and try the merge again.".into());
        }
        match pull.merge_state(repo, self.now) {
            state @ ("CLEAN" | "UNSTABLE" | "DIRTY" | "DRAFT") => Err(format!("Pull request is in {} status", state.to_lowercase())),
            _ => Ok(()),
        }
    }

    /// Merges or queues pull requests with auto-merge as soon as nothing refuses them.
    pub fn merge_waiting(&mut self) {
        let mut due = Vec::new();
        for (service, s) in self.services.iter().enumerate() {
            let waiting = s.repo.pulls.values().filter_map(|p| Some((p, p.auto_merge?.to_lowercase())));
            let free = waiting.filter(|(p, method)| match s.repo.queue {
                Some(_) => not_for_the_queue(p, &s.repo, self.now).is_none(),
                None => p.refusal(&s.repo, method, None, self.now).is_none(),
            });
            due.extend(free.map(|(p, method)| (service, p.number, method, s.repo.queue.is_some())));
        }
        for (service, number, method, queued) in due {
            let by = self.viewer.clone();
            if queued {
                if let Err(refusal) = self.enqueue(service, number, None, false, by.login.as_deref().unwrap_or("ghost")) {
                    tracing::debug!(number, refusal, "auto-merge waits on");
                }
                continue;
            }
            let ask = MergeAsk { method: &method, sha: None, title: None, message: None, by };
            if let Err(refusal) = self.merge(service, number, &ask) {
                tracing::debug!(number, refusal = refusal.message, "auto-merge waits on");
            }
        }
    }
}

/// The unmet requirements for adding a pull request to the queue. Being behind is allowed.
fn not_for_the_queue(pull: &PullRequest, repo: &Repo, now: Ms) -> Option<String> {
    match () {
        () if pull.draft => Some("is still a draft".into()),
        () if now < pull.mergeable_from || pull.conflicts => Some("is not mergeable".into()),
        () => pull.blocked(repo, now),
    }
}
