//! One hour of sandbox time at sixty times life's speed: two clients on one data folder merge, roll
//! back and revert at random, are killed and come back, while faults come and go and others act.
//! At the end nothing was done twice, no intent is lost, memory and open files are flat, and
//! connections stay within what the accounts may open.
//!
//! `SLIPWAY_SEED` chooses what happens (what each client tries repeats; the threads' timing is the
//! machine's), `SLIPWAY_SOAK_SECONDS` how long, in seconds of the wall: 60 are the hour.

#[path = "harness/engine_harness.rs"]
mod harness;
#[path = "interleavings/processes.rs"]
mod processes;
#[path = "interleavings/truth.rs"]
mod truth;

use harness::{Harness, merge, revert, roll_back};
use processes::{Running, runtime};
use serde_json::{Value, json};
use slipway_domain::action::Action;
use slipway_domain::journal::{Entry, EntryState};
use slipway_domain::plan::Plan;
use slipway_engine::{Engine, Execution};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const SPEED: f64 = 60.0;
const SEED: u64 = 1;
/// What the sandbox's own growing world may take, in the same process.
const MEMORY: u64 = 96 << 20;
const FILES: usize = 12;
/// Two clients with three accounts each, which may ask 16, 8 and 8 times at once; one more of each to
/// try a token. Answered connections stay open for the next request. The sandbox holds the other end.
const SOCKETS: usize = 2 * 2 * (17 + 9 + 9) + 16;

#[derive(Clone, Copy, Debug)]
struct Measured {
    /// Resident, in bytes.
    memory: u64,
    /// Descriptors of anything but sockets.
    files: usize,
    sockets: usize,
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n.max(1)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

struct Soak {
    harness: Harness,
    outside: tokio::runtime::Runtime,
    over: AtomicBool,
    /// Plans a person said yes to, as they were shown.
    confirmed: Mutex<HashMap<String, Plan>>,
    begun: Mutex<HashSet<String>>,
    kills: AtomicUsize,
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn an_hour_of_trouble_ends_well() {
    let (seed, seconds) = (number("SLIPWAY_SEED", SEED), number("SLIPWAY_SOAK_SECONDS", 60));
    println!("SLIPWAY_SEED={seed} SLIPWAY_SOAK_SECONDS={seconds}");
    let outside = runtime();
    let harness = outside.block_on(Harness::fast(SPEED, seed));
    {
        let first = Running::start(&harness);
        first.run(harness.connect(&first.engine));
        first.kill();
    }
    let before = truth::releases(&outside.block_on(harness.whole_truth()));
    let soak = Arc::new(Soak {
        harness,
        outside,
        over: AtomicBool::new(false),
        confirmed: Mutex::default(),
        begun: Mutex::default(),
        kills: AtomicUsize::new(0),
    });
    let clients: Vec<_> = (0..2).map(|n| client(soak.clone(), Dice(seed.wrapping_mul(31).wrapping_add(n)))).collect();
    let measured = soak.trouble(Dice(seed), Duration::from_secs(seconds));
    soak.over.store(true, Ordering::SeqCst);
    for client in clients {
        client.join().expect("the client ends in peace");
    }
    soak.end(seed, &measured, &before);
}

/// A person at a window that polls.
fn client(soak: Arc<Soak>, mut dice: Dice) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let open = || Running::on(soak.harness.options(soak.harness.folder.path(), true));
        let mut running = open();
        while !soak.over.load(Ordering::SeqCst) {
            let Some(action) = soak.action(&mut dice) else { continue };
            let engine = running.engine.clone();
            let Ok(plan) = running.run(engine.plan(action)) else { continue };
            let mut waits = vec![soak.click(&running, &plan)];
            if dice.one_in(4) {
                waits.push(soak.click(&running, &plan));
            }
            one_open_a_target(&running);
            let dies = dice.one_in(6);
            let wait = Duration::from_millis(dice.below(if dies { 250 } else { 900 }));
            std::thread::sleep(wait);
            if dies {
                drop(engine);
                running.kill();
                soak.kills.fetch_add(1, Ordering::SeqCst);
                running = open();
            }
        }
        running.kill();
    })
}

/// Whoever asks, and from whichever copy.
fn one_open_a_target(running: &Running) {
    let mut open = HashSet::new();
    for entry in running.engine.journal().expect("a journal").into_iter().filter(Entry::is_open) {
        assert!(open.insert(entry.target.clone()), "two open intents for {}", entry.target);
    }
}

