use reqwest::Method;
use serde_json::{Value, json};
use slipway_sandbox::Scenario;

use crate::start;

/// The query of the adapters, as the vendor's schema takes it.
const OPEN: &str = r#"query OpenPRs($owner:String!,$name:String!,$after:String){
  rateLimit{cost limit remaining resetAt nodeCount}
  repository(owner:$owner,name:$name){
    autoMergeAllowed mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed viewerDefaultMergeMethod viewerPermission
    ref(qualifiedName:"refs/heads/main"){target{... on Commit{history(first:20){totalCount pageInfo{hasNextPage endCursor} nodes{
      oid abbreviatedOid message messageHeadline committedDate authoredDate author{name email user{login}} parents(first:3){nodes{oid}}
      changedFilesIfAvailable statusCheckRollup{state}
      associatedPullRequests(first:1){nodes{number title merged mergedAt author{login} headRefName baseRefName}}}}}}}
    pullRequests(states:OPEN,first:50,after:$after,orderBy:{field:UPDATED_AT,direction:DESC}){
      totalCount pageInfo{hasNextPage endCursor}
      nodes{ id number title url isDraft updatedAt headRefName headRefOid baseRefName baseRefOid author{login}
        changedFiles additions deletions
        mergeable mergeStateStatus reviewDecision isInMergeQueue isMergeQueueEnabled viewerCanEnableAutoMerge viewerCanMergeAsAdmin viewerCanUpdateBranch
        baseRef{name refUpdateRule{requiredStatusCheckContexts requiredApprovingReviewCount} compare(headRef:"main"){aheadBy behindBy status}}
        autoMergeRequest{enabledAt mergeMethod} mergeQueueEntry{position state estimatedTimeToMerge}
        latestOpinionatedReviews(first:10){nodes{state author{login}}} reviewRequests(first:10){totalCount nodes{requestedReviewer{... on User{login}}}}
        statusCheckRollup{ state contexts(first:50){ totalCount checkRunCountsByState{state count} pageInfo{hasNextPage endCursor}
          nodes{__typename ... on CheckRun{databaseId name status conclusion detailsUrl checkSuite{workflowRun{databaseId}}} ... on StatusContext{context state targetUrl}}}}
      }}}}"#;

#[tokio::test]
async fn one_query_reads_every_open_pull_request() {
    let client = start(Scenario::Healthy).await;
    let answer = client.graphql(OPEN, json!({"owner": "acme", "name": "storefront"})).await;
    assert!(answer["errors"].is_null(), "{}", answer["errors"]);
    let pulls = &answer["data"]["repository"]["pullRequests"];
    let states: Vec<&str> = pulls["nodes"].as_array().expect("nodes").iter().filter_map(|p| p["mergeStateStatus"].as_str()).collect();
    for state in ["CLEAN", "BLOCKED", "BEHIND", "DIRTY", "DRAFT"] {
        assert!(states.contains(&state), "{state} in {states:?}");
    }
    assert_eq!(answer["data"]["rateLimit"]["cost"], 2);
    let history = &answer["data"]["repository"]["ref"]["target"]["history"];
    assert!(history["totalCount"].as_u64() > Some(36));
    assert!(history["nodes"][0]["associatedPullRequests"]["nodes"][0]["merged"].as_bool().expect("a merged pull request"));
}

