//! What must hold after each step, and at the end.

use super::picks::list;
use super::{Runner, Tally};
use crate::truth;
use slipway_domain::journal::{Entry, EntryState, SettledAs};
use slipway_domain::plan::Plan;
use std::time::{Duration, Instant};

impl Runner {
    pub(super) fn check(&mut self) -> Result<(), String> {
        // Truth first: what is begun after it must not count as received without consent.
        let truth = self.outside.block_on(self.harness.truth());
        let journal = self.running(0).engine.journal().map_err(|e| e.to_string())?;
        for id in &self.begun {
            if !journal.iter().any(|e| e.id == *id) {
                return Err(format!("the intent {id} is lost"));
            }
        }
        self.begun.extend(journal.iter().map(|e| e.id.clone()));
        let settled: Vec<_> = journal.iter().filter(|e| e.state == EntryState::Succeeded).map(|e| e.id.clone()).collect();
        let outcome = truth::check(&truth, &journal, &self.confirmed, &self.by_others, &self.before);
        if outcome.is_err() && !settled.is_empty() {
            // It may have come true between the two looks.
            let truth = self.outside.block_on(self.harness.truth());
            return truth::check(&truth, &journal, &self.confirmed, &self.by_others, &self.before);
        }
        outcome
    }

    /// The trouble is over, and both copies end and begin once more: everything settles by reading.
    pub(super) fn end(mut self) -> Result<Tally, String> {
        self.calm();
        self.crash(0);
        self.crash(1);
        let since = Instant::now();
        loop {
            self.time_passes();
            let journal = self.running(0).engine.journal().map_err(|e| e.to_string())?;
            let open: Vec<_> = journal.iter().filter(|e| e.is_open()).collect();
            let truth = self.outside.block_on(self.harness.truth());
            if open.iter().all(|e| truth::cannot_be_shown(e, &journal, &truth)) {
                self.settle_by_word(open);
                break;
            }
            if since.elapsed() > Duration::from_secs(20) {
                return Err(format!("does not settle: {open:?}"));
            }
        }
        self.check()?;
        let journal = self.running(0).engine.journal().map_err(|e| e.to_string())?;
        let truth = self.outside.block_on(self.harness.truth());
        self.tally.intents = journal.len();
        self.tally.succeeded = journal.iter().filter(|e| e.state == EntryState::Succeeded).count();
        self.tally.failed = journal.iter().filter(|e| e.state == EntryState::Failed).count();
        self.tally.sent = list(&truth["mutations"]).iter().filter_map(|m| m["received"].as_u64()).sum();
        for copy in &mut self.copies {
            if let Some(running) = copy.take() {
                running.kill();
            }
        }
        Ok(self.tally)
    }

    /// What the vendors cannot show stays unknown until a person says what became of it.
    fn settle_by_word(&self, open: Vec<&Entry>) {
        for entry in open {
            let settled = self.running(0).engine.settle_by_word(&entry.id, SettledAs::DidNot, "the vendor shows nothing of it");
            assert!(settled.is_ok_and(|e| !e.is_open() && e.state == EntryState::Unknown), "{entry:?}");
        }
    }

    /// One consent to one state of the target, in each copy: at most one of them is sent, unless the
    /// first was refused.
    pub(super) fn sent_once(&self, plans: &[Plan]) -> Result<(), String> {
        let journal = self.running(0).engine.journal().map_err(|e| e.to_string())?;
        let sent = journal.iter().filter(|e| plans.iter().any(|p| p.id == e.id) && e.sent_at.is_some() && e.state != EntryState::Failed);
        let sent: Vec<_> = sent.collect();
        if sent.len() > 1 { Err(format!("the same consent was sent twice: {sent:?}")) } else { Ok(()) }
    }
}
