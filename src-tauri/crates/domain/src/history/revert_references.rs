//! What a commit message, or the body of a pull request, says it reverts. Only whole lines in the
//! words that git and code hosts write themselves count.

use crate::commit::Commit;

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

/// Whether a line of `text` begins with `Reverts OWNER/REPO#N`, whatever follows that number. Looser than
/// [`reverted_pull_requests`]: who asks wants to know of a revert before making another.
pub fn names_as_reverted(text: &str, repos: &[&str], number: u64) -> bool {
    lines(text).any(|line| {
        let Some((verb, rest)) = line.split_once(' ') else { return false };
        let Some((repo, rest)) = rest.split_once('#') else { return false };
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let ours = repo.is_empty() || repos.iter().any(|known| known.eq_ignore_ascii_case(repo));
        let ends = !rest[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        verb.eq_ignore_ascii_case("reverts") && ours && ends && rest[..end].parse() == Ok(number)
    })
}

/// Code hosts refuse a longer title. In characters, as its message says ("is too long (maximum is 256
/// characters)").
pub const LONGEST_TITLE: usize = 256;

/// `Revert "…"`, in the code host's own words. A title that would be too long is shortened inside its quotes,
/// and inside those of the reverts that it reverts.
pub fn revert_title(title: &str) -> String {
    const OPEN: &str = "Revert \"";
    let mut inner = title;
    let mut depth = 1;
    while let Some(less) = inner.strip_prefix(OPEN).and_then(|rest| rest.strip_suffix('"')) {
        // So deep that its own words would not fit.
        if (depth + 2) * (OPEN.len() + 1) >= LONGEST_TITLE {
            break;
        }
        (inner, depth) = (less, depth + 1);
    }
    let room = LONGEST_TITLE - depth * (OPEN.len() + 1);
    let shown = if inner.chars().count() > room {
        let kept: String = inner.chars().take(room - 1).collect();
        format!("{}…", kept.trim_end())
    } else {
        inner.to_owned()
    };
    format!("{}{shown}{}", OPEN.repeat(depth), "\"".repeat(depth))
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
