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
use summary::Summary;
use verdict::{judge, judge_outsider};
use violation::{Promise, Violation, violation};

#[derive(Clone, Debug)]
pub struct Options {
    pub pairs: u64,
    pub outsiders: u64,
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
        Self { pairs: 200, outsiders: 300, seed: 1, speed: 20.0, lanes: 8, only: None }
    }
}

/// The results of all cases.
#[derive(Debug, Default)]
pub struct Report {
    pub text: String,
    pub violations: usize,
}

struct Judged {
    id: CaseId,
    title: String,
    played: Result<CaseResult>,
    violations: Vec<Violation>,
}

/// Runs all cases; `done` is called with each result.
pub async fn attack(options: Options, done: impl Fn(&str)) -> Report {
    let pairs = (0..options.pairs).map(CaseId::Pair);
    let all: Vec<CaseId> = match options.only {
        Some(only) => vec![only],
        None => pairs.chain((0..options.outsiders).map(CaseId::Outsider)).collect(),
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
    Judged { id, title, played, violations }
}

fn said(judged: &Judged) -> String {
    let exits = judged.played.as_ref().map(|played| played.runs.iter().map(|run| run.exit.to_string()).collect::<Vec<_>>().join(" "));
    let exits = exits.unwrap_or_default();
    let broken: Vec<&str> = judged.violations.iter().map(|violation| violation.promise.words()).collect();
    if broken.is_empty() { format!("exit {exits}") } else { format!("exit {exits}; NOT HELD: {}", broken.join("; ")) }
}

fn report(options: &Options, cases: &[Judged]) -> Report {
    let mut text = format!("seed {}, speed {}\n", options.seed, options.speed);
    let (mut pairs, mut outsiders) = (Summary::default(), Summary::default());
    let (mut acted, mut broken) = (0, BTreeMap::<Promise, u64>::new());
    for judged in cases {
        if let Ok(played) = &judged.played {
            match judged.id {
                CaseId::Pair(_) => pairs.count(played),
                CaseId::Outsider(_) => {
                    outsiders.count(played);
                    acted += u64::from(played.person_acted());
                }
            }
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
    for judged in cases.iter().filter(|judged| !judged.violations.is_empty()) {
        describe(&mut text, options, judged);
    }
    for (promise, count) in &broken {
        let _ = writeln!(text, "{count:>5}  not held: {}", promise.words());
    }
    let violations = broken.values().sum::<u64>();
    let _ = writeln!(text, "{} cases, {violations} violations", cases.len());
    Report { text, violations: violations as usize }
}

fn describe(text: &mut String, options: &Options, judged: &Judged) {
    let _ = writeln!(text, "{} {}", judged.id, judged.title);
    for violation in &judged.violations {
        let _ = writeln!(text, "  not held: {}: {}", violation.promise.words(), violation.what);
    }
    let replay = format!("cargo xtask attack --seed {} --speed {} --only {}", options.seed, options.speed, judged.id);
    let _ = writeln!(text, "  again: {replay}");
    let Ok(played) = &judged.played else { return };
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
