//! Which CI runs a repository's pipelines.

use super::Found;
use super::evidence::{CiCandidate, CiConfig, Evidence};
use super::proposal::{Alternative, Confidence, Part, PartKind};
use crate::humanize::{count, list};
use crate::service::CiProject;

/// A CI with its configuration files in the repository; there is at least one.
struct SetUp<'a> {
    ci: &'a CiCandidate,
    configs: Vec<&'a CiConfig>,
}

pub(crate) fn choose(evidence: &Evidence, found: &mut Found) -> Option<CiProject> {
    let Some(facts) = evidence.code.seen() else {
        found.ask(format!("Which CI does {} have? Its files could not be read.", evidence.repo));
        push(found, None, Confidence::Guess, vec!["the repository's files could not be read".to_owned()], Vec::new());
        return None;
    };
    let configs_of = |ci: &CiCandidate| facts.configs.iter().filter(|config| config.ci == ci.vendor).collect::<Vec<_>>();
    let all = evidence.cis.iter().map(|ci| SetUp { ci, configs: configs_of(ci) });
    let set_up: Vec<SetUp<'_>> = all.filter(|set_up| !set_up.configs.is_empty()).collect();
    for config in facts.configs.iter().filter(|c| !c.whole) {
        found.ask(format!("{} could be read in part only: does it name other apps?", config.path));
    }
    let (at, confidence, mut reasons) = match set_up.as_slice() {
        [] => {
            push(found, None, Confidence::Sure, vec![nowhere(evidence)], Vec::new());
            return None;
        }
        [only] => (0, Confidence::Sure, vec![files(&only.configs)]),
        several => among(several, evidence, found),
    };
    let chosen = set_up.get(at)?;
    let confidence = confidence.min(known(chosen.ci, found, &mut reasons));
    let others = set_up.iter().enumerate().filter(|(other, _)| *other != at);
    let alternatives = others.map(|(_, other)| Alternative { value: other.ci.text(), reason: files(&other.configs) }).collect();
    push(found, Some(chosen.ci.text()), confidence, reasons, alternatives);
    Some(CiProject { provider: chosen.ci.vendor, project: chosen.ci.project.clone() })
}

fn nowhere(evidence: &Evidence) -> String {
    let places: Vec<&str> = evidence.cis.iter().map(|ci| ci.configuration).collect();
    match places.as_slice() {
        [] | [_] => format!("there is no {}", places.concat()),
        places => format!("there is neither {}", places.join(" nor ")),
    }
}

/// Several have configurations: the one that releases is followed, else the first.
fn among(several: &[SetUp<'_>], evidence: &Evidence, found: &mut Found) -> (usize, Confidence, Vec<String>) {
    let platform = evidence.platform_traits.profile.title;
    let titles: Vec<String> = several.iter().map(|set_up| set_up.ci.profile.title.to_owned()).collect();
    let (both, neither) = if several.len() == 2 { ("Both ", "neither") } else { ("", "none") };
    let are_set_up = format!("{both}{} are set up", list(&titles));
    let releases = |set_up: &SetUp<'_>| set_up.configs.iter().find(|config| config.deploys).map(|config| config.path.clone());
    let releasing: Vec<(usize, String)> = several.iter().enumerate().filter_map(|(at, set_up)| Some((at, releases(set_up)?))).collect();
    match releasing.as_slice() {
        [(at, path)] => {
            let title = &titles[*at];
            found.ask(format!("{are_set_up}; {path} releases to {platform}: is {title} the one to follow?"));
            let others = several.iter().enumerate().filter(|(other, _)| other != at);
            let do_not: Vec<String> = others.map(|(_, other)| other.ci.does_not_release.to_owned()).collect();
            (*at, Confidence::Likely, vec![format!("{path} releases to {platform}, {}", list(&do_not))])
        }
        [] => {
            found.ask(format!("{are_set_up}, and {neither} speaks of {platform}: which is the one to follow?"));
            (0, Confidence::Guess, vec![format!("{neither} configuration speaks of {platform}")])
        }
        several => {
            let paths: Vec<String> = several.iter().map(|(_, path)| path.clone()).collect();
            let speak = format!("{} {}speak of {platform}", list(&paths), if several.len() == 2 { "both " } else { "all " });
            found.ask(format!("{speak}: which of them releases?"));
            (several[0].0, Confidence::Guess, vec![speak])
        }
    }
}

fn known(ci: &CiCandidate, found: &mut Found, reasons: &mut Vec<String>) -> Confidence {
    let title = ci.profile.title;
    let Some(knows) = &ci.knows else { return Confidence::Sure };
    match knows.seen() {
        Some(Some(true)) => {
            reasons.push(format!("{title} knows the project"));
            Confidence::Sure
        }
        Some(Some(false)) => {
            reasons.push(format!("{title} shows no such project"));
            found.ask(format!("{title} shows no project {}: is it followed there, and may the token see it?", ci.project));
            Confidence::Guess
        }
        Some(None) | None => {
            reasons.push(format!("whether {title} knows the project was not asked"));
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
