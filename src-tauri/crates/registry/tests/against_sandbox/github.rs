//! GitHub's adapter: reading, merging, reverting.

use super::fixture::World;
use serde_json::{Value, json};
use slipway_domain::forecast::{FileAt, LandedStatus, SinceBase};
use slipway_domain::status::MergeMethod;
use slipway_sandbox::Scenario;
use slipway_vendor::{ChangeProbeTarget, CodeHost, MergedPullRequest, PullRequestState, ReadError, SendError};

#[tokio::test]
async fn github_reads() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (github, service) = (&world.github, world.service());
    assert!(!github.whoami().await.unwrap().user.unwrap().is_empty());
    let facts = github.observe(&service.repo, "main").await.unwrap();
    assert_eq!((facts.gaps.as_slice(), facts.open_total), (&[] as &[String], facts.pull_requests.len() as u64));
    assert!(!facts.pull_requests.is_empty() && facts.main.len() == 50 && !facts.merge_methods.is_empty());
    assert!(!facts.rules.required_checks.is_empty());
    assert!(facts.main.iter().all(|c| c.sha.len() == 40 && !c.title.is_empty() && c.author.is_some() && c.committed_at.is_some()));
    assert!(facts.main.iter().filter(|c| c.pull_request.is_some()).count() > 10);
    let wanted = [ChangeProbeTarget { repo: service.repo.clone(), branch: "main".to_owned(), open: facts.pull_requests.len() }];
    for with_checks in [false, true] {
        let probe = github.change_probes(&wanted, with_checks).await.unwrap().remove(0).unwrap();
        assert_eq!(probe.open_total, facts.open_total);
    }
    let pr = &facts.pull_requests[0];
    assert!(pr.checks_complete && pr.additions.is_some() && pr.created_at.is_some() && pr.commits.is_some());

    let now = github.pull_request(&service.repo, pr.number).await.unwrap();
    assert_eq!((now.state, now.rules, now.pull_request.head_sha.as_str()), (PullRequestState::Open, facts.rules, pr.head_sha.as_str()));
    let ids: Vec<String> = facts.pull_requests.iter().map(|pr| pr.node_id.clone()).collect();
    let files = github.changed_files(&ids).await.unwrap();
    assert_eq!(files.len(), ids.len());
    assert!(files.iter().all(|f| f.complete && !f.files.is_empty()));

    let (base, head) = (&facts.main[30].sha, &facts.main[0].sha);
    let range = github.commits_between(&service.repo, "main", base, head).await.unwrap();
    assert!(range.complete && &range.commits[0].sha == head && range.commits.iter().all(|c| &c.sha != base));
    for commit in &range.commits {
        let seen = facts.main.iter().find(|c| c.sha == commit.sha);
        assert!(seen.is_none_or(|seen| seen.pull_request == commit.pull_request && seen.title == commit.title), "{}", commit.sha);
    }
    let merged: Vec<u64> = range.commits.iter().filter_map(|c| c.pull_request).collect();
    let touched = github.files_of_range(&service.repo, &merged, std::slice::from_ref(head)).await.unwrap();
    assert!(touched.iter().any(|f| f.commit.is_some()) && touched.iter().any(|f| f.pull_request.is_some()));
    let paths: Vec<String> = touched.iter().map(|f| f.path.clone()).collect();
    let patches = github.patches(&service.repo, &merged[..1], std::slice::from_ref(head), &paths).await.unwrap();
    assert!(patches.iter().any(|p| p.pull_request.is_some()) && patches.iter().any(|p| p.commit.is_some()));
    assert!(patches.iter().all(|p| p.patch.as_ref().is_some_and(|patch| patch.starts_with("@@"))));
    // A pull request from a fork whose runs wait; and conversations, code owners and checks of several workflows.
    let of = |more: Value| {
        let mut of = json!({ "service": service.name, "number": pr.number });
        of.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        of
    };
    world.make(json!({ "outsider": of(json!({ "waiting": ["CI"] })), "conversations": of(json!({ "open": 1 })) })).await;
    assert_eq!(github.waiting_runs(&service.repo, &pr.head_sha).await.unwrap().len(), 1);
    let runs = json!({ "are": [{ "name": "build", "conclusion": "STALE", "app": "github-actions", "workflow": "CI", "event": "push" }] });
    world.make(json!({ "check_runs": of(runs), "code_owners": of(json!({ "asked": ["dora"] })) })).await;
    let demands = json!({ "service": service.name, "conversations": "ruleset", "signatures": "ruleset", "apps": [["build", 15368]] });
    world.make(json!({ "demands": demands })).await;
    let seen = github.pull_request(&service.repo, pr.number).await.unwrap();
    assert!(seen.rules.signatures && seen.rules.conversation_resolution && seen.pull_request.unresolved_threads == Some(1));
    assert!(github.find_revert(&service.repo, "no such marker", None).await.unwrap().opened.is_none());
    assert!(matches!(github.observe("acme/no-such", "main").await, Err(ReadError::NotFound(_))));
    assert!(matches!(github.pull_request(&service.repo, 999_999).await, Err(ReadError::NotFound(_))));
    assert!(github.account().budget().rate.unwrap().remaining > 0);
    world.assert_polite().await;
}

