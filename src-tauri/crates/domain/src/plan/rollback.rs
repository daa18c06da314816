//! Roll back: the choice of a target and everything it crosses.

use super::add_ons::{CrossedAddOn, crossed_add_ons};
use super::confirmation::{Confirmation, ConfirmationKind};
use super::consequence::{
    Consequence, ConsequenceKind, ConsequenceSubject, CrossedConfig, CrossedMigration, LeavingPullRequest, RollbackDetail,
};
use super::model::Plan;
use super::request::Request;
use super::target::Basis;
use crate::action::Action;
use crate::environment::Environment;
use crate::estimate::Estimate;
use crate::humanize::{about, count, short};
use crate::journal::Expectation;
use crate::lineage::queries::{code, live};
use crate::release::Release;
use crate::release::ReleaseRef;
use crate::status::ReleaseStatus;
use crate::time::Time;
use crate::vendor::RollbackRestores;

/// What going from the live release to the target crosses; None where it could not be learnt.
#[derive(Clone, Debug, Default)]
pub struct Crossing {
    pub leaving: Option<Vec<LeavingPullRequest>>,
    pub returning: Vec<LeavingPullRequest>,
    pub direct_commits: Vec<String>,
    pub migrations: Option<Vec<CrossedMigration>>,
    pub config: Option<Vec<CrossedConfig>>,
    /// Why something could not be learnt.
    pub gaps: Vec<String>,
}

pub struct RollbackFacts<'a> {
    pub service: &'a str,
    pub environment: &'a Environment,
    pub target: &'a Release,
    pub crossing: Crossing,
    pub usual: Option<Estimate>,
    /// The usual time of a pipeline: what a revert would take.
    pub usual_pipeline: Option<Estimate>,
}

pub fn plan_rollback(facts: RollbackFacts<'_>, to: Option<u64>, reason: Option<String>, id: String, now: Time) -> Plan {
    let environment = facts.environment;
    let target = facts.target;
    let current = live(&environment.releases);
    let from_version = environment.releases.iter().map(|r| r.version).max().unwrap_or(0);
    let (deny, confirm) = reasons(&facts, current);
    let instead = format!(
        "A revert would take {}, review not counted, and takes out one PR only.",
        facts.usual_pipeline.map_or_else(|| "a whole pipeline (no estimate yet)".into(), |e| about(e.seconds))
    );
    let consequences = consequences(&facts);
    let action = Action::roll_back(facts.service.into(), environment.name.clone(), to, reason);
    let title = format!("Roll back {} to v{}", environment.name, target.version);
    let place = super::target::Target { key: format!("environment:{}", environment.app), name: environment.app.clone() };
    Plan {
        app: Some(environment.app.clone()),
        basis: Basis { live: current.map(ReleaseRef::from), ..Basis::default() },
        seen: format!("live v{}, newest v{from_version}", current.map_or(0, |r| r.version)),
        steps: vec![step(environment, target)],
        consequences,
        rollback: Some(RollbackDetail {
            environment: environment.name.clone(),
            app: environment.app.clone(),
            from_version: current.map_or(0, |r| r.version),
            from_code_version: current.and_then(|r| r.code_version),
            from_commit: current.and_then(|r| r.commit.clone()),
            to_version: target.version,
            to_commit: target.commit.clone(),
            to_live_since: target.released_at,
            pull_requests: facts.crossing.leaving,
            returning: facts.crossing.returning,
            direct_commits: facts.crossing.direct_commits,
            migrations: facts.crossing.migrations,
            config: facts.crossing.config,
            pin: None,
        }),
        estimate: facts.usual,
        instead: Some(instead),
        confirm_text: environment.production.then(|| environment.app.clone()),
        ..Plan::about(id, action, title, place, now)
    }
    .decided(
        Some(Request::RollBack { app: environment.app.clone(), release_id: target.id.clone() }),
        Some(Expectation::RolledBack {
            app: environment.app.clone(),
            target_id: target.id.clone(),
            target_version: target.version,
            target_code: code(&environment.releases, target).map(|code| code.to_string()),
            after_version: from_version,
            release: None,
        }),
        deny,
        confirm,
    )
}

