//! GitHub's REST shapes.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::git::{ChangeKind, Commit, FileChange, Person};
use crate::world::pull_request::{Check, CheckState, PullRequest, PullState};

pub fn user(login: &str, url: &str) -> Value {
    let kind = if login.ends_with("-approver") || login.ends_with("[bot]") { "Bot" } else { "User" };
    json!({
        "login": login, "id": login.bytes().map(i64::from).sum::<i64>() + 10_000, "node_id": format!("U_{login}"),
        "avatar_url": format!("{url}/avatars/{login}"), "html_url": format!("{url}/{login}"),
        "url": format!("{url}/users/{login}"), "type": kind, "site_admin": false,
    })
}

fn person(person: &Person, url: &str) -> Value {
    person.login.as_ref().map_or(Value::Null, |login| user(login, url))
}

pub fn repo(world: &World, service: usize, url: &str) -> Value {
    let repo = &world.services[service].repo;
    let full = format!("{}/{}", repo.owner, repo.name);
    json!({
        "id": 810_000 + service, "node_id": repo.id, "name": repo.name, "full_name": full, "private": true,
        "owner": user(&repo.owner, url), "html_url": format!("{url}/{full}"), "url": format!("{url}/repos/{full}"),
        "default_branch": "main", "archived": false, "disabled": false, "visibility": "private",
        "allow_merge_commit": repo.methods.contains("merge"), "allow_squash_merge": repo.methods.contains("squash"),
        "allow_rebase_merge": repo.methods.contains("rebase"), "allow_auto_merge": true,
        "permissions": {"admin": false, "maintain": false, "push": true, "triage": true, "pull": true},
    })
}

pub fn pull(world: &World, service: usize, pull: &PullRequest, url: &str, whole: bool) -> Value {
    let (repo, now) = (&world.services[service].repo, world.now);
    let full = format!("{}/{}", repo.owner, repo.name);
    let open = pull.state == PullState::Open;
    let side = |branch: &str, sha: &str| {
        json!({"label": format!("{}:{branch}", repo.owner), "ref": branch, "sha": sha, "user": user(&repo.owner, url),
            "repo": {"id": 810_000 + service, "name": repo.name, "full_name": full}})
    };
    let mut value = json!({
        "id": 1_900_000 + service * 10_000 + pull.number as usize,
        "node_id": super::mutations::pull_id(&repo.owner, &repo.name, pull.number),
        "number": pull.number, "state": if open { "open" } else { "closed" }, "locked": false, "title": pull.title,
        "user": person(&pull.author, url), "body": pull.body, "draft": pull.draft,
        "html_url": format!("{url}/{full}/pull/{}", pull.number),
        "url": format!("{url}/repos/{full}/pulls/{}", pull.number),
        "created_at": world.stamp(pull.created), "updated_at": world.stamp(pull.updated_at(now)),
        "closed_at": pull.merged_at.map(|at| world.stamp(at)), "merged_at": pull.merged_at.map(|at| world.stamp(at)),
        "merge_commit_sha": pull.merge_commit,
        "labels": pull.labels.iter().map(|l| json!({"name": l, "color": "ededed"})).collect::<Vec<_>>(),
        "requested_reviewers": pull.review_requests.iter().map(|l| user(l, url)).collect::<Vec<_>>(),
        "head": side(&pull.branch, &pull.head),
        "base": side("main", if open { repo.main() } else { &pull.fork }),
        "auto_merge": pull.auto_merge.map(|m| json!({"merge_method": m.to_lowercase(), "enabled_by": person(&world.viewer, url)})),
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
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
    }
    value
}

pub fn commit(world: &World, service: usize, commit: &Commit, url: &str, whole: bool) -> Value {
    let repo = &world.services[service].repo;
    let full = format!("{}/{}", repo.owner, repo.name);
    let signature = |when| json!({"name": commit.author.name, "email": commit.author.email, "date": world.when(when)});
    let parents: Vec<Value> = commit.parents.iter().map(|p| json!({"sha": p, "url": format!("{url}/repos/{full}/commits/{p}")})).collect();
    let mut value = json!({
        "sha": commit.oid, "node_id": format!("C_{}", commit.oid),
        "url": format!("{url}/repos/{full}/commits/{}", commit.oid), "html_url": format!("{url}/{full}/commit/{}", commit.oid),
        "commit": {"author": signature(commit.authored), "committer": signature(commit.committed), "message": commit.message, "comment_count": 0},
        "author": person(&commit.author, url), "committer": person(&commit.author, url), "parents": parents,
    });
    if whole {
        let (plus, minus): (u32, u32) = commit.files.iter().fold((0, 0), |(a, d), f| (a + f.additions, d + f.deletions));
        value["stats"] = json!({"additions": plus, "deletions": minus, "total": plus + minus});
        value["files"] = files(&commit.files);
    }
    value
}

pub fn files(files: &[FileChange]) -> Value {
    let view = |f: &FileChange| {
        let status = match f.kind {
            ChangeKind::Added => "added",
            ChangeKind::Modified => "modified",
            ChangeKind::Deleted => "removed",
        };
        json!({"sha": format!("{:040x}", f.path.len() * 7919), "filename": f.path, "status": status,
            "additions": f.additions, "deletions": f.deletions, "changes": f.additions + f.deletions})
    };
    files.iter().map(view).collect()
}

pub fn check_run(world: &World, check: &Check, head: &str, url: &str) -> Value {
    let state = check.state(world.now);
    let done = matches!(state, CheckState::Passed | CheckState::Failed);
    json!({
        "id": check.id, "name": check.name, "head_sha": head, "external_id": check.id.to_string(),
        "status": match state { CheckState::Queued => "queued", CheckState::Running => "in_progress", _ => "completed" },
        "conclusion": done.then_some(if state == CheckState::Passed { "success" } else { "failure" }),
        "started_at": (state != CheckState::Queued).then(|| world.stamp(check.starts)),
        "completed_at": done.then(|| world.stamp(check.ends)),
        "details_url": format!("{url}/runs/{}", check.id), "html_url": format!("{url}/runs/{}", check.id),
        "app": {"id": 18_001, "slug": "circleci-checks", "name": "CircleCI Checks"},
        "check_suite": {"id": check.id / 8},
    })
}
