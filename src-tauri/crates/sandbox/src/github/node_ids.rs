//! Node ids of pull requests.

use crate::world::git::Repo;

/// The node id of a pull request contains its repository and number.
pub(super) fn pull_id(repo: &Repo, number: u64) -> String {
    let (owner, repo) = repo.first_name();
    let plain = format!("{owner}/{repo}#{number}");
    format!("PR_kwDO{}", plain.bytes().map(|b| format!("{b:02x}")).collect::<String>())
}

pub(super) fn pull_of(id: &str) -> Option<(String, String, u64)> {
    let hex = id.strip_prefix("PR_kwDO")?;
    let bytes: Option<Vec<u8>> = (0..hex.len() / 2).map(|n| u8::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok()).collect();
    let text = String::from_utf8(bytes?).ok()?;
    let (repo, number) = text.split_once('#')?;
    let (owner, repo) = repo.split_once('/')?;
    Some((owner.into(), repo.into(), number.parse().ok()?))
}
