//! Which apps are the repository's, and which of them only build.

use super::Found;
use super::evidence::{AppFacts, Evidence, Inside, Look, Mention, Origin, ReleaseFacts};
use super::names;
use super::proposal::Confidence;
use crate::humanize::short;
use std::collections::BTreeSet;

/// An app that has to do with the repository.
pub(crate) struct Candidate<'a> {
    pub name: &'a str,
    pub facts: Option<&'a AppFacts>,
    /// How sure it is that the app is the repository's.
    pub confidence: Confidence,
    pub reasons: Vec<String>,
    pub mentions: Vec<Named<'a>>,
    /// It makes artifacts that other apps run.
    pub builds: bool,
    pub hint: Option<Hint>,
}

/// Where a configuration names an app.
pub(crate) struct Named<'a> {
    pub path: &'a str,
    pub mention: &'a Mention,
}

/// Which environment it would be, and why.
#[derive(Clone)]
pub(crate) struct Hint {
    pub environment: String,
    pub confidence: Confidence,
    pub reason: String,
}

/// In order of their names.
pub(crate) fn sort<'a>(evidence: &'a Evidence, found: &mut Found) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    let listed = evidence.platform.seen().map(|p| p.apps.as_slice()).unwrap_or_default();
    let pipelines = own_pipelines(evidence, listed);
    // What is asked on the way comes in order too.
    let mut by_name: Vec<&AppFacts> = listed.iter().collect();
    by_name.sort_by_key(|app| &app.name);
    for app in by_name {
        candidates.extend(belonging(evidence, app, &pipelines, found));
    }
    unlisted(evidence, listed, &mut candidates, found);
    candidates.sort_by_key(|c| c.name);
    for candidate in &mut candidates {
        candidate.hint = hint(candidate, evidence, found);
    }
    let builders: Vec<bool> = candidates.iter().map(|c| builds(c, &candidates, evidence)).collect();
    for (candidate, builds) in candidates.iter_mut().zip(builders) {
        candidate.builds = builds;
    }
    candidates
}

/// The artifacts of `from` that `to` runs or ran and that were not promoted to it.
pub(crate) fn feeds<'r>(from: &Candidate<'_>, to: &'r Candidate<'_>) -> Option<&'r ReleaseFacts> {
    let (from_inside, to_inside) = (inside(from)?, inside(to)?);
    let built: BTreeSet<&str> = match &from_inside.built {
        Some(built) => built.iter().map(String::as_str).collect(),
        None => from_inside.releases.iter().filter_map(|r| r.artifact_id.as_deref()).collect(),
    };
    let own: BTreeSet<&str> = to_inside.built.iter().flatten().map(String::as_str).collect();
    let taken =
        |r: &&ReleaseFacts| r.artifact_id.as_deref().is_some_and(|artifact_id| built.contains(artifact_id) && !own.contains(artifact_id));
    to_inside.releases.iter().find(|r| taken(r) && !r.description.starts_with("Promote "))
}

pub(crate) fn inside<'c>(candidate: &Candidate<'c>) -> Option<&'c Inside> {
    candidate.facts.and_then(|f| f.inside.seen())
}

/// The words of an app's name beside the repository's.
pub(crate) fn own_words(app: &str, evidence: &Evidence) -> Vec<String> {
    let repo = evidence.repo.rsplit('/').next().unwrap_or_default();
    names::beside(app, repo).unwrap_or_else(|| names::words(app))
}

pub(crate) fn named<'a>(evidence: &'a Evidence, app: &str) -> Vec<Named<'a>> {
    let configs = evidence.code.seen().map(|f| f.configs.as_slice()).unwrap_or_default();
    let of = |c: &'a super::CiConfig| c.mentions.iter().map(|mention| Named { path: &c.path, mention });
    configs.iter().flat_map(of).filter(|n| n.mention.app == app).collect()
}

