//! GitHub's REST JSON.

use serde_json::{Value, json};

use super::diff;
use super::node_ids::pull_id;
use super::repository;
use super::users::{merged, person};
use crate::world::check::{Check, CheckState};
use crate::world::commit::{ChangeKind, Commit, FileChange};
use crate::world::pull_request::{PullRequest, PullState, Review};
use crate::world::{Ci, World};

pub(super) use super::users::user;

pub(super) fn pull(world: &World, service: usize, pull: &PullRequest, url: &str, whole: bool) -> Value {
    let (repo, now) = (&world.services[service].repo, world.now);
    let full = format!("{}/{}", repo.owner, repo.name);
    let open = pull.state == PullState::Open;
    let (own, issue) = (format!("{url}/repos/{full}/pulls/{}", pull.number), format!("{url}/repos/{full}/issues/{}", pull.number));
    let html = format!("{url}/{full}/pull/{}", pull.number);
    let statuses = format!("{url}/repos/{full}/statuses/{}", pull.head);
    let review_comment = format!("{url}/repos/{full}/pulls/comments{{/number}}");
    let links = [
        ("self", own.clone()),
        ("html", html.clone()),
        ("issue", issue.clone()),
        ("comments", format!("{issue}/comments")),
        ("review_comments", format!("{own}/comments")),
        ("review_comment", review_comment.clone()),
        ("commits", format!("{own}/commits")),
        ("statuses", statuses.clone()),
    ];
    let links: serde_json::Map<_, _> = links.into_iter().map(|(name, href)| (name.to_owned(), json!({"href": href}))).collect();
    let side = |branch: &str, sha: &str| {
        json!({"label": format!("{}:{branch}", repo.owner), "ref": branch, "sha": sha, "user": user(&repo.owner, url),
            "repo": repository::listed(world, service, url)})
    };
    let mut value = json!({
        "id": 1_900_000 + service * 10_000 + pull.number as usize,
        "node_id": pull_id(repo, pull.number),
        "number": pull.number, "state": if open { "open" } else { "closed" }, "locked": false, "title": pull.title,
        "user": person(&pull.author, url), "body": pull.body, "draft": pull.draft,
        "html_url": html, "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"), "url": own,
        "issue_url": issue, "comments_url": format!("{issue}/comments"), "commits_url": format!("{own}/commits"),
        "review_comments_url": format!("{own}/comments"), "review_comment_url": review_comment, "statuses_url": statuses, "_links": links,
        "author_association": "MEMBER", "assignee": null, "assignees": [], "milestone": null, "active_lock_reason": null,
        "requested_teams": [],
        "created_at": world.stamp(pull.created), "updated_at": world.stamp(pull.updated_at(now)),
        "closed_at": pull.merged_at.map(|at| world.stamp(at)), "merged_at": pull.merged_at.map(|at| world.stamp(at)),
        "merge_commit_sha": pull.merge_commit,
        "labels": pull.labels.iter().map(|l| label(l, &format!("{url}/repos/{full}"))).collect::<Vec<_>>(),
        "requested_reviewers": pull.review_requests.iter().map(|l| user(l, url)).collect::<Vec<_>>(),
        "head": side(&pull.branch, &pull.head),
        "base": side(world.base_of(service, pull.number), if open { repo.main() } else { &pull.fork }),
        "auto_merge": pull.auto_merge.map(|m| json!({"merge_method": m.to_lowercase(), "enabled_by": person(&world.viewer, url),
            "commit_title": format!("{} (#{})", pull.title, pull.number), "commit_message": ""})),
    });
    if whole {
        let files = world.pull_files(service, pull);
        let mergeable = match pull.mergeable(now) {
            "MERGEABLE" => Value::Bool(true),
            "CONFLICTING" => Value::Bool(false),
            _ => Value::Null,
        };
        let more = json!({
            "merged": pull.state == PullState::Merged, "mergeable": mergeable,
            "mergeable_state": pull.merge_state(repo, now).to_lowercase(),
            "merged_by": pull.merged_by.as_ref().map(|l| user(l, url)),
            "commits": pull.commits.len(), "changed_files": files.len(),
            "additions": files.iter().map(|f| f.additions).sum::<u32>(),
            "deletions": files.iter().map(|f| f.deletions).sum::<u32>(),
            "comments": 0, "review_comments": 0, "maintainer_can_modify": true,
        });
        merged(&mut value, more);
    }
    value
}

fn label(name: &str, repo: &str) -> Value {
    let id = name.bytes().map(u64::from).sum::<u64>() + 500_000;
    json!({"id": id, "node_id": format!("LA_{id}"), "url": format!("{repo}/labels/{}", name.replace(' ', "%20")), "name": name,
        "description": null, "color": "ededed", "default": false})
}

pub(super) fn review(review: &Review, pull: &PullRequest, world: &World, service: usize, url: &str) -> Value {
    let repo = &world.services[service].repo;
    let full = format!("{}/{}", repo.owner, repo.name);
    let id = review.id.bytes().fold(17u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into())) & 0xffff_ffff;
    let html = format!("{url}/{full}/pull/{}#pullrequestreview-{id}", pull.number);
    let own = format!("{url}/repos/{full}/pulls/{}", pull.number);
    json!({
        "id": id, "node_id": review.id, "user": user(&review.author, url), "body": "", "state": review.state, "html_url": html,
        "pull_request_url": own, "author_association": "MEMBER", "_links": {"html": {"href": html}, "pull_request": {"href": own}},
        "commit_id": review.commit, "submitted_at": world.stamp(review.at),
    })
}

