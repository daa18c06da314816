//! The fields of the query root, repositories, branches and commits.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use serde_json::{Value, json};

use super::connection::{Node, Out, arg, connect, fail, leaf, maybe, null, plain, text_arg};
use super::node_ids::pull_of;
use super::objects::Context;
use crate::world::Oid;
use crate::world::branch_rules::{DemandedBy, LinearHistory};
use crate::world::commit::{Person, When};
use crate::world::pull_request::{PullRequest, PullState};

type Resolved = Result<Out, FieldError>;

impl Context<'_> {
    pub(super) fn query(&self, info: &ResolveInfo<'_>) -> Resolved {
        Ok(match info.field_name() {
            "viewer" => Out::One(Node::Viewer),
            "rateLimit" => self.rate.clone(),
            "repository" => {
                let (owner, name) = (text_arg(info, "owner").unwrap_or_default(), text_arg(info, "name").unwrap_or_default());
                match self.world.repo(&owner, &name) {
                    Some(service) => Out::One(Node::Repo(service)),
                    None => return fail(format!("Could not resolve to a Repository with the name '{owner}/{name}'.")),
                }
            }
            "node" => self.node(&text_arg(info, "id").unwrap_or_default())?,
            "nodes" => {
                let ids: Vec<String> = arg(info, "ids").and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default();
                Out::Many(ids.iter().map(|id| self.node(id).unwrap_or_else(|_| null())).collect())
            }
            other => return fail(format!("the sandbox does not answer {other}")),
        })
    }

    fn node(&self, id: &str) -> Resolved {
        let pull = pull_of(id).and_then(|(owner, repo, number)| Some((self.world.repo(&owner, &repo)?, number)));
        if let Some((service, number)) = pull.filter(|(s, n)| self.world.services[*s].repo.pulls.contains_key(n)) {
            return Ok(Out::One(Node::Pull(service, number)));
        }
        let mut services = self.world.services.iter().enumerate();
        if let Some((service, _)) = services.find(|(_, s)| s.repo.id == id) {
            return Ok(Out::One(Node::Repo(service)));
        }
        for (service, s) in self.world.services.iter().enumerate() {
            if let Some(commit) = id.strip_prefix("C_").and_then(|oid| s.repo.commit(oid)) {
                return Ok(Out::One(Node::Commit(service, commit.oid.clone())));
            }
        }
        fail(format!("Could not resolve to a node with the global id of '{id}'."))
    }

    pub(super) fn user(&self, person: &Person) -> Node {
        let login = person.login.clone().unwrap_or_else(|| "ghost".into());
        let mut fields = self.actor_fields(&login);
        fields.push(("name", leaf(person.name.clone())));
        fields.push(("email", leaf(person.email.clone())));
        plain("User", fields)
    }

    /// Accounts with a bot's name are of type Bot.
    pub(super) fn actor(&self, login: &str) -> Node {
        let bot = login.ends_with("-approver") || login.ends_with("[bot]");
        let mut fields = self.actor_fields(login);
        fields.push(("name", null()));
        fields.push(("email", leaf("")));
        plain(if bot { "Bot" } else { "User" }, fields)
    }

    fn actor_fields(&self, login: &str) -> Vec<(&'static str, Out)> {
        let url = self.url;
        vec![
            ("login", leaf(login)),
            ("id", leaf(format!("U_{login}"))),
            ("databaseId", leaf(login.bytes().map(i64::from).sum::<i64>() + 10_000)),
            ("avatarUrl", leaf(format!("{url}/avatars/{login}"))),
            ("resourcePath", leaf(format!("/{login}"))),
            ("url", leaf(format!("{url}/{login}"))),
        ]
    }

    pub(super) fn repo(&self, service: usize, info: &ResolveInfo<'_>) -> Resolved {
        let repo = &self.world.services[service].repo;
        let path = format!("/{}/{}", repo.owner, repo.name);
        Ok(match info.field_name() {
            "id" => leaf(repo.id.clone()),
            "databaseId" => leaf(810_000 + service as i64),
            "name" => leaf(repo.name.clone()),
            "nameWithOwner" => leaf(path[1..].to_owned()),
            "owner" => {
                let mut fields = self.actor_fields(&repo.owner);
                fields.push(("name", leaf("Acme")));
                Out::One(plain("Organization", fields))
            }
            "url" => leaf(format!("{}{path}", self.url)),
            "resourcePath" => leaf(path),
            "createdAt" => leaf("2021-03-04T09:00:00Z"),
            "updatedAt" => leaf(self.world.stamp(self.world.now)),
            "pushedAt" => leaf(super::contents::pushed(self.world, service)),
            "isPrivate" | "deleteBranchOnMerge" => leaf(info.field_name() == "isPrivate"),
            "autoMergeAllowed" => leaf(repo.auto_merge_allowed),
            "isArchived" => leaf(repo.archived),
            "mergeCommitAllowed" => leaf(repo.methods.contains("merge")),
            "squashMergeAllowed" => leaf(repo.methods.contains("squash")),
            "rebaseMergeAllowed" => leaf(repo.methods.contains("rebase")),
            "viewerDefaultMergeMethod" => leaf(if repo.methods.contains("squash") { "SQUASH" } else { "MERGE" }),
            "viewerPermission" => leaf(self.token.permission.clone()),
            "defaultBranchRef" => Out::One(Node::Ref(service, "main".into())),
            "ref" => {
                let name = text_arg(info, "qualifiedName").unwrap_or_default();
                let name = name.trim_start_matches("refs/").trim_start_matches("heads/").to_owned();
                maybe(self.world.branch_key(service, &name).map(|key| Node::Ref(service, key)))
            }
            "object" => {
                let name = text_arg(info, "oid").or_else(|| text_arg(info, "expression")).unwrap_or_default();
                match name.contains(':') {
                    true => self.file(service, &name),
                    false => maybe(repo.resolve(&name).map(|c| Node::Commit(service, c.oid.clone()))),
                }
            }
            "pullRequest" => {
                let number = arg(info, "number").and_then(|v| v.as_u64()).unwrap_or(0);
                match repo.pulls.contains_key(&number) {
                    true => Out::One(Node::Pull(service, number)),
                    false => return fail(format!("Could not resolve to a PullRequest with the number of {number}.")),
                }
            }
            "pullRequests" => self.pulls(service, info, repo.pulls.values().collect())?,
            _ => return self.more_of_repository(service, info),
        })
    }

    /// A connection of pull requests, filtered and sorted by the field's arguments.
    fn pulls(&self, service: usize, info: &ResolveInfo<'_>, mut pulls: Vec<&PullRequest>) -> Resolved {
        let now = self.world.now;
        if let Some(states) = arg(info, "states").and_then(|v| v.as_array().cloned()) {
            let name = |p: &PullRequest| {
                json!(match p.state {
                    PullState::Open => "OPEN",
                    PullState::Merged => "MERGED",
                    PullState::Closed => "CLOSED",
                })
            };
            pulls.retain(|p| states.contains(&name(p)));
        }
        if let Some(branch) = text_arg(info, "headRefName") {
            pulls.retain(|p| p.branch == branch);
        }
        if let Some(base) = text_arg(info, "baseRefName") {
            pulls.retain(|p| self.world.base_of(service, p.number) == base);
        }
        if let Some(labels) = arg(info, "labels").and_then(|v| serde_json::from_value::<Vec<String>>(v).ok()) {
            pulls.retain(|p| p.labels.iter().any(|l| labels.contains(l)));
        }
        let order = arg(info, "orderBy").unwrap_or_default();
        if order["field"] == "UPDATED_AT" {
            pulls.sort_by_key(|p| (p.updated_at(now), p.number));
        }
        if order["direction"] == "DESC" {
            pulls.reverse();
        }
        let nodes = pulls.into_iter().map(|p| Out::One(Node::Pull(service, p.number))).collect();
        connect(info, "PullRequestConnection", nodes)
    }

    pub(super) fn reference(&self, service: usize, name: &str, info: &ResolveInfo<'_>) -> Resolved {
        let repo = &self.world.services[service].repo;
        let main = name == "main";
        let checks: Vec<Value> = repo.required_checks.iter().map(|c| json!(c)).collect();
        let rule_fields = || {
            vec![
                ("id", leaf(format!("BPR_{}", repo.id))),
                ("pattern", leaf("main")),
                ("requiredApprovingReviewCount", leaf(repo.required_approvals)),
                ("requiredStatusCheckContexts", Out::Many(checks.iter().map(|c| Out::Leaf(c.clone())).collect())),
            ]
        };
        let rule = |kind, yes: &[&'static str], no: &[&'static str]| {
            let mut fields = rule_fields();
            fields.extend(yes.iter().map(|f| (*f, leaf(true))).chain(no.iter().map(|f| (*f, leaf(false)))));
            plain(kind, fields)
        };
        Ok(match info.field_name() {
            "id" => leaf(format!("REF_{}_{name}", repo.id)),
            "name" => leaf(self.world.shown_branch(service, name)),
            "prefix" => leaf("refs/heads/"),
            "repository" => Out::One(Node::Repo(service)),
            "target" => maybe(repo.branches.get(name).map(|oid| Node::Commit(service, oid.clone()))),
            "refUpdateRule" => maybe(main.then(|| {
                let by = Some(DemandedBy::Protection);
                let told = [
                    ("requiresLinearHistory", repo.linear_history == Some(LinearHistory::Protection)),
                    ("requiresConversationResolution", repo.demands.conversations == by),
                    ("requiresCodeOwnerReviews", repo.demands.code_owners == by),
                    ("requiresSignatures", repo.demands.signatures == by),
                    ("viewerCanPush", true),
                ];
                let yes: Vec<&'static str> = told.into_iter().filter(|(_, told)| *told).map(|(field, _)| field).collect();
                let no: Vec<&'static str> = [
                    "allowsDeletions",
                    "allowsForcePushes",
                    "blocksCreations",
                    "requiresCodeOwnerReviews",
                    "requiresConversationResolution",
                    "requiresLinearHistory",
                    "requiresSignatures",
                    "viewerAllowedToDismissReviews",
                ]
                .into_iter()
                .filter(|field| !yes.contains(field))
                .collect();
                rule("RefUpdateRule", &yes, &no)
            })),
            "branchProtectionRule" => maybe(main.then(|| {
                rule("BranchProtectionRule", &["requiresApprovingReviews", "requiresStatusChecks"], &["requiresStrictStatusChecks"])
            })),
            "rules" => connect(info, "RepositoryRuleConnection", if main { super::rules::of(repo) } else { Vec::new() })?,
            "associatedPullRequests" => self.pulls(service, info, repo.pulls.values().filter(|p| p.branch == name).collect())?,
            "compare" => {
                let head = text_arg(info, "headRef").unwrap_or_default();
                let base = repo.branches.get(name).cloned();
                maybe(base.zip(repo.resolve(&head)).map(|(b, h)| Node::Compare(service, b, h.oid.clone())))
            }
            other => return fail(format!("the sandbox does not answer Ref.{other}")),
        })
    }

    pub(super) fn compare(&self, service: usize, base: &Oid, head: &Oid, info: &ResolveInfo<'_>) -> Resolved {
        let repo = &self.world.services[service].repo;
        let (ahead, behind) = (|| repo.between(base, head), || repo.between(head, base).len());
        Ok(match info.field_name() {
            "id" => leaf(format!("CMP_{base}_{head}")),
            "aheadBy" => leaf(ahead().len()),
            "behindBy" => leaf(behind()),
            "status" => leaf(match (ahead().is_empty(), behind() == 0) {
                (true, true) => "IDENTICAL",
                (false, true) => "AHEAD",
                (true, false) => "BEHIND",
                (false, false) => "DIVERGED",
            }),
            "baseTarget" => Out::One(Node::Commit(service, base.clone())),
            "headTarget" => Out::One(Node::Commit(service, head.clone())),
            "commits" => {
                let mut commits = ahead();
                commits.reverse();
                let nodes = commits.iter().map(|c| Out::One(Node::Commit(service, c.oid.clone()))).collect();
                connect(info, "ComparisonCommitConnection", nodes)?
            }
            other => return fail(format!("the sandbox does not answer Comparison.{other}")),
        })
    }

    pub(super) fn commit(&self, service: usize, oid: &Oid, info: &ResolveInfo<'_>) -> Resolved {
        let repo = &self.world.services[service].repo;
        let Some(commit) = repo.commit(oid) else { return fail("Could not resolve to a Commit.") };
        let path = format!("/{}/{}/commit/{oid}", repo.owner, repo.name);
        let actor = |when: When| {
            Out::One(plain(
                "GitActor",
                vec![
                    ("name", leaf(commit.author.name.clone())),
                    ("email", leaf(commit.author.email.clone())),
                    ("date", leaf(self.world.when(when))),
                    ("user", maybe(commit.author.login.as_ref().map(|_| self.user(&commit.author)))),
                ],
            ))
        };
        let sum = |f: fn(&crate::world::commit::FileChange) -> u32| leaf(commit.files.iter().map(f).sum::<u32>());
        Ok(match info.field_name() {
            "id" => leaf(format!("C_{oid}")),
            "oid" => leaf(&**oid),
            "abbreviatedOid" => leaf(&oid[..7]),
            "message" => leaf(commit.message.clone()),
            "messageHeadline" => leaf(commit.headline()),
            "messageBody" => leaf(commit.body()),
            "committedDate" => leaf(self.world.when(commit.committed)),
            "authoredDate" => leaf(self.world.when(commit.authored)),
            "author" => actor(commit.authored),
            "authors" => connect(info, "GitActorConnection", vec![actor(commit.authored)])?,
            "committer" => actor(commit.committed),
            "additions" => sum(|f| f.additions),
            "deletions" => sum(|f| f.deletions),
            "changedFiles" | "changedFilesIfAvailable" => leaf(commit.files.len()),
            "url" | "commitUrl" => leaf(format!("{}{path}", self.url)),
            "resourcePath" | "commitResourcePath" => leaf(path),
            "repository" => Out::One(Node::Repo(service)),
            "signature" => {
                let unsigned = repo.pulls.values().any(|pull| pull.judged.unsigned && pull.head == *oid);
                maybe((!unsigned).then(|| plain("GpgSignature", vec![("isValid", leaf(true))])))
            }
            "statusCheckRollup" => {
                let pull = repo.pulls.values().find(|p| p.head == *oid && !p.checks.is_empty());
                maybe(pull.map(|p| Node::Rollup(service, p.number)))
            }
            "parents" => {
                let nodes = commit.parents.iter().filter(|p| repo.commit(p).is_some());
                connect(info, "CommitConnection", nodes.map(|p| Out::One(Node::Commit(service, p.clone()))).collect())?
            }
            "associatedPullRequests" => {
                let told = !self.world.reading.late_links.contains(&service);
                let pull = commit.pull_request.filter(|n| told && repo.pulls.contains_key(n));
                connect(info, "PullRequestConnection", pull.map(|n| Out::One(Node::Pull(service, n))).into_iter().collect())?
            }
            "history" => self.history(service, oid, info)?,
            "file" => maybe(self.tree_entry(service, oid, &text_arg(info, "path").unwrap_or_default())),
            other => return fail(format!("the sandbox does not answer Commit.{other}")),
        })
    }

    fn history(&self, service: usize, oid: &Oid, info: &ResolveInfo<'_>) -> Resolved {
        let mut log = self.world.services[service].repo.log(oid);
        if let Some(path) = text_arg(info, "path") {
            let folder = format!("{}/", path.trim_end_matches('/'));
            log.retain(|c| c.files.iter().any(|f| f.path == path || f.path.starts_with(&folder)));
        }
        let instant = |name| text_arg(info, name).and_then(|t| t.parse::<jiff::Timestamp>().ok()).map(|t| t.as_millisecond());
        let (since, until) = (instant("since"), instant("until"));
        let wall = |when: When| match when {
            When::World(at) => self.world.wall(at),
            When::True(wall) => wall,
        };
        log.retain(|c| since.is_none_or(|s| wall(c.committed) >= s) && until.is_none_or(|u| wall(c.committed) <= u));
        let nodes = log.iter().map(|c| Out::One(Node::Commit(service, c.oid.clone()))).collect();
        connect(info, "CommitHistoryConnection", nodes)
    }
}
