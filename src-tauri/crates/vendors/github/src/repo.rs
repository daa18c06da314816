//! `owner/name`, validated before it is used in a path.

use serde::Serialize;
use slipway_vendor::ReadError;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Repo {
    pub(super) owner: String,
    pub(super) name: String,
}

impl Repo {
    pub(super) fn parse(text: &str) -> Result<Self, ReadError> {
        let plain = |part: &str| {
            !part.is_empty() && part != "." && part != ".." && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match text.split_once('/') {
            Some((owner, name)) if plain(owner) && plain(name) => Ok(Self { owner: owner.to_owned(), name: name.to_owned() }),
            Some(_) | None => Err(ReadError::NotFound(format!("\"{text}\" is not of the form OWNER/REPO"))),
        }
    }

    pub(super) fn full(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{}{rest}", self.owner, self.name)
    }
}

/// Whether a text is a full or short commit id: no other text is put into a path or a query unescaped.
pub(super) fn is_sha(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit())
}

/// Adds `refs/heads/` to a short branch name.
pub(super) fn full_name(branch: &str) -> String {
    if branch.starts_with("refs/") { branch.to_owned() } else { format!("refs/heads/{branch}") }
}

/// The name of the branch as in `baseRefName`.
pub(super) fn short_name(branch: &str) -> &str {
    branch.strip_prefix("refs/heads/").unwrap_or(branch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owner_and_name() {
        assert_eq!(Repo::parse("acme/check.out_1-a").unwrap().path("/pulls/1"), "/repos/acme/check.out_1-a/pulls/1");
        for text in ["acme", "acme/", "/x", "acme/x/y", "acme/..", "ac me/x", "acme/x?y", "acme/x%2f"] {
            assert!(Repo::parse(text).is_err(), "{text}");
        }
        assert!(is_sha("4be21d7") && !is_sha("main") && !is_sha("4be21d7\"){x}"));
    }
}
