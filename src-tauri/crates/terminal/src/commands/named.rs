//! What is meant by what a person wrote. An error is a sentence for them: it says what there is.

use crate::arguments::values::{PipelineName, PullRequestName};
use crate::links;
use crate::pages;
use crate::vendors;
use slipway_domain::account::AccountState;
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
            let known = engine.snapshot();
            pull_request_at(&state, (&engine.accounts(), &known.accounts), url)
        }
    }
}

/// Its number or id, when it is one of this service.
pub(super) fn pipeline(engine: &Engine, service_name: &str, name: &PipelineName) -> Meant<String> {
    match name {
        PipelineName::Name(name) => Ok(name.clone()),
        PipelineName::Address(url) => {
            let state = service(engine, service_name)?;
            let known = engine.snapshot();
            pipeline_at(&state, (&engine.accounts(), &known.accounts), url)
        }
    }
}

/// The accounts as they are configured, and what is known of them.
type Accounts<'a> = (&'a [Account], &'a [AccountState]);

fn pull_request_at(state: &ServiceState, accounts: Accounts<'_>, url: &Url) -> Meant<u64> {
    let segments = known_page(accounts.0, url)?;
    let no_pull_request = || format!("{url} is not the address of a pull request.");
    let vendor = pages::code_host(vendors::known(), state).ok_or_else(no_pull_request)?;
    let form = vendor.code_host.and_then(|role| role.pull_request_page).ok_or_else(no_pull_request)?;
    // Below the host: OWNER/REPO, then what leads to the number.
    let form: Vec<&str> = form.split("{repo}/").nth(1).unwrap_or_default().split('/').collect();
    let number = form.iter().position(|part| *part == "{number}").ok_or_else(no_pull_request)?;
    let rest = below_repository(state, &segments).ok_or_else(|| {
        let other = segments.iter().take(2).copied().collect::<Vec<_>>().join("/");
        format!("That address is of {other}; the repository of {} is {}.", state.name, state.repo)
    })?;
    let host = url.host_str().unwrap_or_default();
    if !is_of_a_read_one(state, url) && !pages::is_of(vendor, state, accounts.1, host) {
        return Err(format!("{} is read at another server than {host}.", state.name));
    }
    let same = form.iter().take(number).zip(rest).all(|(part, given)| part == given);
    rest.get(number).filter(|_| same).and_then(|number| number.parse().ok()).ok_or_else(no_pull_request)
}

/// A pull request that was read is at the same server.
fn is_of_a_read_one(state: &ServiceState, url: &Url) -> bool {
    let at = |page: &str| Url::parse(page).is_ok_and(|page| page.origin() == url.origin());
    state.pull_requests.first().is_some_and(|known| at(&known.url))
}

fn pipeline_at(state: &ServiceState, accounts: Accounts<'_>, url: &Url) -> Meant<String> {
    let segments = known_page(accounts.0, url)?;
    let page = |pipeline: &&Pipeline| pipeline.url.as_deref().is_some_and(|own| is_at_or_below(url.as_str(), own));
    if let Some(pipeline) = state.pipelines.iter().find(page) {
        return Ok(pipeline.id.clone());
    }
    let no_pipeline = || format!("{url} is not the address of a pipeline of {}.", state.name);
    let ci = state.config.ci.as_ref().ok_or_else(|| format!("{} has no CI, so it has no pipelines.", state.name))?;
    let vendor = vendors::known().get(ci.provider).ok_or_else(no_pipeline)?;
    let role = vendor.ci.ok_or_else(no_pipeline)?;
    let (repo, name) = (role.pipeline_of)(&segments).ok_or_else(no_pipeline)?;
    if !pages::is_of(vendor, state, accounts.1, url.host_str().unwrap_or_default()) {
        return Err(no_pipeline());
    }
    if !repo.eq_ignore_ascii_case(&state.repo) {
        return Err(format!("That address is not of {}, the repository of {}.", state.repo, state.name));
    }
    Ok(name)
}

