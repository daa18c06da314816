//! Tests races with the real program in a terminal: two commands on one target, or another person who acts during a
//! command. Every case has its own sandbox and is judged by the ids in its truth. The same seed gives the same
//! cases.

mod action;
mod case;
mod consent;
mod effect;
mod fixture;
mod journal_check;
mod rng;
mod runner;
mod setting;
mod stops;
mod summary;
mod truth;
mod verdict;
mod violation;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use anyhow::Result;
use futures::StreamExt;

pub use case::CaseId;
use case::{Outsider, Pair};
use runner::CaseResult;
use stops::{Stop, Stopped};
use summary::Summary;
use verdict::{judge, judge_outsider};
use violation::{Promise, Violation, violation};

#[derive(Clone, Debug)]
pub struct Options {
    pub pairs: u64,
    pub outsiders: u64,
    /// Cases of several requests by one consent.
    pub stops: u64,
    pub seed: u64,
    /// How many times faster than real time the sandboxes run.
    pub speed: f64,
    /// How many cases run at the same time.
    pub lanes: usize,
    /// Runs only this case.
    pub only: Option<CaseId>,
}

impl Default for Options {
    fn default() -> Self {
        Self { pairs: 200, outsiders: 300, stops: 40, seed: 1, speed: 20.0, lanes: 8, only: None }
    }
}

/// The results of all cases.
#[derive(Debug, Default)]
pub struct Report {
    pub text: String,
    pub violations: usize,
    /// Requests that the stop commands sent.
    pub stopped: usize,
}

struct Judged {
    id: CaseId,
    title: String,
    played: Result<Played>,
    violations: Vec<Violation>,
}

/// What one case came to.
enum Played {
    /// One request by one consent.
    One(Box<CaseResult>),
    Several(Stopped),
}

/// Runs all cases; `done` is called with each result.
pub async fn attack(options: Options, done: impl Fn(&str)) -> Report {
    let pairs = (0..options.pairs).map(CaseId::Pair);
    let all: Vec<CaseId> = match options.only {
        Some(only) => vec![only],
        None => {
            let outsiders = (0..options.outsiders).map(CaseId::Outsider);
            pairs.chain(outsiders).chain((0..options.stops).map(CaseId::Stop)).collect()
        }
    };
    let options = Arc::new(options);
    let play = |id| {
        let options = options.clone();
        async move { one(id, &options).await }
    };
    let mut cases: Vec<Judged> = Vec::new();
    let mut playing = futures::stream::iter(all).map(play).buffer_unordered(options.lanes);
    while let Some(judged) = playing.next().await {
        done(&format!("{} {}: {}", judged.id, judged.title, said(&judged)));
        cases.push(judged);
    }
    cases.sort_by_key(|judged| judged.id);
    report(&options, &cases)
}

async fn one(id: CaseId, options: &Options) -> Judged {
    let (title, played, outsider) = match id {
        CaseId::Stop(index) => return stop(id, index, options).await,
        CaseId::Pair(index) => {
            let pair = Pair::draw(options.seed, index);
            (pair.to_string(), runner::pair(&pair, options.speed).await, None)
        }
        CaseId::Outsider(index) => {
            let case = Outsider::draw(options.seed, index);
            (case.to_string(), runner::outsider(&case, options.speed).await, Some(case))
        }
    };
    let violations = match &played {
        Ok(played) => {
            let mut found = judge(played);
            if let Some(case) = &outsider {
                judge_outsider(case, played, &mut found);
            }
            found
        }
        Err(error) => vec![violation(Promise::CaseResult, format!("{error:#}"))],
    };
    Judged { id, title, played: played.map(|played| Played::One(Box::new(played))), violations }
}

async fn stop(id: CaseId, index: u64, options: &Options) -> Judged {
    let case = Stop::draw(options.seed, index);
    let played = stops::play(&case, options.speed).await;
    let violations = match &played {
        Ok(played) => stops::judge(played),
        Err(error) => vec![violation(Promise::CaseResult, format!("{error:#}"))],
    };
    Judged { id, title: case.to_string(), played: played.map(Played::Several), violations }
}