#[tokio::test]
async fn what_the_schema_lacks_is_refused() {
    let client = start(Scenario::Healthy).await;
    for query in [
        "{viewer{favouriteColour}}",
        "{repository(owner:\"acme\",name:\"storefront\",colour:1){id}}",
        "query($x:Int!){viewer{login}}",
        "{viewer{login",
        "{repository(owner:\"acme\",name:\"storefront\"){pullRequests(states:OPENED,first:1){totalCount}}}",
    ] {
        let answer = client.graphql(query, json!({})).await;
        assert!(answer["errors"][0]["message"].is_string() && answer["data"].is_null(), "{query}: {answer}");
        assert!(answer["errors"][0]["locations"].is_array(), "{query}: {answer}");
    }
    let unpaged = client.graphql("{repository(owner:\"acme\",name:\"storefront\"){pullRequests{totalCount nodes{id}}}}", json!({})).await;
    assert!(unpaged["errors"][0]["message"].as_str().expect("a message").contains("`first` or `last`"));
    let counted = client.graphql("{repository(owner:\"acme\",name:\"storefront\"){pullRequests{totalCount}}}", json!({})).await;
    assert!(counted["data"]["repository"]["pullRequests"]["totalCount"].as_u64() > Some(0), "a count needs no page: {counted}");
    let unknown = client.graphql("{repository(owner:\"acme\",name:\"nowhere\"){id}}", json!({})).await;
    assert_eq!((unknown["errors"][0]["type"].as_str(), &unknown["data"]["repository"]), (Some("NOT_FOUND"), &Value::Null));
    assert_eq!(client.github(Method::POST, "/api/graphql", Some(json!({"nothing": 1}))).await.status(), 400);
}

#[tokio::test]
async fn graphql_aliases_fragments_directives_and_pages() {
    let client = start(Scenario::Healthy).await;
    let query = r#"query($more:Boolean!,$first:Int!){me:viewer{...who name @include(if:$more)}
        repository(owner:"acme",name:"storefront"){object(expression:"main"){... on Commit{history(first:$first){pageInfo{endCursor hasNextPage} nodes{oid}}}}}}
        fragment who on User{login __typename}"#;
    let answer = client.graphql(query, json!({"more": false, "first": 3})).await;
    assert_eq!(answer["data"]["me"], json!({"login": "robinhale", "__typename": "User"}));
    let history = &answer["data"]["repository"]["object"]["history"];
    let after = history["pageInfo"]["endCursor"].as_str().expect("a cursor");
    let next = client.graphql("query($a:String){repository(owner:\"acme\",name:\"storefront\"){object(expression:\"main\"){... on Commit{history(first:2,after:$a){nodes{oid}}}}}}", json!({"a": after})).await;
    let next = next["data"]["repository"]["object"]["history"]["nodes"].as_array().expect("nodes").clone();
    assert_eq!(next.len(), 2);
    assert!(!history["nodes"].as_array().expect("nodes").contains(&next[0]));
}

#[tokio::test]
async fn the_door_is_kept_as_github_keeps_it() {
    let client = start(Scenario::Healthy).await;
    let url = format!("{}/user", client.sandbox.github_url());
    let anonymous = client.http().get(&url).send().await.expect("an answer");
    assert_eq!(anonymous.status(), 401);
    assert_eq!(anonymous.json::<Value>().await.expect("JSON")["message"], "Bad credentials");
    let nameless = reqwest::Client::builder().no_proxy().build().expect("a client");
    let nameless = nameless.get(&url).bearer_auth(client.sandbox.github_token()).send().await.expect("an answer");
    assert_eq!(nameless.status(), 403);
    let token = format!("token {}", client.sandbox.github_token());
    let known = client.http().get(&url).header("Authorization", token).send().await.expect("an answer");
    assert_eq!(known.status(), 200);
    assert!(known.headers().contains_key("x-ratelimit-remaining") && known.headers().contains_key("date"));
}

#[tokio::test]
async fn unchanged_is_304_and_free() {
    let client = start(Scenario::Healthy).await;
    let url = format!("{}/repos/acme/storefront/pulls", client.sandbox.github_url());
    let get = |tag: Option<String>| {
        let request = client.http().get(&url).bearer_auth(client.sandbox.github_token());
        async move { tag.into_iter().fold(request, |r, t| r.header("If-None-Match", t)).send().await.expect("an answer") }
    };
    let first = get(None).await;
    let tag = first.headers()["etag"].to_str().expect("text").to_owned();
    let left = first.headers()["x-ratelimit-remaining"].clone();
    let second = get(Some(tag)).await;
    assert_eq!((second.status().as_u16(), &second.headers()["x-ratelimit-remaining"]), (304, &left));
    let truth = client.truth().await;
    let kind = &truth["requests"]["github"]["kinds"]["GET /repos/{owner}/{repo}/pulls"];
    assert_eq!((kind["count"].as_u64(), kind["not_modified"].as_u64()), (Some(2), Some(1)));
}

