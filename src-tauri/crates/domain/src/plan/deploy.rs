//! Put built code live: promote what runs elsewhere, or release what was built already.

use super::confirmation::{Confirmation, ConfirmationKind};
use super::consequence::{Consequence, ConsequenceKind, ConsequenceSubject, CrossedMigration, LeavingPullRequest};
use super::model::Plan;
use super::request::Request;
use super::rollback::no_precondition;
use super::target::{Basis, Target};
use crate::action::Action;
use crate::environment::Environment;
use crate::estimate::Estimate;
use crate::humanize::{about, count, short};
use crate::journal::Expectation;
use crate::lineage::queries::{code, live};
use crate::release::ReleaseRef;
use crate::release::{CodeId, Release};
use crate::status::ReleaseStatus;
use crate::time::Time;

/// What is put live, and how.
#[derive(Clone, Debug)]
pub struct Deploy {
    pub action: Action,
    /// Also the confirming button's words.
    pub title: String,
    /// The request in words.
    pub step: String,
    pub request: Request,
    /// What identifies the code: see `Release::code`.
    pub code: CodeId,
    pub commit: Option<String>,
    /// Where the code is now: `staging v218`, `the newest build`. For consent.
    pub source: String,
    /// The release that is promoted; None where the code is not that of a live release.
    pub release: Option<ReleaseRef>,
    /// Why it may not be done.
    pub deny: Vec<String>,
}

/// What the code brings and takes away. None where it could not be learnt.
#[derive(Clone, Debug, Default)]
pub struct Arriving {
    pub pull_requests: Option<Vec<LeavingPullRequest>>,
    /// Pull requests that run now and are not in it.
    pub leaving: Vec<LeavingPullRequest>,
    pub direct_commits: Vec<String>,
    /// Migrations that arrive: the release command may run them.
    pub migrations: Option<Vec<CrossedMigration>>,
    /// Migrations that the code leaves behind; they stay in the database.
    pub left_migrations: Vec<CrossedMigration>,
    pub gaps: Vec<String>,
}

pub struct DeployFacts<'a> {
    pub environment: &'a Environment,
    pub deploy: Deploy,
    pub arriving: Arriving,
    pub usual: Option<Estimate>,
}

pub fn plan_deploy(facts: DeployFacts<'_>, id: String, now: Time) -> Plan {
    let DeployFacts { environment, deploy, arriving, usual } = facts;
    let current = live(&environment.releases);
    let newest = environment.releases.iter().map(|r| r.version).max().unwrap_or(0);
    let mut deny = deploy.deny.clone();
    if let Some(current) = current {
        deny.extend(runs_it_already(environment, current, &deploy));
    }
    let confirm = confirm(environment, &arriving);
    let live_version = current.map_or_else(|| "nothing live".to_owned(), |r| format!("live v{}", r.version));
    let commit = deploy.commit.as_deref().map_or_else(|| "commit unknown".to_owned(), |sha| short(sha).to_owned());
    let target = Target { key: format!("environment:{}", environment.app), name: environment.app.clone() };
    Plan {
        app: Some(environment.app.clone()),
        basis: Basis { live: current.map(ReleaseRef::from), source: deploy.release, ..Basis::default() },
        seen: format!("{} ({commit}), {live_version}, newest v{newest}", deploy.source),
        steps: vec![deploy.step],
        consequences: consequences(environment, &arriving),
        estimate: usual,
        confirm_text: environment.production.then(|| environment.app.clone()),
        ..Plan::about(id, deploy.action, deploy.title, target, now)
    }
    .decided(
        Some(deploy.request),
        Some(Expectation::Released {
            app: environment.app.clone(),
            code: deploy.code.to_string(),
            after_version: newest,
            promotion: None,
            release: None,
        }),
        deny,
        confirm,
    )
}

/// A promotion brings code and nothing else: the same commit, built apart for each environment,
/// would change nothing. A release of another build of the same commit is a new build, and may be meant.
fn runs_it_already(environment: &Environment, current: &Release, deploy: &Deploy) -> Option<String> {
    let promotes = matches!(deploy.request, Request::Promote { .. });
    let same_code = code(&environment.releases, current).as_ref() == Some(&deploy.code);
    let same_commit = promotes && deploy.commit.is_some() && deploy.commit == current.commit;
    match (promotes, same_code || same_commit) {
        (_, false) => None,
        (true, true) => Some(format!("{} already runs it: v{} has this code", environment.name, current.version)),
        (false, true) => Some(format!("{} runs this code already, since v{}", environment.app, current.version)),
    }
}

