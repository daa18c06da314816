//! The operations that vendors publish, simulated or not, so that an operation that is not simulated can be
//! distinguished from one that does not exist.
//! A call without a route is looked up in the vendor's published operations. A published one is answered with 501
//! and `not simulated: …`, and counted in the truth's `not_simulated`; any other with the vendor's own 404, and
//! counted in `unknown_routes`. The lists are in `operations/`; a test of the contracts compares them with what the
//! vendors publish.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::json;

use crate::http::{Reply, Vendor};

const GITHUB: &str = include_str!("operations/github.txt");
const CIRCLECI: &str = include_str!("operations/circleci.txt");
const HEROKU: &str = include_str!("operations/heroku.txt");
/// Every type; for those that the sandbox simulates in part, also all fields with their arguments, or all values.
const GRAPHQL: &str = include_str!("operations/github-graphql.txt");

static LISTS: LazyLock<[Vec<Operation>; 3]> = LazyLock::new(|| [GITHUB, CIRCLECI, HEROKU].map(read));
static TYPES: LazyLock<HashMap<&'static str, HashMap<&'static str, &'static str>>> = LazyLock::new(read_types);

/// The published lists by vendor, for the test that compares them with the contracts.
pub const PUBLISHED: [(&str, &str); 3] = [("github", GITHUB), ("circleci", CIRCLECI), ("heroku", HEROKU)];
pub const PUBLISHED_GRAPHQL: &str = GRAPHQL;

enum Part {
    Literal(&'static str),
    One,
    /// A path or a branch: one or more segments.
    Several,
    /// `gh/acme/storefront`
    Slug,
}

struct Operation {
    /// `GET /repos/{owner}/{repo}/issues`
    name: &'static str,
    method: &'static str,
    parts: Vec<Part>,
}

/// Parameters that may contain slashes, as marked in GitHub's description.
const SEVERAL: [&str; 10] = ["basehead", "branch", "commit_sha", "dir", "path", "ref", "sha", "subject_digest", "tag", "tree_sha"];

fn read(list: &'static str) -> Vec<Operation> {
    let part = |part: &'static str| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some("project-slug") => Part::Slug,
        Some(name) if SEVERAL.contains(&name) => Part::Several,
        Some(_) => Part::One,
        None => Part::Literal(part),
    };
    let operation = |line: &'static str| {
        let (method, path) = line.split_once(' ')?;
        Some(Operation { name: line, method, parts: path.split('/').filter(|part| !part.is_empty()).map(part).collect() })
    };
    list.lines().filter_map(operation).collect()
}

/// The number of literal segments that match; None: the path does not match.
fn fits(parts: &[Part], path: &[&str]) -> Option<usize> {
    let Some((first, rest)) = parts.split_first() else { return path.is_empty().then_some(0) };
    let (head, tail) = path.split_first()?;
    match first {
        Part::Literal(word) => (word == head).then(|| fits(rest, tail)).flatten().map(|fitting| fitting + 1),
        Part::One => fits(rest, tail),
        Part::Several => (1..=path.len()).filter_map(|taken| fits(rest, &path[taken..])).max(),
        Part::Slug => path.get(3..).and_then(|left| fits(rest, left)),
    }
}

/// The vendor's published operation that a call is for, if there is one.
pub fn operation(vendor: Vendor, method: &str, path: &[&str]) -> Option<&'static str> {
    let list = match vendor {
        Vendor::Github => &LISTS[0],
        Vendor::Circleci => &LISTS[1],
        Vendor::Heroku => &LISTS[2],
        Vendor::Logs | Vendor::Control | Vendor::Elsewhere => return None,
    };
    let fitting = list.iter().filter(|operation| operation.method == method);
    let fitting = fitting.filter_map(|operation| Some((fits(&operation.parts, path)?, operation.name)));
    fitting.max_by_key(|(literal, _)| *literal).map(|(_, name)| name)
}

fn read_types() -> HashMap<&'static str, HashMap<&'static str, &'static str>> {
    let member = |member: &'static str| match member.split_once('(') {
        Some((name, arguments)) => (name, arguments.trim_end_matches(')')),
        None => (member, ""),
    };
    let line = |line: &'static str| match line.split_once(": ") {
        Some((name, members)) => (name, members.split(", ").map(member).collect()),
        None => (line, HashMap::new()),
    };
    GRAPHQL.lines().map(line).collect()
}

/// Whether GitHub's GraphQL has a type and, if given, a field or value of it, and an argument of that.
pub fn graphql_has(kind: &str, member: Option<&str>, argument: Option<&str>) -> bool {
    let Some(members) = TYPES.get(kind) else { return false };
    let Some(member) = member else { return true };
    let Some(arguments) = members.get(member) else { return false };
    argument.is_none_or(|argument| arguments.split(' ').any(|known| known == argument))
}

/// The vendor's form of an error, with a text for what the sandbox does not simulate.
pub fn not_simulated(vendor: Vendor, what: &str) -> Reply {
    let message = format!("not simulated: {what}");
    let body = match vendor {
        Vendor::Github => json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": "501"}),
        Vendor::Heroku => json!({"id": "not_simulated", "message": message}),
        Vendor::Circleci | Vendor::Logs | Vendor::Control | Vendor::Elsewhere => json!({"message": message}),
    };
    Reply::json(501, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_literal_operation_is_meant() {
        let of = |vendor, line: &str| {
            let (method, path) = line.split_once(' ').expect("a method");
            operation(vendor, method, &path.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>())
        };
        let github = [
            ("GET /repos/acme/shop/issues", Some("GET /repos/{owner}/{repo}/issues")),
            ("GET /repos/acme/shop/commits/feature/x/check-suites", Some("GET /repos/{owner}/{repo}/commits/{ref}/check-suites")),
            ("GET /repos/acme/shop/contents/a/b/c", Some("GET /repos/{owner}/{repo}/contents/{path}")),
            ("POST /repos/acme/shop/pulls", Some("POST /repos/{owner}/{repo}/pulls")),
            ("GET /repos/acme/shop/no-such", None),
            ("TRACE /repos/acme/shop/issues", None),
        ];
        github.into_iter().for_each(|(line, name)| assert_eq!(of(Vendor::Github, line), name, "{line}"));
        assert_eq!(of(Vendor::Heroku, "GET /apps/shop/domains"), Some("GET /apps/{app}/domains"));
        assert_eq!(of(Vendor::Circleci, "GET /api/v2/project/gh/acme/shop/envvar"), Some("GET /api/v2/project/{project-slug}/envvar"));
        assert_eq!(of(Vendor::Circleci, "GET /api/v2/favourite"), None);
        assert!(graphql_has("PullRequest", Some("assignees"), Some("first")) && graphql_has("Discussion", None, None));
        assert!(!graphql_has("PullRequest", Some("colour"), None) && !graphql_has("Colour", None, None));
    }
}
