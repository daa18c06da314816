//! The fields of pull requests.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use serde_json::json;

use super::connection::{Node, Out, arg, connect, leaf, maybe, null, plain, text_arg};
use super::node_ids::pull_id;
use super::objects::Context;
use crate::world::commit::ChangeKind;
use crate::world::pull_request::{PullRequest, PullState, Review};
use crate::world::queue::Entry;

type Resolved = Result<Out, FieldError>;

impl Context<'_> {
    pub(super) fn pull(&self, service: usize, number: u64, info: &ResolveInfo<'_>) -> Resolved {
        let (world, now) = (self.world, self.world.now);
        let repo = &world.services[service].repo;
        let pull = &repo.pulls[&number];
        let path = format!("/{}/{}/pull/{number}", repo.owner, repo.name);
        let open = pull.state == PullState::Open;
        let stamp = |at| leaf(world.stamp(at));
        let files = || world.pull_files(service, pull);
        if pull.judged.forbidden.iter().any(|field| field == info.field_name()) {
            return Ok(Out::Forbidden);
        }
        Ok(match info.field_name() {
            "id" => leaf(pull_id(repo, number)),
            "databaseId" => leaf(1_900_000 + service as i64 * 10_000 + number as i64),
            "number" => leaf(number),
            "title" => leaf(pull.title.clone()),
            "titleHTML" | "bodyHTML" => leaf(escape(if info.field_name() == "bodyHTML" { &pull.body } else { &pull.title })),
            "body" | "bodyText" => leaf(pull.body.clone()),
            "url" => leaf(format!("{}{path}", self.url)),
            "checksUrl" => leaf(format!("{}{path}/checks", self.url)),
            "revertUrl" => leaf(format!("{}{path}/revert", self.url)),
            "resourcePath" => leaf(path),
            "isDraft" => leaf(pull.draft),
            "state" => leaf(match pull.state {
                PullState::Open => "OPEN",
                PullState::Merged => "MERGED",
                PullState::Closed => "CLOSED",
            }),
            "closed" => leaf(!open),
            "merged" => leaf(pull.state == PullState::Merged),
            "createdAt" => stamp(pull.created),
            "updatedAt" => stamp(pull.updated_at(now)),
            "mergedAt" | "closedAt" => pull.merged_at.map_or_else(null, stamp),
            "mergedBy" => maybe(pull.merged_by.as_ref().map(|login| self.actor(login))),
            "mergeCommit" => maybe(pull.merge_commit.clone().map(|oid| Node::Commit(service, oid))),
            "potentialMergeCommit" => null(),
            "isInMergeQueue" => leaf(world.queue_entry(service, number).is_some()),
            "isMergeQueueEnabled" => leaf(repo.queue.is_some()),
            "mergeQueue" => maybe(repo.queue.as_ref().map(|queue| {
                let configuration = plain("MergeQueueConfiguration", vec![("mergeMethod", leaf(queue.method.to_uppercase()))]);
                plain("MergeQueue", vec![("id", leaf(format!("MQ_{}", repo.id))), ("configuration", Out::One(configuration))])
            })),
            "mergeQueueEntry" => maybe(self.queue_entry(service, number)),
            "headRefName" => leaf(pull.branch.clone()),
            "headRefOid" => leaf(&*pull.head),
            "headRef" => maybe(repo.branches.contains_key(&pull.branch).then(|| Node::Ref(service, pull.branch.clone()))),
            "headRepository" | "baseRepository" | "repository" => Out::One(Node::Repo(service)),
            "headRepositoryOwner" => Out::One(self.actor(pull.judged.fork_of.as_ref().unwrap_or(&repo.owner))),
            "baseRefName" => leaf(world.base_of(service, number)),
            "baseRefOid" => leaf(if open { &**repo.main() } else { &*pull.fork }),
            "baseRef" => maybe(world.branch_key(service, world.base_of(service, number)).map(|key| Node::Ref(service, key))),
            "author" => Out::One(self.user(&pull.author)),
            "isCrossRepository" => leaf(pull.judged.fork_of.is_some()),
            "locked" => leaf(false),
            "maintainerCanModify" | "viewerCanUpdate" => leaf(true),
            "viewerDidAuthor" => leaf(pull.author.login == world.viewer.login),
            "viewerCanMergeAsAdmin" => leaf(false),
            "viewerCanUpdateBranch" => {
                leaf(open && !repo.archived && !pull.conflicts && pull.fork != *repo.main() && world.queue_entry(service, number).is_none())
            }
            "viewerCanEnableAutoMerge" => {
                let held_back = matches!(pull.merge_state(repo, now), "BLOCKED" | "BEHIND");
                leaf(open && !repo.archived && repo.auto_merge_allowed && held_back && pull.auto_merge.is_none())
            }
            "viewerCanDisableAutoMerge" => leaf(pull.auto_merge.is_some()),
            "canBeRebased" => leaf(pull.mergeable(now) == "MERGEABLE" && pull.rebaseable),
            "mergeable" => leaf(pull.mergeable(now)),
            "mergeStateStatus" => leaf(pull.merge_state(repo, now)),
            "reviewDecision" => leaf(pull.review_decision(repo, now).map_or(json!(null), |d| json!(d))),
            "autoMergeRequest" => maybe(pull.auto_merge.map(|method| {
                plain(
                    "AutoMergeRequest",
                    vec![
                        ("enabledAt", stamp(pull.updated)),
                        ("enabledBy", Out::One(self.user(&world.viewer))),
                        ("mergeMethod", leaf(method)),
                        ("authorEmail", null()),
                        ("commitBody", null()),
                        ("commitHeadline", null()),
                    ],
                )
            })),
            "changedFiles" => leaf(files().len()),
            "additions" => leaf(files().iter().map(|f| f.additions).sum::<u32>()),
            "deletions" => leaf(files().iter().map(|f| f.deletions).sum::<u32>()),
            "files" => connect(
                info,
                "PullRequestChangedFileConnection",
                files()
                    .into_iter()
                    .map(|f| {
                        Out::One(plain(
                            "PullRequestChangedFile",
                            vec![
                                ("path", leaf(f.path)),
                                ("additions", leaf(f.additions)),
                                ("deletions", leaf(f.deletions)),
                                (
                                    "changeType",
                                    leaf(match f.kind {
                                        ChangeKind::Added => "ADDED",
                                        ChangeKind::Modified => "MODIFIED",
                                        ChangeKind::Deleted => "DELETED",
                                    }),
                                ),
                            ],
                        ))
                    })
                    .collect(),
            )?,
            "commits" => connect(
                info,
                "PullRequestCommitConnection",
                pull.commits
                    .iter()
                    .map(|oid| {
                        Out::One(plain(
                            "PullRequestCommit",
                            vec![("id", leaf(format!("PRC_{number}_{oid}"))), ("commit", Out::One(Node::Commit(service, oid.clone())))],
                        ))
                    })
                    .collect(),
            )?,
            "labels" => connect(
                info,
                "LabelConnection",
                pull.labels
                    .iter()
                    .map(|l| {
                        Out::One(plain(
                            "Label",
                            vec![
                                ("id", leaf(format!("LA_{l}"))),
                                ("name", leaf(l.clone())),
                                ("color", leaf("ededed")),
                                ("description", null()),
                            ],
                        ))
                    })
                    .collect(),
            )?,
            "reviews" => {
                let states = arg(info, "states").and_then(|v| v.as_array().cloned());
                let author = text_arg(info, "author");
                let wanted = pull.reviews.iter().filter(|r| {
                    r.at <= now
                        && author.as_ref().is_none_or(|a| *a == r.author)
                        && states.as_ref().is_none_or(|s| s.contains(&json!(r.state)))
                });
                connect(info, "PullRequestReviewConnection", wanted.map(|r| self.review(service, pull, r)).collect())?
            }
            "latestReviews" | "latestOpinionatedReviews" => connect(
                info,
                "PullRequestReviewConnection",
                pull.opinions(now).into_iter().map(|r| self.review(service, pull, r)).collect(),
            )?,
            "reviewRequests" => connect(
                info,
                "ReviewRequestConnection",
                pull.review_requests
                    .iter()
                    .map(|login| (login, false))
                    .chain(pull.judged.code_owners.iter().map(|login| (login, true)))
                    .map(|(login, owner)| {
                        let hidden = pull.judged.forbidden.iter().any(|field| field == "requestedReviewer");
                        Out::One(plain(
                            "ReviewRequest",
                            vec![
                                ("id", leaf(format!("RR_{number}_{login}"))),
                                ("asCodeOwner", leaf(owner)),
                                ("requestedReviewer", if hidden { Out::Forbidden } else { Out::One(self.actor(login)) }),
                            ],
                        ))
                    })
                    .collect(),
            )?,
            "reviewThreads" => {
                let thread = |(n, resolved): (usize, &bool)| {
                    let fields =
                        vec![("id", leaf(format!("PRRT_{number}_{n}"))), ("isResolved", leaf(*resolved)), ("isOutdated", leaf(false))];
                    Out::One(plain("PullRequestReviewThread", fields))
                };
                let threads = pull.judged.conversations.iter().enumerate().map(thread).collect();
                connect(info, "PullRequestReviewThreadConnection", threads)?
            }
            "timelineItems" => self.timeline(service, number, info)?,
            "statusCheckRollup" => maybe((!pull.checks.is_empty()).then_some(Node::Rollup(service, number))),
            _ => return self.more_of_pull(service, number, info),
        })
    }

    pub(super) fn queue_entry(&self, service: usize, number: u64) -> Option<Node> {
        let (at, entry) = self.world.queue_entry(service, number)?;
        Some(self.entry(service, number, at, entry))
    }

    pub(super) fn entry(&self, service: usize, number: u64, at: usize, entry: &Entry) -> Node {
        let (world, now) = (self.world, self.world.now);
        let left = (entry.checks_end - now).max(0) / 1000 * (world.speed as i64).max(1);
        plain(
            "MergeQueueEntry",
            vec![
                ("id", leaf(format!("MQE_{service}_{number}"))),
                ("position", leaf(at + 1)),
                ("state", leaf(entry.state(now))),
                ("estimatedTimeToMerge", leaf(left)),
                ("enqueuedAt", leaf(world.stamp(entry.enqueued))),
                ("enqueuer", Out::One(self.actor(&entry.by))),
                ("jump", leaf(false)),
                ("solo", leaf(false)),
            ],
        )
    }

    fn review(&self, service: usize, pull: &PullRequest, review: &Review) -> Out {
        let stamp = || leaf(self.world.stamp(review.at));
        Out::One(plain(
            "PullRequestReview",
            vec![
                ("id", leaf(review.id.clone())),
                ("state", leaf(review.state)),
                ("author", Out::One(self.actor(&review.author))),
                ("authorAssociation", leaf("MEMBER")),
                ("authorCanPushToRepository", leaf(true)),
                ("body", leaf("")),
                ("bodyText", leaf("")),
                ("fullDatabaseId", null()),
                ("includesCreatedEdit", leaf(false)),
                ("reactionGroups", super::other_client_fields::no_reactions()),
                ("commit", Out::One(Node::Commit(service, review.commit.clone()))),
                ("createdAt", stamp()),
                ("submittedAt", stamp()),
                ("url", leaf(format!("{}/pull/{}#{}", self.url, pull.number, review.id))),
            ],
        ))
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