#[tokio::test]
async fn merge_and_revert() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (github, service) = (&world.github, world.service());
    let opened = world.make(json!({ "open_pull": { "service": service.name, "title": "A change", "ready": true } })).await;
    let number = opened["open_pull"]["pull_request"].as_u64().unwrap();
    let seen = github.pull_request(&service.repo, number).await.unwrap();
    let stale = github.merge(&service.repo, number, &"0".repeat(40), MergeMethod::Squash).await;
    assert!(matches!(stale, Err(SendError::Refused { status: 409, .. })), "{stale:?}");
    let merged = github.merge(&service.repo, number, &seen.pull_request.head_sha, MergeMethod::Squash).await.unwrap();
    let now = github.pull_request(&service.repo, number).await.unwrap();
    assert_eq!((now.state, now.merge_commit.clone()), (PullRequestState::Merged, merged.merge_commit));
    assert!(now.merged_by.is_some());
    let again = github.merge(&service.repo, number, &seen.pull_request.head_sha, MergeMethod::Squash).await;
    assert!(matches!(again, Err(SendError::Refused { status: 405, .. })), "{again:?}");

    let revert = github.revert(&seen.pull_request.node_id, "Revert \"A change\"", "Because. <!-- slipway:op-1 -->").await.unwrap();
    let found = github.find_revert(&service.repo, "slipway:op-1", None).await.unwrap().opened.unwrap();
    assert_eq!((found.number, found.url), (revert.number, revert.url));
    let reverts = github.newest_reverts(&service.repo, &MergedPullRequest::from(&now)).await.unwrap();
    assert_eq!(reverts, [], "its body does not say what it reverts");
    let open = github.observe(&service.repo, "main").await.unwrap().pull_requests[0].clone();
    let refused = github.revert(&open.node_id, "Revert", "Not merged").await;
    assert!(open.number == revert.number || matches!(refused, Err(SendError::Refused { status: 200, .. })), "{refused:?}");
    assert_eq!((world.applied("merge").await, world.applied("revert").await), (1, 1));
    world.assert_polite().await;
}

/// Merging later: by auto-merge, through a queue, or after updating the branch.
#[tokio::test]
async fn the_other_ways_to_merge() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (github, service) = (&world.github, world.service());
    let open = async |ready: bool| {
        let opened = world.make(json!({ "open_pull": { "service": service.name, "title": "Later", "ready": ready } })).await;
        let number = opened["open_pull"]["pull_request"].as_u64().unwrap();
        github.pull_request(&service.repo, number).await.unwrap().pull_request
    };
    let waiting = open(false).await;
    github.enable_auto_merge(&waiting.node_id, &waiting.head_sha, MergeMethod::Squash).await.unwrap();
    assert!(github.pull_request(&service.repo, waiting.number).await.unwrap().pull_request.auto_merge.is_some());
    github.disable_auto_merge(&waiting.node_id).await.unwrap();
    assert!(github.pull_request(&service.repo, waiting.number).await.unwrap().pull_request.auto_merge.is_none());

    let ready = open(true).await;
    let stale = github.update_branch(&ready.node_id, &"0".repeat(40)).await;
    assert!(matches!(stale, Err(SendError::Refused { .. })), "{stale:?}");
    let refused = github.enqueue(&ready.node_id, &ready.head_sha).await;
    assert!(matches!(refused, Err(SendError::Refused { .. })), "{refused:?}");
    world.make(json!({ "repository": { "service": service.name, "merge_queue": "squash" } })).await;
    assert!(github.enqueue(&ready.node_id, &ready.head_sha).await.unwrap().is_some());
    github.dequeue(&ready.node_id).await.unwrap();
    let facts = github.observe(&service.repo, "main").await.unwrap();
    assert!(facts.pull_requests.iter().any(|pr| pr.number == ready.number));
    assert!(github.contains(&service.repo, &facts.main[3].sha, &facts.main[0].sha).await.unwrap());
    world.assert_polite().await;
}