impl Soak {
    /// What a person may try: often the same target in both clients, so that they meet.
    fn action(&self, dice: &mut Dice) -> Option<Action> {
        let truth = self.outside.block_on(self.harness.truth_of("storefront"));
        let pulls = list(&truth["pull_requests"]);
        match dice.below(5) {
            0 | 1 => {
                let clean = pulls.iter().filter(|p| p["merge_state"] == "CLEAN");
                let numbers: Vec<u64> = clean.filter_map(|p| p["number"].as_u64()).collect();
                numbers.get(dice.below(2) as usize).map(|n| merge(*n))
            }
            2 => {
                let merged = list(&truth["main"]).iter().filter_map(|c| c["pull_request"].as_u64()).nth(dice.below(3) as usize);
                merged.map(revert)
            }
            _ => Some(roll_back()),
        }
    }

    fn click(&self, running: &Running, plan: &Plan) -> tokio::task::JoinHandle<()> {
        let begun = self.begun.lock().expect("not poisoned").contains(&plan.id);
        if !begun {
            self.confirmed.lock().expect("not poisoned").insert(plan.id.clone(), plan.clone());
        }
        let (engine, id): (Engine, String) = (running.engine.clone(), plan.id.clone());
        let (sender, receiver) = std::sync::mpsc::channel();
        let handle = running.spawn(async move {
            let outcome = engine.execute(&id, None, false, None).await;
            let started = if let Ok(Execution::Started(entry)) = outcome { Some(entry.id) } else { None };
            // Nobody listens any more when the client was killed.
            let _ = sender.send(started);
        });
        if let Ok(Some(id)) = receiver.recv_timeout(Duration::from_millis(400)) {
            self.begun.lock().expect("not poisoned").insert(id);
        }
        handle
    }

    /// Faults and other people, until the time is up. Memory and descriptors, once it has warmed up
    /// and at the end.
    fn trouble(&self, mut dice: Dice, length: Duration) -> [Option<Measured>; 2] {
        let started = Instant::now();
        let mut warm = None;
        while started.elapsed() < length {
            self.outside.block_on(self.harness.heal());
            if !dice.one_in(3) {
                let rules = vec![fault(&mut dice), fault(&mut dice)];
                self.outside.block_on(self.harness.faults(json!(rules)));
            }
            self.others(&mut dice);
            if warm.is_none() && started.elapsed() > length / 3 {
                warm = measure();
            }
            std::thread::sleep(Duration::from_millis(300 + dice.below(900)));
        }
        self.outside.block_on(self.harness.heal());
        [warm, measure()]
    }

    fn others(&self, dice: &mut Dice) {
        let truth = self.outside.block_on(self.harness.truth_of("storefront"));
        let open: Vec<&Value> = list(&truth["pull_requests"]).iter().filter(|p| p["merge_state"] == "CLEAN").collect();
        let number = open.get(dice.below(open.len() as u64) as usize).map_or(Value::Null, |p| p["number"].clone());
        let of = json!({"service": "storefront", "number": number, "by": "amara-okafor"});
        let app = "storefront-production";
        let verb = match dice.below(9) {
            _ if open.len() < 6 => json!({"open_pull": {"service": "storefront", "ready": true}}),
            0 => json!({"push": of}),
            1 => json!({"merge": of}),
            2 => json!({"release": {"app": "storefront-production"}}),
            3 => json!({"set_config": {"app": "storefront-production", "vars": {"OTHERS": dice.below(99).to_string()}}}),
            4 => json!({"fail_next_release": {"app": "storefront-production"}}),
            5 => json!({"rollback": {"app": app, "to": self.earlier(&truth), "by": "amara-okafor"}}),
            6 => json!({"promote": {"from": "storefront-staging", "to": app, "by": "amara-okafor"}}),
            7 => json!({"start_pipeline": {"service": "storefront"}}),
            _ => json!({"open_pull": {"service": "storefront", "ready": true}}),
        };
        self.outside.block_on(self.harness.try_world(&verb));
    }

    /// A release that somebody may go back to.
    fn earlier(&self, truth: &Value) -> String {
        let production = list(&truth["environments"]).iter().find(|e| e["name"] == "production");
        let older = production.and_then(|e| list(&e["releases"]).iter().skip(2).find(|r| r["status"] == "succeeded"));
        older.map_or_else(String::new, |r| format!("v{}", r["version"]))
    }

