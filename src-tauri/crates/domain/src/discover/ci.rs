//! Which CI runs a repository's pipelines.

use super::Found;
use super::evidence::{CiConfig, CiSystem, Evidence};
use super::proposal::{Alternative, Confidence, Part, PartKind};
use crate::service::CiProject;
use crate::status::ProviderKind;
use crate::words::count;

pub fn choose(evidence: &Evidence, found: &mut Found) -> Option<CiProject> {
    let Some(facts) = evidence.code.seen() else {
        found.ask(format!("Which CI does {} have? Its files could not be read.", evidence.repo));
        push(found, None, Confidence::Guess, vec!["the repository's files could not be read".to_owned()], Vec::new());
        return None;
    };
    let of = |system| facts.configs.iter().filter(|c| c.system == system).collect::<Vec<_>>();
    let (circle, actions) = (of(CiSystem::CircleCi), of(CiSystem::GithubActions));
    for config in facts.configs.iter().filter(|c| !c.whole) {
        found.ask(format!("{} could be read in part only: does it name other apps?", config.path));
    }
    let (system, confidence, mut reasons) = match (circle.is_empty(), actions.is_empty()) {
        (true, true) => {
            let reasons = vec!["there is neither .circleci/config.yml nor a workflow in .github/workflows".to_owned()];
            push(found, None, Confidence::Sure, reasons, Vec::new());
            return None;
        }
        (false, true) => (CiSystem::CircleCi, Confidence::Sure, vec![files(&circle)]),
        (true, false) => (CiSystem::GithubActions, Confidence::Sure, vec![files(&actions)]),
        (false, false) => both(&circle, &actions, found),
    };
    let confidence = match system {
        CiSystem::CircleCi => confidence.min(known_to_circleci(evidence, found, &mut reasons)),
        CiSystem::GithubActions => confidence,
    };
    let mut alternatives = Vec::new();
    let other = match system {
        CiSystem::CircleCi => (CiSystem::GithubActions, &actions),
        CiSystem::GithubActions => (CiSystem::CircleCi, &circle),
    };
    if !other.1.is_empty() {
        alternatives.push(Alternative { value: word(evidence, other.0), reason: files(other.1) });
    }
    push(found, Some(word(evidence, system)), confidence, reasons, alternatives);
    Some(project(evidence, system))
}

/// Both have configurations: the one that releases is followed.
fn both(circle: &[&CiConfig], actions: &[&CiConfig], found: &mut Found) -> (CiSystem, Confidence, Vec<String>) {
    let deploys = |configs: &[&CiConfig]| configs.iter().find(|c| c.deploys).map(|c| c.path.clone());
    match (deploys(circle), deploys(actions)) {
        (Some(path), None) => {
            found.ask(format!("Both CircleCI and GitHub Actions are set up; {path} releases to Heroku: is CircleCI the one to follow?"));
            (CiSystem::CircleCi, Confidence::Likely, vec![format!("{path} releases to Heroku, no workflow of GitHub Actions does")])
        }
        (None, Some(path)) => {
            found.ask(format!(
                "Both CircleCI and GitHub Actions are set up; {path} releases to Heroku: is GitHub Actions the one to follow?"
            ));
            (CiSystem::GithubActions, Confidence::Likely, vec![format!("{path} releases to Heroku, CircleCI's configuration does not")])
        }
        (Some(one), Some(two)) => {
            found.ask(format!("{one} and {two} both speak of Heroku: which of them releases?"));
            (CiSystem::CircleCi, Confidence::Guess, vec![format!("{one} and {two} both speak of Heroku")])
        }
        (None, None) => {
            found.ask("Both CircleCI and GitHub Actions are set up, and neither speaks of Heroku: which is the one to follow?".to_owned());
            (CiSystem::CircleCi, Confidence::Guess, vec!["neither configuration speaks of Heroku".to_owned()])
        }
    }
}

fn known_to_circleci(evidence: &Evidence, found: &mut Found, reasons: &mut Vec<String>) -> Confidence {
    match evidence.circleci.seen() {
        Some(Some(true)) => {
            reasons.push("CircleCI knows the project".to_owned());
            Confidence::Sure
        }
        Some(Some(false)) => {
            reasons.push("CircleCI shows no such project".to_owned());
            found.ask(format!("CircleCI shows no project {}: is it followed there, and may the token see it?", slug(evidence)));
            Confidence::Guess
        }
        Some(None) | None => {
            reasons.push("whether CircleCI knows the project was not asked".to_owned());
            Confidence::Likely
        }
    }
}

fn push(found: &mut Found, value: Option<String>, confidence: Confidence, reasons: Vec<String>, alternatives: Vec<Alternative>) {
    found.parts.push(Part { part: PartKind::Ci, environment: None, value, confidence, reasons, alternatives });
}

fn files(configs: &[&CiConfig]) -> String {
    let paths: Vec<&str> = configs.iter().map(|c| c.path.as_str()).collect();
    let jobs: usize = configs.iter().map(|c| c.jobs.len()).sum();
    match paths.as_slice() {
        [one] => format!("{one} is there, with {}", count(jobs, "job")),
        many => format!("{} are there, with {}", many.join(", "), count(jobs, "job")),
    }
}

/// CircleCI's slug.
fn slug(evidence: &Evidence) -> String {
    format!("gh/{}", evidence.repo)
}

/// As `slipway service add --ci` takes it.
fn word(evidence: &Evidence, system: CiSystem) -> String {
    project(evidence, system).to_string()
}

fn project(evidence: &Evidence, system: CiSystem) -> CiProject {
    match system {
        CiSystem::CircleCi => CiProject { provider: ProviderKind::Circleci, slug: slug(evidence) },
        CiSystem::GithubActions => CiProject { provider: ProviderKind::Github, slug: evidence.repo.clone() },
    }
}
