//! What setting a service up reads from GitHub: the list of repositories, and the CI files of one repository, each
//! in one request.

use super::branch_facts;
use super::client::Client;
use super::code_host::Github;
use super::map;
use super::repo::{Repo, is_sha};
use super::wire::{Commit, Connection};
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use slipway_vendor::ReadError;
use slipway_vendor::discover::{BranchFacts, FolderFile, Repository, RepositoryFiles, RepositoryPage, RepositorySource};
use std::collections::BTreeMap;
use std::fmt::Write;

const REPOSITORIES: &str = include_str!("queries/repositories.graphql");
const ASK_AT_ONCE: usize = 100;
/// Files that are read of each folder; more files are reported as a gap.
const MOST_FILES: usize = 40;

#[async_trait]
impl RepositorySource for Github {
    async fn repositories(&self, after: Option<&str>) -> Result<RepositoryPage, ReadError> {
        let answer = self.client.query::<ViewerData>(REPOSITORIES, json!({ "after": after })).await?;
        let first_error = answer.errors.first().map(|e| e.as_read_error());
        let list = answer.data.viewer.and_then(|v| v.repositories);
        let list =
            list.ok_or_else(|| first_error.unwrap_or_else(|| ReadError::Garbled("GitHub's answer lists no repositories".to_owned())))?;
        let next = list.next();
        let repositories = list.into_nodes().filter_map(|wire| {
            Some(Repository {
                name: wire.name_with_owner?,
                private: wire.is_private.unwrap_or(false),
                archived: wire.is_archived.unwrap_or(false),
                pushed_at: map::time(wire.pushed_at.as_deref()),
            })
        });
        Ok(RepositoryPage { repositories: repositories.collect(), next })
    }

    async fn repository_files(&self, repo: &str, folders: &[&str]) -> Result<RepositoryFiles, ReadError> {
        let repo = Repo::parse(repo)?;
        let answer = self.client.query::<FilesData>(&files_query(folders), json!({ "owner": repo.owner, "name": repo.name })).await?;
        let first_error = answer.errors.first().map(|e| e.as_read_error());
        let none = || first_error.unwrap_or_else(|| ReadError::NotFound("GitHub knows no such repository".to_owned()));
        let wire = answer.data.repository.ok_or_else(none)?;
        let mut gaps: Vec<String> = answer.errors.iter().map(|error| format!("{}: {}", error.place(), error.text())).collect();
        let mut found = wire.folders;
        let mut files = Vec::new();
        for (index, folder) in folders.iter().enumerate() {
            files.extend(files_of(folder, found.remove(&format!("f{index}")).flatten(), &mut gaps));
        }
        let branch = wire.default_branch_ref.unwrap_or_default();
        let newest = branch.target.and_then(|t| t.history).map(Connection::into_nodes).into_iter().flatten();
        Ok(RepositoryFiles {
            name: wire.name_with_owner.unwrap_or_else(|| format!("{}/{}", repo.owner, repo.name)),
            default_branch: branch.name,
            archived: wire.is_archived.unwrap_or(false),
            newest_commits: newest.filter_map(|commit| commit.oid).collect(),
            files,
            gaps,
        })
    }

    async fn branch(&self, repo: &str, branch: &str) -> Result<BranchFacts, ReadError> {
        branch_facts::read(&self.client, &Repo::parse(repo)?, branch).await
    }

    async fn known_commits(&self, repo: &str, commits: &[String]) -> Result<Vec<Option<bool>>, ReadError> {
        let repo = Repo::parse(repo)?;
        let mut known = Vec::with_capacity(commits.len());
        for commits in commits.chunks(ASK_AT_ONCE) {
            known.extend(of_commits(&self.client, &repo, commits).await?);
        }
        Ok(known)
    }
}

