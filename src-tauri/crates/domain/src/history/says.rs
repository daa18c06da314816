//! What a commit message, or the body of a pull request, says it reverts. Only whole lines in the
//! words that git and GitHub write themselves count.

use crate::snapshot::Commit;

/// The commits of `This reverts commit <40 hexadecimal digits>`, in their order.
pub fn reverted_commits(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for rest in lines(text).filter_map(|line| line.strip_prefix("This reverts commit ")) {
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        let whole = end == 40 && !rest[end..].starts_with(|c: char| c.is_alphanumeric());
        let sha = rest[..end].to_ascii_lowercase();
        if whole && !found.contains(&sha) {
            found.push(sha);
        }
    }
    found
}

/// The pull requests of `Reverts OWNER/REPO#N`, where the repository is one of `repos`, which are
/// the names it has and had.
pub fn reverted_pull_requests(text: &str, repos: &[&str]) -> Vec<u64> {
    let mut found: Vec<u64> = Vec::new();
    for rest in lines(text).filter_map(|line| line.strip_prefix("Reverts ")) {
        let Some((repo, number)) = rest.split_once('#') else { continue };
        let number = number.trim_end_matches('.').trim_end();
        let ours = repos.iter().any(|known| known.eq_ignore_ascii_case(repo));
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if let (true, Ok(number)) = (ours && digits, number.parse())
            && !found.contains(&number)
        {
            found.push(number);
        }
    }
    found
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.trim().trim_start_matches("* "))
}

impl Commit {
    /// Fills what it reverts from its whole message and the body of the pull request that brought it.
    pub fn read_reverts(&mut self, message: &str, pull_request_body: Option<&str>, repos: &[&str]) {
        self.reverts_commits = reverted_commits(message);
        self.reverts_pull_requests = reverted_pull_requests(message, repos);
        self.pull_request_reverts = pull_request_body.map(|body| reverted_pull_requests(body, repos)).unwrap_or_default();
    }
}