fn reasons(facts: &RollbackFacts<'_>, current: Option<&Release>) -> (Vec<String>, Vec<Confirmation>) {
    let (mut deny, mut confirm) = (Vec::new(), Vec::new());
    let environment = facts.environment;
    if current.is_none() {
        deny.push(format!("Nothing is known to run on {}", environment.app));
    }
    if let Some(pending) = environment.releases.iter().find(|r| r.status == ReleaseStatus::Pending) {
        let text = format!("Release v{} is under way and may replace this rollback", pending.version);
        confirm.push(Confirmation::new(ConfirmationKind::ReleaseUnderWay, [pending.id.clone()], text));
    }
    let migrations = facts.crossing.migrations.as_deref().unwrap_or_default();
    if !migrations.is_empty() {
        let (is, stays) = if migrations.len() == 1 { ("is", "stays") } else { ("are", "stay") };
        let text = format!("{} {is} crossed and {stays} in the database", count(migrations.len(), "migration"));
        confirm.push(Confirmation::new(ConfirmationKind::MigrationCrossed, migrations.iter().map(|m| m.path.clone()), text));
    }
    let add_ons = current.map(|now| crossed_add_ons(&environment.releases, now, facts.target)).unwrap_or_default();
    confirm.extend(add_ons.iter().map(CrossedAddOn::confirmation));
    confirm.extend(facts.crossing.gaps.iter().map(Confirmation::not_known));
    (deny, confirm)
}

fn consequences(facts: &RollbackFacts<'_>) -> Vec<Consequence> {
    let crossing = &facts.crossing;
    let abilities = facts.environment.platform.abilities;
    let mut list = vec![leaving(crossing)];
    if !crossing.returning.is_empty() {
        list.push(Consequence {
            subject: Some(ConsequenceSubject::Brings),
            kind: ConsequenceKind::Warning,
            title: format!("{} back", comes(crossing.returning.len())),
            details: crossing.returning.iter().map(line).collect(),
        });
    }
    if !crossing.direct_commits.is_empty() {
        let title = format!(
            "{} without a PR {} too",
            count(crossing.direct_commits.len(), "commit"),
            if crossing.direct_commits.len() == 1 { "leaves" } else { "leave" }
        );
        list.push(Consequence {
            subject: Some(ConsequenceSubject::TakesOut),
            kind: ConsequenceKind::Fact,
            title,
            details: crossing.direct_commits.iter().map(|s| short(s).to_owned()).collect(),
        });
    }
    list.push(migrations(crossing));
    list.push(match abilities.rollback_restores {
        RollbackRestores::CodeAndConfig => config(crossing),
        RollbackRestores::Code => keeps_config(facts.environment),
    });
    if abilities.rollback_runs_release_command {
        list.push(Consequence {
            subject: None,
            kind: ConsequenceKind::Warning,
            title: format!("The release command of v{} runs again", facts.target.version),
            details: vec!["It is the old command on the present database.".into()],
        });
    }
    if abilities.rollback_pins {
        list.push(Consequence {
            subject: None,
            kind: ConsequenceKind::Warning,
            title: format!("{} stays at v{}", facts.environment.app, facts.target.version),
            details: vec!["New deploys do not go live until automatic deploys are turned on again.".into()],
        });
    }
    list.extend(no_precondition(facts.environment));
    list.push(Consequence {
        subject: None,
        kind: ConsequenceKind::NotUndone,
        title: "Not undone".into(),
        details: vec!["Data written since, add-ons, queued jobs. Other environments stay as they are; main still has the code.".into()],
    });
    list
}

fn step(environment: &Environment, target: &Release) -> String {
    let what = match environment.platform.abilities.rollback_restores {
        RollbackRestores::CodeAndConfig => "code and config",
        RollbackRestores::Code => "code",
    };
    format!("Release the {what} of v{} again on {}", target.version, environment.app)
}

