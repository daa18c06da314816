//! `slipway open`: a page of a service, in the browser. Only pages of known hosts are opened.

use super::{engine, named};
use crate::arguments::values::{PipelineName, PullRequestName, pull_request, version};
use crate::exit::Exit;
use crate::links;
use crate::pages;
use crate::print;
use crate::safe_text::one_line;
use crate::vendors;
use anyhow::Result;
use slipway_domain::humanize::names_there_are;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::snapshot::ServiceState;
use slipway_engine::Engine;
use std::process::Stdio;
use std::time::Duration;
use url::Url;

/// An opener that cannot open ends within this time.
const OPENS: Duration = Duration::from_secs(2);

/// What a person asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Repository,
    PullRequest(u64),
    /// By its name, which is not among those that are known.
    Pipeline(String),
    /// The page of a known pipeline.
    Page(String),
    App(String),
    Releases(String),
}

pub(super) async fn show(service: &str, what: Option<&str>, only_print: bool) -> Result<Exit> {
    let engine = engine(false).await?;
    let state = match named::service(&engine, service) {
        Ok(state) => state,
        Err(unknown) => return Ok(usage(&unknown)),
    };
    let wanted = match wanted(&engine, &state, what) {
        Ok(wanted) => wanted,
        Err(unknown) => return Ok(usage(&unknown)),
    };
    let address = match address(&engine, &state, wanted).await {
        Ok(address) => address,
        Err(why) => {
            print::say(&why);
            return Ok(Exit::Failed);
        }
    };
    print::text(&one_line(&address))?;
    if only_print {
        return Ok(Exit::Done);
    }
    let link = match links::allowed(vendors::known(), &address, &engine.accounts()) {
        Ok(link) => link,
        Err(why) => {
            print::say(&why.to_string());
            return Ok(Exit::Failed);
        }
    };
    if in_browser(&link).await {
        return Ok(Exit::Done);
    }
    print::say("no browser could be opened here; the address is above");
    Ok(Exit::Failed)
}

/// Starts the first opener that works, without the tokens of this process. One that still runs after a while has
/// become the browser.
async fn in_browser(link: &Url) -> bool {
    for command in ::open::commands(link.as_str()) {
        let mut command = tokio::process::Command::from(command);
        vendors::known().secret_variables().for_each(|secret| {
            command.env_remove(secret);
        });
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        command.process_group(0);
        let Ok(mut opener) = command.spawn() else { continue };
        match tokio::time::timeout(OPENS, opener.wait()).await {
            Ok(Ok(status)) if !status.success() => {}
            Ok(Err(error)) => tracing::warn!(%error, "an opener could not be waited for"),
            Ok(Ok(_)) | Err(_) => return true,
        }
    }
    false
}

fn usage(why: &str) -> Exit {
    print::say(why);
    Exit::Usage
}

fn wanted(engine: &Engine, state: &ServiceState, what: Option<&str>) -> Result<Wanted, String> {
    let Some(what) = what else { return Ok(Wanted::Repository) };
    if let Some(environment) = state.environments.iter().find(|e| e.name == what) {
        return Ok(Wanted::App(environment.name.clone()));
    }
    let pipeline = |name: &str| state.pipelines.iter().find(|p| p.id == name || p.number.to_string() == name);
    match pull_request(what) {
        Ok(PullRequestName::Number(number)) => return by_number(state, number, pipeline(&number.to_string())),
        Ok(PullRequestName::Address(url)) => {
            let name = PullRequestName::Address(url.clone());
            return named::pull_request(engine, &state.name, &name).map(Wanted::PullRequest).or_else(|why| {
                let pipeline = named::pipeline(engine, &state.name, &PipelineName::Address(url));
                pipeline.map(Wanted::Pipeline).map_err(|_| why)
            });
        }
        Err(_) => {}
    }
    if let Some(version) = what.strip_prefix(['v', 'V']).and_then(|_| version(what).ok()) {
        return release(state, version);
    }
    if let Some(known) = pipeline(what) {
        return Ok(page_of(known));
    }
    if what.len() == 36 && what.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
        return Ok(Wanted::Pipeline(what.to_owned()));
    }
    let names: Vec<&str> = state.environments.iter().map(|e| e.name.as_str()).collect();
    Err(format!(
        "{} has no environment {what}. {} A pull request or pipeline is opened by its number, a release as v1846.",
        state.name,
        names_there_are(what, &names)
    ))
}

/// Pull requests and pipelines are counted apart, so that one number can be both.
fn by_number(state: &ServiceState, number: u64, pipeline: Option<&Pipeline>) -> Result<Wanted, String> {
    let merged = state.main.iter().any(|commit| commit.pull_request == Some(number));
    let known = merged || state.pull_request(number).is_some();
    match pipeline {
        Some(pipeline) if known => {
            Err(format!("{number} is a pull request and a pipeline of {}. Open the pipeline by its id: {}", state.name, pipeline.id))
        }
        Some(pipeline) => Ok(page_of(pipeline)),
        None => Ok(Wanted::PullRequest(number)),
    }
}

fn page_of(pipeline: &Pipeline) -> Wanted {
    pipeline.url.clone().map_or_else(|| Wanted::Pipeline(pipeline.id.clone()), Wanted::Page)
}

/// Of several environments with such a release, production is meant.
fn release(state: &ServiceState, version: u64) -> Result<Wanted, String> {
    let has = |e: &&slipway_domain::environment::Environment| e.releases.iter().any(|r| r.version == version);
    let found = state.productions().find(has).or_else(|| state.environments.iter().find(has));
    let only = state.environments.first().filter(|_| state.environments.len() == 1);
    let environment = found.or(only);
    let unknown = || format!("No release v{version} of {} is known. `slipway releases {} ENVIRONMENT` lists them.", state.name, state.name);
    environment.map(|e| Wanted::Releases(e.name.clone())).ok_or_else(unknown)
}

async fn address(engine: &Engine, state: &ServiceState, wanted: Wanted) -> Result<String, String> {
    let pages = pages::of(vendors::known(), state, &engine.snapshot().accounts);
    let no_page = |what: &str| format!("No page of {what} is known.");
    match wanted {
        Wanted::Repository => {
            // Whatever capitals the host writes its name with.
            let page = pages.pull_request.as_deref().and_then(|page| {
                let end = page.to_ascii_lowercase().find(&state.repo.to_ascii_lowercase())? + state.repo.len();
                page.get(..end).map(str::to_owned)
            });
            page.ok_or_else(|| no_page(&state.repo))
        }
        Wanted::PullRequest(number) => {
            let page = pages.pull_request.map(|page| page.replace("{number}", &number.to_string()));
            page.ok_or_else(|| no_page(&format!("#{number}")))
        }
        Wanted::Page(page) => Ok(page),
        Wanted::Pipeline(name) => {
            let pipeline = engine.pipeline(&state.name, &name).await.map_err(|error| error.to_string())?;
            pipeline.url.ok_or_else(|| no_page(&format!("pipeline {name}")))
        }
        Wanted::App(environment) => {
            let page = pages.environments.get(&environment).and_then(|pages| pages.app.clone());
            page.ok_or_else(|| no_page(&environment))
        }
        Wanted::Releases(environment) => {
            let page = pages.environments.get(&environment).and_then(|pages| pages.releases.clone());
            page.ok_or_else(|| no_page(&format!("the releases of {environment}")))
        }
    }
}
