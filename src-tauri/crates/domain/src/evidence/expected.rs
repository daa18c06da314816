//! Which checks a head into a branch is expected to have: those that other heads into it had.
//!
//! Workflows with path filters do not report on every head, so what is expected is not what any
//! head ever had. A check is usual when at least half of the heads of the last 30 days had it; one
//! that lacks it is not called green, though a person may merge it. That anything at all is expected
//! is shown by a single head that had a check.

use crate::pull_request::{BranchRules, Check, ExpectedCheck, PullRequest, SeenHead};
use crate::status::{CheckKind, CheckStatus};
use crate::time::Time;

/// Seconds for which a head counts.
const LASTING: f64 = 30.0 * 86_400.0;
/// Seconds for which a head that is seen again unchanged is not noted again.
const FRESH: f64 = 86_400.0;
/// Heads that are kept, the newest.
const MOST: usize = 40;

type Key = (CheckKind, String, Option<String>, Option<String>);

/// Fills `rules` with what was seen before and what `pull_requests` show now. A list that could not
/// be read whole shows nothing.
pub fn remember(rules: &mut BranchRules, before: &BranchRules, pull_requests: &[PullRequest], branch: &str, now: Time) {
    let known = before.seen_heads.iter().filter(|head| now.since(head.seen_at) < LASTING);
    let mut heads: Vec<(String, Time, Vec<Key>)> = known.map(|head| (head.sha.clone(), head.seen_at, keys_of(head, before))).collect();
    for pr in pull_requests.iter().filter(|pr| pr.base_branch == branch && pr.checks_complete) {
        let mut keys: Vec<Key> = reported(&pr.check_list).map(key).collect();
        keys.sort();
        keys.dedup();
        let old = heads.iter().position(|(sha, ..)| *sha == pr.head_sha);
        if keys.is_empty() || old.is_some_and(|at| heads[at].2 == keys && now.since(heads[at].1) < FRESH) {
            continue;
        }
        if let Some(at) = old {
            heads.remove(at);
        }
        heads.push((pr.head_sha.clone(), now, keys));
    }
    heads.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    heads.truncate(MOST);
    rules.expected_checks = table(&heads);
    let place = |wanted: &Key| rules.expected_checks.iter().position(|check| key_of(check) == *wanted);
    let seen = |(sha, seen_at, keys): &(String, Time, Vec<Key>)| SeenHead {
        sha: sha.clone(),
        seen_at: *seen_at,
        checks: keys.iter().filter_map(place).collect(),
    };
    rules.seen_heads = heads.iter().map(seen).collect();
}

/// What the host has said of a head.
pub fn reported(checks: &[Check]) -> impl Iterator<Item = &Check> {
    checks.iter().filter(|check| check.status != CheckStatus::Missing)
}

/// What is usual and not in `checks`. A workflow or an app that was not told may be the one.
pub fn lacking<'a>(rules: &'a BranchRules, checks: &[Check]) -> Vec<&'a ExpectedCheck> {
    let may_be = |told: &Option<String>, wanted: &Option<String>| told.is_none() || wanted.is_none() || told == wanted;
    let is = |check: &Check, wanted: &ExpectedCheck| {
        check.name == wanted.name
            && check.kind == wanted.kind
            && may_be(&check.app, &wanted.app)
            && may_be(&check.workflow, &wanted.workflow)
    };
    rules.expected_checks.iter().filter(|wanted| wanted.usual && !checks.iter().any(|check| is(check, wanted))).collect()
}

fn table(heads: &[(String, Time, Vec<Key>)]) -> Vec<ExpectedCheck> {
    let mut found: Vec<(Key, Time, usize)> = Vec::new();
    for (_, seen_at, keys) in heads {
        for key in keys {
            match found.iter_mut().find(|(known, ..)| known == key) {
                Some((_, last, count)) => (*last, *count) = ((*last).max(*seen_at), *count + 1),
                None => found.push((key.clone(), *seen_at, 1)),
            }
        }
    }
    found.sort();
    let expected = |((kind, name, app, workflow), seen_at, count): (Key, Time, usize)| ExpectedCheck {
        name,
        kind,
        app,
        workflow,
        seen_at,
        usual: count * 2 >= heads.len(),
    };
    found.into_iter().map(expected).collect()
}

fn key(check: &Check) -> Key {
    (check.kind, check.name.clone(), check.app.clone(), check.workflow.clone())
}

fn key_of(check: &ExpectedCheck) -> Key {
    (check.kind, check.name.clone(), check.app.clone(), check.workflow.clone())
}

fn keys_of(head: &SeenHead, rules: &BranchRules) -> Vec<Key> {
    head.checks.iter().filter_map(|at| rules.expected_checks.get(*at)).map(key_of).collect()
}