fn keeps_config(environment: &Environment) -> Consequence {
    let title = format!("{} keeps its present config", environment.app);
    Consequence {
        subject: None,
        kind: ConsequenceKind::Fact,
        title,
        details: vec![format!("A rollback of {} restores code alone.", environment.platform.title)],
    }
}

/// Where a release cannot be made conditional on what is live, what somebody else does in the last round
/// trip before it is not noticed.
pub(super) fn no_precondition(environment: &Environment) -> Option<Consequence> {
    (!environment.platform.abilities.compares_before_release).then(|| Consequence {
        subject: None,
        kind: ConsequenceKind::Fact,
        title: "The platform does not compare what is live when it is sent".into(),
        details: vec!["It is read again right before. A release that comes in that moment is undone unseen, and named afterwards.".into()],
    })
}

fn leaving(crossing: &Crossing) -> Consequence {
    let Some(prs) = &crossing.leaving else {
        return Consequence {
            subject: None,
            kind: ConsequenceKind::Warning,
            title: "Which PRs leave is not known".into(),
            details: crossing.gaps.clone(),
        };
    };
    if prs.is_empty() {
        return Consequence { subject: None, kind: ConsequenceKind::Fact, title: "No PR leaves".into(), details: vec![] };
    }
    let mut authors: Vec<&str> = prs.iter().filter_map(|p| p.author.as_deref()).collect();
    authors.sort_unstable();
    authors.dedup();
    let verb = if prs.len() == 1 { "leaves" } else { "leave" };
    Consequence {
        subject: Some(ConsequenceSubject::TakesOut),
        kind: ConsequenceKind::Fact,
        title: format!("{} by {} {verb}", count(prs.len(), "PR"), count(authors.len(), "author")),
        details: prs.iter().map(line).collect(),
    }
}

fn line(pr: &LeavingPullRequest) -> String {
    let author = pr.author.as_ref().map_or(String::new(), |a| format!(", {a}"));
    format!("#{} {}{author}", pr.number, pr.title)
}

fn comes(n: usize) -> String {
    format!("{} {}", count(n, "PR"), if n == 1 { "comes" } else { "come" })
}

fn migrations(crossing: &Crossing) -> Consequence {
    let Some(crossed) = &crossing.migrations else {
        return Consequence {
            subject: None,
            kind: ConsequenceKind::Warning,
            title: "Which migrations are crossed is not known".into(),
            details: vec![],
        };
    };
    if crossed.is_empty() {
        return Consequence { subject: None, kind: ConsequenceKind::Fact, title: "No migration is crossed".into(), details: vec![] };
    }
    let (is, stays) = if crossed.len() == 1 { ("is", "stays") } else { ("are", "stay") };
    Consequence {
        subject: Some(ConsequenceSubject::Migrations),
        kind: ConsequenceKind::Warning,
        title: format!("{} {is} crossed and {stays} in the database", count(crossed.len(), "migration")),
        details: crossed.iter().map(|m| m.pull_request.map_or_else(|| m.path.clone(), |n| format!("{} (from #{n})", m.path))).collect(),
    }
}

fn config(crossing: &Crossing) -> Consequence {
    let Some(changed) = &crossing.config else {
        return Consequence {
            subject: None,
            kind: ConsequenceKind::Warning,
            title: "Which config changes are undone is not known".into(),
            details: vec![],
        };
    };
    if changed.is_empty() {
        return Consequence { subject: None, kind: ConsequenceKind::Fact, title: "No config change is undone".into(), details: vec![] };
    }
    let is = if changed.len() == 1 { "is" } else { "are" };
    Consequence {
        subject: Some(ConsequenceSubject::Config),
        kind: ConsequenceKind::Warning,
        title: format!("{} {is} undone", count(changed.len(), "config change")),
        details: changed.iter().map(|c| c.name.clone()).collect(),
    }
}
