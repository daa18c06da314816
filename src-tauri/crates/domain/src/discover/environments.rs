//! From apps to environments: one release app each, with its build app and health URL.

use super::Found;
use super::apps::{Candidate, Hint, feeds, own_words, says_build};
use super::evidence::Evidence;
use super::names;
use super::proposal::{Alternative, Confidence, Part, PartKind};
use crate::service::EnvironmentConfig;
use std::collections::BTreeMap;

/// What the last part of a health check's path is usually called.
const HEALTH: &[&str] =
    &["health", "healthz", "healthcheck", "health_check", "up", "status", "ping", "ready", "readyz", "livez", "heartbeat"];

/// Production first, then staging, then the others by name.
pub(crate) fn assemble(evidence: &Evidence, apps: &[Candidate<'_>], found: &mut Found) -> Vec<EnvironmentConfig> {
    let (builders, releases): (Vec<&Candidate<'_>>, Vec<&Candidate<'_>>) = apps.iter().partition(|c| c.builds);
    let mut named: BTreeMap<(u8, String), (&Candidate<'_>, Hint)> = BTreeMap::new();
    for (environment, (candidate, hint)) in place(evidence, &releases, found) {
        let order = match environment.as_str() {
            "production" => 0,
            "staging" => 1,
            _ => 2,
        };
        named.insert((order, environment), (candidate, hint));
    }
    let mut used = Vec::new();
    let mut environments = Vec::new();
    for ((_, name), (candidate, hint)) in &named {
        let mut reasons = candidate.reasons.clone();
        if !reasons.contains(&hint.reason) {
            reasons.push(hint.reason.clone());
        }
        reasons.extend(ownership(candidate));
        let confidence = candidate.confidence.min(hint.confidence);
        push(found, PartKind::Environment, name, Some(candidate.name), confidence, reasons);
        let build_app = build_app(evidence, name, candidate, &builders, named.len(), found);
        used.extend(build_app.clone());
        let health_url = health(evidence, name, candidate, found);
        environments.push(EnvironmentConfig {
            name: name.clone(),
            provider: evidence.platform_traits.vendor,
            app: candidate.name.to_owned(),
            build_app,
            health_url,
            production: None,
            stage: candidate.facts.and_then(|f| f.coupling.as_ref()).map(|c| c.stage.clone()),
            watch_minutes: None,
        });
    }
    for builder in builders.iter().filter(|b| !used.iter().any(|u| u == b.name)) {
        let artifact = evidence.platform_traits.profile.vocabulary.artifact;
        found.ask(format!("{} looks like a build app, but no environment takes its {artifact}s: which is it for?", builder.name));
        found.leave(builder.name, "looks like a build app that no environment uses".to_owned());
    }
    if environments.is_empty() {
        nothing(evidence, found);
    }
    if !found.parts.iter().any(|p| p.part == PartKind::Environment && p.confidence == Confidence::Sure) {
        variables(evidence, found);
    }
    environments
}

/// Each environment's name with its app.
fn place<'c, 'a>(evidence: &Evidence, releases: &[&'c Candidate<'a>], found: &mut Found) -> BTreeMap<String, (&'c Candidate<'a>, Hint)> {
    let mut placed: BTreeMap<String, (&Candidate<'a>, Hint)> = BTreeMap::new();
    let mut groups: BTreeMap<String, Vec<(&Candidate<'a>, Hint)>> = BTreeMap::new();
    let mut unplaced = Vec::new();
    for candidate in releases {
        match &candidate.hint {
            Some(hint) => groups.entry(hint.environment.clone()).or_default().push((candidate, hint.clone())),
            None => unplaced.push(*candidate),
        }
    }
    if !groups.contains_key("production")
        && let Some((candidate, hint)) = by_elimination(evidence, &mut unplaced, releases.len())
    {
        groups.insert("production".to_owned(), vec![(candidate, hint)]);
    }
    let mut doubles = Vec::new();
    for (environment, mut group) in groups {
        group.sort_by_key(|(c, hint)| (std::cmp::Reverse(c.confidence.min(hint.confidence)), c.name));
        let mut group = group.into_iter();
        let Some(first) = group.next() else { continue };
        doubles.extend(group.map(|(candidate, _)| (environment.clone(), first.0.name.to_owned(), candidate)));
        placed.insert(environment, first);
    }
    for (environment, first, candidate) in doubles {
        if candidate.confidence == Confidence::Guess || placed.contains_key(candidate.name) {
            found.ask(format!("{} looks like {environment} too, beside {first}: is it this repository's?", candidate.name));
            found.leave(candidate.name, format!("looks like {environment}, which is {first}"));
            continue;
        }
        found.ask(format!("{first} and {} both look like {environment}: is one a second region, or of another purpose?", candidate.name));
        let reason = format!("it looks like {environment}, as {first} does, so it is named after itself");
        placed.insert(candidate.name.to_owned(), (candidate, Hint { environment, confidence: Confidence::Guess, reason }));
    }
    for candidate in unplaced {
        let what =
            if candidate.confidence == Confidence::Sure { "carries this repository's commits" } else { "seems to be this repository's" };
        found.ask(format!("{} {what} but belongs to no environment: is it a review app, or an environment of its own?", candidate.name));
        found.leave(candidate.name, format!("{what} but belongs to no environment"));
    }
    placed
}

/// The app that says nothing of an environment is production, where it can be no other.
fn by_elimination<'c, 'a>(evidence: &Evidence, unplaced: &mut Vec<&'c Candidate<'a>>, all: usize) -> Option<(&'c Candidate<'a>, Hint)> {
    let of = |confidence, reason: &str| Hint { environment: "production".to_owned(), confidence, reason: reason.to_owned() };
    if let [only] = unplaced[..]
        && all == 1
    {
        unplaced.clear();
        return Some((only, of(Confidence::Likely, "it is the only app of this repository")));
    }
    let owner = names::words(evidence.repo.split('/').next().unwrap_or_default());
    let plain =
        |c: &&Candidate<'_>| names::is_alike(c.name, &evidence.repo) && own_words(c.name, evidence).iter().all(|w| owner.contains(w));
    if let Some(at) = unplaced.iter().position(plain) {
        return Some((unplaced.remove(at), of(Confidence::Likely, "its name is the repository's own, and no other app says production")));
    }
    let [only] = unplaced[..] else { return None };
    unplaced.clear();
    Some((only, of(Confidence::Guess, "it says nothing of an environment, and no other app says production")))
}

fn build_app(
    evidence: &Evidence,
    environment: &str,
    app: &Candidate<'_>,
    builders: &[&Candidate<'_>],
    environments: usize,
    found: &mut Found,
) -> Option<String> {
    let mut rated: Vec<(Confidence, &str, String)> = builders
        .iter()
        .filter_map(|b| Some((*b, rate(evidence, environment, app, b, environments)?)))
        .map(|(b, (c, r))| (c, b.name, r))
        .collect();
    rated.sort_by_key(|(confidence, name, _)| (std::cmp::Reverse(*confidence), *name));
    let mut rated = rated.into_iter();
    let (confidence, name, reason) = rated.next()?;
    let mut part = part(PartKind::BuildApp, environment, Some(name), confidence, vec![reason]);
    part.alternatives = rated.map(|(_, name, reason)| Alternative { value: name.to_owned(), reason }).collect();
    found.parts.push(part);
    Some(name.to_owned())
}

/// How sure it is that `builder` builds for `app`.
fn rate(
    evidence: &Evidence,
    environment: &str,
    app: &Candidate<'_>,
    builder: &Candidate<'_>,
    environments: usize,
) -> Option<(Confidence, String)> {
    if let Some(release) = feeds(builder, app) {
        let confidence = if says_build(builder, evidence) { Confidence::Sure } else { Confidence::Likely };
        return Some((
            confidence,
            format!("the {} of {}'s v{} was built on it", evidence.platform_traits.profile.vocabulary.artifact, app.name, release.version),
        ));
    }
    let without: Vec<String> = names::words(builder.name).into_iter().filter(|w| !names::is_build(w)).collect();
    if without == names::words(app.name) {
        return Some((Confidence::Likely, format!("its name is {}'s, with build", app.name)));
    }
    match &builder.hint {
        Some(hint) if hint.environment == environment => Some((Confidence::Likely, format!("its name says build and {environment}"))),
        None if environments == 1 => Some((Confidence::Guess, "its name says build, and there is one environment".to_owned())),
        Some(_) | None => None,
    }
}

fn health(evidence: &Evidence, environment: &str, app: &Candidate<'_>, found: &mut Found) -> Option<String> {
    let web = app.facts.and_then(|f| f.web_url.as_deref());
    let configs = evidence.code.seen().map(|f| f.configs.as_slice()).unwrap_or_default();
    let mut urls: Vec<(&str, &str)> = configs.iter().flat_map(|c| c.urls.iter().map(|u| (u.as_str(), c.path.as_str()))).collect();
    urls.retain(|(url, _)| {
        is_health(url) && host(url).is_some_and(|h| Some(h) == web.and_then(host) || (evidence.platform_traits.is_app_host)(h, app.name))
    });
    urls.sort_unstable();
    let Some((url, path)) = urls.first() else {
        let reasons = vec!["CI's configuration asks no health address of it".to_owned()];
        let mut part = part(PartKind::HealthUrl, environment, None, Confidence::Guess, reasons);
        part.alternatives.extend(web.map(|url| Alternative { value: url.to_owned(), reason: "the app's own address".to_owned() }));
        found.parts.push(part);
        return None;
    };
    push(found, PartKind::HealthUrl, environment, Some(url), Confidence::Likely, vec![format!("{path} asks it")]);
    Some((*url).to_owned())
}

fn is_health(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    path.rsplit('/').next().is_some_and(|last| HEALTH.contains(&last.to_ascii_lowercase().as_str()))
}

fn host(url: &str) -> Option<&str> {
    url.strip_prefix("https://")?.split(['/', '?', '#']).next()
}

/// Whose the app is, so that a stranger's is noticed.
fn ownership(candidate: &Candidate<'_>) -> Option<String> {
    let facts = candidate.facts?;
    let owner = facts.owner.as_deref().map(|o| format!("owned by {o}"));
    let region = facts.region.as_deref().map(|r| format!("region {r}"));
    let stack = facts.build_stack.as_deref().map(|s| format!("stack {s}"));
    let all: Vec<String> = [owner, region, stack].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn nothing(evidence: &Evidence, found: &mut Found) {
    let why = match evidence.platform.why() {
        Some(_) => format!("{} could not be looked at, and CI's configuration names no app", evidence.platform_traits.profile.title),
        None => "no app runs its commits, is named by its CI or is called like it".to_owned(),
    };
    found.ask(format!("No environment was found: {why}. Which apps does {} go to?", evidence.repo));
}

/// What only CI knows matters where nothing else says it for sure.
fn variables(evidence: &Evidence, found: &mut Found) {
    let configs = evidence.code.seen().map(|f| f.configs.as_slice()).unwrap_or_default();
    for config in configs.iter().filter(|c| !c.variables.is_empty() && c.mentions.is_empty()) {
        let names = config.variables.join(", ");
        found.ask(format!("{} names its app through {names}, whose value only CI knows: which app is it?", config.path));
    }
}

fn part(kind: PartKind, environment: &str, value: Option<&str>, confidence: Confidence, reasons: Vec<String>) -> Part {
    Part {
        part: kind,
        environment: Some(environment.to_owned()),
        value: value.map(str::to_owned),
        confidence,
        reasons,
        alternatives: Vec::new(),
    }
}

fn push(found: &mut Found, kind: PartKind, environment: &str, value: Option<&str>, confidence: Confidence, reasons: Vec<String>) {
    found.parts.push(part(kind, environment, value, confidence, reasons));
}
