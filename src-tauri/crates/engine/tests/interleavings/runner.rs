//! Plays steps against a world of their own, and checks what must hold.

mod checks;
mod outside;
mod picks;

use crate::harness::Harness;
use crate::processes::{Running, runtime};
use crate::steps::{Built, Copy, How, Step, What};
use crate::truth;
use picks::{environment, list, nth, pipeline, pull, releases, waiting};
use serde_json::{Value, json};
use slipway_domain::action::{Action, Code};
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::plan::Plan;
use slipway_engine::{ExecuteError, Execution};
use slipway_sandbox::Scenario;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// The one service with an approval; every kind of action can be tried on it.
const SERVICE: &str = "search-indexer";
/// Longer than what is read may be old, and than a limit that names no time silences.
const LATER: f64 = 100.0;
/// How long a request that is meant to be killed is waited for.
const KILL_WITHIN: Duration = Duration::from_secs(4);

pub(crate) struct Runner {
    harness: Harness,
    outside: Runtime,
    copies: [Option<Running>; 2],
    /// Plans that were shown, with how often their target had changed by then.
    shown: Vec<(Copy, Plan, u64)>,
    confirmed: HashMap<String, Plan>,
    /// Ids of plans that were shown again, each under an id of its own: a click on them does nothing.
    replaced: HashSet<String>,
    /// Ids that were in the journal once.
    begun: HashSet<String>,
    by_others: BTreeMap<(String, String), u64>,
    /// Releases that were there when it began.
    before: HashSet<String>,
    changes: HashMap<String, u64>,
    /// Reads may not show what is true.
    blind: bool,
    tally: Tally,
}

/// What came of it, to see that something did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub shown: usize,
    pub intents: usize,
    pub succeeded: usize,
    pub failed: usize,
    pub sent: u64,
    pub killed_on_the_way: usize,
    pub shown_again: usize,
}

pub(crate) fn run_steps(steps: &[Step]) -> Result<Tally, String> {
    let mut runner = Runner::new();
    for step in steps {
        runner.step(step)?;
        runner.check()?;
    }
    runner.end()
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.shown += other.shown;
        self.intents += other.intents;
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.sent += other.sent;
        self.killed_on_the_way += other.killed_on_the_way;
        self.shown_again += other.shown_again;
    }
}

impl Runner {
    fn new() -> Self {
        let outside = runtime();
        let harness = outside.block_on(Harness::with(Scenario::Quiet, 1.0, 5));
        harness.serve_all();
        let first = Running::start(&harness);
        first.run(harness.connect(&first.engine));
        let second = Running::start(&harness);
        let before = truth::releases(&outside.block_on(harness.whole_truth()));
        Self {
            harness,
            outside,
            copies: [Some(first), Some(second)],
            shown: Vec::new(),
            confirmed: HashMap::new(),
            replaced: HashSet::new(),
            begun: HashSet::new(),
            by_others: BTreeMap::new(),
            before,
            changes: HashMap::new(),
            blind: false,
            tally: Tally::default(),
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Click { copy, what, how } => {
                if let Some(plan) = self.show(*copy, what) {
                    self.confirm(*copy, &plan, how)?;
                }
            }
            Step::Show { copy, what } => drop(self.show(*copy, what)),
            Step::ConfirmOld { which } => {
                if let Some((copy, plan, _)) = nth(&self.shown, *which).cloned() {
                    self.confirm(copy, &plan, &How::Once)?;
                }
            }
            Step::Race { what } => self.race(what)?,
            Step::SameConsent { what } => self.same_consent(what)?,
            Step::Refresh { copy } => drop(self.running(*copy).run(self.running(*copy).engine.refresh(Some(SERVICE)))),
            Step::Outside(outside) => self.happen(outside),
            Step::Trouble(trouble) => {
                self.blind |= trouble.blinds();
                self.outside.block_on(self.harness.faults(trouble.rule()));
            }
            Step::Calm => self.calm(),
            Step::Crash { copy } => self.crash(*copy),
            Step::TimePasses => self.time_passes(),
        }
        Ok(())
    }

    fn running(&self, copy: Copy) -> &Running {
        self.copies[copy].as_ref().expect("a copy that was killed is started again at once")
    }

    fn crash(&mut self, copy: Copy) {
        if let Some(running) = self.copies[copy].take() {
            running.kill();
        }
        self.copies[copy] = Some(Running::start(&self.harness));
    }

