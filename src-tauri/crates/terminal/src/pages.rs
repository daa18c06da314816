//! The pages on which the vendors show what belongs to a service.

use slipway_domain::account::{AccountState, account_of};
use slipway_domain::service::EnvironmentConfig;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::source::Source;
use slipway_domain::view::{EnvironmentPages, ServicePages};
use slipway_vendor::{PlatformRole, VendorSpec, Vendors};

pub fn of(vendors: Vendors, state: &ServiceState, accounts: &[AccountState]) -> ServicePages {
    let environments = state.config.environments.iter().map(|config| (config.name.clone(), of_environment(vendors, config)));
    ServicePages { pull_request: pull_request(vendors, state, accounts), environments: environments.collect() }
}

/// As a pull request that was read has it, whatever the host's address is; else the vendor's page, on the host of the
/// account through which the repository is read.
fn pull_request(vendors: Vendors, state: &ServiceState, accounts: &[AccountState]) -> Option<String> {
    let mut read = state.pull_requests.iter().filter_map(|pr| pr.url.strip_suffix(&format!("/{}", pr.number)));
    if let Some(before) = read.next() {
        return Some(format!("{before}/{{number}}"));
    }
    let vendor = code_host(vendors, state)?;
    let page = filled(vendor.code_host?.pull_request_page?, "{repo}", &state.repo);
    match own_server(vendor, state, accounts) {
        Server::Vendors => Some(page),
        Server::Own(host) => {
            let (_, rest) = page.split_once("://")?;
            Some(format!("https://{host}/{}", rest.split_once('/')?.1))
        }
        Server::WithoutPages => None,
    }
}

/// Whether an address on this host is of the server at which the vendor is reached for the service.
pub fn is_of(vendor: &VendorSpec, state: &ServiceState, accounts: &[AccountState], host: &str) -> bool {
    match own_server(vendor, state, accounts) {
        Server::Vendors => vendor.web_hosts.iter().any(|known| known.has(host)),
        Server::Own(own) => own == host,
        Server::WithoutPages => false,
    }
}

/// Where the pages are of the server at which an account is.
enum Server {
    /// The vendor's own, also where there is no account yet.
    Vendors,
    Own(String),
    /// On this machine, as the sandbox is, or at a port that no page of ours may have.
    WithoutPages,
}

fn own_server(vendor: &VendorSpec, state: &ServiceState, accounts: &[AccountState]) -> Server {
    let account = account_of(&state.config, vendor.id, accounts);
    let Some(url) = account.and_then(|account| url::Url::parse(&account.url).ok()) else { return Server::Vendors };
    match url.host_str() {
        // A vendor's API has a host below that of its pages, or the same.
        Some(host) if vendor.web_hosts.iter().any(|known| known.has(host) || host.ends_with(&format!(".{}", known.name))) => {
            Server::Vendors
        }
        Some(host) if url.scheme() == "https" && url.port().is_none() => Server::Own(host.to_owned()),
        Some(_) | None => Server::WithoutPages,
    }
}

/// The vendor whose repositories the service's is among.
pub fn code_host(vendors: Vendors, state: &ServiceState) -> Option<&'static VendorSpec> {
    let named = state.source(&Source::Code).map(|source| source.provider);
    let mut hosts = vendors.all().filter(|vendor| vendor.code_host.is_some());
    hosts.find(|vendor| named.is_none_or(|id| vendor.id == id))
}

fn of_environment(vendors: Vendors, config: &EnvironmentConfig) -> EnvironmentPages {
    let platform = vendors.all().find(|vendor| vendor.id == config.provider).and_then(|vendor| vendor.platform);
    let page = |of: fn(PlatformRole) -> Option<&'static str>| platform.and_then(of).map(|page| filled(page, "{app}", &config.app));
    EnvironmentPages { app: page(|role| role.app_page), releases: page(|role| role.releases_page) }
}