pub(super) fn commit(world: &World, service: usize, commit: &Commit, url: &str, whole: bool) -> Value {
    let repo = &world.services[service].repo;
    let full = format!("{}/{}", repo.owner, repo.name);
    let signature = |when| json!({"name": commit.author.name, "email": commit.author.email, "date": world.when(when)});
    let parents: Vec<Value> = commit
        .parents
        .iter()
        .map(|p| json!({"sha": p, "url": format!("{url}/repos/{full}/commits/{p}"), "html_url": format!("{url}/{full}/commit/{p}")}))
        .collect();
    let mut value = json!({
        "sha": commit.oid, "node_id": format!("C_{}", commit.oid),
        "url": format!("{url}/repos/{full}/commits/{}", commit.oid), "html_url": format!("{url}/{full}/commit/{}", commit.oid),
        "comments_url": format!("{url}/repos/{full}/commits/{}/comments", commit.oid),
        "commit": {"url": format!("{url}/repos/{full}/git/commits/{}", commit.oid), "tree": tree(commit, &format!("{url}/repos/{full}")),
            "verification": {"verified": false, "reason": "unsigned", "payload": null, "signature": null, "verified_at": null},
            "author": signature(commit.authored), "committer": signature(commit.committed), "message": commit.message, "comment_count": 0},
        "author": person(&commit.author, url), "committer": person(&commit.author, url), "parents": parents,
    });
    if whole {
        let (plus, minus): (u32, u32) = commit.files.iter().fold((0, 0), |(a, d), f| (a + f.additions, d + f.deletions));
        value["stats"] = json!({"additions": plus, "deletions": minus, "total": plus + minus});
        value["files"] = files(&commit.files, &format!("{url}/{full}"), &format!("{url}/repos/{full}"), &commit.oid);
    }
    value
}

/// The world has no trees, so each commit has an invented one.
fn tree(commit: &Commit, repo: &str) -> Value {
    let sha: String = commit.oid.chars().rev().collect();
    json!({"sha": sha, "url": format!("{repo}/git/trees/{sha}")})
}

/// Changed lines of a file above which none are shown.
const LARGEST_PATCH: u32 = 3000;

/// The changes up to the commit `at`; `html` and `repo` are the two addresses of the repository.
pub(super) fn files(files: &[FileChange], html: &str, repo: &str, at: &str) -> Value {
    let view = |f: &FileChange| {
        let status = match f.kind {
            ChangeKind::Added => "added",
            ChangeKind::Modified => "modified",
            ChangeKind::Deleted => "removed",
        };
        let mut value = json!({"sha": format!("{:040x}", f.path.len() * 7919), "filename": f.path, "status": status,
            "additions": f.additions, "deletions": f.deletions, "changes": f.additions + f.deletions,
            "blob_url": format!("{html}/blob/{at}/{}", f.path), "raw_url": format!("{html}/raw/{at}/{}", f.path),
            "contents_url": format!("{repo}/contents/{}?ref={at}", f.path)});
        // GitHub leaves out what is too large to be shown.
        if f.additions + f.deletions <= LARGEST_PATCH {
            value["patch"] = diff::hunk(f).into();
        }
        value
    };
    files.iter().map(view).collect()
}

/// `full` is `OWNER/REPO`.
pub(super) fn check_run(world: &World, ci: Ci, check: &Check, head: &str, full: &str, url: &str) -> Value {
    let state = check.state(world.now);
    let done = matches!(state, CheckState::Passed | CheckState::Failed);
    let own = format!("{url}/repos/{full}/check-runs/{}", check.id);
    json!({
        "id": check.id, "node_id": format!("CR_{}", check.id), "name": check.name, "head_sha": head, "external_id": check.id.to_string(),
        "url": own, "status": match state { CheckState::Queued => "queued", CheckState::Running => "in_progress", _ => "completed" },
        "conclusion": check.conclusion(world.now).map(str::to_lowercase),
        "started_at": (state != CheckState::Queued).then(|| world.stamp(check.starts)),
        "completed_at": done.then(|| world.stamp(check.ends)),
        "details_url": format!("{url}/runs/{}", check.id), "html_url": format!("{url}/runs/{}", check.id),
        "output": {"title": null, "summary": null, "text": null, "annotations_count": 0, "annotations_url": format!("{own}/annotations")},
        "app": app(ci, url), "check_suite": {"id": check.id / 8}, "pull_requests": [],
    })
}

/// The app that reported the checks.
pub(super) fn app(ci: Ci, url: &str) -> Value {
    let (id, slug, node, owner, name, site) = match ci {
        Ci::Circleci => (18_001, "circleci-checks", "A_circleci", "circleci", "CircleCI Checks", "https://circleci.com"),
        Ci::Actions => (15_368, "github-actions", "A_actions", "github", "GitHub Actions", "https://help.github.com/en/actions"),
    };
    json!({
        "id": id, "slug": slug, "node_id": node, "client_id": "Iv1.5a1d5a1d5a1d5a1d", "owner": user(owner, url),
        "name": name, "description": null, "external_url": site, "html_url": format!("{url}/apps/{slug}"),
        "created_at": "2018-08-06T20:47:22Z", "updated_at": "2024-02-09T18:24:19Z",
        "permissions": {"checks": "write", "contents": "read", "metadata": "read"}, "events": ["check_run", "check_suite", "push"],
    })
}