async fn of_commits(client: &Client, repo: &Repo, commits: &[String]) -> Result<Vec<Option<bool>>, ReadError> {
    let mut query = String::from("query KnownCommits($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id");
    for (index, sha) in commits.iter().enumerate().filter(|(_, sha)| is_sha(sha)) {
        let _ = write!(query, " c{index}: object(expression: \"{sha}\") {{ __typename oid }}");
    }
    query.push_str(" } }");
    let answer = client.query::<KnownData>(&query, json!({ "owner": repo.owner, "name": repo.name })).await?;
    let broken = !answer.errors.is_empty();
    let first_error = answer.errors.first().map(|e| e.as_read_error());
    let none = || first_error.unwrap_or_else(|| ReadError::NotFound("GitHub knows no such repository".to_owned()));
    let found = answer.data.repository.ok_or_else(none)?;
    let known = |(index, sha): (usize, &String)| match found.get(&format!("c{index}")) {
        _ if !is_sha(sha) => Some(false),
        // A branch or a tag may have the same name as a short commit id.
        Some(serde_json::Value::Object(object)) => {
            let oid = object.get("oid").and_then(|oid| oid.as_str()).unwrap_or_default();
            let commit = object.get("__typename").is_some_and(|kind| kind == "Commit");
            Some(commit && oid.starts_with(&sha.to_ascii_lowercase()))
        }
        // In a partial answer null does not mean that the commit is missing.
        Some(serde_json::Value::Null) if !broken => Some(false),
        Some(_) | None => None,
    };
    Ok(commits.iter().enumerate().map(known).collect())
}

/// The newest commits of the default branch, and the files of each folder at its head.
fn files_query(folders: &[&str]) -> String {
    let mut query = String::from(
        "query RepositoryFiles($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { nameWithOwner isArchived \
         defaultBranchRef { name target { __typename ... on Commit { history(first: 100) { nodes { oid } } } } }",
    );
    for (index, folder) in folders.iter().enumerate() {
        let folder: String = folder.chars().filter(|c| c.is_ascii_alphanumeric() || "._-/".contains(*c)).collect();
        let _ = write!(query, " f{index}: object(expression: \"HEAD:{folder}\") {{ __typename ...Files }}");
    }
    query.push_str(" } }");
    if !folders.is_empty() {
        query.push_str(" fragment Files on Tree { entries { name type object { __typename ... on Blob { text isTruncated } } } }");
    }
    query
}

fn files_of(folder: &str, object: Option<Object>, gaps: &mut Vec<String>) -> Vec<FolderFile> {
    let entries = object.and_then(|o| o.entries).unwrap_or_default();
    let files = entries.into_iter().filter(|e| {
        let name = e.name.as_deref().unwrap_or_default();
        e.kind.as_deref() == Some("blob") && (name.ends_with(".yml") || name.ends_with(".yaml"))
    });
    let files: Vec<Entry> = files.collect();
    if files.len() > MOST_FILES {
        gaps.push(format!("Only {MOST_FILES} of the {} files in {folder} were read", files.len()));
    }
    let read = |entry: Entry| {
        let blob = entry.object.unwrap_or_default();
        FolderFile {
            folder: folder.to_owned(),
            path: format!("{folder}/{}", entry.name.unwrap_or_default()),
            // GitHub returns no text for a binary file.
            text: blob.text,
            is_whole: blob.is_truncated != Some(true),
        }
    };
    files.into_iter().take(MOST_FILES).map(read).collect()
}

#[derive(Debug, Deserialize)]
struct ViewerData {
    viewer: Option<Viewer>,
}

#[derive(Debug, Deserialize)]
struct Viewer {
    repositories: Option<Connection<Picked>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Picked {
    name_with_owner: Option<String>,
    is_private: Option<bool>,
    is_archived: Option<bool>,
    pushed_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct FilesData {
    repository: Option<Found>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Found {
    name_with_owner: Option<String>,
    is_archived: Option<bool>,
    default_branch_ref: Option<Branch>,
    #[serde(flatten)]
    folders: BTreeMap<String, Option<Object>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Branch {
    name: Option<String>,
    target: Option<Commit>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Object {
    entries: Option<Vec<Entry>>,
    text: Option<String>,
    is_truncated: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    object: Option<Box<Object>>,
}

#[derive(Debug, Deserialize)]
struct KnownData {
    repository: Option<BTreeMap<String, serde_json::Value>>,
}