    fn calm(&mut self) {
        self.outside.block_on(self.harness.heal());
        self.blind = false;
    }

    fn time_passes(&mut self) {
        self.calm();
        self.harness.clock.advance(LATER);
        self.outside.block_on(self.harness.world(json!({"advance": LATER})));
        for copy in 0..self.copies.len() {
            let running = self.running(copy);
            running.run(running.engine.settle_open_intents());
        }
    }

    fn service(&self) -> Value {
        self.outside.block_on(self.harness.truth_of(SERVICE))
    }

    fn action(&self, what: &What) -> Option<Action> {
        let truth = self.service();
        let service = SERVICE.to_owned();
        Some(match what {
            What::Merge(pick) => Action::merge(service, pull(&truth, "open", *pick)?, None),
            What::EnableAutoMerge(pick) => Action::enable_auto_merge(service, waiting(&truth, *pick)?, None),
            What::DisableAutoMerge(pick) => Action::disable_auto_merge(service, waiting(&truth, *pick)?),
            What::UpdateBranch(pick) => Action::update_branch(service, waiting(&truth, *pick)?),
            What::Enqueue(pick) => Action::enqueue(service, pull(&truth, "open", *pick)?),
            What::Dequeue(pick) => Action::dequeue(service, pull(&truth, "open", *pick)?),
            What::Revert(pick) => {
                let merged: Vec<u64> = list(&truth["main"]).iter().take(8).filter_map(|c| c["pull_request"].as_u64()).collect();
                Action::revert(service, *nth(&merged, *pick)?)
            }
            What::RollBack { production } => Action::roll_back(service, environment(*production).to_owned(), None, None),
            What::Promote => Action::promote(service, environment(false).to_owned(), environment(true).to_owned()),
            What::Release { production, code } => {
                let releases = releases(&truth, &format!("{SERVICE}-{}", environment(*production)));
                let code = match code {
                    Built::Newest => Code::Build,
                    Built::OfVersion(pick) => Code::Version { version: nth(&releases, *pick)?["version"].as_u64()? },
                    Built::Slug(pick) => Code::Artifact { artifact_id: nth(&releases, *pick)?["slug"].as_str()?.to_owned() },
                };
                Action::release(service, environment(*production).to_owned(), code)
            }
            What::Rerun => Action::rerun(service, pipeline(&truth, &["failed", "canceled"])?),
            What::Cancel => Action::cancel(service, pipeline(&truth, &["running", "on_hold", "failing"])?),
            What::Approve => Action::approve(service, pipeline(&truth, &["on_hold"])?, None),
        })
    }

    fn show(&mut self, copy: Copy, what: &What) -> Option<Plan> {
        let action = self.action(what)?;
        let running = self.running(copy);
        let plan = running.run(running.engine.plan(action)).ok()?;
        self.remember(copy, &plan);
        Some(plan)
    }

    fn remember(&mut self, copy: Copy, plan: &Plan) {
        let changes = self.changes.get(&plan.target.key).copied().unwrap_or(0);
        self.tally.shown += 1;
        self.shown.retain(|(_, known, _)| known.id != plan.id);
        self.shown.push((copy, plan.clone(), changes));
    }

    fn confirm(&mut self, copy: Copy, plan: &Plan, how: &How) -> Result<(), String> {
        // What was executed stays as it was confirmed; a click on a used plan changes nothing.
        if !self.begun.contains(&plan.id) {
            self.confirmed.insert(plan.id.clone(), plan.clone());
        }
        let executed = |running: &Running| {
            let (engine, id) = (running.engine.clone(), plan.id.clone());
            running.spawn(async move { engine.execute(&id, None, false, None).await })
        };
        match how {
            How::Once | How::Twice => {
                let running = self.running(copy);
                let clicks: Vec<_> = (0..if matches!(how, How::Twice) { 2 } else { 1 }).map(|_| executed(running)).collect();
                let outcomes: Vec<_> = clicks.into_iter().filter_map(|click| running.run(click).ok()).collect();
                let started = outcomes.iter().filter(|o| matches!(o, Ok(Execution::Started(_)))).count();
                if started > 1 {
                    return Err(format!("one plan was started {started} times: {plan:?}"));
                }
                let unknown = |o: &Result<Execution, ExecuteError>| matches!(o, Err(ExecuteError::UnknownPlan));
                if self.replaced.contains(&plan.id) && !outcomes.iter().all(unknown) {
                    return Err(format!("a plan that was shown again was taken: {outcomes:?}"));
                }
                if outcomes.len() > 1 && !outcomes.iter().any(unknown) {
                    return Err(format!("one plan was taken twice: {outcomes:?}"));
                }
                outcomes.into_iter().try_for_each(|outcome| self.took(copy, plan, outcome))
            }
            How::KilledAt { requests, done } => {
                let kind = if *done { "hang_after" } else { "hang_before" };
                let rule = json!({"kind": kind, "after": requests, "count": 1});
                let id = self.outside.block_on(self.harness.control(reqwest::Method::POST, "/faults", Some(&rule)))["ids"][0].clone();
                let click = executed(self.running(copy));
                let since = Instant::now();
                while since.elapsed() < KILL_WITHIN && !self.fired(&id) && !(click.is_finished() && self.all_settled(copy)) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                self.tally.killed_on_the_way += usize::from(self.fired(&id));
                self.crash(copy);
                self.outside.block_on(self.harness.control(reqwest::Method::DELETE, &format!("/faults/{id}"), None));
                Ok(())
            }
        }
    }

