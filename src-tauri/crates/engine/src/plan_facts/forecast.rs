//! Whether a revert would apply cleanly: reads what the domain's merge asks for, and nothing else.

use slipway_domain::commit::Commit;
use slipway_domain::forecast::{
    ChainTried, Files, ForecastOutcome, Landing, MOST_FILES, MOST_IN_CHAIN, Missing, RevertForecast, RevertOfLanding, Tried, chain,
    forecast,
};
use slipway_domain::snapshot::ServiceState;
use slipway_vendor::{CodeHost, PullRequestNow, ReadError};
use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

/// How often the merge may ask for more: for what is at the paths, for texts and attributes, and for the texts of
/// those. A rebase of many commits asks once more for some of them.
const MOST_ROUNDS: usize = 8;
/// Commits of a pull request that was merged by a rebase; each is read for its files.
const MOST_COMMITS: usize = 30;

/// What a revert would do to the branch as it is now. What cannot be read in time is not known; there is no error.
pub(crate) async fn forecast_revert(host: &dyn CodeHost, state: &ServiceState, now: &PullRequestNow, patience: Duration) -> RevertForecast {
    let tip = now.base_sha.clone().or_else(|| now.base_gone.then(|| state.main.first().map(|commit| commit.sha.clone())).flatten());
    let not_known = |why: String| RevertForecast::not_known(why, tip.clone());
    let Some(sha) = tip.as_deref() else { return not_known(format!("where {} stands was not told", state.branch)) };
    let Some(merged) = now.merge_commit.as_deref() else { return not_known("the commit that its merge made was not told".into()) };
    let reading = Reading { host, repo: &now.repo, branch: &state.branch, tip: sha };
    match tokio::time::timeout(patience, reading.forecast(now, merged)).await {
        Ok(Ok(told)) => told,
        Ok(Err(error)) => not_known(error.to_string()),
        Err(_) => not_known(format!("reading its files took longer than {} s", patience.as_secs())),
    }
}

struct Reading<'a> {
    host: &'a dyn CodeHost,
    repo: &'a str,
    branch: &'a str,
    tip: &'a str,
}