fn said(judged: &Judged) -> String {
    let exits = judged.played.as_ref().map(|played| match played {
        Played::One(played) => played.runs.iter().map(|run| run.exit.to_string()).collect::<Vec<_>>().join(" "),
        Played::Several(played) => played.exits(),
    });
    let exits = exits.unwrap_or_default();
    let broken: Vec<&str> = judged.violations.iter().map(|violation| violation.promise.words()).collect();
    if broken.is_empty() { format!("exit {exits}") } else { format!("exit {exits}; NOT HELD: {}", broken.join("; ")) }
}

fn report(options: &Options, cases: &[Judged]) -> Report {
    let mut text = format!("seed {}, speed {}\n", options.seed, options.speed);
    let (mut pairs, mut outsiders) = (Summary::default(), Summary::default());
    let (mut acted, mut broken) = (0, BTreeMap::<Promise, u64>::new());
    let (mut stops, mut of_stops) = (0, 0);
    for judged in cases {
        match (&judged.played, judged.id) {
            (Ok(Played::One(played)), CaseId::Outsider(_)) => {
                outsiders.count(played);
                acted += u64::from(played.person_acted());
            }
            (Ok(Played::One(played)), CaseId::Pair(_) | CaseId::Stop(_)) => pairs.count(played),
            (Ok(Played::Several(played)), _) => {
                stops += played.runs.len();
                of_stops += played.sent();
            }
            (Err(_), _) => {}
        }
        for violation in &judged.violations {
            *broken.entry(violation.promise).or_default() += 1;
        }
    }
    let _ = writeln!(text, "\n{}\n{}", pairs.table("pairs"), outsiders.table("outsiders"));
    let _ = writeln!(
        text,
        "the person acted in {acted} cases; in the others the command asked for nothing, or the vendor refused the person\n"
    );
    let _ = writeln!(text, "{stops} stop commands sent {of_stops} requests\n");
    for judged in cases.iter().filter(|judged| !judged.violations.is_empty()) {
        describe(&mut text, options, judged);
    }
    for (promise, count) in &broken {
        let _ = writeln!(text, "{count:>5}  not held: {}", promise.words());
    }
    let violations = broken.values().sum::<u64>();
    let _ = writeln!(text, "{} cases, {violations} violations", cases.len());
    Report { text, violations: violations as usize, stopped: of_stops }
}

fn describe(text: &mut String, options: &Options, judged: &Judged) {
    let _ = writeln!(text, "{} {}", judged.id, judged.title);
    for violation in &judged.violations {
        let _ = writeln!(text, "  not held: {}: {}", violation.promise.words(), violation.what);
    }
    let replay = format!("cargo xtask attack --seed {} --speed {} --only {}", options.seed, options.speed, judged.id);
    let _ = writeln!(text, "  again: {replay}");
    let Ok(Played::One(played)) = &judged.played else { return };
    for run in &played.runs {
        let _ = writeln!(text, "  $ slipway {} (folder {}, tokens {}): exit {}", run.words, run.folder, run.token, run.exit);
        let entry = &run.report["entry"];
        let _ = writeln!(text, "    {}; {}", run.report["outcome"], run.report["message"]);
        let _ = writeln!(text, "    basis {}; read at {}", run.report["plan"]["basis"], run.report["plan"]["read_at"]);
        if !entry.is_null() {
            let (state, expectation) = (&entry["state"], &entry["expectation"]);
            let _ = writeln!(text, "    entry {state}, finished {}, {expectation}, overtook {}", entry["finished_at"], entry["overtook"]);
        }
    }
    for change in played.changes() {
        let mut change = change.0.clone();
        change["reads"] = change["reads"].as_array().and_then(|reads| reads.last()).cloned().unwrap_or_default();
        let _ = writeln!(text, "    truth: {change}");
    }
    if let Some(rule) = &played.outsider {
        let _ = writeln!(text, "    person: {rule}");
    }
}