/// What is filled in cannot lead elsewhere: all but slashes of it is escaped.
fn filled(page: &str, hole: &str, value: &str) -> String {
    let escaped = |part: &str| url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>().replace('+', "%20");
    let value: Vec<String> = value.split('/').map(escaped).collect();
    page.replace(hole, &value.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::service::Service;
    use slipway_registry::VENDORS;

    fn environment(vendor: &VendorSpec) -> EnvironmentConfig {
        EnvironmentConfig {
            name: "production".to_owned(),
            provider: vendor.id,
            app: "shop-production".to_owned(),
            build_app: None,
            health_url: None,
            production: None,
            stage: None,
            watch_minutes: None,
        }
    }

    fn service(environments: Vec<EnvironmentConfig>) -> ServiceState {
        ServiceState::unread(Service {
            name: "shop".to_owned(),
            repo: "acme/shop".to_owned(),
            branch: "main".to_owned(),
            ci: None,
            environments,
            accounts: Vec::new(),
            migration_paths: Vec::new(),
        })
    }

    /// A button whose page is refused would do nothing.
    #[test]
    fn every_page_of_a_vendor_is_one_that_is_opened() {
        let mut opened = 0;
        for vendor in VENDORS.all() {
            let pages = of(VENDORS, &service(vendor.platform.iter().map(|_| environment(vendor)).collect()), &[]);
            let apps = pages.environments.into_values().flat_map(|pages| [pages.app, pages.releases]);
            let all = apps.chain([pages.pull_request.map(|page| page.replace("{number}", "7"))]);
            let of_tokens = vendor.token_ways.iter().filter_map(|way| (way.page)(None));
            for page in all.flatten().chain(of_tokens) {
                assert!(!page.contains(['{', '}']), "{page}");
                assert_eq!(crate::links::allowed(VENDORS, &page, &[]).err(), None, "{page}");
                opened += 1;
            }
        }
        assert!(opened > VENDORS.all().count(), "{opened}");
    }

    #[test]
    fn a_pull_request_is_where_those_are_that_were_read() {
        let mut state = service(Vec::new());
        let known = of(VENDORS, &state, &[]).pull_request.expect("a code host with pages");
        assert!(known.contains("acme/shop") && known.ends_with("{number}"), "{known}");
        let pr = serde_json::json!({
            "number": 12, "node_id": "", "title": "", "url": "https://git.acme.example/acme/shop/pull/12", "author": null, "head_sha": "",
            "head_branch": "", "base_branch": "main", "created_at": null, "updated_at": null, "draft": false, "mergeable": "unknown",
            "merge_state": "unknown", "review_decision": "none", "reviews": [], "readiness": "unknown", "reasons": [],
            "checks": {"passed": 0, "failed": 0, "pending": 0, "missing": 0}, "check_list": [], "checks_complete": true, "behind_by": null,
            "additions": null, "deletions": null, "changed_files": null, "files": null, "files_complete": false, "migrations": null,
            "commits": null
        });
        state.pull_requests.push(serde_json::from_value(pr).expect("a pull request"));
        assert_eq!(of(VENDORS, &state, &[]).pull_request.as_deref(), Some("https://git.acme.example/acme/shop/pull/{number}"));
    }

    #[test]
    fn the_page_is_on_the_server_of_the_account() {
        let state = service(Vec::new());
        let vendor = code_host(VENDORS, &state).expect("a code host");
        let page = |url: &str| {
            let account = serde_json::json!({"id": "one", "provider": vendor.id, "url": url, "ok": null, "user": null, "rate": null,
                "error": null, "token": "keychain", "read_only": false, "expires_at": null, "capabilities": []});
            of(VENDORS, &state, &[serde_json::from_value(account).expect("an account")]).pull_request
        };
        let own = page("https://git.acme.example/api/v3").expect("a page");
        assert_eq!(own, "https://git.acme.example/acme/shop/pull/{number}");
        assert_eq!(page("http://127.0.0.1:4000"), None, "this machine has no pages");
        let default = of(VENDORS, &state, &[]).pull_request;
        assert!(default.is_some() && page(vendor.dialect.default_url()) == default);
    }

    #[test]
    fn what_is_filled_in_leads_nowhere_else() {
        assert_eq!(filled("https://host.example/{app}/x", "{app}", "a?b#c/../d e"), "https://host.example/a%3Fb%23c/../d%20e/x");
    }
}
