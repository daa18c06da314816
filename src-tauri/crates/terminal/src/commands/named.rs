//! What is meant by what a person wrote. An error is a sentence for them: it says what there is.

use crate::arguments::values::{PipelineName, PullRequestName};
use crate::links;
use crate::pages;
use crate::vendors;
use slipway_domain::humanize::names_there_are;
use slipway_domain::pipeline::Pipeline;
use slipway_domain::service::Account;
use slipway_domain::snapshot::{ServiceState, Snapshot};
use slipway_engine::Engine;
use std::sync::Arc;
use url::Url;

type Meant<T> = Result<T, String>;

pub(super) fn service(engine: &Engine, name: &str) -> Meant<Arc<ServiceState>> {
    found_service(&engine.snapshot(), name)
}

fn found_service(snapshot: &Snapshot, name: &str) -> Meant<Arc<ServiceState>> {
    let names = || snapshot.services.iter().map(|s| s.name.as_str()).collect::<Vec<_>>();
    let unknown = || format!("There is no service {name}. {}", names_there_are(name, &names()));
    snapshot.services.iter().find(|s| s.name == name).cloned().ok_or_else(unknown)
}

pub(super) fn account(engine: &Engine, id: &str) -> Meant<Account> {
    let accounts = engine.accounts();
    let ids = || accounts.iter().map(|a| a.id.as_str()).collect::<Vec<_>>();
    let unknown = || format!("There is no account {id}. {}", names_there_are(id, &ids()));
    accounts.iter().find(|a| a.id == id).cloned().ok_or_else(unknown)
}

/// Its number, when it is one of this service's repository.
pub(super) fn pull_request(engine: &Engine, service_name: &str, name: &PullRequestName) -> Meant<u64> {
    match name {
        PullRequestName::Number(number) => Ok(*number),
        PullRequestName::Address(url) => {
            let state = service(engine, service_name)?;
            pull_request_at(&state, &engine.accounts(), url)
        }
    }
}

/// Its number or id, when it is one of this service.
pub(super) fn pipeline(engine: &Engine, service_name: &str, name: &PipelineName) -> Meant<String> {
    match name {
        PipelineName::Name(name) => Ok(name.clone()),
        PipelineName::Address(url) => {
            let state = service(engine, service_name)?;
            pipeline_at(&state, &engine.accounts(), url)
        }
    }
}

fn pull_request_at(state: &ServiceState, accounts: &[Account], url: &Url) -> Meant<u64> {
    let segments = known_page(accounts, url)?;
    let Some(rest) = below_repository(state, &segments) else {
        let other = segments.iter().take(2).copied().collect::<Vec<_>>().join("/");
        return Err(format!("That address is of {other}; the repository of {} is {}.", state.name, state.repo));
    };
    let no_pull_request = || format!("{url} is not the address of a pull request.");
    let form = pages::of(vendors::known(), state).pull_request.unwrap_or_default();
    let form = form.split_once(state.repo.as_str()).map_or("", |(_, form)| form);
    let form: Vec<&str> = form.split('/').filter(|part| !part.is_empty()).collect();
    let at = form.iter().position(|part| *part == "{number}").unwrap_or_default();
    let same = form.iter().take(at).zip(rest).all(|(part, given)| part == given);
    rest.get(at).filter(|_| same).and_then(|number| number.parse().ok()).ok_or_else(no_pull_request)
}

fn pipeline_at(state: &ServiceState, accounts: &[Account], url: &Url) -> Meant<String> {
    let segments = known_page(accounts, url)?;
    let page = |pipeline: &&Pipeline| pipeline.url.as_deref().is_some_and(|own| is_at_or_below(url.as_str(), own));
    if let Some(pipeline) = state.pipelines.iter().find(page) {
        return Ok(pipeline.id.clone());
    }
    let Some(rest) = below_repository(state, &segments) else {
        return Err(format!("That address is not of {}, the repository of {}.", state.repo, state.name));
    };
    let is_name = |part: &&&str| part.parse::<u64>().is_ok() || is_uuid(part);
    let name = rest.iter().find(is_name).map(|part| (*part).to_owned());
    name.ok_or_else(|| format!("{url} is not the address of a pipeline."))
}

fn is_at_or_below(url: &str, page: &str) -> bool {
    url.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// The parts of the path, on a host of a vendor or of an account.
fn known_page<'a>(accounts: &[Account], url: &'a Url) -> Meant<Vec<&'a str>> {
    let host = url.host_str().unwrap_or_default();
    if !links::is_known(vendors::known(), host, accounts) {
        let hosts = links::known_hosts(vendors::known(), accounts);
        return Err(format!("{host} is not a host that Slipway knows. Known: {}.", hosts.join(", ")));
    }
    Ok(url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect())
}

/// What follows the service's repository in a path.
fn below_repository<'a, 'b>(state: &ServiceState, segments: &'b [&'a str]) -> Option<&'b [&'a str]> {
    let (owner, repo) = state.repo.split_once('/')?;
    let at = segments.windows(2).position(|pair| pair[0].eq_ignore_ascii_case(owner) && pair[1].eq_ignore_ascii_case(repo))?;
    segments.get(at + 2..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::service::Service;

    fn shop() -> ServiceState {
        ServiceState::unread(Service {
            name: "shop".to_owned(),
            repo: "acme/shop".to_owned(),
            branch: "main".to_owned(),
            ci: None,
            environments: Vec::new(),
            accounts: Vec::new(),
            migration_paths: Vec::new(),
        })
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[test]
    fn addresses_of_pull_requests() {
        for (address, meant) in [
            ("https://github.com/acme/shop/pull/414", Ok(414)),
            ("https://github.com/Acme/Shop/pull/414/files#diff-1", Ok(414)),
            ("https://github.com/acme/other/pull/414", Err("of acme/other; the repository of shop is acme/shop")),
            ("https://github.com/acme/shop/issues/414", Err("not the address of a pull request")),
            ("https://github.com/acme/shop/pull/new", Err("not the address of a pull request")),
            ("https://github.com/acme/shop", Err("not the address of a pull request")),
            ("https://evil.example/acme/shop/pull/414", Err("evil.example is not a host that Slipway knows. Known: github.com, ")),
        ] {
            let got = pull_request_at(&shop(), &[], &url(address));
            match meant {
                Ok(number) => assert_eq!(got, Ok(number), "{address}"),
                Err(why) => assert!(got.as_ref().is_err_and(|said| said.contains(why)), "{address}: {got:?}"),
            }
        }
    }

    #[test]
    fn addresses_of_pipelines() {
        let id = "5034460f-c7c4-4c43-9457-de07e2029e7b";
        for (address, meant) in [
            ("https://app.circleci.com/pipelines/github/acme/shop/212", Ok("212")),
            (&format!("https://app.circleci.com/pipelines/github/acme/shop/212/workflows/{id}"), Ok("212")),
            ("https://github.com/acme/shop/actions/runs/9123456789", Ok("9123456789")),
            ("https://app.circleci.com/pipelines/github/acme/other/212", Err("not of acme/shop, the repository of shop")),
            ("https://app.circleci.com/pipelines/github/acme/shop", Err("not the address of a pipeline")),
            ("https://ci.example/acme/shop/212", Err("ci.example is not a host")),
        ] {
            let got = pipeline_at(&shop(), &[], &url(address));
            match meant {
                Ok(name) => assert_eq!(got.as_deref(), Ok(name), "{address}"),
                Err(why) => assert!(got.as_ref().is_err_and(|said| said.contains(why)), "{address}: {got:?}"),
            }
        }
    }
}
