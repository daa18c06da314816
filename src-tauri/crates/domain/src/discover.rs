//! From what the vendors show of a repository to a service that could be added: a guess to be
//! corrected, with the reason for each part and every doubt in words.
//!
//! Nothing here reads: [`Evidence`] comes in, a [`Proposal`] goes out, and the same evidence
//! always gives the same proposal.

mod apps;
mod ci;
mod environments;
mod evidence;
mod names;
mod proposal;

pub use evidence::{
    AppFacts, CiCandidate, CiConfig, Coupling, Evidence, Inside, Look, Mention, Origin, PlatformFacts, PlatformTraits, ReleaseFacts,
    RepoFacts,
};
pub use names::{rank, sha_in};
pub use proposal::{Alternative, Confidence, Part, PartKind, Proposal, SetAside, Unread};

use crate::service::{Service, default_migration_paths};

pub fn propose(evidence: &Evidence) -> Proposal {
    let mut found = Found::default();
    let branch = branch(evidence, &mut found);
    let ci = ci::choose(evidence, &mut found);
    let apps = apps::sort(evidence, &mut found);
    let environments = environments::assemble(evidence, &apps, &mut found);
    unread(evidence, &mut found);
    if evidence.code.seen().is_some_and(|f| f.archived) {
        found.ask(format!("{} is archived: nothing can be merged in it. Is it the right repository?", evidence.repo));
    }
    let name = evidence.repo.rsplit('/').next().unwrap_or_default().to_owned();
    let service = Service {
        name,
        repo: evidence.repo.clone(),
        branch,
        ci,
        environments,
        migration_paths: default_migration_paths(),
        accounts: Default::default(),
    };
    found.set_aside.sort_by(|a, b| a.app.cmp(&b.app));
    Proposal { service, parts: found.parts, questions: found.questions, set_aside: found.set_aside, unread: found.unread }
}

/// What is collected beside the service itself.
#[derive(Default)]
struct Found {
    parts: Vec<Part>,
    questions: Vec<String>,
    set_aside: Vec<SetAside>,
    unread: Vec<Unread>,
}

impl Found {
    fn ask(&mut self, question: String) {
        if !self.questions.contains(&question) {
            self.questions.push(question);
        }
    }

    fn leave(&mut self, app: &str, reason: String) {
        self.set_aside.push(SetAside { app: app.to_owned(), reason });
    }
}

/// The branch whose merges go live: the default one, unless CI releases from another.
fn branch(evidence: &Evidence, found: &mut Found) -> String {
    let facts = evidence.code.seen();
    let default = facts.and_then(|f| f.default_branch.clone());
    let mut released: Vec<(&str, &str)> = facts
        .iter()
        .flat_map(|f| &f.configs)
        .filter(|c| c.deploys)
        .flat_map(|c| c.branches.iter().map(|b| (b.as_str(), c.path.as_str())))
        .collect();
    released.sort_unstable();
    released.dedup_by_key(|(branch, _)| *branch);
    let other = |name: &str| Alternative { value: name.to_owned(), reason: "the repository's default branch".to_owned() };
    let part = |value: String, confidence, reasons: Vec<String>, alternatives| Part {
        part: PartKind::Branch,
        environment: None,
        value: Some(value),
        confidence,
        reasons,
        alternatives,
    };
    let (value, part) = match (default, released.as_slice()) {
        (None, _) => (
            "main".to_owned(),
            part(
                "main".to_owned(),
                Confidence::Guess,
                vec!["the usual name; the repository's default branch could not be read".into()],
                Vec::new(),
            ),
        ),
        (Some(default), []) => {
            (default.clone(), part(default, Confidence::Sure, vec!["the repository's default branch".into()], Vec::new()))
        }
        (Some(default), all) if all.iter().any(|(branch, _)| *branch == default) => {
            let path = all.iter().find(|(branch, _)| *branch == default).map_or("", |(_, path)| path);
            let reasons = vec!["the repository's default branch".to_owned(), format!("{path} releases from it")];
            (default.clone(), part(default, Confidence::Sure, reasons, Vec::new()))
        }
        (Some(default), [(one, path)]) => {
            found.ask(format!("{path} releases from {one}, while the default branch is {default}: which of them is followed?"));
            (
                (*one).to_owned(),
                part((*one).to_owned(), Confidence::Likely, vec![format!("{path} releases from it")], vec![other(&default)]),
            )
        }
        (Some(default), many) => {
            let names: Vec<&str> = many.iter().map(|(branch, _)| *branch).collect();
            found.ask(format!("CI releases from {}, none of them the default branch {default}: which is followed?", names.join(", ")));
            let alternatives =
                many.iter().map(|(b, path)| Alternative { value: (*b).to_owned(), reason: format!("{path} releases from it") });
            (default.clone(), part(default, Confidence::Guess, vec!["the repository's default branch".into()], alternatives.collect()))
        }
    };
    found.parts.push(part);
    value
}

fn unread(evidence: &Evidence, found: &mut Found) {
    let mut note = |source: &str, why: Option<&str>| {
        if let Some(why) = why {
            found.unread.push(Unread { source: source.to_owned(), message: why.to_owned() });
        }
    };
    note(evidence.code_host.as_str(), evidence.code.why());
    for ci in &evidence.cis {
        note(ci.vendor.as_str(), ci.knows.as_ref().and_then(Look::why));
    }
    note(evidence.platform_traits.vendor.as_str(), evidence.platform.why());
    for (source, gap) in &evidence.gaps {
        note(source, Some(gap));
    }
}
