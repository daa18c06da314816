//! What commits have at paths, by GraphQL: `Commit.file` tells the mode, and a blob is read by `object(expression:)`.
//! Which files a commit changed, and how, is only told by REST.

use super::client::Client;
use super::repo::{Repo, is_sha};
use super::wire::{Compare, RestCommit, RestFile};
use futures::future::try_join_all;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use slipway_domain::forecast::{FileAt, LandedFile, LandedStatus, SinceBase};
use slipway_vendor::ReadError;
use std::collections::BTreeMap;
use std::fmt::Write;

const PLACES_AT_ONCE: usize = 100;
const TEXTS_AT_ONCE: usize = 20;
const FILES_PER_PAGE: usize = 100;
/// Of a commit's files. With more than the first, there are too many for a forecast.
const FILE_PAGES: usize = 2;
/// GitHub compares two commits with at most 300 files (REST description, repos/compare-commits).
const MOST_COMPARED: usize = 300;
/// A regular file in git's tree, and one that may be executed.
const MODES: [(u64, bool); 2] = [(0o100_644, false), (0o100_755, true)];

type Place = (String, String);

#[derive(Deserialize)]
struct Data {
    repository: Option<Map<String, Value>>,
}

/// The files that a commit changed against its first parent.
pub(super) async fn of_commit(client: &Client, repo: &Repo, commit: &str) -> Result<Vec<LandedFile>, ReadError> {
    only_shas([commit])?;
    let mut found = Vec::new();
    for page in 1..=FILE_PAGES {
        let answer = client.get(&repo.path(&format!("/commits/{commit}?per_page={FILES_PER_PAGE}&page={page}"))).await?;
        let more = answer.headers.get("link").and_then(|link| link.to_str().ok()).is_some_and(|link| link.contains("rel=\"next\""));
        let read: RestCommit = answer.decode()?;
        let files = read.files.ok_or_else(|| ReadError::Garbled("GitHub's answer does not list the commit's files".to_owned()))?;
        let files: Option<Vec<LandedFile>> = files.into_iter().map(|file| landed(file?)).collect();
        found.extend(files.ok_or_else(|| ReadError::Garbled("GitHub's list of the commit's files is incomplete".to_owned()))?);
        if !more {
            break;
        }
    }
    Ok(found)
}

fn landed(file: RestFile) -> Option<LandedFile> {
    let status = match file.status.as_deref() {
        Some("added" | "copied") => LandedStatus::Added,
        Some("removed") => LandedStatus::Removed,
        // A change of the mode alone is `changed`.
        Some("modified" | "changed") => LandedStatus::Changed,
        Some("renamed") => LandedStatus::Renamed,
        Some(_) | None => LandedStatus::Unknown,
    };
    Some(LandedFile { path: file.filename?, status })
}

/// Whether a file came to be, or got another name, between two commits.
pub(super) async fn appeared(client: &Client, repo: &Repo, base: &str, head: &str) -> Result<SinceBase, ReadError> {
    only_shas([base, head])?;
    if base == head {
        return Ok(SinceBase::NothingAppeared);
    }
    let compared: Compare = client.get(&repo.path(&format!("/compare/{base}...{head}?per_page=1"))).await?.decode()?;
    if compared.behind_by != Some(0) {
        return Ok(SinceBase::NotKnown("the branch does not contain the commit any more".to_owned()));
    }
    let files: Vec<RestFile> = match compared.files {
        Some(files) if files.len() < MOST_COMPARED => files.into_iter().flatten().collect(),
        Some(_) => return Ok(SinceBase::NotKnown("the branch has changed too many files since".to_owned())),
        None => return Ok(SinceBase::NotKnown("GitHub did not list the files".to_owned())),
    };
    let stayed = |file: &RestFile| matches!(file.status.as_deref(), Some("removed" | "modified" | "changed" | "unchanged"));
    Ok(if files.iter().all(stayed) { SinceBase::NothingAppeared } else { SinceBase::SomethingAppeared })
}