enum Carries<'a> {
    Ours(&'a ReleaseFacts, Origin),
    Foreign(&'a ReleaseFacts),
    Unknown,
}

/// The newest release whose commit's home is known decides.
fn carries(app: &AppFacts) -> Carries<'_> {
    let releases = app.inside.seen().map(|i| i.releases.as_slice()).unwrap_or_default();
    match releases.iter().find_map(|r| Some((r, r.origin?))) {
        Some((release, Origin::Foreign)) => Carries::Foreign(release),
        Some((release, origin @ (Origin::Main | Origin::Repository))) => Carries::Ours(release, origin),
        None => Carries::Unknown,
    }
}

/// Pipelines that hold an app which runs this repository's commits or is named by its CI.
fn own_pipelines(evidence: &Evidence, apps: &[AppFacts]) -> BTreeSet<String> {
    let ours = |app: &&AppFacts| matches!(carries(app), Carries::Ours(..)) || !named(evidence, &app.name).is_empty();
    apps.iter().filter(ours).filter_map(|a| a.coupling.as_ref()).map(|c| c.pipeline.clone()).collect()
}

fn belonging<'a>(evidence: &'a Evidence, app: &'a AppFacts, pipelines: &BTreeSet<String>, found: &mut Found) -> Option<Candidate<'a>> {
    let mentions = named(evidence, &app.name);
    let alike = names::is_alike(&app.name, &evidence.repo);
    let near = alike || names::beside(&app.name, evidence.repo.rsplit('/').next().unwrap_or_default()).is_some();
    let pipeline = app.coupling.as_ref().map(|c| c.pipeline.as_str()).filter(|p| pipelines.contains(*p));
    let mut reasons: Vec<String> = mentions.iter().map(|n| format!("{} names it, at {}", n.path, n.mention.place)).collect();
    let carried = carries(app);
    if is_review(app) {
        if matches!(carried, Carries::Ours(..)) || near || pipeline.is_some() {
            found.leave(&app.name, "a review app: it lives and goes with a PR".to_owned());
        }
        return None;
    }
    let confidence = match carried {
        Carries::Ours(release, origin) => {
            reasons.insert(0, ours(release, origin));
            Confidence::Sure
        }
        Carries::Foreign(release) if !mentions.is_empty() => {
            found.ask(format!(
                "{} is named by CI, but its v{} runs {}, which is no commit of {}: is it this repository's?",
                app.name,
                release.version,
                commit(release),
                evidence.repo
            ));
            Confidence::Guess
        }
        Carries::Foreign(release) => {
            if near || pipeline.is_some() {
                let reason = format!("its v{} runs {}, which is no commit of {}", release.version, commit(release), evidence.repo);
                found.leave(&app.name, reason);
            }
            return None;
        }
        Carries::Unknown if !mentions.is_empty() => Confidence::Likely,
        Carries::Unknown => match pipeline {
            Some(pipeline) => {
                reasons.push(format!(
                    "it is in the {} pipeline {pipeline}, with apps of this repository",
                    evidence.platform_traits.profile.title
                ));
                Confidence::Likely
            }
            None if alike => {
                reasons.push("its name is like the repository's".to_owned());
                Confidence::Guess
            }
            None => return None,
        },
    };
    if let Some(why) = app.inside.why() {
        reasons.push(why.to_owned());
    } else if matches!(carried, Carries::Unknown) {
        reasons.push("which commits it runs could not be learnt".to_owned());
    }
    Some(Candidate { name: &app.name, facts: Some(app), confidence, reasons, mentions, builds: false, hint: None })
}

/// Apps that CI names and the platform does not show.
fn unlisted<'a>(evidence: &'a Evidence, listed: &[AppFacts], candidates: &mut Vec<Candidate<'a>>, found: &mut Found) {
    let configs = evidence.code.seen().map(|f| f.configs.as_slice()).unwrap_or_default();
    let apps: BTreeSet<&'a str> = configs.iter().flat_map(|c| &c.mentions).map(|m| m.app.as_str()).collect();
    for app in apps.into_iter().filter(|app| !listed.iter().any(|l| l.name == *app)) {
        let mentions = named(evidence, app);
        let mut reasons: Vec<String> = mentions.iter().map(|n| format!("{} names it, at {}", n.path, n.mention.place)).collect();
        match &evidence.platform {
            // What is beyond a list that was not read to its end may be there all the same.
            Look::Seen(platform) if !platform.complete => {}
            Look::Seen(_) => {
                let place = mentions.first().map_or("", |n| n.path);
                found.ask(format!(
                    "{place} names the app {app}, which this {} account does not show: does it belong to another account?",
                    evidence.platform_traits.profile.title
                ));
            }
            Look::Unseen(_) => {
                reasons.push(format!("{} could not be looked at", evidence.platform_traits.profile.title));
                candidates.push(Candidate {
                    name: app,
                    facts: None,
                    confidence: Confidence::Likely,
                    reasons,
                    mentions,
                    builds: false,
                    hint: None,
                });
            }
        }
    }
}

