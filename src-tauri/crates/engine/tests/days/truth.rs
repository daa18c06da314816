//! The board, judged by what the sandbox knows, whatever a row says.

use crate::day::Day;
use serde_json::Value;
use slipway_domain::watch::WatchVerdict;

/// What a piece of code has, by the branch's first-parent line in the sandbox.
struct Code<'a> {
    truth: &'a Value,
    /// Pull requests in it.
    has: Vec<u64>,
}

impl<'a> Code<'a> {
    /// None where the commit is not on the branch.
    fn at(truth: &'a Value, commit: &str) -> Option<Self> {
        let main = truth["main"].as_array()?;
        let from = main.iter().position(|known| known["sha"] == commit)?;
        let has = main[from..].iter().filter_map(|known| known["pull_request"].as_u64()).collect();
        Some(Self { truth, has })
    }

    /// It contains the change, and no revert of it that is not itself reverted.
    fn runs(&self, number: u64) -> bool {
        self.has.contains(&number) && !self.reverts_of(number).any(|revert| self.runs(revert))
    }

    fn reverts_of(&self, number: u64) -> impl Iterator<Item = u64> + '_ {
        let pulls = self.truth["pull_requests"].as_array().into_iter().flatten();
        let of_it = pulls.filter(move |pull| pull["reverts"] == number);
        of_it.filter_map(|pull| pull["number"].as_u64()).filter(|revert| self.has.contains(revert))
    }
}

pub(crate) async fn judge(day: &Day, place: &str) {
    let truth = day.truth().await;
    let production = day.production();
    let environments = truth["environments"].as_array().into_iter().flatten();
    let live = environments.into_iter().find(|e| e["name"] == "production").map(|e| e["current"].clone()).unwrap_or_default();
    let seen = production.current.as_ref().map(|release| release.version);
    // What the board has not read yet cannot be judged by it.
    if live["version"].as_u64() != seen {
        return;
    }
    let Some(code) = live["commit"].as_str().and_then(|commit| Code::at(&truth, commit)) else { return };
    if let Some(pin) = &production.pin {
        let runs: Vec<u64> = pin.bad.iter().filter_map(|bad| bad.change.number).filter(|number| code.runs(*number)).collect();
        assert_eq!(day.tells_a_violation(), !runs.is_empty(), "{place}: {runs:?} are live, {:#?}", production.pin_progress);
    }
    let crashes = day.bad.iter().any(|label| code.runs(day.number(label)));
    if let Some(watch) = production.watch.as_ref().filter(|watch| Some(watch.release.id.as_str()) == live["id"].as_str()) {
        let good = watch.verdict == Some(WatchVerdict::Good);
        assert!(!(good && crashes && watch.recovered_at.is_none()), "{place}: good, and its code crashes");
        let taken = if watch.has_health_url { watch.probes.len() } else { watch.processes.len() };
        assert!(!good || taken as f64 >= 0.8 * watch.planned as f64, "{place}: good with {taken} of {}", watch.planned);
    }
    let Some(way) = &production.on_its_way else { return };
    for pipeline in truth["pipelines"].as_array().into_iter().flatten().filter(|pipeline| is_under_way(pipeline)) {
        let Some(code) = pipeline["commit"].as_str().and_then(|commit| Code::at(&truth, commit)) else { continue };
        let brings = way.bad.iter().filter_map(|bad| bad.number).any(|number| code.runs(number));
        let told = way.carriers.iter().any(|carrier| carrier.id == pipeline["id"].as_str().unwrap_or_default());
        let known =
            day.board().pipelines.iter().any(|known| known.id == pipeline["id"].as_str().unwrap_or_default() && !known.status.is_over());
        assert!(!brings || told || !known, "{place}: pipeline {} would bring it back and is not told", pipeline["number"]);
    }
}

fn is_under_way(pipeline: &Value) -> bool {
    let workflows = pipeline["workflows"].as_array().into_iter().flatten();
    workflows.into_iter().any(|workflow| matches!(workflow["status"].as_str(), Some("running" | "on_hold" | "failing")))
}
