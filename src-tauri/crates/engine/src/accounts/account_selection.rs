//! Which account serves a service, where there are several of a kind.

use slipway_domain::humanize::names_there_are;
use slipway_domain::service::{Account, Service};
use slipway_domain::vendor::VendorId;
use slipway_vendor::{ReadError, Vendors};

/// The one of this kind that the service names, else the first of it. A named account that is
/// gone is never replaced by another.
pub(super) fn account<'a>(vendors: Vendors, accounts: &'a [Account], service: &Service, kind: VendorId) -> Result<&'a Account, ReadError> {
    if let Some(account) = accounts.iter().find(|a| a.provider == kind && service.accounts.contains(&a.id)) {
        return Ok(account);
    }
    if let Some(gone) = service.accounts.iter().find(|id| kind_of(vendors, id) == Some(kind)) {
        return Err(ReadError::NoToken(format!(
            "{} names the account {gone}, which is not connected. Add the account again, or change the service's account.",
            service.name
        )));
    }
    accounts.iter().find(|a| a.provider == kind).ok_or_else(|| no_account(vendors, kind))
}

/// A service names accounts that are connected, one of a kind.
pub(super) fn check_named(vendors: Vendors, accounts: &[Account], service: &Service) -> Result<(), String> {
    let mut named: Vec<&Account> = Vec::new();
    for id in &service.accounts {
        let account = accounts.iter().find(|a| a.id == *id);
        let ids = || accounts.iter().map(|a| a.id.as_str()).collect::<Vec<_>>();
        let account = account.ok_or_else(|| format!("There is no account {id}. {}", names_there_are(id, &ids())))?;
        if let Some(other) = named.iter().find(|a| a.provider == account.provider) {
            return Err(format!("{} and {id} are both {} accounts; name one of a kind.", other.id, vendors.title(account.provider)));
        }
        named.push(account);
    }
    Ok(())
}

/// A token in the environment serves the only account of its kind.
pub(super) fn is_only(accounts: &[Account], account: &Account) -> bool {
    accounts.iter().filter(|a| a.provider == account.provider).count() == 1
}

/// `VENDOR`, `VENDOR-2`: the kind is in the id, so that it is known when the account is gone.
fn kind_of(vendors: Vendors, id: &str) -> Option<VendorId> {
    let number =
        |rest: &str| rest.is_empty() || rest.strip_prefix('-').is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()) || n == "environment");
    vendors.all().map(|vendor| vendor.id).find(|kind| id.strip_prefix(kind.as_str()).is_some_and(number))
}

pub(super) fn no_account(vendors: Vendors, kind: VendorId) -> ReadError {
    ReadError::NoToken(format!(
        "No {} account is connected. Add one in Settings or with `slipway account add {kind}`.",
        vendors.title(kind)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_registry::VENDORS;

    fn account_of(id: &str, provider: VendorId) -> Account {
        Account { id: id.into(), provider, url: "https://x".into(), keychain: true, borrowed: false, read_only: false }
    }

    fn shop(accounts: &[&str]) -> Service {
        Service {
            name: "shop".into(),
            repo: "acme/shop".into(),
            branch: "main".into(),
            ci: None,
            environments: Vec::new(),
            accounts: accounts.iter().map(|a| (*a).to_owned()).collect(),
            migration_paths: Vec::new(),
        }
    }

    #[test]
    fn the_named_one_else_the_first_and_never_another() {
        let all = [
            account_of("github", VendorId::new("github")),
            account_of("github-2", VendorId::new("github")),
            account_of("heroku", VendorId::new("heroku")),
        ];
        let chosen = |named: &[&str], kind| account(VENDORS, &all, &shop(named), kind).map(|a| a.id.as_str()).map_err(|e| e.to_string());
        assert_eq!(chosen(&[], VendorId::new("github")), Ok("github"));
        assert_eq!(chosen(&["github-2"], VendorId::new("github")), Ok("github-2"));
        assert_eq!(chosen(&["github-2"], VendorId::new("heroku")), Ok("heroku"));
        let gone = chosen(&["github-3"], VendorId::new("github")).unwrap_err();
        assert!(gone.starts_with("shop names the account github-3, which is not connected"), "{gone}");
        assert_eq!(chosen(&["github-3"], VendorId::new("heroku")), Ok("heroku"), "the others go on");
        assert!(chosen(&[], VendorId::new("circleci")).unwrap_err().contains("slipway account add circleci"));
    }

    #[test]
    fn what_a_service_may_name() {
        let all = [account_of("github", VendorId::new("github")), account_of("github-2", VendorId::new("github"))];
        let check = |named: &[&str]| check_named(VENDORS, &all, &shop(named));
        assert_eq!(check(&["github-2"]), Ok(()));
        assert_eq!(check(&[]), Ok(()));
        assert!(check(&["github", "github-2"]).unwrap_err().contains("one of a kind"));
        assert!(check(&["circleci"]).unwrap_err().contains("There is no account circleci"));
    }
}
