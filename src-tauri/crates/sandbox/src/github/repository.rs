//! GitHub's repositories in REST's form.

use serde_json::{Value, json};

use super::users::{merged, user};
use crate::world::World;

/// The ids of the sandbox's repositories start here.
pub(crate) const FIRST_ID: usize = 810_000;

/// The form in lists and inside other answers.
pub(crate) fn listed(world: &World, service: usize, url: &str) -> Value {
    let repo = &world.services[service].repo;
    let full = format!("{}/{}", repo.owner, repo.name);
    let mut value = json!({
        "id": FIRST_ID + service, "node_id": repo.id, "name": repo.name, "full_name": full, "private": true,
        "owner": user(&repo.owner, url), "html_url": format!("{url}/{full}"), "description": null, "fork": false,
        "url": format!("{url}/repos/{full}"),
        "archived": repo.archived, "disabled": false, "visibility": "private",
        "created_at": "2021-03-04T09:00:00Z", "updated_at": world.stamp(0), "pushed_at": world.stamp(0),
        "permissions": {"admin": false, "maintain": false, "push": true, "triage": true, "pull": true},
    });
    let more = json!({
        "git_url": format!("git://github.com/{full}.git"), "ssh_url": format!("git@github.com:{full}.git"),
        "clone_url": format!("https://github.com/{full}.git"), "svn_url": format!("https://github.com/{full}"), "mirror_url": null,
        "homepage": null, "language": "Ruby", "size": 48_000, "default_branch": world.default_branch(service), "license": null, "topics": [],
        "forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0,
        "open_issues": repo.pulls.len(), "open_issues_count": repo.pulls.len(),
        "has_issues": true, "has_projects": true, "has_wiki": false, "has_pages": false, "has_downloads": true,
    });
    merged(&mut value, more);
    merged(&mut value, addresses(&format!("{url}/repos/{full}")));
    value
}

/// The form of `GET /repos/{owner}/{repo}`.
pub(crate) fn whole(world: &World, service: usize, url: &str) -> Value {
    let repo = &world.services[service].repo;
    let mut value = listed(world, service, url);
    let more = json!({
        "has_discussions": false, "subscribers_count": 0, "network_count": 0,
        "allow_merge_commit": repo.methods.contains("merge"), "allow_squash_merge": repo.methods.contains("squash"),
        "allow_rebase_merge": repo.methods.contains("rebase"), "allow_auto_merge": repo.auto_merge_allowed,
    });
    merged(&mut value, more);
    value
}

/// The addresses below that of the repository; templates where a parameter is needed.
fn addresses(own: &str) -> Value {
    const BELOW: [(&str, &str); 36] = [
        ("archive", "/{archive_format}{/ref}"),
        ("assignees", "/assignees{/user}"),
        ("blobs", "/git/blobs{/sha}"),
        ("branches", "/branches{/branch}"),
        ("collaborators", "/collaborators{/collaborator}"),
        ("comments", "/comments{/number}"),
        ("commits", "/commits{/sha}"),
        ("compare", "/compare/{base}...{head}"),
        ("contents", "/contents/{+path}"),
        ("contributors", "/contributors"),
        ("deployments", "/deployments"),
        ("downloads", "/downloads"),
        ("events", "/events"),
        ("forks", "/forks"),
        ("git_commits", "/git/commits{/sha}"),
        ("git_refs", "/git/refs{/sha}"),
        ("git_tags", "/git/tags{/sha}"),
        ("hooks", "/hooks"),
        ("issue_comment", "/issues/comments{/number}"),
        ("issue_events", "/issues/events{/number}"),
        ("issues", "/issues{/number}"),
        ("keys", "/keys{/key_id}"),
        ("labels", "/labels{/name}"),
        ("languages", "/languages"),
        ("merges", "/merges"),
        ("milestones", "/milestones{/number}"),
        ("notifications", "/notifications{?since,all,participating}"),
        ("pulls", "/pulls{/number}"),
        ("releases", "/releases{/id}"),
        ("stargazers", "/stargazers"),
        ("statuses", "/statuses/{sha}"),
        ("subscribers", "/subscribers"),
        ("subscription", "/subscription"),
        ("tags", "/tags"),
        ("teams", "/teams"),
        ("trees", "/git/trees{/sha}"),
    ];
    BELOW
        .iter()
        .map(|(name, below)| (format!("{name}_url"), Value::from(format!("{own}{below}"))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
