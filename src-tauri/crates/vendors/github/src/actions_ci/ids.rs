//! Ids that contain what a call needs: GitHub numbers runs, but its paths also need the repository, and a re-run is
//! another attempt of the same run.

use http::{HeaderName, HeaderValue, header};
use slipway_http::Call;
use slipway_vendor::ReadError;
use url::Url;

const ACCEPT: HeaderValue = HeaderValue::from_static("application/vnd.github+json");
const VERSION: HeaderName = HeaderName::from_static("x-github-api-version");
const VERSION_READ: HeaderValue = HeaderValue::from_static("2022-11-28");

/// `OWNER/REPO`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repo {
    owner: String,
    name: String,
}

/// The runs that one push to a branch started, `OWNER/REPO/SHA/BRANCH`. GitHub has no number for them together. A
/// branch may contain slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PushId {
    pub(super) repo: Repo,
    pub(super) sha: String,
    pub(super) branch: String,
}

/// A run that no push started, `OWNER/REPO/run/RUN/BRANCH`. It is a pipeline of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunId {
    pub(super) repo: Repo,
    pub(super) run: u64,
    pub(super) branch: String,
}

/// One attempt of a run, `OWNER/REPO/RUN/ATTEMPT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AttemptId {
    pub(super) repo: Repo,
    pub(super) run: u64,
    pub(super) attempt: u64,
}

impl Repo {
    pub(super) fn parse(text: &str) -> Result<Self, ReadError> {
        match text.split_once('/') {
            Some((owner, name)) => Self::new(owner, name),
            None => None,
        }
        .ok_or_else(|| ReadError::NotFound(format!("\"{text}\" is not of the form OWNER/REPO")))
    }

    fn new(owner: &str, name: &str) -> Option<Self> {
        let usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let plain = |part: &str| !part.is_empty() && !matches!(part, "." | "..") && part.chars().all(usual);
        (plain(owner) && plain(name)).then(|| Self { owner: owner.to_owned(), name: name.to_owned() })
    }

    /// A path below `/repos/OWNER/REPO/actions`, with each segment escaped.
    pub(super) fn url(&self, root: &str, path: &[&str], query: &[(&str, &str)]) -> String {
        // Cannot fail, because the root was made from a parsed URL.
        let Ok(mut url) = Url::parse(root) else { return root.to_owned() };
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["repos", &self.owner, &self.name, "actions"]).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url.into()
    }

    pub(super) fn push(&self, sha: &str, branch: &str) -> PushId {
        PushId { repo: self.clone(), sha: sha.to_owned(), branch: branch.to_owned() }
    }

    pub(super) fn attempt(&self, run: u64, attempt: u64) -> AttemptId {
        AttemptId { repo: self.clone(), run, attempt }
    }
}

impl PushId {
    pub(super) fn parse(id: &str) -> Result<Self, ReadError> {
        let parts: Vec<&str> = id.splitn(4, '/').collect();
        let found = match parts[..] {
            [owner, name, sha, branch] if !branch.is_empty() && is_sha(sha) => Repo::new(owner, name).map(|repo| repo.push(sha, branch)),
            _ => None,
        };
        found.ok_or_else(|| ReadError::NotFound(format!("\"{id}\" names no pipeline of GitHub Actions")))
    }
}

impl RunId {
    /// None: the id is of another kind.
    pub(super) fn parse(id: &str) -> Option<Self> {
        let parts: Vec<&str> = id.splitn(5, '/').collect();
        match parts[..] {
            [owner, name, "run", run, branch] if !branch.is_empty() => {
                Some(Self { repo: Repo::new(owner, name)?, run: run.parse().ok()?, branch: branch.to_owned() })
            }
            _ => None,
        }
    }
}

impl AttemptId {
    pub(super) fn parse(id: &str) -> Result<Self, ReadError> {
        let parts: Vec<&str> = id.split('/').collect();
        let found = match parts[..] {
            [owner, name, run, attempt] => Repo::new(owner, name)
                .zip(run.parse().ok())
                .zip(attempt.parse().ok())
                .map(|((repo, run), attempt)| repo.attempt(run, attempt)),
            _ => None,
        };
        found.ok_or_else(|| ReadError::NotFound(format!("\"{id}\" names no run of GitHub Actions")))
    }

    pub(super) fn at(&self, attempt: u64) -> Self {
        Self { attempt, ..self.clone() }
    }
}

impl std::fmt::Display for Repo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl std::fmt::Display for PushId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.repo, self.sha, self.branch)
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/run/{}/{}", self.repo, self.run, self.branch)
    }
}

impl std::fmt::Display for AttemptId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.repo, self.run, self.attempt)
    }
}

/// Adds the headers that every call has.
pub(super) fn asked(call: Call) -> Call {
    call.header(header::ACCEPT, ACCEPT).header(VERSION, VERSION_READ)
}

fn is_sha(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_went() {
        let repo = Repo::parse("acme/check.out_1-a").unwrap();
        let sha = "4be21d74be21d74be21d74be21d74be21d74be21";
        for branch in ["main", "release/2026/11", "a@b"] {
            let push = repo.push(sha, branch);
            assert_eq!(PushId::parse(&push.to_string()).unwrap(), push);
        }
        let run = RunId { repo: repo.clone(), run: 17_003_462_011, branch: "release/2026".to_owned() };
        assert_eq!(RunId::parse(&run.to_string()), Some(run.clone()));
        assert!(PushId::parse(&run.to_string()).is_err() && RunId::parse(&repo.push(sha, "main").to_string()).is_none());
        let attempt = repo.attempt(17_003_462_011, 2);
        assert_eq!(AttemptId::parse(&attempt.to_string()).unwrap(), attempt);
        assert_eq!(attempt.at(3).to_string(), "acme/check.out_1-a/17003462011/3");
        for id in ["", "acme/x", "acme/x/main/4be21d7", "acme/../4be21d7/main", "acme/x/4be21d7/", "acme/x/12/main"] {
            assert!(PushId::parse(id).is_err(), "{id}");
        }
        for id in ["", "12/1", "acme/x/12", "acme/x/12/1/2", "acme/x/a/1", "acme/x?/12/1", "../x/12/1"] {
            assert!(AttemptId::parse(id).is_err(), "{id}");
        }
    }

    #[test]
    fn no_name_reaches_another_path() {
        let repo = Repo::parse("acme/shop").unwrap();
        let url = repo.url("https://ghe.acme.test/api/v3", &["runs"], &[("branch", "a&b=c/é")]);
        assert_eq!(url, "https://ghe.acme.test/api/v3/repos/acme/shop/actions/runs?branch=a%26b%3Dc%2F%C3%A9");
        assert_eq!(repo.url("http://127.0.0.1:1", &["jobs", "../x"], &[]), "http://127.0.0.1:1/repos/acme/shop/actions/jobs/..%2Fx");
        for text in ["acme", "acme/", "/x", "acme/x/y", "acme/..", "ac me/x", "acme/x?y", "acme/x%2f"] {
            assert!(Repo::parse(text).is_err(), "{text}");
        }
    }
}