    fn end(&self, seed: u64, measured: &[Option<Measured>; 2], before: &HashSet<String>) {
        let last = Running::start(&self.harness);
        let journal = || last.engine.journal().expect("a journal");
        let since = Instant::now();
        let shown = || {
            let (truth, journal) = (self.outside.block_on(self.harness.whole_truth()), journal());
            journal.iter().any(|e| e.is_open() && !truth::cannot_be_shown(e, &journal, &truth))
        };
        while shown() {
            self.harness.clock.advance(100.0);
            self.outside.block_on(self.harness.world(json!({"advance": 600})));
            last.run(last.engine.settle_open_intents());
            assert!(since.elapsed() < Duration::from_secs(30), "SLIPWAY_SEED={seed}: does not settle: {:?}", journal());
        }
        let (journal, truth) = (journal(), self.outside.block_on(self.harness.whole_truth()));
        let confirmed = self.confirmed.lock().expect("not poisoned");
        truth::check(&truth, &journal, &confirmed, &BTreeMap::new(), before).unwrap_or_else(|why| panic!("SLIPWAY_SEED={seed}: {why}"));
        for id in self.begun.lock().expect("not poisoned").iter() {
            assert!(journal.iter().any(|e| e.id == *id), "SLIPWAY_SEED={seed}: the intent {id} is lost");
        }
        let succeeded = journal.iter().filter(|e| e.state == EntryState::Succeeded).count();
        let kills = self.kills.load(Ordering::SeqCst);
        println!("{} intents, {succeeded} succeeded, {kills} kills, {measured:?}", journal.len());
        assert!(succeeded > 0 && journal.len() > succeeded && kills > 0, "too little happened");
        if let [Some(warm), Some(then)] = measured {
            let grown = then.memory.saturating_sub(warm.memory);
            assert!(grown < MEMORY && then.files < warm.files + FILES, "SLIPWAY_SEED={seed}: {warm:?} became {then:?}");
            assert!(warm.sockets.max(then.sockets) <= SOCKETS, "SLIPWAY_SEED={seed}: {warm:?}, {then:?}");
        }
        last.kill();
    }
}

fn fault(dice: &mut Dice) -> Value {
    let kinds = [
        json!({"kind": "status_after", "code": 502, "calls": "writes", "count": 1}),
        json!({"kind": "reset_after", "calls": "writes", "count": 1}),
        json!({"kind": "truncate", "calls": "writes", "count": 1}),
        json!({"kind": "reset_before", "calls": "writes", "count": 1}),
        json!({"kind": "status", "code": 503, "probability": 0.3}),
        json!({"kind": "latency", "ms": 200, "probability": 0.5}),
        json!({"kind": "stale", "calls": "reads", "seconds": 0.8}),
        json!({"kind": "lag", "calls": "reads", "seconds": 0.8}),
        json!({"kind": "garbage", "calls": "reads", "probability": 0.3}),
        json!({"kind": "nulls", "calls": "reads", "share": 0.05, "probability": 0.3}),
        json!({"kind": "unknown_values", "calls": "reads", "probability": 0.3}),
        json!({"kind": "rate_limited", "retry_after": 30, "count": 1}),
        json!({"kind": "clock_skew", "seconds": 3600}),
        json!({"kind": "redirect", "code": 307, "probability": 0.1}),
        json!({"kind": "hang_after", "calls": "writes", "count": 1}),
        // Somebody else acts between the last read and the request, or right after it.
        json!({"kind": "act_before", "calls": "writes", "vendor": "heroku", "count": 1, "verbs": {"release": {"app": "storefront-production"}}}),
        json!({"kind": "act_after", "calls": "writes", "vendor": "heroku", "count": 1,
            "verbs": {"set_config": {"app": "storefront-production", "vars": {"AFTER": "1"}}}}),
        json!({"kind": "deliver_late", "calls": "writes", "seconds": 60, "count": 1}),
    ];
    let mut rule = kinds[dice.below(kinds.len() as u64) as usize].clone();
    if rule.get("probability").is_some() {
        rule["seed"] = json!(dice.below(1 << 32));
    }
    rule
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// None where `/proc` does not tell.
fn measure() -> Option<Measured> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let memory = line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10;
    let links = std::fs::read_dir("/proc/self/fd").ok()?.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let (sockets, files): (Vec<_>, Vec<_>) = links.partition(|link| link.to_string_lossy().starts_with("socket:"));
    Some(Measured { memory, files: files.len(), sockets: sockets.len() })
}