fn is_at_or_below(url: &str, page: &str) -> bool {
    url.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
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

/// What follows the service's repository, with which the path begins.
fn below_repository<'a, 'b>(state: &ServiceState, segments: &'b [&'a str]) -> Option<&'b [&'a str]> {
    let (owner, repo) = state.repo.split_once('/')?;
    let begins = |at: usize, part: &str| segments.get(at).is_some_and(|given| given.eq_ignore_ascii_case(part));
    if begins(0, owner) && begins(1, repo) { segments.get(2..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::service::{CiProject, Service};
    use slipway_domain::vendor::VendorId;

    fn shop() -> ServiceState {
        ServiceState::unread(Service {
            name: "shop".to_owned(),
            repo: "acme/shop".to_owned(),
            branch: "main".to_owned(),
            ci: Some(CiProject { provider: VendorId::new("circleci"), project: "gh/acme/shop".to_owned() }),
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
            let got = pull_request_at(&shop(), (&[], &[]), &url(address));
            match meant {
                Ok(number) => assert_eq!(got, Ok(number), "{address}"),
                Err(why) => assert!(got.as_ref().is_err_and(|said| said.contains(why)), "{address}: {got:?}"),
            }
        }
    }

    #[test]
    fn addresses_of_pipelines() {
        let id = "5034460f-c7c4-4c43-9457-de07e2029e7b";
        let actions = ServiceState {
            config: Service { ci: Some(CiProject { provider: VendorId::new("github"), project: "acme/shop".to_owned() }), ..shop().config },
            ..shop()
        };
        for (service, address, meant) in [
            (&shop(), "https://app.circleci.com/pipelines/github/acme/shop/212", Ok("212")),
            (&shop(), &format!("https://app.circleci.com/pipelines/github/acme/shop/212/workflows/{id}"), Ok("212")),
            (&actions, "https://github.com/acme/shop/actions/runs/9123456789", Ok("9123456789")),
            (&shop(), "https://app.circleci.com/pipelines/github/acme/other/212", Err("not of acme/shop, the repository of shop")),
            (&shop(), "https://app.circleci.com/pipelines/github/acme/shop", Err("not the address of a pipeline")),
            (&shop(), "https://ci.example/acme/shop/212", Err("ci.example is not a host")),
            // Numbers of other things are not those of a pipeline.
            (&actions, "https://github.com/acme/shop/pull/414", Err("not the address of a pipeline")),
            (&actions, "https://github.com/acme/shop/issues/414", Err("not the address of a pipeline")),
            (&shop(), "https://circleci.com/gh/acme/shop/9999", Err("not the address of a pipeline")),
            (&shop(), "https://github.com/acme/shop/actions/runs/9123456789", Err("not the address of a pipeline")),
        ] {
            let got = pipeline_at(service, (&[], &[]), &url(address));
            match meant {
                Ok(name) => assert_eq!(got.as_deref(), Ok(name), "{address}"),
                Err(why) => assert!(got.as_ref().is_err_and(|said| said.contains(why)), "{address}: {got:?}"),
            }
        }
    }

    /// The same path at another server is another repository.
    #[test]
    fn addresses_of_another_server() {
        let account = serde_json::json!({"id": "one", "provider": "github", "url": "https://git.acme.example/api/v3", "ok": null,
            "user": null, "rate": null, "error": null, "token": "keychain", "read_only": false, "expires_at": null, "capabilities": []});
        let state: AccountState = serde_json::from_value(account).expect("an account");
        let own: Account = serde_json::from_value(serde_json::json!({"id": "one", "provider": "github", "keychain": true,
            "url": "https://git.acme.example/api/v3"}))
        .expect("an account");
        let at = |address: &str| pull_request_at(&shop(), (std::slice::from_ref(&own), std::slice::from_ref(&state)), &url(address));
        assert_eq!(at("https://git.acme.example/acme/shop/pull/414"), Ok(414));
        let other = at("https://github.com/acme/shop/pull/414");
        assert!(other.as_ref().is_err_and(|why| why.contains("read at another server than github.com")), "{other:?}");
        assert!(at("https://dashboard.heroku.com/acme/shop/pull/414").is_err());
    }
}
