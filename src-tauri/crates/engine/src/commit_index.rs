//! The commits of built code. They never change, so each is asked for once and kept.

use crate::accounts::Accounts;
use crate::locks::lock;
use crate::store::Store;
use futures::future::try_join_all;
use slipway_domain::release::{CodeId, Release};
use slipway_domain::service::Service;
use slipway_vendor::{Platform, ReadError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub(crate) struct CommitIndex {
    accounts: Arc<Accounts>,
    store: Store,
    /// By code, as in the store. Empty: the platform was asked and names none.
    known: Mutex<HashMap<String, String>>,
}

impl CommitIndex {
    pub(crate) fn new(accounts: Arc<Accounts>, store: Store) -> Self {
        Self { accounts, store, known: Mutex::default() }
    }

    /// The commit, if it was asked for before. No request.
    pub(crate) async fn known_commit(&self, code: &CodeId) -> Option<String> {
        self.answered(code).await.filter(|commit| !commit.is_empty())
    }

    /// Fills in the commits of releases, as far as they were asked for before.
    pub(crate) async fn fill_known_commits(&self, releases: &mut [Release]) {
        for release in releases {
            release.commit = match release.named_code() {
                Some(code) => self.known_commit(&code).await,
                None => None,
            };
        }
    }

    /// What the platform answered. Empty: it names none.
    async fn answered(&self, code: &CodeId) -> Option<String> {
        if let Some(commit) = lock(&self.known).get(code.as_str()) {
            return Some(commit.clone());
        }
        let artifacts = self.accounts.vendors().platforms().map(|(_, role)| role.profile.vocabulary.artifact);
        let keys = artifacts.chain(["image"]).map(|kind| format!("{kind}:{code}")).collect();
        let known = self.store.get_all::<String>(keys).await;
        let commit = known.into_iter().flatten().next()?;
        lock(&self.known).insert(code.to_string(), commit.clone());
        Some(commit)
    }

    pub(crate) async fn artifact_commit(&self, service: &Service, app: &str, artifact_id: &str) -> Result<Option<String>, ReadError> {
        if let Some(known) = self.known_commit(&CodeId::new(artifact_id)).await {
            return Ok(Some(known));
        }
        let platform = self.accounts.platform(service, app)?;
        self.artifact_commit_at(&*platform, app, artifact_id).await
    }

    /// As [`Self::artifact_commit`], of an app that belongs to no service.
    pub(crate) async fn artifact_commit_at(
        &self,
        platform: &dyn Platform,
        app: &str,
        artifact_id: &str,
    ) -> Result<Option<String>, ReadError> {
        let code = CodeId::new(artifact_id);
        if let Some(known) = self.known_commit(&code).await {
            return Ok(Some(known));
        }
        let commit = platform.artifact_commit(app, artifact_id).await?;
        if let Some(commit) = &commit {
            self.store.put(&format!("{}:{artifact_id}", platform.profile().vocabulary.artifact), commit);
            lock(&self.known).insert(code.to_string(), commit.clone());
        }
        Ok(commit)
    }

    /// The commit of what a release runs. Images are asked for theirs one by one; None where the
    /// platform names none, or several.
    pub(crate) async fn release_commit(&self, service: &Service, app: &str, release: &Release) -> Result<Option<String>, ReadError> {
        if let Some(artifact_id) = &release.artifact_id {
            return self.artifact_commit(service, app, artifact_id).await;
        }
        let Some(code) = release.named_code() else { return Ok(None) };
        if let Some(answered) = self.answered(&code).await {
            return Ok(Some(answered).filter(|commit| !commit.is_empty()));
        }
        let platform = self.accounts.platform(service, app)?;
        let found = try_join_all(release.artifacts.iter().map(|artifact| platform.image_commit(app, &artifact.id))).await?;
        let one = found.first().cloned().flatten().filter(|first| found.iter().all(|other| other.as_ref() == Some(first)));
        let answer = one.clone().unwrap_or_default();
        self.store.put(&format!("image:{code}"), &answer);
        lock(&self.known).insert(code.to_string(), answer);
        Ok(one)
    }
}