fn confirm(environment: &Environment, arriving: &Arriving) -> Vec<Confirmation> {
    let mut confirm = Vec::new();
    if let Some(pending) = environment.releases.iter().find(|r| r.status == ReleaseStatus::Pending) {
        let text = format!("Release v{} is under way and may replace this one", pending.version);
        confirm.push(Confirmation::new(ConfirmationKind::ReleaseUnderWay, [pending.id.clone()], text));
    }
    if !arriving.leaving.is_empty() {
        let n = arriving.leaving.len();
        let text = format!("{} that {} now {} not in it", prs(n), runs(n), is(n));
        let numbers = arriving.leaving.iter().map(|pr| format!("#{}", pr.number));
        confirm.push(Confirmation::new(ConfirmationKind::CodeLeaves, numbers, text));
    }
    if !arriving.left_migrations.is_empty() {
        let n = arriving.left_migrations.len();
        let text = format!("{} {} in the database without the code that came with {}", count(n, "migration"), stays(n), it(n));
        let paths = arriving.left_migrations.iter().map(|m| m.path.clone());
        confirm.push(Confirmation::new(ConfirmationKind::MigrationLeft, paths, text));
    }
    if environment.maintenance == Some(true) {
        let text = format!("{} is in maintenance mode", environment.app);
        confirm.push(Confirmation::new(ConfirmationKind::Maintenance, [environment.app.clone()], text));
    }
    confirm.extend(arriving.gaps.iter().map(Confirmation::not_known));
    confirm
}

fn consequences(environment: &Environment, arriving: &Arriving) -> Vec<Consequence> {
    let fact = |kind, title: String, details: Vec<String>| Consequence { subject: None, kind, title, details };
    let mut list = vec![match &arriving.pull_requests {
        None => fact(ConsequenceKind::Warning, format!("Which PRs reach {} is not known", environment.name), arriving.gaps.clone()),
        Some(found) if found.is_empty() => fact(ConsequenceKind::Fact, format!("No PR is new to {}", environment.name), vec![]),
        Some(found) => {
            let reach = if found.len() == 1 { "reaches" } else { "reach" };
            fact(ConsequenceKind::Fact, format!("{} {reach} {}", prs(found.len()), environment.name), found.iter().map(line).collect())
                .about(ConsequenceSubject::Brings)
        }
    }];
    if !arriving.leaving.is_empty() {
        let n = arriving.leaving.len();
        let leave = if n == 1 { "leaves" } else { "leave" };
        list.push(
            fact(ConsequenceKind::Warning, format!("{} {leave} {}", prs(n), environment.name), arriving.leaving.iter().map(line).collect())
                .about(ConsequenceSubject::TakesOut),
        );
    }
    if !arriving.direct_commits.is_empty() {
        let n = arriving.direct_commits.len();
        let come = if n == 1 { "comes" } else { "come" };
        let details = arriving.direct_commits.iter().map(|sha| short(sha).to_owned()).collect();
        list.push(
            fact(ConsequenceKind::Fact, format!("{} without a PR {come} too", count(n, "commit")), details)
                .about(ConsequenceSubject::Brings),
        );
    }
    list.push(match &arriving.migrations {
        None => fact(ConsequenceKind::Warning, "Whether it changes the database is not known".into(), vec![]),
        Some(found) if found.is_empty() => fact(ConsequenceKind::Fact, "No migration comes with it".into(), vec![]),
        Some(found) => {
            let come = if found.len() == 1 { "comes" } else { "come" };
            fact(
                ConsequenceKind::Warning,
                format!("{} {come} with it", count(found.len(), "migration")),
                found.iter().map(migration).collect(),
            )
        }
    });
    list.push(fact(
        ConsequenceKind::Fact,
        format!("{} keeps its own config", environment.app),
        vec!["Only code is released; its release command runs.".into()],
    ));
    list.extend(no_precondition(environment));
    if let Some(overlap) = environment.platform.overlap.filter(|_| environment.preboot == Some(true)) {
        let wait = about(f64::from(overlap.seconds));
        let instance = environment.platform.vocabulary.instance;
        list.push(fact(
            ConsequenceKind::Fact,
            format!("{} is on", overlap.name),
            vec![format!("The old {instance}s may serve for {wait} after the new ones are up.")],
        ));
    }
    list
}

fn line(pr: &LeavingPullRequest) -> String {
    let author = pr.author.as_ref().map_or(String::new(), |a| format!(", {a}"));
    format!("#{} {}{author}", pr.number, pr.title)
}

fn migration(found: &CrossedMigration) -> String {
    found.pull_request.map_or_else(|| found.path.clone(), |n| format!("{} (from #{n})", found.path))
}

fn prs(n: usize) -> String {
    count(n, "PR")
}

fn runs(n: usize) -> &'static str {
    if n == 1 { "runs" } else { "run" }
}

fn is(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

fn it(n: usize) -> &'static str {
    if n == 1 { "it" } else { "them" }
}

fn stays(n: usize) -> &'static str {
    if n == 1 { "stays" } else { "stay" }
}