pub(super) async fn at(client: &Client, repo: &Repo, wanted: &[Place]) -> Result<Vec<FileAt>, ReadError> {
    only_shas(wanted.iter().map(|(commit, _)| commit.as_str()))?;
    let numbered: Vec<(usize, &Place)> = wanted.iter().enumerate().collect();
    let parts = numbered.chunks(PLACES_AT_ONCE).map(|places| async move {
        let answers = client.query_halves::<_, Data>(places, |places| (places_query(places), variables(repo))).await?;
        let mut found = BTreeMap::new();
        for answer in answers {
            if let Some(error) = answer.errors.first() {
                // A file that was not told would look like one that is not there.
                return Err(error.as_read_error());
            }
            let commits = answer.data.repository.ok_or_else(no_repository)?;
            for files in commits.into_values().filter_map(|commit| serde_json::from_value::<Map<String, Value>>(commit).ok()) {
                found.extend(files.into_iter().filter_map(|(alias, entry)| Some((index(&alias, 'f')?, entry))));
            }
        }
        Ok(places.iter().map(|(index, _)| file_at(found.get(index))).collect::<Vec<_>>())
    });
    Ok(try_join_all(parts).await?.into_iter().flatten().collect())
}

/// A commit occurs once, with all its paths.
fn places_query(places: &[(usize, &Place)]) -> String {
    let mut commits: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (index, (commit, path)) in places {
        commits.entry(commit).or_default().push((*index, path));
    }
    let mut query = String::from("query FilesAt($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {");
    for (number, (commit, paths)) in commits.into_iter().enumerate() {
        let _ = write!(query, " c{number}: object(oid: \"{commit}\") {{ __typename ... on Commit {{");
        for (index, path) in paths {
            // A JSON string is a valid GraphQL string.
            let path = Value::from(path);
            let _ = write!(query, " f{index}: file(path: {path}) {{ mode type object {{ ...FileFacts }} }}");
        }
        query.push_str(" } }");
    }
    query.push_str(" } } fragment FileFacts on Blob { oid byteSize isBinary }");
    query
}

fn file_at(entry: Option<&Value>) -> FileAt {
    let not_told = || FileAt::NotKnown("GitHub did not tell".to_owned());
    let Some(entry) = entry else { return not_told() };
    if entry.is_null() {
        return FileAt::Absent;
    }
    let mode = MODES.iter().find(|(mode, _)| entry["mode"] == *mode);
    match (entry["type"].as_str(), mode) {
        (Some("tree"), _) => FileAt::Folder,
        (Some("blob"), Some((_, executable))) => {
            let blob = &entry["object"];
            let (Some(id), Some(size)) = (blob["oid"].as_str(), blob["byteSize"].as_u64()) else { return not_told() };
            FileAt::File { id: id.to_owned(), executable: *executable, size, binary: blob["isBinary"].as_bool() }
        }
        (Some(_), _) => FileAt::Other,
        (None, _) => not_told(),
    }
}

pub(super) async fn texts(client: &Client, repo: &Repo, wanted: &[Place]) -> Result<Vec<Result<Vec<u8>, String>>, ReadError> {
    only_shas(wanted.iter().map(|(commit, _)| commit.as_str()))?;
    let numbered: Vec<(usize, &Place)> = wanted.iter().enumerate().collect();
    let parts = numbered.chunks(TEXTS_AT_ONCE).map(|places| async move {
        let answers = client.query_halves::<_, Data>(places, |places| (texts_query(places), variables(repo))).await?;
        let mut found = BTreeMap::new();
        for answer in answers {
            if let Some(error) = answer.errors.first() {
                return Err(error.as_read_error());
            }
            let blobs = answer.data.repository.ok_or_else(no_repository)?;
            found.extend(blobs.into_iter().filter_map(|(alias, blob)| Some((index(&alias, 't')?, blob))));
        }
        Ok(places.iter().map(|(index, _)| text(found.get(index).unwrap_or(&Value::Null))).collect::<Vec<_>>())
    });
    Ok(try_join_all(parts).await?.into_iter().flatten().collect())
}

