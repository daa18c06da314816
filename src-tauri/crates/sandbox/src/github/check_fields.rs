//! The fields of a pull request's checks: check runs and commit statuses.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};

use super::connection::{Node, Out, connect_with, fail, leaf, null, plain};
use super::objects::Context;
use crate::world::Ci;
use crate::world::check::{Check, CheckState};

type Resolved = Result<Out, FieldError>;

impl Context<'_> {
    pub(super) fn rollup(&self, service: usize, number: u64, info: &ResolveInfo<'_>) -> Resolved {
        let now = self.world.now;
        let pull = &self.world.services[service].repo.pulls[&number];
        let any = |state| pull.current_checks().any(|c| c.state(now) == state);
        Ok(match info.field_name() {
            "id" => leaf(format!("SCR_{}", pull.head)),
            "commit" => Out::One(Node::Commit(service, pull.head.clone())),
            "state" => leaf(match () {
                () if any(CheckState::Failed) => "FAILURE",
                () if any(CheckState::Queued) || any(CheckState::Running) => "PENDING",
                () => "SUCCESS",
            }),
            "contexts" => {
                let runs: Vec<&Check> = pull.checks.iter().filter(|c| !c.status_context).collect();
                let mut by_state: Vec<(&str, usize)> = Vec::new();
                for run in &runs {
                    let state = run_state(run.state(now));
                    match by_state.iter_mut().find(|(s, _)| *s == state) {
                        Some((_, count)) => *count += 1,
                        None => by_state.push((state, 1)),
                    }
                }
                let counts = by_state
                    .into_iter()
                    .map(|(state, count)| Out::One(plain("CheckRunStateCount", vec![("state", leaf(state)), ("count", leaf(count))])));
                let contexts: Vec<&Check> = pull.checks.iter().filter(|c| c.status_context).collect();
                let context_counts = contexts.iter().map(|c| {
                    Out::One(plain("StatusContextStateCount", vec![("state", leaf(context_state(c.state(now)))), ("count", leaf(1))]))
                });
                let extra = vec![
                    ("checkRunCount", leaf(runs.len())),
                    ("checkRunCountsByState", Out::Many(counts.collect())),
                    ("statusContextCount", leaf(contexts.len())),
                    ("statusContextCountsByState", Out::Many(context_counts.collect())),
                ];
                let nodes = pull.checks.iter().map(|c| self.check(service, c)).collect();
                connect_with(info, "StatusCheckRollupContextConnection", nodes, extra)?
            }
            other => return fail(format!("the sandbox does not answer StatusCheckRollup.{other}")),
        })
    }

    fn check(&self, service: usize, check: &Check) -> Out {
        let (world, state) = (self.world, check.state(self.world.now));
        let repo = &world.services[service].repo;
        let required = leaf(repo.demanded_checks().any(|name| *name == check.name));
        let path = format!("/{}/{}/runs/{}", repo.owner, repo.name, check.id);
        let url = || leaf(format!("{}{path}", self.url));
        if check.status_context {
            return Out::One(plain(
                "StatusContext",
                vec![
                    ("id", leaf(format!("SC_{}", check.id))),
                    ("context", leaf(check.name.clone())),
                    ("state", leaf(check.conclusion(world.now).unwrap_or("PENDING"))),
                    ("description", leaf("Contributor licence agreement")),
                    ("createdAt", leaf(world.stamp(check.starts.min(world.now)))),
                    ("creator", Out::One(self.actor("cla-approver"))),
                    ("targetUrl", url()),
                    ("isRequired", required),
                ],
            ));
        }
        // GitHub gives fine-grained tokens no permission to read checks.
        if self.token.scopes.is_none() {
            return Out::Forbidden;
        }
        let done = matches!(state, CheckState::Passed | CheckState::Failed);
        let conclusion = check.conclusion(world.now).map_or_else(null, leaf);
        let status = match state {
            CheckState::Queued => "QUEUED",
            CheckState::Running => "IN_PROGRESS",
            CheckState::Passed | CheckState::Failed => "COMPLETED",
        };
        let (name, number, slug) = match (world.services[service].ci, &check.reported.app) {
            (_, Some((slug, number))) => (slug.as_str(), *number, slug.as_str()),
            (Ci::Circleci, None) => ("CircleCI Checks", 18_001, "circleci-checks"),
            (Ci::Actions, None) => ("GitHub Actions", 15_368, "github-actions"),
        };
        let actions = slug == "github-actions";
        let id = leaf(format!("A_{slug}"));
        let app = plain("App", vec![("id", id), ("databaseId", leaf(number)), ("name", leaf(name)), ("slug", leaf(slug))]);
        let run = || {
            let (of, event) = (check.reported.workflow.as_deref(), check.reported.event.as_deref());
            let name = leaf(of.unwrap_or("Checks"));
            let workflow = plain("Workflow", vec![("id", leaf("W_checks")), ("databaseId", leaf(9_100_009)), ("name", name)]);
            let suite = check.id / 8;
            let own = format!("{}/{}/{}/actions/runs/{suite}", self.url, repo.owner, repo.name);
            let fields = vec![
                ("id", leaf(format!("WFR_{suite}"))),
                ("databaseId", leaf(suite)),
                ("runNumber", leaf(suite)),
                ("event", leaf(event.unwrap_or("pull_request"))),
                ("url", leaf(own)),
                ("workflow", Out::One(workflow)),
            ];
            Out::One(plain("WorkflowRun", fields))
        };
        let suite = plain(
            "CheckSuite",
            vec![
                ("id", leaf(format!("CS_{}", check.id / 8))),
                ("databaseId", leaf(check.id / 8)),
                ("app", Out::One(app)),
                ("status", leaf(status)),
                ("conclusion", conclusion.clone()),
                ("workflowRun", if actions { run() } else { null() }),
            ],
        );
        Out::One(plain(
            "CheckRun",
            vec![
                ("id", leaf(format!("CR_{}", check.id))),
                ("databaseId", leaf(check.id)),
                ("name", leaf(check.name.clone())),
                ("status", leaf(status)),
                ("conclusion", conclusion),
                ("startedAt", if state == CheckState::Queued { null() } else { leaf(world.stamp(check.starts)) }),
                ("completedAt", if done { leaf(world.stamp(check.ends)) } else { null() }),
                ("detailsUrl", url()),
                ("url", url()),
                ("permalink", url()),
                ("resourcePath", leaf(path.clone())),
                ("summary", null()),
                ("title", null()),
                ("checkSuite", Out::One(suite)),
                ("isRequired", required),
            ],
        ))
    }
}

fn run_state(state: CheckState) -> &'static str {
    match state {
        CheckState::Queued => "QUEUED",
        CheckState::Running => "IN_PROGRESS",
        CheckState::Passed => "SUCCESS",
        CheckState::Failed => "FAILURE",
    }
}

fn context_state(state: CheckState) -> &'static str {
    match state {
        CheckState::Queued | CheckState::Running => "PENDING",
        CheckState::Passed => "SUCCESS",
        CheckState::Failed => "FAILURE",
    }
}