/// What a revert's forecast is made of: which commits brought a change, its files, and whether files came to be.
#[tokio::test]
async fn what_a_merged_change_brought() {
    let world = World::start(Scenario::Healthy, 60.0).await;
    let (github, service) = (&world.github, world.service());
    let merge = async |migration: bool| {
        let open = json!({ "service": service.name, "title": "A change", "ready": true, "migration": migration });
        let number = world.make(json!({ "open_pull": open })).await["open_pull"]["pull_request"].as_u64().unwrap();
        let pr = github.pull_request(&service.repo, number).await.unwrap().pull_request;
        let files = github.changed_files(&[pr.node_id]).await.unwrap().remove(0).files;
        let merged = github.merge(&service.repo, number, &pr.head_sha, MergeMethod::Squash).await.unwrap();
        (number, files, merged.merge_commit.unwrap())
    };
    let (_, _, edit) = merge(false).await;
    let (number, files, landed) = merge(true).await;

    let commits = github.commits_from(&service.repo, "main", &landed, 20).await.unwrap();
    let main = github.observe(&service.repo, "main").await.unwrap().main;
    let known: Vec<_> = main.into_iter().skip_while(|c| c.sha != landed).take(20).collect();
    assert_eq!((commits.len(), &commits), (20, &known));
    assert_eq!((commits[0].pull_request, &commits[0].parents), (Some(number), &vec![commits[1].sha.clone()]));
    let base = &commits[1].sha;

    let brought = github.landed_files(&service.repo, &landed).await.unwrap();
    let sorted = |mut paths: Vec<String>| {
        paths.sort();
        paths
    };
    let paths = sorted(brought.iter().map(|f| f.path.clone()).collect());
    assert_eq!(paths, sorted(files.iter().map(|f| f.path.clone()).collect()));
    let of_status = |status| brought.iter().filter(|f| f.status == status).map(|f| f.path.as_str()).collect::<Vec<_>>();
    let (added, changed) = (of_status(LandedStatus::Added), of_status(LandedStatus::Changed));
    assert_eq!((added.len(), added.len() + changed.len()), (1, brought.len()), "{brought:?}");
    assert!(added[0].starts_with("db/migrate/"), "{added:?}");

    let at = |commit: &str, path: &str| (commit.to_owned(), path.to_owned());
    let places = [at(&landed, added[0]), at(base, added[0]), at(&landed, changed[0]), at(base, changed[0])];
    let texts = github.texts_at(&service.repo, &places).await.unwrap();
    let [Ok(new), Err(_), Ok(after), Ok(before)] = texts.as_slice() else { panic!("{texts:?}") };
    let additions = files.iter().find(|f| f.path == added[0]).unwrap().additions;
    assert_eq!(String::from_utf8_lossy(new).lines().count() as u64, additions);
    assert!(after != before && !before.is_empty());

    let others = [at(&landed, "db/migrate"), at(&landed, "no/such.rb")];
    let found = github.files_at(&service.repo, &[places.as_slice(), &others].concat()).await.unwrap();
    let ids: Vec<&str> = [(0, new), (2, after), (3, before)]
        .into_iter()
        .map(|(place, text)| match &found[place] {
            FileAt::File { id, executable: false, size, binary: Some(false) } if *size == text.len() as u64 => id.as_str(),
            other => panic!("{:?}: {other:?}", places[place]),
        })
        .collect();
    assert!(ids.iter().all(|id| id.len() == 40) && ids[1] != ids[2], "{ids:?}");
    assert_eq!([&found[1], &found[4], &found[5]], [&FileAt::Absent, &FileAt::Folder, &FileAt::Absent]);

    let since = async |base: &str, head: &str| github.appeared_between(&service.repo, base, head).await.unwrap();
    assert_eq!(since(base, &landed).await, SinceBase::SomethingAppeared);
    let before_edit = &github.commits_from(&service.repo, "main", &edit, 2).await.unwrap()[1].sha;
    assert_eq!(since(before_edit, &edit).await, SinceBase::NothingAppeared);
    assert!(matches!(since(&landed, base).await, SinceBase::NotKnown(_)));
    world.assert_polite().await;
}
