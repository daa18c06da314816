//! Which links may be opened in the browser: https, to the vendors and to the hosts of accounts.

use slipway_domain::service::Account;
use slipway_vendor::Vendors;
use url::Url;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("That is not a link.")]
    Malformed,
    #[error("Only https links are opened.")]
    NotHttps,
    #[error("{0} is neither a vendor nor the host of an account; the link was not opened.")]
    Elsewhere(String),
}

/// The link in the form in which it is opened.
pub fn allowed(vendors: Vendors, link: &str, accounts: &[Account]) -> Result<Url, LinkError> {
    let url = Url::parse(link).map_err(|_| LinkError::Malformed)?;
    if url.scheme() != "https" {
        return Err(LinkError::NotHttps);
    }
    // A user name before the host can make a link look as if it led elsewhere.
    let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    let host = url.host_str().filter(|_| plain).ok_or(LinkError::Malformed)?;
    if is_known(vendors, host, accounts) { Ok(url) } else { Err(LinkError::Elsewhere(host.to_owned())) }
}

/// Whether it is a host of a vendor's pages, or that of an account.
pub fn is_known(vendors: Vendors, host: &str, accounts: &[Account]) -> bool {
    let vendor = vendors.all().flat_map(|vendor| vendor.web_hosts).any(|known| known.has(host));
    vendor || own_hosts(accounts).any(|own| own == host)
}

/// Their names, for messages.
pub fn known_hosts(vendors: Vendors, accounts: &[Account]) -> Vec<String> {
    let mut hosts: Vec<String> = vendors.all().flat_map(|vendor| vendor.web_hosts).map(|host| host.name.to_owned()).collect();
    for own in own_hosts(accounts) {
        if !is_known(vendors, &own, &[]) && !hosts.contains(&own) {
            hosts.push(own);
        }
    }
    hosts
}

fn own_hosts(accounts: &[Account]) -> impl Iterator<Item = String> {
    accounts.iter().filter_map(|account| Url::parse(&account.url).ok()?.host_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_domain::vendor::VendorId;

    #[test]
    fn only_https_to_known_hosts() {
        let accounts = [Account {
            id: "github".into(),
            provider: VendorId::new("github"),
            url: "https://git.acme.example/api/v3".into(),
            keychain: true,
            borrowed: false,
            read_only: false,
        }];
        let elsewhere = |host: &str| Some(LinkError::Elsewhere(host.to_owned()));
        for (link, error) in [
            ("https://github.com/acme/storefront/pull/482", None),
            ("https://app.circleci.com/pipelines/gh/acme/storefront/212", None),
            ("https://circleci.com/", None),
            ("https://output.circle-artifacts.com/output/job/1/artifacts/0/coverage/index.html", None),
            ("https://circle-artifacts.com.evil.example/", elsewhere("circle-artifacts.com.evil.example")),
            ("https://dashboard.heroku.com/apps/x", None),
            ("https://git.acme.example/acme/storefront", None),
            ("https://evil.example/", elsewhere("evil.example")),
            ("https://github.com.evil.example/", elsewhere("github.com.evil.example")),
            ("https://notcircleci.com/", elsewhere("notcircleci.com")),
            ("https://gist.github.com/", elsewhere("gist.github.com")),
            ("https://github.com@evil.example/", Some(LinkError::Malformed)),
            ("https://github.com:8443/", Some(LinkError::Malformed)),
            ("http://github.com/", Some(LinkError::NotHttps)),
            ("javascript:alert(1)", Some(LinkError::NotHttps)),
            ("file:///etc/passwd", Some(LinkError::NotHttps)),
            ("data:text/html,x", Some(LinkError::NotHttps)),
            ("not a link", Some(LinkError::Malformed)),
        ] {
            assert_eq!(allowed(slipway_registry::VENDORS, link, &accounts).err(), error, "{link}");
        }
    }
}