fn texts_query(places: &[(usize, &Place)]) -> String {
    let mut query = String::from("query TextsAt($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {");
    for (index, (commit, path)) in places {
        let expression = Value::from(format!("{commit}:{path}"));
        let _ = write!(query, " t{index}: object(expression: {expression}) {{ __typename ...FileText }}");
    }
    query.push_str(" } } fragment FileText on Blob { byteSize isTruncated text }");
    query
}

fn text(blob: &Value) -> Result<Vec<u8>, String> {
    if blob["isTruncated"] != false {
        return Err("GitHub does not give it whole".to_owned());
    }
    let text = blob["text"].as_str().ok_or("GitHub does not give it as text")?;
    // Bytes that are no UTF-8 were replaced.
    let whole = blob["byteSize"].as_u64() == Some(text.len() as u64);
    if whole { Ok(text.as_bytes().to_vec()) } else { Err("it is not UTF-8".to_owned()) }
}

fn variables(repo: &Repo) -> Value {
    json!({ "owner": repo.owner, "name": repo.name })
}

fn index(alias: &str, letter: char) -> Option<usize> {
    alias.strip_prefix(letter)?.parse().ok()
}

fn no_repository() -> ReadError {
    ReadError::NotFound("GitHub knows no such repository".to_owned())
}

fn only_shas<'a>(commits: impl IntoIterator<Item = &'a str>) -> Result<(), ReadError> {
    if commits.into_iter().all(is_sha) { Ok(()) } else { Err(ReadError::NotFound("A commit's id is not hexadecimal".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_is_not_absent() {
        let told = |entry: Value| file_at(Some(&entry));
        assert_eq!(file_at(None), FileAt::NotKnown("GitHub did not tell".to_owned()));
        assert_eq!(told(Value::Null), FileAt::Absent);
        assert_eq!(told(json!({"mode": 0o40_000, "type": "tree", "object": {}})), FileAt::Folder);
        for mode in [0o120_000, 0o160_000] {
            assert_eq!(told(json!({"mode": mode, "type": "blob", "object": {"oid": "a", "byteSize": 1}})), FileAt::Other);
        }
        let blob = json!({"oid": "a", "byteSize": 3, "isBinary": null});
        let file = |executable| FileAt::File { id: "a".to_owned(), executable, size: 3, binary: None };
        assert_eq!(told(json!({"mode": 0o100_644, "type": "blob", "object": blob.clone()})), file(false));
        assert_eq!(told(json!({"mode": 0o100_755, "type": "blob", "object": blob})), file(true));
        assert!(matches!(told(json!({"mode": 0o100_644, "type": "blob", "object": null})), FileAt::NotKnown(_)));
    }

    #[test]
    fn a_text_is_whole_or_refused() {
        let rows = [
            (json!({"byteSize": 4, "isTruncated": false, "text": "a\r\nb"}), Some("a\r\nb")),
            (json!({"byteSize": 0, "isTruncated": false, "text": ""}), Some("")),
            (json!({"byteSize": 9, "isTruncated": true, "text": "a"}), None),
            (json!({"byteSize": 1, "text": "a"}), None),
            (json!({"byteSize": 2, "isTruncated": false, "text": null}), None),
            (json!({"byteSize": 1, "isTruncated": false, "text": "\u{fffd}"}), None),
            (Value::Null, None),
        ];
        for (blob, expected) in rows {
            assert_eq!(text(&blob).ok(), expected.map(|text| text.as_bytes().to_vec()), "{blob}");
        }
    }

    #[test]
    fn paths_are_quoted() {
        let place = ("abcdef1".to_owned(), "a \"b\"/\\c.rb".to_owned());
        let query = places_query(&[(3, &place)]);
        assert!(query.contains(r#"f3: file(path: "a \"b\"/\\c.rb")"#), "{query}");
    }
}
