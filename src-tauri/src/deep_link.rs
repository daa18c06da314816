//! `slipway://` links: they lead to a place in the window and never do anything. Whatever a link says that Slipway
//! does not know is answered with a sentence, in which text of the link is short and inert.

use crate::ipc::{Place, SettingsTab};
use slipway_domain::snapshot::{ServiceState, Snapshot};
use slipway_domain::source::Source;
use slipway_terminal::safe_text::{cut, one_line};
use std::fmt;
use tauri::Url;

const SCHEME: &str = "slipway";
/// In bytes. Longer ones are not read at all.
const LONGEST: usize = 2_000;
/// In characters: how much of a link's own text a sentence repeats.
const LONGEST_QUOTE: usize = 60;

/// The place that a link names, before it is known whether that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Board,
    Inbox,
    Incidents,
    Journal,
    Settings(Option<SettingsTab>),
    Service(String, Part),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Flow,
    Pipelines,
    Releases,
    Timeline,
    PullRequest(u64),
    Pipeline(String),
    Environment(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LinkFault {
    #[error("The link is too long to be one of Slipway's.")]
    TooLong,
    #[error("The link is not one of Slipway's: those look like slipway://service/NAME.")]
    Malformed,
    #[error("The link says more than a place, after “?”, “#” or “@”. Slipway's links lead somewhere and do nothing else.")]
    MoreThanAPlace,
    #[error("“{0}” is not a place in Slipway. Its links lead to a service, the journal or the settings, and do nothing.")]
    UnknownPlace(Quote),
    #[error("“{0}” is not the number of a PR.")]
    NotANumber(Quote),
    #[error("There is no service “{0}” here.")]
    UnknownService(Quote),
    #[error("{service} has no {what} “{name}” that Slipway has read.")]
    Unknown { service: Quote, what: &'static str, name: Quote },
    #[error("Slipway has not read {0} yet. Open the link again when it has.")]
    NotReadYet(Quote),
    #[error("The sandbox is open, and links lead to your own services. Leave the sandbox, then open the link again.")]
    Sandbox,
}

/// Text of a link, short and inert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quote(String);

impl Quote {
    fn of(text: &str) -> Self {
        Self(cut(&one_line(text), LONGEST_QUOTE))
    }
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The place that the link leads to.
pub(crate) fn place(link: &str, snapshot: &Snapshot) -> Result<Place, LinkFault> {
    match target(link)? {
        Target::Board => Ok(Place::Board),
        Target::Inbox => Ok(Place::Inbox),
        Target::Incidents => Ok(Place::Incidents),
        Target::Journal => Ok(Place::Journal),
        Target::Settings(tab) => Ok(Place::Settings { tab }),
        Target::Service(name, part) => {
            let state = snapshot.service(&name).ok_or_else(|| LinkFault::UnknownService(Quote::of(&name)))?;
            within(state, part)
        }
    }
}

fn target(link: &str) -> Result<Target, LinkFault> {
    if link.len() > LONGEST {
        return Err(LinkFault::TooLong);
    }
    let url = Url::parse(link).ok().filter(|url| url.scheme() == SCHEME && url.has_host()).ok_or(LinkFault::Malformed)?;
    let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    if !plain || url.query().is_some() || url.fragment().is_some() {
        return Err(LinkFault::MoreThanAPlace);
    }
    let path = url.path().trim_start_matches('/');
    // Some programs end every address with a slash.
    let path = path.strip_suffix('/').unwrap_or(path);
    let parts = url.host_str().into_iter().chain(path.split('/').filter(|_| !path.is_empty()));
    let parts: Vec<String> = parts.map(decoded).collect::<Option<_>>().ok_or(LinkFault::Malformed)?;
    let unknown = |word: &str| LinkFault::UnknownPlace(Quote::of(word));
    match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["services"] => Ok(Target::Board),
        ["inbox"] => Ok(Target::Inbox),
        ["incidents"] => Ok(Target::Incidents),
        ["journal"] => Ok(Target::Journal),
        ["settings"] => Ok(Target::Settings(None)),
        ["settings", tab] => SettingsTab::named(tab).map(|tab| Target::Settings(Some(tab))).ok_or_else(|| unknown(&parts.join("/"))),
        ["service", name, ref rest @ ..] if !name.is_empty() => Ok(Target::Service(name.to_owned(), part(rest)?)),
        _ => Err(unknown(&parts.join("/"))),
    }
}

fn part(rest: &[&str]) -> Result<Part, LinkFault> {
    match rest {
        [] => Ok(Part::Flow),
        ["pipelines"] => Ok(Part::Pipelines),
        ["releases"] => Ok(Part::Releases),
        ["timeline"] => Ok(Part::Timeline),
        ["pull", number] => {
            let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            let number = number.parse().ok().filter(|n| digits && *n > 0);
            number.map(Part::PullRequest).ok_or_else(|| LinkFault::NotANumber(Quote::of(rest[1])))
        }
        ["pipeline", id] if !id.is_empty() => Ok(Part::Pipeline((*id).to_owned())),
        ["environment", name] if !name.is_empty() => Ok(Part::Environment((*name).to_owned())),
        _ => Err(LinkFault::UnknownPlace(Quote::of(&rest.join("/")))),
    }
}

/// Without what is escaped; None where that is no text.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

fn within(state: &ServiceState, part: Part) -> Result<Place, LinkFault> {
    let service = state.name.clone();
    match part {
        Part::Flow => Ok(Place::Flow { service }),
        Part::Pipelines => Ok(Place::Pipelines { service }),
        Part::Releases => Ok(Place::Releases { service }),
        Part::Timeline => Ok(Place::Timeline { service }),
        Part::PullRequest(number) => {
            let merged = || state.main.iter().any(|commit| commit.pull_request == Some(number));
            let known = state.pull_request(number).is_some() || merged();
            found(state, &Source::Code, known, "PR", &format!("#{number}"))?;
            Ok(Place::PullRequest { service, number })
        }
        Part::Pipeline(id) => {
            let pipeline = state.pipelines.iter().find(|pipeline| pipeline.id == id || pipeline.number.to_string() == id);
            found(state, &Source::Ci, pipeline.is_some(), "pipeline", &id)?;
            Ok(Place::Pipeline { service, pipeline: pipeline.map_or(id, |pipeline| pipeline.id.clone()) })
        }
        Part::Environment(name) => {
            let unknown = || LinkFault::Unknown { service: Quote::of(&service), what: "environment", name: Quote::of(&name) };
            state.environment(&name).ok_or_else(unknown)?;
            Ok(Place::Environment { service, environment: name })
        }
    }
}

/// What is not there is unknown until its source has been read.
fn found(state: &ServiceState, source: &Source, known: bool, what: &'static str, name: &str) -> Result<(), LinkFault> {
    if known {
        return Ok(());
    }
    let service = Quote::of(&state.name);
    match state.source(source).and_then(|source| source.observed_at) {
        None => Err(LinkFault::NotReadYet(service)),
        Some(_) => Err(LinkFault::Unknown { service, what, name: Quote::of(name) }),
    }
}

#[cfg(test)]
mod tests;