fn hint(candidate: &Candidate<'_>, evidence: &Evidence, found: &mut Found) -> Option<Hint> {
    let own = own_words(candidate.name, evidence);
    let by_name = own.iter().find_map(|w| names::environment(w)).map(|environment| Hint {
        environment: environment.to_owned(),
        confidence: Confidence::Sure,
        reason: format!("its name says {environment}"),
    });
    let coupling = candidate.facts.and_then(|f| f.coupling.as_ref());
    if let Some(coupling) = coupling.filter(|c| matches!(c.stage.as_str(), "production" | "staging" | "development" | "test")) {
        let reason = format!(
            "it is at the stage {} of the {} pipeline {}",
            coupling.stage, evidence.platform_traits.profile.title, coupling.pipeline
        );
        let differs = by_name.as_ref().is_some_and(|h| h.environment != coupling.stage);
        if differs {
            let said = by_name.map_or_else(String::new, |h| h.environment);
            found.ask(format!("{} is at the stage {} and its name says {said}: which is it?", candidate.name, coupling.stage));
        }
        let confidence = if differs { Confidence::Likely } else { Confidence::Sure };
        return Some(Hint { environment: coupling.stage.clone(), confidence, reason });
    }
    by_name.or_else(|| by_place(candidate))
}

fn by_place(candidate: &Candidate<'_>) -> Option<Hint> {
    candidate.mentions.iter().find_map(|named| {
        let words = names::words(&named.mention.place);
        // The innermost key speaks first.
        let environment = words.iter().rev().find_map(|w| names::environment(w))?;
        let reason = format!("{} names it at {}", named.path, named.mention.place);
        Some(Hint { environment: environment.to_owned(), confidence: Confidence::Likely, reason })
    })
}

/// By its name, by the key that names it, or by what it does.
fn builds(candidate: &Candidate<'_>, all: &[Candidate<'_>], evidence: &Evidence) -> bool {
    let others = || all.iter().filter(|c| c.name != candidate.name);
    if says_build(candidate, evidence) {
        return others().any(|other| !says_build(other, evidence));
    }
    let coupled = candidate.facts.is_some_and(|f| f.coupling.is_some());
    let asked = inside(candidate).is_some_and(|i| i.built.is_some());
    candidate.hint.is_none() && !coupled && asked && others().any(|other| feeds(candidate, other).is_some())
}

pub(crate) fn says_build(candidate: &Candidate<'_>, evidence: &Evidence) -> bool {
    let by_key = |n: &Named<'_>| {
        let key = n.mention.place.rsplit('.').next().unwrap_or_default();
        key.to_ascii_uppercase().contains(evidence.platform_traits.key_word) && names::words(key).iter().any(|w| names::is_build(w))
    };
    own_words(candidate.name, evidence).iter().any(|w| names::is_build(w)) || candidate.mentions.iter().any(by_key)
}

fn is_review(app: &AppFacts) -> bool {
    app.coupling.as_ref().is_some_and(|c| c.stage == "review") || names::is_review(&app.name)
}

fn ours(release: &ReleaseFacts, origin: Origin) -> String {
    let home = match origin {
        Origin::Main => "of the default branch",
        Origin::Repository => "of the repository",
        Origin::Foreign => "of another repository",
    };
    format!("its v{} runs {}, a commit {home}", release.version, commit(release))
}

fn commit(release: &ReleaseFacts) -> &str {
    release.commit.as_deref().map_or("a commit", short)
}
