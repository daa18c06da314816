//! Fields of pull requests and repositories that only other programs request. In the sandbox nobody comments, is
//! assigned or reacts, so most of them are empty.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use serde_json::json;

use super::connection::{Out, connect, fail, leaf, null, plain};
use super::objects::Context;

/// GitHub returns every kind of reaction, even where there are none.
pub(super) fn no_reactions() -> Out {
    let kinds = ["THUMBS_UP", "THUMBS_DOWN", "LAUGH", "HOORAY", "CONFUSED", "HEART", "ROCKET", "EYES"];
    let page = vec![("hasNextPage", leaf(false)), ("hasPreviousPage", leaf(false)), ("startCursor", null()), ("endCursor", null())];
    let group = |kind: &str| {
        let users =
            vec![("nodes", Out::Many(Vec::new())), ("pageInfo", Out::One(plain("PageInfo", page.clone()))), ("totalCount", leaf(0))];
        let fields = vec![
            ("content", leaf(kind)),
            ("createdAt", null()),
            ("users", Out::One(plain("ReactingUserConnection", users))),
            ("viewerHasReacted", leaf(false)),
        ];
        Out::One(plain("ReactionGroup", fields))
    };
    Out::Many(kinds.map(group).into())
}

impl Context<'_> {
    pub(super) fn more_of_pull(&self, service: usize, number: u64, info: &ResolveInfo<'_>) -> Result<Out, FieldError> {
        Ok(match info.field_name() {
            "activeLockReason" | "milestone" => null(),
            "assignees" => connect(info, "UserConnection", Vec::new())?,
            "authorAssociation" => leaf("MEMBER"),
            "closingIssuesReferences" => connect(info, "IssueConnection", Vec::new())?,
            "comments" => connect(info, "IssueCommentConnection", Vec::new())?,
            // GraphQL's BigInt is sent as text.
            "fullDatabaseId" => leaf((1_900_000 + service as u64 * 10_000 + number).to_string()),
            "includesCreatedEdit" => leaf(false),
            "projectItems" => connect(info, "ProjectV2ItemConnection", Vec::new())?,
            "reactionGroups" => no_reactions(),
            other => return fail(format!("the sandbox does not answer PullRequest.{other}")),
        })
    }

    pub(super) fn more_of_repository(&self, service: usize, info: &ResolveInfo<'_>) -> Result<Out, FieldError> {
        let repo = &self.world.services[service].repo;
        Ok(match info.field_name() {
            "description" | "homepageUrl" | "parent" => null(),
            "diskUsage" => leaf(48_000),
            "forkCount" | "stargazerCount" => leaf(0),
            "hasIssuesEnabled" | "isInOrganization" => leaf(true),
            "hasWikiEnabled" | "isDisabled" | "isEmpty" | "isFork" | "isTemplate" => leaf(false),
            "viewerCanAdminister" => leaf(json!(self.token.permission == "ADMIN")),
            "sshUrl" => leaf(format!("git@github.com:{}/{}.git", repo.owner, repo.name)),
            "visibility" => leaf("PRIVATE"),
            other => return fail(format!("the sandbox does not answer Repository.{other}")),
        })
    }
}
