//! All releases of an environment, newest first, a page at a time.

use super::Engine;
use crate::plan_facts::PlanError;
use slipway_domain::environment::Environment;
use slipway_domain::evidence::release_mark;
use slipway_domain::humanize::names_there_are;
use slipway_domain::lineage;
use slipway_domain::plan::rollback_refused;
use slipway_domain::release::Release;
use slipway_domain::snapshot::ServiceState;
use std::collections::HashMap;
use std::sync::Arc;

/// Releases that one page has.
const PAGE: usize = 100;

/// Reads on as pages are asked for. Three pages are in memory at most, whatever the number of releases: the page
/// that is next, and its neighbours, since what a release runs and what became of it is told by those around it.
pub struct ReleaseReader {
    engine: Engine,
    state: Arc<ServiceState>,
    environment: Environment,
    /// What runs now, as the newest page tells it.
    live: Option<Release>,
    newer: Vec<Release>,
    page: Vec<Release>,
    older: Vec<Release>,
    begun: bool,
    /// No release is older than those that were read.
    complete: bool,
    /// How many more releases the caller takes.
    left: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ListedRelease {
    pub release: Release,
    /// Why a rollback to it would be refused now.
    pub rollback_refused: Option<String>,
}

impl Engine {
    /// The newest `most` releases of an environment, of which the service was read before.
    pub fn releases(&self, service: &str, environment: &str, most: usize) -> Result<ReleaseReader, PlanError> {
        let state = self.state(service)?;
        let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
        let gone = || PlanError::NotFound(format!("{service} has no environment {environment}. {}", names_there_are(environment, &names)));
        let environment = state.environment(environment).cloned().ok_or_else(gone)?;
        Ok(ReleaseReader {
            engine: self.clone(),
            state,
            environment,
            live: None,
            newer: Vec::new(),
            page: Vec::new(),
            older: Vec::new(),
            begun: false,
            complete: false,
            left: most,
        })
    }
}

impl ReleaseReader {
    /// The next page; an empty one when there are no more.
    pub async fn next_page(&mut self) -> Result<Vec<ListedRelease>, PlanError> {
        if self.left == 0 {
            return Ok(Vec::new());
        }
        self.newer = std::mem::take(&mut self.page);
        self.page = std::mem::take(&mut self.older);
        if !self.begun {
            self.page = self.read(None).await?;
            self.live = lineage::live(&self.page).cloned();
            self.begun = true;
        }
        if !self.complete && self.left >= self.page.len() {
            self.older = self.read(self.page.last().map(|oldest| oldest.version)).await?;
        }
        let page = self.settled();
        self.left -= page.len();
        Ok(page)
    }

    /// The releases older than a version; the newest of all without one.
    async fn read(&mut self, before: Option<u64>) -> Result<Vec<Release>, PlanError> {
        let app = &self.environment.app;
        let platform = self.engine.accounts.platform(&self.state.config, app)?;
        let mut page = match before {
            None => platform.releases(app, PAGE).await?,
            Some(version) => platform.releases_before(app, version, PAGE).await?,
        };
        self.complete = page.complete || page.releases.is_empty();
        self.engine.commits.fill_known_commits(&mut page.releases).await;
        Ok(page.releases)
    }

    /// The page with what its neighbours tell of it.
    fn settled(&mut self) -> Vec<ListedRelease> {
        let from = self.newer.len();
        let count = self.page.len().min(self.left);
        let environment = &mut self.environment;
        environment.releases = [&self.newer[..], &self.page, &self.older].concat();
        lineage::settle(environment, &self.state.main);
        environment.current.clone_from(&self.live);
        release_mark::settle(environment);
        let window = std::mem::take(&mut environment.releases);
        let oldest = window.last().map_or(0, |release| release.version);
        // A rollback runs the code of its target, also where that is further back than the neighbours; and so does
        // what kept that code.
        let targets = window.iter().filter_map(|release| Some((release.version, release.rollback_to()?)));
        let further: HashMap<u64, u64> = targets.filter(|(_, to)| *to < oldest).collect();
        let listed = window.into_iter().skip(from).take(count).map(|mut release| {
            release.code_version = release.code_version.map(|code| further.get(&code).copied().unwrap_or(code));
            let rollback_refused = self.live.as_ref().and_then(|live| rollback_refused(environment, live, &release));
            ListedRelease { release, rollback_refused }
        });
        listed.collect()
    }
}