impl Reading<'_> {
    async fn forecast(&self, now: &PullRequestNow, merged: &str) -> Result<RevertForecast, ReadError> {
        let number = now.pull_request.number;
        let not_known = |why: &str| Ok(RevertForecast::not_known(why, Some(self.tip.to_owned())));
        // One more than its own, to see where they begin.
        let count = now.pull_request.commits.unwrap_or(1).saturating_add(1).min(MOST_COMMITS as u64 + 2);
        let commits = self.host.commits_from(self.repo, self.branch, merged, count as usize + 1).await?;
        let Some(landing) = Landing::of(number, merged, &commits) else {
            return not_known("which commits it put on the branch could not be read");
        };
        if landing.commits().len() > MOST_COMMITS {
            return not_known("it was merged as too many commits");
        }
        let own = self.revert_of(landing).await?;
        let mut files = Files::default();
        let tried = self.told(&mut files, |files| match forecast(files, self.tip, std::slice::from_ref(&own)) {
            Tried::Told(outcome) => Ok(outcome),
            Tried::Needs(missing) => Err(missing),
        });
        let Some(outcome) = tried.await? else { return not_known("more would have to be read than is reasonable") };
        let order = match &outcome {
            ForecastOutcome::Conflicts { paths } => self.order(&own, paths, &commits, &mut files).await,
            ForecastOutcome::Clean | ForecastOutcome::NothingLeft | ForecastOutcome::NotKnown { .. } => Vec::new(),
        };
        Ok(RevertForecast { outcome, tip: Some(self.tip.to_owned()), files: own.paths().len() as u64, chain: order })
    }

    async fn revert_of(&self, landing: Landing) -> Result<RevertOfLanding, ReadError> {
        let mut files = Vec::new();
        for commit in landing.commits() {
            files.push(self.host.landed_files(self.repo, commit).await?);
            // With more than these it is not compared, however many there are.
            if files.last().is_some_and(|files| files.len() > MOST_FILES) {
                files.resize(landing.commits().len(), Vec::new());
                break;
            }
        }
        Ok(RevertOfLanding { landing, files })
    }

    /// Tries until nothing more is missing; None when that takes too many rounds.
    async fn told<T>(&self, files: &mut Files, attempt: impl Fn(&Files) -> Result<T, Missing>) -> Result<Option<T>, ReadError> {
        for _ in 0..MOST_ROUNDS {
            match attempt(files) {
                Ok(told) => return Ok(Some(told)),
                Err(missing) => self.read(files, missing).await?,
            }
        }
        Ok(None)
    }

    async fn read(&self, files: &mut Files, missing: Missing) -> Result<(), ReadError> {
        let places: Vec<(String, String)> = missing.at.into_iter().collect();
        if !places.is_empty() {
            let found = self.host.files_at(self.repo, &places).await?;
            for ((commit, path), found) in places.iter().zip(found) {
                files.put(commit, path, found);
            }
        }
        let (ids, places): (Vec<String>, Vec<(String, String)>) = missing.texts.into_iter().unzip();
        if !places.is_empty() {
            for (id, text) in ids.iter().zip(self.host.texts_at(self.repo, &places).await?) {
                files.put_text(id, text);
            }
        }
        for base in missing.since {
            let since = self.host.appeared_between(self.repo, &base, self.tip).await?;
            files.put_since(&base, since);
        }
        Ok(())
    }

    /// The reverts that have to go before it, and itself; empty where none can be shown.
    async fn order(&self, own: &RevertOfLanding, paths: &[String], before: &[Commit], files: &mut Files) -> Vec<u64> {
        self.try_order(own, paths, before, files).await.unwrap_or_else(|error| {
            tracing::info!(%error, number = own.landing.number, "which reverts have to go first was not read");
            Vec::new()
        })
    }

    async fn try_order(
        &self,
        own: &RevertOfLanding,
        paths: &[String],
        before: &[Commit],
        files: &mut Files,
    ) -> Result<Vec<u64>, ReadError> {
        let Some(merged) = own.landing.states.last() else { return Ok(Vec::new()) };
        let range = self.host.commits_between(self.repo, self.branch, merged, self.tip).await?;
        if !range.complete {
            return Ok(Vec::new());
        }
        let known: Vec<Commit> = range.commits.into_iter().chain(before.iter().cloned()).collect();
        let landings = landings_since(&known, self.tip, merged);
        let numbers: Vec<u64> = landings.iter().map(|landing| landing.number).collect();
        let touched = self.host.files_of_range(self.repo, &numbers, &[]).await?;
        let touching: BTreeSet<u64> =
            touched.into_iter().filter(|file| paths.contains(&file.path)).filter_map(|file| file.pull_request).collect();
        if touching.is_empty() || touching.len() > MOST_IN_CHAIN {
            return Ok(Vec::new());
        }
        let mut later = Vec::new();
        for landing in landings.into_iter().filter(|landing| touching.contains(&landing.number)) {
            later.push(self.revert_of(landing).await?);
        }
        let tried = self.told(files, |files| match chain(files, self.tip, &later, own) {
            ChainTried::Found(numbers) => Ok(numbers),
            ChainTried::NotFound => Ok(Vec::new()),
            ChainTried::Needs(missing) => Err(missing),
        });
        Ok(tried.await?.unwrap_or_default())
    }
}

/// What pull requests put on the branch after `merged`, newest first. Commits without one are left out.
fn landings_since(commits: &[Commit], tip: &str, merged: &str) -> Vec<Landing> {
    let mut found: Vec<Landing> = Vec::new();
    let mut seen = HashSet::new();
    let mut next = Some(tip);
    while let Some(commit) = next.filter(|sha| *sha != merged).and_then(|sha| commits.iter().find(|commit| commit.sha == sha)) {
        if !seen.insert(&commit.sha) {
            break;
        }
        let landing = commit.pull_request.and_then(|number| Landing::of(number, &commit.sha, commits));
        let inside = found.last().is_some_and(|last| last.commits().contains(&commit.sha));
        found.extend(landing.filter(|_| !inside));
        next = commit.parents.first().map(String::as_str);
    }
    found
}