    /// Both copies show and are confirmed at once.
    fn race(&mut self, what: &What) -> Result<(), String> {
        let plans: Vec<Option<Plan>> = (0..2).map(|copy| self.show(copy, what)).collect();
        let mut clicks = Vec::new();
        for (copy, plan) in plans.into_iter().enumerate() {
            let Some(plan) = plan else { continue };
            self.confirmed.insert(plan.id.clone(), plan.clone());
            let running = self.running(copy);
            let (engine, id) = (running.engine.clone(), plan.id.clone());
            clicks.push((copy, plan, running.spawn(async move { engine.execute(&id, None, false, None).await })));
        }
        let both: Vec<Plan> = clicks.iter().map(|(_, plan, _)| plan.clone()).collect();
        for (copy, plan, click) in clicks {
            if let Ok(outcome) = self.running(copy).run(click) {
                self.took(copy, &plan, outcome)?;
            }
        }
        self.sent_once(&both)
    }

    /// Both copies show the same state; one is confirmed, and when its request has been answered,
    /// the other.
    fn same_consent(&mut self, what: &What) -> Result<(), String> {
        let plans: Vec<(Copy, Plan)> = (0..2).filter_map(|copy| Some((copy, self.show(copy, what)?))).collect();
        for (copy, plan) in &plans {
            self.confirm(*copy, plan, &How::Once)?;
            let since = Instant::now();
            let waits = |e: &Entry| e.id == plan.id && e.state == EntryState::Sent && e.accepted_at.is_none();
            while self.running(*copy).engine.journal().is_ok_and(|j| j.iter().any(waits)) && since.elapsed() < KILL_WITHIN {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        let both: Vec<Plan> = plans.into_iter().map(|(_, plan)| plan).collect();
        self.sent_once(&both)
    }

    fn took(&mut self, copy: Copy, plan: &Plan, outcome: Result<Execution, ExecuteError>) -> Result<(), String> {
        match outcome {
            Ok(Execution::Started(entry)) => {
                let seen = self.shown.iter().find(|(_, known, _)| known.id == plan.id).map_or(0, |(_, _, changes)| *changes);
                let now = self.changes.get(&plan.target.key).copied().unwrap_or(0);
                if seen != now && !self.blind {
                    return Err(format!("its target had changed since it was shown: {plan:?}"));
                }
                self.begun.insert(entry.id);
            }
            // Shown again: another plan, which waits for a click of its own.
            Ok(Execution::Stale { plan: again, .. }) => {
                if self.shown.iter().any(|(_, known, _)| known.id == again.id) {
                    return Err(format!("shown again under an id that was shown before: {again:?}"));
                }
                self.tally.shown_again += 1;
                self.replaced.insert(plan.id.clone());
                self.remember(copy, &again);
            }
            Err(_) => {}
        }
        Ok(())
    }

    fn fired(&self, id: &Value) -> bool {
        let rules = self.outside.block_on(self.harness.control(reqwest::Method::GET, "/faults", None));
        list(&rules["rules"]).iter().any(|r| r["id"] == *id && r["fired"].as_u64() > Some(0))
    }

    fn all_settled(&self, copy: Copy) -> bool {
        self.running(copy).engine.journal().is_ok_and(|journal| journal.iter().all(|e| !e.is_open()))
    }
}