#[tokio::test]
async fn pages_are_linked() {
    let client = start(Scenario::Healthy).await;
    let first = client.github(Method::GET, "/repos/acme/storefront/commits?per_page=10", None).await;
    let link = first.headers()["link"].to_str().expect("text").to_owned();
    assert!(link.contains("page=2>; rel=\"next\"") && link.contains("rel=\"last\""), "{link}");
    let commits: Vec<Value> = first.json().await.expect("JSON");
    let (head, base) = (commits[0]["sha"].as_str().expect("sha"), commits[9]["sha"].as_str().expect("sha"));
    let compare: Value =
        client.github(Method::GET, &format!("/repos/acme/storefront/compare/{base}...{head}"), None).await.json().await.expect("JSON");
    assert_eq!(compare["status"], "ahead");
    assert!(compare["files"].as_array().is_some_and(|f| !f.is_empty()));
    let pulls: Vec<Value> =
        client.github(Method::GET, &format!("/repos/acme/storefront/commits/{head}/pulls"), None).await.json().await.expect("JSON");
    assert!(pulls[0]["merged_at"].is_string());
}

#[tokio::test]
async fn each_way_to_merge_makes_its_own_commits() {
    let client = start(Scenario::Healthy).await;
    for (method, parents) in [("merge", 2), ("squash", 1), ("rebase", 1)] {
        let made = client.world(json!({"open_pull": {"service": "storefront", "title": "Try a merge"}})).await;
        let number = made["open_pull"]["pull_request"].as_u64().expect("a number");
        let answer = client
            .github(Method::PUT, &format!("/repos/acme/storefront/pulls/{number}/merge"), Some(json!({"merge_method": method})))
            .await;
        let sha = answer.json::<Value>().await.expect("JSON")["sha"].as_str().expect("a sha").to_owned();
        let commit: Value =
            client.github(Method::GET, &format!("/repos/acme/storefront/commits/{sha}"), None).await.json().await.expect("JSON");
        assert_eq!(commit["parents"].as_array().map(Vec::len), Some(parents), "{method}");
        if method == "squash" {
            let message = commit["commit"]["message"].as_str().expect("text");
            assert!(message.starts_with(&format!("Try a merge (#{number})")), "{message}");
        }
    }
    let unknown = client.github(Method::PUT, "/repos/acme/storefront/pulls/99999/merge", Some(json!({}))).await;
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn auto_merge_lands_when_nothing_refuses() {
    let client = start(Scenario::Healthy).await;
    let made = client.world(json!({"open_pull": {"service": "storefront", "ready": false}})).await;
    let number = made["open_pull"]["pull_request"].clone();
    let asked = client
        .graphql("query($n:Int!){repository(owner:\"acme\",name:\"storefront\"){pullRequest(number:$n){id}}}", json!({"n": number}))
        .await;
    let id = &asked["data"]["repository"]["pullRequest"]["id"];
    let answer = client.graphql("mutation($id:ID!){enablePullRequestAutoMerge(input:{pullRequestId:$id,mergeMethod:SQUASH}){pullRequest{autoMergeRequest{mergeMethod}}}}", json!({"id": id})).await;
    assert_eq!(answer["data"]["enablePullRequestAutoMerge"]["pullRequest"]["autoMergeRequest"]["mergeMethod"], "SQUASH", "{answer}");
    client.world(json!({"make_ready": {"service": "storefront", "number": number}})).await;
    let service = client.service("storefront").await;
    assert_eq!(service["main"][0]["pull_request"], number);
}
