//! Plays steps against a world of their own, and checks what must hold.

use crate::harness::Ground;
use crate::processes::{Running, runtime};
use crate::steps::{Built, Copy, How, Outside, Pick, Step, What};
use crate::truth;
use serde_json::{Value, json};
use slipway_domain::action::{Action, Code};
use slipway_domain::journal::{Entry, EntryState, SettledAs};
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

pub struct Play {
    ground: Ground,
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
pub struct Tally {
    pub shown: usize,
    pub intents: usize,
    pub succeeded: usize,
    pub failed: usize,
    pub sent: u64,
    pub killed_on_the_way: usize,
    pub shown_again: usize,
}

pub fn play(steps: &[Step]) -> Result<Tally, String> {
    let mut play = Play::new();
    for step in steps {
        play.step(step)?;
        play.check()?;
    }
    play.end()
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

impl Play {
    fn new() -> Self {
        let outside = runtime();
        let ground = outside.block_on(Ground::with(Scenario::Healthy, 1.0, 5));
        ground.serve_all();
        let first = Running::start(&ground);
        first.run(ground.connect(&first.engine));
        let second = Running::start(&ground);
        let before = truth::releases(&outside.block_on(ground.whole_truth()));
        Self {
            ground,
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
                self.outside.block_on(self.ground.faults(trouble.rule()));
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
        self.copies[copy] = Some(Running::start(&self.ground));
    }

    fn calm(&mut self) {
        self.outside.block_on(self.ground.heal());
        self.blind = false;
    }

    fn time_passes(&mut self) {
        self.calm();
        self.ground.clock.advance(LATER);
        self.outside.block_on(self.ground.world(json!({"advance": LATER})));
        for copy in 0..self.copies.len() {
            let running = self.running(copy);
            running.run(running.engine.settle_open_intents());
        }
    }

    fn service(&self) -> Value {
        self.outside.block_on(self.ground.truth_of(SERVICE))
    }

    fn action(&self, what: &What) -> Option<Action> {
        let truth = self.service();
        let service = SERVICE.to_owned();
        Some(match what {
            What::Merge(pick) => Action::Merge { service, number: pull(&truth, "open", *pick)?, method: None },
            What::EnableAutoMerge(pick) => Action::EnableAutoMerge { service, number: waiting(&truth, *pick)?, method: None },
            What::DisableAutoMerge(pick) => Action::DisableAutoMerge { service, number: waiting(&truth, *pick)? },
            What::UpdateBranch(pick) => Action::UpdateBranch { service, number: waiting(&truth, *pick)? },
            What::Enqueue(pick) => Action::Enqueue { service, number: pull(&truth, "open", *pick)? },
            What::Dequeue(pick) => Action::Dequeue { service, number: pull(&truth, "open", *pick)? },
            What::Revert(pick) => {
                let merged: Vec<u64> = list(&truth["main"]).iter().take(8).filter_map(|c| c["pull_request"].as_u64()).collect();
                Action::Revert { service, number: *nth(&merged, *pick)? }
            }
            What::RollBack { production } => {
                Action::RollBack { service, environment: environment(*production).to_owned(), to: None, reason: None }
            }
            What::Promote => Action::Promote { service, from: environment(false).to_owned(), to: environment(true).to_owned() },
            What::Release { production, code } => {
                let releases = releases(&truth, &format!("{SERVICE}-{}", environment(*production)));
                let code = match code {
                    Built::Newest => Code::Build,
                    Built::OfVersion(pick) => Code::Version { version: nth(&releases, *pick)?["version"].as_u64()? },
                    Built::Slug(pick) => Code::Artifact { artifact_id: nth(&releases, *pick)?["slug"].as_str()?.to_owned() },
                };
                Action::Release { service, environment: environment(*production).to_owned(), code }
            }
            What::Rerun => Action::Rerun { service, pipeline: pipeline(&truth, &["failed", "canceled"])? },
            What::Cancel => Action::Cancel { service, pipeline: pipeline(&truth, &["running", "on_hold", "failing"])? },
            What::Approve => Action::Approve { service, pipeline: pipeline(&truth, &["on_hold"])?, job: None },
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
                let id = self.outside.block_on(self.ground.control(reqwest::Method::POST, "/faults", Some(&rule)))["ids"][0].clone();
                let click = executed(self.running(copy));
                let since = Instant::now();
                while since.elapsed() < KILL_WITHIN && !self.fired(&id) && !(click.is_finished() && self.all_settled(copy)) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                self.tally.killed_on_the_way += usize::from(self.fired(&id));
                self.crash(copy);
                self.outside.block_on(self.ground.control(reqwest::Method::DELETE, &format!("/faults/{id}"), None));
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
        let rules = self.outside.block_on(self.ground.control(reqwest::Method::GET, "/faults", None));
        list(&rules["rules"]).iter().any(|r| r["id"] == *id && r["fired"].as_u64() > Some(0))
    }

    fn all_settled(&self, copy: Copy) -> bool {
        self.running(copy).engine.journal().is_ok_and(|journal| journal.iter().all(|e| !e.is_open()))
    }

    fn happen(&mut self, outside: &Outside) {
        let truth = self.service();
        let app = |production: bool| format!("{SERVICE}-{}", environment(production));
        let (verb, changed) = match outside {
            Outside::OfShown(pick) => match nth(&self.shown, *pick).map(|(_, plan, _)| plan.action.clone()) {
                Some(
                    Action::Merge { number, .. }
                    | Action::EnableAutoMerge { number, .. }
                    | Action::DisableAutoMerge { number, .. }
                    | Action::UpdateBranch { number, .. }
                    | Action::Enqueue { number, .. }
                    | Action::Dequeue { number, .. },
                ) => {
                    let of = json!({"service": SERVICE, "number": number});
                    let verb = if pick % 2 == 0 { json!({"push": of}) } else { json!({"merge": of}) };
                    (verb, Some(format!("pull_request:acme/{SERVICE}#{number}")))
                }
                Some(
                    Action::RollBack { environment, .. } | Action::Release { environment, .. } | Action::Promote { to: environment, .. },
                ) => {
                    let app = format!("{SERVICE}-{environment}");
                    (json!({"release": {"app": app}}), Some(format!("environment:{app}")))
                }
                Some(Action::Rerun { .. } | Action::Cancel { .. } | Action::Approve { .. }) => return self.cancel_as_another(&truth),
                Some(Action::Revert { .. }) | None => return,
            },
            Outside::Push(pick) | Outside::Merge(pick) => {
                let Some(number) = pull(&truth, "open", *pick) else { return };
                let of = json!({"service": SERVICE, "number": number, "by": "amara-okafor"});
                let verb = if matches!(outside, Outside::Push(_)) { json!({"push": of}) } else { json!({"make_ready": of, "merge": of}) };
                (verb, Some(format!("pull_request:acme/{SERVICE}#{number}")))
            }
            Outside::Release { production } => {
                (json!({"release": {"app": app(*production)}}), Some(format!("environment:{}", app(*production))))
            }
            Outside::Configure { production } => {
                let value = self.changes.values().sum::<u64>().to_string();
                let verb = json!({"set_config": {"app": app(*production), "vars": {"OTHERS": value}}});
                (verb, Some(format!("environment:{}", app(*production))))
            }
            Outside::RollBack => {
                let releases = &list(&truth["environments"]).last().map(|e| list(&e["releases"]).to_vec()).unwrap_or_default();
                let older = releases.iter().skip(1).find(|r| r["status"] == "succeeded" && r["current"] == false);
                let Some(version) = older.and_then(|r| r["version"].as_u64()) else { return };
                let verb = json!({"rollback": {"app": app(true), "to": format!("v{version}")}});
                (verb, Some(format!("environment:{}", app(true))))
            }
            Outside::Build => (json!({"build": {"app": build_app(&truth)}}), None),
            Outside::NoPromotion => (json!({"fail_next_promotion": {"app": app(true), "error": "App is locked."}}), None),
            Outside::Promote => return self.promote_as_another(&app(false), &app(true)),
            Outside::StartPipeline => (json!({"start_pipeline": {"service": SERVICE}, "advance": 30}), None),
            Outside::FailingPipeline => {
                (json!({"fail_next": {"service": SERVICE, "job": "lint"}, "start_pipeline": {"service": SERVICE}, "advance": 900}), None)
            }
            Outside::CancelPipeline => return self.cancel_as_another(&truth),
            Outside::Advance(seconds) => (json!({"advance": seconds}), None),
        };
        let done = self.outside.block_on(self.ground.try_world(&verb));
        if let (true, Some(key)) = (done, changed) {
            *self.changes.entry(key).or_default() += 1;
        }
    }

    /// CircleCI has no other hand: it goes through the vendor's own door.
    fn cancel_as_another(&mut self, truth: &Value) {
        let Some(id) = pipeline(truth, &["running", "on_hold", "failing"]) else { return };
        let of_it = list(&truth["pipelines"]).iter().find(|p| p["id"] == *id).map(|p| list(&p["workflows"]).to_vec()).unwrap_or_default();
        let Some(workflow) = of_it.last().and_then(|w| w["id"].as_str()).map(str::to_owned) else { return };
        if self.outside.block_on(self.ground.cancel_elsewhere(&workflow)) {
            *self.changes.entry(format!("pipeline:{id}")).or_default() += 1;
        }
        *self.by_others.entry(("cancel".to_owned(), workflow)).or_default() += 1;
    }

    /// Heroku has no verb for it: somebody else's hand at the vendor's own door.
    fn promote_as_another(&mut self, from: &str, to: &str) {
        let (target, sent) = self.outside.block_on(self.ground.promote_elsewhere(from, to));
        let Some(target) = target else { return };
        *self.by_others.entry(("promote".to_owned(), target)).or_default() += 1;
        // The platform makes the release a moment later.
        if self.outside.block_on(self.ground.try_world(&json!({"advance": 5}))) && sent {
            *self.changes.entry(format!("environment:{to}")).or_default() += 1;
        }
    }

    fn check(&mut self) -> Result<(), String> {
        // Truth first: what is begun after it must not count as received without consent.
        let truth = self.outside.block_on(self.ground.truth());
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
            let truth = self.outside.block_on(self.ground.truth());
            return truth::check(&truth, &journal, &self.confirmed, &self.by_others, &self.before);
        }
        outcome
    }

    /// The trouble is over, and both copies end and begin once more: everything settles by reading.
    fn end(mut self) -> Result<Tally, String> {
        self.calm();
        self.crash(0);
        self.crash(1);
        let since = Instant::now();
        loop {
            self.time_passes();
            let journal = self.running(0).engine.journal().map_err(|e| e.to_string())?;
            let open: Vec<_> = journal.iter().filter(|e| e.is_open()).collect();
            let truth = self.outside.block_on(self.ground.truth());
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
        let truth = self.outside.block_on(self.ground.truth());
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
}

impl Play {
    /// What the vendors cannot show stays unknown until a person says what became of it.
    fn settle_by_word(&self, open: Vec<&Entry>) {
        for entry in open {
            let settled = self.running(0).engine.settle_by_word(&entry.id, SettledAs::DidNot, "the vendor shows nothing of it");
            assert!(settled.is_ok_and(|e| !e.is_open() && e.state == EntryState::Unknown), "{entry:?}");
        }
    }

    /// One consent to one state of the target, in each copy: at most one of them is sent, unless the
    /// first was refused.
    fn sent_once(&self, plans: &[Plan]) -> Result<(), String> {
        let journal = self.running(0).engine.journal().map_err(|e| e.to_string())?;
        let sent = journal.iter().filter(|e| plans.iter().any(|p| p.id == e.id) && e.sent_at.is_some() && e.state != EntryState::Failed);
        let sent: Vec<_> = sent.collect();
        if sent.len() > 1 { Err(format!("the same consent was sent twice: {sent:?}")) } else { Ok(()) }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn nth<T>(all: &[T], pick: Pick) -> Option<&T> {
    all.get(usize::from(pick) % all.len().max(1))
}

/// The newest releases of an app, as they are.
fn releases(truth: &Value, app: &str) -> Vec<Value> {
    let found = list(&truth["environments"]).iter().find(|e| e["app"] == *app);
    found.map(|e| list(&e["releases"]).to_vec()).unwrap_or_default()
}

fn build_app(truth: &Value) -> Value {
    list(&truth["environments"]).first().map(|e| e["build_app"].clone()).unwrap_or_default()
}

fn environment(production: bool) -> &'static str {
    if production { "production" } else { "staging" }
}

/// A pull request in this state; one that merges now, if there is one.
fn pull(truth: &Value, state: &str, pick: Pick) -> Option<u64> {
    let all: Vec<&Value> = list(&truth["pull_requests"]).iter().filter(|p| p["state"] == state).collect();
    let clean: Vec<&Value> = all.iter().copied().filter(|p| p["merge_state"] == "CLEAN").collect();
    let from = if clean.is_empty() { all } else { clean };
    nth(&from, pick)?["number"].as_u64()
}

/// An open pull request that does not merge now.
fn waiting(truth: &Value, pick: Pick) -> Option<u64> {
    let fits = |p: &&Value| p["state"] == "open" && p["merge_state"] != "CLEAN";
    let all: Vec<&Value> = list(&truth["pull_requests"]).iter().filter(fits).collect();
    nth(&all, pick)?["number"].as_u64()
}

/// The newest pipeline whose newest workflow has one of these states.
fn pipeline(truth: &Value, states: &[&str]) -> Option<String> {
    let fits = |p: &&Value| list(&p["workflows"]).last().is_some_and(|w| states.iter().any(|s| w["status"] == *s));
    list(&truth["pipelines"]).iter().find(fits)?["id"].as_str().map(str::to_owned)
}
